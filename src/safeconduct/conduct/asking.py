"""Asking him: the operator picks the question, he has all the time in the world, and no time-out abandons it.

A question is said beside ATTEND, once more after a while, then in other words beside one slow circle, then handed back
to the operator; an answer counts even after that. Nothing of it begins while shells fall or while he asks something
himself: his question goes first. What fire cut off is asked again as a whole.
"""

from __future__ import annotations

from msgspec.structs import replace

from safeconduct.conduct import saying, transmission
from safeconduct.conduct.interlocks import person_lost, under_fire
from safeconduct.conduct.state import Asking, MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import Option
from safeconduct.model.events import Choice, GestureSeen
from safeconduct.model.geometry import Enu, ground_range_m
from safeconduct.model.mission_time import after, seconds_between
from safeconduct.model.vocabulary import Decision, Gesture, Phase
from safeconduct.signals import GESTURES, LANGUAGES, QUESTIONS, Form

WITH_HIM_M = 15.0
LISTEN_S = 14.0
"""He hears, thinks and raises a hand; a frightened man takes ten seconds (design assumption)."""
HIS_QUESTION_FIRST_S = 60.0
CUT_OFF_AT_MOST = 2
_MOTION_WITHIN_S = 10.0
_FIRST, _AGAIN, _OTHERWISE = 0, 1, 2
_STAY = (Option("stay", "Stay, help comes to him"), Option("lead", "He can walk"))


def decided(turn: Turn, choice: Choice) -> None:
    """The operator picked `question/language`, or says what becomes of the one that is open."""
    asking = turn.state.asking
    if choice.option in ("again", "otherwise", "yes", "leave"):
        if asking is None:
            turn.alert("warning", "refused:ask", "ask: no question is open.")
        elif choice.option == "yes":
            _answered(turn, asking, "")
        elif choice.option == "leave":
            turn.set(asking=replace(asking, stage="open"))
        else:
            form = _FIRST if choice.option == "again" else _OTHERWISE
            turn.set(asking=Asking(asking.question, asking.language, form, since_t_ns=turn.state.t_ns))
            _told_if_it_waits(turn)
        return
    key, _, language = choice.option.partition("/")
    if why := ask_lock(turn.state, key, language):
        turn.alert("warning", "refused:ask", f"ask: {why}.")
        return
    turn.withdraw(Decision.ASK)
    turn.set(asking=Asking(key, language, since_t_ns=turn.state.t_ns))
    _told_if_it_waits(turn)


def ask_lock(state: MissionState, key: str, language: str) -> str:
    """Why this question cannot be asked now; fire is no reason: then it waits."""
    if key not in QUESTIONS:
        return f"'{key}' is no question"
    if language not in LANGUAGES:
        return f"'{language}' is no language that this software knows"
    if state.phase is Phase.CLOSED:
        return "the mission is closed"
    if state.person is None:
        return "nobody is selected"
    asking = state.asking
    if asking is not None and asking.stage in ("waits", "asks", "listens"):
        return f"“{QUESTIONS[asking.question].words}” is still being asked"
    return ""


def _told_if_it_waits(turn: Turn) -> None:
    asking = turn.state.asking
    if asking is not None and (why := _wait_for(turn.state)):
        turn.alert("info", "asks_later", f"“{QUESTIONS[asking.question].words}” waits: {why}.")


def _wait_for(state: MissionState) -> str:
    """Whose turn it is, when it is not ours."""
    if under_fire(state):
        return "shells are falling"
    if person_lost(state):
        return "the person is not seen"
    if state.open_question is not None and state.t_ns < after(state.open_question[1], HIS_QUESTION_FIRST_S):
        return "his question is answered first"
    if any(q.gesture is not None for q in state.queue):
        return "his question is answered first"
    return ""


def advance(turn: Turn) -> None:
    """With every tick."""
    state, asking = turn.state, turn.state.asking
    if asking is None or state.phase is Phase.CLOSED:
        return
    if asking.stage == "waits":
        if not _wait_for(state) and state.showing is None and state.saying is None:
            _begin(turn, asking)
    elif asking.stage == "asks":
        if under_fire(state):
            _cut_off(turn, asking)
        else:
            _goes_on(turn, asking)
    elif asking.stage == "listens":
        if _wait_for(state):
            turn.set(asking=replace(asking, stage="waits"))  # it is asked anew when it is our turn again
        elif seconds_between(asking.since_t_ns, state.t_ns) >= LISTEN_S:
            _next(turn, asking)
    elif asking.stage == "back":
        _hand_back(turn, asking)


def _form(asking: Asking) -> Form:
    question = QUESTIONS[asking.question]
    return question.otherwise if asking.form == _OTHERWISE else question.first


def _begin(turn: Turn, asking: Asking) -> None:
    turn.set(asking=replace(asking, stage="asks", since_t_ns=turn.state.t_ns, utterance=0, heard=False, seen=False))
    words = QUESTIONS[asking.question].words
    transmission.enqueue(turn, _form(asking).signal, words, asks=asking.question)


