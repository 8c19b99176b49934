"""What a map file says, before it is a plan: features with a role, a shape and coordinates on the ellipsoid."""

from __future__ import annotations

from difflib import get_close_matches
from math import isfinite
from typing import NamedTuple

from safeconduct.model.faults import BadInput
from safeconduct.model.terrain import Terrain
from safeconduct.model.vocabulary import PlanRole

LARGEST_FILE = 20 * 1024 * 1024
MOST_POSITIONS = 10_000
"""Enough for a battalion's sector; a file with more is not a plan for one walk."""
_POLEWARD_DEG = 85.0  # beyond it the flat local frame no longer holds

_SHAPES: dict[PlanRole, tuple[str, ...]] = {
    PlanRole.START: ("Point",),
    PlanRole.RECEPTION: ("Point",),
    PlanRole.ROUTE: ("LineString",),
    PlanRole.FENCE: ("Polygon",),
    PlanRole.NO_GO: ("Polygon", "Point"),
    PlanRole.MINES: ("Polygon", "Point"),
    PlanRole.COVER: ("Polygon", "Point"),
    PlanRole.OWN_POSITION: ("Polygon", "Point"),
    PlanRole.HAZARD: ("Polygon", "Point"),
}


class Position(NamedTuple):
    """Degrees on WGS84; metres above mean sea level, None when the file leaves the height out."""

    lon_deg: float
    lat_deg: float
    alt_m: float | None


class Feature(NamedTuple):
    """place: where in the file it stands, for a user. points: of the point, the line or the ring (not closed).

    margin_m, sees_m: as in `model.plan.Area`, None where the file leaves them out.
    """

    place: str
    role: PlanRole
    name: str
    shape: str
    points: tuple[Position, ...]
    radius_m: float | None
    margin_m: float | None = None
    sees_m: float | None = None


class MapFile(NamedTuple):
    """path: as the user named it. anchor: where the file wants the local frame's origin, if it says so.

    terrain: heights about that anchor, where the plan was laid on a terrain model.
    """

    path: str
    name: str
    features: tuple[Feature, ...]
    anchor: Position | None = None
    no_fire_radius_m: float | None = None
    terrain: Terrain | None = None


def role_of(place: str, word: object) -> PlanRole:
    """Raises BadInput with the nearest known role."""
    known = [role.value for role in PlanRole]
    if word is None:
        raise BadInput(place, "has no role", f"give it the property role, one of {', '.join(known)}")
    role = as_role(str(word))
    if role is None:
        near = get_close_matches(_plain(str(word)), known, n=1, cutoff=0.4)
        mend = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(known)}"
        raise BadInput(place, f"has the unknown role '{str(word)[:40]}'", mend)
    return role


def as_role(word: str) -> PlanRole | None:
    try:
        return PlanRole(_plain(word))
    except ValueError:
        return None


def _plain(word: str) -> str:
    return "_".join(word.strip().lower().replace("-", " ").replace("_", " ").split())


def fit(place: str, role: PlanRole, shape: str) -> None:
    """Raises BadInput when that role cannot have that geometry."""
    if shape not in _SHAPES[role]:
        raise BadInput(place, f"is a {shape}", f"a {role.value} is drawn as a {' or '.join(_SHAPES[role])}")


def position(place: str, values: object) -> Position:
    """One checked position from [longitude, latitude] or [longitude, latitude, altitude]. Raises BadInput."""
    if not isinstance(values, list | tuple) or len(values) < 2:
        raise BadInput(place, f"holds {_brief(values)} where a position was due", "write [longitude, latitude]")
    numbers: list[float] = []
    for value in values[:3]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadInput(place, f"holds {_brief(value)} in a position", "write numbers in degrees")
        try:
            numbers.append(float(value))
        except OverflowError:
            numbers.append(float("inf"))
    lon, lat = numbers[0], numbers[1]
    if not all(map(isfinite, numbers)):
        raise BadInput(place, "holds a coordinate that is not finite", "write numbers in degrees")
    where = f"coordinate [{lon:g}, {lat:g}]"
    if max(abs(lon), abs(lat)) > 360.0:
        raise BadInput(place, f"{where} is not in degrees", "export the map as WGS84 longitude and latitude")
    if abs(lat) > 90.0 and abs(lon) <= 90.0:
        raise BadInput(
            place, f"{where} has no such latitude", "latitude and longitude look swapped: longitude comes first"
        )
    if abs(lon) > 180.0 or abs(lat) > _POLEWARD_DEG:
        raise BadInput(
            place, f"{where} is out of range", f"longitude within ±180, latitude within ±{_POLEWARD_DEG:g} degrees"
        )
    alt = numbers[2] if len(numbers) > 2 else None
    if alt is not None and not -500.0 <= alt <= 9000.0:
        raise BadInput(place, f"{where} has the height {alt:g} m", "heights are metres above mean sea level")
    return Position(lon, lat, alt)


def radius(place: str, value: object) -> float | None:
    metres = _metres(value)
    if metres is not None and not 0.0 < metres <= 5000.0:
        raise BadInput(place, f"has the radius {_brief(value)}", "write radius_m as a number of metres, 0 to 5000")
    return metres


def margin(place: str, role: PlanRole, value: object) -> float | None:
    """How far a way stays from mines or a no-go area. Raises BadInput."""
    metres = _metres(value)
    if metres is None:
        return None
    if role not in (PlanRole.MINES, PlanRole.NO_GO):
        raise BadInput(place, "has a margin_m", "only mines and no_go have one")
    if not 0.0 <= metres <= 500.0:
        raise BadInput(place, f"has the margin {_brief(value)}", "write margin_m as a number of metres, 0 to 500")
    return metres


def sight(place: str, role: PlanRole, value: object) -> float | None:
    """How far a hazard sees or shoots. Raises BadInput."""
    metres = _metres(value)
    if metres is None:
        return None
    if role is not PlanRole.HAZARD:
        raise BadInput(place, "has a sees_m", "only a hazard sees; draw the fire position as a hazard")
    if not 0.0 < metres <= 10_000.0:
        raise BadInput(place, f"sees {_brief(value)}", "write sees_m as a number of metres, 0 to 10000")
    return metres


def _metres(value: object) -> float | None:
    """NaN for what is no number."""
    if value is None:
        return None
    try:
        return float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else float("nan")
    except (ValueError, OverflowError):
        return float("nan")


def ring(place: str, points: list[Position]) -> tuple[Position, ...]:
    """A ring without its closing point and without doubled points. Raises BadInput for less than a triangle."""
    out = line(place, points)
    if len(out) > 1 and out[0][:2] == out[-1][:2]:
        out = out[:-1]
    if len(out) < 3:
        raise BadInput(place, f"has only {len(out)} different corners", "an area needs at least three")
    return out


def line(place: str, points: list[Position]) -> tuple[Position, ...]:
    out = [p for n, p in enumerate(points) if n == 0 or p[:2] != points[n - 1][:2]]
    if not out:
        raise BadInput(place, "has no coordinates", "draw it again")
    return tuple(out)


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "…"
