"""Saying a phrase aloud: only what the operator picked, one at a time, and only called said on evidence."""

from __future__ import annotations

from msgspec.structs import replace

from safeconduct.conduct.interlocks import promise_lock, under_fire
from safeconduct.conduct.state import MissionState, Saying
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import Hush, Speak
from safeconduct.model.events import Choice, Spoken
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import Phase
from safeconduct.signals import LANGUAGES, PHRASES

REPORT_WITHIN_S = 30.0
"""A phrase takes up to ten seconds to say and a few to make; after this long nobody waits for its evidence."""
URGENT = frozenset({"cover", "stop"})
"""These cut off what is being said."""
UNDER_FIRE = frozenset({"cover", "stop", "wait", "follow", "drone-leaves"})
"""What may begin while shells fall: it is about the shells, or short. Questions and answers wait."""


def say(turn: Turn, choice: Choice) -> None:
    """The operator picked `phrase/language`."""
    phrase, _, language = choice.option.partition("/")
    if why := say_lock(turn.state, phrase, language):
        turn.alert("warning", "refused:say", f"say: {why}.")
        return
    if under_fire(turn.state) and phrase not in UNDER_FIRE:
        turn.set(to_say=(phrase, language))
        turn.alert("info", "said_later", f"“{PHRASES[phrase].meaning}” waits: shells are falling.")
        return
    begin(turn, phrase, language)


def begin(turn: Turn, phrase: str, language: str) -> None:
    """All locks are passed. What an urgent phrase cuts off in fire is said again when it is quiet."""
    _again(turn)
    number = turn.state.next_utterance
    turn.set(saying=Saying(number, phrase, language, turn.state.t_ns), next_utterance=number + 1)
    turn.command(Speak(turn.state.t_ns, phrase, PHRASES[phrase].meaning, number, language))


def drowned(turn: Turn) -> None:
    """A shell falls into what is being said: he has heard half of it at best."""
    said = turn.state.saying
    if said is not None:
        turn.set(saying=replace(said, drowned=True))


def _again(turn: Turn) -> None:
    said = turn.state.saying
    mine = turn.state.asking is not None and said is not None and turn.state.asking.utterance == said.utterance
    if said is not None and said.drowned and said.phrase not in UNDER_FIRE and not mine:
        turn.set(to_say=(said.phrase, said.language))  # a question has its own way to be asked again


def say_lock(state: MissionState, phrase: str, language: str) -> str:
    """A phrase that promises safety or help waits for the own side's no-fire, like every promise."""
    if phrase not in PHRASES:
        return f"'{phrase}' is no phrase"
    if language not in LANGUAGES:
        return f"'{language}' is no language that this software knows"
    if state.phase is Phase.CLOSED:
        return "the mission is closed"
    if state.person is None:
        return "nobody is selected"
    if PHRASES[phrase].promises and (why := promise_lock(state)):
        return f"“{PHRASES[phrase].meaning}” is a promise and stays locked: {why}"
    if state.saying is not None and phrase not in URGENT:
        return f"“{PHRASES[state.saying.phrase].meaning}” is still being said"
    return ""


def reported(turn: Turn, event: Spoken) -> None:
    """What was really played."""
    saying = turn.state.saying
    if saying is None or saying.utterance != event.utterance:
        return
    _again(turn)
    turn.set(saying=None)
    asking = turn.state.asking
    if asking is not None and asking.utterance == event.utterance:
        # What only the station's speaker plays reaches the crew, not him.
        turn.set(asking=replace(asking, heard=event.ok and event.place == "aircraft"))
    if not event.ok:
        _not_said(turn, saying, event.why or "no evidence")


def advance(turn: Turn) -> None:
    """With every tick: what nobody reports was not said."""
    saying = turn.state.saying
    if saying is not None and PHRASES[saying.phrase].promises and promise_lock(turn.state):
        # Half a promise is heard as a whole one: it ends in the middle of a word.
        turn.set(saying=None)
        turn.command(Hush(turn.state.t_ns, saying.utterance, "its promise cannot be kept any more"))
        _not_said(turn, saying, "its promise cannot be kept any more")
    elif saying is not None and turn.state.t_ns > after(saying.since_t_ns, REPORT_WITHIN_S):
        turn.set(saying=None)
        _not_said(turn, saying, f"nothing was heard of it for {REPORT_WITHIN_S:.0f} s")
    elif saying is None and turn.state.to_say is not None and not under_fire(turn.state):
        _say_what_waited(turn, *turn.state.to_say)


def _say_what_waited(turn: Turn, phrase: str, language: str) -> None:
    turn.set(to_say=None)
    if why := say_lock(turn.state, phrase, language):
        turn.alert("warning", "not_said", f"“{PHRASES[phrase].meaning}” was not said: {why}.")
    else:
        begin(turn, phrase, language)


def dropped(turn: Turn, why: str) -> None:
    """What waits for quiet is not said any more."""
    if turn.state.to_say is not None:
        phrase, _ = turn.state.to_say
        turn.set(to_say=None)
        turn.alert("warning", "not_said", f"“{PHRASES[phrase].meaning}” was not said: {why}.")


def _not_said(turn: Turn, saying: Saying, why: str) -> None:
    turn.alert("warning", "not_said", f"“{PHRASES[saying.phrase].meaning}” was not said: {why}.")
