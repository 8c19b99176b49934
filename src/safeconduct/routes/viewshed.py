"""What can be seen over the ground from a place: rays outward, the highest angle so far hides what lies lower."""

from __future__ import annotations

from math import ceil, pi

import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.routes.grid import Ground, Mask

EYE_M = 1.8
"""Of who lies in wait: a man in a trench looks from lower, a drone or a window from higher."""
TARGET_M = 1.2
"""Height of the walking man that must be hidden: his chest."""


def seen_from(ground: Ground, eye: Enu, reach_m: float, eye_m: float = EYE_M, target_m: float = TARGET_M) -> Mask:
    """Cells within `reach_m` where a man who walks is seen from an eye `eye_m` above the ground at `eye`.

    Polar rays one cell apart at `reach_m`, read at each cell's nearest ray and step.
    """
    grid = ground.grid
    east = grid.west + np.arange(grid.cols) * grid.step_m - eye[0]
    north = grid.south + np.arange(grid.rows) * grid.step_m - eye[1]
    away = np.hypot(east[None, :], north[:, None])
    near = away <= reach_m
    if not near.any():
        return np.asarray(near)
    steps = max(ceil(float(away[near].max()) / grid.step_m), 1)
    rays = min(max(ceil(2.0 * pi * steps), 16), 4000)
    out = np.arange(1, steps + 1) * grid.step_m
    angle = np.arange(rays) * (2.0 * pi / rays)
    col = np.rint((eye[0] + np.cos(angle)[:, None] * out[None, :] - grid.west) / grid.step_m).astype(np.intp)
    row = np.rint((eye[1] + np.sin(angle)[:, None] * out[None, :] - grid.south) / grid.step_m).astype(np.intp)
    np.clip(col, 0, grid.cols - 1, out=col)
    np.clip(row, 0, grid.rows - 1, out=row)
    up = ground.up_m[row, col] - (ground.height_m(eye[0], eye[1]) + eye_m)
    horizon = np.maximum.accumulate(up / out, axis=1)
    hidden = np.zeros((rays, steps + 1), dtype=np.bool_)
    hidden[:, 2:] = (up[:, 1:] + target_m) / out[1:] < horizon[:, :-1]
    ray = np.rint(np.arctan2(north[:, None], east[None, :]) * (rays / (2.0 * pi))).astype(np.intp) % rays
    step = np.minimum(np.rint(away / grid.step_m).astype(np.intp), steps)
    return np.asarray(near & ~hidden[ray, step])
