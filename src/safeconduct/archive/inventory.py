"""What lies in an archive: every file of a folder, in an order that does not change, only ever read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from safeconduct.model.faults import BadInput

_NEVER = re.compile(
    r"\.(csv|db|docx?|exif|gpx|html?|ini|jpe?g|jsonl?|km[lz]|log|lrf|md|nfo|pdf|png|py|sha256|sqlite|srt|sub|thm|"
    r"tiff?|toml|txt|vtt|wav|webp|xlsx?|xml|xmp|ya?ml)",
    re.IGNORECASE,
)
"""Endings that are no footage; anything else is opened to see. (.lrf, .thm: small copies that cameras keep.)"""
_PIECE = 1 << 20


class ArchiveFile(msgspec.Struct, frozen=True):
    """name: within the folder, with forward slashes. mtime_ns tells a changed file from one that was done."""

    name: str
    size: int
    mtime_ns: int


def inventory(folder: Path, leave_out: Path | None = None) -> tuple[list[ArchiveFile], int]:
    """The files that may be footage, by name, and how many others there are. Links are not followed.

    leave_out: a folder inside that is not looked at (where the results go). Raises BadInput: no folder, not readable.
    """
    if not folder.is_dir():
        raise BadInput(str(folder), "is not a folder", "give the folder of the archive")
    files: list[ArchiveFile] = []
    others = 0
    for path in _walk(folder, leave_out.resolve() if leave_out is not None else None):
        if _NEVER.fullmatch(path.suffix):
            others += 1
            continue
        known = path.stat()
        files.append(ArchiveFile(path.relative_to(folder).as_posix(), known.st_size, known.st_mtime_ns))
    return sorted(files, key=lambda f: f.name), others


def long_last(files: Sequence[ArchiveFile]) -> list[ArchiveFile]:
    """To be taken from the end, longest first: no worker has the last long file to itself while the others rest."""
    return sorted(files, key=lambda f: (f.size, f.name))


def file_hash(path: Path) -> str:
    """SHA-256 of a file's octets, in constant memory."""
    digest = sha256()
    with path.open("rb") as octets:
        while piece := octets.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _walk(folder: Path, leave_out: Path | None) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        raise BadInput(str(error.filename), f"cannot be read ({error.strerror})", "give it read rights, or move it")

    for root, folders, names in os.walk(folder, onerror=refused):
        here = Path(root)
        folders[:] = sorted(f for f in folders if (here / f).resolve() != leave_out)
        for name in sorted(names):
            path = here / name
            if path.is_file() and not path.is_symlink():
                yield path
