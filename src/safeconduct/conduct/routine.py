"""What each phase does when it is entered and while it lasts: ask, show, refresh. Questions, never decisions."""

from __future__ import annotations

from msgspec.structs import replace

from safeconduct.conduct import asking, group, guide, relay, rerouting, seeking, transmission
from safeconduct.conduct.conditions import quiet
from safeconduct.conduct.facts import HOME_OR_HOVER
from safeconduct.conduct.interlocks import hold_reasons, lead_lock, promise_lock, release_lock, seconds_to_walk
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import EndNoFire, NotifyReception, Option, Release, RequestNoFire
from safeconduct.model.geometry import ground_range_m
from safeconduct.model.mission_time import after, seconds_between
from safeconduct.model.vocabulary import ESCORT_PHASES, Decision, Outcome, Phase, Posture, Signal

NO_FIRE_LASTS_S = 180.0
READ_NOTE_S = 25.0
RELEASE_WAIT_S = 12.0
TALK_FIRST_S = 40.0
ASK_PICKED_UP_S = 20.0
FOLLOW_AGAIN_S = 15.0
WAIT_AGAIN_S = 10.0
NOTIFY_EVERY_M = 100.0
_GO_ON = (Option("lead", "Lead"), Option("not_yet", "Not yet"))


def protect(turn: Turn) -> None:
    """The latch: own side is asked to hold its fire at once, before anybody has decided anything else."""
    turn.set(protected=True)
    turn.alert("alarm", "protected", "Somebody may be surrendering or in need: protected from now on.")
    request_no_fire(turn)


def request_no_fire(turn: Turn) -> None:
    state = turn.state
    if state.plan is None:
        return
    if state.person is not None:
        centre = state.person.position
    else:
        centre = state.others[-1][1] if state.others else state.plan.start
    radius_m = state.plan.no_fire_radius_m
    if places := group.protected_places(state):  # one area about all parts: a second one would move the first
        parts = places if state.phase is Phase.CLOSED else (centre, *places)
        east, north = (0.5 * (min(p[i] for p in parts) + max(p[i] for p in parts)) for i in (0, 1))
        centre = type(centre)(east, north, 0.0)
        radius_m += round(max(ground_range_m(centre, p) for p in parts), -1)
    # Rounded to ten metres: an area is asked for, not a man's place given away.
    coarse = type(centre)(round(centre.east, -1), round(centre.north, -1), 0.0)
    turn.set(no_fire=replace(state.no_fire, requested_t_ns=state.t_ns))
    until = after(state.t_ns, NO_FIRE_LASTS_S)
    turn.command(RequestNoFire(state.t_ns, coarse, radius_m, until))


def entered(turn: Turn, because: Effect) -> None:
    """Once, when a phase begins."""
    phase = turn.state.phase
    if phase is Phase.DISCERNED:
        transmission.enqueue(turn, Signal.ATTEND)
    elif phase is Phase.LEAD:
        turn.withdraw(Decision.LEAD)
        if not _walking(turn):
            transmission.enqueue(turn, Signal.FOLLOW)
        _notify(turn, "on the way")
    elif phase is Phase.COVER:
        turn.withdraw(Decision.LEAD)
        turn.set(stopped="after shelling", cover_cut=False)  # only a human's word leads on
        transmission.interrupt(turn, Signal.COVER)
        turn.alert("alarm", "cover", "Shelling: he is shown COVER; the aircraft waits with him.")
        if words := rerouting.shelter_words(turn.state):
            turn.alert("info", "shelter", words)
    elif phase is Phase.WAIT and because is Effect.PAUSE:
        turn.alert("info", "pause", "He pauses: we wait with him.")
    elif phase is Phase.REACQUIRE:
        transmission.drop(turn, "he is not seen")  # nor does he see it; to look for him comes first
        seeking.went_out_of_sight(turn)
    elif phase is Phase.RELAY:
        relay.ended(turn)
        transmission.enqueue(turn, Signal.WAIT)
        _notify(turn, "waits on the way for another aircraft")
    elif phase is Phase.STAY:
        transmission.enqueue(turn, Signal.WAIT)
        _notify(turn, "cannot walk: come to him")
    elif phase is Phase.RECEPTION:
        turn.set(queue=())
        transmission.enqueue(turn, Signal.HERE)
        _notify(turn, "arriving")
    elif phase is Phase.CLOSED:
        transmission.drop(turn, "mission closed")
        turn.set(asked=(), asking=None, to_say=None, protected=bool(turn.state.marked))
        if turn.state.marked:
            turn.alert("alarm", "still_marked", "Somebody stays at a marked place: he is protected until care has him.")
            request_no_fire(turn)
        else:
            turn.command(EndNoFire(turn.state.t_ns, f"mission closed: {turn.state.outcome}"))
        turn.propose(Decision.RETURN_HOME, "The mission is closed. Nobody follows: fly home?", HOME_OR_HOVER)


