"""What the operator can do now and the one next step, from the mission's state; how each is pressed is a table."""

from __future__ import annotations

from collections.abc import Iterable

from safeconduct.conduct import MissionState, close_lock, hold_reasons, lead_lock, promise_lock
from safeconduct.conduct.asking import ask_lock
from safeconduct.conduct.interlocks import person_lost
from safeconduct.conduct.saying import say_lock
from safeconduct.model.commands import Propose
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import ESCORT_PHASES, Decision, Gesture, Mode, Outcome, Phase, Signal
from safeconduct.signals import GESTURES, PHRASES, QUESTIONS, reading
from safeconduct.station.page.told import ActionShown, HowToPress, NextStep, OptionShown, QuestionShown

PRESS: dict[Decision, HowToPress] = {
    Decision.LAUNCH: "confirm",
    Decision.SELECT_PERSON: "press",  # protects, and moves nothing
    Decision.ACCEPT_OFFER: "press",
    Decision.RELEASE_NOTE: "hold",
    Decision.CONFIRM_PICKED_UP: "press",
    Decision.ANSWER: "confirm",
    Decision.SHOW: "confirm",
    Decision.SAY: "confirm",
    Decision.ASK: "confirm",
    Decision.APPROVE_ROUTE: "hold",
    Decision.LEAD: "confirm",
    Decision.STOP: "press",
    Decision.STAY: "press",
    Decision.CONFIRM_PERSON: "confirm",
    Decision.REPORT_IMPACT: "press",
    Decision.TAKE_BACK: "confirm",
    Decision.CLOSE: "hold",
    Decision.RETURN_HOME: "confirm",
    Decision.PILOT: "press",
    Decision.NO_FIRE_HEARD: "hold",
    Decision.RECEIVER_HEARD: "hold",
}
_HARMLESS = frozenset({"no", "not_now", "not_yet", "watch", "none", "stay", "leave"})
"""Options that change nothing, or only stay: one press is enough."""
NEEDS_PICTURE = frozenset(
    {Decision.SELECT_PERSON, Decision.CONFIRM_PERSON, Decision.LEAD, Decision.RELEASE_NOTE, Decision.ANSWER}
)
"""What nobody should decide on an old picture: the page locks it while the picture is stale."""
PILOT_KEYS = ("done", "not_done", "mine", "yours")
"""What a pilot who is prompted tells: he has done it, could not, flies for himself, follows again."""
NEEDS_REASON = frozenset({Decision.CLOSE, Decision.NO_FIRE_HEARD, Decision.RECEIVER_HEARD})
"""Words go with these: why, or which unit said so."""
_URGENT = (
    Decision.CLOSE,
    Decision.CONFIRM_PERSON,
    Decision.TAKE_BACK,
    Decision.SELECT_PERSON,
    Decision.ANSWER,
    Decision.ASK,
)
_TALK = frozenset({Phase.DISCERNED, Phase.PARLEY})
_SHOWN_BY_HAND = (Signal.FOLLOW, Signal.STOP, Signal.WAIT, Signal.HERE, Signal.COVER, Signal.NOT_UNDERSTOOD)


def questions(state: MissionState, proposals: dict[int, Propose]) -> tuple[QuestionShown, ...]:
    """What stands open, the most urgent first, then the oldest."""
    shown = [
        QuestionShown(
            asked.proposal,
            asked.decision,
            proposals[asked.proposal].words,
            tuple(_option(state, asked.decision, o.key, o.words, o.shows) for o in proposals[asked.proposal].options),
            asked.track,
            asked.gesture.value if asked.gesture is not None else "",
            round(seconds_between(asked.t_ns, state.t_ns), 1),
            asked.decision in NEEDS_PICTURE,
        )
        for asked in state.asked
        if asked.proposal in proposals
    ]
    return tuple(sorted(shown, key=_urgency))


def _urgency(question: QuestionShown) -> tuple[int, int]:
    rank = _URGENT.index(question.decision) if question.decision in _URGENT else len(_URGENT)
    return rank, question.proposal


def _option(state: MissionState, decision: Decision, key: str, words: str, shows: Signal | None) -> OptionShown:
    press = "press" if key.rpartition("/")[2] in _HARMLESS else PRESS[decision]
    return OptionShown(key, words, press, shows, _option_lock(state, decision, key))


def _option_lock(state: MissionState, decision: Decision, key: str) -> str:
    if key.rpartition("/")[2] in _HARMLESS:
        return ""
    if decision is Decision.ANSWER:
        name, _, which = key.partition("/")
        found = reading(Gesture(name), which) if name in Gesture.__members__.values() else None
        return promise_lock(state) if found is not None and found.promises else ""
    if decision is Decision.SHOW:
        return state.aircraft.not_ours
    if decision is Decision.SAY:
        return say_lock(state, key, "en")  # the page adds the language that is picked there
    if decision is Decision.ASK and key in QUESTIONS:
        return ask_lock(state, key, "en")
    if decision is Decision.RELEASE_NOTE:
        return promise_lock(state)
    if decision is Decision.LEAD:
        return lead_lock(state)
    if decision is Decision.CLOSE and key in Outcome.__members__.values():
        return close_lock(state, Outcome(key), "given")
    return ""


