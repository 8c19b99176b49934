"""From a place in the picture to a place on the ground, and back: a pinhole held by a gimbal.

Frames: ENU metres about the plan's anchor; pictures in px, x to the right, y down, from the corner of the first pixel.
heading clockwise from north, pitch 0 level and -90 straight down, roll positive when the horizon falls to the right.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, fsum, radians, sin, sqrt, tan
from typing import Protocol

import numpy as np
import numpy.typing as npt

from safeconduct.model.geometry import Enu

Heights = Callable[[float, float], float]
"""Height of the ground (m up) at (east, north) metres."""

FARTHEST_M = 300.0
"""Beyond this a place on the ground is not told: a ray near the horizon runs away with the smallest error."""

_STEP_M = 0.5
_LEAST_UP_M = 2.0  # lower, the ground's own shape says more about its motion than a level
_LEAST_DEPTH = 0.1
_RIM_M = 0.25  # what a ray may go through on its way: a map's own roughness


class Held(Protocol):
    """How a camera is held when a picture is taken."""

    @property
    def position(self) -> Enu: ...
    @property
    def heading_deg(self) -> float: ...
    @property
    def pitch_deg(self) -> float: ...
    @property
    def roll_deg(self) -> float: ...
    @property
    def hfov_deg(self) -> float: ...


def focal_px(width_px: float, hfov_deg: float) -> float:
    return width_px / 2.0 / tan(radians(hfov_deg) / 2.0)


def ray(held: Held, x: float, y: float, width_px: int, height_px: int) -> Enu:
    """The unit vector (ENU) from the camera through (x, y) of the picture."""
    forward, right, up = _axes(held)
    f = focal_px(width_px, held.hfov_deg)
    a, b = (x - width_px / 2.0) / f, (height_px / 2.0 - y) / f
    d = [forward[i] + a * right[i] + b * up[i] for i in range(3)]
    size = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2])
    return Enu(d[0] / size, d[1] / size, d[2] / size)


def in_picture(held: Held, place: Enu, width_px: int, height_px: int) -> tuple[float, float] | None:
    """Where a place stands in the picture, px (it may lie outside); None behind the camera."""
    forward, right, up = _axes(held)
    d = [place[i] - held.position[i] for i in range(3)]
    depth = fsum(d[i] * forward[i] for i in range(3))
    if depth <= 0.05:
        return None
    f = focal_px(width_px, held.hfov_deg) / depth
    x = width_px / 2.0 + f * fsum(d[i] * right[i] for i in range(3))
    return x, height_px / 2.0 - f * fsum(d[i] * up[i] for i in range(3))


def ground_motion(
    before: Held, now: Held, size_before_px: tuple[int, int], size_px: tuple[int, int], level_m: float
) -> npt.NDArray[np.float64] | None:
    """3 × 3, px to px: how level ground at that height moves in the picture when the camera is moved, turned or zoomed.

    sizes: width and height of both pictures. Exact for a turn and a zoom, whatever stands there. None where a corner of
    the picture came from behind the camera.
    """
    turn = _pinhole(now, *size_px) @ _to_camera(now)
    eye, gone = np.array(before.position), np.array(now.position)
    moved = np.eye(3)
    if before.position.up - level_m > _LEAST_UP_M:
        moved[:, 2] += (gone - eye) / (before.position.up - level_m)
    motion = turn @ moved @ np.linalg.inv(_pinhole(before, *size_before_px) @ _to_camera(before))
    wide, high = size_before_px
    depths = [float(motion[2] @ (x, y, 1.0)) for x in (0.0, wide) for y in (0.0, high)]
    if min(depths) <= _LEAST_DEPTH * max(1.0, *depths):
        return None
    return np.asarray(motion / motion[2, 2], np.float64)


def _to_camera(held: Held) -> npt.NDArray[np.float64]:
    """Rows: right, down and forward."""
    forward, right, up = _axes(held)
    return np.array([right, [-u for u in up], forward])


def _pinhole(held: Held, width_px: int, height_px: int) -> npt.NDArray[np.float64]:
    f = focal_px(width_px, held.hfov_deg)
    return np.array([[f, 0.0, width_px / 2.0], [0.0, f, height_px / 2.0], [0.0, 0.0, 1.0]])


def on_ground(held: Held, x: float, y: float, width_px: int, height_px: int, heights: Heights) -> Enu | None:
    """The place on the ground that (x, y) shows; None above the horizon or farther than FARTHEST_M.

    The ground is met by going to the height under the last guess again; gentle ground converges in a few steps. Where
    it does not (a slope steeper than the ray) or the ray went through a rim on its way, the first place where it dips
    under the ground counts.
    """
    d = ray(held, x, y, width_px, height_px)
    if d.up > -0.01:
        return None
    p = held.position
    level = heights(p.east, p.north)
    for _ in range(6):
        along = (level - p.up) / d.up
        if not 0.0 <= along <= FARTHEST_M:
            return None
        e, n = p.east + along * d.east, p.north + along * d.north
        before, level = level, heights(e, n)
        if abs(level - before) < 0.02:
            return _first_met(p, d, heights, along - _STEP_M, _RIM_M) or Enu(e, n, level)
    return _first_met(p, d, heights, FARTHEST_M, 0.0)


def _first_met(p: Enu, d: Enu, heights: Heights, within_m: float, deep_m: float) -> Enu | None:
    """Where the ray first goes deeper than deep_m under the ground within so many metres: by steps along it, and halves
    of the step that went under."""

    def above_m(along: float) -> float:
        return p.up + along * d.up - heights(p.east + along * d.east, p.north + along * d.north)

    over, under = 0.0, 0.0
    while above_m(under) > -deep_m:
        over, under = under, under + max(_STEP_M, 0.02 * under)
        if under > within_m:
            return None
    while under - over > 0.01:
        middle = (over + under) / 2.0
        over, under = (middle, under) if above_m(middle) > 0.0 else (over, middle)
    e, n = p.east + under * d.east, p.north + under * d.north
    return Enu(e, n, heights(e, n))


def _axes(held: Held) -> tuple[Enu, Enu, Enu]:
    """Forward, right and up of the picture as unit vectors."""
    h, p, r = radians(held.heading_deg), radians(held.pitch_deg), radians(held.roll_deg)
    sh, ch, sp, cp, sr, cr = sin(h), cos(h), sin(p), cos(p), sin(r), cos(r)
    forward = Enu(sh * cp, ch * cp, sp)
    right = Enu(ch, -sh, 0.0)
    up = Enu(-sh * sp, -ch * sp, cp)
    rolled = Enu(*(right[i] * cr + up[i] * sr for i in range(3)))
    return forward, rolled, Enu(*(up[i] * cr - right[i] * sr for i in range(3)))
