"""What own side's screens are told of a no-fire area: a mark that runs out, a drawn circle, a chat line, a deletion.

ATAK keeps drawn shapes (`u-d-*`) for ever, whatever their `stale` says, and some clients show no shape at all: so a
mark goes with the shape, and both are deleted by name at the end (`t-x-d-d` with `__forcedelete`). The mark's type is
that of CoT's own type list for a no-fire area, the circle carries MIL-STD-2525's symbol for one (docs/decisions/0032).
Wording: fire is *requested* to be held; nothing says that it is.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

from safeconduct.liaison.cot import ALL_ROOMS, Chat, Circle, CotEvent
from safeconduct.model.geometry import Wgs84
from safeconduct.model.mission_time import after

NO_FIRE_TYPE = "b-g-f-F-A-N"
"""CoTtypes.xml: `b-g-.-F-A-N`, NO FIRE AREA (NFA); third the side that it is of, friend."""
NO_FIRE_SYMBOL = "G*F*ACNC--****X"
"""MIL-STD-2525C: tactical graphics, fire support, areas, no-fire area, circular; as ATAK writes it in `__milsym`."""
CIRCLE_TYPE = "u-d-c-c"
DELETE_TYPE = "t-x-d-d"
PLI_TYPE = "a-f-G-U-C"
CHAT_TYPE = "b-t-f"
EXERCISE = "EXERCISE EXERCISE EXERCISE. "
"""Before every word of a rehearsal: nobody may take it for a person who must be spared now."""
_WHITE, _VEIL = "#FFFFFFFF", "#33FFFFFF"
_CHAT_LASTS_S = 86_400.0


class OurStation(msgspec.Struct, frozen=True):
    """uid: of this station on the network. place: where it stands, as coarse as the crew wants it known."""

    uid: str
    callsign: str
    place: Wgs84


class NoFireArea(msgspec.Struct, frozen=True):
    """centre and radius as the core asked (already coarse). until_t_ns: the request runs out then. exercise: nobody is
    led, and every word says so."""

    name: str
    centre: Wgs84
    radius_m: float
    until_t_ns: int
    exercise: bool = False


def code_of(uid: str, name: str) -> str:
    """Four digits by which an answer names this request; the same as long as it stands."""
    return f"{int.from_bytes(sha256(f'{uid}/{name}'.encode()).digest()[:4], 'big') % 10_000:04d}"


def own_position(us: OurStation, t_ns: int, lasts_s: float) -> CotEvent:
    """Who we are: the first thing a server hears, for it takes that as the client's identity."""
    return CotEvent(
        us.uid,
        PLI_TYPE,
        "h-e",
        _ms(t_ns),
        _ms(t_ns),
        _ms(after(t_ns, lasts_s)),
        us.place.lat_deg,
        us.place.lon_deg,
        callsign=us.callsign,
        endpoint="*:-1:stcp",
    )


def area_events(us: OurStation, area: NoFireArea, t_ns: int, lasts_s: float) -> list[CotEvent]:
    """The mark and the circle, valid for `lasts_s` but never longer than the request."""
    mark, circle = uids(us, area.name)
    stale = min(after(t_ns, lasts_s), area.until_t_ns)
    code = code_of(us.uid, area.name)
    words = (
        f"{EXERCISE if area.exercise else ''}REQUEST TO HOLD FIRE within {area.radius_m:.0f} m. "
        f"A person under protection is led here. "
        f"Asked by {us.callsign}. Answer: ACK {code}, or UNABLE {code}."
    )
    both = []
    for uid, type_ in ((mark, NO_FIRE_TYPE), (circle, CIRCLE_TYPE)):
        both.append(
            CotEvent(
                uid,
                type_,
                "h-g-i-g-o",
                _ms(t_ns),
                _ms(t_ns),
                _ms(stale),
                area.centre.lat_deg,
                area.centre.lon_deg,
                callsign=f"NO-FIRE {us.callsign}",
                remarks=words,
                circle=Circle(area.radius_m, _WHITE, _VEIL, NO_FIRE_SYMBOL if type_ == CIRCLE_TYPE else ""),
            )
        )
    return both


def deletions(us: OurStation, name: str, t_ns: int) -> list[CotEvent]:
    """Take mark and circle off every screen."""
    return [
        CotEvent(
            f"{uid}.end",
            DELETE_TYPE,
            "h-g-i-g-o",
            _ms(t_ns),
            _ms(t_ns),
            _ms(after(t_ns, 60.0)),
            0.0,
            0.0,
            deletes=(uid, type_),
        )
        for uid, type_ in zip(uids(us, name), (NO_FIRE_TYPE, CIRCLE_TYPE), strict=True)
    ]


def chat_line(us: OurStation, text: str, t_ns: int, room: str = ALL_ROOMS) -> CotEvent:
    """A GeoChat line. room: everybody's, or the uid of one device."""
    message = sha256(f"{us.uid}/{t_ns}/{room}/{text}".encode()).hexdigest()[:16]
    return CotEvent(
        f"GeoChat.{us.uid}.{room}.{message}",
        CHAT_TYPE,
        "h-g-i-g-o",
        _ms(t_ns),
        _ms(t_ns),
        _ms(after(t_ns, _CHAT_LASTS_S)),
        us.place.lat_deg,
        us.place.lon_deg,
        chat=Chat(room, us.callsign, us.uid, message, text),
    )


def uids(us: OurStation, name: str) -> tuple[str, str]:
    """Of the mark and of the circle; the same for as long as the area is refreshed."""
    return f"{us.uid}.nofire.{name}.mark", f"{us.uid}.nofire.{name}.area"


def _ms(t_ns: int) -> int:
    return t_ns // 1_000_000 * 1_000_000
