"""What a check found, and where."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

LISTED = 100


class Problem(msgspec.Struct, frozen=True):
    """file: in the record. at: the line, the fragment or the byte, with its time where it has one."""

    file: str
    at: str
    what: str


class Problems:
    """Collects them. Only the first hundred are kept, the rest is counted. first_t_ns: the earliest time of one."""

    def __init__(self) -> None:
        self.found = 0
        self.kept: list[Problem] = []
        self.first_t_ns: int | None = None

    def add(self, file: str, at: str, what: str, t_ns: int | None = None) -> None:
        self.found += 1
        if t_ns is not None and (self.first_t_ns is None or t_ns < self.first_t_ns):
            self.first_t_ns = t_ns
        if len(self.kept) < LISTED:
            self.kept.append(Problem(file, at if t_ns is None else f"{at}, {moment(t_ns)}", what))

    def listed(self) -> tuple[Problem, ...]:
        if self.found > LISTED:
            return (*self.kept, Problem("", "", f"and {self.found - LISTED} more"))
        return tuple(self.kept)


def moment(t_ns: int) -> str:
    """UTC to the millisecond, as ISO 8601 has it; a time out of all calendars as the number it is."""
    try:
        return datetime.fromtimestamp(t_ns / 1e9, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return f"t={t_ns}"
