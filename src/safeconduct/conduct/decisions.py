"""What the operator decided. Every decision is checked by its interlock; a refused one says why and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from safeconduct.conduct import asking, dialogue, group, relay, rerouting, saying, transmission
from safeconduct.conduct.interlocks import close_lock, lead_lock, promise_lock
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import Asked, NoFire, PersonState
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import EndNoFire, Launch, MissionClosed, ReturnHome, TakeBack
from safeconduct.model.events import Choice
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import ESCORT_PHASES, Decision, Outcome, Phase, Signal

SHOWABLE = frozenset(set(Signal) - {Signal.YES, Signal.NO})
"""What may be shown without a question; yes and no never."""


NO_FIRE_WORD_LASTS_S = 600.0
"""A unit's word heard by radio is asked for again after so long (design assumption)."""
_GOES_ON = frozenset({Decision.ACCEPT_OFFER, Decision.RELEASE_NOTE, Decision.ANSWER, Decision.SHOW, Decision.ASK})


def decide(turn: Turn, choice: Choice) -> None:
    if choice.proposal:
        asked = next((a for a in turn.state.asked if a.proposal == choice.proposal), None)
        if asked is None:
            refuse(turn, choice, "that question is no longer open; nothing was done")
            return
        if asked.decision is not choice.decision or (asked.options and choice.option not in asked.options):
            refuse(turn, choice, "that is no answer to the question; nothing was done")
            return
        others = tuple(a for a in turn.state.answered if (a[0], a[1]) != (asked.decision, asked.track))[-12:]
        turn.set(
            asked=tuple(a for a in turn.state.asked if a.proposal != choice.proposal),
            answered=(*others, (asked.decision, asked.track, choice.t_ns)),
        )
    else:
        asked = None
    if choice.decision in _GOES_ON and turn.state.phase not in ESCORT_PHASES and not turn.state.aircraft.not_ours:
        turn.set(stopped="")  # while talking, the next word after STOP lifts it; while leading only LEAD does
    _DECISIONS[choice.decision](turn, choice, asked)


def refuse(turn: Turn, choice: Choice, why: str) -> None:
    turn.alert("warning", f"refused:{choice.decision.value}", f"{choice.decision.value}: {why}.")


def _launch(turn: Turn, choice: Choice, _: Asked | None) -> None:
    if choice.option == "no":
        return
    if not turn.state.aircraft.not_ours.startswith("on the ground"):
        refuse(turn, choice, "the aircraft is in the air or on its way up already")
        return
    turn.set_aircraft(not_ours="taking off")
    turn.command(Launch(turn.state.t_ns, turn.state.settings.watch_height_m))


def _select(turn: Turn, choice: Choice, asked: Asked | None) -> None:
    state = turn.state
    track = choice.track if choice.track is not None else (asked.track if asked is not None else None)
    known = next((o for o in state.others if o[0] == track), None)
    if track is None or known is None:
        refuse(turn, choice, "the eyes have no such person; tap the person again")
        return
    if state.phase not in (Phase.WATCH, Phase.OFFERED):
        refuse(turn, choice, "one person is being led; a new one is selected after this mission is closed")
        return
    _, position, seen_t_ns = known
    turn.set(person=PersonState(track, position, seen_t_ns=seen_t_ns, still_since_t_ns=state.t_ns))
    turn.withdraw(Decision.SELECT_PERSON)
    turn.effects.update((Effect.PROTECT, Effect.OFFER))


def _accept(turn: Turn, choice: Choice, _: Asked | None) -> None:
    if choice.option == "watch":
        return
    if turn.state.phase is not Phase.OFFERED:
        refuse(turn, choice, "there is no open offer")
        return
    turn.effects.add(Effect.ACCEPT)


def _release_note(turn: Turn, choice: Choice, _: Asked | None) -> None:
    state = turn.state
    if choice.option == "not_now":
        return
    if why := promise_lock(state):
        refuse(turn, choice, f"the note carries the promise and stays locked: {why}")
    elif state.person is None or state.phase not in (Phase.PARLEY, Phase.WAIT, Phase.STAY):
        refuse(turn, choice, "a note is released while talking to a selected person")
    elif state.note.loaded_slot is None:
        refuse(turn, choice, "no slot holds a note")
    else:
        turn.set_note("approach")


def _picked_up(turn: Turn, choice: Choice, _: Asked | None) -> None:
    if choice.option == "no":
        return
    if turn.state.note.stage not in ("released", "landed"):
        refuse(turn, choice, "no note is on the ground")
        return
    turn.set_note("picked_up")


def _answer(turn: Turn, choice: Choice, _: Asked | None) -> None:
    if turn.state.person is None:
        refuse(turn, choice, "nobody is selected")
        return
    dialogue.answer(turn, choice)


def _show(turn: Turn, choice: Choice, _: Asked | None) -> None:
    if choice.option not in SHOWABLE:
        refuse(turn, choice, f"'{choice.option}' cannot be shown by itself; a yes or no answers a question")
        return
    if turn.state.person is None:
        refuse(turn, choice, "nobody is selected")
        return
    transmission.enqueue(turn, Signal(choice.option))


def _approve_route(turn: Turn, choice: Choice, _: Asked | None) -> None:
    if not rerouting.answered(turn, choice.option):
        turn.set(route_approved=choice.option != "no")


def _lead(turn: Turn, choice: Choice, _: Asked | None) -> None:
    if choice.option == "not_yet":
        return
    if why := lead_lock(relay.onward(turn.state)):
        refuse(turn, choice, f"leading is locked: {why}")
        return
    relay.ahead(turn)
    group.mark(turn)
    rerouting.kept(turn)  # whoever leads on while another way is proposed keeps the approved one
    turn.set(stopped="", cannot_walk=False)
    turn.effects.add(Effect.GO)


