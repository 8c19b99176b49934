"""What the arms, the head and sometimes the trunk show on top of an act: FIELD.md section 5, person to drone.

Each gesture is a function of its own time. Lengths and axes as in `pose`; the right hand is the one that shows when one
hand does.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, radians, sin

from safeconduct.model.vocabulary import Gesture
from safeconduct.sim.figure import sequences
from safeconduct.sim.figure.acts import EASE_S, sway
from safeconduct.sim.figure.manner import in_own_manner, paced
from safeconduct.sim.figure.pose import (
    GRIP,
    OPEN,
    SPREAD,
    THUMB,
    TO_DRONE,
    Numbers,
    Pose,
    Three,
    arm,
    blend,
    smooth,
    tipped,
    wave,
)
from safeconduct.sim.scene import Figure

RAISED = arm((0.06, 0.64, 1.04), (0.1, 1.0, -0.3), (0.0, 0.22, 1.0), (1.0, 0.0, 0.0), OPEN, fan=SPREAD)

_STANDS_OUT = (38.0, 0.0, 0.0, 0.0, 0.0)  # a thumb off its fist


def _both(pose: Pose, a: Numbers, head: Three = (-8.0, 0.0, 0.0)) -> Pose:
    return pose._replace(arm_l=a, arm_r=a, trunk=tipped(pose, head=head))


def _hands_up(pose: Pose, figure: Figure) -> Pose:
    a = RAISED.copy()
    a[1] += 0.03 * sway(figure.key, figure.gesture_s, 2.3, 7)
    return _both(pose, a)


def _hands_clasped(pose: Pose, figure: Figure) -> Pose:
    shaken = 0.06 * wave(figure.gesture_s, 0.5) * (0.5 + 0.5 * wave(figure.gesture_s, 3.1))
    a = arm((0.60 + shaken, 0.075, 0.16 + 1.3 * shaken), (0.0, 0.35, -1.0), (0.4, -0.10, 0.9), (0.0, -1.0, 0.0), OPEN)
    return _both(pose, a, (4.0, 0.0, 0.0))._replace(trunk=tipped(pose, 8.0, head=(-10.0, 0.0, 0.0)))


def _white_cloth(pose: Pose, figure: Figure) -> Pose:
    s = wave(figure.gesture_s, 1.3)
    a = arm((0.14, 0.44 + 0.34 * s, 0.88), (0.1, 1.0, -0.2), (0.0, 0.7 * s, 1.0), (1.0, 0.0, 0.0), GRIP)
    return pose._replace(arm_r=a, trunk=tipped(pose, head=(-8.0, 0.0, 0.0)))


def _wave_both(pose: Pose, figure: Figure) -> Pose:
    lifted = radians(48.0 + 34.0 * wave(figure.gesture_s, 1.1))
    wrist = (0.10, 0.36 + 0.95 * cos(lifted), 1.04 * sin(lifted))
    a = arm(wrist, (0.0, 0.6, -1.0), (0.0, cos(lifted), sin(lifted)), (1.0, 0.0, 0.0), OPEN)
    return _both(pose, a)


def _wave_one(pose: Pose, figure: Figure) -> Pose:
    s = wave(figure.gesture_s, 0.9)
    a = arm((0.15, 0.66 + 0.30 * s, 0.78 - 0.06 * s), (0.0, 1.0, -0.3), (0.0, 0.9 * s, 1.0), (1.0, 0.0, 0.0), OPEN)
    return pose._replace(arm_r=a, trunk=tipped(pose, head=(-8.0, 0.0, 0.0)))


def _nod(pose: Pose, figure: Figure) -> Pose:
    s = 0.5 - 0.5 * cos(2.0 * pi * figure.gesture_s / 1.0)
    return pose._replace(trunk=tipped(pose, 10.0 * s, head=(-12.0 + 46.0 * s, 0.0, 0.0)))


def _shake(pose: Pose, figure: Figure) -> Pose:
    s = wave(figure.gesture_s, 1.0)
    return pose._replace(trunk=tipped(pose, 0.0, 8.0 * s, (-6.0, 0.0, 46.0 * s)))


def _thumb_up(pose: Pose, figure: Figure) -> Pose:
    pump = 0.06 * wave(figure.gesture_s, 1.4)
    wrist = (0.42, 1.08, 0.10 + pump)
    a = arm(wrist, (0.0, 0.3, -1.0), (0.5, 0.85, 0.05), (0.75, -0.4, 0.5), THUMB, fan=_STANDS_OUT, larger=2.0)
    return pose._replace(arm_r=a, trunk=tipped(pose, head=(-8.0, 0.0, 0.0)))


def _one_hand_up(pose: Pose, _figure: Figure) -> Pose:
    a = RAISED.copy()
    a[0:3] = (0.04, 0.46, 1.10)
    return pose._replace(arm_r=a, trunk=tipped(pose, head=(-8.0, 0.0, 0.0)))


def _body_n(pose: Pose, _figure: Figure) -> Pose:
    up = arm((0.05, 0.92, 0.80), (0.0, 0.8, -1.0), (0.0, 0.62, 0.80), (1.0, 0.0, 0.0), OPEN)
    low = arm((0.05, 0.98, -0.78), (-0.6, 0.8, 0.0), (0.0, 0.65, -0.78), (1.0, 0.0, 0.0), OPEN)
    return pose._replace(arm_l=low, arm_r=up, trunk=tipped(pose, head=(-6.0, 0.0, 0.0)))


def _sign(pose: Pose, _figure: Figure) -> Pose:
    a = arm((0.62, 0.46, -0.12), (-0.4, 1.0, -0.8), (0.3, 0.0, 1.0), (-0.2, -1.0, 0.0), GRIP)
    return _both(pose, a, (-4.0, 0.0, 0.0))


def _show_id(pose: Pose, _figure: Figure) -> Pose:
    a = arm((0.86, 0.28, 0.26), (-0.1, 0.7, -1.0), (0.9, 0.0, 0.5), (0.0, -1.0, 0.2), GRIP)
    return pose._replace(arm_r=a, trunk=tipped(pose, head=(-8.0, 0.0, 0.0)))


def _beckon(pose: Pose, figure: Figure) -> Pose:
    """The whole forearm sweeps from far out to the chest, the palm to himself."""
    s = 0.5 - 0.5 * cos(2.0 * pi * figure.gesture_s / 1.4)
    far = arm((0.58, 1.02, 0.16), (0.0, 0.4, -1.0), (0.4, 1.0, 0.2), (-0.4, -0.1, 1.0), OPEN)
    near = arm((0.44, 0.12, 0.06), (0.0, 1.0, -0.5), (-0.1, -1.0, 0.35), (-1.0, 0.0, 0.0), OPEN)
    return pose._replace(arm_r=far + s * (near - far), trunk=tipped(pose, head=(-8.0, 0.0, 0.0)))


def _palm_out(pose: Pose, _figure: Figure) -> Pose:
    a = arm((0.70, 0.80, 0.44), (0.0, 0.8, -1.0), TO_DRONE[0], TO_DRONE[1], OPEN, fan=SPREAD, larger=1.3)
    return pose._replace(arm_r=a, trunk=tipped(pose, head=(-6.0, 0.0, 0.0)))


def _unknown(pose: Pose, figure: Figure) -> Pose:
    """Hands that turn about before the body and say nothing."""
    t = figure.gesture_s
    arms = [
        arm(
            (
                0.50 + 0.14 * sway(figure.key, t, 1.7, k),
                0.44 + 0.16 * sway(figure.key, t, 2.3, k + 1),
                -0.22 + 0.16 * sway(figure.key, t, 1.9, k + 2),
            ),
            (-0.4, 0.8, -0.8),
            (0.8, -0.2, 0.3),
        )
        for k in (11, 21)
    ]
    return pose._replace(arm_l=arms[0], arm_r=arms[1], trunk=tipped(pose, yaw=10.0 * sway(figure.key, t, 3.1, 31)))


_SHOWN: dict[Gesture, Callable[[Pose, Figure], Pose]] = {
    Gesture.HANDS_UP: _hands_up,
    Gesture.ARMS_CROSSED: sequences.arms_crossed,
    Gesture.HANDS_CLASPED: _hands_clasped,
    Gesture.WEAPON_DOWN: sequences.weapon_down,
    Gesture.WHITE_CLOTH: _white_cloth,
    Gesture.WAVE_BOTH: _wave_both,
    Gesture.WAVE_ONE: _wave_one,
    Gesture.THROAT: sequences.throat,
    Gesture.CODE_PROPOSAL: sequences.code_proposal,
    Gesture.NOD: _nod,
    Gesture.SHAKE: _shake,
    Gesture.THUMB_UP: _thumb_up,
    Gesture.ONE_HAND_UP: _one_hand_up,
    Gesture.BODY_N: _body_n,
    Gesture.POINT_LEG: sequences.point_leg,
    Gesture.POINT_WOUND: sequences.point_wound,
    Gesture.SIGN: _sign,
    Gesture.COUNT: sequences.count,
    Gesture.SHOW_ID: _show_id,
    Gesture.BECKON: _beckon,
    Gesture.PALM_OUT: _palm_out,
    Gesture.UNKNOWN: _unknown,
}


def showing(pose: Pose, figure: Figure) -> Pose:
    """The pose of the act with the gesture on top of it."""
    if figure.gesture is None:
        return pose
    ease_s = 2.0 * EASE_S if figure.gesture is Gesture.POINT_LEG else EASE_S
    own = paced(figure)
    shown = in_own_manner(_SHOWN[figure.gesture](pose, own), own)
    return blend(pose, shown, smooth(figure.gesture_s / ease_s))
