"""The pieces of a fragmented MP4 file (ISO/IEC 14496-12): its beginning, then fragments, each a `moof` and an `mdat`.

Fragments alone are hashed into the chain, so that a box of another kind (C2PA's) may be put in later without breaking
it. All other boxes together are the "rest".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO, NamedTuple

CHUNK = 1 << 20
_HEADER = 8
_LARGEST_FRAGMENT = 256 * 1024 * 1024
_KINDS = (b"ftyp", b"moov", b"uuid", b"free", b"skip", b"mfra", b"sidx", b"styp", b"prft", b"emsg")


class Piece(NamedTuple):
    """A fragment (`moof` and `mdat`), or another box. kind: "fragment", or the box's four letters."""

    kind: str
    start: int
    size: int


class Cut(Exception):
    """No whole box begins here. `at`: byte offset; the text says what was found instead."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at


def box_head(head: bytes) -> tuple[int, bytes] | None:
    """Size and kind of the box that begins with these eight bytes; None: no box that belongs in such a file."""
    if len(head) < _HEADER:
        return None
    size, kind = struct.unpack(">I4s", head[:_HEADER])
    if kind not in (b"moof", b"mdat", *_KINDS) or not _HEADER <= size <= _LARGEST_FRAGMENT:
        return None
    return size, kind


def pieces(file: BinaryIO) -> Iterator[Piece]:
    """Every piece from where the file stands to its end. Raises Cut at the first place where none begins or ends."""
    at = file.tell()
    end = file.seek(0, 2)
    while at < end:
        size, kind = _whole(file, at, end)
        if kind == b"moof":
            more, follows = _whole(file, at + size, end)
            if follows != b"mdat":
                raise Cut(at, "a fragment's description without its pictures")
            yield Piece("fragment", at, size + more)
            at += size + more
        elif kind == b"mdat":
            raise Cut(at, "pictures without their description")
        else:
            yield Piece(kind.decode(), at, size)
            at += size


def _whole(file: BinaryIO, at: int, end: int) -> tuple[int, bytes]:
    file.seek(at)
    found = box_head(file.read(_HEADER))
    if found is None:
        raise Cut(at, "no box begins here" if at < end else "the file ends within a fragment")
    if at + found[0] > end:
        raise Cut(at, "the file ends within a box")
    return found


def sum_of(file: BinaryIO, start: int, size: int) -> str:
    """SHA-256 of a stretch of a file, in hex, in constant memory."""
    digest = sha256()
    file.seek(start)
    while size > 0 and (chunk := file.read(min(size, CHUNK))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest()


class Splitter:
    """Takes what a muxer writes, in whatever chunks, and gives back whole pieces: the beginning, then fragments."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Pieces that became whole: first `ftyp` with `moov`, then each `moof` with its `mdat`."""
        self._held += data
        out: list[bytes] = []
        while (size := self._first_size()) is not None:
            out.append(bytes(self._held[:size]))
            del self._held[:size]
        return out

    def _first_size(self) -> int | None:
        size = 0
        while True:
            found = box_head(bytes(self._held[size : size + _HEADER]))
            if found is None or size + found[0] > len(self._held):
                return None
            size += found[0]
            if found[1] in (b"moov", b"mdat"):
                return size
