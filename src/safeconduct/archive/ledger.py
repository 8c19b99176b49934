"""Which files are done, one line each, so that a scan that was killed goes on where it stopped.

A line counts only for the same file (name, size, time of change) under the same settings; a line that was cut in the
middle of writing does not count at all.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec

from safeconduct.archive.first_pass import FirstLook
from safeconduct.archive.hits import Hit
from safeconduct.archive.inventory import ArchiveFile
from safeconduct.model.faults import BadInput

Ending = Literal["done", "nothing", "failed"]
"""done: somebody is in it, hits or none. nothing: nobody was found. failed: it could not be looked at, `why` tells."""


class FileResult(msgspec.Struct, frozen=True):
    """What became of one file. people: tracks that the dense look followed. thumbnails: blurred JPEGs, by hit."""

    file: ArchiveFile
    ending: Ending
    sha256: str = ""
    duration_s: float = 0.0
    first: FirstLook | None = None
    people: int = 0
    cannot_tell_s: float = 0.0
    hits: tuple[Hit, ...] = ()
    thumbnails: tuple[bytes, ...] = ()
    why: str = ""


class _Line(msgspec.Struct, frozen=True):
    settings: str
    result: FileResult


class Ledger:
    """settings: a hash of everything that may change a result. Raises BadInput: the folder cannot be written."""

    def __init__(self, path: Path, settings: str) -> None:
        self._path, self._settings = path, settings
        self.done: dict[ArchiveFile, FileResult] = {}
        if path.exists():
            decoder = msgspec.json.Decoder(_Line)
            for line in path.read_bytes().split(b"\n"):
                try:
                    kept = decoder.decode(line)
                except msgspec.DecodeError:
                    continue
                if kept.settings == settings:
                    self.done[kept.result.file] = kept.result
        try:
            self._out = path.open("ab", buffering=0)  # nothing is left to write where a full disk stopped it
            if self._out.tell():
                self._write(b"\n")  # after a line that was cut short
        except OSError as error:
            raise _unwritable(path, error) from error

    def add(self, result: FileResult) -> None:
        """Durable when it returns. Raises BadInput: the disk is full."""
        self.done[result.file] = result
        try:
            self._write(msgspec.json.encode(_Line(self._settings, result)) + b"\n")
            os.fsync(self._out.fileno())
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def _write(self, octets: bytes) -> None:
        while octets:
            octets = octets[self._out.write(octets) :]

    def close(self) -> None:
        self._out.close()


def _unwritable(path: Path, error: OSError) -> BadInput:
    mend = "make room or give another --out; the same command goes on from here"
    return BadInput(str(path), f"cannot be written ({error.strerror})", mend)
