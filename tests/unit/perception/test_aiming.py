"""The gimbal keeps the followed person in the middle and large enough, from pictures alone."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, degrees, hypot

import pytest

from safeconduct.model.geometry import Enu
from safeconduct.perception import Aiming, in_picture
from safeconduct.sim.scene import View

WIDE, HIGH = 960, 540
CAMERA = Enu(0.0, 0.0, 12.0)
FEET = Enu(0.0, 15.0, 0.0)


def box(view: View, stands: Enu = FEET) -> tuple[float, float, float, float]:
    feet = in_picture(view, stands, WIDE, HIGH)
    head = in_picture(view, stands._replace(up=1.75), WIDE, HIGH)
    assert feet is not None
    assert head is not None
    return feet[0] - 20.0, head[1], feet[0] + 20.0, feet[1]


def test_a_person_in_the_picture_comes_to_its_middle_at_a_readable_size() -> None:
    aiming = Aiming((20.0, 84.0), WIDE, HIGH)
    for i in range(60):
        view = View(CAMERA, 0.0, aiming.aim.pitch_deg, 0.0, aiming.aim.hfov_deg)
        b = box(view)
        aiming.seen(0.2 * i, b, b[3] - b[1], view)
        aiming.move(0.2 * i, 0.2, CAMERA, FEET)
    assert (b[1] + b[3]) / 2.0 == pytest.approx(HIGH / 2.0, abs=3.0)
    assert b[3] - b[1] == pytest.approx(0.27 * HIGH, abs=4.0)


def test_with_nobody_in_the_picture_it_looks_where_somebody_is_expected() -> None:
    aiming = Aiming((20.0, 84.0), WIDE, HIGH)
    for i in range(30):
        aim = aiming.move(0.2 * i, 0.2, CAMERA, FEET)
    assert aim.pitch_deg == pytest.approx(-degrees(atan2(11.1, hypot(FEET.east, FEET.north))), abs=0.5)


def test_a_lost_person_is_looked_for_closely_and_widely_in_turn() -> None:
    aiming = Aiming((20.0, 84.0), WIDE, HIGH)
    view = View(CAMERA, 0.0, -38.0, 0.0, 40.0)
    aiming.seen(0.0, box(view), 120.0, view)
    looked = [aiming.move(0.2 * i, 0.2, CAMERA, FEET).hfov_deg for i in range(100)]
    assert max(looked) == pytest.approx(55.0, abs=1.0)
    assert min(looked[20:]) < 45.0
    turns = sum((a - b) * (b - c) < 0 for a, b, c in zip(looked, looked[1:], looked[2:], strict=False))
    assert turns >= 3


def test_the_gimbal_is_never_faster_than_a_gimbal() -> None:
    aiming = Aiming((20.0, 84.0), WIDE, HIGH)
    before = aiming.aim
    for i in range(20):
        aim = aiming.move(0.1 * i, 0.1, CAMERA, Enu(0.0, 1.0, 0.0))
        assert abs(aim.pitch_deg - before.pitch_deg) <= 6.0 + 1e-9
        before = aim


def test_a_picture_dated_wrongly_by_a_sixth_of_a_second_does_not_set_the_gimbal_swinging() -> None:
    """Five pictures a second, and the gimbal's attitude taken from a moment after each, as on a real link."""
    aiming = Aiming((30.0, 30.0), WIDE, HIGH)
    pitches = [aiming.aim.pitch_deg] * 6
    for i in range(200):
        t_s, feet = 0.1 * i, Enu(0.0, 12.0 + 0.03 * min(i, 120), 0.0)
        if i % 2 == 0:
            taken, told = pitches[-5], pitches[-3]  # 0.4 s ago, and 0.2 s later
            b = box(View(CAMERA, 0.0, taken, 0.0, 30.0), feet)
            aiming.seen(t_s, b, b[3] - b[1], View(CAMERA, 0.0, told, 0.0, 30.0))
        pitches.append(aiming.move(t_s, 0.1, CAMERA, feet).pitch_deg)
    steps = [b - a for a, b in pairwise(pitches[60:])]
    assert max(map(abs, steps)) < 1.0
    assert sum(a * b < 0.0 for a, b in pairwise(steps)) <= 4, "it does not swing"
    assert steps[-30:] == [0.0] * 30, "he stands: it rests"


def test_who_fills_the_picture_is_kept_whole_in_it() -> None:
    aiming = Aiming((30.0, 30.0), WIDE, HIGH)
    near = Enu(0.0, 6.0, 0.0)
    low = Enu(0.0, 0.0, 3.0)
    for i in range(100):
        view = View(low, 0.0, aiming.aim.pitch_deg, 0.0, 30.0)
        b = box(view, near)
        aiming.seen(0.1 * i, b, b[3] - b[1], view)
        aiming.move(0.1 * i, 0.1, low, near)
    assert b[3] - b[1] > 0.35 * HIGH
    assert min(b[1], HIGH - b[3]) > 0.04 * HIGH
