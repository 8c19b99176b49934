"""Words from the aircraft's loudspeaker: how many of those who are asked hear it, and answer.

The simulated person of the world, without a mission (`sim.hearing`): its numbers are assumptions, set out in
docs/explanation/the-simulated-person.md. A yes counts only as the gesture that the question asks for.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import sqrt
from random import Random
from typing import Any

from msgspec.structs import replace

from safeconduct.signals import QUESTIONS
from safeconduct.sim import load_scenario
from safeconduct.sim.body import Doing
from safeconduct.sim.hearing import told
from safeconduct.sim.person import Person
from safeconduct.sim.scenario import Scenario

_ASKS = "cannot-walk"
_FIRST_S, _EVERY_S = 3.0, 20.0
_HEIGHT_M = 8.0
_FOUR = {
    "cannot walk, asked by voice: answers so in two tries": (True, "uk", False),
    "can walk, asked by voice: answers that he cannot": (False, "uk", False),
    "asked in a language that he does not know: answers": (True, "ko", False),
    "asked again 20 s after he could not hear for a shell": (True, "uk", True),
}
"""(cannot walk, language, a shell fell just before the first saying)."""


def hearing_figures(people: int) -> dict[str, Any]:
    """Shares of seeded people at 15 to 40 m in winds to 8 m/s, afraid by .2 to .9: asked once, asked as it is asked."""
    got: Counter[str] = Counter(dict.fromkeys(_FOUR, 0))
    for seed in range(people):
        rng = Random(f"talk/hearing/{seed}")
        away_m, wind_mps, fear = rng.uniform(15.0, 40.0), rng.choice((0.0, 4.0, 8.0)), rng.uniform(0.2, 0.9)
        for who, (cannot_walk, language, deaf) in _FOUR.items():
            person = _person(Random(f"{seed}/{who}"), cannot_walk=cannot_walk, fear=fear, deaf=deaf)
            answered = _answers(person, language, away_m, wind_mps)
            got[who] += answered > 0
            got[f"{who}, at the first"] += answered == 1
    return {name: round(got[name] / people, 4) for name in (f"{next(iter(_FOUR))}, at the first", *_FOUR)}


@cache
def _where() -> Scenario:
    return load_scenario("cannot-walk")


def _person(rng: Random, *, cannot_walk: bool, fear: float, deaf: bool) -> Person:
    scenario = _where()
    traits = replace(scenario.person, cannot_walk=cannot_walk, reads=("uk", "ru"))
    person = Person(
        traits, scenario.laid_ground, rng, reception=scenario.route[-1], receivers=scenario.receivers
    )  # fmt: skip
    person.state.fear, person.state.doing = fear, Doing.READY
    if deaf:
        person.state.last_shell_s = 0.0
    return person


def _answers(person: Person, language: str, away_m: float, wind_mps: float) -> int:
    """At which saying he shows yes: 1 or 2; 0: not at all."""
    question = QUESTIONS[_ASKS]
    east, north, up = person.eye()
    aircraft = (east + sqrt(away_m**2 - _HEIGHT_M**2), north, up + _HEIGHT_M)
    for saying in (1, 2):
        t_s = _FIRST_S + (saying - 1) * _EVERY_S
        told(person, t_s, question.first.phrase, language, aircraft, wind_mps)
        if person.state.gesture in question.yes:
            return saying
        person.state.gesture = None
    return 0
