"""A person who hears: whether words from the aircraft's loudspeaker reach him, and what he does then.

A small rig is clear at 60 m (FIELD section 6); all other numbers are assumed, as those of the onlooker are. He
understands the languages that he reads. Who hears a voice whose words he does not understand looks up, no more.
"""

from __future__ import annotations

from math import hypot
from random import Random
from typing import TYPE_CHECKING

from safeconduct.model.vocabulary import Gesture, Signal
from safeconduct.signals import QUESTIONS
from safeconduct.sim.body import TAKEN_OVER, Doing
from safeconduct.sim.understanding import understand

if TYPE_CHECKING:
    from safeconduct.sim.person import Person

CLEAR_M, NEVER_M = 60.0, 120.0
WIND_HALVES_MPS = 12.0
"""Wind takes as much: at so many m/s a voice carries half as far (assumed)."""
DEAF_S = 6.0
"""After a shell that he took cover from (assumed)."""
TAKES_IN_CALM, TAKES_IN_AFRAID = 0.97, 0.75
"""How likely he takes in a short line that he hears clearly, without fear and in terror (assumed)."""
_SHOWS_S = 4.0
_ASKED = {form.phrase: key for key, q in QUESTIONS.items() for form in (q.first, q.otherwise)}
_DOES = {"follow": Signal.FOLLOW, "stop": Signal.STOP, "cover": Signal.COVER, "wait": Signal.WAIT}
_CALMS = frozenset({"not-killed", "not-attacked", "rest", "water-and-care", "rights", "help-comes", "who-we-are"})
_CANNOT_TALK = frozenset({Doing.TAKES_COVER, Doing.SURRENDERS, Doing.LIES_DOWN, *TAKEN_OVER})


def clearness(away_m: float, wind_mps: float) -> float:
    """1 where every word is clear, 0 where none is. away_m: from the loudspeaker to his ear."""
    reach = 1.0 / (1.0 + wind_mps / WIND_HALVES_MPS)
    return min(max((NEVER_M * reach - away_m) / ((NEVER_M - CLEAR_M) * reach), 0.0), 1.0)


def takes_in(rng: Random, *, away_m: float, wind_mps: float, fear: float, deaf: bool) -> bool:
    """Whether one line, in a language of his, is heard and taken in."""
    chance = clearness(away_m, wind_mps) * (TAKES_IN_CALM - (TAKES_IN_CALM - TAKES_IN_AFRAID) * fear)
    return rng.random() < (0.0 if deaf else chance)


def told(
    person: Person, t_s: float, phrase: str, language: str, speaker: tuple[float, float, float], wind_mps: float
) -> bool:
    """A phrase has been said from `speaker` (ENU m); whether he took it in."""
    s, (east, north, up) = person.state, person.eye()
    away_m = hypot(speaker[0] - east, speaker[1] - north, speaker[2] - up)
    if s.doing in TAKEN_OVER or clearness(away_m, wind_mps) <= 0.0:
        return False
    s.looking, s.look_until_s = True, max(s.look_until_s, t_s + 3.0)
    deaf = t_s - s.last_shell_s < DEAF_S
    if language not in person.traits.reads:
        return False
    if not takes_in(person.rng, away_m=away_m, wind_mps=wind_mps, fear=s.fear, deaf=deaf):
        return False
    if phrase in _ASKED:
        _answers(person, t_s, _ASKED[phrase], phrase)
    elif phrase in _DOES:
        understand(person, t_s, _DOES[phrase], False)
    elif phrase in _CALMS:
        s.fear = max(0.1, s.fear - 0.08)
        s.trust = min(1.0, s.trust + 0.05)
        if phrase == "not-killed" and s.asked is Gesture.THROAT:
            s.asked, s.answered = None, True
    return True


def _answers(person: Person, t_s: float, question: str, phrase: str) -> None:
    s, traits = person.state, person.traits
    if s.doing in _CANNOT_TALK:
        return
    hand = Gesture.ONE_HAND_UP
    answer = {
        "cannot-walk": hand if traits.cannot_walk or s.hurt else None,
        "wounded": Gesture.POINT_WOUND if traits.wound or s.hurt else None,
        "how-many": (hand if phrase != "how-many" else Gesture.COUNT) if person.company else None,
        "mean-yes": hand,
        "understood": hand,
        "rest": hand if s.fear > 0.6 or s.walked_m > 300.0 else None,
    }[question]
    if answer is not None:
        person.show(t_s, answer, _SHOWS_S)
        s.next_gesture_s = max(s.next_gesture_s, t_s + _SHOWS_S + 2.0)
