"""A closed circle: who holds its key file reads what the others send, and nobody else.

Each message is encrypted by method 2 (pre-shared secret) and followed by a K(3)21 message with its initialisation
vector (Whiteflag Specification v1, 5.2.4.1). They may arrive in any order; so many wait for their other half, no more.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from safeconduct.liaison.whiteflag.bits import Unreadable
from safeconduct.liaison.whiteflag.message import LONGEST, Whiteflag, decode, encode, name_of
from safeconduct.liaison.whiteflag.secrecy import (
    PRE_SHARED,
    SECRET_LEAST_OCTETS,
    VECTOR_OCTETS,
    decrypt,
    derive_key,
    encrypt,
)
from safeconduct.model.faults import BadInput

WAIT_MAX = 64
_ADD = 3
_VECTORS = ("11", "21")
_MEND = "ask for the circle's key file, or make one: safeconduct whiteflag --new-key FILE"


class CircleKey(msgspec.Struct, frozen=True):
    """secret: what all of the circle share. address: of the circle, which takes the place of a chain's address."""

    secret: bytes
    address: bytes


def new_key(path: Path) -> None:
    """A new circle: its key file, readable for this user alone. Raises BadInput: it exists, or cannot be written."""
    content = json.dumps({"whiteflag_circle": 1, "secret": secrets.token_hex(32), "address": secrets.token_hex(25)})
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(content + "\n")
    except OSError as error:
        raise BadInput(str(path), f"cannot be written ({error.strerror})", "name a new file") from error


def read_key(path: Path) -> CircleKey:
    """Raises BadInput: missing, or no key file."""
    try:
        with path.open("rb") as file:
            told: Any = json.loads(file.read(4096))
        secret, address = bytes.fromhex(told["secret"]), bytes.fromhex(told["address"])
    except OSError as error:
        raise BadInput(str(path), f"the circle's key cannot be read ({error.strerror})", _MEND) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(str(path), "is no key file of a Whiteflag circle", _MEND) from error
    if len(secret) < SECRET_LEAST_OCTETS or not address:
        raise BadInput(str(path), f"its secret is shorter than {SECRET_LEAST_OCTETS} octets", _MEND)
    return CircleKey(secret, address)


class Circle:
    """key: None reads and writes in the clear. vector_of: so many octets that were never used before."""

    def __init__(self, key: CircleKey | None, vector_of: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._key, self._vector_of = key, vector_of
        self._derived = derive_key(key.secret, PRE_SHARED, key.address) if key is not None else b""
        self._messages: dict[str, bytes] = {}
        self._vectors: dict[str, bytes] = {}

    @property
    def closed(self) -> bool:
        return self._key is not None

    def send(self, octets: bytes) -> list[bytes]:
        """What goes out in place of an encoded message; the first is what others refer to."""
        if self._key is None:
            return [octets]
        vector = self._vector_of(VECTOR_OCTETS)
        sealed = encrypt(octets, PRE_SHARED, self._derived, vector)
        body = {"CryptoDataType": "21", "CryptoData": vector.hex()}
        return [sealed, encode(Whiteflag("K", body, _ADD, name_of(sealed)))]

    def hear(self, octets: bytes) -> tuple[str, Whiteflag] | None:
        """A message that can be read now, and the name that others know it by; None: it waits for its other half.

        Raises Unreadable.
        """
        if octets[:3] == b"WF1" and octets[3:4] in (b"1", b"2"):
            if len(octets) > LONGEST:
                raise Unreadable(f"{len(octets)} octets: more than {LONGEST}")
            return self._sealed(octets)
        message = decode(octets)
        if message.code == "K" and message.body["CryptoDataType"] in _VECTORS:
            return self._vector(message)
        return name_of(octets), message

    def _sealed(self, octets: bytes) -> tuple[str, Whiteflag] | None:
        if self._key is None:
            raise Unreadable("is encrypted, and no key of its circle is given")
        name = name_of(octets)
        vector = self._vectors.pop(name, None)
        if vector is None:
            _keep(self._messages, name, octets)
            return None
        return self._opened(name, octets, vector)

    def _vector(self, message: Whiteflag) -> tuple[str, Whiteflag] | None:
        if self._key is None:
            return None
        vector = bytes.fromhex(message.body["CryptoData"])
        if len(vector) != VECTOR_OCTETS:
            raise Unreadable(f"has an initialisation vector of {8 * len(vector)} bits, not 128")
        octets = self._messages.pop(message.referenced, None)
        if octets is None:
            _keep(self._vectors, message.referenced, vector)
            return None
        return self._opened(message.referenced, octets, vector)

    def _opened(self, name: str, octets: bytes, vector: bytes) -> tuple[str, Whiteflag]:
        if octets[3:4] != PRE_SHARED.encode():
            raise Unreadable("is encrypted for two (method 1), and not for this circle")
        try:
            return name, decode(decrypt(octets, self._derived, vector))
        except Unreadable as error:
            raise Unreadable("cannot be read with this key: it is of another circle, or was damaged") from error


def _keep(waiting: dict[str, bytes], name: str, octets: bytes) -> None:
    waiting[name] = octets
    while len(waiting) > WAIT_MAX:
        del waiting[next(iter(waiting))]
