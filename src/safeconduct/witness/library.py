"""The records that lie on a disk: which, of what, and for how long there is room for more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from safeconduct.model.commands import MissionClosed
from safeconduct.model.events import MissionOpened
from safeconduct.model.wire import Malformed, decode_command, decode_event
from safeconduct.witness.entry import LOG, parse
from safeconduct.witness.folders import is_record, records_home
from safeconduct.witness.sealing import Statement, newest_seal, seal_file

_FILMED_BYTES_PER_S = 450_000
"""720p30 as small drones send it (3.4 Mbit/s) with its log; used until this disk's own records tell better."""

_TAIL = 256 * 1024


class Recorded(msgspec.Struct, frozen=True):
    """One record. began: UTC, by the log's last change less how long it lasted. lasted_s: of the log.
    bytes: of the whole folder. outcome "": not closed."""

    path: str
    began: str
    scenario: str
    entries: int
    lasted_s: float
    bytes: int
    sealed: bool
    outcome: str


class Library(msgspec.Struct, frozen=True):
    """hours_left: of recording at the rate of the records that are there. newest first."""

    records: tuple[Recorded, ...]
    free_bytes: int
    hours_left: float


def library(words: str = "", home: Path | None = None) -> Library:
    """All records below a folder. words: only those that have them all in path, scenario or outcome."""
    base = records_home() if home is None else home
    there = base
    while not there.exists():
        there = there.parent
    disk = os.statvfs(there)
    free = disk.f_bavail * disk.f_frsize
    found = sorted(_all(base), key=lambda one: one.began, reverse=True)
    wanted = [w.lower() for w in words.split()]
    kept = [one for one in found if all(w in f"{one.path} {one.scenario} {one.outcome}".lower() for w in wanted)]
    filmed = [one.bytes / one.lasted_s for one in found if one.lasted_s > 60.0 and one.bytes > 20_000_000]
    rate = max(filmed, default=float(_FILMED_BYTES_PER_S))
    return Library(tuple(kept), free, round(free / rate / 3600.0, 1))


def _all(base: Path) -> Iterator[Recorded]:
    if not base.is_dir():
        return
    for folder in base.iterdir():
        if folder.is_dir() and is_record(folder) and (one := look_into(folder)) is not None:
            yield one


def look_into(folder: Path) -> Recorded | None:
    """What can be told without reading the whole record; None: there is nothing in it yet."""
    log = folder / LOG
    with log.open("rb") as file:
        first = file.readline(32 * 1024 * 1024)
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read().splitlines()
    try:
        opened = decode_event(parse(first.rstrip(b"\n")).body)
    except (ValueError, Malformed):
        return None
    if not isinstance(opened, MissionOpened):
        return None
    entries, last_t_ns, outcome = 0, opened.t_ns, ""
    for line in tail:
        try:
            entry = parse(line)
        except ValueError:
            continue
        entries, last_t_ns = entry.seq + 1, max(last_t_ns, entry.t_ns)
        if entry.kind == "mission_closed":
            closed = decode_command(entry.body)
            outcome = closed.outcome.value if isinstance(closed, MissionClosed) else ""
    if not outcome:
        outcome = _outcome(log)
    began = datetime.fromtimestamp(log.stat().st_mtime - (last_t_ns - opened.t_ns) / 1e9, UTC)
    n = newest_seal(folder)
    sealed = n > 0 and _says(folder, n) == entries
    held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    lasted_s = round((last_t_ns - opened.t_ns) / 1e9, 1)
    began_text = began.isoformat(timespec="seconds")
    return Recorded(str(folder), began_text, opened.scenario, entries, lasted_s, held, sealed, outcome)


def _outcome(log: Path) -> str:
    """The close may stand far before the end: the flight home is recorded too."""
    with log.open("rb") as file:
        for line in file:
            if b'"kind":"mission_closed"' in line[:120]:
                try:
                    closed = decode_command(parse(line.rstrip(b"\n")).body)
                except (ValueError, Malformed):
                    return ""
                return closed.outcome.value if isinstance(closed, MissionClosed) else ""
    return ""


def _says(folder: Path, n: int) -> int:
    try:
        return msgspec.json.decode(seal_file(folder, n, "json").read_bytes(), type=Statement).entries
    except (OSError, msgspec.DecodeError):
        return -1
