"""`video.jsonl`: one line for the beginning and for each fragment of the film, chained as the log is.

`{"n":7,"file":"video.mp4","bytes":18222,"sha256":"…","frames":[…],"prev":"…"}`. `sha256` is that of `moof` and `mdat`
together; the beginning of a file has `"part":"start"` instead of frames and covers `ftyp` and `moov`. `prev` is the
SHA-256 of the line before, without its newline; 64 zeros in the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from safeconduct.witness.chain import walk_lines

FILM_LEDGER = "video.jsonl"
_LONGEST = 4 * 1024 * 1024


class FrameMark(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known about one picture.

    t: mission time in ns at which it was taken into the record. taken: UTC in ns at which it was taken. source: the
    sender's own clock, ns; offset: UTC less that clock, ns. lat, lon (WGS84 degrees), alt (m above mean sea level):
    of the camera. heading, pitch, roll: of the aircraft; camera_…: of the camera on its gimbal, degrees, heading
    clockwise from north, pitch -90 straight down. hfov: degrees. error_m: of the place, where known.
    """

    t: int
    taken: int | None = None
    source: int | None = None
    offset: int | None = None
    lat: float | None = None
    lon: float | None = None
    alt: float | None = None
    heading: float | None = None
    pitch: float | None = None
    roll: float | None = None
    camera_heading: float | None = None
    camera_pitch: float | None = None
    camera_roll: float | None = None
    hfov: float | None = None


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of the ledger. part: "start", or "" for a fragment. found: added after a crash from the file itself."""

    n: int
    file: str
    bytes: int
    sha256: str
    part: str = ""
    found: bool = False
    frames: tuple[FrameMark, ...] = ()
    prev: str = ""


class Found(NamedTuple):
    number: int  # of the line, from 1
    start: int
    raw: bytes
    line: Line | None
    trouble: str


_decoder = msgspec.json.Decoder(Line)
_encoder = msgspec.json.Encoder()


def written(line: Line) -> bytes:
    """The line's bytes, without its newline."""
    return _encoder.encode(line)


def walk_ledger(record: Path) -> Iterator[Found]:
    """Every line of a record's film ledger with its chain checked; nothing if there is none."""
    for found in walk_lines(record / FILM_LEDGER, _LONGEST, read_line):
        yield Found(*found)


def ledger_lines(record: Path) -> Iterator[Line]:
    """The lines that are as they were written. A record without a ledger has none."""
    return (found.line for found in walk_ledger(record) if found.line is not None and not found.trouble)


def read_line(text: bytes, n: int, prev: str) -> tuple[Line | None, str]:
    try:
        line = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        return None, f"not a line of this ledger: {error}"
    if written(line) != text:
        return None, "not in the exact form in which lines are written"
    if line.n != n:
        return line, f"has number {line.n} where {n} was due: missing, added or moved lines"
    if line.prev != prev:
        return line, f"does not continue line {n}: one of the two was changed" if n else "does not begin a ledger"
    return line, ""


def sha(data: bytes) -> str:
    return sha256(data).hexdigest()
