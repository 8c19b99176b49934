"""What is about a mission besides aircraft and eyes: a simulated world, or in earnest only what others tell us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.sim.seen import AircraftTruth


class Surroundings(Protocol):
    """`sim.World` in a rehearsal; own side's and receivers' words in a real mission."""

    def advance(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        """What became known by t_ns by other ways than aircraft and picture."""

    def notice(self, event: Event) -> None:
        """A fact as the mission took it."""

    def perform(self, command: Command) -> None:
        """A command to others than the aircraft; it is durable in the record."""


class TheWorldItself:
    """Nothing is simulated. others: whoever tells us something (liaison), each asked once a round."""

    def __init__(self, others: Sequence[Surroundings] = ()) -> None:
        self._others = tuple(others)

    def advance(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        return [event for other in self._others for event in other.advance(t_ns, aircraft)]

    def notice(self, event: Event) -> None:
        for other in self._others:
            other.notice(event)

    def perform(self, command: Command) -> None:
        for other in self._others:
            other.perform(command)
