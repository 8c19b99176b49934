"""The one procedure under way: begun, polled until its effect is seen, or given up. Setpoints wait meanwhile."""

from __future__ import annotations

from safeconduct.model.events import CommandDone, CommandFailed, Event
from safeconduct.model.vocabulary import Mode
from safeconduct.vehicle.flight_modes import GUIDED
from safeconduct.vehicle.procedures import Launching, ModeEntry
from safeconduct.vehicle.seen import Seen
from safeconduct.vehicle.steering import Steering


class Underway:
    """At most one launch or mode entry of one aircraft; a new one takes the place of the old."""

    def __init__(self, steering: Steering, aircraft: str) -> None:
        self._steering = steering
        self._aircraft = aircraft
        self._name = ""
        self._procedure: Launching | ModeEntry | None = None

    @property
    def asked_mode(self) -> int | None:
        """The mode that our own procedure is entering or in."""
        procedure = self._procedure
        return procedure.custom_mode if isinstance(procedure, ModeEntry) else GUIDED if procedure is not None else None

    def begin(self, name: str, procedure: Launching | ModeEntry, t_ns: int) -> list[Event]:
        events = self.abandon(t_ns, f"gave way to {name}")
        self._name, self._procedure = name, procedure
        self._steering.busy = True
        return events

    def abandon(self, t_ns: int, why: str) -> list[Event]:
        """Give up what is under way, if anything is."""
        procedure = self._end()
        if procedure is None:
            return []
        procedure.abandon()
        return [CommandFailed(t_ns, self._aircraft, self._name, why)]

    def poll(self, seen: Seen, t_ns: int) -> list[Event]:
        result = None if self._procedure is None else self._procedure.poll(seen, t_ns)
        if result is None:
            return []
        self._end()
        if result.why:
            return [CommandFailed(t_ns, self._aircraft, self._name, result.why)]
        if seen.mode is Mode.GUIDED:
            self._steering.unblock()
        return [CommandDone(t_ns, self._aircraft, self._name)]

    def hears(self, text: str) -> None:
        """What the vehicle says; why it does not arm is kept for the end of the launch's patience."""
        if isinstance(self._procedure, Launching) and text.startswith("PreArm"):
            self._procedure.prearm = text

    def _end(self) -> Launching | ModeEntry | None:
        procedure, self._procedure = self._procedure, None
        self._steering.busy = False
        return procedure
