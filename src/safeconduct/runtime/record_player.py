"""A record as it is shown: the time runs, stands or jumps, and the board stands as it stood then.

Going forward reads the record line by line. Going back, or far, begins at the nearest bookmark of the index.
"""

from __future__ import annotations

from pathlib import Path

from safeconduct.conduct import OPENING, step
from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.model.mission_time import NS
from safeconduct.runtime.record_film import RecordFilm
from safeconduct.runtime.record_index import RecordIndex
from safeconduct.station.page import Board, Projector, Reel
from safeconduct.witness import ChainBroken, leaf_from

_FAR_S = 20.0


class RecordPlayer:
    """One thread calls `go`. film: closed by who opened it."""

    def __init__(
        self, record: Path, index: RecordIndex, film: RecordFilm, board: Board, projector: Projector, reel: Reel
    ) -> None:
        self._record = record
        self._index = index
        self._film = film
        self._board = board
        self._projector = projector
        self._reel = reel
        self._state = OPENING
        self._event: Event | None = None
        self._commands: list[Command] = []
        self._leaves = leaf_from(record, 0)
        self._over = False
        self._picture_t_ns = 0
        self.clock_s = 0.0

    def go(self, dt_s: float) -> None:
        """Let dt_s seconds of the wall pass."""
        timeline = self._index.timeline()
        wanted = self._projector.take_wanted_s()
        if wanted is None:
            wanted = self.clock_s + dt_s * self._projector.speed
        elif wanted < self.clock_s or wanted > self.clock_s + _FAR_S:
            self._jump(min(wanted, timeline.known_s))
        wanted = min(wanted, timeline.known_s)
        if wanted > self.clock_s:
            self._forward(wanted)
        if self.clock_s >= timeline.length_s and self._projector.speed:
            self._projector.speed = 0.0  # the end: it stands
        self._show()

    def close(self) -> None:
        self._leaves.close()

    def _jump(self, clock_s: float) -> None:
        mark = self._index.bookmark(clock_s)
        if mark is None:
            return
        self._state, self._event, self._commands = mark.state, None, []
        self._leaves.close()
        self._leaves, self._over = leaf_from(self._record, mark.start), False
        self._board.put_back(mark.kept, self._index.lines)
        self.clock_s = mark.clock_s
        self._forward(clock_s)

    def _forward(self, clock_s: float) -> None:
        """Up to the last round that began by then."""
        until_t_ns = self._index.first_t_ns + round(clock_s * NS)
        while not self._over:
            if self._event is not None and self._event.t_ns > until_t_ns:
                break
            self._round()
        self.clock_s = clock_s

    def _round(self) -> None:
        """Finish the fact at hand with its decisions, and take the next one to hand."""
        try:
            for _, _, value in self._leaves:
                if isinstance(value, Command):
                    self._commands.append(value)
                    continue
                self._finish()
                self._event, self._commands = value, []
                return
        except ChainBroken:
            pass  # the index has said where
        self._finish()
        self._event, self._over = None, True

    def _finish(self) -> None:
        if self._event is not None:
            self._state, _ = step(self._state, self._event)
            self._board.watch([self._event], self._commands, self._state)

    def _show(self) -> None:
        if not self._film or not self._projector.stations:
            return
        shown = self._film.at(self._index.first_t_ns + round(self.clock_s * NS))
        if shown is not None and shown.t_ns != self._picture_t_ns:
            self._picture_t_ns = shown.t_ns
            self._reel.show(shown.t_ns, shown.picture, ())
