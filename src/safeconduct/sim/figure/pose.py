"""A pose as numbers that can be blended: trunk, two arms, two legs.

Lengths are in the body's own measures, so that one table serves man and child: arms in arm lengths (shoulder to wrist)
from the middle between the shoulders, along the chest's own forward, outward (left for the left arm, right for the
right one) and up; legs in leg lengths (hip to ankle) along the ground's forward, outward, up, the ankle of a flat foot
at up = 0. Angles are degrees: pitch bends forward, roll leans to the right, yaw turns to the left.
"""

from __future__ import annotations

from math import pi, sin
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Three = tuple[float, float, float]

# the places of an arm's numbers
WRIST, ELBOW, FINGERS, PALM, CURL, ON_GROUND = slice(0, 3), slice(3, 6), slice(6, 9), slice(9, 12), slice(12, 17), 17
FAN, LARGER = slice(18, 23), 23
# of a leg's
ANKLE, KNEE, TOE_PITCH, TOE_OUT = slice(0, 3), slice(3, 6), 6, 7
# of the trunk's: the pelvis is where the hips' middle stands, in leg lengths
PELVIS, HIPS, SPINE, HEAD = slice(0, 3), slice(3, 6), slice(6, 9), slice(9, 12)

OPEN = (0.0, 0.0, 0.0, 0.0, 0.0)
RELAXED = (8.0, 18.0, 20.0, 22.0, 24.0)
FIST = (30.0, 78.0, 80.0, 80.0, 78.0)
GRIP = (25.0, 55.0, 58.0, 60.0, 60.0)
ONE_FINGER = (32.0, 0.0, 80.0, 80.0, 78.0)
TWO_FINGERS = (32.0, 0.0, 0.0, 80.0, 78.0)
THUMB = (-8.0, 80.0, 82.0, 82.0, 80.0)

# how far each finger is turned to the thumb's side
CLOSED = (0.0, 0.0, 0.0, 0.0, 0.0)
SPREAD = (22.0, 13.0, 2.0, -9.0, -20.0)
LOUD = 1.8  # fingers that mean something are shown larger than life: the picture has few pixels for them

# where fingers and palm of a hand point that is shown to somebody 30 degrees up
TO_DRONE = ((-0.5, 0.05, 0.85), (0.85, 0.0, 0.5))


class Pose(NamedTuple):
    trunk: Numbers
    arm_l: Numbers
    arm_r: Numbers
    leg_l: Numbers
    leg_r: Numbers


def arm(
    wrist: Three,
    elbow: Three = (-0.6, 0.8, -0.4),
    fingers: Three = (0.0, 0.0, 0.0),
    palm: Three = (0.0, -1.0, 0.0),
    curl: tuple[float, ...] = RELAXED,
    ground: bool = False,
    fan: tuple[float, ...] = CLOSED,
    larger: float = 1.0,
) -> Numbers:
    """elbow: which way it points. fingers: where they point, zero: on along the forearm. palm: where it faces.

    ground: the wrist is told along the ground's axes from the place of the figure, still in arm lengths. larger: how
    many times its size a straight finger is shown.
    """
    return np.array([*wrist, *elbow, *fingers, *palm, *curl, float(ground), *fan, larger])


def leg(ankle: Three, knee: Three = (1.0, 0.15, 0.0), toe_pitch: float = 0.0, toe_out: float = 8.0) -> Numbers:
    return np.array([*ankle, *knee, toe_pitch, toe_out])


def trunk(
    pelvis: Three, hips: Three = (0.0, 0.0, 0.0), spine: Three = (0.0, 0.0, 0.0), head: Three = (0.0, 0.0, 0.0)
) -> Numbers:
    """hips, spine, head: (pitch, roll, yaw), each on top of the one before."""
    return np.array([*pelvis, *hips, *spine, *head])


def smooth(share: float) -> float:
    """0 to 1 with rest at both ends."""
    s = min(max(share, 0.0), 1.0)
    return s * s * (3.0 - 2.0 * s)


def blend(a: Pose, b: Pose, share: float) -> Pose:
    if share <= 0.0:
        return a
    if share >= 1.0:
        return b
    return Pose(*(p + share * (q - p) for p, q in zip(a, b, strict=True)))


def mix(a: Numbers, b: Numbers, share: float) -> Numbers:
    return a + smooth(share) * (b - a)


def along(t_s: float, *keys: tuple[float, Numbers]) -> Numbers:
    """Smoothly from key to key (time, numbers); before the first and after the last it rests there."""
    before = keys[0]
    if t_s <= before[0]:
        return before[1]
    for key in keys[1:]:
        if t_s < key[0]:
            return mix(before[1], key[1], (t_s - before[0]) / (key[0] - before[0]))
        before = key
    return before[1]


def tipped(pose: Pose, pitch: float = 0.0, yaw: float = 0.0, head: Three = (0.0, 0.0, 0.0)) -> Numbers:
    """The trunk of a pose with the spine bent and the head turned a little more; degrees. head: (pitch, roll, yaw)."""
    t = pose.trunk.copy()
    t[6] += pitch
    t[8] += yaw
    t[9] += head[0]
    t[10] += head[1]
    t[11] += head[2]
    return t


def wave(t_s: float, period_s: float) -> float:
    """-1 to 1."""
    return sin(2.0 * pi * t_s / period_s)
