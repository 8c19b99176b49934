"""Leafing in a record: its values from any line on, so that nobody reads half an hour to see its last minute again.

Only for showing. What is read so has been walked before, with its chain checked from the first line (`leaf`).
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

from safeconduct.model.commands import AnyCommand
from safeconduct.model.events import AnyEvent
from safeconduct.model.wire import Malformed, decode_command, decode_event
from safeconduct.witness.chain import ChainBroken, log_of, open_log, walk
from safeconduct.witness.entry import LONGEST_LINE, Entry, parse


class Leaf(NamedTuple):
    """One value of a record. start: byte offset of its line. line: from 1, or 0 where reading did not begin at one."""

    start: int
    line: int
    value: AnyEvent | AnyCommand


def leaf(record: Path) -> Generator[Leaf, None, None]:
    """All values from the first line on, chain checked. Raises BadInput or ChainBroken at the first wrong line."""
    log, file = open_log(record)
    with file:
        for found in walk(file):
            if found.trouble or found.entry is None:
                raise ChainBroken(log, found.line, "; ".join(found.trouble))
            yield Leaf(found.start, found.line, _value(log, found.line, found.entry))


def leaf_from(record: Path, start: int) -> Generator[Leaf, None, None]:
    """All values from the line that begins at that byte on; the chain is not checked again.

    Raises BadInput (no record) or ChainBroken: the line is none.
    """
    log, file = open_log(record)
    with file:
        file.seek(start)
        while raw := file.readline(LONGEST_LINE):
            if not raw.endswith(b"\n"):
                return
            try:
                entry = parse(raw[:-1])
            except ValueError as error:
                raise ChainBroken(log, 0, str(error)) from error
            yield Leaf(start, 0, _value(log, entry.seq + 1, entry))
            start += len(raw)


def length_of(record: Path) -> tuple[int, int]:
    """(t_ns of the first line, t_ns of the last whole line), without reading what is between. Raises BadInput or
    ChainBroken: it has no whole line."""
    log = log_of(record)
    _, file = open_log(record)
    with file:
        first = file.readline(LONGEST_LINE)
        size, back = file.seek(0, 2), 65_536
        tail: list[bytes] = []
        while len(tail) < 3:
            file.seek(max(0, size - back))
            tail = file.read().rstrip(b"\n").split(b"\n")
            if back >= size:
                break
            back *= 4
    for raw in (*reversed(tail), first.rstrip(b"\n")):
        try:
            return parse(first.rstrip(b"\n")).t_ns, parse(raw).t_ns
        except ValueError:
            continue
    raise ChainBroken(log, 1, "holds no whole line")


def _value(log: Path, line: int, entry: Entry) -> AnyEvent | AnyCommand:
    try:
        return decode_event(entry.body) if entry.io == "event" else decode_command(entry.body)
    except Malformed as error:
        raise ChainBroken(log, line, f"no {entry.io} of this version: {error}") from error
