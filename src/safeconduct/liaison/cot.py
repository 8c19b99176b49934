"""Cursor on Target events as values, and as the XML that TAK clients and servers exchange (CoT schema 2.0).

Only what an escort needs is kept: a place, who says it, until when, an area's radius, a chat line, a deletion. XML
comes from strangers: it is read with entities and document types refused, and nothing longer than `LONGEST`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import isfinite
from typing import NamedTuple
from xml.etree import ElementTree

import msgspec
from defusedxml import ElementTree as Safe
from defusedxml.common import DefusedXmlException

from safeconduct.model.mission_time import NS

LONGEST = 64 * 1024
"""Octets of one event; real ones have a tenth of it."""
UNKNOWN_M = 9_999_999.0
"""How the schema writes a height or an error that is not known."""
ALL_ROOMS = "All Chat Rooms"
_MS = NS // 1000


class NotCot(Exception):
    """These octets are no CoT event that can be heeded; the text says why."""


class Chat(NamedTuple):
    """A chat line. sender: his callsign. sender_uid: of his device. message: its id, which an answer may name."""

    room: str
    sender: str
    sender_uid: str
    message: str
    text: str


class Circle(NamedTuple):
    """A drawn circle; colours as `#AARRGGBB`. symbol: of MIL-STD-2525, for clients that draw it so; "": none."""

    radius_m: float
    stroke: str = "#FFFFFFFF"
    fill: str = "#40FFFFFF"
    symbol: str = ""


class CotEvent(msgspec.Struct, frozen=True):
    """One event. Times are UTC nanoseconds since 1970, whole milliseconds. type: e.g. `a-f-G-U-C`. how: e.g. `h-e`.

    deletes: with type `t-x-d-d`, the uid that goes, and its type. endpoint: where a contact answers, `*:-1:stcp` by
    the stream it came on.
    """

    uid: str
    type: str
    how: str
    time_ns: int
    start_ns: int
    stale_ns: int
    lat_deg: float
    lon_deg: float
    hae_m: float = UNKNOWN_M
    ce_m: float = UNKNOWN_M
    le_m: float = UNKNOWN_M
    callsign: str = ""
    endpoint: str = ""
    remarks: str = ""
    course_deg: float | None = None
    speed_mps: float | None = None
    circle: Circle | None = None
    chat: Chat | None = None
    deletes: tuple[str, str] | None = None


_NOT_XML = re.compile("[^ -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xml(event: CotEvent) -> bytes:
    """One event as XML, without a declaration before or a line end after it. What XML cannot hold becomes a blank."""
    root = ElementTree.Element(
        "event",
        version="2.0",
        uid=event.uid,
        type=event.type,
        how=event.how,
        time=_moment(event.time_ns),
        start=_moment(event.start_ns),
        stale=_moment(event.stale_ns),
    )
    point = {"lat": event.lat_deg, "lon": event.lon_deg, "hae": event.hae_m, "ce": event.ce_m, "le": event.le_m}
    ElementTree.SubElement(root, "point", {name: repr(float(value)) for name, value in point.items()})
    root.append(detail_of(event))
    for element in root.iter():
        element.text = _clean(element.text) if element.text else None
        for name, value in element.attrib.items():
            element.set(name, _clean(value))
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=False))


def read_xml(octets: bytes) -> CotEvent:
    """Read one event. Raises NotCot."""
    if len(octets) > LONGEST:
        raise NotCot(f"{len(octets)} octets: more than {LONGEST}")
    try:
        root = Safe.fromstring(octets, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotCot(f"not XML that may be read: {type(error).__name__}") from error
    if root.tag != "event":
        raise NotCot(f"a {root.tag[:40]!r}, not an event")
    point = root.find("point")
    if point is None:
        raise NotCot("has no point")
    head = {name: _asked(root, name) for name in ("uid", "type", "how")}
    return event_of(
        head["uid"],
        head["type"],
        head["how"],
        tuple(_nanoseconds(_asked(root, name)) for name in ("time", "start", "stale")),
        tuple(_number(point.get(name, "nan"), name) for name in ("lat", "lon")),
        tuple(_number(point.get(name, repr(UNKNOWN_M)), name) for name in ("hae", "ce", "le")),
        root.find("detail"),
    )


def event_of(
    uid: str,
    type_: str,
    how: str,
    times_ns: tuple[int, ...],
    place: tuple[float, ...],
    sizes: tuple[float, ...],
    detail: ElementTree.Element | None,
) -> CotEvent:
    """Put an event together from its parts, checked. Raises NotCot."""
    if not uid or not type_:
        raise NotCot("has no uid or no type")
    if not abs(place[0]) <= 90.0 or not abs(place[1]) <= 180.0:
        raise NotCot(f"lat {place[0]}, lon {place[1]}: is no place")
    more = {} if detail is None else _read_detail(detail, uid, type_)
    return CotEvent(uid, type_, how, *times_ns, *place, *sizes, **more)  # type: ignore[arg-type]


def detail_of(event: CotEvent) -> ElementTree.Element:
    """The `detail` element of an event."""
    detail = ElementTree.Element("detail")
    if event.callsign or event.endpoint:
        contact = ElementTree.SubElement(detail, "contact", callsign=event.callsign)
        if event.endpoint:
            contact.set("endpoint", event.endpoint)
    if event.speed_mps is not None and event.course_deg is not None:
        ElementTree.SubElement(detail, "track", speed=repr(event.speed_mps), course=repr(event.course_deg))
    if event.circle is not None:
        shape = ElementTree.SubElement(detail, "shape")
        radius = repr(event.circle.radius_m)
        ElementTree.SubElement(shape, "ellipse", major=radius, minor=radius, angle="360")
        for name, colour in (("strokeColor", event.circle.stroke), ("fillColor", event.circle.fill)):
            ElementTree.SubElement(detail, name, value=str(_signed(colour)))
        ElementTree.SubElement(detail, "strokeWeight", value="4.0")
        ElementTree.SubElement(detail, "labels_on", value="true")
        if event.circle.symbol:
            ElementTree.SubElement(detail, "__milsym", id=event.circle.symbol)
    if event.deletes is not None:
        gone, type_ = event.deletes
        ElementTree.SubElement(detail, "link", uid=gone, type=type_, relation="p-p")
        ElementTree.SubElement(detail, "__forcedelete")
    if event.chat is not None:
        _write_chat(detail, event.chat, event.time_ns)
    elif event.remarks:
        ElementTree.SubElement(detail, "remarks").text = event.remarks
    return detail


def _write_chat(detail: ElementTree.Element, chat: Chat, t_ns: int) -> None:
    about = {"parent": "RootContactGroup", "groupOwner": "false", "messageId": chat.message, "chatroom": chat.room}
    said = ElementTree.SubElement(detail, "__chat", {**about, "id": chat.room, "senderCallsign": chat.sender})
    ElementTree.SubElement(said, "chatgrp", uid0=chat.sender_uid, uid1=chat.room, id=chat.room)
    ElementTree.SubElement(detail, "link", uid=chat.sender_uid, type="a-f-G-U-C", relation="p-p")
    remarks = ElementTree.SubElement(detail, "remarks", source=f"BAO.F.ATAK.{chat.sender_uid}", to=chat.room)
    remarks.set("time", _moment(t_ns))
    remarks.text = chat.text


def _read_detail(detail: ElementTree.Element, uid: str, type_: str) -> dict[str, object]:
    more: dict[str, object] = {}
    contact, track, ellipse = detail.find("contact"), detail.find("track"), detail.find("shape/ellipse")
    if contact is not None:
        more["callsign"], more["endpoint"] = contact.get("callsign", ""), contact.get("endpoint", "")
    if track is not None and "speed" in track.attrib and "course" in track.attrib:
        more["speed_mps"] = _number(track.get("speed", ""), "speed")
        more["course_deg"] = _number(track.get("course", ""), "course")
    if ellipse is not None and "major" in ellipse.attrib:
        stroke, fill = (_unsigned(_value(detail, name)) for name in ("strokeColor", "fillColor"))
        symbol = detail.find("__milsym")
        shown = symbol.get("id", "") if symbol is not None else ""
        more["circle"] = Circle(_number(ellipse.get("major", ""), "major"), stroke, fill, shown)
    link, remarks = detail.find("link"), detail.find("remarks")
    text = (remarks.text or "") if remarks is not None else ""
    if type_ == "t-x-d-d" and link is not None:
        more["deletes"] = (link.get("uid", ""), link.get("type", ""))
    said = detail.find("__chat")
    if said is not None:
        group = said.find("chatgrp")
        sender_uid = link.get("uid", "") if link is not None else ""
        if not sender_uid and group is not None:
            sender_uid = group.get("uid0", "")
        room = said.get("chatroom", said.get("id", ""))
        more["chat"] = Chat(room, said.get("senderCallsign", ""), sender_uid, said.get("messageId", uid), text)
    else:
        more["remarks"] = text
    return more


def _clean(text: str) -> str:
    """XML 1.0, 2.2: these characters only."""
    return text if text.isascii() and text.isprintable() else _NOT_XML.sub(" ", text)


def _asked(root: ElementTree.Element, name: str) -> str:
    value = root.get(name)
    if value is None:
        raise NotCot(f"has no {name}")
    return value


def _value(detail: ElementTree.Element, name: str) -> str:
    found = detail.find(name)
    return "" if found is None else found.get("value", "")


def _number(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise NotCot(f"{name} {text[:40]!r}: is no number")
    return value


def _moment(t_ns: int) -> str:
    whole, rest = divmod(t_ns, NS)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest // _MS:03d}Z"


def _nanoseconds(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise NotCot(f"{text[:40]!r}: is no time") from error
    return (since.days * 86_400 + since.seconds) * NS + since.microseconds // 1000 * _MS


def _signed(colour: str) -> int:
    """`#AARRGGBB` as the signed 32-bit number that ATAK writes."""
    value = int(colour[1:], 16)
    return value - (1 << 32) if value >> 31 else value


def _unsigned(text: str) -> str:
    try:
        return f"#{int(text or '-1') & 0xFFFFFFFF:08X}"
    except ValueError:
        return "#FFFFFFFF"
