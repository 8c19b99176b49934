"""A reference log as it lies in the repository: a record without its chain, which is made again when it is unpacked.

Each line is a record's line without `prev`: hashes do not compress, and a change of one line would change them all.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from safeconduct.model.commands import Command, Steer
from safeconduct.model.events import Event
from safeconduct.model.mission_time import seconds_between
from safeconduct.witness import LOG, values
from safeconduct.witness.entry import FIRST_PREV, link

LOG_FILE = Path(__file__).with_name("short-walk.jsonl.gz")
DECISIONS_FILE = Path(__file__).with_name("short-walk.decisions.txt")
_PREV = re.compile(rb',"prev":"[0-9a-f]{64}"}$')


def pack(record: Path, packed: Path) -> None:
    """Keep a record's facts and decisions; the same record gives the same bytes."""
    lines = [_PREV.sub(b"}", line) for line in (record / LOG).read_bytes().splitlines()]
    packed.write_bytes(gzip.compress(b"\n".join(lines) + b"\n", 9, mtime=0))


def unpack(packed: Path, record: Path) -> Path:
    """A record's folder again, chained from the first line on."""
    record.mkdir(parents=True)
    prev = FIRST_PREV
    with (record / LOG).open("wb") as log:
        for line in gzip.decompress(packed.read_bytes()).splitlines():
            whole = line[:-1] + b',"prev":"' + prev + b'"}'
            log.write(whole + b"\n")
            prev = link(whole)
    return record


def decisions(record: Path) -> Iterator[str]:
    """Every decision but the steering, one a line with the fact that it answers: what a reviewer reads."""
    opened_t_ns, fact = 0, ""
    for value in values(record):
        if isinstance(value, Event):
            opened_t_ns = opened_t_ns or value.t_ns
            fact = _kind(value)
        elif isinstance(value, Command) and not isinstance(value, Steer):
            body: dict[str, Any] = msgspec.to_builtins(value)
            told = " ".join(f"{k}={v}" for k, v in body.items() if k not in ("kind", "t_ns"))
            yield f"{seconds_between(opened_t_ns, value.t_ns):7.1f}  {fact} -> {_kind(value)}  {told}\n"


def _kind(value: Event | Command) -> str:
    return str(type(value).__struct_config__.tag)
