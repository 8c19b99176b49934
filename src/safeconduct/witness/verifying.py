"""Is this record what was written? Every change, cut, swap and insertion is found, up to the last entry.

What a chain without a seal cannot show: a change of the last entry that keeps its form, and the loss of whole lines
at the end. Whether the record ends with the mission's close is therefore said too.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from safeconduct.witness.chain import open_log, walk

_LISTED = 100


class Problem(msgspec.Struct, frozen=True):
    file: str
    at: str
    what: str


class Verification(msgspec.Struct, frozen=True):
    """The answer of `safeconduct verify`. fragments, sealed: of video and seal, where a record has them.

    closed: the last entries hold the mission's close, so no whole line is missing at the end.
    """

    ok: bool
    entries: int
    fragments: int = 0
    sealed: bool = False
    closed: bool = False
    problems: tuple[Problem, ...] = ()


def verify(record: Path) -> Verification:
    """Check a record's folder or its log file. Raises BadInput when there is no record to check."""
    log, file = open_log(record)
    problems: list[Problem] = []
    found = entries = 0
    closed = False
    with file:
        for line in walk(file):
            entries += line.entry is not None
            closed = closed or (line.entry is not None and line.entry.kind == "mission_closed")
            for what in line.trouble:
                found += 1
                if found <= _LISTED:
                    problems.append(Problem(log.name, f"line {line.line}", what))
    if entries == 0 and not problems:
        problems.append(Problem(log.name, "line 1", "the log is empty"))
    if found > _LISTED:
        problems.append(Problem(log.name, "", f"and {found - _LISTED} more"))
    return Verification(not problems, entries, closed=closed, problems=tuple(problems))
