"""A copy's own seal: a small signed file beside it that says what it is, of which record, and by whom it was made.

`PATH.seal`: one line of JSON whose last field, `sig`, is the station's Ed25519 signature (hex) of the line up to
`,"sig":`. It carries the certificate, so that `safeconduct verify PATH` needs nothing else.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from safeconduct.model.faults import BadInput
from safeconduct.witness import (
    Problem,
    StationKey,
    Verification,
    chain_from,
    credentials_of,
    faults_of,
    fingerprint,
    is_issued_by,
    pseudonym,
)

_SIG = b',"sig":"'


class CopySeal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """kind: redacted, mcap, klv, report or papers. record: SHA-256 of the newest list of the record's seal; "" where it
    was not sealed. identifiable: persons can be recognised in it; then why, and who released it with the station.
    looked_over: of a redacted film, the pseudonym of who looked it over; "": nobody yet."""

    copy: str
    sha256: str
    kind: str
    made: str
    record: str
    entries: int
    station: str
    certificate: str
    identifiable: bool = False
    reason: str = ""
    second: str = ""
    looked_over: str | msgspec.UnsetType = msgspec.UNSET
    sig: str = ""


def seal_path(copy: Path) -> Path:
    return copy.with_name(copy.name + ".seal")


def has_copy_seal(path: Path) -> bool:
    return path.is_file() and seal_path(path).is_file()


def seal_copy(copy: Path, kind: str, key: StationKey, *, record: str, entries: int, **more: str | bool) -> CopySeal:
    """Write the seal beside the copy. more: identifiable, reason, second. Raises BadInput: it cannot be written."""
    said = CopySeal(
        copy.name,
        sum_of_file(copy),
        kind,
        datetime.now(UTC).isoformat(timespec="seconds"),
        record,
        entries,
        key.station,
        key.chain.decode(),
        **more,  # type: ignore[arg-type]
    )
    text = _text(said)
    try:
        seal_path(copy).write_bytes(text + _SIG + key.sign(text).hex().encode() + b'"}\n')
    except OSError as error:
        raise BadInput(str(seal_path(copy)), f"cannot be written: {error.strerror}", "make room") from error
    return said


def check_copy(copy: Path, trusted: list[x509.Certificate] | None = None) -> Verification:
    """Is a copy what the station made? Also what is signed inside it is checked. Raises BadInput: it has no seal."""
    problems: list[Problem] = []
    notes: list[str] = []
    beside = seal_path(copy)
    try:
        said = msgspec.json.decode(beside.read_bytes(), type=CopySeal)
    except OSError as error:
        raise BadInput(str(copy), "has no seal beside it", f"put {beside.name} beside it") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Verification(False, 0, problems=(Problem(beside.name, "", f"cannot be read: {error}"),))
    chain = chain_from(said.certificate.encode())
    good = bool(chain) and _is_signed(said, chain[0]) and beside.read_bytes() == _whole(said)
    if not good:
        problems.append(Problem(beside.name, "", "does not fit its signature"))
    if sum_of_file(copy) != said.sha256:
        problems.append(Problem(copy.name, "", "is not what was made: its SHA-256 differs"))
    if copy.suffix == ".mp4":
        try:
            inside = credentials_of(copy)
        except BadInput as bad:
            problems.append(Problem(copy.name, "credentials", bad.what))
        else:
            problems += [Problem(copy.name, "credentials", fault) for fault in faults_of(inside or {})]
    notes.append(
        f"a copy ({said.kind}{', identifiable' if said.identifiable else ''}) of the record {said.record[:16]}…"
    )
    if said.looked_over is not msgspec.UNSET:
        by = f"looked over by {said.looked_over}" if said.looked_over else "not yet looked over by a human"
        notes.append(by)
    known: bool | None = None
    if trusted is not None:
        given = {fingerprint(one) for one in trusted}
        known = bool(chain) and (fingerprint(chain[0]) in given or any(is_issued_by(chain[0], one) for one in trusted))
        if not known:
            problems.append(
                Problem(beside.name, "", "another station made this, not the one whose certificate you gave")
            )
    return Verification(
        not problems,
        said.entries,
        sealed=good,
        problems=tuple(problems),
        station=pseudonym(chain[0]) if chain else "",
        certificate=fingerprint(chain[0]) if chain else "",
        sealed_at=said.made,
        trusted=known,
        notes=tuple(notes),
    )


def sum_of_file(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _text(said: CopySeal) -> bytes:
    whole = msgspec.json.encode(msgspec.structs.replace(said, sig=""))
    return whole[: whole.rindex(_SIG)]


def _whole(said: CopySeal) -> bytes:
    return msgspec.json.encode(said) + b"\n"


def _is_signed(said: CopySeal, certificate: x509.Certificate) -> bool:
    public = certificate.public_key()
    if not isinstance(public, Ed25519PublicKey):
        return False
    try:
        public.verify(bytes.fromhex(said.sig), _text(said))
    except (InvalidSignature, ValueError):
        return False
    return True
