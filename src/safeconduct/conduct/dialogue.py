"""What the person shows becomes protection at once and a question to the operator; never an answer by itself."""

from __future__ import annotations

from safeconduct.conduct import asking, transmission
from safeconduct.conduct.interlocks import promise_lock, under_fire
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import Option
from safeconduct.model.events import Choice, GestureSeen, Sighting, SignSeen
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Decision, Gesture, Intent, Phase, Posture
from safeconduct.signals import GESTURES, reading

ASK_AGAIN_S = 75.0
QUESTION_OPEN_S = 60.0
_BRIEF_S = 0.5  # gestures that are moments, not postures, are taken from here on
_CONFIDENT = 0.4
_HINT_LETTERS = 80
_ACKNOWLEDGEMENTS = frozenset({Gesture.THUMB_UP, Gesture.ONE_HAND_UP, Gesture.NOD})

_TOLD = {
    Intent.TAKES_COVER: "He takes cover. That is no refusal: hold, and look for what he heard.",
    Intent.TURNS_BACK: "He turns back. That is no refusal: wait, and ask him.",
}
"""What the eyes read in how he moves that nothing else in the mission answers yet."""


def seen(turn: Turn, sighting: Sighting) -> None:
    """A sighting with gestures, or with somebody motionless."""
    if turn.state.phase is Phase.CLOSED:
        return  # a new mission is opened for whoever comes next
    if sighting.posture is Posture.MOTIONLESS:
        # AP I 41: the wounded and unconscious are protected without any gesture.
        protect(turn, sighting, "lies motionless, perhaps wounded")
    for evidence in sighting.gestures:
        _gesture(turn, sighting, evidence)
    person = turn.state.person
    if person is not None and person.track == sighting.track:
        for intent in sighting.intents:
            if intent in _TOLD and _fresh(turn, intent):
                turn.alert("warning", intent.value, _TOLD[intent])


def _gesture(turn: Turn, sighting: Sighting, evidence: GestureSeen) -> None:
    state = turn.state
    gesture = evidence.gesture
    # Recall first: only length of holding is asked for protection, never confidence (Sparrow 2015).
    if gesture in PROTECTIVE_GESTURES and evidence.held_s >= state.settings.hands_up_hold_s:
        protect(turn, sighting, f"shows {gesture.value.upper()} ({GESTURES[gesture].meaning})")
    if evidence.held_s < _BRIEF_S:
        return
    person = state.person
    if person is None:
        if gesture not in PROTECTIVE_GESTURES and evidence.confidence >= _CONFIDENT:
            _ask_to_select(turn, sighting, f"shows {gesture.value.upper()} ({GESTURES[gesture].meaning})")
        return
    if sighting.track != person.track:
        asking.seen_beside(turn, sighting.track, sighting.position, evidence)
        return
    if asking.seen(turn, evidence):
        return
    if gesture in _ACKNOWLEDGEMENTS:
        turn.set(acknowledged_t_ns=state.t_ns)
    elif gesture is Gesture.CODE_PROPOSAL and not state.aircraft.has_light:
        if _fresh(turn, gesture):  # to agree would be a promise that cannot be kept
            turn.alert("info", "no_light", "He proposes a light code; this aircraft has no light to answer with.")
        return
    elif GESTURES[gesture].readings and not _opens(turn, gesture):
        return
    if GESTURES[gesture].readings and turn.was_just_answered(Decision.ANSWER):
        return  # it would not be asked now, and must not count as asked
    if not _fresh(turn, gesture):
        return
    if gesture is Gesture.POINT_LEG and not state.cannot_walk:
        turn.set(cannot_walk=True)
        asking.ask_to_stay(turn)
    elif gesture is Gesture.POINT_WOUND:
        turn.alert("warning", "wounded", "He points at a wound or tourniquet: tell the receiving medics.")
    elif gesture in _ACKNOWLEDGEMENTS:
        turn.alert("info", "acknowledged", f"He shows {gesture.value.upper()}: {GESTURES[gesture].meaning}.")
    elif readings := GESTURES[gesture].readings:
        words = f"He shows {gesture.value.upper()}: {GESTURES[gesture].meaning}. What do you understand?"
        options = tuple(
            Option(f"{gesture.value}/{r.key}", f"I understand: “{r.question}” → {r.answer_words}", r.answer)
            for r in readings
        )
        none = Option(f"{gesture.value}/none", "Not clear: give no answer")
        turn.propose(Decision.ANSWER, words, (*options, none), gesture=gesture)


