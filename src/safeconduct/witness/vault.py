"""A record at rest, encrypted with age (age-encryption.org/v1): what a stolen disk shows is that there was a mission.

Every file is encrypted by itself for all recipients. The open files go only when all of them were opened again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import keyring
import keyring.errors
import pyrage

from safeconduct.model.faults import BadInput
from safeconduct.witness.keys import PASSPHRASE, has_keyring, in_keyring, put_file
from safeconduct.witness.sealing import contents

LOCKED = ".age"
_IDENTITY, _GUARDED = "age-identity.txt", "age-identity.age"


def identity(keys: Path, environ: Mapping[str, str] = os.environ) -> pyrage.x25519.Identity:
    """This station's age key; made at first use, and guarded as the signing key is: by the keyring, by the passphrase
    that the environment names, else a file readable by this user only. Raises BadInput."""
    path, guarded = keys / _IDENTITY, keys / _GUARDED
    try:
        if path.exists():
            return pyrage.x25519.Identity.from_str(path.read_text().strip())
        if guarded.exists():
            word = environ.get(PASSPHRASE, "")
            if not word:
                raise BadInput(str(guarded), "is kept by a passphrase", f"set {PASSPHRASE} to it")
            return pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(guarded.read_bytes(), word).decode())
        held = keyring.get_password("safeconduct", in_keyring(keys, _IDENTITY)) if has_keyring() else None
        if held is not None:
            return pyrage.x25519.Identity.from_str(held)
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = pyrage.x25519.Identity.generate()
        _guard(keys, str(made), environ)
    except (OSError, pyrage.IdentityError, pyrage.DecryptError, keyring.errors.KeyringError) as error:
        what = f"is no age key that can be used ({error})"
        raise BadInput(str(guarded if guarded.exists() else path), what, "restore it from a backup") from error
    else:
        return made


def protect_identity(keys: Path, environ: Mapping[str, str] = os.environ) -> None:
    """Move an age key that lies open in a file under the keyring or the passphrase, where there is either.

    Raises BadInput."""
    path = keys / _IDENTITY
    if path.exists():
        _guard(keys, str(identity(keys, environ)), environ)


def _guard(keys: Path, secret: str, environ: Mapping[str, str]) -> None:
    path = keys / _IDENTITY
    if word := environ.get(PASSPHRASE, ""):
        put_file(keys / _GUARDED, pyrage.passphrase.encrypt(secret.encode(), word), 0o600)
    elif environ is os.environ and has_keyring():
        keyring.set_password("safeconduct", in_keyring(keys, _IDENTITY), secret)
    else:
        put_file(path, f"{secret}\n".encode(), 0o600)
        return
    path.unlink(missing_ok=True)


def lock(record: Path, keys: Path, others: tuple[str, ...] = (), environ: Mapping[str, str] = os.environ) -> Path:
    """Encrypt a record into `RECORD.age/` and remove the open one. others: further recipients, `age1…`.

    Raises BadInput: then the open record is as it was.
    """
    own = identity(keys, environ)
    try:
        recipients = [own.to_public(), *(pyrage.x25519.Recipient.from_str(one) for one in others)]
    except pyrage.RecipientError as error:
        raise BadInput("--for", f"is no age recipient ({error})", "give age1…, as age-keygen prints it") from error
    into = record.with_name(record.name + LOCKED)
    if into.exists():
        raise BadInput(str(into), "exists", "move it away; nothing is written over")
    try:
        for name in contents(record):
            sealed = into / (name + LOCKED)
            sealed.parent.mkdir(parents=True, exist_ok=True)
            with (record / name).open("rb") as source, sealed.open("wb") as target:
                pyrage.encrypt_io(source, target, recipients)
                target.flush()
                os.fsync(target.fileno())
        differs = [n for n in contents(record) if _opened_sum(into / (n + LOCKED), own) != _sum(record / n)]
    except (OSError, pyrage.EncryptError, pyrage.DecryptError) as error:
        shutil.rmtree(into, ignore_errors=True)
        raise BadInput(str(into), f"cannot be encrypted: {error}", "the open record is untouched; make room") from error
    if differs:
        shutil.rmtree(into, ignore_errors=True)
        raise BadInput(str(into), f"{differs[0]} did not open again as it was", "the open record is untouched")
    shutil.rmtree(record)
    return into


def unlock(locked: Path, keys: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Open a locked record into the folder it was; the locked one stays. Raises BadInput: no key of ours opens it."""
    record = locked.with_name(locked.name.removesuffix(LOCKED))
    if not locked.name.endswith(LOCKED) or not locked.is_dir():
        raise BadInput(str(locked), f"is no locked record (NAME{LOCKED})", "name the folder that `--lock` made")
    if record.exists():
        raise BadInput(str(record), "exists", "move it away; nothing is written over")
    own = identity(keys, environ)
    part = record.with_name(f".{record.name}.part")
    try:
        for name in contents(locked):
            plain = part / name.removesuffix(LOCKED)
            plain.parent.mkdir(parents=True, exist_ok=True)
            with (locked / name).open("rb") as source, plain.open("wb") as target:
                pyrage.decrypt_io(source, target, [own])
        os.replace(part, record)
    except (OSError, pyrage.DecryptError) as error:
        shutil.rmtree(part, ignore_errors=True)
        what = f"does not open with this station's key ({error})"
        mend = "use the station that locked it, or a recovery key with `age --decrypt`"
        raise BadInput(str(locked), what, mend) from error
    return record


def _opened_sum(sealed: Path, own: pyrage.x25519.Identity) -> str:
    digest = _Digest()
    with sealed.open("rb") as source:
        pyrage.decrypt_io(source, digest, [own])
    return digest.value.hexdigest()


class _Digest(BytesIO):
    """Takes what is written, and keeps its sum alone."""

    def __init__(self) -> None:
        super().__init__()
        self.value = sha256()

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.value.update(data)
        return len(data)


def _sum(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
