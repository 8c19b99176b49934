"""Bytes in, messages out: MAVLink 2 framing, checksums and signatures, with pymavlink as the dialect.

Framing is our own so that garbage costs one counter, never an exception, and so that a signature is proved before
its time-stamp is believed (a forged far-future stamp would otherwise lock the true sender out).
Source: MAVLink guide, "Packet Serialization" and "Message Signing".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import msgspec
from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS

Message = Any
"""A message object of the dialect: attributes are the field names of the MAVLink XML."""

_MAGIC_V1, _MAGIC_V2 = 0xFE, 0xFD
_SIGNED = 0x01
_SIGNATURE_BYTES = 13
_SIGNING_EPOCH_S = 1_420_070_400  # 2015-01-01 UTC, MAVLink guide "Timestamp Handling"
_SOURCES_MAX = 16
_FRAME_BYTES_MAX = 10 + 255 + 2 + _SIGNATURE_BYTES


class Counts(msgspec.Struct):
    """What came in: whole messages, bytes that were no message, frames refused by checksum or signature."""

    messages: int = 0
    garbage_bytes: int = 0
    refused_frames: int = 0


class Codec:
    """One end of a MAVLink 2 conversation. `signing_key`: 32 bytes, or None for an unsigned link."""

    def __init__(self, system_id: int, component_id: int, signing_key: bytes | None = None, link_id: int = 0) -> None:
        if signing_key is not None and len(signing_key) != 32:
            raise BadInput("signing key", f"{len(signing_key)} bytes", "give exactly 32 bytes (64 hex digits)")
        self._mav = dialect.MAVLink(None, srcSystem=system_id, srcComponent=component_id)
        self._key = signing_key
        if signing_key is not None:
            self._mav.signing.secret_key = signing_key
            self._mav.signing.sign_outgoing = True
            self._mav.signing.link_id = link_id
        self._partial: dict[object, bytearray] = {}
        self.counts = Counts()

    def encode(self, message: Message, t_ns: int) -> bytes:
        """One frame. `t_ns` feeds the signature's time-stamp, which may never run backwards."""
        mav = self._mav
        if self._key is not None:
            now = max(0, (t_ns - _SIGNING_EPOCH_S * NS) // 10_000)
            mav.signing.timestamp = max(mav.signing.timestamp, now)
        frame: bytes = message.pack(mav)
        mav.seq = (mav.seq + 1) % 256
        return frame

    def decode(self, data: bytes, source: object = None) -> Iterator[Message]:
        """Messages completed by `data`, in order. Bytes of one `source` may be cut anywhere (TCP, serial)."""
        buffer = self._partial.get(source)
        if buffer is None:
            if len(self._partial) >= _SOURCES_MAX:
                self._partial.pop(next(iter(self._partial)))
            buffer = self._partial[source] = bytearray()
        buffer += data
        at, end = 0, len(buffer)
        while at < end:
            magic = buffer[at]
            if magic not in {_MAGIC_V1, _MAGIC_V2}:
                at += 1
                self.counts.garbage_bytes += 1
                continue
            if end - at < 3:
                break
            size = buffer[at + 1] + (8 if magic == _MAGIC_V1 else 12)
            flags = buffer[at + 2] if magic == _MAGIC_V2 else 0
            if flags & ~_SIGNED:  # an incompatibility flag that we do not know: no frame of ours
                at += 1
                self.counts.garbage_bytes += 1
                continue
            size += _SIGNATURE_BYTES if flags else 0
            if end - at < size:
                break
            message = self._frame(buffer[at : at + size], bool(flags))
            if message is None:
                at += 1
                self.counts.refused_frames += 1
                continue
            at += size
            self.counts.messages += 1
            if message.get_msgId() >= 0:
                yield message
        del buffer[:at]
        if len(buffer) > _FRAME_BYTES_MAX:
            buffer.clear()

    def datagram_ended(self, source: object = None) -> None:
        """A datagram holds whole frames: what is left of it is garbage and must not swallow the next one."""
        buffer = self._partial.get(source)
        if buffer:
            self.counts.garbage_bytes += len(buffer)
            buffer.clear()

    def _frame(self, frame: bytearray, signed: bool) -> Message | None:
        if self._key is not None and not (signed and self._signature_holds(frame)):
            return None
        try:
            return self._mav.decode(frame)
        except (dialect.MAVError, ValueError, IndexError):
            return None

    def _signature_holds(self, frame: bytearray) -> bool:
        assert self._key is not None
        digest = hashlib.sha256(self._key + bytes(frame[:-6])).digest()[:6]
        return hmac.compare_digest(digest, bytes(frame[-6:]))
