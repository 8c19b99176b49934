"""Walking a log line by line with its chain checked, in constant memory. Reading, verifying and reopening share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from safeconduct.model.faults import BadInput
from safeconduct.witness.entry import FIRST_PREV, LOG, LONGEST_LINE, Entry, link, parse

T = TypeVar("T")


class ChainBroken(BadInput):
    """The log is not what was written. `line` counts from 1."""

    def __init__(self, log: Path, line: int, what: str) -> None:
        super().__init__(
            f"{log} line {line}", what, "keep it untouched and compare it with a copy; `safeconduct verify` lists all"
        )
        self.line = line


class Link(NamedTuple):
    """One line as found. `entry` is None when it could not be read; `trouble` says in words what is wrong with it."""

    line: int
    start: int  # byte offset of the line in the file
    raw: bytes  # with its newline, if it has one
    entry: Entry | None
    trouble: tuple[str, ...]


def log_of(record: Path) -> Path:
    """The log of a record's folder (or of the log file itself). Raises BadInput when there is none."""
    log = record / LOG if record.is_dir() else record
    if not log.is_file() or (log == record and log.suffix != ".jsonl"):
        raise BadInput(str(record), f"is not a record (no {LOG} in it)", "name the folder of a record")
    return log


def open_log(record: Path) -> tuple[Path, BinaryIO]:
    log = log_of(record)
    try:
        return log, log.open("rb")
    except OSError as error:
        raise BadInput(str(log), f"cannot be read: {error.strerror}", "check its permissions") from error


def walk_lines(
    path: Path, longest: int, read: Callable[[bytes, int, str], tuple[T | None, str]]
) -> Iterator[tuple[int, int, bytes, T | None, str]]:
    """Every line of a chained file that is not the log: its number from 1, byte offset, raw bytes, value and trouble.

    read: a line's value and what is wrong with it, from its text, its number from 0 and the link before it. Nothing if
    there is no such file.
    """
    if not path.is_file():
        return
    prev, number, start = FIRST_PREV.decode(), 0, 0
    with path.open("rb") as file:
        while raw := file.readline(longest):
            number += 1
            text = raw[:-1] if raw.endswith(b"\n") else raw
            value, trouble = read(text, number - 1, prev)
            if text is raw:
                trouble = trouble or "the last line is not complete"
            yield number, start, raw, value, trouble
            prev = link(text).decode()
            start += len(raw)


def walk(file: BinaryIO) -> Iterator[Link]:
    """Every line in order. After a broken line the walk goes on from what is there, so that all damage is found."""
    expected_prev, expected_seq, line, start = FIRST_PREV, 0, 0, 0
    while raw := file.readline(LONGEST_LINE):
        line += 1
        text = raw[:-1] if raw.endswith(b"\n") else raw
        trouble: list[str] = []
        entry: Entry | None = None
        if text is raw:
            trouble.append(
                "longer than any entry can be" if len(raw) >= LONGEST_LINE else "the last line is not complete"
            )
        try:
            entry = parse(text)
        except ValueError as error:
            trouble.append(str(error))
        else:
            if entry.seq != expected_seq:
                trouble.append(f"has number {entry.seq} where {expected_seq} was due: missing, added or moved lines")
            if entry.prev.encode() != expected_prev:
                trouble.append(
                    f"does not continue line {line - 1}: one of the two was changed"
                    if line > 1
                    else "does not begin a record: lines before it are missing, or it was changed"
                )
        yield Link(line, start, raw, entry, tuple(trouble))
        expected_prev = link(text)
        expected_seq = entry.seq + 1 if entry is not None else expected_seq + 1
        start += len(raw)


def read_record(record: Path) -> Iterator[Entry]:
    """The entries of a record in order. Raises BadInput (no record) or ChainBroken at the first line that is wrong."""
    log, file = open_log(record)
    with file:
        for found in walk(file):
            if found.trouble or found.entry is None:
                raise ChainBroken(log, found.line, "; ".join(found.trouble))
            yield found.entry
