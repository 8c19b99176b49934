"""Who decides in a real mission: the human at the page, nobody, or in a rehearsal over a twin a scripted crew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from safeconduct.model.commands import Command, NotifyReception, PhaseEntered, RequestNoFire
from safeconduct.model.events import Choice, Event
from safeconduct.model.mission_time import NS, after
from safeconduct.model.vocabulary import Decision, Phase
from safeconduct.runtime.driven import Operator
from safeconduct.sim import ScriptedOperator
from safeconduct.sim.operator import NAME
from safeconduct.sim.surroundings import OperatorWishes

if TYPE_CHECKING:
    from safeconduct.runtime.page import OpenPage

_TOLD_AFTER_S, _RECEIVED_AFTER_S = 6.0, 25.0
_ASKS_AGAIN_S = 300.0


class NobodyDecides:
    """The mission watches and records; what needs a human stands open."""

    def consider(self, t_ns: int, commands: Iterable[Command], events: Iterable[Event] = ()) -> Sequence[Event]:  # noqa: ARG002
        return ()


class SimulatedCrew:
    """The scripted operator with a radio: a unit tells him that it holds its fire, the receivers that they have him."""

    def __init__(self, seed: int = 1) -> None:
        self._operator = ScriptedOperator(OperatorWishes(), seed)
        self._due: list[tuple[int, Choice]] = []
        self._asked_t_ns = 0

    def consider(self, t_ns: int, commands: Iterable[Command], events: Iterable[Event] = ()) -> Sequence[Event]:
        commands = list(commands)
        for command in commands:
            if isinstance(command, RequestNoFire) and t_ns > after(self._asked_t_ns, _ASKS_AGAIN_S):
                self._asked_t_ns = t_ns
                self._hears(t_ns, _TOLD_AFTER_S, Decision.NO_FIRE_HEARD, "Neighbour Alder")
            elif isinstance(command, PhaseEntered) and command.phase is Phase.RECEPTION:
                self._hears(t_ns, _RECEIVED_AFTER_S, Decision.RECEIVER_HEARD, "Receivers Birch")
            elif isinstance(command, NotifyReception) and "cannot walk" in command.state:
                self._hears(t_ns, 2.0 * _RECEIVED_AFTER_S, Decision.RECEIVER_HEARD, "Receivers Birch")
        heard = [replace(choice, t_ns=t_ns) for due_ns, choice in self._due if due_ns <= t_ns]
        self._due = [(due_ns, choice) for due_ns, choice in self._due if due_ns > t_ns]
        return [*heard, *self._operator.consider(t_ns, commands, events)]

    def _hears(self, t_ns: int, in_s: float, decision: Decision, unit: str) -> None:
        due_ns = t_ns + round(in_s * NS)
        self._due.append((due_ns, Choice(due_ns, NAME, decision, reason=unit)))


def at_page(page: OpenPage, stand_in: Operator) -> Operator:
    """The human at the page; in a rehearsal the scripted crew while nobody has taken over."""
    from safeconduct.runtime.at_the_page import PageOperator

    return PageOperator(page.desk, page.board, stand_in)
