"""A place in the picture is a place on the ground, and back."""

from __future__ import annotations

from math import hypot, radians, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.geometry import Enu
from safeconduct.perception import in_picture, on_ground, ray
from safeconduct.perception.where import FARTHEST_M
from safeconduct.sim.scene import View

WIDE, HIGH = 960, 540


def flat(_e: float, _n: float) -> float:
    return 0.0


def test_the_middle_of_the_picture_shows_what_the_camera_points_at() -> None:
    held = View(Enu(5.0, 10.0, 10.0), 90.0, -45.0)
    place = on_ground(held, WIDE / 2, HIGH / 2, WIDE, HIGH, flat)
    assert place is not None
    assert place == pytest.approx((15.0, 10.0, 0.0), abs=1e-6)


def test_right_in_the_picture_is_clockwise_of_the_heading() -> None:
    held = View(Enu(0.0, 0.0, 10.0), 0.0, -30.0)
    left, right = (on_ground(held, x, 300, WIDE, HIGH, flat) for x in (100, 860))
    assert left is not None
    assert right is not None
    assert left.east < 0.0 < right.east


def test_half_the_picture_is_half_the_field_of_view() -> None:
    d = ray(View(Enu(0.0, 0.0, 0.0), 0.0, 0.0, 0.0, 60.0), WIDE, HIGH / 2, WIDE, HIGH)
    assert d.east / d.north == pytest.approx(tan(radians(30.0)))


def test_with_a_positive_roll_the_horizon_falls_to_the_right() -> None:
    held = View(Enu(0.0, 0.0, 0.0), 0.0, 0.0, 5.0)
    left, right = (in_picture(held, Enu(e, 1000.0, 0.0), WIDE, HIGH) for e in (-300.0, 300.0))
    assert left is not None
    assert right is not None
    assert left[1] < right[1]


@given(
    heading=st.floats(0.0, 359.0),
    pitch=st.floats(-89.0, -10.0),
    roll=st.floats(-10.0, 10.0),
    hfov=st.floats(10.0, 100.0),
    x=st.floats(0.0, WIDE),
    y=st.floats(0.0, HIGH),
)
def test_what_is_found_on_the_ground_stands_there_in_the_picture(
    heading: float, pitch: float, roll: float, hfov: float, x: float, y: float
) -> None:
    held = View(Enu(3.0, -4.0, 12.0), heading, pitch, roll, hfov)
    place = on_ground(held, x, y, WIDE, HIGH, flat)
    if place is None:
        d = ray(held, x, y, WIDE, HIGH)
        assert d.up > -0.01 or 12.0 / -d.up > FARTHEST_M
        return
    back = in_picture(held, place, WIDE, HIGH)
    assert back is not None
    assert back == pytest.approx((x, y), abs=0.01)


def test_on_a_slope_the_place_is_where_the_ray_meets_the_slope() -> None:
    def slope(_e: float, n: float) -> float:
        return 0.1 * n

    held = View(Enu(0.0, 0.0, 10.0), 0.0, -35.0)
    place = on_ground(held, WIDE / 2, HIGH / 2, WIDE, HIGH, slope)
    assert place is not None
    assert place.up == pytest.approx(0.1 * place.north, abs=0.05)
    assert 10.0 - place.up == pytest.approx(hypot(place.east, place.north) * tan(radians(35.0)), abs=0.05)


def test_nothing_on_the_ground_is_told_above_the_horizon_or_behind() -> None:
    held = View(Enu(0.0, 0.0, 10.0), 0.0, 10.0)
    assert on_ground(held, WIDE / 2, HIGH / 2, WIDE, HIGH, flat) is None
    assert in_picture(held, Enu(0.0, -20.0, 0.0), WIDE, HIGH) is None
