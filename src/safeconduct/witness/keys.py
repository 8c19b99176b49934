"""The station's key and certificate: made at first use, kept by the operating system's keyring or in a file.

Ed25519 (RFC 8032) throughout. A station of its own has a root that signs its certificate, so that a new key after a
rotation is still vouched for by the root that others were given; a unit with an authority of its own lets that sign
(`request`, `install`). Names are pseudonyms: a certificate says which station, never who.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import keyring
import keyring.errors
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from safeconduct.model.faults import BadInput
from safeconduct.witness.certificates import certificate_for, chain_from, is_issued_by, request_for, root_for

CERTIFICATE, ROOT, PUBLIC = "certificate.pem", "root.pem", "public-key.pem"
_STATION_KEY, _ROOT_KEY, _RETIRED = "station-key.pem", "root-key.pem", "retired"
PASSPHRASE = "SAFECONDUCT_PASSPHRASE"
_RENEW_BEFORE = timedelta(days=30)
Keeper = Literal["keyring", "passphrase", "file"]


class StationKey(msgspec.Struct, frozen=True):
    """What signs. chain: PEM of the certificate and what signed it. kept: who guards the private key."""

    private: Ed25519PrivateKey
    chain: bytes
    kept: Keeper

    def sign(self, data: bytes) -> bytes:
        """64 bytes (RFC 8032)."""
        return self.private.sign(data)

    @property
    def certificate(self) -> x509.Certificate:
        return chain_from(self.chain)[0]

    @property
    def public(self) -> bytes:
        """PEM, as `openssl pkeyutl -pubin` reads it."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def station(self) -> str:
        """The station's pseudonym."""
        return pseudonym(self.certificate)


