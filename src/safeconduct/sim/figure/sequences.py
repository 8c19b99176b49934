"""Gestures that run through several positions: crossing, laying down, throat, code, leg, wound, counting.

Axes and lengths as in `pose`.
"""

from __future__ import annotations

from math import pi, sin

from safeconduct.sim.figure.acts import LOWERED, sitting
from safeconduct.sim.figure.pose import (
    CLOSED,
    FIST,
    GRIP,
    LOUD,
    ONE_FINGER,
    OPEN,
    RELAXED,
    SPREAD,
    TO_DRONE,
    TWO_FINGERS,
    Numbers,
    Pose,
    along,
    arm,
    leg,
    mix,
    smooth,
    tipped,
    wave,
)
from safeconduct.sim.scene import Act, Figure

LAID_S = 1.45  # WEAPON_DOWN: from then on the rifle lies on the ground
_CROSS_S, _OPEN_S = 1.6, 0.4  # each X is held; from one to the other
_BEGIN_S = 0.2  # of the first X, lost while the arms come up
_CODE_S = 7.5
_V = (0.0, 16.0, -12.0, 0.0, 0.0)  # two fingers apart
_STANDING = frozenset({Act.STAND, Act.READ, Act.CARRY})


def arms_crossed(pose: Pose, figure: Figure) -> Pose:
    """Forearms with their hands cross at the middle, overhead and on the chest in turn, open for a moment between."""
    t = (figure.gesture_s + _BEGIN_S) % (2.0 * (_CROSS_S + _OPEN_S))
    arms = []
    for near in (0.0, 0.14):  # one forearm lies before the other
        over = arm((0.02 + near, -0.13, 1.02), (0.0, 1.0, 0.1), (0.0, -0.80, 0.7), (1.0, 0.0, 0.0), OPEN)
        chest = arm((0.43 + near, -0.12, 0.12), (0.0, 1.0, -0.6), (0.0, -0.80, 0.6), (-1.0, 0.0, 0.0), OPEN)
        apart = arm((0.45, 0.62, 0.62), (0.0, 1.0, -0.4), (0.1, 0.1, 1.0), (1.0, 0.0, 0.0), OPEN)
        half, end = _CROSS_S + _OPEN_S, 2.0 * (_CROSS_S + _OPEN_S)
        above = ((0.0, over), (_CROSS_S, over), (_CROSS_S + 0.5 * _OPEN_S, apart))
        arms.append(along(t, *above, (half, chest), (end - _OPEN_S, chest), (end - 0.5 * _OPEN_S, apart), (end, over)))
    return pose._replace(arm_l=arms[0], arm_r=arms[1], trunk=tipped(pose, head=(-8.0, 0.0, 0.0)))


def weapon_down(pose: Pose, figure: Figure) -> Pose:
    """Rifle held away from the body, bends, lays it down, rises with open hands."""
    t = figure.gesture_s
    away = arm((0.40, 0.85, -0.35), (-0.5, 0.6, -0.6), (0.6, 0.5, -0.2), (0.0, -0.6, -0.6), GRIP)
    down = arm((0.95, 0.62, 0.16), (-0.3, 0.9, 0.2), (0.7, 0.0, -0.5), (0.0, -0.4, -1.0), GRIP, ground=True)
    raised = arm((0.30, 0.80, 0.50), (0.0, 1.0, -0.8), (0.1, 0.2, 1.0), (1.0, 0.0, 0.0), OPEN)
    open_hand = arm((0.35, 0.85, 0.15), (-0.2, 0.7, -0.8), (0.4, 0.3, 1.0), (1.0, 0.0, 0.0), OPEN)
    right = along(t, (0.0, away), (0.5, away), (1.3, down), (1.6, down), (2.7, raised))
    left = along(t, (0.0, open_hand), (1.3, open_hand), (2.7, raised))
    bow = along(t, (0.5, pose.trunk), (1.25, _bowed(pose, figure)), (1.65, _bowed(pose, figure)), (2.6, pose.trunk))
    return pose._replace(arm_l=left, arm_r=right, trunk=bow)


