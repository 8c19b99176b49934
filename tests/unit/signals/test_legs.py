"""What an autopilot is asked to fly: it begins and ends at rest, makes no leap, and keeps inside its limits."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.signals import Leg, along, duration_s, leg_seconds

SPEED = st.floats(0.5, 6.0)
ACCELERATION = st.floats(0.3, 4.0)
ROUNDING = 1.003  # leg_seconds rounds to tenths and forgives a thousandth of one

legs_of = st.lists(
    st.builds(Leg, st.floats(-5.0, 5.0), st.integers(5, 80).map(lambda tenths: tenths / 10.0)), min_size=1, max_size=7
).map(tuple)


@settings(max_examples=50)
@given(st.floats(0.02, 20.0), SPEED, ACCELERATION)
def test_a_leg_keeps_inside_the_speed_and_acceleration_that_it_was_given(d_m: float, v: float, a: float) -> None:
    seconds = leg_seconds(d_m, v, a)
    moments = [along((Leg(d_m, seconds),), seconds * i / 100.0) for i in range(101)]
    assert max(abs(speed) for _, speed, _ in moments) <= v * ROUNDING
    assert max(abs(acceleration) for _, _, acceleration in moments) <= a * ROUNDING


@settings(max_examples=50)
@given(st.floats(0.2, 20.0), SPEED, ACCELERATION)
def test_a_leg_is_as_short_as_its_limits_allow(d_m: float, v: float, a: float) -> None:
    shorter = leg_seconds(d_m, v, a) - 0.11
    if shorter <= 0.0:
        return
    moments = [along((Leg(d_m, shorter),), shorter * i / 100.0) for i in range(101)]
    assert max(m[1] for m in moments) > v or max(m[2] for m in moments) > a * 0.999


@given(st.floats(-20.0, 20.0), SPEED, ACCELERATION)
def test_the_way_back_takes_as_long_as_the_way_there(d_m: float, v: float, a: float) -> None:
    assert leg_seconds(d_m, v, a) == leg_seconds(-d_m, v, a)


@given(legs_of)
def test_every_leg_begins_and_ends_at_rest(legs: tuple[Leg, ...]) -> None:
    for end_s, leg in zip(accumulate(leg.seconds for leg in legs), legs, strict=True):
        for just in (end_s - 1e-7, end_s, end_s + 1e-7):
            at_m, speed, acceleration = along(legs, just)
            assert at_m == pytest.approx(leg.to_m, abs=1e-5)
            assert speed == pytest.approx(0.0, abs=1e-4)
            assert acceleration == pytest.approx(0.0, abs=1e-3)


@given(legs_of)
def test_before_it_begins_and_after_it_ends_it_hovers(legs: tuple[Leg, ...]) -> None:
    assert along(legs, -1.0) == (0.0, 0.0, 0.0)
    assert along(legs, 0.0) == (0.0, 0.0, 0.0)
    assert along(legs, duration_s(legs) + 1.0) == (legs[-1].to_m, 0.0, 0.0)


@given(legs_of, st.floats(0.0, 1.0))
def test_place_speed_and_acceleration_belong_together(legs: tuple[Leg, ...], share: float) -> None:
    t_s, dt = share * duration_s(legs), 1e-4
    before, now, later = (along(legs, t_s + k * dt) for k in (-1, 0, 1))
    assert (later[0] - before[0]) / (2 * dt) == pytest.approx(now[1], abs=0.05)
    assert (later[1] - before[1]) / (2 * dt) == pytest.approx(now[2], abs=0.3)


def test_no_legs_are_no_motion() -> None:
    assert duration_s(()) == 0.0
    assert along((), 1.0) == (0.0, 0.0, 0.0)
