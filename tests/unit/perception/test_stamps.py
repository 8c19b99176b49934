"""Whatever clock a source keeps, the eyes get times that rise; what was wrong with it is told."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.mission_time import NS
from safeconduct.perception.stamps import Stamps

MS = 1_000_000


def times_ms(stamps: Stamps, *stamps_ms: int | None) -> list[int]:
    return [stamps.take(None if ms is None else ms * MS) // MS for ms in stamps_ms]


def test_times_begin_at_nothing_whatever_the_first_stamp_is() -> None:
    assert times_ms(Stamps(0.1), -1000, -900, -750) == [0, 100, 250]
    assert times_ms(Stamps(0.1), 5_000_000, 5_000_100) == [0, 100]


def test_pictures_without_a_stamp_follow_at_the_usual_interval() -> None:
    stamps = Stamps(0.04)
    assert times_ms(stamps, None, None, None) == [0, 40, 80]
    assert "25 pictures a second" in stamps.told()[0]
    mixed = Stamps(0.1)
    assert times_ms(mixed, 0, None, 200, None, 400) == [0, 100, 200, 300, 400]
    assert not mixed.told()


def test_a_first_stamp_that_comes_late_goes_on_from_where_the_pictures_are() -> None:
    assert times_ms(Stamps(0.1), None, None, 70_000, 70_100) == [0, 100, 70_000, 70_100]


def test_a_clock_that_is_set_back_or_far_ahead_is_counted_on_and_told() -> None:
    stamps = Stamps(0.1)
    assert times_ms(stamps, 0, 100, 200, 0, 100, 9_000_000, 9_000_100) == [0, 100, 200, 300, 400, 500, 600]
    (line,) = stamps.told()
    assert "leaps back by 0.2 s at 0.2 s, and 1 more" in line


def test_two_pictures_out_of_order_are_no_leap() -> None:
    stamps = Stamps(0.1)
    assert times_ms(stamps, 0, 100, 90, 200) == [0, 100, 100, 200]
    assert not stamps.told()


def test_a_pause_is_kept_and_told() -> None:
    stamps = Stamps(0.1)
    assert times_ms(stamps, 0, 100, 20_100, 20_200) == [0, 100, 20_100, 20_200]
    assert "no picture for 20.0 s from 0.1 s on" in stamps.told()[0]


def test_a_stream_that_fell_silent_is_counted_by_how_long_nothing_came() -> None:
    stamps = Stamps(0.1)
    stamps.take(0)
    stamps.take(100 * MS, 100 * MS)
    assert stamps.take(0, 30 * NS) == 100 * MS + 30 * NS  # it came back and its clock began anew
    assert stamps.take(100 * MS, 100 * MS) == 200 * MS + 30 * NS


@given(
    st.lists(
        st.one_of(st.none(), st.integers(-(2**63), 2**63), st.integers(-5 * NS, 5 * NS)),
        min_size=1,
        max_size=60,
    ),
    st.floats(1e-3, 20.0),
)
def test_times_always_rise_and_never_run_away(stamps_ns: list[int | None], interval_s: float) -> None:
    stamps = Stamps(interval_s)
    times = [stamps.take(ns) for ns in stamps_ns]
    assert times[0] == 0
    assert all(a < b for a, b in pairwise(times))
    assert all(b - a <= 1200 * NS for a, b in pairwise(times))
    assert all("\n" not in line for line in stamps.told())