def _bowed(pose: Pose, figure: Figure) -> Numbers:
    t = pose.trunk.copy()
    if figure.act in _STANDING:
        t[0:3] = (-0.16, 0.0, 0.66)
        t[3] += 44.0
    else:
        t[3] += 30.0
    t[6] += 28.0
    t[9] -= 30.0
    return t


def throat(pose: Pose, figure: Figure) -> Pose:
    t = figure.gesture_s % 2.2
    begin = arm((0.27, -0.22, 0.25), (0.3, 1.0, 0.25), (0.0, -1.0, 0.05), (0.0, 0.0, -1.0), OPEN)
    end = arm((0.30, 0.38, 0.22), (0.0, 1.0, 0.25), (0.25, -1.0, 0.05), (0.0, 0.0, -1.0), OPEN)
    off = arm((0.48, 0.66, 0.16), (0.0, 1.0, 0.1), (0.6, -0.8, 0.0), (0.0, 0.0, -1.0), OPEN)
    a = along(t, (0.0, begin), (0.35, begin), (1.05, end), (1.4, off), (2.2, begin))
    shake = 26.0 * wave(figure.gesture_s, 0.9)
    return pose._replace(arm_r=a, trunk=tipped(pose, head=(-10.0, 0.0, shake)))


def code_proposal(pose: Pose, figure: Figure) -> Pose:
    """Points long at the light with a straight arm; one finger beside the head and one stroke, two fingers and two."""
    t = figure.gesture_s % _CODE_S
    at_light = arm((0.34, 1.00, 0.74), (0.0, 1.0, -0.4), (0.30, 0.62, 0.62), (0.8, -0.4, 0.0), ONE_FINGER, larger=LOUD)
    stroke = 0.0
    if 3.0 <= t < 4.0:
        stroke = sin(pi * (t - 3.0)) ** 2
    elif 5.0 <= t < 6.8:
        stroke = sin(pi * (t - 5.0) / 0.9) ** 2
    one = _beside_head(0.52 * stroke, ONE_FINGER, CLOSED)
    two = _beside_head(0.52 * stroke, TWO_FINGERS, _V)
    a = along(t, (0.0, at_light), (2.0, at_light), (2.4, one), (4.2, one), (4.5, two), (7.0, two), (_CODE_S, at_light))
    return pose._replace(arm_r=a, trunk=tipped(pose, head=(-12.0, 0.0, 0.0)))


def _beside_head(down: float, shown: tuple[float, ...], fan: tuple[float, ...]) -> Numbers:
    """The right hand high and clear of the head; down: how far a stroke has lowered it."""
    wrist = (0.06 + 0.50 * down, 0.84 + 0.10 * down, 0.76 - down)
    return arm(wrist, (0.0, 1.0, -0.8), TO_DRONE[0], TO_DRONE[1], shown, fan=fan, larger=LOUD)


