"""One mission under way: every event is recorded, stepped and answered; nothing acts before it is durable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from safeconduct.conduct import OPENING, MissionState, Verdict, step
from safeconduct.model.commands import Command
from safeconduct.model.events import Event


class Journal(Protocol):
    """Where entries go: a `witness.Recorder`, or nothing for campaigns."""

    def append(self, values: Sequence[Event | Command]) -> None: ...

    def commit(self) -> None: ...


class NoJournal:
    """For campaigns and benches that keep no record of each mission."""

    def append(self, values: Sequence[Event | Command]) -> None: ...

    def commit(self) -> None: ...


class Mission:
    """The core's state with its record and its judge."""

    def __init__(self, journal: Journal, state: MissionState = OPENING, verdict: Verdict | None = None) -> None:
        self.state = state
        self.verdict = verdict if verdict is not None else Verdict()
        self._journal = journal

    def take(self, event: Event) -> tuple[Command, ...]:
        """Record one event and the core's answer, in memory. Nothing may act on it before `commit`."""
        self.state, commands = step(self.state, event)
        self._journal.append((event, *commands))
        self.verdict.hear(event)
        for command in commands:
            self.verdict.hear(command)
        return commands

    def commit(self) -> None:
        """Make all that was taken durable. Raises witness.RecordFailed."""
        self._journal.commit()
