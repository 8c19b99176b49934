"""Is the seal good, and does everything in the folder agree with it?"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from safeconduct.witness.boxes import sum_of
from safeconduct.witness.certificates import chain_from, is_issued_by
from safeconduct.witness.entry import LOG
from safeconduct.witness.film_check import FilmChecked
from safeconduct.witness.heads import HEADS, SEAL_FOLDER, is_signed, walk_heads
from safeconduct.witness.keys import CERTIFICATE, PUBLIC, fingerprint, pseudonym
from safeconduct.witness.ledger import FILM_LEDGER
from safeconduct.witness.problems import Problems
from safeconduct.witness.sealing import (
    ADDITIONS,
    Statement,
    contents,
    listed_in,
    newest_seal,
    seal_file,
)


class SealChecked:
    """good: the newest seal's list is signed by the certificate in the folder. listed: name → sum of it.

    statement: what the seal says, None where it cannot be believed. notes: what is not wrong but to be known.
    """

    def __init__(self, record: Path) -> None:
        self.record = record
        self.good = False
        self.number = 0
        self.listed: dict[str, str] = {}
        self.statement: Statement | None = None
        self.station = self.certificate = self.time_stamp = ""
        self.trusted: bool | None = None
        self.notes: list[str] = []

    def check_rest(self, film: FilmChecked, problems: Problems) -> None:
        """Everything else in the folder against the list, when log and film have been checked by themselves."""
        said = self.statement
        if said is None or not self.good:
            if self.number:
                return
            self.notes.append("not sealed: chains alone cannot show what is missing at the end")
            return
        if (film.lines, film.head) != (said.film_lines, said.film):
            more = f"{film.lines} lines where {said.film_lines} were sealed"
            same = "its last line is not the one that was sealed"
            problems.add(FILM_LEDGER, f"line {film.lines}", same if film.lines == said.film_lines else more)
        for sealed in said.films:
            if film.rests.get(sealed.file, sealed.rest) != sealed.rest:
                problems.add(sealed.file, "beginning", "a box other than the pictures was changed")
        walked = {LOG, *(sealed.file for sealed in said.films), *([FILM_LEDGER] if said.film_lines else [])}
        added = _additions(self, problems)
        there = set(contents(self.record))
        for name, due in sorted({**self.listed, **added}.items()):
            if name not in there:
                problems.add(name, "", "is missing")
            elif name not in walked and _sum(self.record / name) != due:
                _place(self, name, problems)
        own = {f"{SEAL_FOLDER}/seal-{self.number}.{suffix}" for suffix in ("sha256", "sig")}
        own |= {f"{SEAL_FOLDER}/{ADDITIONS}.{suffix}" for suffix in ("sha256", "sig")}
        for name in sorted(there - own - set(self.listed) - set(added)):
            problems.add(name, "", "was not there when the record was sealed")
        self.time_stamp = _time_stamp(self, added)


def check_seal(record: Path, problems: Problems, trusted: list[x509.Certificate] | None) -> SealChecked:
    """The newest seal and its certificate; nothing else yet."""
    checked = SealChecked(record)
    folder = record / SEAL_FOLDER
    checked.number = n = newest_seal(record)
    if n == 0:
        if trusted is not None:
            problems.add(SEAL_FOLDER, "", "is missing: this record is not sealed by anybody")
        return checked
    where = f"{SEAL_FOLDER}/seal-{n}"
    chain = chain_from(_read(folder / CERTIFICATE))
    if not chain or not isinstance(public := chain[0].public_key(), Ed25519PublicKey):
        problems.add(f"{SEAL_FOLDER}/{CERTIFICATE}", "", "cannot be read as an Ed25519 certificate")
        return checked
    checked.station, checked.certificate = pseudonym(chain[0]), fingerprint(chain[0])
    listing = _read(seal_file(record, n, "sha256"))
    try:
        public.verify(_read(seal_file(record, n, "sig")), listing)
    except InvalidSignature:
        problems.add(f"{where}.sha256", "", "the seal does not fit its signature and certificate: one was changed")
        _check_against_key(checked, public, problems)
        return checked
    checked.good = True
    checked.listed = {name: due for due, name in listed_in(seal_file(record, n, "sha256"))}
    statement = _read(seal_file(record, n, "json"))
    try:
        if sha256(statement).hexdigest() == checked.listed.get(f"{where}.json"):
            checked.statement = msgspec.json.decode(statement, type=Statement)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass  # signed, and yet of no form that we know
    if checked.statement is None:
        problems.add(f"{where}.json", "", "is not what was sealed")
        checked.good = False
    _check_certificate(checked, chain, trusted, problems)
    return checked


def check_seal_of_log(checked: SealChecked, lines: int, head: str, problems: Problems) -> None:
    """After a walk that found each line well-formed and chained: is its end the one that was sealed?"""
    said = checked.statement
    if said is None:
        return
    if lines < said.entries:
        problems.add(LOG, f"line {lines + 1}", f"{said.entries - lines} entries are missing that were sealed")
    elif lines > said.entries:
        what = f"{lines - said.entries} entries more than were sealed (after a crash, `recover` seals them)"
        problems.add(LOG, f"line {said.entries + 1}", what)
    elif head != said.log:
        problems.add(LOG, f"line {lines}", "is not the last line that was sealed")


def signed_heads(record: Path, which: str) -> Iterator[tuple[int, str]]:
    """(lines, hash) that signatures vouch for; those that are not well signed are left out."""
    keys = _keys(record)
    for found in walk_heads(record):
        head = found.head
        if head is None or found.trouble or not any(is_signed(head, key) for key in keys):
            continue
        lines, value = (head.entries, head.log) if which == "log" else (head.film_lines, head.film)
        if lines:
            yield lines, value


def _keys(record: Path) -> list[Ed25519PublicKey]:
    found: list[Ed25519PublicKey] = []
    for path in sorted((record / SEAL_FOLDER).glob("certificate*.pem")):
        for certificate in chain_from(_read(path))[:1]:
            if isinstance(public := certificate.public_key(), Ed25519PublicKey):
                found.append(public)
    return found


def _check_against_key(checked: SealChecked, public: Ed25519PublicKey, problems: Problems) -> None:
    """Which of the three was changed? The public key stands there a second time."""
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if _read(checked.record / SEAL_FOLDER / PUBLIC) != pem:
        problems.add(f"{SEAL_FOLDER}/{PUBLIC}", "", f"is not the key of {CERTIFICATE}")


def _check_certificate(
    checked: SealChecked, chain: list[x509.Certificate], trusted: list[x509.Certificate] | None, problems: Problems
) -> None:
    where = f"{SEAL_FOLDER}/{CERTIFICATE}"
    certificate, said = chain[0], checked.statement
    if said is not None:
        sealed_s = said.sealed_ns / 1e9
        if not certificate.not_valid_before_utc.timestamp() <= sealed_s <= certificate.not_valid_after_utc.timestamp():
            problems.add(where, "", f"was not valid when it sealed ({said.sealed})")
    if trusted is None:
        return
    given = {fingerprint(one) for one in trusted}
    issuers = [*trusted, *[one for one in chain[1:] if fingerprint(one) in given]]
    through = chain[1:2] if len(chain) > 1 and is_issued_by(certificate, chain[1]) else []
    checked.trusted = (
        fingerprint(certificate) in given
        or any(is_issued_by(certificate, one) for one in issuers)
        or any(is_issued_by(one, other) for one in through for other in trusted)
    )
    if not checked.trusted:
        problems.add(
            where, "", "is neither the certificate that you gave nor issued by it: another station sealed this"
        )


def _additions(checked: SealChecked, problems: Problems) -> dict[str, str]:
    path = checked.record / SEAL_FOLDER / f"{ADDITIONS}.sha256"
    signature = _read(path.with_suffix(".sig"))
    if not path.is_file():
        if signature:
            problems.add(f"{SEAL_FOLDER}/{ADDITIONS}.sha256", "", "is missing")
        return {}
    for key in _keys(checked.record):
        try:
            key.verify(signature, _read(path))
        except InvalidSignature:
            continue
        return {name: due for due, name in listed_in(path)}
    problems.add(f"{SEAL_FOLDER}/{ADDITIONS}.sha256", "", "does not fit its signature")
    return {name: due for due, name in listed_in(path)}


def _place(checked: SealChecked, name: str, problems: Problems) -> None:
    """A file that differs from its sum; of signed heads, which line."""
    if name == f"{SEAL_FOLDER}/{HEADS}":
        for found in walk_heads(checked.record):
            if found.trouble:
                problems.add(name, f"line {found.number}", found.trouble, found.head.utc if found.head else None)
                return
        lines, last = 0, None
        for found in walk_heads(checked.record):
            lines, last = found.number, found.head
        if last is not None and any(is_signed(last, key) for key in _keys(checked.record)):
            problems.add(name, f"line {lines + 1}", "heads are missing from here on")
        else:
            problems.add(name, f"line {lines}", "is not what the station signed")
        return
    problems.add(name, "", "is not what was sealed")


def _time_stamp(checked: SealChecked, added: dict[str, str]) -> str:
    name = f"{SEAL_FOLDER}/seal-{checked.number}.tsr"
    if name not in added:
        return ""
    from safeconduct.witness.timestamps import told_time

    return told_time(checked.record, checked.number, checked.notes)


def _sum(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        return sum_of(file, 0, path.stat().st_size)


def _read(path: Path) -> bytes:
    """Small files of the seal; b"" where there is none."""
    if not path.is_file():
        return b""
    try:
        with path.open("rb") as file:
            return file.read(16 * 1024 * 1024)
    except OSError:
        return b""