def _goes_on(turn: Turn, asking: Asking) -> None:
    """The words begin with the motion, or without it where it cannot be flown; it is asked when both are over."""
    state = turn.state
    waiting = any(q.asks for q in state.queue)
    flying = state.showing is not None and bool(state.showing.queued.asks)
    if waiting and seconds_between(asking.since_t_ns, state.t_ns) > _MOTION_WITHIN_S:
        turn.set(queue=tuple(q for q in state.queue if not q.asks))
        waiting = False
    if not asking.utterance:
        if not waiting and state.saying is None:
            saying.begin(turn, _form(asking).phrase, asking.language)
            turn.set(asking=replace(asking, utterance=turn.state.next_utterance - 1))
        return
    if waiting or flying or (state.saying is not None and state.saying.utterance == asking.utterance):
        return
    asking = replace(asking, stage="listens", since_t_ns=state.t_ns)
    turn.set(asking=asking)
    if not asking.heard and asking.form != _OTHERWISE:
        # Motion alone asks nothing: straight to the form that rests on it.
        words = f"“{QUESTIONS[asking.question].words}” was not said to him: he is asked by motion."
        turn.alert("warning", "asked_by_motion", words)
        turn.set(asking=replace(asking, stage="waits", form=_OTHERWISE))


def _cut_off(turn: Turn, asking: Asking) -> None:
    """Half a question is none: when it is quiet it is asked again, and in the end by the operator's word."""
    turn.set(queue=tuple(q for q in turn.state.queue if not q.asks))
    times = asking.cut_off + 1
    stage = "waits" if times <= CUT_OFF_AT_MOST else "back"
    turn.set(asking=replace(asking, stage=stage, cut_off=times))
    words = f"“{QUESTIONS[asking.question].words}” was cut off by fire: it is asked again when it is quiet."
    turn.alert("info", "asks_later", words)


def _next(turn: Turn, asking: Asking) -> None:
    if asking.form == _OTHERWISE:
        turn.set(asking=replace(asking, stage="back"))
        _hand_back(turn, turn.state.asking or asking)
    else:
        form = _AGAIN if asking.form == _FIRST else _OTHERWISE
        turn.set(asking=replace(asking, stage="waits", form=form))


def _hand_back(turn: Turn, asking: Asking) -> None:
    question = QUESTIONS[asking.question]
    words = f"He has not answered “{question.words}” yet. What now?"
    options = (
        Option("again", "Ask him again"),
        Option("otherwise", "Ask in other words"),
        Option("yes", f"I see his answer: yes, {question.if_yes}"),
        Option("leave", "Leave it open; his answer still counts"),
    )
    turn.propose(Decision.ASK, words, options)


def handed_back(turn: Turn) -> None:
    """Everything was stopped: what is open goes back to the operator, and is not asked by itself."""
    asking = turn.state.asking
    if asking is not None and asking.stage in ("waits", "asks", "listens"):
        turn.set(asking=replace(asking, stage="back"))


def seen_beside(turn: Turn, track: int, place: Enu, evidence: GestureSeen) -> None:
    """One of those with him answers: told, and the question stays open, for it was he who was asked."""
    asking, person = turn.state.asking, turn.state.person
    if asking is None or person is None or asking.beside is not None or not _answerable(turn.state, asking, evidence):
        return
    if ground_range_m(place, person.position) <= WITH_HIM_M:
        turn.set(asking=replace(asking, beside=track))
        question, shown = QUESTIONS[asking.question].words, GESTURES[evidence.gesture].meaning
        turn.alert(
            "warning", "answered_beside", f"Person {track}, beside him, answers “{question}” with yes ({shown})."
        )


def seen(turn: Turn, evidence: GestureSeen) -> bool:
    """Whether a gesture of his answers what we asked. One that he held before we asked does not."""
    asking = turn.state.asking
    if asking is None or not _answerable(turn.state, asking, evidence):
        return False
    if evidence.gesture is Gesture.NOD:
        turn.alert("info", "nods", f"He nods at “{QUESTIONS[asking.question].words}”: never the sole basis.")
        return True
    _answered(turn, asking, GESTURES[evidence.gesture].meaning)
    return True


def _answerable(state: MissionState, asking: Asking, evidence: GestureSeen) -> bool:
    if not (asking.utterance or asking.form) or evidence.gesture not in QUESTIONS[asking.question].yes:
        return False  # nothing has been said to him yet, or it is no yes to that
    if asking.stage == "asks" and not (asking.heard or asking.seen):
        return False
    return evidence.held_s <= seconds_between(asking.since_t_ns, state.t_ns) + LISTEN_S


def _answered(turn: Turn, asking: Asking, how: str) -> None:
    """What a yes sets off is always more care: nothing moves, nobody is left."""
    question = QUESTIONS[asking.question]
    turn.set(asking=None, queue=tuple(q for q in turn.state.queue if not q.asks))
    turn.withdraw(Decision.ASK)
    if how:
        turn.alert("warning", "answered", f"He answers “{question.words}” with yes ({how}): {question.if_yes}.")
    else:
        turn.alert("warning", "answered", f"He answers “{question.words}” with yes: {question.if_yes}.")
    if asking.question == "cannot-walk" and not turn.state.cannot_walk:
        turn.set(cannot_walk=True)
        turn.propose(Decision.STAY, "He says that he cannot walk. Stay with him and send help to him?", _STAY)


def ask_to_stay(turn: Turn) -> None:
    words = "He points at his leg: he seems unable to walk. Stay with him and send help to him?"
    turn.propose(Decision.STAY, words, _STAY)
