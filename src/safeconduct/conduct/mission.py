"""The mission machine: `step(state, event) -> (state, commands)`. No clock, no chance, no waiting, no file.

One event goes once round: facts into state, the operator's decision behind its interlock, standing conditions into
effects, effects through the phase table, the phase's routine, the signal being shown, one setpoint.
"""

from __future__ import annotations

from safeconduct.conduct import asking, conditions, group, guide, lane, relay, rerouting, routine, saying, transmission
from safeconduct.conduct.decisions import decide
from safeconduct.conduct.facts import FACTS
from safeconduct.conduct.phases import Effect, transition
from safeconduct.conduct.state import MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.commands import Command, PhaseEntered
from safeconduct.model.events import Choice, Event, HazardReported, Impact, Sighting, Telemetry, Tick

OPENING = MissionState()
"""The state before the first event (always a MissionOpened)."""


def step(state: MissionState, event: Event) -> tuple[MissionState, tuple[Command, ...]]:
    """Pure: the same state and event give the same result, to the byte."""
    turn = Turn(state)
    turn.set(t_ns=event.t_ns)
    kind = type(event)
    if kind is Choice:
        decide(turn, event)  # type: ignore[arg-type]
    elif kind is not Tick:
        FACTS[kind](turn, event)
        if kind is Impact:
            rerouting.shell_fell(turn, event.position)  # type: ignore[attr-defined]
        elif kind is HazardReported:
            rerouting.hazard_reported(turn, event)  # type: ignore[arg-type]
    if kind is Telemetry or (kind is Sighting and not turn.effects):
        return turn.state, tuple(turn.commands)
    _move(turn)
    if kind is Choice:
        transmission.advance(turn)  # he waits for his answer: it does not wait for the next tick
    elif kind is Tick:
        transmission.advance(turn)
        saying.advance(turn)
        asking.advance(turn)
        if turn.effects & {Effect.ATTENDED}:
            _move(turn)
        rerouting.during(turn)
        lane.during(turn)
        relay.during(turn)
        group.during(turn)
        if turn.effects:
            _move(turn)
        routine.during(turn)
        guide.steer(turn)
    return turn.state, tuple(turn.commands)


def _move(turn: Turn) -> None:
    """Effects through the table, at most one phase on."""
    effects = conditions.examine(turn)
    if Effect.PROTECT in effects and not turn.state.protected:
        routine.protect(turn)
    state = turn.state
    phase, return_to, because = transition(state.phase, state.return_to, effects)
    turn.effects.clear()
    if because is None or phase is state.phase:
        return
    turn.set(phase=phase, return_to=return_to, phase_since_t_ns=state.t_ns)
    turn.command(PhaseEntered(state.t_ns, phase, because.value))
    routine.entered(turn, because)
