"""The truth about everybody in a picture, measured from what was drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.frame import Frame
from safeconduct.sim.camera.splat import Outline
from safeconduct.sim.scene import Figure, JointLabel, Label

_INSIDE_M = 0.14  # a joint lies so deep under the skin; what is more in front of it hides it


class Drawn(NamedTuple):
    """A person who was drawn: pixels, how many of his body are inside the picture, hidden ones included."""

    figure: Figure
    shape: Outline
    joints: npt.NDArray[np.float32]
    owner: int
    pixels: int


def label(frame: Frame, drawn: Drawn) -> Label:
    """After everything is drawn."""
    left, top, right, bottom = drawn.shape.full
    wide, high = float(frame.camera.width_px), float(frame.camera.height_px)
    x0, y0, x1, y1 = drawn.shape.box
    own = int(np.count_nonzero(frame.owner[y0:y1, x0:x1] == drawn.owner))
    joints = frame.camera.project(drawn.joints)
    return Label(
        key=drawn.figure.key,
        box=(max(0.0, left), max(0.0, top), min(wide, right), min(high, bottom)),
        joints=tuple(_joint(frame, float(x), float(y), float(depth)) for x, y, depth in joints),
        seen=round(min(1.0, own / max(1, drawn.pixels)), 3),
        height_px=max(right - left, bottom - top),
        gesture=drawn.figure.gesture,
        act=drawn.figure.act,
        posture=drawn.figure.posture,
    )


def _joint(frame: Frame, x: float, y: float, depth_m: float) -> JointLabel:
    column, row = int(np.floor(x)), int(np.floor(y))
    if not (0 <= column < frame.camera.width_px and 0 <= row < frame.camera.height_px):
        return JointLabel(round(x, 2), round(y, 2), 0)
    # One pixel about it may still show it.
    near = frame.depth[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
    return JointLabel(round(x, 2), round(y, 2), 2 if depth_m - float(near.max()) < _INSIDE_M else 1)
