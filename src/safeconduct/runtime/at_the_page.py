"""The operator of a rehearsal when there is a page: the human at the page, or the simulated one while nobody else does.

Both decide through the same door, one at a time: whose lease it is stands at the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.runtime.driven import Operator
from safeconduct.station.page import Board, Desk


class PageOperator:
    """stand_in: goes on looking while a human decides, so that the decisions can be given back to him."""

    def __init__(self, desk: Desk, board: Board, stand_in: Operator) -> None:
        self._desk = desk
        self._board = board
        self._stand_in = stand_in

    def consider(self, t_ns: int, commands: Iterable[Command], events: Iterable[Event] = ()) -> list[Event]:
        if self._desk.was_given_back():
            commands = [*self._board.open_proposals(), *commands]
        by_himself = list(self._stand_in.consider(t_ns, commands, events))
        return by_himself if self._desk.simulated_decides else []

    def decided(self, t_ns: int) -> list[Event]:
        """By humans, since the last call, STOP first; then what receivers and commanders said."""
        choices = [replace(choice, t_ns=t_ns) for choice in self._desk.take_choices()]
        return [*choices, *self._desk.take_words(t_ns)]

    def wake_with(self, wake: Callable[[], None]) -> None:
        self._desk.wake_with(wake)
