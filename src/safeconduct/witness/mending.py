"""After a crash: of the film, what was being written is set aside, and what was whole is taken into the ledger."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from safeconduct.witness.boxes import Cut, pieces, sum_of
from safeconduct.witness.entry import FIRST_PREV, link
from safeconduct.witness.film_credentials import box_bytes
from safeconduct.witness.ledger import FILM_LEDGER, Line, walk_ledger, written

VIDEO_TORN = "video.torn"


class FilmMended(msgspec.Struct, frozen=True):
    """taken_in: fragments that were whole but not yet in the ledger. torn_bytes: set aside in `video.torn`."""

    taken_in: int = 0
    torn_bytes: int = 0


def mend_film(record: Path) -> FilmMended:
    """Make film and ledger end together again. Only whoever owns the record may (`Recorder.reopen` does).

    A ledger that was changed before its end is left as it is.
    """
    ledger = record / FILM_LEDGER
    n, prev, size = 0, FIRST_PREV.decode(), 0
    due: dict[str, int] = {}
    for found in walk_ledger(record):
        if found.trouble or found.line is None:
            if found.raw.endswith(b"\n") and b"\0" not in found.raw:
                return FilmMended()
            with ledger.open("r+b") as file:
                file.truncate(size)
            break
        n, prev, size = found.number, link(found.raw[:-1]).decode(), found.start + len(found.raw)
        due[found.line.file] = due.get(found.line.file, 0) + found.line.bytes
    taken_in = torn = 0
    for film in sorted(record.glob("video*.mp4"), key=lambda path: (len(path.name), path.name)):
        if n == 0 and not ledger.exists():
            return FilmMended()  # an older record: it never had a ledger
        lines, torn_here = _take_in(film, due.get(film.name, 0), n, prev)
        if lines:
            with ledger.open("ab") as file:
                file.write(b"".join(line + b"\n" for line in lines))
                file.flush()
                os.fsync(file.fileno())
            n, prev = n + len(lines), link(lines[-1]).decode()
        taken_in += len(lines)
        torn += torn_here
    return FilmMended(taken_in, torn)


def _take_in(film: Path, vouched: int, n: int, prev: str) -> tuple[list[bytes], int]:
    """Lines for what is whole behind the vouched bytes; what is not is cut off and set aside."""
    lines: list[bytes] = []
    with film.open("r+b") as file:
        size = file.seek(0, 2)
        vouched += box_bytes(film) if vouched else 0
        if size <= vouched:
            return [], 0
        file.seek(vouched)
        end, begun = vouched, vouched > 0
        try:
            for piece in pieces(file):
                if not begun and piece.kind != "moov":
                    continue  # `ftyp` and `moov` are one piece
                start = end
                part = "" if begun else "start"
                begun, end = True, piece.start + piece.size
                line = Line(n, film.name, end - start, sum_of(file, start, end - start), part, found=True, prev=prev)
                lines.append(written(line))
                n, prev = n + 1, link(lines[-1]).decode()
        except Cut:
            pass
        file.seek(end)
        torn = file.read()
        if torn:
            with film.with_name(VIDEO_TORN).open("ab") as aside:
                aside.write(torn)
                aside.flush()
                os.fsync(aside.fileno())
            file.truncate(end)
    return lines, len(torn)
