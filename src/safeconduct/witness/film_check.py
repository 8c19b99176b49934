"""Is the film what the ledger says? Every fragment is hashed once; what was changed is placed to the fragment.

Cuts and insertions shift what follows. So behind the first wrong fragment each one is looked for in two places: where
it stood from the beginning, and where it stands from the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from safeconduct.witness.boxes import CHUNK, Cut, pieces, sum_of
from safeconduct.witness.entry import link
from safeconduct.witness.ledger import FILM_LEDGER, Line, walk_ledger
from safeconduct.witness.problems import Problems


class FilmChecked(NamedTuple):
    """lines, head: of the ledger. fragments: by file, those that are as written. rests: see FilmSealed. whole: nothing
    was wrong."""

    lines: int
    head: str
    fragments: dict[str, int]
    rests: dict[str, str]
    whole: bool


class _Length(NamedTuple):
    start: int  # bytes of `ftyp` and `moov`
    fragments: int  # bytes of all fragments together


def check_film(record: Path, problems: Problems, heads: Iterator[tuple[int, str]]) -> FilmChecked:
    """Ledger and films of a record. heads: (lines, hash of the last) that signatures vouch for, rising."""
    before = problems.found
    lengths: dict[str, list[int]] = {}
    lines, head = 0, ""
    vouched = next(heads, None)
    for found in walk_ledger(record):
        lines, head = found.number, link(found.raw.rstrip(b"\n")).decode()
        t_ns = found.line.frames[0].t if found.line is not None and found.line.frames else None
        if found.trouble:
            problems.add(FILM_LEDGER, f"line {found.number}", found.trouble, t_ns)
        if found.line is not None:
            length = lengths.setdefault(found.line.file, [0, 0])
            length[0 if found.line.part else 1] += max(0, found.line.bytes)
        while vouched is not None and vouched[0] <= lines:
            if vouched[0] == lines and vouched[1] != head:
                problems.add(FILM_LEDGER, f"line {lines}", "is not what the station signed", t_ns)
            vouched = next(heads, None)
    if vouched is not None:
        problems.add(FILM_LEDGER, f"line {lines + 1}", f"missing: the station signed {vouched[0]} lines")
    sums = _Films(record, {name: _Length(*length) for name, length in lengths.items()}, problems)
    for found in walk_ledger(record):
        if found.line is not None:
            sums.take(found.line)
    sums.close()
    return FilmChecked(lines, head, sums.sound, sums.rests, problems.found == before)


class _Films:
    def __init__(self, record: Path, lengths: dict[str, _Length], problems: Problems) -> None:
        self._record = record
        self._lengths = lengths
        self._problems = problems
        self.sound: dict[str, int] = {}
        self.rests: dict[str, str] = {}
        self._name = ""
        self._open: _OneFilm | None = None

    def take(self, line: Line) -> None:
        if line.file != self._name:
            self.close()
            self._name = line.file
            path = self._record / line.file
            self.sound.setdefault(line.file, 0)
            if "/" in line.file or path.is_symlink() or not path.is_file():
                self._problems.add(line.file, "", "is missing")
            else:
                self._open = _OneFilm(path, self._lengths[line.file], self._problems)
                self.rests[line.file] = self._open.rest
        if self._open is not None:
            self.sound[self._name] += self._open.take(line)

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


class _OneFilm:
    """Both places of the next fragment: counted from the beginning, and from the end."""

    def __init__(self, path: Path, length: _Length, problems: Problems) -> None:
        self._name = path.name
        self._problems = problems
        self._file: BinaryIO = path.open("rb")
        self._size = self._file.seek(0, 2)
        self._number = 0
        self._after_start = 0
        self._broken = False
        start, rest, first = sha256(), sha256(), 0
        self._file.seek(0)
        try:
            for piece in pieces(self._file):
                if piece.kind == "fragment":
                    break
                (start if piece.kind in ("ftyp", "moov") else rest).update(_bytes(self._file, piece.start, piece.size))
                first = piece.start + piece.size
        except Cut as cut:
            first = max(first, min(cut.at, self._size))
        self._start, self.rest = start.hexdigest(), rest.hexdigest()
        self._at = first
        self._from_end = self._size - length.fragments

    def take(self, line: Line) -> bool:
        """Whether this line's fragment is there as it was written."""
        if line.part:
            if line.sha256 != self._start:
                self._problems.add(self._name, "beginning", "is not what was written", None)
            return False
        self._number += 1
        size = max(0, line.bytes)
        places = [self._at] if self._at == self._from_end else [self._at, self._from_end]
        for place in places:
            if place >= 0 and place + size <= self._size and sum_of(self._file, place, size) == line.sha256:
                if place > self._at and not self._broken:
                    what = f"{place - self._at} bytes before it that nobody vouches for"
                    self._problems.add(self._name, f"fragment {self._number}", what)
                self._broken = False
                self._at, self._from_end = place + size, self._from_end + size
                return True
        what = "is not what was written" if self._at + size <= self._size else "is cut off"
        self._problems.add(self._name, f"fragment {self._number}", what, line.frames[0].t if line.frames else None)
        self._broken = True
        self._at, self._from_end = self._at + size, self._from_end + size
        return False

    def close(self) -> None:
        over = self._size - self._at
        if over > 0:
            self._problems.add(self._name, f"after fragment {self._number}", f"{over} bytes that nobody vouches for")
        self._file.close()


def _bytes(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(min(size, 64 * CHUNK))