def _opens(turn: Turn, gesture: Gesture) -> bool:
    """Whether this is the question that stands open now; an answer to another one that is under way stops at once.

    A finger across the throat goes before all: until it is answered, a yes to anything else could be read as a yes to
    "will you kill me?".
    """
    state = turn.state
    question = state.open_question
    open_gesture, asked_t_ns = question if question is not None else (None, 0)
    throat_is_open = open_gesture is Gesture.THROAT and state.t_ns < after(asked_t_ns, QUESTION_OPEN_S)
    if throat_is_open and gesture is not Gesture.THROAT:
        return False
    if open_gesture is not gesture or state.t_ns > after(asked_t_ns, 1.0):
        turn.set(open_question=(gesture, state.t_ns))
    showing = state.showing
    asked_with = showing.queued.gesture if showing is not None else None
    if asked_with is not None and asked_with is not gesture:
        transmission.drop(turn, f"he asks {gesture.value.upper()}")
        turn.set(last_shown_t_ns=state.t_ns)
    return True


def _fresh(turn: Turn, gesture: Gesture | Intent) -> bool:
    """Each is asked or told about once in a while, not with every picture."""
    state = turn.state
    for known, t_ns in state.heard:
        if known is gesture and state.t_ns < after(t_ns, ASK_AGAIN_S):
            return False
    kept = tuple(h for h in state.heard if h[0] is not gesture)
    turn.set(heard=(*kept, (gesture, state.t_ns)))
    return True


def sign_seen(turn: Turn, sign: SignSeen) -> None:
    """Words are for the operator to read. What a machine makes of them is told as a guess, and moves nothing."""
    if turn.state.phase is Phase.CLOSED:
        return
    where = f"see {sign.picture}" if sign.picture else "its picture could not be kept: look at the screen"
    if sign.hint:
        guess = " ".join(sign.hint.split())[:_HINT_LETTERS]
        sure = f"{100.0 * sign.hint_confidence:.0f} % sure"
        words = f"Words of person {sign.track}: a machine guesses “{guess}” ({sure}). Only a hint: {where}, and read."
    else:
        what = "Letters lie by" if sign.on_ground else "A sign is held up by"
        words = f"{what} person {sign.track}: {where}. Not read by anybody yet; {sign.advice or 'read it'}."
    turn.alert("warning", "sign", words)


def protect(turn: Turn, sighting: Sighting, because: str) -> None:
    """Latch protection; in WATCH ask the operator to select this person."""
    if not turn.state.protected:
        turn.effects.add(Effect.PROTECT)
    if turn.state.person is None:
        _ask_to_select(turn, sighting, because)


def _ask_to_select(turn: Turn, sighting: Sighting, because: str) -> None:
    words = f"Person {sighting.track} {because}. Select this person?"
    turn.propose(Decision.SELECT_PERSON, words, (Option("select", "Select and protect"),), track=sighting.track)


def answer(turn: Turn, choice: Choice) -> None:
    """The operator picked the question that he understands; its only kind answer goes out."""
    name, _, key = choice.option.partition("/")
    if key == "none":
        return
    found = reading(Gesture(name), key) if name in Gesture.__members__.values() else None
    if found is None:
        turn.alert("warning", "refused:answer", f"'{choice.option}' is no question that can be answered.")
        return
    if found.promises and (why := promise_lock(turn.state)):
        turn.alert("warning", "refused:answer", f"“{found.answer_words}” is a promise and stays locked: {why}.")
        turn.set(heard=tuple(h for h in turn.state.heard if h[0] != name))  # asked again when he shows it again
        return
    gesture = Gesture(name)
    if not choice.proposal:
        turn.set(open_question=(gesture, turn.state.t_ns))  # the operator has seen it himself
    words = f"{found.question} {found.answer_words}"
    if under_fire(turn.state):
        turn.alert("info", "answers_later", f"“{words}” waits: shells are falling.")
    transmission.enqueue(turn, found.answer, words, gesture, found.promises)
