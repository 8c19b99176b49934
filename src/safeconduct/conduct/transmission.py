"""Showing a signal: queued, begun when the aircraft hovers, flown leg by leg, and only called shown on evidence."""

from __future__ import annotations

from msgspec.structs import replace

from safeconduct.conduct.interlocks import (
    answer_lock,
    hides_in_cover,
    light_lock,
    promise_lock,
    steer_lock,
    under_fire,
)
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import MissionState, Queued, Showing
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import CutShort, Transmit
from safeconduct.model.events import SignalShown
from safeconduct.model.geometry import ZERO, Enu, add, ground_range_m, inside, rounded, slant_range_m
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import Channel, Gesture, Phase, Signal
from safeconduct.signals import DARK, SIGNALS, CannotShow, Manoeuvre, flashes_for, manoeuvre_for

REPEAT_GAP_S = 3.0
TRIES = 3
ANSWER_WITHIN_S = 45.0
_STEADY_MPS = 0.35
_HE_KNOWS_WHY = frozenset({"fire", "he follows already", "mission closed"})
"""After these nobody waits for the rest of an answer."""
_NEAR_GOAL_M, _GO_THERE_WITHIN_S = 1.5, 20.0


def enqueue(
    turn: Turn,
    signal: Signal,
    answers: str = "",
    gesture: Gesture | None = None,
    promises: bool = False,
    asks: str = "",
) -> None:
    """Queue a signal; a yes or no twice, 3 s apart (FIELD section 5, rule 2). gesture: what he asked with. asks: the
    question of ours that it goes with."""
    if why := answer_lock(signal, answers):
        turn.alert("warning", "refused:answer", f"{signal.value.upper()} was not sent: {why}.")
        return
    if any(q.signal is signal for q in turn.state.queue):
        return
    # The carrot must have learned of a new phase's goal before it is called steady.
    not_before_t_ns = max(turn.state.t_ns, after(turn.state.phase_since_t_ns, 0.2))
    held = gesture is not None and under_fire(turn.state)
    first = Queued(signal, not_before_t_ns, answers, gesture, promises, asks=asks, held=held)
    repeats = (replace(first, again=True),) if signal in (Signal.YES, Signal.NO) else ()
    turn.set(queue=(*turn.state.queue, first, *repeats))


def interrupt(turn: Turn, signal: Signal) -> None:
    """Drop everything and show this at once: cover. Answers are kept: he gets them whole when it is quiet.

    What is being shown already goes on: begun anew before its end, its flashes would run into one another.
    """
    kept = _answers_in_hand(turn.state)
    showing = turn.state.showing
    if showing is not None and showing.signal is signal and turn.state.t_ns < showing.end_t_ns:
        turn.set(queue=kept)
        return
    drop(turn, "fire")
    turn.set(queue=kept)
    enqueue(turn, signal)
    _begin_next(turn)


def _answers_in_hand(state: MissionState) -> tuple[Queued, ...]:
    """What answers him, in order; what he has seen half of, first and as a repetition."""
    showing = state.showing
    half: tuple[Queued, ...] = ()
    if showing is not None and showing.queued.gesture is not None:
        half = (replace(showing.queued, again=True, half=True, tries=0),)
    answers = (*half, *(q for q in state.queue if q.gesture is not None))
    return tuple(replace(q, held=True) for q in answers)


def drop(turn: Turn, why: str) -> None:
    """Nothing more is shown, nor measured."""
    showing, queue = turn.state.showing, turn.state.queue
    turn.set(queue=(), showing=None)
    if showing is not None:
        turn.command(CutShort(turn.state.t_ns, showing.transmission, why))
    if why in _HE_KNOWS_WHY or why.startswith("he asks"):
        return
    cut = (replace(showing.queued, half=True),) if showing is not None and showing.queued.gesture is not None else ()
    for queued in (*cut, *queue):
        _left_half(turn, queued, why)


def drop_showing(turn: Turn, why: str) -> None:
    """What is being shown ends here; what waits goes on waiting."""
    showing = turn.state.showing
    turn.set(showing=None, last_shown_t_ns=turn.state.t_ns)
    if showing is not None:
        turn.command(CutShort(turn.state.t_ns, showing.transmission, why))


def reported(turn: Turn, event: SignalShown) -> None:
    """Evidence for one channel came in."""
    showing = turn.state.showing
    if showing is None or showing.transmission != event.transmission or event.channel in showing.reported:
        return
    ok = showing.ok and (event.ok or event.channel is not Channel.MANOEUVRE)
    turn.set(showing=replace(showing, reported=(*showing.reported, event.channel), ok=ok))
    if not event.ok:
        turn.alert(
            "warning",
            "not_shown",
            f"{event.signal.value.upper()} by {event.channel.value} was not shown: {event.why or 'no evidence'}.",
        )