def point_leg(pose: Pose, figure: Figure) -> Pose:
    """Both hands strike toward a leg; then he tries to rise, and sinks back."""
    t = figure.gesture_s % 6.0
    strike = 0.06 * max(0.0, wave(figure.gesture_s, 0.8)) if t < 3.4 else 0.0
    lifts = smooth((t - 3.5) / 1.0) * (1.0 - smooth((t - 4.7) / 0.5))
    sits = figure.act in LOWERED or figure.act in _STANDING
    base = sitting() if sits else pose
    trunk = tipped(base, 10.0 - 14.0 * lifts, head=(-22.0 * lifts, 0.0, 0.0))
    if sits:  # the hurt right leg lies straight, the other is bent
        trunk[0] += 0.05 * lifts
        trunk[2] += 0.19 * lifts
        trunk[3] += 24.0 * lifts
        at_leg = arm(
            (0.92, 0.20, 0.52 + strike), (-0.1, 1.0, 0.1), (0.5, -0.1, -0.9), (0.0, -0.3, -1.0), ONE_FINGER, ground=True
        )
        across = arm(
            (0.92, 0.02, 0.58 + strike), (-0.1, 1.0, 0.1), (0.5, -0.6, -0.8), (0.0, -0.3, -1.0), ONE_FINGER, ground=True
        )
        prop = arm((-0.20, 0.72, 0.12), (-1.0, 0.4, 0.0), (-0.3, 1.0, -0.1), (0.0, 0.0, -1.0), OPEN, ground=True)
        hurt = leg((0.93, 0.20, 0.0), (0.1, 0.2, 1.0), -38.0, 20.0)
        return Pose(trunk, mix(across, prop, lifts), mix(at_leg, prop, lifts), base.leg_l, hurt)
    trunk[2] += 0.10 * lifts
    trunk[6] += 24.0 * (1.0 - lifts)
    at_leg = arm((0.34, 0.34, -0.98 + strike), (-0.6, 0.9, 0.0), (0.25, -0.1, -1.0), (0.0, -0.5, -0.3), ONE_FINGER)
    across = arm((0.56, -0.06, -0.90 + strike), (0.0, 1.0, 0.1), (0.1, -0.7, -0.8), (-0.3, -0.3, -0.3), ONE_FINGER)
    spread = arm((0.45, 0.85, -0.45), (-0.4, 0.8, -0.5), (0.5, 0.4, 0.0), (0.0, 0.0, -1.0), OPEN)
    return base._replace(trunk=trunk, arm_l=mix(across, spread, lifts), arm_r=mix(at_leg, spread, lifts))


def point_wound(pose: Pose, figure: Figure) -> Pose:
    """The right hand grips the left upper arm, held away from the body; then it taps the wrist, where a watch is."""
    t = figure.gesture_s % 4.4
    tap = 0.09 * max(0.0, wave(t - 2.5, 0.55)) if 2.5 <= t < 4.0 else 0.0
    hurt = arm((0.56, 0.90, -0.30), (-0.2, 1.0, -0.2), (0.9, -0.3, -0.1), (0.0, -0.2, -1.0), RELAXED)
    grips = arm((0.36, -0.44, -0.14), (0.3, 0.6, -1.0), (-0.35, -1.0, 0.1), (-1.0, 0.2, -0.1), GRIP)
    watch = arm((0.72, 0.10, 0.02), (0.0, 1.0, -0.2), (0.2, -1.0, 0.25), (0.6, 0.0, -0.7), FIST)
    points = arm(
        (0.70, 0.10, 0.40 - tap), (0.0, 1.0, 0.25), (0.05, -0.65, -0.8), (-0.3, -0.4, -0.3), ONE_FINGER, larger=LOUD
    )
    left = along(t, (0.0, hurt), (1.9, hurt), (2.4, watch), (4.0, watch), (4.4, hurt))
    right = along(t, (0.0, grips), (1.9, grips), (2.4, points), (4.0, points), (4.4, grips))
    return pose._replace(arm_l=left, arm_r=right, trunk=tipped(pose, 4.0, head=(8.0, 0.0, 12.0)))


def counted(figure: Figure) -> int:
    """How many fingers a COUNT shows: the number of his `sign` when that is one to five, otherwise two."""
    return int(figure.sign) if figure.sign in ("1", "2", "3", "4", "5") else 2


def count(pose: Pose, figure: Figure) -> Pose:
    """As many fingers as strokes."""
    number = counted(figure)
    t = figure.gesture_s % (0.7 * number + 1.4)
    stroke = sin(pi * t / 0.7) ** 2 if t < 0.7 * number else 0.0
    shown = (34.0 if number < 5 else 0.0, *(0.0 if k < number else 80.0 for k in range(4)))
    a = _beside_head(0.40 * stroke, shown, _V if number == 2 else SPREAD)
    return pose._replace(arm_r=a, trunk=tipped(pose, head=(-8.0, 0.0, 0.0)))
