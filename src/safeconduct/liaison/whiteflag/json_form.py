"""Messages as the JSON that Whiteflag APIs take and give (Whiteflag Specification v1, draft 7, annexes B and C).

Of a closed circle only the encrypted octets and the clear part of the header are written: who stands between reads
nothing.
"""

from __future__ import annotations

import json
from typing import Any

from safeconduct.liaison.whiteflag.bits import Unreadable
from safeconduct.liaison.whiteflag.fields import VERSION
from safeconduct.liaison.whiteflag.message import LONGEST, Whiteflag, decode, encode

JSON_LONGEST = 16 * 1024


def to_json(octets: bytes, address: str) -> dict[str, Any]:
    """One encoded message, encrypted or not, for `POST …/messages/send`. address: of its originator."""
    meta = {"originatorAddress": address, "encodedMessage": octets.hex(), "transceiveDirection": "TX"}
    clear = {"Prefix": "WF", "Version": VERSION, "EncryptionIndicator": octets[3:4].decode("ascii")}
    if octets[3:4] != b"0":
        return {"MetaHeader": meta, "MessageHeader": clear}
    message = decode(octets)
    header = clear | {
        "DuressIndicator": "1" if message.duress else "0",
        "MessageCode": message.code,
        "ReferenceIndicator": f"{message.reference:X}",
        "ReferencedMessage": message.referenced,
    }
    body: dict[str, Any] = dict(message.body)
    if message.of_test:
        body = {"PseudoMessageCode": message.of_test, "PseudoMessageBody": body}
    return {"MetaHeader": meta, "MessageHeader": header, "MessageBody": body}


def from_json(content: bytes) -> bytes:
    """The encoded message in it; one that comes in fields only is encoded. Raises Unreadable."""
    if len(content) > JSON_LONGEST:
        raise Unreadable(f"{len(content)} octets of JSON: more than {JSON_LONGEST}")
    try:
        told = json.loads(content)
        encoded = told.get("MetaHeader", {}).get("encodedMessage", "")
        if encoded:
            if len(encoded) > 2 * LONGEST:
                raise Unreadable(f"{len(encoded) // 2} octets: more than {LONGEST}")
            return bytes.fromhex(encoded)
        header, body = told["MessageHeader"], told["MessageBody"]
        if header.get("Prefix") != "WF" or header.get("Version") != VERSION:
            raise Unreadable(f"version {str(header.get('Version'))[:8]!r}: only version {VERSION} is read")
        if header.get("EncryptionIndicator", "0") != "0":
            raise Unreadable("is to be encrypted by us: send its encrypted octets")
        pseudo = str(body.get("PseudoMessageCode", ""))
        fields = body.get("PseudoMessageBody", {k: v for k, v in body.items() if k != "PseudoMessageCode"})
        message = Whiteflag(
            str(header["MessageCode"]),
            {str(name): str(value) for name, value in fields.items()},
            int(str(header["ReferenceIndicator"]), 16),
            str(header["ReferencedMessage"]),
            header.get("DuressIndicator") in ("1", True),
            pseudo,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"is no Whiteflag message in JSON ({type(error).__name__})") from error
    return encode(message)
