"""How CoT events travel: XML one after the other on a stream, or TAK protocol version 1 (protobuf) on stream and mesh.

Frames (TAK protocol, "protobuf" document of ATAK-CIV): a mesh datagram is `bf 01 bf` and a message; on a stream it is
`bf`, the length as a varint, and a message. Octets may arrive cut anywhere; what is not understood is skipped to the
next event, counted, and never held for ever.
"""

from __future__ import annotations

from math import isfinite
from typing import Any
from xml.etree import ElementTree

from defusedxml import ElementTree as Safe
from defusedxml.common import DefusedXmlException
from google.protobuf.message import DecodeError, EncodeError
from takproto.proto import TakMessage

from safeconduct.liaison.cot import LONGEST, CotEvent, NotCot, detail_of, event_of, read_xml, write_xml

MAGIC = 0xBF
MESH = bytes((MAGIC, 0x01, MAGIC))
_NS_PER_MS = 1_000_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OPENS, _ENDS = b"<event", b"</event>"


def write_mesh(event: CotEvent) -> bytes:
    """A datagram in TAK protocol version 1."""
    return MESH + _message(event)


def write_stream(event: CotEvent) -> bytes:
    """A frame for a stream that has agreed on TAK protocol version 1."""
    message = _message(event)
    return bytes((MAGIC,)) + _varint(len(message)) + message


def read_datagram(octets: bytes) -> CotEvent:
    """A mesh datagram, protobuf or XML. Raises NotCot."""
    if octets[:3] == MESH:
        return _event(octets[3:])
    return read_xml(octets.strip())


class Stream:
    """Cuts a stream of XML or protobuf frames into events. refused: why frames were skipped, newest last."""

    def __init__(self) -> None:
        self._held = b""
        self.skipped = 0
        self.refused: list[str] = []

    def take(self, octets: bytes) -> list[CotEvent]:
        """All events that are whole now."""
        self._held = (self._held + octets).removeprefix(_BYTE_ORDER_MARK)
        events = []
        while (cut := self._next()) is not None:
            kind, frame = cut
            try:
                events.append(_event(frame) if kind == MAGIC else read_xml(frame))
            except NotCot as why:
                self._refuse(str(why))
        return events

    def _next(self) -> tuple[int, bytes] | None:
        while self._held:
            opens = self._held.find(_OPENS)
            magic = self._held.find(MAGIC)
            if magic >= 0 and (opens < 0 or magic < opens):
                self._held = self._held[magic:]
                length, begins = _read_varint(self._held, 1)
                if length < 0:
                    return None
                if length > LONGEST:
                    self._skip(f"a frame of {length} octets: more than {LONGEST}", 1)
                    continue
                if len(self._held) < begins + length:
                    return None
                frame = self._held[begins : begins + length]
                self._held = self._held[begins + length :]
                return MAGIC, frame
            if opens < 0:
                self._held = self._held[-len(_OPENS) :]
                return None
            self._held = self._held[opens:]
            ends = self._held.find(_ENDS)
            if 0 <= ends <= LONGEST:
                frame = self._held[: ends + len(_ENDS)]
                self._held = self._held[ends + len(_ENDS) :]
                return 0, frame
            if ends < 0 and len(self._held) <= LONGEST:
                return None
            self._skip(f"an event of more than {LONGEST} octets", len(_OPENS))
        return None

    def _skip(self, why: str, octets: int) -> None:
        self._refuse(why)
        self._held = self._held[octets:]

    def _refuse(self, why: str) -> None:
        self.skipped += 1
        self.refused = [*self.refused[-9:], why]


def _message(event: CotEvent) -> bytes:
    message: Any = TakMessage()
    out = message.cotEvent
    out.type, out.uid, out.how = event.type, event.uid, event.how
    out.sendTime, out.startTime, out.staleTime = (
        t_ns // _NS_PER_MS for t_ns in (event.time_ns, event.start_ns, event.stale_ns)
    )
    out.lat, out.lon = event.lat_deg, event.lon_deg
    out.hae, out.ce, out.le = event.hae_m, event.ce_m, event.le_m
    if event.callsign or event.endpoint:
        out.detail.contact.callsign, out.detail.contact.endpoint = event.callsign, event.endpoint
    if event.speed_mps is not None and event.course_deg is not None:
        out.detail.track.speed, out.detail.track.course = event.speed_mps, event.course_deg
    whole = Safe.fromstring(write_xml(event)).find("detail")
    rest = detail_of(event) if whole is None else whole
    out.detail.xmlDetail = "".join(
        ElementTree.tostring(child, encoding="unicode") for child in rest if child.tag not in ("contact", "track")
    )
    try:
        return bytes(message.SerializeToString())
    except EncodeError as error:
        raise NotCot(str(error)) from error


def _event(octets: bytes) -> CotEvent:
    message: Any = TakMessage()
    try:
        message.ParseFromString(octets)
    except DecodeError as error:
        raise NotCot("not a TAK message") from error
    told = message.cotEvent
    if len(told.detail.xmlDetail) > LONGEST:
        raise NotCot(f"a detail of more than {LONGEST} characters")
    try:
        detail = Safe.fromstring(
            f"<detail>{told.detail.xmlDetail}</detail>", forbid_dtd=True, forbid_entities=True, forbid_external=True
        )
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise NotCot(f"its detail is not XML that may be read: {type(error).__name__}") from error
    if told.detail.HasField("contact"):
        contact = {"callsign": told.detail.contact.callsign, "endpoint": told.detail.contact.endpoint}
        detail.append(ElementTree.Element("contact", contact))
    if told.detail.HasField("track"):
        track = {"speed": repr(told.detail.track.speed), "course": repr(told.detail.track.course)}
        detail.append(ElementTree.Element("track", track))
    times_ns = tuple(t * _NS_PER_MS for t in (told.sendTime, told.startTime, told.staleTime))
    sizes = (told.hae, told.ce, told.le)
    if not all(map(isfinite, sizes)):
        raise NotCot("hae, ce or le is no number")
    return event_of(told.uid, told.type, told.how, times_ns, (told.lat, told.lon), sizes, detail)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(octets: bytes, at: int) -> tuple[int, int]:
    """The value and where it ends; -1: not whole yet. Longer than five octets counts as too long a frame."""
    value = 0
    for shift in range(5):
        if at >= len(octets):
            return -1, at
        value |= (octets[at] & 0x7F) << 7 * shift
        at += 1
        if not octets[at - 1] & 0x80:
            return value, at
    return LONGEST + 1, at
