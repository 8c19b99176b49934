"""How the aircraft itself moved, from two pictures of flat ground: the one telemetry that a closed aircraft gives.

Corners of the ground are followed from picture to picture. Near ground moves more than far ground when the camera
moves, and just as much when it only turns: so a swing to the side and a turn of the nose are told apart, and a nod from
a tilt of the gimbal (the motion field of a plane: Longuet-Higgins & Prazdny 1980). The height over the ground gives the
metres; people and whatever else moves by itself are outvoted.
"""

from __future__ import annotations

from math import cos, degrees, radians, sin
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.perception.where import focal_px

Points = npt.NDArray[np.float64]

_LEAST = 10  # corners
_ROUNDS = 5  # of weighing again
_SURE_PX = 0.7  # a corner that is off by so much counts little
_NEAREST_SLOPE = 0.08  # rays flatter than this meet the ground too far off to say anything


class OwnStep(NamedTuple):
    """Between two pictures. right_m, up_m, ahead_m: level, as the nose pointed before.

    turn_deg: of the nose, clockwise. sure: share of the corners that agree.
    """

    right_m: float
    up_m: float
    ahead_m: float
    turn_deg: float
    sure: float


def own_step(
    last: Points, now: Points, width_px: int, height_px: int, hfov_deg: float, pitch_deg: float, height_m: float
) -> OwnStep | None:
    """last, now: N × 2 px of the same corners in two pictures. pitch_deg: 0 level, -90 down. height_m: over the ground.

    None: too few corners on the ground, or they do not agree.
    """
    f = focal_px(width_px, hfov_deg)
    middle = np.array([width_px / 2.0, height_px / 2.0])
    down = radians(-pitch_deg)
    a, b = ((last + now) / 2.0 - middle).T / f
    slope = b * cos(down) + sin(down)
    ground = slope > _NEAREST_SLOPE
    if ground.sum() < _LEAST or height_m <= 0.0:
        return None
    a, b, near = a[ground], b[ground], slope[ground] / height_m
    flow = (now - last)[ground].T / f
    zero = np.zeros_like(a)
    across = np.stack([-near, zero, a * near, a * b, -(1.0 + a * a), b], axis=1)
    along = np.stack([zero, -near, b * near, 1.0 + b * b, -a * b, -a], axis=1)
    rows, wanted = np.concatenate([across, along]), np.concatenate([flow[0], flow[1]])
    weight = np.ones(len(a))
    found = np.zeros(6)
    for _ in range(_ROUNDS):
        w = np.sqrt(np.concatenate([weight, weight]))
        found, *_ = np.linalg.lstsq(rows * w[:, None], wanted * w, rcond=None)
        off = (wanted - rows @ found).reshape(2, -1) * f
        weight = 1.0 / (1.0 + (np.hypot(off[0], off[1]) / _SURE_PX) ** 2) ** 2
    sure = float((np.hypot(off[0], off[1]) < 2.0 * _SURE_PX).mean())
    if sure < 0.4:
        return None
    x, y, z, _, turn_y, turn_z = (float(v) for v in found)
    return OwnStep(
        x,
        -(y * cos(down) + z * sin(down)),
        z * cos(down) - y * sin(down),
        degrees(turn_y * cos(down) + turn_z * sin(down)),
        sure,
    )