def actions(state: MissionState) -> tuple[ActionShown, ...]:
    """What may be done unasked, where it makes sense at all; locked ones say why. STOP is the page's own button."""
    if state.phase is Phase.CLOSED or state.plan is None:
        return ()
    found: list[ActionShown] = []

    def may(name: str, decision: Decision, option: str = "", track: int | None = None) -> None:
        locked = _option_lock(state, decision, option)
        found.append(
            ActionShown(
                name, decision, option, PRESS[decision], locked, track, decision in NEEDS_PICTURE,
                decision in NEEDS_REASON,
            )
        )  # fmt: skip

    if state.aircraft.mode is Mode.PROMPTED or state.prompt:
        for key in PILOT_KEYS:
            may(f"pilot_{key}", Decision.PILOT, key)
    if state.person is None:
        for track, _, seen_t_ns in state.others:
            if seconds_between(seen_t_ns, state.t_ns) <= 2.0:
                may("select", Decision.SELECT_PERSON, track=track)
    elif person_lost(state):
        for track, _, seen_t_ns in state.others:
            if seconds_between(seen_t_ns, state.t_ns) <= 2.0:
                may("is_he", Decision.CONFIRM_PERSON, "same", track)
    if state.phase is Phase.WAIT or state.phase in _TALK or state.phase in (Phase.COVER, Phase.STAY):
        may("lead", Decision.LEAD)
    if state.person is not None and state.phase is not Phase.STAY and state.phase in _TALK | ESCORT_PHASES:
        may("stay", Decision.STAY, "stay")
    if state.note.stage in ("released", "landed"):
        may("picked_up", Decision.CONFIRM_PICKED_UP, "yes")
    if state.person is not None and state.phase in _TALK | ESCORT_PHASES | {Phase.RECEPTION}:
        for signal in _SHOWN_BY_HAND:
            may(f"show_{signal.value}", Decision.SHOW, signal.value)
        for row in GESTURES.values():
            for r in row.readings:
                may(f"answer_{row.gesture.value}/{r.key}", Decision.ANSWER, f"{row.gesture.value}/{r.key}")
        if state.asking is not None:
            may("asked_yes", Decision.ASK, "yes")
        for question in QUESTIONS:
            may(f"ask_{question}", Decision.ASK, question)
        for phrase in PHRASES:
            may(f"say_{phrase}", Decision.SAY, phrase)
    if state.aircraft.armed:
        may("impact", Decision.REPORT_IMPACT)
    if state.protected:
        may("no_fire_heard", Decision.NO_FIRE_HEARD)
        if state.person is not None:
            may("receiver_heard", Decision.RECEIVER_HEARD)
        for outcome in Outcome:
            may(f"close_{outcome.value}", Decision.CLOSE, outcome.value)
    return tuple(found)


def failing(state: MissionState) -> tuple[str, ...]:
    """The aircraft's checklist: only what fails. Neither standing before take-off nor flying home is a failure."""
    if state.plan is None:
        return ()
    not_ours = state.aircraft.not_ours
    if state.phase is Phase.WATCH and not state.aircraft.armed and not_ours.startswith("on the ground"):
        not_ours = ""
    if state.phase is Phase.CLOSED and not_ours.startswith("on its way home"):
        not_ours = ""
    reasons: Iterable[str] = hold_reasons(state)
    return tuple(why for why in (not_ours, *reasons, state.stopped and f"stopped: {state.stopped}") if why)


def next_step(state: MissionState, open_questions: tuple[QuestionShown, ...]) -> NextStep:
    """The one thing to do next. A question goes first: nothing else moves before it is answered."""
    if state.plan is None:
        return NextStep("wait_opening")
    if state.phase is Phase.CLOSED and not open_questions:
        return NextStep("closed")
    if open_questions:
        return NextStep(f"answer_{open_questions[0].decision.value}")
    if state.aircraft.not_ours:
        return NextStep("wait_aircraft", state.aircraft.not_ours)
    if state.showing is not None:
        return NextStep("wait_showing", state.showing.signal.value)
    if state.asking is not None and state.asking.stage in ("waits", "asks", "listens"):
        return NextStep(f"asking_{state.asking.stage}", QUESTIONS[state.asking.question].words)
    phase = state.phase
    if phase is Phase.PARLEY and (why := promise_lock(state)):
        return NextStep("wait_no_fire", why)
    if phase is Phase.PARLEY and state.note.stage in ("approach", "releasing", "released", "landed"):
        return NextStep(f"note_{state.note.stage}")
    if phase in (Phase.WAIT, Phase.PARLEY) and (why := lead_lock(state)):
        return NextStep("wait_lead_lock", why)
    return NextStep(f"phase_{phase.value}")
