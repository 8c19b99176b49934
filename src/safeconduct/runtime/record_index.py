"""A record walked once from its first line to its last: where to begin reading for any moment, and what happened when.

The core decides everything again on the way, as `replay --check` does, and says where it would decide otherwise today.
Of the record nothing stays in memory but one state of the core every ten seconds, and the lines of the conversation.
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path
from threading import Lock

from msgspec.structs import replace

from safeconduct.conduct import OPENING, MissionState, step
from safeconduct.model.commands import Command, PhaseEntered
from safeconduct.model.events import Event, MissionResumed
from safeconduct.model.mission_time import seconds_between
from safeconduct.station.page import Board
from safeconduct.station.page.board import Kept
from safeconduct.station.page.told import Mark, PhaseSpan, SaidLine, Timeline
from safeconduct.witness import ChainBroken, leaf, length_of

_STATE_EVERY_S = 10.0
_TOLD_EVERY_S = 60.0
_MARKS_MAX = 2000


class Bookmark:
    """Before the line at byte `start`: what the core and the board held then."""

    def __init__(self, clock_s: float, start: int, state: MissionState, kept: Kept) -> None:
        self.clock_s, self.start, self.state, self.kept = clock_s, start, state, kept


class RecordIndex:
    """Read in a thread of its own (`read`); everything else may be asked meanwhile.

    Raises BadInput or ChainBroken at once when there is nothing to be read.
    """

    def __init__(self, record: Path, *, film: bool) -> None:
        self.record = record
        self.first_t_ns, self.last_t_ns = length_of(record)
        self.lines: list[SaidLine] = []
        self.trouble = ""
        self.entries = 0
        self._lock = Lock()
        self._bookmarks: list[Bookmark] = []
        self._clocks: list[float] = []
        self._phases: list[PhaseSpan] = []
        self._marks: list[Mark] = []
        length_s = round(seconds_between(self.first_t_ns, self.last_t_ns), 1)
        self._timeline = Timeline(length_s, 0.0, (), (), film)

    def timeline(self) -> Timeline:
        """The same value until something new is known."""
        return self._timeline

    def bookmark(self, clock_s: float) -> Bookmark | None:
        """The last one at or before that moment, of what has been read."""
        with self._lock:
            at = bisect_right(self._clocks, clock_s) - 1
            return self._bookmarks[max(at, 0)] if self._bookmarks else None

    def read(self) -> None:
        """The whole record, once. A line that is wrong ends it, in words, at the place before."""
        board = Board()
        try:
            self._read(board)
        except ChainBroken as broken:
            self.trouble = str(broken)
            self._tell(self._timeline.known_s, str(broken))
        else:
            self._tell(self._timeline.length_s, self._timeline.differs)

    def _read(self, board: Board) -> None:
        state, event = OPENING, None
        commands: list[Command] = []
        due: list[Command] = []
        next_bookmark_s, next_told_s = 0.0, 0.0
        for start, line, value in leaf(self.record):
            self.entries = line
            if isinstance(value, Command):
                if value != (due.pop(0) if due else None):
                    self._differs(f"line {line}, {_kind(value)}")
                commands.append(value)
                continue
            if event is not None:
                board.watch([event], commands, state)
                self._note(board, commands)
            if due and not isinstance(value, MissionResumed):
                self._differs(f"line {line}, {_kind(due[0])} is missing before it")
            clock_s = seconds_between(self.first_t_ns, value.t_ns)
            if clock_s >= next_bookmark_s:
                next_bookmark_s = clock_s + _STATE_EVERY_S
                self._keep(Bookmark(clock_s, start, state, board.keep()))
            if clock_s >= next_told_s:
                next_told_s = clock_s + _TOLD_EVERY_S
                self._tell(clock_s, self._timeline.differs)
            state, answer = step(state, value)
            due, event, commands = list(answer), value, []
        if event is not None:
            board.watch([event], commands, state)
            self._note(board, commands)

    def _keep(self, bookmark: Bookmark) -> None:
        with self._lock:
            self._bookmarks.append(bookmark)
            self._clocks.append(bookmark.clock_s)

    def _note(self, board: Board, commands: list[Command]) -> None:
        for command in commands:
            if isinstance(command, PhaseEntered):
                self._phases.append(PhaseSpan(_clock(self.first_t_ns, command), command.phase))
        known = self.lines[-1].number if self.lines else 0
        if board.said == known:
            return
        fresh = board.said_after(known)
        self.lines += fresh
        if len(self._marks) < _MARKS_MAX:
            self._marks += [mark for line in fresh if (mark := _mark(line)) is not None]

    def _differs(self, words: str) -> None:
        if not self._timeline.differs:
            self._timeline = replace(self._timeline, differs=words)

    def _tell(self, known_s: float, differs: str) -> None:
        self._timeline = replace(
            self._timeline,
            known_s=round(known_s, 1),
            phases=tuple(self._phases),
            marks=tuple(self._marks),
            differs=differs,
        )


def _clock(first_t_ns: int, value: Event | Command) -> float:
    return round(seconds_between(first_t_ns, value.t_ns), 1)


def _kind(value: Command) -> str:
    """As the log has it."""
    return str(value.__struct_config__.tag)


def _mark(line: SaidLine) -> Mark | None:
    if line.who == "operator":
        return Mark(line.clock_s, "decision", line.words)
    if line.who == "shells":
        return Mark(line.clock_s, "impact", line.words)
    if line.who == "aircraft" and line.words.startswith("shows "):
        return Mark(line.clock_s, "signal", line.words)
    if line.weight == "alarm":
        return Mark(line.clock_s, "alarm", line.words)
    return Mark(line.clock_s, "phase", line.words) if line.weight == "phase" else None
