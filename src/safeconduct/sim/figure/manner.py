"""Everybody does it in his own way: the same gesture at another height, wider, bent, slower; and what busy hands do.

`Figure.manner` is the seed of one person's way; 0 keeps to the table. Eyes that have seen one way of raising hands have
not seen raised hands, so training and checking draw many. Axes and lengths as in `pose`.
"""

from __future__ import annotations

from functools import lru_cache
from math import sin
from typing import NamedTuple

import numpy as np

from safeconduct.model.vocabulary import Gesture
from safeconduct.sim.figure.acts import sway
from safeconduct.sim.figure.busy import busy_with
from safeconduct.sim.figure.pose import (
    GRIP,
    OPEN,
    SPREAD,
    WRIST,
    Numbers,
    Pose,
    arm,
    wave,
)
from safeconduct.sim.scene import Doing, Figure

_UP, _FORWARD, _IN = (0.0, 0.2, 1.0), (1.0, 0.0, 0.0), (0.1, -1.0, 0.5)
_ELBOWS_OUT, _ELBOWS_DOWN = (0.1, 1.0, -0.2), (0.1, 0.5, -1.0)

_HANDS_UP: tuple[Numbers, ...] = (
    arm((0.08, 0.82, 0.86), (0.0, 1.0, -0.3), _UP, _FORWARD, OPEN, fan=SPREAD),  # a wide V
    arm((0.16, 0.66, 0.52), _ELBOWS_OUT, _UP, _FORWARD, OPEN, fan=SPREAD),  # elbows at the shoulders' height
    arm((0.14, 0.52, 0.36), _ELBOWS_DOWN, _UP, _FORWARD, OPEN, fan=SPREAD),  # palms beside the head
    arm((0.02, 0.30, 1.16), (0.0, 1.0, -0.1), _UP, _FORWARD, OPEN, fan=SPREAD),  # straight up
    arm((0.30, 0.55, 0.74), (0.2, 1.0, -0.3), (0.3, 0.1, 1.0), _FORWARD, OPEN, fan=SPREAD),  # up and forward
    arm((0.04, 0.95, 0.62), (0.0, 0.9, -0.6), (0.0, 0.5, 1.0), _FORWARD, OPEN, fan=SPREAD),  # low and wide
)
_CROSSED: tuple[tuple[Numbers, ...], ...] = tuple(
    tuple(
        arm((forward + near, across, up), _ELBOWS_OUT, (0.0, -0.7, rise), palm, OPEN, fan=SPREAD)
        for near in (0.0, 0.10)
    )
    for forward, across, up, rise, palm in (
        (0.08, -0.12, 0.72, 0.8, _FORWARD),  # wrists cross right over the head
        (0.10, -0.04, 0.60, 0.7, _FORWARD),  # hands meet upon the head
        (0.16, -0.08, 0.84, 0.9, _FORWARD),  # over the forehead
        (0.24, -0.10, 0.52, 0.8, _FORWARD),  # before the forehead
        (0.02, -0.16, 0.98, 0.7, _FORWARD),  # high
        (0.46, -0.12, -0.06, 0.5, (-1.0, 0.0, 0.0)),  # on the chest
        (0.38, -0.22, 0.06, 0.7, (-1.0, 0.0, 0.0)),  # hands at the other shoulder
        (0.56, -0.06, -0.16, 0.3, (-1.0, 0.0, 0.0)),  # wrists meet before the chest
        (0.46, -0.02, -0.22, 0.2, (-1.0, 0.0, 0.0)),  # hands meet at the breastbone
        (0.40, -0.16, -0.14, 0.4, (-1.0, 0.0, 0.0)),  # forearms lie on the chest
        (0.66, -0.10, 0.12, 0.8, _FORWARD),  # held out
    )
)
_CLASPED: tuple[Numbers, ...] = (
    arm((0.44, 0.06, 0.06), _ELBOWS_DOWN, (0.2, -0.4, 0.9), (0.0, -1.0, 0.0), OPEN),  # under the chin
    arm((0.50, 0.06, -0.14), _ELBOWS_DOWN, (0.3, -0.3, 0.9), (0.0, -1.0, 0.0), GRIP),  # before the chest
    arm((0.58, 0.07, 0.30), _ELBOWS_DOWN, (0.3, -0.2, 0.9), (0.0, -1.0, 0.0), OPEN),  # before the face
    arm((0.70, 0.07, 0.10), _ELBOWS_DOWN, (0.7, -0.2, 0.6), (0.0, -1.0, 0.0), GRIP),  # stretched to the drone
    arm((0.40, 0.08, -0.02), _ELBOWS_OUT, (0.1, -0.8, 0.4), (0.0, -1.0, 0.0), GRIP),  # fingers folded
    arm((0.36, 0.06, 0.10), _ELBOWS_OUT, (0.1, -0.7, 0.5), (0.0, -1.0, 0.0), GRIP),  # at the throat, elbows out
)


