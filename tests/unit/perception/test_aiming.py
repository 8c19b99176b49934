"""The gimbal keeps the followed person in the middle and large enough, from pictures alone."""

from __future__ import annotations

from math import atan2, degrees, hypot

import pytest

from safeconduct.model.geometry import Enu
from safeconduct.perception import Aiming, in_picture
from safeconduct.sim.scene import View

WIDE, HIGH = 960, 540
CAMERA = Enu(0.0, 0.0, 12.0)
FEET = Enu(0.0, 15.0, 0.0)


def box(view: View) -> tuple[float, float, float, float]:
    feet = in_picture(view, FEET, WIDE, HIGH)
    head = in_picture(view, Enu(FEET.east, FEET.north, 1.75), WIDE, HIGH)
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
