"""The messages that an escort has to send, from plain values to Whiteflag fields.

Places are WGS84 and rounded to the size of the area that is told: a person's own place never leaves by this door.
Wording: what is asked for is that fire be held; nothing here says that it is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor, log10

from safeconduct.liaison.whiteflag.judging import NOWHERE
from safeconduct.liaison.whiteflag.message import Whiteflag
from safeconduct.model.geometry import Wgs84
from safeconduct.model.mission_time import NS

CIRCLE = "21"
_METRES_PER_DEGREE = 111_320.0


def sign(subject: str, centre: Wgs84 | None, radius_m: float, from_t_ns: int, minutes: int) -> Whiteflag:
    """A sign or signal on a circular area.

    subject: code and subject code, e.g. P03. centre: None where no place may be told. radius_m: 1 to 9999. minutes: how
    long it is valid, 0 for until further notice. Raises ValueError: a value that the fields cannot hold.
    """
    if not 1 <= radius_m <= 9999 or not 0 <= minutes < 100 * 24 * 60:
        raise ValueError(f"radius {radius_m} m, {minutes} minutes: not within what a sign can tell")
    place = NOWHERE if centre is None else _coarse(centre, radius_m)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return Whiteflag(
        subject[0],
        {
            "SubjectCode": subject[1:],
            "DateTime": datetime.fromtimestamp(from_t_ns // NS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Duration": f"P{days:02d}D{hour:02d}H{minute:02d}M",
            "ObjectType": CIRCLE,
            "ObjectLatitude": place[0],
            "ObjectLongitude": place[1],
            "ObjectSizeDim1": f"{round(radius_m):04d}",
            "ObjectSizeDim2": "0000",
            "ObjectOrientation": "000",
        },
    )


def surrender(centre: Wgs84, radius_m: float, from_t_ns: int, minutes: int) -> Whiteflag:
    """P03: somebody in this area surrenders."""
    return sign("P03", centre, radius_m, from_t_ns, minutes)


def protected_zone(centre: Wgs84, radius_m: float, from_t_ns: int, minutes: int) -> Whiteflag:
    """P30: an area where somebody is led to safety."""
    return sign("P30", centre, radius_m, from_t_ns, minutes)


def danger(what: str, centre: Wgs84, radius_m: float, from_t_ns: int, minutes: int) -> Whiteflag:
    """A danger sign, e.g. D12 (artillery) or D21 (mine field)."""
    if not what.startswith("D"):
        raise ValueError(f"{what} is no danger sign")
    return sign(what, centre, radius_m, from_t_ns, minutes)


def cease_fire_request(centre: Wgs84, radius_m: float, from_t_ns: int, minutes: int) -> Whiteflag:
    """Q10: a request that fire cease in this area; it says nothing of whether it does."""
    return sign("Q10", centre, radius_m, from_t_ns, minutes)


def answer(message: Whiteflag, name: str, reference: int, *, duress: bool = False) -> Whiteflag:
    """A message that acknowledges (7), will comply with (8), rejects (9) … another; it repeats what that one says.

    name: of the other message (`name_of` its octets).
    """
    return Whiteflag(message.code, dict(message.body), reference, name, duress, message.of_test)


def _coarse(centre: Wgs84, radius_m: float) -> tuple[str, str]:
    """Decimal degrees, with no more digits than a tenth of the radius is worth."""
    digits = min(max(floor(-log10(radius_m / 10.0 / _METRES_PER_DEGREE)), 0), 5)
    north = round(centre.lat_deg, digits)
    east = round((centre.lon_deg + 180.0) % 360.0 - 180.0, digits)
    return f"{north:+09.5f}", f"{east:+010.5f}"
