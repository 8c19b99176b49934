"""Joints of a simulated body as a drone sees them, without a picture: for tests of what reads joints."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Any

import numpy as np

from safeconduct.model.geometry import ZERO
from safeconduct.perception import Joint, Pose
from safeconduct.sim.figure import bare_joints
from safeconduct.sim.scene import Figure, Garb


def standing(**what: Any) -> Figure:
    """Somebody who looks north; what: fields of `Figure`."""
    return Figure(1, Garb(), ZERO, 0.0, act_s=9.0)._replace(**what)


def pose_from(
    figure: Figure, elevation_deg: float, azimuth_deg: float = 0.0, tall_px: float = 100.0, score: float = 0.7
) -> Pose:
    """azimuth: of the camera off his face, clockwise; tall_px: as he would stand."""
    body = np.asarray(bare_joints(figure), np.float64)
    a, e = radians(azimuth_deg), radians(elevation_deg)
    right = np.array([-cos(a), sin(a), 0.0])
    up = np.array([-sin(a) * sin(e), -cos(a) * sin(e), cos(e)])
    x, y = body @ right * tall_px / 1.75, -(body @ up) * tall_px / 1.75
    return tuple(Joint(400.0 + float(u), 300.0 + float(v), score) for u, v in zip(x, y, strict=True))