def _walking(turn: Turn) -> bool:
    person = turn.state.person
    return person is not None and person.still_since_t_ns == person.seen_t_ns


def _notify(turn: Turn, how: str) -> None:
    state = turn.state
    if state.way is None or state.person is None:
        return
    left_m = max(state.way.length_m - state.person.progress_m, 0.0)
    eta_s = seconds_to_walk(state)
    turn.set(notified_at_m=state.person.progress_m)
    turn.command(
        NotifyReception(state.t_ns, _persons(state), round(left_m), None if eta_s is None else round(eta_s), how)
    )


def _persons(state: MissionState) -> int:
    """The person and all who were seen about him a moment ago: at least so many come."""
    return len(guide.party(state))


def during(turn: Turn) -> None:
    """With every tick."""
    state = turn.state
    phase = state.phase
    if (phase is Phase.CLOSED and not state.marked) or state.plan is None:
        return
    if state.protected and seconds_between(state.no_fire.requested_t_ns, state.t_ns) >= (
        state.settings.no_fire_refresh_s if not promise_lock(state) else 15.0
    ):
        request_no_fire(turn)
    if phase is Phase.CLOSED:
        return
    _ask_for_the_aircraft(turn)
    if not state.route_approved and state.way is not None and not state.way_shut:
        words = f"Approve the route: {state.way.length_m:.0f} m to the reception point?"
        turn.propose(Decision.APPROVE_ROUTE, words, (Option("approve", "Approve"), Option("no", "Not this route")))
    if phase is Phase.OFFERED:
        words = "Accept this as an offer to surrender, or a call for help?"
        turn.propose(
            Decision.ACCEPT_OFFER, words, (Option("accept", "Accept: talk to him"), Option("watch", "Keep watching"))
        )
    elif phase is Phase.DISCERNED:
        if state.showing is None and not state.queue:  # a restart or another mode had dropped it
            transmission.enqueue(turn, Signal.ATTEND)
    elif phase is Phase.PARLEY:
        _parley(turn)
    elif phase is Phase.LEAD:
        if state.person is not None and state.person.progress_m - state.notified_at_m >= NOTIFY_EVERY_M:
            _notify(turn, "on the way")
    elif phase is Phase.WAIT:
        _wait(turn)
    elif phase is Phase.COVER:
        _cover_again(turn)
        if quiet(state):
            _ask_to_lead(turn, "It has been quiet. Lead on?")
    elif phase in (Phase.REACQUIRE, Phase.STAY) and state.stopped and not state.aircraft.not_ours:
        _ask_to_lead(turn, f"We wait ({state.stopped}). Lead on?")
    elif phase is Phase.RELAY:
        _relay(turn)
    if phase is Phase.STAY:
        _note(turn)
    if state.receiver_confirmed and phase in ESCORT_PHASES | {Phase.RECEPTION}:
        _ask_to_close(turn)
    person = state.person
    if person is not None and person.candidate is not None:
        words = f"Person {person.candidate} may be the one we lost. Is it the same person?"
        same = (Option("same", "The same person"), Option("no", "Somebody else"))
        turn.propose(Decision.CONFIRM_PERSON, words, same, track=person.candidate)


def _ask_for_the_aircraft(turn: Turn) -> None:
    """After a restart or somebody else's mode: the aircraft is taken back by a human's word only."""
    why = turn.state.aircraft.not_ours
    if why.startswith("on the ground") and turn.state.aircraft.name and turn.state.aircraft.gps_ok:
        if turn.state.phase in ESCORT_PHASES and not relay.changed(turn.state):
            return  # the crew changes the battery first
        words = "The aircraft is on the ground. Launch it?"
        turn.propose(Decision.LAUNCH, words, (Option("launch", "Launch"), Option("no", "Not now")))
    elif why and not why.startswith(("on the ground", "taking", "on its way")):
        a = turn.state.aircraft
        words = f"The aircraft is in mode {a.mode.value} at {a.position.up:.0f} m: {why}. Take it back?"
        turn.propose(Decision.TAKE_BACK, words, (Option("take", "Take it back"), Option("no", "Leave it")))


def _cover_again(turn: Turn) -> None:
    """COVER was cut short while he could not be seen; now he is, and stands. Its flashes went on, and end first: begun
    anew before that they would run into one another."""
    state = turn.state
    person = state.person
    if not state.cover_cut or person is None or person.seen_t_ns <= state.last_shown_t_ns:
        return
    if state.t_ns < after(state.last_began_t_ns, transmission.light_talks_s(Signal.COVER)):
        return
    turn.set(cover_cut=False)
    if person.posture in (Posture.STANDING, Posture.WALKING) and not quiet(state):
        transmission.enqueue(turn, Signal.COVER)


