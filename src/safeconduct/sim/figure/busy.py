"""What busy hands do: digging, hammering, wiping the brow. Nothing of it is a gesture to anybody.

Some of it looks like a plea for a moment: both hands before the chest, at the face, over the head. Eyes learn of
some that it is none, and are asked about the rest (`NEVER_TRAINED_ON`). Axes and lengths as in `pose`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sin

import numpy as np

from safeconduct.sim.figure.acts import sway
from safeconduct.sim.figure.made_up import made_up
from safeconduct.sim.figure.pose import CLOSED, FIST, GRIP, OPEN, RELAXED, Numbers, Pose, Three, arm, tipped, wave
from safeconduct.sim.scene import Doing

_IN = (0.1, -1.0, 0.5)
_ELBOWS_OUT, _ELBOWS_DOWN = (0.1, 1.0, -0.2), (0.1, 0.5, -1.0)

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


def _chop(pose: Pose, t: float, _key: int) -> Pose:
    s = 0.5 + 0.5 * wave(t, 1.7)
    low = arm((0.70 - 0.62 * s, 0.06, -0.55 + 1.35 * s), _ELBOWS_OUT, curl=GRIP)
    return pose._replace(arm_l=low, arm_r=low + 0.04, trunk=tipped(pose, 34.0 - 40.0 * s))


def _now_and_then(high: Numbers, low: Numbers, t: float, period_s: float, share: float) -> Numbers:
    """Raised for that share of the period, about a quarter of a second on the way."""
    s = min(max(0.5 + 4.0 * (wave(t, period_s) - 1.0 + 2.0 * share), 0.0), 1.0)
    return low + s * (high - low)


def _helmet(pose: Pose, t: float, key: int) -> Pose:
    shakes = 0.05 * sway(key, t, 0.5, 5)
    at_it, low = arm((0.10, 0.20 + shakes, 0.46), (0.1, 1.0, 0.0), _IN), arm((0.10, 0.22, -0.90))
    a = _now_and_then(at_it, low, t, 4.6, 0.32)
    return pose._replace(arm_l=a, arm_r=a, trunk=tipped(pose, 4.0, head=(8.0, 0.0, 6.0 * shakes)))


def _lace(pose: Pose, t: float, _key: int) -> Pose:
    s = wave(t, 0.9)
    arms = [arm((0.72, 0.10 + side * 0.06 * s, -0.62 + 0.05 * s), _ELBOWS_OUT, curl=GRIP) for side in (1.0, 0.4)]
    return pose._replace(arm_l=arms[0], arm_r=arms[1], trunk=tipped(pose, 42.0, head=(14.0, 0.0, 0.0)))


def _haul(pose: Pose, t: float, _key: int) -> Pose:
    arms = []
    for s in (wave(t, 1.5), wave(t + 0.75, 1.5)):
        arms.append(arm((0.46, 0.04, 0.24 + 0.48 * s), _ELBOWS_OUT, curl=GRIP))
    return pose._replace(arm_l=arms[0], arm_r=arms[1], trunk=tipped(pose, 4.0, head=(-14.0, 0.0, 0.0)))


def _shoulder(pose: Pose, t: float, _key: int) -> Pose:
    over = arm((0.16, 0.24, 0.30 + 0.02 * wave(t, 2.0)), (0.4, 0.9, -0.1), (0.0, -0.6, 0.6), curl=GRIP)
    return pose._replace(arm_r=over, trunk=tipped(pose, 8.0, head=(4.0, -8.0, 0.0)))


def _screw(pose: Pose, t: float, _key: int) -> Pose:
    s = wave(t, 1.2)
    holds = arm((0.50, 0.06, -0.16), _ELBOWS_OUT, curl=GRIP)
    turns = arm((0.48, 0.10 + 0.12 * s, -0.10 + 0.10 * s), _ELBOWS_OUT, curl=GRIP)
    return pose._replace(arm_l=holds, arm_r=turns, trunk=tipped(pose, 8.0, head=(18.0, 0.0, 0.0)))


def _saw(pose: Pose, t: float, _key: int) -> Pose:
    s = wave(t, 0.9)
    rest = arm((0.60, 0.20, -0.44), _ELBOWS_OUT, curl=GRIP)
    saws = arm((0.60 + 0.26 * s, 0.14, -0.34 - 0.06 * s), (-0.4, 1.0, 0.2), curl=GRIP)
    return pose._replace(arm_l=rest, arm_r=saws, trunk=tipped(pose, 30.0 + 4.0 * s, head=(6.0, 0.0, 0.0)))


def _wash(pose: Pose, t: float, _key: int) -> Pose:
    """Takes water from below, rubs his face for a second and a half."""
    rubs = arm((0.34, 0.08, 0.24 + 0.07 * wave(t, 0.5)), _ELBOWS_DOWN, (0.0, -0.2, 1.0), (-1.0, 0.0, 0.0))
    a = _now_and_then(rubs, arm((0.56, 0.12, -0.50), _ELBOWS_OUT), t, 3.6, 0.42)
    return pose._replace(arm_l=a, arm_r=a, trunk=tipped(pose, 26.0, head=(12.0, 0.0, 0.0)))


def _rake(pose: Pose, t: float, _key: int) -> Pose:
    s = wave(t, 2.0)
    low = arm((0.66 + 0.20 * s, 0.04, -0.52), _ELBOWS_OUT, curl=GRIP)
    high = arm((0.40 + 0.20 * s, 0.02, -0.18), _ELBOWS_OUT, curl=GRIP)
    return pose._replace(arm_l=low, arm_r=high, trunk=tipped(pose, 18.0 + 8.0 * s, 8.0))


def _load(pose: Pose, t: float, _key: int) -> Pose:
    s = min(max(0.5 + 0.9 * wave(t, 4.2), 0.0), 1.0)
    a = arm((0.56 + 0.22 * s, 0.26, -0.46 + 0.78 * s), _ELBOWS_DOWN, curl=RELAXED)
    return pose._replace(arm_l=a, arm_r=a, trunk=tipped(pose, 14.0 - 16.0 * s))


def _strap(pose: Pose, t: float, key: int) -> Pose:
    """Both hands at the buckle under his chin, then looks whether it holds."""
    picks = 0.03 * sway(key, t, 0.6, 4)
    at_it = arm((0.26, 0.06 + picks, 0.12), _ELBOWS_OUT, (0.0, -0.6, 0.7), curl=GRIP)
    a = _now_and_then(at_it, arm((0.10, 0.22, -0.90)), t, 4.4, 0.36)
    return pose._replace(arm_l=a, arm_r=a, trunk=tipped(pose, 0.0, head=(-10.0, 0.0, 0.0)))


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
    Doing.MADE_UP: made_up,
    Doing.CHOP: _chop,
    Doing.HELMET: _helmet,
    Doing.LACE: _lace,
    Doing.HAUL: _haul,
    Doing.SHOULDER: _shoulder,
    Doing.SCREW: _screw,
    Doing.SAW: _saw,
    Doing.WASH: _wash,
    Doing.RAKE: _rake,
    Doing.LOAD: _load,
    Doing.STRAP: _strap,
}


def busy_with(doing: Doing, pose: Pose, t_s: float, key: int) -> Pose:
    """The act's pose with what his hands do beside it, t_s after he began. key: of the person."""
    return _DOINGS[doing](pose, t_s, key)
