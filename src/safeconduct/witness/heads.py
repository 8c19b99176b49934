"""Signed heads: once a second the station signs how far log and film have come, so that their ends are guarded too.

`seal/heads.jsonl`, one head a line, chained like the log:
`{"n":3,"utc":…,"entries":812,"log":"…","film_lines":51,"film":"…","prev":"…","sig":"…"}`. `log` and `film` are the
SHA-256 of the last line of each; `sig` is the Ed25519 signature, in hex, of the line up to `,"sig":`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from safeconduct.witness.certificates import chain_from
from safeconduct.witness.chain import walk_lines
from safeconduct.witness.entry import FIRST_PREV, link
from safeconduct.witness.keys import CERTIFICATE, PUBLIC, StationKey, fingerprint

SEAL_FOLDER, HEADS = "seal", "heads.jsonl"
EVERY_NS = 1_000_000_000
_SIG = b',"sig":"'
_LONGEST = 4096


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a record had come. entries, film_lines: of log and film ledger; log, film: SHA-256 of the last lines."""

    n: int
    utc: int
    entries: int
    log: str
    film_lines: int
    film: str
    prev: str
    sig: str = ""


class HeadFound(NamedTuple):
    number: int
    start: int
    raw: bytes
    head: Head | None
    trouble: str


_decoder = msgspec.json.Decoder(Head)


class Heads:
    """Writes them. `tell` may be called as often as one likes: it signs once a second at most, or when forced to."""

    def __init__(self, record: Path, key: StationKey, clock_ns: Callable[[], int] | None = None) -> None:
        self._key = key
        self._clock_ns = clock_ns or time.time_ns
        lay_certificate(record, key)
        folder = record / SEAL_FOLDER
        self._n, self._prev, size = 0, FIRST_PREV, 0
        for found in walk_heads(record):
            if found.trouble:
                break
            self._n, self._prev = found.number, link(found.raw[:-1])
            size = found.start + len(found.raw)
        self._fd = os.open(folder / HEADS, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._fd, size)  # what a crash had torn
        self._told_ns = 0
        self._told: tuple[int, int] = (-1, -1)

    def tell(self, entries: int, log: str, film_lines: int, film: str, *, now: bool = False) -> None:
        """Sign how far log and film are on the disk. A full disk is borne: the next head vouches for all before it."""
        utc = self._clock_ns()
        if not now and 0 <= utc - self._told_ns < EVERY_NS:
            return
        if self._told == (entries, film_lines):
            return
        text = signed_text(Head(self._n, utc, entries, log, film_lines, film, self._prev.decode()))
        line = text + _SIG + self._key.sign(text).hex().encode() + b'"}'
        try:
            size = os.fstat(self._fd).st_size
            if os.write(self._fd, line + b"\n") != len(line) + 1:
                os.ftruncate(self._fd, size)
                return
        except OSError:
            return
        self._n, self._prev = self._n + 1, link(line)
        self._told_ns, self._told = utc, (entries, film_lines)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def lay_certificate(record: Path, key: StationKey) -> None:
    """Certificate and public key into the record. One of an earlier key stays: what it signed is yet to be checked."""
    folder = record / SEAL_FOLDER
    folder.mkdir(exist_ok=True)
    there = folder / CERTIFICATE
    if there.is_file() and (old := there.read_bytes()) != key.chain:
        known = chain_from(old)
        os.replace(there, folder / f"certificate-{fingerprint(known[0])[:12] if known else 'unreadable'}.pem")
    there.write_bytes(key.chain)
    (folder / PUBLIC).write_bytes(key.public)


def signed_text(head: Head) -> bytes:
    """What is signed: the line up to its signature."""
    whole = msgspec.json.encode(msgspec.structs.replace(head, sig=""))
    return whole[: whole.rindex(_SIG)]


def walk_heads(record: Path) -> Iterator[HeadFound]:
    """Every head in order with form and chain checked, but not its signature; nothing if there are none."""
    for found in walk_lines(record / SEAL_FOLDER / HEADS, _LONGEST, _read):
        yield HeadFound(*found)


def is_signed(head: Head, public: Ed25519PublicKey) -> bool:
    try:
        public.verify(bytes.fromhex(head.sig), signed_text(head))
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(text: bytes, n: int, prev: str) -> tuple[Head | None, str]:
    try:
        head = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        return None, f"not a head: {error}"
    if msgspec.json.encode(head) != text:
        return None, "not in the exact form in which heads are written"
    if head.n != n:
        return head, f"has number {head.n} where {n} was due: missing, added or moved lines"
    if head.prev != prev:
        return (
            head,
            f"does not continue line {n}: one of the two was changed" if n else "does not begin a list of heads",
        )
    return head, ""