def advance(turn: Turn) -> None:
    """With every tick: end what is over, begin what waits."""
    state = turn.state
    showing = state.showing
    if showing is not None and showing.queued.promises and promise_lock(state):
        drop_showing(turn, "its promise cannot be kept any more")
        turn.set(queue=tuple(q for q in turn.state.queue if not q.promises))
        _left_half(turn, showing.queued, "its promise cannot be kept any more")
        return
    if showing is not None:
        if state.t_ns < showing.end_t_ns:
            if showing.signal is Signal.FOLLOW and _he_comes(state):
                _cut_short(turn, "he follows already")
                turn.set(follow_t_ns=state.t_ns)
            elif showing.signal is Signal.COVER and hides_in_cover(state):
                _cut_short(turn, "he is down out of sight")
                turn.set(cover_cut=True)
            return
        complete = all(c in showing.reported for c in showing.channels)
        if not complete and state.t_ns < after(showing.end_t_ns, state.settings.report_wait_s):
            if showing.queued.gesture is None and any(q.gesture is not None for q in state.queue):
                drop_showing(turn, "his question is answered first")
            return
        _finish(turn, showing, complete and showing.ok)
    if turn.state.queue and turn.state.showing is None:
        _begin_next(turn)


def _he_comes(state: MissionState) -> bool:
    """He walks toward us while FOLLOW is still being shown: understood."""
    person = state.person
    if person is None or person.still_since_t_ns != person.seen_t_ns:
        return False
    return ground_range_m(person.position, state.aircraft.position) < state.settings.lead_ahead_m + 1.0


def _cut_short(turn: Turn, why: str) -> None:
    """End a signal in mid-air: the carrot goes on from where the swing is."""
    dp, dv, _ = swing(turn.state)
    carrot = turn.state.carrot
    if carrot is not None:
        turn.set(carrot=replace(carrot, position=add(carrot.position, dp), velocity=add(carrot.velocity, dv)))
    still = tuple(q for q in turn.state.queue if q.signal is Signal.WAIT)  # who follows must learn that he is to wait
    drop(turn, why)
    turn.set(queue=still, last_shown_t_ns=turn.state.t_ns)


def _finish(turn: Turn, showing: Showing, ok: bool) -> None:
    state = turn.state
    turn.set(showing=None, last_shown_t_ns=state.t_ns)
    if showing.signal is Signal.FOLLOW:
        turn.set(follow_t_ns=state.t_ns)
    elif showing.signal is Signal.WAIT and ok:
        turn.set(wait_shown_t_ns=state.t_ns)
    queued = showing.queued
    if ok:
        if showing.signal is Signal.ATTEND and state.phase is Phase.DISCERNED:
            turn.effects.add(Effect.ATTENDED)
        if queued.gesture is not None:
            _answered(turn, queued.gesture)
        if queued.asks and turn.state.asking is not None:
            turn.set(asking=replace(turn.state.asking, seen=True))
    elif queued.tries + 1 < TRIES and showing.signal is not Signal.COVER:
        once_more = replace(queued, not_before_t_ns=state.t_ns, again=True, tries=queued.tries + 1)
        turn.set(queue=(once_more, *turn.state.queue))
    else:
        turn.alert("alarm", "not_shown", f"{showing.signal.value.upper()} could not be shown in {TRIES} tries.")


def _answered(turn: Turn, gesture: Gesture) -> None:
    """He has been shown an answer: if he asks again, it is a new question."""
    question = turn.state.open_question
    turn.set(
        open_question=None if question is not None and question[0] is gesture else question,
        heard=tuple(h for h in turn.state.heard if h[0] is not gesture),
    )


def _stale(state: MissionState, queued: Queued) -> str:
    """Why this answer must not go out any more: said to a later question, it could mean the opposite."""
    question = state.open_question
    if question is not None and question[0] is not queued.gesture:
        return f"he has asked {question[0].value.upper()} since"
    if queued.again or queued.held:
        return ""  # while he lies in cover he asks nothing else
    if question is None:
        return "his question was answered already"
    if state.t_ns > after(question[1], ANSWER_WITHIN_S):
        return f"he asked more than {ANSWER_WITHIN_S:.0f} s ago and may have gone on"
    return ""


def _left_half(turn: Turn, queued: Queued, why: str) -> None:
    """He has seen a part of an answer that may not be finished: the operator must tell him otherwise."""
    if queued.half:
        turn.alert("alarm", "half_said", f"He has seen half of “{queued.answers}” and cannot be shown the rest: {why}.")


