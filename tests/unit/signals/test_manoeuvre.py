"""How each signal is flown before a person: large enough to be read, never low, never towards him, or refused."""

from __future__ import annotations

from math import atan, degrees, hypot, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.model.geometry import ZERO, Enu, add, ground_range_m, toward
from safeconduct.model.vocabulary import Signal
from safeconduct.signals import CannotShow, Manoeuvre, along, manoeuvre_for

RANGES_M = (5.0, 10.0, 17.0, 25.0, 40.0, 55.0, 75.0)
SIGNALS = list(Signal)
SWINGS = {Signal.YES: (1.0, 2.0), Signal.NO: (1.5, 3.0)}  # floor and ceiling of half the stroke, metres
LIMITS = {"level": (5.0, 2.5), "up": (1.5, 1.0)}  # ArduCopter's defaults: m/s, m/s² (FLIGHT facts)


def hovering(slant_m: float, height_m: float, bearing_deg: float = 0.0, person: Enu = ZERO) -> Enu:
    """A place at that slant range and height from the person."""
    ground_m = sqrt(slant_m * slant_m - height_m * height_m)
    return add(person, toward(bearing_deg, ground_m)._replace(up=height_m))


def flown(m: Manoeuvre, begin: Enu) -> list[tuple[float, Enu]]:
    steps = round(m.duration_s * 10)
    return [(i / 10.0, add(begin, m.at(i / 10.0)[0])) for i in range(steps + 1)]


@pytest.mark.parametrize("slant_m", RANGES_M)
@pytest.mark.parametrize("signal", SIGNALS)
def test_every_signal_is_over_soon_and_where_it_began(signal: Signal, slant_m: float) -> None:
    begin = hovering(slant_m, min(4.5, slant_m / 1.5))
    m = manoeuvre_for(signal, begin, ZERO)
    assert m.signal is signal
    assert 4.0 <= m.duration_s <= 30.0
    assert flown(m, begin)[-1][1] == pytest.approx(begin, abs=1e-9)
    assert hypot(*m.axis) == pytest.approx(1.0)


@settings(max_examples=60)
@given(st.sampled_from(SIGNALS), st.floats(5.0, 75.0), st.floats(3.0, 40.0), st.floats(0.0, 359.0), st.floats(-30, 30))
def test_it_never_sinks_below_two_metres_over_him_and_never_comes_nearer(
    signal: Signal, slant_m: float, height_m: float, bearing: float, ground_up_m: float
) -> None:
    person = Enu(120.0, -40.0, ground_up_m)
    begin = hovering(slant_m - 1e-6, min(height_m, slant_m - 1e-6), bearing, person)  # 75 m, rounded, may be beyond it
    for t_s, place in flown(manoeuvre_for(signal, begin, person), begin):
        assert place.up - person.up >= 2.0 - 1e-6, f"{signal} at {t_s} s"
        assert ground_range_m(place, person) >= ground_range_m(begin, person) - 1e-6, f"{signal} at {t_s} s"


@given(st.sampled_from(sorted(SWINGS)), st.floats(5.0, 75.0))
def test_yes_and_no_look_four_degrees_wide_between_floor_and_ceiling(signal: Signal, slant_m: float) -> None:
    m = manoeuvre_for(signal, hovering(slant_m, 5.0), ZERO)
    low, high = SWINGS[signal]
    assert low <= m.amplitude_m <= high
    apparent_deg = degrees(atan(2.0 * m.amplitude_m / slant_m))
    assert apparent_deg >= 3.99 or m.amplitude_m == high
    assert apparent_deg <= 4.01 or m.amplitude_m == low


@settings(max_examples=40)
@given(st.sampled_from([s for s in SIGNALS if s is not Signal.COVER]), st.floats(5.0, 75.0))
def test_what_is_flown_keeps_inside_an_autopilots_default_limits(signal: Signal, slant_m: float) -> None:
    m = manoeuvre_for(signal, hovering(slant_m, 5.0), ZERO)
    speed, acceleration = LIMITS["up" if m.axis.up else "level"]
    for i in range(round(m.duration_s * 20)):
        _, v, a = along(m.legs, i / 20.0)
        assert abs(v) <= speed
        assert abs(a) <= acceleration


@pytest.mark.parametrize("signal", SIGNALS)
def test_the_declared_amplitude_is_what_the_legs_fly(signal: Signal) -> None:
    begin = hovering(17.0, 8.0)
    m = manoeuvre_for(signal, begin, ZERO)
    offsets = [along(m.legs, t_s)[0] for t_s, _ in flown(m, begin)]
    assert (max(offsets) - min(offsets)) / 2.0 == pytest.approx(m.amplitude_m, abs=0.01)


@pytest.mark.parametrize("bearing", [0.0, 77.0, 190.0, 300.0])
def test_no_goes_across_his_view_yes_up_and_down_follow_straight_away(bearing: float) -> None:
    begin = hovering(20.0, 6.0, bearing)
    sight = toward(bearing)
    across = manoeuvre_for(Signal.NO, begin, ZERO).axis
    assert across.east * sight.east + across.north * sight.north == pytest.approx(0.0, abs=1e-9)
    assert manoeuvre_for(Signal.YES, begin, ZERO).axis == Enu(0.0, 0.0, 1.0)
    assert manoeuvre_for(Signal.FOLLOW, begin, ZERO).axis == pytest.approx(sight, abs=1e-9)


@pytest.mark.parametrize("signal", [Signal.YES, Signal.NO, Signal.FOLLOW])
def test_what_needs_repetition_is_shown_twice(signal: Signal) -> None:
    assert manoeuvre_for(signal, hovering(17.0, 8.0), ZERO).cycles == 2.0


@pytest.mark.parametrize("signal", [Signal.ATTEND, Signal.WAIT])
def test_to_hover_still_is_a_signal_too(signal: Signal) -> None:
    begin = hovering(17.0, 8.0)
    m = manoeuvre_for(signal, begin, ZERO)
    assert {place for _, place in flown(m, begin)} == {begin}
    assert m.cycles == 0.0


@pytest.mark.parametrize("signal", SIGNALS)
def test_beyond_seventy_five_metres_it_is_refused_and_says_how_to_mend_it(signal: Signal) -> None:
    with pytest.raises(CannotShow, match="75 m; come closer"):
        manoeuvre_for(signal, hovering(75.1, 15.0), ZERO)
