"""An order that takes time, without bytes: entering a mode, or launching: done when its effect is there."""

from __future__ import annotations

from random import Random

from safeconduct.model.events import CommandDone, CommandFailed, Event
from safeconduct.model.mission_time import after
from safeconduct.sim.twin.autopilot import Autopilot
from safeconduct.sim.twin.guidance import MODE_NAMES

_ASK_AGAIN_S = 2.0
_READY_WITHIN_S = 120.0
_NO_ANSWER_S = 3.2
_HEIGHT_NEAR_M = 0.5
_TRIES = 4
UNANSWERED = f"no acknowledgement after {_TRIES} tries"


class Errand:
    """At most one at a time; a new one takes the place of the old, which has then failed."""

    def __init__(self, autopilot: Autopilot, aircraft: str) -> None:
        self._autopilot = autopilot
        self._aircraft = aircraft
        self._luck = Random(autopilot.settings.seed ^ 0xD1CE)
        self.name = ""
        self.mode: int | None = None
        self._height_m: float | None = None
        self._begun_ns = 0
        self._ask_ns = 0

    def begin(self, name: str, mode: int, t_ns: int, height_m: float | None = None) -> list[Event]:
        """height_m: arm and take off to there; None: only the mode is entered."""
        gone = self.abandon(t_ns, f"gave way to {name}")
        self.name, self.mode, self._height_m = name, mode, height_m
        self._begun_ns = self._ask_ns = t_ns
        return gone

    def abandon(self, t_ns: int, why: str) -> list[Event]:
        if not self.name:
            return []
        failed = CommandFailed(t_ns, self._aircraft, self.name, why)
        self.name, self.mode = "", None
        return [failed]

    def arrives(self) -> bool:
        """Whether an order gets through, with the driver's tries, on a link that loses commands."""
        loss = self._autopilot.command_loss
        return self._autopilot.link_up and (not loss or self._luck.random() >= loss**_TRIES)

    def ask(self, t_ns: int) -> list[Event]:
        """Tell the autopilot what is still missing, every two seconds."""
        autopilot, mode = self._autopilot, self.mode
        if mode is None or t_ns < self._ask_ns or (autopilot.link_up and self._entered()):
            return []
        if not self.arrives():
            return self.abandon(t_ns, UNANSWERED) if t_ns > after(self._begun_ns, _NO_ANSWER_S) else []
        self._ask_ns = after(t_ns, _ASK_AGAIN_S)
        entered = autopilot.set_mode(mode)
        if self._height_m is None:
            return [] if entered else self.abandon(t_ns, f"{MODE_NAMES[mode]} failed")
        if entered and autopilot.arm() and not autopilot.flying:
            autopilot.take_off(self._height_m)
        elif t_ns > after(self._begun_ns, _READY_WITHIN_S):
            return self.abandon(t_ns, f"arming failed for {_READY_WITHIN_S:g} s")
        return []

    def done(self, t_ns: int) -> list[Event]:
        """The effect, seen."""
        if not self.name or not self._entered():
            return []
        done = CommandDone(t_ns, self._aircraft, self.name)
        if self._height_m is not None:
            autopilot = self._autopilot
            rising = autopilot.plain_position_target() is not None
            if rising and abs(autopilot.body.z - self._height_m) > _HEIGHT_NEAR_M:
                return []
        self.name, self.mode = "", None
        return [done]

    def _entered(self) -> bool:
        autopilot = self._autopilot
        return autopilot.mode == self.mode and (self._height_m is None or autopilot.flying)
