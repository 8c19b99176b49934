"""Who gave which copy of a record away: `exports.jsonl` in the record, signed; where persons can be recognised, with a
reason and by two.

The second person signs with a key of his own, a file made by `safeconduct keys --second FILE` and kept by him.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from safeconduct.model.faults import BadInput
from safeconduct.witness import StationKey, add, newest_seal

if TYPE_CHECKING:
    from safeconduct.runtime.export import ExportWishes

EXPORTS = "exports.jsonl"
_LEAST_REASON = 10
_SECOND = "SAFECONDUCT_SECOND_PASSPHRASE"


class Release(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. second: the second person's public key, hex; second_sig: his signature of kind, sha256 and reason.
    looked_over: the pseudonym of who looked a redacted film over; seen: doubtful moments that he saw; covered_more:
    regions that he covered, times the pictures."""

    kind: str
    copy: str
    sha256: str
    when: str = ""
    station: str = ""
    identifiable: bool = False
    reason: str = ""
    second: str = ""
    second_sig: str = ""
    looked_over: str = ""
    seen: int = 0
    covered_more: int = 0


class Second(msgspec.Struct, frozen=True):
    private: Ed25519PrivateKey
    reason: str

    @property
    def second(self) -> str:
        return _public(self.private)


def _public(private: Ed25519PrivateKey) -> str:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def make_second_key(path: Path, passphrase: str) -> str:
    """A key for a second person, in a file of his own. Returns the public key, hex. Raises BadInput: it exists."""
    private = Ed25519PrivateKey.generate()
    how = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how))
    except FileExistsError as error:
        raise BadInput(str(path), "exists", "name a new file; a key is never written over") from error
    except OSError as error:
        raise BadInput(str(path), f"cannot be written: {error.strerror}", "name another place") from error
    return Second(private, "").second


def second_key(reason: str, path: Path | None, passphrase: str = "") -> Second:
    """Raises BadInput: no reason or no key was given, or it is the station's own."""
    if len(reason.strip()) < _LEAST_REASON:
        raise BadInput("--identifiable", "asks for a reason", "say why: --reason “…”, it is recorded")
    if path is None:
        raise BadInput("--identifiable", "asks for a second person's key", "give --second-key FILE")
    try:
        word = (passphrase or os.environ.get(_SECOND, "")).encode() or None
        pem = path.read_bytes()
        private = load_pem_private_key(pem, word if b"ENCRYPTED" in pem else None)
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}", "name the second person's key") from error
    except (TypeError, ValueError) as error:
        raise BadInput(str(path), "does not open", f"set {_SECOND} to its passphrase") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadInput(str(path), "is no Ed25519 key", "make one by `safeconduct keys --second FILE`")
    return Second(private, reason.strip())


def release_with(second: Second, wishes: ExportWishes, sha256: str) -> Release:
    signed = f"{wishes.to}\n{sha256}\n{second.reason}".encode()
    sig = second.private.sign(signed).hex()
    return Release(
        wishes.to,
        wishes.out.name,
        sha256,
        identifiable=True,
        reason=second.reason,
        second=second.second,
        second_sig=sig,
    )


def tell_release(record: Path, release: Release, key: StationKey) -> None:
    """Write it into the record before the copy is given out. Raises BadInput: then there is no copy either."""
    if release.second and release.second == _public(key.private):
        raise BadInput("--second-key", "is the station's own key", "a second person must agree")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    line = msgspec.json.encode(msgspec.structs.replace(release, when=now, station=key.station))
    try:
        with (record / EXPORTS).open("ab") as file:
            file.write(line + b"\n")
            file.flush()
        if newest_seal(record):
            add(record, [EXPORTS], key)
    except OSError as error:
        raise BadInput(str(record / EXPORTS), f"cannot be written: {error.strerror}", "make room") from error