class _Way(NamedTuple):
    """How one person differs. pace: of a gesture's time. shift: of both wrists; lopsided: of left against right."""

    pace: float
    shift: Numbers
    lopsided: Numbers
    elbows: Numbers
    trunk: Numbers
    which: int


@lru_cache(4096)
def _way(manner: int, gesture: str) -> _Way:
    chance = np.random.default_rng([manner, *gesture.encode()])
    return _Way(
        pace=float(np.exp(chance.normal(0.0, 0.2))),
        shift=chance.normal(0.0, 0.06, 3),
        lopsided=chance.normal(0.0, 0.035, 3),
        elbows=chance.normal(0.0, 0.22, 3),
        trunk=chance.normal(0.0, 1.0, 12) * [0, 0, 0, 4, 2.5, 4, 5, 3, 6, 8, 5, 14],
        which=int(chance.integers(0, 1000)),
    )


def paced(figure: Figure) -> Figure:
    """His gesture runs at his own pace."""
    if not figure.manner or figure.gesture is None:
        return figure
    return figure._replace(gesture_s=figure.gesture_s * _way(figure.manner, figure.gesture.value).pace)


def in_own_manner(pose: Pose, figure: Figure) -> Pose:
    """The gesture's pose as this person shows it."""
    if not figure.manner or figure.gesture is None:
        return pose
    way = _way(figure.manner, figure.gesture.value)
    return _loosened(_another(pose, figure, way), way)


def _another(pose: Pose, figure: Figure, way: _Way) -> Pose:
    """Gestures that are held still are known in several shapes; one in four keeps to the table's."""
    gesture, t = figure.gesture, figure.gesture_s
    if way.which % 6 == 0:
        return pose
    if gesture is Gesture.HANDS_UP:
        a = _HANDS_UP[way.which % len(_HANDS_UP)].copy()
        a[WRIST.start + 1] += 0.03 * sway(figure.key, t, 2.3, 7)
        if way.which % 5 == 0:  # some shake their hands
            a[WRIST] += np.array([0.0, 0.08, 0.04]) * wave(t, 0.8)
        return pose._replace(arm_l=a, arm_r=a)
    if gesture is Gesture.ARMS_CROSSED:
        left, right = (a.copy() for a in _CROSSED[way.which % len(_CROSSED)])
        # Some hold the cross, some open and close it again and again.
        opened = max(0.0, sin(2.0 * np.pi * t / 2.6)) ** 4 if way.which % 3 == 0 else 0.0
        for a in (left, right):
            a[WRIST.start + 1] += 0.75 * opened
        return pose._replace(arm_l=left, arm_r=right)
    if gesture is Gesture.HANDS_CLASPED:
        a = _CLASPED[way.which % len(_CLASPED)].copy()
        a[WRIST] += np.array([0.05, 0.0, 0.05]) * wave(t, 0.6 + 0.05 * (way.which % 7)) * (way.which % 2)
        return pose._replace(arm_l=a, arm_r=a)
    return pose


def _loosened(pose: Pose, way: _Way) -> Pose:
    arms = []
    for a, side in ((pose.arm_l, 0.5), (pose.arm_r, -0.5)):
        b = a.copy()
        if not b[17]:  # told from the ground: the hand lies on something
            b[0:3] += way.shift + side * way.lopsided
        b[3:6] += way.elbows
        arms.append(b)
    return pose._replace(trunk=pose.trunk + way.trunk, arm_l=arms[0], arm_r=arms[1])


def busy(pose: Pose, figure: Figure) -> Pose:
    """The act with what his hands do beside it, as this person does it; nothing of it is a gesture to anybody."""
    if figure.doing is None:
        return pose
    if not figure.manner:
        return busy_with(figure.doing, pose, figure.act_s, figure.key)
    key = figure.manner if figure.doing is Doing.MADE_UP else figure.key
    shown = busy_with(figure.doing, pose, figure.act_s, key)
    return _loosened(shown, _way(figure.manner, figure.doing.value))
