"""What a viewer at the person's place reads from the flight: the signal, or nothing; never the other answer."""

from __future__ import annotations

from math import sin, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.model.geometry import ZERO, Enu, add, toward
from safeconduct.model.vocabulary import Signal
from safeconduct.signals import STILLNESS, manoeuvre_for, read_motion, same_reading

OPPOSITE = {Signal.YES: Signal.NO, Signal.NO: Signal.YES}
ANSWERS = sorted(OPPOSITE)
Flight = list[tuple[float, Enu]]


def flight(signal: Signal, begin: Enu, person: Enu = ZERO, share: float = 1.0) -> Flight:
    """Ten places a second from the beginning to a second after the end, as asked or at a share of the amplitude."""
    m = manoeuvre_for(signal, begin, person)
    return [(i / 10.0, add(begin, m.at(i / 10.0)[0], share)) for i in range(round(m.duration_s * 10) + 11)]


def hovering(slant_m: float, height_m: float, bearing_deg: float = 57.0) -> Enu:
    return toward(bearing_deg, sqrt(slant_m**2 - height_m**2))._replace(up=height_m)


@pytest.mark.parametrize("height_m", [4.5, 8.0, 12.0])
@pytest.mark.parametrize("slant_m", [13.0, 17.0, 25.0, 40.0, 60.0, 74.0])
@pytest.mark.parametrize("signal", list(Signal))
def test_every_signal_reads_as_itself_from_his_place(signal: Signal, slant_m: float, height_m: float) -> None:
    assert same_reading(signal, read_motion(flight(signal, hovering(slant_m, height_m)), ZERO))


@pytest.mark.parametrize("signal", ANSWERS)
def test_three_metres_up_a_nod_is_flown_above_and_still_reads(signal: Signal) -> None:
    assert read_motion(flight(signal, hovering(12.0, 3.0)), ZERO) is signal


@settings(max_examples=150)
@given(st.sampled_from(ANSWERS), st.floats(8, 74), st.floats(-60, 60), st.floats(-60, 60), st.floats(-20, 20))
def test_from_no_place_on_the_ground_does_an_answer_read_as_the_other(
    signal: Signal, slant_m: float, east: float, north: float, up: float
) -> None:
    seen_from = Enu(east, north, up)
    assert read_motion(flight(signal, hovering(slant_m, 5.0)), seen_from) is not OPPOSITE[signal]


@settings(max_examples=150)
@given(
    st.sampled_from(ANSWERS),
    st.floats(0.0, 1.3),
    st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2), st.floats(-0.15, 0.15)),
    st.floats(0.0, 0.4),
    st.floats(0.2, 1.0),
)
def test_neither_wind_nor_half_a_flight_makes_the_other_answer_of_it(
    signal: Signal, share: float, drift_mps: tuple[float, float, float], gust_m: float, flown: float
) -> None:
    whole = flight(signal, hovering(20.0, 8.0), share=share)
    blown = [
        (t, add(add(p, Enu(*drift_mps), t), Enu(sin(1.7 * t), sin(1.1 * t + 2.0), sin(1.3 * t + 1.0)), gust_m))
        for t, p in whole[: max(2, round(flown * len(whole)))]
    ]
    assert read_motion(blown, ZERO) is not OPPOSITE[signal]


@pytest.mark.parametrize("signal", [s for s in Signal if s not in STILLNESS])
def test_a_quarter_of_the_stroke_reads_as_nothing_that_was_asked(signal: Signal) -> None:
    assert read_motion(flight(signal, hovering(40.0, 12.0), share=0.25), ZERO) is not signal


@pytest.mark.parametrize("signal", [s for s in Signal if s not in STILLNESS])
def test_beyond_75_m_nothing_is_read(signal: Signal) -> None:
    assert read_motion(flight(signal, hovering(40.0, 12.0)), Enu(0.0, -70.0, 0.0)) is None


def test_what_comes_nearer_first_is_no_invitation() -> None:
    backwards = [(t, Enu(p.east, p.north, p.up)) for t, p in flight(Signal.FOLLOW, hovering(20.0, 6.0))]
    begin = backwards[0][1]
    nearer = [(t, add(begin, Enu(*(p[i] - begin[i] for i in range(3))), -1.0)) for t, p in backwards]
    assert read_motion(backwards, ZERO) is Signal.FOLLOW
    assert read_motion(nearer, ZERO) is not Signal.FOLLOW


def test_no_flight_is_no_signal() -> None:
    assert read_motion([], ZERO) is None
    assert read_motion([(0.0, hovering(20.0, 6.0))], ZERO) is None
