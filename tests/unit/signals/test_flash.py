"""The light code: what is sent is read, and what arrives damaged is never read as the other answer."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.vocabulary import Signal
from safeconduct.signals import DARK, FLASHES, edges_s, flashes_for, read_flashes

Edges = list[tuple[float, bool]]
CODED = sorted(FLASHES)
ANSWERS = [Signal.YES, Signal.NO]
OTHER = {Signal.YES: Signal.NO, Signal.NO: Signal.YES}
JITTER = st.lists(st.floats(0.9, 1.1), min_size=12, max_size=12)


def sent(signal: Signal, jitter: list[float] | None = None) -> Edges:
    """Timed edges as a lamp makes them; `jitter` stretches each stretch of light and dark."""
    times = edges_s(FLASHES[signal])
    stretches = [b - a for a, b in pairwise(times)]
    stretched = [s * (jitter[i] if jitter else 1.0) for i, s in enumerate(stretches)]
    return [(t, i % 2 == 0) for i, t in enumerate(accumulate(stretched, initial=0.0))]


@pytest.mark.parametrize("signal", CODED)
def test_each_code_reads_back_as_itself(signal: Signal) -> None:
    assert read_flashes(sent(signal)) is signal


@given(st.sampled_from(CODED), JITTER)
def test_a_lamp_that_is_ten_per_cent_off_is_still_read(signal: Signal, jitter: list[float]) -> None:
    assert read_flashes(sent(signal, jitter)) is signal


@given(st.sampled_from(ANSWERS), JITTER, st.integers(0, 3))
def test_one_lost_edge_never_turns_an_answer_into_the_other(signal: Signal, jitter: list[float], lost: int) -> None:
    edges = sent(signal, jitter)
    del edges[lost % len(edges)]
    assert read_flashes(edges) is None


@given(st.sampled_from(CODED), JITTER, st.integers(0, 11), st.floats(0.0, 0.3))
def test_one_doubled_edge_never_turns_an_answer_into_the_other(
    signal: Signal, jitter: list[float], doubled: int, later_s: float
) -> None:
    edges = sent(signal, jitter)
    t_s, on = edges[doubled % len(edges)]
    edges.insert(doubled % len(edges) + 1, (t_s + later_s, on))
    assert read_flashes(edges) in (signal, None)


@given(st.sampled_from(ANSWERS), JITTER, st.floats(0.05, 0.6))
def test_a_lamp_that_flickers_never_turns_an_answer_into_the_other(
    signal: Signal, jitter: list[float], for_s: float
) -> None:
    edges = sent(signal, jitter)
    off_s = edges[0][0] + 0.2
    flickering = [edges[0], (off_s, False), (off_s + for_s, True), *edges[1:]]
    assert read_flashes(flickering) is None


@given(st.lists(st.tuples(st.floats(0.0, 30.0), st.booleans()), max_size=14))
def test_any_light_at_all_is_read_without_harm(edges: Edges) -> None:
    read = read_flashes(sorted(edges))
    assert read is None or read in FLASHES


def test_what_is_not_sure_is_not_read() -> None:
    assert read_flashes([]) is None
    assert read_flashes([(0.0, True)]) is None, "a light that stays on"
    assert read_flashes([(0.0, True), (5.0, False)]) is None, "a light that is on for long"
    assert read_flashes([(0.0, True), (0.1, False)]) is None, "a spark"
    three = [(float(t), t % 2 == 0) for t in range(6)]
    assert read_flashes(three) is None, "three long flashes are in no legend"


def test_yes_is_one_long_flash_and_no_two_and_cover_many_short() -> None:
    assert flashes_for(Signal.YES).count == 1
    assert flashes_for(Signal.NO).count == 2
    assert flashes_for(Signal.NO).duration_s == 3.0
    assert flashes_for(Signal.COVER).count >= 4
    assert flashes_for(Signal.COVER).each_s < 0.5
    assert flashes_for(Signal.FOLLOW) == DARK
    assert DARK.duration_s == 0.0
