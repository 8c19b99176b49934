"""A Whiteflag message: its octets and its words, and back (Whiteflag Specification v1, draft 7, section 4).

`decode(encode(m)) == m`, and what `decode` accepts `encode` writes again to the octet. References name a message by the
SHA-256 of its octets, for no blockchain stands between members of a closed circle.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import msgspec

from safeconduct.liaison.whiteflag.bits import BitReader, BitWriter, Unreadable, width
from safeconduct.liaison.whiteflag.fields import BODIES, HEADER, REQUEST_MAX, UPPER, VERSION, Field, request_fields

NOTHING = "0" * 64
LONGEST = 1024
"""Octets; longer ones are refused unread."""
_TYPES = "".join(BODIES) + "T"


class Whiteflag(msgspec.Struct, frozen=True):
    """code: of the message (P, E, D, S, I, M, Q, R, F, A, K, T). body: its fields by name, written as specified.

    duress: sent under threat or force. reference: 0 original … 9 reject; referenced: 64 hexadecimal digits.
    of_test: in a test message, the code whose body it holds.
    """

    code: str
    body: Mapping[str, str]
    reference: int = 0
    referenced: str = NOTHING
    duress: bool = False
    of_test: str = ""

    @property
    def subject(self) -> str:
        """Code and subject in short, as the specification writes them: P03, Q10, F; of a test TP03."""
        return self.code + self.of_test + self.body.get("SubjectCode", "")


def encode(message: Whiteflag) -> bytes:
    """The octets to send, unencrypted. Raises Unreadable: a field is missing, surplus or wrongly written."""
    out = BitWriter()
    header = {
        "Prefix": "WF",
        "Version": VERSION,
        "EncryptionIndicator": "0",
        "DuressIndicator": "1" if message.duress else "0",
        "MessageCode": message.code,
        "ReferenceIndicator": f"{message.reference:X}",
        "ReferencedMessage": message.referenced,
    }
    for name, pattern in HEADER:
        out.field(name, pattern, header[name])
    kind = message.code
    if kind == "T":
        kind = message.of_test
        out.field("PseudoMessageCode", "a", kind)
    left = dict(message.body)
    for name, pattern in _fields(kind, sum(n.endswith("Quant") for n in left)):
        if name not in left:
            raise Unreadable(f"{name} is missing in a message {message.code}")
        out.field(name, pattern, left.pop(name))
    if left:
        raise Unreadable(f"{', '.join(sorted(left))}: not of a message {message.code}")
    octets = out.octets()
    if len(octets) > LONGEST:
        raise Unreadable(f"{len(octets)} octets: more than {LONGEST}")
    return octets


def decode(octets: bytes) -> Whiteflag:
    """Read octets. Raises Unreadable: no Whiteflag message, another version, encrypted, cut short or garbled."""
    if len(octets) > LONGEST:
        raise Unreadable(f"{len(octets)} octets: more than {LONGEST}")
    if octets[:2] != b"WF":
        raise Unreadable("does not begin with WF")
    if octets[2:3] != VERSION.encode():
        raise Unreadable(f"version {octets[2:3].decode('ascii', 'replace')!r}: only version {VERSION} is read")
    if octets[3:4] != b"0":
        raise Unreadable(f"encrypted (method {octets[3:4].decode('ascii', 'replace')!r}): cannot be read without a key")
    bits = BitReader(octets)
    header = {name: bits.field(name, pattern) for name, pattern in HEADER}
    code = kind = header["MessageCode"]
    if code not in _TYPES:
        raise Unreadable(f"message code {code!r} is not defined")
    reference = int(header["ReferenceIndicator"], 16)
    if reference > 9:
        raise Unreadable(f"reference {reference:X} is not defined")
    of_test = ""
    if code == "T":
        of_test = kind = bits.field("PseudoMessageCode", "a")
        if kind not in BODIES:
            raise Unreadable(f"a test of message code {kind!r}, which is not defined")
    base = sum(width(f.pattern) for f in BODIES[kind])
    pairs = (bits.left - base) // 16 if kind == "Q" else 0
    body = {name: _written(name, bits.field(name, pattern)) for name, pattern in _fields(kind, pairs)}
    bits.end()
    return Whiteflag(code, body, reference, header["ReferencedMessage"], header["DuressIndicator"] == "1", of_test)


def name_of(octets: bytes) -> str:
    """The 64 hexadecimal digits by which other messages refer to this one."""
    return sha256(octets).hexdigest()


def _fields(kind: str, pairs: int) -> tuple[Field, ...]:
    if kind not in BODIES:
        raise Unreadable(f"message code {kind!r} is not defined")
    if not pairs or kind != "Q":
        return BODIES[kind]
    if not 0 < pairs <= REQUEST_MAX:
        raise Unreadable(f"{pairs} kinds of object are asked for: at most {REQUEST_MAX}")
    return BODIES[kind] + request_fields(pairs)


def _written(name: str, text: str) -> str:
    return text.upper() if name in UPPER or (name.startswith("ObjectType") and not name.endswith("Quant")) else text
