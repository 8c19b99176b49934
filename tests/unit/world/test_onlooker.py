"""What a person on the ground reads from an aircraft that flies each signal without a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import radians, tan
from random import Random

import pytest

from safeconduct.model.vocabulary import Signal
from safeconduct.sim.onlooker import Onlooker
from unit.world.flights import (
    Offset,
    away_and_back,
    crosses_and_hovers,
    drops,
    left_right,
    shown,
    still,
    through,
    up_down,
)

SEEDS = 20
CALM = {Signal.ATTEND, Signal.WAIT}


def amplitude(slant_m: float, least_m: float, most_m: float) -> float:
    """Half a stroke that looks about 4° large, as the signals' table asks."""
    return min(max(0.5 * slant_m * tan(radians(4.0)), least_m), most_m)


FLOWN: dict[Signal, tuple[Callable[[float], Offset], float, bool]] = {
    Signal.YES: (lambda r: up_down(amplitude(r, 1.0, 2.0)), 14.0, False),
    Signal.NO: (lambda r: left_right(amplitude(r, 1.5, 3.0)), 18.0, False),
    Signal.FOLLOW: (lambda r: away_and_back(), 26.0, False),
    Signal.STOP: (lambda r: crosses_and_hovers(), 14.0, True),
    Signal.COVER: (lambda r: drops(2.2, 2.4), 8.0, False),
    Signal.HERE: (lambda r: drops(2.0, 7.0), 13.0, True),
    Signal.WAIT: (lambda r: still, 8.0, True),
}
# How many of 20 people read it: fully near by, with luck at 40 m, where smallness and distance begin to cost.
READ_BY = {15.0: 17, 25.0: 16, 40.0: 6}


def read(
    offset: Offset,
    slant_m: float,
    seconds: float,
    *,
    seed: int,
    follows: bool = False,
    legend: bool = False,
    light: Callable[[float], bool] = lambda _t: False,
    looking: Callable[[float], bool] = lambda _t: True,
) -> list[Signal]:
    onlooker = Onlooker(Random(seed))
    signals = []
    for t_s, aircraft in shown(offset, slant_m, seconds, light=light):
        signal = onlooker.look(t_s, (0.0, 0.0, 1.6), aircraft, looking=looking(t_s), follows=follows, legend=legend)
        if signal is not None:
            signals.append(signal)
    return signals


@pytest.mark.parametrize("slant_m", READ_BY)
@pytest.mark.parametrize("signal", FLOWN)
def test_a_signal_flown_within_40_m_is_read_as_what_it_is(signal: Signal, slant_m: float) -> None:
    flown, seconds, follows = FLOWN[signal]
    people = [read(flown(slant_m), slant_m, seconds, seed=seed, follows=follows) for seed in range(SEEDS)]
    assert sum(signal in signals for signals in people) >= READ_BY[slant_m]


@pytest.mark.parametrize("signal", FLOWN)
def test_nothing_is_read_from_80_m(signal: Signal) -> None:
    flown, seconds, follows = FLOWN[signal]
    for seed in range(SEEDS):
        assert read(flown(80.0), 80.0, seconds, seed=seed, follows=follows) == []


@pytest.mark.parametrize("slant_m", [9.0, 15.0, 25.0, 40.0, 60.0])
@pytest.mark.parametrize(("signal", "opposite"), [(Signal.YES, Signal.NO), (Signal.NO, Signal.YES)])
def test_an_answer_is_never_read_as_its_opposite(signal: Signal, opposite: Signal, slant_m: float) -> None:
    flown, seconds, follows = FLOWN[signal]
    for seed in range(SEEDS):
        assert opposite not in read(flown(slant_m), slant_m, seconds, seed=seed, follows=follows)


def test_other_signals_are_rarely_taken_for_an_answer() -> None:
    taken: Counter[Signal] = Counter()
    for signal, (flown, seconds, follows) in FLOWN.items():
        if signal in {Signal.YES, Signal.NO}:
            continue
        for slant_m in READ_BY:
            for seed in range(SEEDS):
                taken.update(read(flown(slant_m), slant_m, seconds, seed=seed, follows=follows))
    assert taken[Signal.YES] + taken[Signal.NO] <= 0.02 * sum(taken.values())


def test_a_swing_too_small_for_the_distance_says_nothing() -> None:
    for seed in range(SEEDS):
        assert Signal.YES not in read(up_down(0.3), 30.0, 14.0, seed=seed)


def test_what_comes_towards_him_is_no_invitation() -> None:
    towards = through((0, 0), (4.4, -4), (5.6, -4), (10, 0), (11.2, 0), (15.6, -4), (16.8, -4), (21.2, 0))
    for seed in range(SEEDS):
        assert Signal.FOLLOW not in read(lambda t: (0.0, 0.0, towards(t)), 20.0, 26.0, seed=seed)


def test_an_aircraft_that_faces_him_and_holds_attends_him() -> None:
    signals = read(still, 20.0, 4.0, seed=1)
    assert signals == [Signal.ATTEND]


def test_who_looks_away_for_long_reads_nothing() -> None:
    for seed in range(SEEDS):
        signals = read(up_down(1.0), 15.0, 14.0, seed=seed, looking=lambda t: t % 3.0 < 0.5)
        assert not set(signals) - CALM


def flashes(count: int, each_s: float) -> Callable[[float], bool]:
    return lambda t: 0.0 <= t < (2 * count - 1) * each_s and int(t / each_s) % 2 == 0


@pytest.mark.parametrize(
    ("count", "each_s", "meant"),
    [(1, 1.0, Signal.YES), (2, 1.0, Signal.NO), (6, 0.4, Signal.COVER), (3, 1.0, None), (1, 0.3, None)],
)
def test_the_light_code_is_read_by_who_knows_the_legend(count: int, each_s: float, meant: Signal | None) -> None:
    signals = [s for s in read(still, 20.0, 10.0, seed=3, legend=True, light=flashes(count, each_s)) if s not in CALM]
    assert signals == ([meant] if meant else [])


def test_the_light_code_says_nothing_before_the_note_is_read() -> None:
    for count in (1, 2):
        assert not set(read(still, 20.0, 10.0, seed=3, light=flashes(count, 1.0))) - CALM


def test_a_light_by_day_is_not_seen_beyond_60_m() -> None:
    assert read(still, 65.0, 10.0, seed=3, legend=True, light=flashes(1, 1.0)) == []


@pytest.mark.parametrize("from_s", [3.0, 4.5, 5.5, 6.2])
def test_a_flash_that_may_have_been_missed_is_never_the_other_answer(from_s: float) -> None:
    signals = read(
        still,
        20.0,
        10.0,
        seed=3,
        legend=True,
        light=flashes(2, 1.0),
        looking=lambda t: not from_s <= t < from_s + 1.0,
    )
    assert Signal.YES not in signals