def _begin_next(turn: Turn) -> None:
    state = turn.state
    fire = under_fire(state)
    # While shells fall nothing that answers or asks is begun; what is about the shells goes past it.
    at = next((i for i, q in enumerate(state.queue) if not (fire and (q.gesture is not None or q.asks))), None)
    if at is None:
        return
    queued, others = state.queue[at], (*state.queue[:at], *state.queue[at + 1 :])
    person, aircraft, carrot = state.person, state.aircraft, state.carrot
    urgent = queued.signal is Signal.COVER
    if person is None or steer_lock(state):
        return
    if not urgent:
        if state.note.stage == "releasing":
            return  # whoever opens the slot does one thing at a time
        if state.t_ns < queued.not_before_t_ns or state.t_ns < after(state.last_shown_t_ns, REPEAT_GAP_S):
            return
        if queued.signal is Signal.FOLLOW and _he_comes(state):
            turn.set(queue=others, follow_t_ns=state.t_ns)
            return
        if carrot is None or (
            carrot.to_go_m > _NEAR_GOAL_M and state.t_ns < after(queued.not_before_t_ns, _GO_THERE_WITHIN_S)
        ):
            return
        if slant_range_m(aircraft.position, carrot.position) > state.settings.steady_m:
            return
        if slant_range_m(carrot.velocity, ZERO) > _STEADY_MPS:
            return
    turn.set(queue=others)
    if queued.gesture is not None:
        if queued.again and not queued.tries and state.acknowledged_t_ns > state.last_began_t_ns:
            return  # he has shown that he understood: once was enough
        if why := _stale(state, queued):
            turn.alert("warning", "stale_answer", f"{queued.signal.value.upper()} was not sent: {why}.")
            _left_half(turn, queued, why)
            turn.set(
                queue=tuple(q for q in turn.state.queue if q.gesture is not queued.gesture),
                heard=tuple(h for h in state.heard if h[0] is not queued.gesture),
            )
            return
    if queued.promises and (why := promise_lock(state)):
        turn.alert("warning", "refused:answer", f"{queued.signal.value.upper()}, a promise, was not sent: {why}.")
        _left_half(turn, queued, why)
        return
    begin = aircraft.position if carrot is None else carrot.position
    try:
        terrain = state.plan.terrain if state.plan is not None else None
        under_m = None if terrain is None else terrain.up_m(begin.east, begin.north)
        manoeuvre = manoeuvre_for(queued.signal, begin, person.position, state.settings.signal_range_m, under_m)
        _inside_fence(state, manoeuvre, begin)
    except CannotShow as cannot:
        turn.alert("warning", "not_shown", f"{queued.signal.value.upper()} was not sent: {cannot}.")
        return
    meaning = SIGNALS[queued.signal]
    dark = bool(light_lock(state)) if meaning.light_needs_legend else not state.aircraft.has_light
    if queued.signal is Signal.IDENTIFY and dark:
        turn.alert("warning", "not_shown", "IDENTIFY was not sent: this aircraft has no light that can be counted.")
        return
    number = state.next_transmission
    command = transmit(state.t_ns, number, manoeuvre, person.position, light=not dark)
    talks_s = light_talks_s(queued.signal) if command.flashes else 0.0
    turn.set(
        showing=Showing(
            number,
            queued.signal,
            manoeuvre,
            state.t_ns,
            after(state.t_ns, max(manoeuvre.duration_s, talks_s)),
            command.channels,
            queued,
        ),
        next_transmission=number + 1,
        last_began_t_ns=state.t_ns,
    )
    turn.command(command)


def light_talks_s(signal: Signal) -> float:
    """From the command on. The locked actuator needs a dark second before; the evidence comes after the last flash."""
    return flashes_for(signal).duration_s + 2.0


def transmit(t_ns: int, number: int, manoeuvre: Manoeuvre, viewer: Enu, *, light: bool) -> Transmit:
    """The command that goes with a manoeuvre shown to a person at `viewer` (ENU m). light: may it be used as well?"""
    channels = tuple(c for c in SIGNALS[manoeuvre.signal].channels if c is not Channel.LIGHT or light)
    flashes = flashes_for(manoeuvre.signal) if Channel.LIGHT in channels else DARK
    return Transmit(
        t_ns,
        number,
        manoeuvre.signal,
        channels,
        rounded(manoeuvre.axis, 5),
        round(manoeuvre.amplitude_m, 3),
        manoeuvre.cycles,
        round(manoeuvre.duration_s, 3),
        flashes.count,
        flashes.each_s,
        rounded(viewer, 2),
    )


def _inside_fence(state: MissionState, manoeuvre: Manoeuvre, begin: Enu) -> None:
    """Raises CannotShow where the swing would leave the fence."""
    fence = state.plan.fence if state.plan is not None else ()
    if not fence or not inside(begin, fence):
        return
    steps = range(int(2.0 * manoeuvre.duration_s) + 1)
    if not all(inside(add(begin, manoeuvre.at(i / 2.0)[0]), fence) for i in steps):
        raise CannotShow("its swing would leave the fence; go further in")


def swing(state: MissionState) -> tuple[Enu, Enu, Enu]:
    """What the signal being shown adds to the carrot now: position (m), velocity (m/s), acceleration (m/s²), ENU."""
    showing = state.showing
    if showing is None:
        return _STILL
    return showing.manoeuvre.at((state.t_ns - showing.start_t_ns) / 1e9)


_STILL = (ZERO, ZERO, ZERO)
