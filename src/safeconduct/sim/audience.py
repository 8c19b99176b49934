"""People who look up at one signal: what does each of them take it for?

The same onlooker as in a whole mission, without the mission: nothing here knows what was meant. A frightened person
looks away more often; whether he knows what FOLLOW wants is drawn as in `understanding`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import msgspec

from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Signal
from safeconduct.sim.onlooker import Onlooker
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.traits import PersonTraits
from safeconduct.sim.understanding import KNOWS_FOLLOW_BY_PICTURES, KNOWS_FOLLOW_BY_WORDS

_CALM, _AFRAID = 0.97, 0.8  # share of the time in which he looks at it (design assumption)
_AWAY_S = (0.4, 1.1)
_GLANCE_S = 0.1
_HOVERED_BEFORE_S = 4.0
REPEAT_GAP_S = 3.0


class Looker(msgspec.Struct, frozen=True):
    """fear: 0…1. note: he has read it, so knows the legend. dark: it is night. led: he is being led already."""

    seed: int
    fear: float = 0.5
    note: bool = False
    dark: bool = False
    led: bool = False


def understood(
    looker: Looker, eye: tuple[float, float, float], flights: Sequence[Sequence[AircraftTruth]]
) -> Signal | None:
    """The first signal that he takes out of the flights, shown one after the other with 3 s between; None: none.

    eye: ENU metres in the flights' frame. Each flight: the aircraft's true moments, in order, at least 10 a second.
    """
    rng = Random(looker.seed)
    onlooker = Onlooker(rng, dark=looker.dark)
    attention = _CALM - (_CALM - _AFRAID) * looker.fear
    knows = _knows_follow(looker, rng)
    looking, until_s = True, rng.uniform(0.5, 8.0)
    for t_s, moment in _glances(flights):
        if t_s >= until_s:
            looking = not looking
            away_s = rng.uniform(*_AWAY_S)
            until_s = t_s + (away_s * attention / (1.0 - attention) if looking else away_s)
        read = onlooker.look(t_s, eye, moment, looking=looking, follows=looker.led, legend=looker.note)
        if read is None or (read is Signal.ATTEND and not looker.led):
            continue  # to feel seen is no answer: he goes on looking
        if read is Signal.FOLLOW and rng.random() > knows:
            continue
        return read
    return None


def _glances(flights: Sequence[Sequence[AircraftTruth]]) -> Iterator[tuple[float, AircraftTruth]]:
    """Ten a second: it hovers before the first flight, and three seconds after each."""
    t_s = 0.0
    for flight in flights:
        begin_ns = flight[0].t_ns
        hovers_s = _HOVERED_BEFORE_S if t_s == 0.0 else 0.0
        while hovers_s > 0.0:
            yield t_s, flight[0]._replace(light_on=False)
            t_s, hovers_s = t_s + _GLANCE_S, hovers_s - _GLANCE_S
        begin_s = t_s
        for moment in flight:
            if begin_s + (moment.t_ns - begin_ns) / NS >= t_s:
                yield t_s, moment
                t_s += _GLANCE_S
        for _ in range(round(REPEAT_GAP_S / _GLANCE_S)):
            yield t_s, flight[-1]._replace(light_on=False)
            t_s += _GLANCE_S


def _knows_follow(looker: Looker, rng: Random) -> float:
    """How likely he is, each time, to take FOLLOW for what it is: by the rule of `understanding`."""
    if looker.note:
        return rng.choice((KNOWS_FOLLOW_BY_PICTURES, KNOWS_FOLLOW_BY_WORDS))
    return PersonTraits((0.0, 0.0)).knows_follow
