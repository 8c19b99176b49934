"""Everybody does it in his own way: the same gesture at another height, wider, bent, slower; and what busy hands do.

`Figure.manner` is the seed of one person's way; 0 keeps to the table. Eyes that have seen one way of raising hands have
not seen raised hands, so training and checking draw many. Axes and lengths as in `pose`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import sin
from typing import NamedTuple

import numpy as np

from safeconduct.model.vocabulary import Gesture
from safeconduct.sim.figure.acts import sway
from safeconduct.sim.figure.pose import (
    CLOSED,
    FIST,
    GRIP,
    OPEN,
    RELAXED,
    SPREAD,
    WRIST,
    Numbers,
    Pose,
    Three,
    arm,
    tipped,
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


_Shows = Callable[[Pose, float, int], Pose]


def _held(left: Numbers | None, right: Numbers | None, head: Three = (0.0, 0.0, 0.0), bend: float = 0.0) -> _Shows:
    def shows(pose: Pose, _t: float, _key: int) -> Pose:
        return pose._replace(
            arm_l=pose.arm_l if left is None else left,
            arm_r=pose.arm_r if right is None else right,
            trunk=tipped(pose, bend, head=head),
        )

    return shows


def _dig(pose: Pose, t: float, _key: int) -> Pose:
    s = 0.5 + 0.5 * wave(t, 2.2)
    low = arm((0.62, 0.10, -0.62 + 0.25 * s), _ELBOWS_OUT, curl=GRIP)
    high = arm((0.34, 0.22, -0.50 + 0.45 * s), _ELBOWS_OUT, curl=GRIP)
    return pose._replace(arm_l=low, arm_r=high, trunk=tipped(pose, 38.0 - 26.0 * s, 14.0 * wave(t, 2.2)))


def _hammer(pose: Pose, t: float, _key: int) -> Pose:
    s = 0.5 + 0.5 * wave(t, 1.0)
    blow = arm((0.62 - 0.45 * s, 0.30, -0.40 + 1.05 * s), _ELBOWS_OUT, curl=FIST)
    rest = arm((0.60, 0.10, -0.45), _ELBOWS_OUT, curl=GRIP)
    return pose._replace(arm_l=rest, arm_r=blow, trunk=tipped(pose, 22.0 - 10.0 * s, head=(8.0, 0.0, 0.0)))


def _fumble(pose: Pose, t: float, key: int) -> Pose:
    """Straps, a magazine, a radio: both hands busy before the belly."""
    arms = [
        arm(
            (0.42 + 0.05 * sway(key, t, 1.1, k), 0.14, -0.30 + 0.10 * sway(key, t, 1.4, k + 1)), _ELBOWS_DOWN, curl=GRIP
        )
        for k in (3, 9)
    ]
    return pose._replace(arm_l=arms[0], arm_r=arms[1], trunk=tipped(pose, 6.0, head=(24.0, 0.0, 0.0)))


def _pull(pose: Pose, t: float, _key: int) -> Pose:
    s = wave(t, 1.6)
    left = arm((0.62 + 0.22 * s, 0.12, -0.10), _ELBOWS_OUT, curl=GRIP)
    right = arm((0.62 - 0.22 * s, 0.12, -0.14), _ELBOWS_OUT, curl=GRIP)
    return pose._replace(arm_l=left, arm_r=right, trunk=tipped(pose, 8.0 + 6.0 * s))


def _wipe(pose: Pose, t: float, _key: int) -> Pose:
    s = wave(t, 1.1)
    return pose._replace(arm_r=arm((0.26, 0.12 + 0.16 * s, 0.44), _ELBOWS_OUT, _IN), trunk=tipped(pose, 2.0))


def _sip(pose: Pose, t: float, _key: int) -> Pose:
    s = min(max(0.5 + 1.2 * wave(t, 5.0), 0.0), 1.0)
    low, high = arm((0.40, 0.30, -0.30), curl=GRIP), arm((0.44, 0.10, 0.22), _ELBOWS_OUT, _IN, curl=GRIP)
    return pose._replace(arm_r=low + s * (high - low), trunk=tipped(pose, 0.0, head=(-18.0 * s, 0.0, 0.0)))


def _throw(pose: Pose, t: float, _key: int) -> Pose:
    s = 0.5 + 0.5 * wave(t, 2.4)
    a = arm((-0.25 + 0.95 * s, 0.55, 0.15 + 0.45 * sin(np.pi * s)), _ELBOWS_OUT, curl=FIST)
    return pose._replace(arm_r=a, trunk=tipped(pose, 10.0 * s, 18.0 * (1.0 - s)))


_COVER = arm((0.10, 0.20, 0.34), (0.7, 0.6, -0.2), (-0.2, -0.3, 0.6), (0.0, -1.0, 0.0), CLOSED)
_BOX = arm((0.66, 0.26, -0.34), _ELBOWS_DOWN, curl=RELAXED)
_HIP = arm((-0.02, 0.36, -0.56), (-0.3, 1.0, 0.1), (0.4, -0.6, -0.5), curl=RELAXED)
_DOINGS: dict[Doing, _Shows] = {
    Doing.DIG: _dig,
    Doing.HAMMER: _hammer,
    Doing.FUMBLE: _fumble,
    Doing.PULL: _pull,
    Doing.WIPE: _wipe,
    Doing.SIP: _sip,
    Doing.THROW: _throw,
    Doing.PHONE: _held(None, arm((0.08, 0.24, 0.34), (0.2, 1.0, -0.9), _IN, curl=GRIP), (4.0, 8.0, 0.0)),
    Doing.SALUTE: _held(None, arm((0.20, 0.22, 0.46), (0.1, 1.0, 0.0), _IN, curl=OPEN)),
    Doing.BINOCULARS: _held(*2 * (arm((0.30, 0.10, 0.40), (0.1, 1.0, -0.3), _IN, curl=GRIP),)),
    Doing.HIPS: _held(_HIP, _HIP),
    Doing.SCRATCH: _held(None, arm((0.02, 0.14, 0.62), (0.1, 1.0, 0.1), _IN, curl=RELAXED), (10.0, 0.0, 0.0)),
    Doing.POINT: _held(None, arm((0.45, 0.86, 0.10), (0.0, 0.6, -1.0), curl=OPEN)),
    Doing.BOX: _held(_BOX, _BOX, bend=-4.0),
    Doing.COVER_EARS: _held(_COVER, _COVER, (26.0, 0.0, 0.0), 14.0),
    Doing.POCKETS: _held(*2 * (arm((0.14, 0.34, -0.72), (-0.8, 0.9, 0.0), (0.3, -0.2, -1.0), curl=FIST),)),
}


def busy(pose: Pose, figure: Figure) -> Pose:
    """The act with what his hands do beside it; nothing of it is a gesture to anybody."""
    if figure.doing is None:
        return pose
    shown = _DOINGS[figure.doing](pose, figure.act_s, figure.key)
    return _loosened(shown, _way(figure.manner, figure.doing.value)) if figure.manner else shown
