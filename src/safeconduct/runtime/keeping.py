"""`safeconduct records` and `safeconduct keys`: what is recorded, and who signs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.runtime.releases import make_second_key
from safeconduct.witness import (
    PASSPHRASE,
    Library,
    StationKey,
    fingerprint,
    install,
    keys_home,
    library,
    lock,
    protect,
    protect_identity,
    request,
    rotate,
    station_key,
    unlock,
)


def run_records(words: str, home: Path | None) -> Library:
    """Raises BadInput: the folder that was named is none."""
    if home is not None and not home.is_dir():
        raise BadInput(str(home), "is no folder", "name the folder in which records lie")
    found = library(words, home)
    for one in found.records:
        size, seal = one.bytes / 1e6, "sealed" if one.sealed else "NOT SEALED"
        ended = one.outcome or "not closed"
        line = f"{one.began[:19]}  {one.lasted_s / 60:5.1f} min {size:8.1f} MB  {seal:10}  {ended:14}  {one.path}\n"
        sys.stderr.write(line)
    left = f"{found.free_bytes / 1e9:.1f} GB free: room for about {found.hours_left:.0f} hours of recording\n"
    sys.stderr.write(f"{len(found.records)} records; {left}")
    return found


class KeysWishes(msgspec.Struct, frozen=True):
    """What the command line says; at most one thing is done."""

    certificate: Path | None = None
    rotate: bool = False
    protect: bool = False
    request: Path | None = None
    install: Path | None = None
    second: Path | None = None
    lock: Path | None = None
    recipients: tuple[str, ...] = ()
    unlock: Path | None = None


class Keys(msgspec.Struct, frozen=True):
    """The verb's JSON. kept: keyring, passphrase or file. done: what was done, "" where nothing was asked for."""

    station: str
    certificate: str
    kept: str
    valid_until: str
    done: str = ""


def run_keys(wishes: KeysWishes) -> Keys:
    """Raises BadInput."""
    home = keys_home()
    done = ""
    if wishes.second is not None:
        public = make_second_key(wishes.second, os.environ.get("SAFECONDUCT_SECOND_PASSPHRASE", ""))
        done = f"{wishes.second}: a second person's key, {public[:16]}…; it is his to keep"
    if wishes.rotate:
        rotate()
        done = "a new key; the root vouches for it as for the old one"
    if wishes.protect:
        done = f"the keys are kept by {protect()} now"
        protect_identity(home)
    if wishes.install is not None:
        try:
            chain = wishes.install.read_bytes()
        except OSError as error:
            raise BadInput(str(wishes.install), f"cannot be read: {error.strerror}", "name the PEM file") from error
        install(chain)
        done = "the certificate of the unit's authority is in use"
    key = station_key()
    if wishes.certificate is not None:
        _write(wishes.certificate, key.chain)
        done = f"{wishes.certificate}: give it to those who will check your records"
    if wishes.request is not None:
        _write(wishes.request, request())
        done = f"{wishes.request}: have it signed, then `keys --install`"
    if wishes.lock is not None:
        done = f"locked: {lock(wishes.lock, home, wishes.recipients)}"
    if wishes.unlock is not None:
        done = f"open again: {unlock(wishes.unlock, home)}"
    return _told(key, done)


def _told(key: StationKey, done: str) -> Keys:
    until = key.certificate.not_valid_after_utc.date().isoformat()
    print_of = fingerprint(key.certificate)
    sys.stderr.write(f"station      {key.station}\ncertificate  {print_of} until {until}\nkept by      {key.kept}\n")
    if key.kept == "file":
        sys.stderr.write(f"warning: the key lies open in a file; set {PASSPHRASE}, then `keys --protect`\n")
    if done:
        sys.stderr.write(f"{done}\n")
    return Keys(key.station, print_of, key.kept, until, done)


def _write(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise BadInput(str(path), "exists", "name a new file; nothing is written over") from error
    except OSError as error:
        raise BadInput(str(path), f"cannot be written: {error.strerror}", "name another place") from error
