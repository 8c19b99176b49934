"""Trees, bushes and hedges in a picture: cut-outs that stand where the plants do, the far ones first."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, cos, hypot, radians, sin
from typing import NamedTuple

import cv2
import numpy as np

from safeconduct.sim.camera.foliage import LOOKS_DEG, SIZES, SUNS, VARIANTS, CutOut, Foliage
from safeconduct.sim.camera.frame import Frame
from safeconduct.sim.camera.light import Light
from safeconduct.sim.camera.pinhole import Pinhole
from safeconduct.sim.camera.relief import Planted

_SMALLEST_PX = 2.5
_MOST = 260  # in one picture; the tallest in it
_FLAT_PX = 12  # a plant of fewer rows is as far away in all of them
_FRONT = 0.7  # radii: so far before its middle a crown hides things


class Standing(NamedTuple):
    """A plant in the picture: foot, px, and depth, m; which picture of it; its size, m; how steeply seen, radians."""

    x: float
    y: float
    depth_m: float
    kind: str
    variant: int
    look: int
    sun: int
    height_m: float
    radius_m: float
    down_rad: float


class Plants:
    def __init__(self, plants: Sequence[Planted], foliage: Foliage, light: Light) -> None:
        self._foliage = foliage
        self._kinds = [p.kind if p.kind in SIZES else "bush" for p in plants]
        self._variants = [p.tint % VARIANTS for p in plants]
        self._feet = np.array([(p.east, p.north, p.up) for p in plants], np.float64).reshape(-1, 3)
        self._sizes = np.array([(p.height_m, p.radius_m) for p in plants], np.float64).reshape(-1, 2)
        self._sun_rad = atan2(float(light.to_sun[0]), float(light.to_sun[1]))

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
        away = self._feet[chosen] - camera.place
        sizes = self._sizes[chosen]
        down = np.arctan2(-(away[:, 2] + sizes[:, 0] / 2.0), np.hypot(away[:, 0], away[:, 1]))
        down = np.clip(down, 0.0, radians(88.0))
        around = self._sun_rad - np.arctan2(away[:, 0], away[:, 1])
        looks = np.rint(np.degrees(down) / LOOKS_DEG).astype(int)
        suns = np.rint(around * (SUNS / (2.0 * np.pi))).astype(int) % SUNS
        rows = zip(
            chosen.tolist(),
            feet[chosen].tolist(),
            sizes.tolist(),
            down.tolist(),
            looks.tolist(),
            suns.tolist(),
            strict=True,
        )
        return [
            Standing(x, y, z, self._kinds[k], self._variants[k], look, sun, height_m, radius_m, steep)
            for k, (x, y, z), (height_m, radius_m), steep, look, sun in rows
        ]

    def draw(self, frame: Frame, one: Standing) -> None:
        camera = frame.camera
        levels = self._foliage.cut_out(one.kind, one.variant, one.look, one.sun)
        usual = SIZES[one.kind]
        per_m = camera.focal_px / one.depth_m
        aside, along = per_m * one.radius_m / usual[1], per_m * one.height_m / usual[0]
        cut = _fitting(levels, max(aside, along))
        # Stood on its foot, along what is up here. (a, b): pixels of the cut-out to one of the picture.
        up_x, up_y = float(camera.axes[0, 2]), float(camera.axes[1, 2])
        size = hypot(up_x, up_y)
        lean_x, lean_y = (up_x / size, up_y / size) if abs(up_y) > 0.05 else (0.0, -1.0)
        a, b = cut.per_m / aside, cut.per_m / along
        high, wide = cut.picture.shape[:2]
        foot_x, foot_y = cut.foot
        # Its four corners, and so the least and the most of them.
        sides = [-foot_x / a, (wide - foot_x) / a], [-foot_y / b, (high - foot_y) / b]
        xs = [one.x - right * lean_y - down * lean_x for right in sides[0] for down in sides[1]]
        ys = [one.y + right * lean_x - down * lean_y for right in sides[0] for down in sides[1]]
        box = camera.inside((min(xs), min(ys), max(xs), max(ys)))
        if box is None:
            return
        x, y = box[0] + 0.5 - one.x, box[1] + 0.5 - one.y
        warp = np.array(
            [
                [-lean_y * a, lean_x * a, (lean_x * y - lean_y * x) * a + foot_x - 0.5],
                [-lean_x * b, -lean_y * b, -(lean_x * x + lean_y * y) * b + foot_y - 0.5],
            ]
        )
        span = box[2] - box[0], box[3] - box[1]
        turned = cv2.warpAffine(cut.picture, warp, span, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        # Depth of the crown's front, row by row: seen from above, what is higher up the plant is nearer to the lens.
        front_m = one.depth_m - _FRONT * one.radius_m
        if span[1] < _FLAT_PX:
            depth = np.full((1, 1), front_m - 0.5 * sin(one.down_rad) * one.height_m, np.float32)
        else:
            above_m = (y + np.arange(span[1], dtype=np.float32)) * (lean_y / (per_m * max(0.15, cos(one.down_rad))))
            above_m = np.minimum(np.maximum(above_m, 0.0), one.height_m)
            depth = (front_m - sin(one.down_rad) * above_m).astype(np.float32)[:, None]
        frame.lay(box, np.asarray(turned, np.uint8), depth, one.depth_m)


def _fitting(levels: list[CutOut], px_per_m: float) -> CutOut:
    """The smallest copy that is still at least about as fine as the picture."""
    for cut in reversed(levels):
        if cut.per_m >= 0.9 * px_per_m:
            return cut
    return levels[0]
