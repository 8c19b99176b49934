"""The chain of a mission that keeps no record: what it would have been, and nothing on the disk."""

from __future__ import annotations

from collections.abc import Sequence

from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.model.wire import encode
from safeconduct.witness.entry import FIRST_PREV, head_of, link, splice


class UnwrittenRecord:
    """Takes entries as a `Recorder` does. `head` is then the same as that of the record, entry for entry."""

    def __init__(self) -> None:
        self._entries = 0
        self._prev = FIRST_PREV

    def append(self, values: Sequence[Event | Command]) -> None:
        seq, prev = self._entries, self._prev
        for value in values:
            prev = link(splice(seq, value.t_ns, head_of(type(value)), encode(value), prev))
            seq += 1
        self._entries, self._prev = seq, prev

    def commit(self) -> None:
        """There is nothing to write."""

    @property
    def head(self) -> str:
        """SHA-256 of the last line, hex; 64 zeros when there is none."""
        return self._prev.decode()