def pseudonym(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate in hex, as `openssl x509 -fingerprint -sha256` says it (there with colons)."""
    return certificate.fingerprint(SHA256()).hex()


def keys_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's keys: `$XDG_DATA_HOME`, an absolute path or ignored."""
    named = environ.get("XDG_DATA_HOME", "")
    data = Path(named) if named.startswith("/") else Path.home() / ".local" / "share"
    return data / "safeconduct" / "keys"


def station_key(home: Path | None = None, environ: Mapping[str, str] = os.environ) -> StationKey:
    """This station's key; made now if there is none yet.

    Raises BadInput: it is kept by a passphrase that is wrong or was not given, or cannot be read or written.
    """
    home = keys_home(environ) if home is None else home
    try:
        if not (home / CERTIFICATE).is_file():
            return _make(home, environ)
        key, kept = _fetch(home, _STATION_KEY, environ)
        chain = (home / CERTIFICATE).read_bytes()
        found = StationKey(key, chain, kept)
        _must_match(home, found)
        if found.certificate.not_valid_after_utc - _RENEW_BEFORE > datetime.now(UTC) or not (home / ROOT).is_file():
            return found
        return rotate(home, environ)
    except OSError as error:
        raise BadInput(str(home), f"cannot keep keys: {error.strerror}", "check its permissions") from error


def rotate(home: Path | None = None, environ: Mapping[str, str] = os.environ) -> StationKey:
    """A new key under the same root. The old certificate stays in `retired/`: old seals are still checked by it.

    Raises BadInput: a unit's authority signed this station's certificate, so it must sign the next one too.
    """
    home = keys_home(environ) if home is None else home
    if not (home / ROOT).is_file():
        raise BadInput(str(home), "its certificate comes from a unit's authority", "use `keys --request`, `--install`")
    root, _ = _fetch(home, _ROOT_KEY, environ)
    old = chain_from((home / CERTIFICATE).read_bytes())[0]
    _retire(home, old)
    private = Ed25519PrivateKey.generate()
    root_certificate = chain_from((home / ROOT).read_bytes())[0]
    chain = certificate_for(private.public_key(), pseudonym(old), root, root_certificate)
    return _keep(home, private, chain + (home / ROOT).read_bytes(), environ)


def request(home: Path | None = None, environ: Mapping[str, str] = os.environ) -> bytes:
    """A certificate request (PKCS #10, PEM) for a unit's own authority."""
    key = station_key(home, environ)
    return request_for(key.private, key.station)


def install(chain: bytes, home: Path | None = None, environ: Mapping[str, str] = os.environ) -> StationKey:
    """Take the certificate that a unit's authority made from `request`. Raises BadInput: it is not for this key."""
    home = keys_home(environ) if home is None else home
    key = station_key(home, environ)
    certificates = chain_from(chain)
    if not certificates:
        raise BadInput("the certificate", "cannot be read", "give PEM: this station's first, then its issuers'")
    public = certificates[0].public_key()
    if not isinstance(public, Ed25519PublicKey) or public != key.private.public_key():
        raise BadInput("the certificate", "is not for this station's key", "have the newest request signed")
    if len(certificates) < 2 or not is_issued_by(certificates[0], certificates[1]):
        raise BadInput("the certificate", "comes without its issuer's", "add the authority's certificate below it")
    _retire(home, key.certificate)
    (home / ROOT).unlink(missing_ok=True)
    put_file(home / CERTIFICATE, chain, 0o644)
    return StationKey(key.private, chain, key.kept)


def protect(home: Path | None = None, environ: Mapping[str, str] = os.environ) -> Keeper:
    """Keep the keys by the keyring, or by the passphrase that the environment names now. Raises BadInput."""
    home = keys_home(environ) if home is None else home
    kept: Keeper = "file"
    for name in (_STATION_KEY, _ROOT_KEY):
        try:
            private, _ = _fetch(home, name, {})
        except BadInput:
            private, _ = _fetch(home, name, environ)
        except FileNotFoundError:
            continue
        kept = _store(home, name, private, environ)
    if kept == "file":
        raise BadInput("keys", "neither a keyring nor a passphrase is there", f"set {PASSPHRASE} and try again")
    return kept


def _make(home: Path, environ: Mapping[str, str]) -> StationKey:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    private, root = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    name = "station-" + os.urandom(4).hex()
    root_pem = root_for(root, name)
    put_file(home / ROOT, root_pem, 0o644)
    _store(home, _ROOT_KEY, root, environ)
    return _keep(
        home, private, certificate_for(private.public_key(), name, root, chain_from(root_pem)[0]) + root_pem, environ
    )


def _keep(home: Path, private: Ed25519PrivateKey, chain: bytes, environ: Mapping[str, str]) -> StationKey:
    kept = _store(home, _STATION_KEY, private, environ)
    key = StationKey(private, chain, kept)
    put_file(home / PUBLIC, key.public, 0o644)
    put_file(home / CERTIFICATE, chain, 0o644)  # last: where it is, all is
    return key


def _retire(home: Path, certificate: x509.Certificate) -> None:
    (home / _RETIRED).mkdir(exist_ok=True)
    put_file(home / _RETIRED / f"{fingerprint(certificate)[:16]}.pem", certificate.public_bytes(Encoding.PEM), 0o644)


def _must_match(home: Path, key: StationKey) -> None:
    if key.certificate.public_key() != key.private.public_key():
        raise BadInput(str(home / CERTIFICATE), "does not belong to the key beside it", "restore both from one backup")


def in_keyring(home: Path, name: str) -> str:
    """Under which name a key's file is kept there."""
    return f"{home}/{name}"


def has_keyring() -> bool:
    """Whether the operating system keeps secrets for this user."""
    try:
        return bool(keyring.get_keyring().priority >= 1)
    except (keyring.errors.KeyringError, RuntimeError):
        return False


def _store(home: Path, name: str, private: Ed25519PrivateKey, environ: Mapping[str, str]) -> Keeper:
    passphrase = environ.get(PASSPHRASE, "")
    if not passphrase and environ is os.environ and has_keyring():
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            keyring.set_password("safeconduct", in_keyring(home, name), pem.decode())
        except keyring.errors.KeyringError:
            pass
        else:
            (home / name).unlink(missing_ok=True)
            return "keyring"
    how: KeySerializationEncryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    put_file(home / name, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how), 0o600)
    return "passphrase" if passphrase else "file"


def _fetch(home: Path, name: str, environ: Mapping[str, str]) -> tuple[Ed25519PrivateKey, Keeper]:
    file = home / name
    if file.is_file():
        pem = file.read_bytes()
        kept: Keeper = "passphrase" if b"ENCRYPTED" in pem else "file"
    else:
        held = None
        if has_keyring():
            try:
                held = keyring.get_password("safeconduct", in_keyring(home, name))
            except keyring.errors.KeyringError as error:
                raise BadInput(str(file), f"the keyring does not open ({error})", "unlock it, and try again") from error
        if held is None:
            lost = "is gone: seals can no longer be made with it, those made stay good"
            raise BadInput(str(file), lost, "restore it from a backup, or move the folder away: a new key is made")
        pem, kept = held.encode(), "keyring"
    passphrase = environ.get(PASSPHRASE, "").encode() or None
    try:
        private = load_pem_private_key(pem, passphrase if kept == "passphrase" else None)
    except (TypeError, ValueError) as error:
        what = "is kept by a passphrase" if kept == "passphrase" else "cannot be read"
        mend = f"set {PASSPHRASE} to it" if kept == "passphrase" else "restore it from a backup"
        raise BadInput(str(file), what, mend) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadInput(str(file), "is no Ed25519 key", "restore it from a backup")
    return private, kept


def put_file(path: Path, data: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others on the way."""
    beside = path.with_suffix(".new")
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        os.write(fd, data)
        os.fsync(fd)
    finally:
        os.close(fd)
    os.replace(beside, path)
