"""Content Credentials (C2PA) in the master itself: put in when the record is sealed, behind the fragments' backs.

The film's chain hashes `moof` and `mdat` of each fragment and nothing else, and `default-base-is-moof` makes every
offset count from its own fragment (ISO/IEC 14496-12, 8.8.7): so a box between `ftyp` and `moov` moves all of them and
changes none. The manifest names the ends of both chains; the seal's list covers the box.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from safeconduct.model.faults import BadInput
from safeconduct.witness.boxes import Cut, pieces
from safeconduct.witness.keys import StationKey

RECORD = "org.safeconduct.record"
_BESIDE = ".c2pa.part"
_LEFT_FREE_BYTES = 80_000_000
"""So much room stays for logs when the film is written a second time."""

LARGEST_BYTES = 1_000_000_000
"""Of a film that gets credentials: the library holds all of it in memory (measured: 305 MB more for one of 305 MB)."""

_CAPTURED = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
_COMPUTED = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


def clear_remains(record: Path) -> None:
    """Of a film that was being written anew when the program died; the film itself was not touched."""
    for path in record.glob(f"*{_BESIDE}"):
        path.unlink(missing_ok=True)


def has_credentials(film: Path) -> bool:
    """Whether a box of C2PA (or of anybody) stands before its first fragment."""
    try:
        with film.open("rb") as file:
            for piece in pieces(file):
                if piece.kind == "fragment":
                    return False
                if piece.kind == "uuid":
                    return True
    except (OSError, Cut):
        pass
    return False


def put_credentials(film: Path, key: StationKey, ends: dict[str, str | int], *, simulated: bool) -> str:
    """Write the film anew with a manifest in it, whole or not at all. ends: of the record's chains, as an assertion.

    Returns why it could not be done, "" where it was or had been before. Nothing about it may keep a record from being
    sealed: a film without credentials is proved by its chain all the same.
    """
    if has_credentials(film):
        return ""
    beside = film.with_name(film.name + _BESIDE)
    try:
        with film.open("rb") as file:  # whoever finds it broken proves it by its chain
            has_film = any(piece.kind == "fragment" for piece in pieces(file))
        if not has_film:
            return "it holds no picture"
        if film.stat().st_size > LARGEST_BYTES:
            return "it is too large for the library of C2PA, which holds a film in memory"
        disk = os.statvfs(film)
        if disk.f_bavail * disk.f_frsize < film.stat().st_size + _LEFT_FREE_BYTES:
            return "the disk has no room for a second copy of the film"
        from safeconduct.witness.credentials import sign_film  # a large library, only needed here

        sign_film(film, beside, key, ends, RECORD, _COMPUTED if simulated else _CAPTURED)
        os.chmod(beside, film.stat().st_mode & 0o777)
        os.replace(beside, film)
    except (OSError, Cut, BadInput) as error:
        return error.what if isinstance(error, BadInput) else str(error)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return ""


def box_bytes(film: Path) -> int:
    """How many bytes before the first fragment belong to neither `ftyp` nor `moov`, and so to no line of the ledger."""
    others = 0
    try:
        with film.open("rb") as file:
            for piece in pieces(file):
                if piece.kind == "fragment":
                    break
                others += piece.size if piece.kind not in ("ftyp", "moov") else 0
    except (OSError, Cut):
        pass
    return others
