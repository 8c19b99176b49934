"""The aircraft as the mission sees it: four verbs, the same for MAVLink, for the twin and for a pilot with a screen."""

from __future__ import annotations

from typing import Protocol

from safeconduct.model.commands import Command
from safeconduct.model.events import Event


class Aircraft(Protocol):
    """Sans-I/O: nothing here waits, sleeps or owns a socket; the runtime brings bytes and time.

    Commands that an aircraft knows: Steer, StandDown, Launch, TakeBack, ReturnHome, Transmit, Release. It ignores
    all others (Speak goes to a `Speaker`). Every effect comes back as an event, on evidence, never on an
    acknowledgement alone.
    """

    def obey(self, command: Command, t_ns: int) -> None:
        """Take a command that is durable in the record."""

    def poll(self, t_ns: int) -> list[Event]:
        """Let time pass until t_ns; return what became known since the last call, in order."""

    def healthy(self, ok: bool, t_ns: int) -> None:
        """Our own health. While false no heartbeat leaves, so that the vehicle's own failsafe takes over."""

    def close(self, t_ns: int) -> None:
        """Leave the aircraft in a defined state: hovering at a held position, streaming stopped."""
