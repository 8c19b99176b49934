"""The picture while it is drawn: colours, what is nearest in each pixel, and whose pixel it is."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.pinhole import Pinhole
from safeconduct.sim.camera.relief import Floats
from safeconduct.sim.scene import Picture

NOBODY, COVERED = 0, 255
"""In `Frame.owner`: the ground, and something that is no body but hides what is behind it."""

Box = tuple[int, int, int, int]


class Frame(NamedTuple):
    """picture: BGR. depth: of the nearest surface, m. owner: number of the body in front (1 to 254), NOBODY or COVERED.

    ground: depth of the bare ground, never changed. haze: BGR of far air; see_m: where contrast has fallen to 5 %.
    """

    camera: Pinhole
    picture: Picture
    ground: Floats
    depth: Floats
    owner: npt.NDArray[np.uint8]
    haze: npt.NDArray[np.float32]
    see_m: float

    def clear_share(self, depth_m: float) -> float:
        """What of a thing's own colour comes through the air."""
        return float(np.exp(-3.0 * max(0.0, depth_m) / self.see_m))

    def ground_along(self, box: Box, directions: npt.NDArray[np.float64], every_px: int) -> list[Floats]:
        """For each direction (ENU), how far along it the ground lies from the camera, m, in each every_px-th pixel."""
        left, top, right, bottom = box
        camera = self.camera
        half = every_px / 2.0
        a = (np.arange(left, right, every_px) + (half - camera.width_px / 2.0)) / camera.focal_px
        b = (np.arange(top, bottom, every_px) + (half - camera.height_px / 2.0)) / camera.focal_px
        deep = np.ascontiguousarray(self.ground[top:bottom:every_px, left:right:every_px])
        out: list[Floats] = []
        for aside, down, forward in (directions @ camera.axes.T).astype(np.float32):
            way = np.add.outer(b.astype(np.float32) * down, a.astype(np.float32) * aside + forward)
            way *= deep
            out.append(way)
        return out

    def blend(self, box: Box, colour: Picture, share: Floats, depth: Floats, owner: int) -> None:
        """Lay colour (rows, cols, 3) over the box as much as share (rows, cols, 0 to 1) says.

        depth: of the new surface; what is at least half covered becomes the nearest and changes its owner.
        """
        left, top, right, bottom = box
        view = self.picture[top:bottom, left:right]
        view[...] = cv2.blendLinear(view, colour, np.float32(1.0) - share, share)
        firm = share > np.float32(0.5)
        np.copyto(self.depth[top:bottom, left:right], depth, where=firm)
        np.copyto(self.owner[top:bottom, left:right], owner, where=firm)

    def lay(self, box: Box, cut: Picture, depth: Floats, depth_m: float) -> None:
        """Lay cut (rows, cols, 4: colour as much as it covers, and cover) over the box where it is the nearest.

        depth: (rows, 1) of its front, m. depth_m: of the whole, for the haze.
        """
        left, top, right, bottom = box
        view, far = self.picture[top:bottom, left:right], self.depth[top:bottom, left:right]
        cut = np.asarray(cv2.copyTo(cut, (far > depth).view(np.uint8)), np.uint8)
        air = self.clear_share(depth_m)
        if air < 0.99:
            blue, green, red = (float(v) * (1.0 - air) / 255.0 for v in self.haze)
            mix = np.array([[air, 0.0, 0.0, blue], [0.0, air, 0.0, green], [0.0, 0.0, air, red]], np.float32)
            colour = cv2.transform(cut, mix)
        else:
            colour = cv2.cvtColor(cut, cv2.COLOR_BGRA2BGR)
        cover = cv2.extractChannel(cut, 3)
        clear = cv2.bitwise_not(cover)
        cv2.multiply(view, cv2.merge([clear, clear, clear]), dst=view, scale=1.0 / 255.0)
        cv2.add(view, colour, dst=view)
        firm = np.asarray(cover) > 127
        np.copyto(far, depth, where=firm)
        np.copyto(self.owner[top:bottom, left:right], COVERED, where=firm)

    def darken(self, box: Box, keep: npt.NDArray[np.uint8]) -> None:
        """Multiply the box's colours by keep / 255, of the box's size or of every second pixel."""
        left, top, right, bottom = box
        view = self.picture[top:bottom, left:right]
        if keep.shape != view.shape[:2]:
            high, wide = keep.shape
            keep = np.asarray(cv2.resize(keep, (2 * wide, 2 * high)), np.uint8)[: bottom - top, : right - left]
        cv2.multiply(view, cv2.merge([keep, keep, keep]), dst=view, scale=1.0 / 255.0)
