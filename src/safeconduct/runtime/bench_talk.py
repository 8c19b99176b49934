"""`safeconduct bench talk`: is the aircraft understood, and can a lost command turn an answer into the other one?

The flights are those of the real driver over the twin's bytes, in calm and in wind, and the light is the twin's own.
The people are the simulated world's: where the figures of a real frightened person differ, so will these
(docs/explanation/the-simulated-person.md).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from math import sqrt
from multiprocessing import get_context
from random import Random
from typing import Any, NamedTuple

from safeconduct.model.geometry import Enu, toward
from safeconduct.model.vocabulary import Channel, Signal
from safeconduct.runtime.bench_table import Bar, at_least, at_most, bench_report
from safeconduct.runtime.bench_talk_hearing import hearing_figures
from safeconduct.runtime.bench_talk_light import keys_to_light
from safeconduct.runtime.proving_flight import ProvingFlight, Shown
from safeconduct.signals import NIGHT_RANGE_M, read_flashes, read_motion, same_reading
from safeconduct.sim.audience import Looker, understood
from safeconduct.sim.twin import TwinSettings
from safeconduct.sim.twin.dynamics import wind_of

_RANGES_M = (15.0, 20.0, 25.0, 30.0, 35.0, 40.0)
_WINDS_MPS = (0.0, 4.0, 8.0)
_HEIGHT_M = 8.0
_EYE_M = 1.6
_PERSON = Enu(0.0, 0.0, 0.0)
_OPPOSITE = {Signal.YES: Signal.NO, Signal.NO: Signal.YES}
_WITH_NOTE = (Signal.YES, Signal.NO, Signal.FOLLOW, Signal.WAIT)
_WITHOUT = (Signal.YES, Signal.NO, Signal.FOLLOW)
_TRIES = 2
_APART_S = (0.1, 0.6, 2.5)
"""Between two messages: before the dark second is over, just at it, and long after."""
_COMMAND_LONG = 76


class _Asked(NamedTuple):
    signal: Signal
    note: bool
    range_m: float
    wind_mps: float


AFTER_THE_NOTE, WITHOUT_IT = at_least(0.95), at_least(0.85)
BARS = {
    "yes for no, or no for yes": at_most(0.001),
    "of these called shown and another": at_most(0),
    "key to light, ms, p95": at_most(50.0),
    "of these without light within 6 s": at_most(0),
}
_A_PIECE = 250


def bench_talk(short: bool = False) -> dict[str, Any]:
    """short: 100 people, 100 messages and 8 keys rather than 2,000, 10,000 and 24."""
    people, messages, keys = (100, 100, 8) if short else (2000, 10_000, 24)
    figures: dict[str, Any] = {}
    baseline: dict[str, Any] = {}
    _keys(figures, keys)  # first, while nothing else of ours runs
    workers = min(os.cpu_count() or 1, 8)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        sent = [pool.submit(messages_in_piece, piece, count) for piece, count in _pieces(messages)]
        seen = [pool.submit(people_in_piece, piece * _A_PIECE, count) for piece, count in _pieces(people)]
        _understood(figures, baseline, people, [one.result() for one in seen])
        figures |= hearing_figures(people)
        _told(figures, messages, sum((one.result() for one in sent), Counter[str]()))
    told = baseline["yes without it, one try, motion alone"]
    ratio = round(figures["yes after the note"] / told, 2) if told else None
    return bench_report("talk", figures, baseline, ratio, _bars(figures))


def _pieces(count: int) -> list[tuple[int, int]]:
    """(number, how many): the same pieces however many processes there are."""
    return [(i, min(_A_PIECE, count - i * _A_PIECE)) for i in range(-(-count // _A_PIECE))]


def _keys(figures: dict[str, Any], count: int) -> None:
    took = keys_to_light(count)
    lit = sorted(key.took_ms for key in took if key.took_ms is not None)
    figures["keys pressed for an answer"] = count
    figures["of these without light within 6 s"] = count - len(lit)
    figures["key to light, ms, p95"] = None
    if lit:
        figures["key to light, ms, p50"] = lit[len(lit) // 2]
        figures["key to light, ms, p95"] = lit[min(int(0.95 * len(lit)), len(lit) - 1)]
        figures["key to light, ms, worst"] = lit[-1]
    figures["load while keys were pressed"] = round(os.getloadavg()[0], 1)


def _understood(figures: dict[str, Any], baseline: dict[str, Any], people: int, seen: Sequence[Counter[_Took]]) -> None:
    all_of = sum(seen, Counter[_Took]())
    opposite = asked = 0
    for note, signals in ((True, _WITH_NOTE), (False, _WITHOUT)):
        for signal in signals:
            name = f"{signal} {'after the note' if note else 'without it'}"
            figures[name] = round(all_of[_Took(signal, note, True, signal)] / people, 4)
            baseline[f"{name}, one try, motion alone"] = round(all_of[_Took(signal, note, False, signal)] / people, 4)
            if signal in _OPPOSITE:
                asked += people
                opposite += all_of[_Took(signal, note, True, _OPPOSITE[signal])]
    figures["yes for no, or no for yes"] = round(opposite / asked, 5)


def _told(figures: dict[str, Any], messages: int, sent: Counter[str]) -> None:
    figures |= {
        "messages with one command lost or doubled": messages,
        "of these decoded as asked": sent["as asked"],
        "of these reported not shown": sent["not shown"],
        "of these called shown and another": sent["another"],
        "of these reported not shown, yet read as the other answer": sent["other answer, reported"],
    }


def _bars(figures: dict[str, Any]) -> dict[str, Bar]:
    """Of every figure that has one."""
    note = {name: AFTER_THE_NOTE for name in figures if name.endswith("after the note")}
    without = {name: WITHOUT_IT for name in figures if name.endswith("without it")}
    return note | without | BARS


class _Took(NamedTuple):
    """What one person took a signal for. whole: as the mission shows it, else one try by motion alone."""

    signal: Signal
    note: bool
    whole: bool
    read: Signal | None


def people_in_piece(first: int, count: int) -> Counter[_Took]:
    """So many seeded people, from that seed on, each shown everything: what they took it for."""
    flights = _flights()
    took = Counter[_Took]()
    for seed in range(first, first + count):
        for note, signals in ((True, _WITH_NOTE), (False, _WITHOUT)):
            for signal in signals:
                took[_Took(signal, note, True, _one(seed, signal, note, flights, _TRIES))] += 1
                plain = _one(seed, signal, note, flights, 1, motion_only=True)
                took[_Took(signal, note, False, plain)] += 1
    return took


@cache
def _flights() -> dict[_Asked, Shown]:
    """Every signal from every range in every wind, flown once, with the light where the note was read."""
    flown = {}
    for wind_mps in _WINDS_MPS:
        for range_m in _RANGES_M:
            at = toward(57.0, sqrt(range_m**2 - _HEIGHT_M**2))._replace(up=_HEIGHT_M)
            flight = ProvingFlight(at, TwinSettings(wind=wind_of(wind_mps, 250.0)), _PERSON)
            for number, signal in enumerate(_WITH_NOTE, 1):
                for note in (True, False):
                    flown[_Asked(signal, note, range_m, wind_mps)] = flight.show(
                        signal, _PERSON, 2 * number + note, light=note
                    )
    return flown


def _one(
    seed: int, signal: Signal, note: bool, flights: dict[_Asked, Shown], tries: int, *, motion_only: bool = False
) -> Signal | None:
    """One person, drawn by his seed: what he takes the signal for."""
    rng = Random(f"talk/{seed}/{signal}/{note}")
    range_m, dark = rng.choice(_RANGES_M), rng.random() < 0.5
    if dark:
        range_m = min(
            range_m, NIGHT_RANGE_M
        )  # from farther off the mission refuses to signal by night: it comes closer
    asked = _Asked(signal, note and not motion_only, range_m, rng.choice(_WINDS_MPS))
    looker = Looker(
        rng.getrandbits(32),
        fear=rng.uniform(0.2, 0.9),
        note=note,
        dark=dark,
        led=signal is Signal.WAIT,
    )
    return understood(looker, (_PERSON.east, _PERSON.north, _PERSON.up + _EYE_M), [flights[asked].truths] * tries)


def messages_in_piece(piece: int, count: int) -> Counter[str]:
    """Random answers, each with one command on its way lost or doubled: what became of them."""
    outcome: Counter[str] = Counter()
    rng = Random(f"talk/messages/{piece}")
    at = toward(57.0, 16.0)._replace(up=_HEIGHT_M)
    flight = ProvingFlight(at, face=_PERSON)
    for number in range(1, count + 1):
        signal = rng.choice((Signal.YES, Signal.NO, Signal.COVER))
        flight.wire = Broken(rng.choice(("lost", "doubled")), rng.randrange(3))
        shown = flight.show(signal, _PERSON, number)
        flight.wire = _whole
        flight.pass_time(rng.choice(_APART_S))
        outcome[_became(signal, shown)] += 1
    return outcome


def _became(signal: Signal, shown: Shown) -> str:
    by_light = read_flashes(shown.light_edges) if shown.light_edges else None
    verdicts = {v.channel: v.ok for v in shown.verdicts}
    if verdicts.get(Channel.MANOEUVRE) and not same_reading(signal, read_motion(shown.track, _PERSON)):
        return "another"
    if verdicts.get(Channel.LIGHT):
        return "as asked" if by_light is signal else "another"
    return "other answer, reported" if by_light is _OPPOSITE.get(signal, Signal.IDENTIFY) else "not shown"


def _whole(datagram: bytes) -> Sequence[bytes]:
    return (datagram,)


class Broken:
    """A link on which the n-th command (counted from 0) is lost or arrives twice."""

    def __init__(self, fault: str, nth: int) -> None:
        self._fault, self._left = fault, nth

    def __call__(self, datagram: bytes) -> Iterable[bytes]:
        message = int.from_bytes(datagram[7:10], "little")
        if message != _COMMAND_LONG:
            return (datagram,)
        self._left -= 1
        if self._left != -1:
            return (datagram,)
        return () if self._fault == "lost" else (datagram, datagram)
