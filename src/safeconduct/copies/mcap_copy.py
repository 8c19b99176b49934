"""MCAP with the film, the aircraft's way and the log, in Foxglove's own JSON schemas: Foxglove and Lichtblick open it.

Topics: `/video` (foxglove.CompressedVideo), `/aircraft` (foxglove.LocationFix), `/log` (foxglove.Log), `/telemetry`
(numbers to plot), and where persons may be shown `/person` (foxglove.LocationFix).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from mcap.writer import Writer

from safeconduct.copies.encoding import Encoded
from safeconduct.copies.original import Original
from safeconduct.model.commands import Alert, Command, MissionClosed, PhaseEntered, Propose, Steer, Transmit
from safeconduct.model.events import Choice, Event, Sighting, SignalShown, Telemetry, Tick, VideoHealth
from safeconduct.model.events import LinkHealth as Link
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS

_TIME = {"type": "object", "title": "time", "properties": {"sec": {"type": "integer"}, "nsec": {"type": "integer"}}}
_TEXT, _NUMBER, _WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}


def _schema(title: str, **fields: Any) -> bytes:
    return msgspec.json.encode({"title": title, "type": "object", "properties": fields})


SCHEMAS: dict[str, tuple[str, bytes]] = {
    "/video": (
        "foxglove.CompressedVideo",
        _schema(
            "foxglove.CompressedVideo",
            timestamp=_TIME,
            frame_id=_TEXT,
            data={"type": "string", "contentEncoding": "base64"},
            format=_TEXT,
        ),
    ),
    "/log": (
        "foxglove.Log",
        _schema("foxglove.Log", timestamp=_TIME, level=_WHOLE, message=_TEXT, name=_TEXT, file=_TEXT, line=_WHOLE),
    ),
    "/telemetry": (
        "safeconduct.Telemetry",
        _schema(
            "safeconduct.Telemetry",
            timestamp=_TIME,
            height_m=_NUMBER,
            speed_mps=_NUMBER,
            heading_deg=_NUMBER,
            battery_pct=_NUMBER,
            link_age_s=_NUMBER,
            video_age_s=_NUMBER,
        ),
    ),
}
_FIX = _schema(
    "foxglove.LocationFix",
    timestamp=_TIME,
    frame_id=_TEXT,
    latitude=_NUMBER,
    longitude=_NUMBER,
    altitude=_NUMBER,
    position_covariance={"type": "array", "items": _NUMBER, "minItems": 9, "maxItems": 9},
    position_covariance_type=_WHOLE,
)
_LEVELS = {"info": 2, "warning": 3, "alarm": 4}


def write_mcap(
    original: Original,
    out: Path,
    packets: Iterator[Encoded],
    *,
    persons: bool,
    told: Callable[[int], None] = lambda _: None,
) -> int:
    """Returns how many messages. persons: with the places of persons, and what was read of their signs.

    Raises BadInput: it cannot be written.
    """
    try:
        with out.open("wb") as file:
            writer = Writer(file)
            writer.start(profile="", library="safeconduct")
            topics = _Topics(writer, persons=persons)
            origin = {
                "scenario": original.opened.scenario,
                "record": original.sealed,
                "software": original.opened.software,
            }
            writer.add_metadata("safeconduct", origin)
            facts = _facts(original, persons=persons)
            waiting = next(facts, None)
            for count, one in enumerate(packets, 1):
                while waiting is not None and waiting[1] <= one.t_ns:
                    topics.put(*waiting)
                    waiting = next(facts, None)
                video = {"frame_id": "camera", "data": b64encode(one.data).decode(), "format": "h264"}
                topics.put("/video", one.t_ns, video)
                told(count)
            while waiting is not None:
                topics.put(*waiting)
                waiting = next(facts, None)
            writer.finish()
    except OSError as error:
        raise BadInput(str(out), f"cannot be written: {error.strerror}", "make room, or name another place") from error
    return topics.count


class _Topics:
    def __init__(self, writer: Writer, *, persons: bool) -> None:
        self._writer = writer
        self.count = 0
        fix = writer.register_schema("foxglove.LocationFix", "jsonschema", _FIX)
        self._channels = {
            topic: writer.register_channel(topic, "json", writer.register_schema(name, "jsonschema", schema))
            for topic, (name, schema) in SCHEMAS.items()
        }
        for topic in ("/aircraft", *(("/person",) if persons else ())):
            self._channels[topic] = writer.register_channel(topic, "json", fix)

    def put(self, topic: str, t_ns: int, body: dict[str, Any]) -> None:
        message = {"timestamp": {"sec": t_ns // NS, "nsec": t_ns % NS}, **body}
        self._writer.add_message(self._channels[topic], t_ns, msgspec.json.encode(message), t_ns, self.count)
        self.count += 1


def _facts(original: Original, *, persons: bool) -> Iterator[tuple[str, int, dict[str, Any]]]:
    link_s = video_s = 0.0

    def fix(place: Enu) -> dict[str, Any]:
        wgs84 = original.frame.to_wgs84(place)
        where = {"latitude": wgs84.lat_deg, "longitude": wgs84.lon_deg, "altitude": wgs84.alt_m}
        return {"frame_id": "wgs84", **where, "position_covariance": [0.0] * 9, "position_covariance_type": 0}

    for line, value in enumerate(original.values(), 1):
        if isinstance(value, Telemetry):
            v = value.velocity
            yield "/aircraft", value.t_ns, fix(value.position)
            yield (
                "/telemetry",
                value.t_ns,
                {
                    "height_m": value.position.up,
                    "speed_mps": (v.east**2 + v.north**2 + v.up**2) ** 0.5,
                    "heading_deg": value.heading_deg,
                    "battery_pct": value.battery_pct,
                    "link_age_s": link_s,
                    "video_age_s": video_s,
                },
            )
        elif isinstance(value, Link):
            link_s = value.age_s
        elif isinstance(value, VideoHealth):
            video_s = value.age_s
        elif isinstance(value, Sighting):
            if persons:
                yield "/person", value.t_ns, fix(value.position)
        elif not isinstance(value, (Tick, Steer)):
            said = words_of(value, persons=persons)
            level = _LEVELS.get(value.level, 2) if isinstance(value, Alert) else 2
            name = "decision" if isinstance(value, Command) else "fact"
            body = {"level": level, "message": said, "name": name, "file": "log.jsonl", "line": line}
            yield "/log", value.t_ns, body


def words_of(value: Event | Command, *, persons: bool) -> str:
    """One line about an entry. persons: with places and with what was read; else without either."""
    kind = str(value.__struct_config__.tag)
    if isinstance(value, PhaseEntered):
        return f"{kind}: {value.phase.value} ({value.why})"
    if isinstance(value, Propose):
        return f"{kind}: {value.words}"
    if isinstance(value, Alert):
        return f"{kind}: {value.words}"
    if isinstance(value, Choice):
        return f"{kind}: {value.operator} {value.decision.value} {value.option} {value.reason}".rstrip()
    if isinstance(value, (Transmit, SignalShown)):
        how = "begins" if isinstance(value, Transmit) else "was shown" if value.ok else "was not shown"
        return f"{kind}: {value.signal.value} {how}"
    if isinstance(value, MissionClosed):
        return f"{kind}: {value.outcome.value} {value.reason}".rstrip()
    if not persons:
        return kind
    body = msgspec.json.encode(value).decode()
    return f"{kind}: {body[:400]}"
