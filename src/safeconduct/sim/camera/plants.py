"""Trees, bushes and hedges in a picture: cut-outs that stand where the plants do, the far ones first."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, degrees
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.foliage import LOOKS_DEG, SIZES, SUNS, VARIANTS, CutOut, Foliage
from safeconduct.sim.camera.frame import COVERED, Frame
from safeconduct.sim.camera.light import Light
from safeconduct.sim.camera.pinhole import Pinhole
from safeconduct.sim.camera.relief import Floats, Planted

_SMALLEST_PX = 2.5
_MOST = 260  # in one picture; the tallest in it
_FRONT = 0.7  # radii: so far before its middle a crown hides things


class Standing(NamedTuple):
    """A plant in the picture: which one, its foot in px, and depth, m."""

    number: int
    x: float
    y: float
    depth_m: float


class Plants:
    def __init__(self, plants: Sequence[Planted], foliage: Foliage, light: Light) -> None:
        self._foliage = foliage
        self._kinds = [p.kind if p.kind in SIZES else "bush" for p in plants]
        self._tints = [p.tint for p in plants]
        self._feet = np.array([(p.east, p.north, p.up) for p in plants], np.float64).reshape(-1, 3)
        self._sizes = np.array([(p.height_m, p.radius_m) for p in plants], np.float64).reshape(-1, 2)
        self._sun_deg = degrees(atan2(float(light.to_sun[0]), float(light.to_sun[1])))

    def in_view(self, camera: Pinhole, see_m: float) -> list[Standing]:
        """Those that are worth drawing, in no order."""
        if not len(self._feet):
            return []
        feet = camera.project(self._feet)
        depth = feet[:, 2]
        per_m = camera.focal_px / np.maximum(depth, 0.5)
        tall, wide = self._sizes[:, 0] * per_m, self._sizes[:, 1] * per_m * 1.3
        reach = tall + wide
        good = (depth > 1.0) & (depth < 1.6 * see_m) & (tall > _SMALLEST_PX)
        good &= (feet[:, 0] > -reach) & (feet[:, 0] < camera.width_px + reach)
        good &= (feet[:, 1] > -reach) & (feet[:, 1] < camera.height_px + reach)
        chosen = np.flatnonzero(good)
        if len(chosen) > _MOST:
            chosen = chosen[np.argsort(-tall[chosen], kind="stable")[:_MOST]]
        return [Standing(int(k), float(feet[k, 0]), float(feet[k, 1]), float(depth[k])) for k in chosen]

    def draw(self, frame: Frame, one: Standing) -> None:
        camera = frame.camera
        kind = self._kinds[one.number]
        height_m, radius_m = (float(v) for v in self._sizes[one.number])
        away = self._feet[one.number] - camera.place
        level = float(np.hypot(away[0], away[1]))
        down_deg = float(np.clip(degrees(atan2(-(away[2] + height_m / 2.0), level)), 0.0, 88.0))
        around_deg = self._sun_deg - degrees(atan2(float(away[0]), float(away[1])))
        levels = self._foliage.cut_out(
            kind,
            self._tints[one.number] % VARIANTS,
            round(down_deg / LOOKS_DEG),
            round(around_deg / (360.0 / SUNS)) % SUNS,
        )
        usual = SIZES[kind]
        per_m = camera.focal_px / one.depth_m
        aside, along = per_m * radius_m / usual[1], per_m * height_m / usual[0]
        cut = _fitting(levels, max(aside, along))
        # From pixels of the picture to those of the cut-out: stand it on its foot, along what is up here.
        up = camera.axes[:2, 2]
        lean = up / max(float(np.hypot(up[0], up[1])), 1e-6) if abs(up[1]) > 0.05 else np.array([0.0, -1.0])
        a, b = cut.per_m / aside, cut.per_m / along
        turn = np.array([[-lean[1] * a, lean[0] * a], [-lean[0] * b, -lean[1] * b]])
        high, wide = cut.cover.shape
        corners = np.array([(0, 0), (wide, 0), (0, high), (wide, high)]) - np.array(cut.foot)
        shown = corners @ np.linalg.inv(turn).T + np.array([one.x, one.y])
        (left, top), (right, bottom) = shown.min(axis=0), shown.max(axis=0)
        box = camera.inside((float(left), float(top), float(right), float(bottom)))
        if box is None:
            return
        start = np.array([box[0] + 0.5 - one.x, box[1] + 0.5 - one.y])
        offset = turn @ start + np.array(cut.foot) - 0.5
        warp = np.column_stack([turn, offset]).astype(np.float32)
        size = box[2] - box[0], box[3] - box[1]
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cover = cv2.warpAffine(cut.cover, warp, size, flags=how)
        colour = cv2.warpAffine(cut.colour, warp, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
        depth = self._depth(one, size, start, lean, down_deg, per_m, height_m, radius_m)
        cover[depth > frame.depth[box[1] : box[3], box[0] : box[2]]] = 0.0
        frame.blend(box, frame.hazed(colour, one.depth_m), cover, depth, COVERED)

    def _depth(
        self,
        one: Standing,
        size: tuple[int, int],
        start: npt.NDArray[np.float64],
        lean: npt.NDArray[np.float64],
        down_deg: float,
        per_m: float,
        height_m: float,
        radius_m: float,
    ) -> Floats:
        """Depth of a crown's front: seen from above, what is higher up the plant is nearer to the lens."""
        c = max(0.15, float(np.cos(np.radians(down_deg))))
        x = (start[0] + np.arange(size[0])) * lean[0]
        y = (start[1] + np.arange(size[1])) * lean[1]
        above_m = np.clip((x[None, :] + y[:, None]) / (per_m * c), 0.0, height_m)
        front_m = _FRONT * radius_m
        return np.asarray(one.depth_m - front_m - above_m * float(np.sin(np.radians(down_deg))), np.float32)


def _fitting(levels: list[CutOut], px_per_m: float) -> CutOut:
    """The smallest copy that is still at least about as fine as the picture."""
    for cut in reversed(levels):
        if cut.per_m >= 0.9 * px_per_m:
            return cut
    return levels[0]
