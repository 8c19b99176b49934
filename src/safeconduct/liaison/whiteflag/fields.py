"""The fields of Whiteflag messages, as tables: Whiteflag Specification v1 (draft 7), sections 4.2 and 4.3.

A pattern says how a field is written and packed: `a`, `c` one character in 8 bits; `d` a decimal, `x` a hexadecimal
digit in 4 bits; `b` one bit; `±` a sign in one bit (1 is plus); everything else stands for itself and is not packed.
A pattern that ends in `*` takes what is left of the message.
"""

from __future__ import annotations

from typing import NamedTuple

VERSION = "1"


class Field(NamedTuple):
    name: str
    pattern: str


HEADER: tuple[Field, ...] = (
    Field("Prefix", "cc"),
    Field("Version", "a"),
    Field("EncryptionIndicator", "a"),
    Field("DuressIndicator", "b"),
    Field("MessageCode", "a"),
    Field("ReferenceIndicator", "x"),
    Field("ReferencedMessage", "x" * 64),
)
"""4.2.1.1; 301 bits. The first three are never encrypted."""

SIGN: tuple[Field, ...] = (
    Field("SubjectCode", "xx"),
    Field("DateTime", "dddd-dd-ddTdd:dd:ddZ"),
    Field("Duration", "PddDddHddM"),
    Field("ObjectType", "xx"),
    Field("ObjectLatitude", "±dd.ddddd"),
    Field("ObjectLongitude", "±ddd.ddddd"),
    Field("ObjectSizeDim1", "dddd"),
    Field("ObjectSizeDim2", "dddd"),
    Field("ObjectOrientation", "ddd"),
)
"""4.3.1.1: every sign and signal."""

REQUEST_MAX = 8
"""4.3.1.9: so many pairs of ObjectTypeN and ObjectTypeNQuant may follow in a request."""

BODIES: dict[str, tuple[Field, ...]] = {
    **dict.fromkeys("PEDSIMQ", SIGN),
    "R": (Field("ReferenceMethod", "x"), Field("ReferenceData", "c*")),
    "F": (Field("Text", "c*"),),
    "A": (Field("VerificationMethod", "x"), Field("VerificationData", "c*")),
    "K": (Field("CryptoDataType", "xx"), Field("CryptoData", "x*")),
}
"""By message code. A test message, T, holds a code and then that code's body."""

UPPER = frozenset({"SubjectCode", "ObjectType", "ReferenceMethod", "VerificationMethod", "CryptoDataType"})
"""Codes are written in capitals (4.1.2), references as their hash functions print them."""


def request_fields(pairs: int) -> tuple[Field, ...]:
    """The fields that extend a request for so many kinds of object."""
    return tuple(
        field
        for n in range(1, pairs + 1)
        for field in (Field(f"ObjectType{n}", "xx"), Field(f"ObjectType{n}Quant", "dd"))
    )
