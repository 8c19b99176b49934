"""`safeconduct bench talk`: is the aircraft understood, and can a lost command turn an answer into the other one?

The flights are those of the real driver over the twin's bytes, in calm and in wind, and the light is the twin's own.
The people are the simulated world's: where the figures of a real frightened person differ, so will these
(docs/explanation/the-simulated-person.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import sqrt
from random import Random
from typing import Any, NamedTuple

from safeconduct.model.geometry import Enu, toward
from safeconduct.model.vocabulary import Channel, Signal
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
_COMMAND_LONG = 76


class _Asked(NamedTuple):
    signal: Signal
    note: bool
    range_m: float
    wind_mps: float


def bench_talk(short: bool = False) -> dict[str, Any]:
    """short: 200 people and 300 messages rather than 2,000 and 10,000."""
    people, messages = (200, 300) if short else (2000, 10_000)
    flights = _flights()
    figures: dict[str, Any] = {}
    baseline: dict[str, Any] = {}
    opposite = asked = 0
    for note, signals in ((True, _WITH_NOTE), (False, _WITHOUT)):
        for signal in signals:
            got, plain = Counter[Signal | None](), Counter[Signal | None]()
            for seed in range(people):
                got[_one(seed, signal, note, flights, _TRIES)] += 1
                plain[_one(seed, signal, note, flights, 1, motion_only=True)] += 1
            name = f"{signal} {'after the note' if note else 'without it'}"
            figures[name] = round(got[signal] / people, 4)
            baseline[f"{name}, one try, motion alone"] = round(plain[signal] / people, 4)
            if signal in _OPPOSITE:
                asked += people
                opposite += got[_OPPOSITE[signal]]
    figures["yes for no, or no for yes"] = round(opposite / asked, 5)
    sent = _messages(messages)
    figures |= {
        "messages with one command lost or doubled": messages,
        "of these decoded as asked": sent["as asked"],
        "of these reported not shown": sent["not shown"],
        "of these called shown and another": sent["another"],
        "of these reported not shown, yet read as the other answer": sent["other answer, reported"],
    }
    told = baseline["yes without it, one try, motion alone"]
    return {
        "name": "talk",
        "figures": figures,
        "baseline": baseline,
        "ratio": round(figures["yes after the note"] / told, 2) if told else None,
    }


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


def _messages(count: int) -> Counter[str]:
    """Random answers, each with one command on its way lost or doubled: what became of them."""
    outcome: Counter[str] = Counter()
    rng = Random(6)
    at = toward(57.0, 16.0)._replace(up=_HEIGHT_M)
    flight = ProvingFlight(at, face=_PERSON)
    for number in range(1, count + 1):
        signal = rng.choice((Signal.YES, Signal.NO, Signal.COVER))
        flight.wire = Broken(rng.choice(("lost", "doubled")), rng.randrange(3))
        shown = flight.show(signal, _PERSON, number)
        flight.wire = _whole
        flight.pass_time(rng.choice((1.0, 7.0)))
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
