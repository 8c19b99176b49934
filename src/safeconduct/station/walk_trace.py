"""What a record says about where everybody was: the material for the map of a walk. Numbers only, no drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import Channel, Decision, Outcome, Phase, Signal
from safeconduct.model.wire import decode_command, decode_event
from safeconduct.routes import way_through
from safeconduct.witness import Entry, read_record

_SELECTING = (Decision.SELECT_PERSON, Decision.CONFIRM_PERSON)
_EVENTS = {
    "mission_opened", "telemetry", "sighting", "impact", "choice", "signal_shown", "note_landed",
    "no_fire_acknowledged", "receiver_confirmed",
}  # fmt: skip
_COMMANDS = {"phase_entered", "request_no_fire", "new_way", "mission_closed"}
_TRACK_EVERY_S = 0.5
REST_S, UNDER_WAY_M = 5.0, 5.0  # shorter, or before he has set out, it is doubt and no rest


@dataclass
class Moment:
    """Something that happened at a time and a place. him, progress_m: where he was then, how far along the route."""

    t_s: float
    at: Enu
    him: Enu
    progress_m: float
    words: str = ""
    lasts_s: float = 0.0


@dataclass
class WalkTrace:
    """Times in seconds since the mission opened; places ENU metres. person and aircraft: (t_s, place).

    new_ways: each that was approved on the way, whole.
    """

    plan: Plan
    scenario: str
    person: list[tuple[float, Enu]] = field(default_factory=list)
    progress: list[tuple[float, float]] = field(default_factory=list)
    aircraft: list[tuple[float, Enu]] = field(default_factory=list)
    phases: list[tuple[float, Phase]] = field(default_factory=list)
    pauses: list[Moment] = field(default_factory=list)
    covers: list[Moment] = field(default_factory=list)
    impacts: list[Moment] = field(default_factory=list)
    signals: list[Moment] = field(default_factory=list)
    new_ways: list[tuple[Enu, ...]] = field(default_factory=list)
    note: Enu | None = None
    no_fire: list[tuple[Enu, float]] = field(default_factory=list)
    acknowledged: bool = False
    outcome: Outcome | None = None
    duration_s: float = 0.0


def trace_walk(record: Path | Iterable[Entry]) -> WalkTrace | None:
    """Follow a record; None when it holds no opened mission. Raises BadInput, ChainBroken, Malformed."""
    tracer: _Tracer | None = None
    for entry in read_record(record) if isinstance(record, Path) else record:
        if entry.io == "event" and entry.kind in _EVENTS:
            event = decode_event(entry.body)
            if isinstance(event, e.MissionOpened):
                tracer = tracer or _Tracer(event)
            elif tracer is not None:
                tracer.event(event)
        elif entry.io == "command" and entry.kind in _COMMANDS and tracer is not None:
            tracer.command(decode_command(entry.body))
    return None if tracer is None else tracer.trace


class _Tracer:
    def __init__(self, opened: e.MissionOpened) -> None:
        self.trace = WalkTrace(opened.plan, opened.scenario or opened.plan.name)
        self._opened_t_ns = opened.t_ns
        self._way = way_through(opened.plan.route)
        self._track: int | None = None
        self._unselected: list[tuple[float, Enu]] = []
        self._at = opened.plan.start
        self._progress_m = 0.0
        self._halted: Moment | None = None

    def _moment(self, t_ns: int, at: Enu | None = None, words: str = "") -> Moment:
        t_s = seconds_between(self._opened_t_ns, t_ns)
        return Moment(t_s, at or self._at, self._at, self._progress_m, words)

    def event(self, event: e.Event) -> None:
        trace, t_s = self.trace, seconds_between(self._opened_t_ns, event.t_ns)
        trace.duration_s = t_s
        match event:
            case e.Telemetry():
                if event.armed and (not trace.aircraft or t_s - trace.aircraft[-1][0] >= _TRACK_EVERY_S):
                    trace.aircraft.append((t_s, event.position))
            case e.Sighting():
                self._sighting(t_s, event)
            case e.Choice(decision=decision, track=track) if decision in _SELECTING and track is not None:
                if event.option != "no":
                    self._track = track
            case e.Impact():
                trace.impacts.append(self._moment(event.t_ns, event.position))
            case e.SignalShown(ok=True, channel=Channel.MANOEUVRE) if event.signal is not Signal.ATTEND:
                trace.signals.append(self._moment(event.t_ns, words=event.signal.value.upper()))
            case e.NoteLanded():
                trace.note = event.position
            case e.NoFireAcknowledged():
                trace.acknowledged = True
            case _:
                pass

    def _sighting(self, t_s: float, event: e.Sighting) -> None:
        if self._track is not None and event.track != self._track:
            return
        self._at = event.position
        if self._track is not None:
            self._progress_m = self._way.progress_m(event.position, self._progress_m)
        trace = self.trace
        if not trace.person or t_s - trace.person[-1][0] >= _TRACK_EVERY_S:
            trace.person.append((t_s, event.position))
            trace.progress.append((t_s, self._progress_m))

    def command(self, command: c.Command) -> None:
        trace = self.trace
        match command:
            case c.PhaseEntered():
                moment = self._moment(command.t_ns)
                trace.phases.append((moment.t_s, command.phase))
                self._goes_on(moment.t_s)
                if command.phase is Phase.COVER:
                    self._halted = moment
                    trace.covers.append(moment)
                elif command.phase is Phase.WAIT and command.why == "pause" and self._progress_m >= UNDER_WAY_M:
                    self._halted = moment
                    trace.pauses.append(moment)
            case c.RequestNoFire():
                trace.no_fire.append((command.centre, command.radius_m))
            case c.NewWay(taken=True):
                self._way = way_through(command.points)
                trace.new_ways.append(command.points)
            case c.MissionClosed():
                trace.outcome = command.outcome
            case _:
                pass

    def _goes_on(self, t_s: float) -> None:
        """The phase after a halt says how long it was."""
        halted, self._halted = self._halted, None
        if halted is None:
            return
        halted.lasts_s = t_s - halted.t_s
        if halted in self.trace.pauses and halted.lasts_s < REST_S:
            self.trace.pauses.remove(halted)