def _stop(turn: Turn, _choice: Choice, _: Asked | None) -> None:
    transmission.drop(turn, "the operator said stop")
    turn.set(stopped="operator")
    saying.dropped(turn, "the operator said stop")
    asking.handed_back(turn)
    turn.effects.add(Effect.STOP)


def _stay(turn: Turn, choice: Choice, _: Asked | None) -> None:
    if choice.option == "lead":
        turn.set(cannot_walk=False)
        group.mark(turn)
        return
    turn.set(cannot_walk=True)
    turn.effects.add(Effect.STAY)


def _confirm_person(turn: Turn, choice: Choice, asked: Asked | None) -> None:
    state = turn.state
    track = choice.track if choice.track is not None else (asked.track if asked is not None else None)
    known = next((o for o in state.others if o[0] == track), None)
    if choice.option == "no":
        turn.set_person(candidate=None)
        return
    if state.person is None or track is None or known is None:
        refuse(turn, choice, "the eyes have no such person")
        return
    turn.set_person(track=track, position=known[1], seen_t_ns=known[2], candidate=None)
    turn.effects.add(Effect.FOUND)


def _report_impact(turn: Turn, choice: Choice, _: Asked | None) -> None:
    person = turn.state.person
    place = choice.position or (person.position if person else None)
    saying.drowned(turn)
    turn.set(last_impact_t_ns=choice.t_ns, last_impact=place)
    turn.effects.add(Effect.COVER)
    if place is not None:
        rerouting.shell_fell(turn, place)


def _take_back(turn: Turn, choice: Choice, _: Asked | None) -> None:
    aircraft = turn.state.aircraft
    if choice.option == "no":
        return
    if not aircraft.not_ours or aircraft.not_ours.startswith(("on the ground", "taking")):
        refuse(turn, choice, "there is nothing to take back")
        return
    turn.set_aircraft(not_ours="taking back: waiting for the mode")
    turn.command(TakeBack(turn.state.t_ns))


def _close(turn: Turn, choice: Choice, _: Asked | None) -> None:
    state = turn.state
    if choice.option == "not_yet" or state.phase is Phase.CLOSED:
        return
    if choice.option not in Outcome.__members__.values():
        refuse(turn, choice, f"'{choice.option}' is no outcome; one of {', '.join(Outcome)}")
        return
    outcome = Outcome(choice.option)
    if why := close_lock(state, outcome, choice.reason):
        refuse(turn, choice, why)
        return
    turn.set(outcome=outcome)
    turn.effects.add(Effect.CLOSE)
    turn.command(MissionClosed(state.t_ns, outcome, choice.reason))


def _return_home(turn: Turn, choice: Choice, _: Asked | None) -> None:
    if choice.option == "no":
        return
    if turn.state.phase is not Phase.CLOSED:
        if not relay.may_leave(turn.state):
            refuse(turn, choice, "somebody may still follow the aircraft; close the mission or hand over first")
            return
        turn.set(stopped="another battery is fetched")
        turn.alert("alarm", "place_kept", "He waits alone and his place is kept: launch again as soon as you can.")
    turn.set_aircraft(not_ours="on its way home")
    turn.set(carrot=None)
    turn.command(ReturnHome(turn.state.t_ns))


def _no_fire_heard(turn: Turn, choice: Choice, _: Asked | None) -> None:
    """A person's click is an acknowledgement too, where the unit has no other way: it names the unit."""
    state, unit = turn.state, choice.reason.strip()
    if not unit:
        refuse(turn, choice, "name the unit that said so")
    elif not state.protected:
        refuse(turn, choice, "nobody has asked for it yet: nobody is protected")
    else:
        until_t_ns = after(state.t_ns, NO_FIRE_WORD_LASTS_S)
        turn.set(no_fire=NoFire(state.no_fire.requested_t_ns, unit, until_t_ns))


def _receiver_heard(turn: Turn, choice: Choice, _: Asked | None) -> None:
    unit = choice.reason.strip()
    if not unit:
        refuse(turn, choice, "name who has the person")
    elif turn.state.person is None:
        refuse(turn, choice, "nobody is selected")
    elif turn.state.phase is Phase.CLOSED and turn.state.marked:
        turn.set(marked=(), protected=False)
        turn.alert("info", "cared_for", f"{unit} has those whose places were marked.")
        turn.command(EndNoFire(turn.state.t_ns, f"{unit} has those who were marked"))
    else:
        turn.set(receiver_confirmed=unit)


_DECISIONS: dict[Decision, Callable[[Turn, Choice, Asked | None], None]] = {
    Decision.LAUNCH: _launch,
    Decision.SELECT_PERSON: _select,
    Decision.ACCEPT_OFFER: _accept,
    Decision.RELEASE_NOTE: _release_note,
    Decision.CONFIRM_PICKED_UP: _picked_up,
    Decision.ANSWER: _answer,
    Decision.SHOW: _show,
    Decision.APPROVE_ROUTE: _approve_route,
    Decision.LEAD: _lead,
    Decision.STOP: _stop,
    Decision.STAY: _stay,
    Decision.CONFIRM_PERSON: _confirm_person,
    Decision.REPORT_IMPACT: _report_impact,
    Decision.TAKE_BACK: _take_back,
    Decision.CLOSE: _close,
    Decision.RETURN_HOME: _return_home,
    Decision.NO_FIRE_HEARD: _no_fire_heard,
    Decision.RECEIVER_HEARD: _receiver_heard,
    Decision.PILOT: lambda *_: None,  # its effect is the aircraft's to tell
    Decision.SAY: lambda turn, choice, _: saying.say(turn, choice),
    Decision.ASK: lambda turn, choice, _: asking.decided(turn, choice),
}
