"""A pinhole camera: where a point of the world falls in the picture, and along which ray a pixel looks.

Pixel coordinates run right and down from the picture's upper left corner; pixel (0, 0) covers 0 to 1, its middle is at
0.5. *Depth* is the distance along the optical axis, metres, not along the ray.
"""

from __future__ import annotations

from math import ceil, cos, floor, radians, sin, tan

import numpy as np
import numpy.typing as npt

from safeconduct.sim.scene import View

Floats = npt.NDArray[np.float32]

NEAR_M = 0.3  # what is nearer than this to the lens is not drawn


def focal_px(hfov_deg: float, width_px: int) -> float:
    """Focal length in pixels of a picture so wide."""
    return width_px / (2.0 * tan(radians(hfov_deg) / 2.0))


class Pinhole:
    """One view with its picture size. axes: rows right, down, forward in ENU; place: ENU, m."""

    def __init__(self, view: View, width_px: int, height_px: int) -> None:
        self.width_px, self.height_px = width_px, height_px
        self.focal_px = focal_px(view.hfov_deg, width_px)
        heading, pitch, roll = radians(view.heading_deg), radians(view.pitch_deg), radians(view.roll_deg)
        forward = np.array([sin(heading) * cos(pitch), cos(heading) * cos(pitch), sin(pitch)])
        level = np.array([cos(heading), -sin(heading), 0.0])
        down = np.cross(forward, level)
        # The horizon falls to the right: what is level and to the right shows right and down.
        right = cos(roll) * level - sin(roll) * down
        self.axes = np.stack([right, sin(roll) * level + cos(roll) * down, forward])
        self.place = np.array(view.position, dtype=np.float64)

    def project(self, points: npt.NDArray[np.floating]) -> Floats:
        """points: (n, 3) ENU. Returns (n, 3): x px, y px, depth m; x and y mean nothing where depth < NEAR_M."""
        own = (points - self.place) @ self.axes.T
        depth = np.maximum(own[:, 2], 1e-3)
        x = own[:, 0] / depth * self.focal_px + self.width_px / 2.0
        y = own[:, 1] / depth * self.focal_px + self.height_px / 2.0
        return np.stack([x, y, own[:, 2]], axis=1).astype(np.float32)

    def rays(self, every_px: int = 1, margin: int = 0) -> tuple[Floats, Floats, Floats]:
        """East, north and up for each metre of depth, (rows, cols), at the middles of blocks of every_px pixels.

        The blocks cover the whole picture and `margin` more of them on each side; the last ones may stick out.
        """
        cols, rows = -(-self.width_px // every_px), -(-self.height_px // every_px)
        a = ((np.arange(-margin, cols + margin) + 0.5) * every_px - self.width_px / 2.0) / self.focal_px
        b = ((np.arange(-margin, rows + margin) + 0.5) * every_px - self.height_px / 2.0) / self.focal_px
        right, down, forward = self.axes

        def part(k: int) -> Floats:
            across = (forward[k] + a * right[k]).astype(np.float32)
            return np.asarray(np.add.outer((b * down[k]).astype(np.float32), across), np.float32)

        return part(0), part(1), part(2)

    def inside(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int] | None:
        """left, top, right, bottom in whole pixels of what of a box lies in the picture, or None."""
        left, top = max(0, floor(box[0])), max(0, floor(box[1]))
        right, bottom = min(self.width_px, ceil(box[2])), min(self.height_px, ceil(box[3]))
        return (left, top, right, bottom) if left < right and top < bottom else None