def _ask_to_lead(turn: Turn, words: str) -> None:
    if not lead_lock(relay.onward(turn.state)) and turn.state.offered_way is None:  # one question after the other
        turn.propose(Decision.LEAD, words, _GO_ON)


def _relay(turn: Turn) -> None:
    """Our battery ends. WAIT is shown before anybody may leave; then the relief takes over by a human's word, who hears
    when it could not be shown."""
    state = turn.state
    if state.showing is not None or state.queue:
        return
    told = relay.told_to_wait(state)
    if not told and seconds_between(state.last_shown_t_ns, state.t_ns) > WAIT_AGAIN_S:
        transmission.enqueue(turn, Signal.WAIT)
    if not state.relief:
        if not relay.ends(state, True):
            _ask_to_lead(turn, "The battery is enough again. Lead on?")
        return
    handed_over = Option(Outcome.HANDED_OVER.value, f"Handed over to {state.relief}")
    words = f"{state.relief} is on station and has the person; he was shown WAIT. Hand over?"
    if not told:
        words = f"{state.relief} is on station and has the person; WAIT could not be shown to him. Hand over?"
    elif any(handed_over.key in a.options and a.t_ns < state.wait_shown_t_ns for a in state.asked):
        turn.withdraw(Decision.CLOSE)  # asked while he had not been shown it
    turn.propose(Decision.CLOSE, words, (handed_over, Option("not_yet", "Not yet")))


def _note(turn: Turn) -> None:
    """The note's way to him: offered, flown to, let go, looked for."""
    state = turn.state
    stage = state.note.stage
    can_drop = state.note.can_drop
    if stage in ("none", "failed") and can_drop and not promise_lock(state):
        words = f"{state.no_fire.unit} holds its fire. Drop the note beside him?"
        turn.propose(Decision.RELEASE_NOTE, words, (Option("release", "Drop the note"), Option("not_now", "Not now")))
    if stage == "approach" and state.showing is None and not release_lock(state):
        slot = state.note.loaded_slot
        if slot is not None:
            turn.set_note("releasing")
            turn.command(Release(state.t_ns, slot))
    if stage == "releasing" and seconds_between(state.note.since_t_ns, state.t_ns) > RELEASE_WAIT_S:
        turn.note_failed()
        turn.alert("warning", "not_released", "The slot was told to open and nothing was seen of it.")
    if stage in ("released", "landed") and seconds_between(state.note.since_t_ns, state.t_ns) > ASK_PICKED_UP_S:
        words = "Has he picked the note up?"
        turn.propose(Decision.CONFIRM_PICKED_UP, words, (Option("yes", "He has it"), Option("no", "Not yet")))


def _parley(turn: Turn) -> None:
    if turn.state.cannot_walk:  # he showed it before there was anything to decide
        asking.ask_to_stay(turn)
    _note(turn)
    state = turn.state
    stage = state.note.stage
    can_drop = state.note.can_drop
    read = stage == "picked_up" and seconds_between(state.note.since_t_ns, state.t_ns) > READ_NOTE_S
    # Without a note he is given time to ask; what he asks is answered first.
    in_talk_s = seconds_between(state.phase_since_t_ns, state.t_ns)
    no_note = not can_drop and stage in ("none", "failed") and in_talk_s > TALK_FIRST_S
    if (read or no_note) and state.showing is None and not state.queue and not turn.is_asked(Decision.ANSWER):
        told = "He has the note." if read else "There is no note to drop: he will have only the aircraft's motion."
        _ask_to_lead(turn, f"{told} Lead him now?")


def _wait(turn: Turn) -> None:
    state = turn.state
    person = state.person
    if state.stopped:
        if not state.aircraft.not_ours:
            _ask_to_lead(turn, f"We wait ({state.stopped}). Lead on?")
        return
    if person is None or hold_reasons(state) or state.showing is not None or state.queue:
        return
    stands = person.posture in (Posture.STANDING, Posture.UNCERTAIN, Posture.WALKING)
    if stands and seconds_between(max(state.follow_t_ns, state.phase_since_t_ns), state.t_ns) > FOLLOW_AGAIN_S:
        # He stands and does not follow: come back to him and show FOLLOW again; doubt is never refusal.
        turn.set(follow_t_ns=state.t_ns)
        transmission.enqueue(turn, Signal.FOLLOW)


def _ask_to_close(turn: Turn) -> None:
    state = turn.state
    custody = Option(Outcome.IN_CUSTODY.value, "In custody, taken over by the receiver")
    led_out = Option(Outcome.LED_OUT.value, "Led out (a civilian or a lost person)")
    care = Option(Outcome.LEFT_WITH_CARE.value, "Left with care")
    options = (care, custody) if state.phase is Phase.STAY else (custody, led_out, care)
    not_yet = Option("not_yet", "Not yet")
    turn.propose(Decision.CLOSE, f"{state.receiver_confirmed} has the person. Close the mission?", (*options, not_yet))
