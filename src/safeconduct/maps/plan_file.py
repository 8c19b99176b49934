"""A map file becomes a plan, or one line that says what is wrong with it and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from safeconduct.maps import shapes
from safeconduct.maps.features import LARGEST_FILE, Feature, MapFile, Position
from safeconduct.maps.geojson import read_geojson
from safeconduct.maps.kml import read_kml
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84, ground_range_m, rounded
from safeconduct.model.plan import Area, Plan
from safeconduct.model.vocabulary import PlanRole

ROUTE_END_M = 25.0
"""How far a route may begin from the start and end from the reception point."""
FARTHEST_M = 20_000.0
"""No escort on foot is longer; what lies farther off is a slip of the pen, mostly a swap of latitude and longitude."""
_POINT_RADIUS_M = {PlanRole.COVER: 3.0, PlanRole.OWN_POSITION: 50.0}
_SHUT = (PlanRole.NO_GO, PlanRole.MINES)
_NOT_AREAS = (PlanRole.START, PlanRole.RECEPTION, PlanRole.ROUTE, PlanRole.FENCE)
_SAME_CORNER_M = 0.01


def read_plan(path: Path, *, route_needed: bool = True, anew: bool = False) -> Plan:
    """The plan in a GeoJSON or KML file, told apart by content; without a route it needs a start.

    anew: its route is left out, whatever is wrong with it, but for where it begins. Raises BadInput for every mistake
    found.
    """
    return plan_of(read_map(str(path), _read_text(path)), route_needed=route_needed, anew=anew)


def read_map(path: str, text: str) -> MapFile:
    """The features of a map's text. Raises BadInput."""
    head = text.lstrip("\ufeff \t\r\n")[:1]
    if not head:
        raise BadInput(path, "is empty", "export the plan again as GeoJSON or KML")
    reader: Callable[[str, str], MapFile] = read_kml if head == "<" else read_geojson
    return reader(path, text.lstrip("\ufeff \t\r\n") if head == "<" else text.removeprefix("\ufeff"))


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}", "name a GeoJSON or KML file") from error
    if len(data) > LARGEST_FILE:
        raise BadInput(
            str(path), f"is larger than {LARGEST_FILE // 1024**2} MB", "keep what this one walk needs and export again"
        )
    if data.startswith(b"PK\x03\x04"):
        raise BadInput(str(path), "is a packed KMZ", "unpack it and name the doc.kml inside")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path} byte {error.start}", "is not text in UTF-8", "export the plan as GeoJSON or KML"
        ) from error


def plan_of(drawn: MapFile, *, route_needed: bool = True, anew: bool = False) -> Plan:
    """Put the features together in the local frame and check the walk. Raises BadInput."""
    reception = _one(drawn, PlanRole.RECEPTION)
    if reception is None:
        raise BadInput(drawn.path, "has no reception point", "add a Point with the role reception where the walk ends")
    route = _one(drawn, PlanRole.ROUTE)
    start = _one(drawn, PlanRole.START)
    fence = _one(drawn, PlanRole.FENCE)
    if route is None and route_needed:
        raise BadInput(drawn.path, "has no route", "add a LineString with the role route from start to reception")
    first = start or route
    if first is None:
        raise BadInput(drawn.path, "has no start", "add a Point with the role start where the person is")

    begins = first.points[:1]
    if anew:
        route = None

    frame = _frame(drawn, first, *((route,) if route else ()), reception)
    for feature in drawn.features:
        _refuse_far(feature, frame)
    way = _local(frame, route.points) if route else ()
    marked = [feature for feature in drawn.features if feature.role not in _NOT_AREAS]
    plan = Plan(
        name=drawn.name or Path(drawn.path).stem,
        anchor=frame.anchor,
        start=_local(frame, begins)[0],
        reception=_local(frame, reception.points)[0],
        route=way,
        fence=_ring(frame, fence) if fence else (),
        areas=tuple(_area(frame, feature) for feature in marked),
        terrain=drawn.terrain,
    )
    if drawn.no_fire_radius_m:
        plan = msgspec.structs.replace(plan, no_fire_radius_m=drawn.no_fire_radius_m)
    if route:
        _check_route(plan, route)
    elif ground_range_m(plan.start, plan.reception) < 1.0:
        raise BadInput(reception.place, "is where the walk starts", "move it to where he is received")
    if fence:
        _check_fence(plan, fence, route)
    for area, feature in zip(plan.areas, marked, strict=True):
        if route and feature.role in _SHUT:
            _check_shut(plan, area, feature, route)
    return plan


def _one(drawn: MapFile, role: PlanRole) -> Feature | None:
    found = [feature for feature in drawn.features if feature.role is role]
    if len(found) > 1:
        raise BadInput(found[1].place, f"is a second {role.value} (first: {found[0].place})", "keep one of them")
    return found[0] if found else None


def _frame(drawn: MapFile, first: Feature, *others: Feature) -> LocalFrame:
    """About the anchor that the file names, else the walk's first point; at the first height that the walk has."""
    origin = drawn.anchor or first.points[0]
    heights = (p.alt_m for feature in (first, *others) for p in feature.points if p.alt_m is not None)
    alt_m = next(heights, 0.0) if origin.alt_m is None else origin.alt_m
    return LocalFrame(Wgs84(origin.lat_deg, origin.lon_deg, alt_m))


def _local(frame: LocalFrame, points: tuple[Position, ...]) -> tuple[Enu, ...]:
    """Where the file gives no height, the anchor's is taken."""
    ground = frame.anchor.alt_m
    return tuple(
        rounded(frame.to_enu(Wgs84(p.lat_deg, p.lon_deg, ground if p.alt_m is None else p.alt_m))) for p in points
    )


def _refuse_far(feature: Feature, frame: LocalFrame) -> None:
    for p, at in zip(feature.points, _local(frame, feature.points), strict=True):
        away_m = ground_range_m(at, Enu(0.0, 0.0, 0.0))
        if away_m > FARTHEST_M:
            swapped = frame.to_enu(Wgs84(p.lon_deg, p.lat_deg)) if abs(p.lon_deg) <= 90.0 else at
            mend = (
                "latitude and longitude look swapped: longitude comes first"
                if ground_range_m(swapped, Enu(0.0, 0.0, 0.0)) <= FARTHEST_M
                else "check its coordinates, or the start's"
            )
            raise BadInput(
                feature.place, f"[{p.lon_deg:g}, {p.lat_deg:g}] lies {away_m / 1000:.0f} km from the start", mend
            )


def _ring(frame: LocalFrame, feature: Feature) -> tuple[Enu, ...]:
    drawn = _local(frame, feature.points)
    ring = tuple(p for n, p in enumerate(drawn) if ground_range_m(p, drawn[n - 1]) > _SAME_CORNER_M)
    if len(ring) < 3:
        raise BadInput(feature.place, "encloses nothing", "draw it larger than a square metre")
    flat = shapes.plane(ring)
    if shapes.area_m2(flat) < 1.0 and shapes.self_crossing(flat) is None:
        raise BadInput(feature.place, "encloses nothing", "draw it larger than a square metre")
    crossing = shapes.self_crossing(flat)
    if crossing is not None:
        first, second = (_segment(n, len(ring)) for n in crossing)
        raise BadInput(
            feature.place, f"crosses itself: segment {first} meets segment {second}", "move its corners apart"
        )
    return ring


def _segment(index: int, count: int) -> str:
    """Corners counted from 1, as drawn."""
    return f"{index + 1}-{(index + 1) % count + 1}"


def _area(frame: LocalFrame, feature: Feature) -> Area:
    name = feature.name or feature.role.value
    if feature.shape == "Polygon":
        return Area(
            name, feature.role.value, _ring(frame, feature), margin_m=feature.margin_m, sees_m=feature.sees_m or 0.0
        )
    radius_m = feature.radius_m or _POINT_RADIUS_M.get(feature.role)
    if radius_m is None:
        raise BadInput(
            feature.place, "is a point without a size", "give it the property radius_m, or draw it as a Polygon"
        )
    points = _local(frame, feature.points)
    return Area(name, feature.role.value, points, radius_m, feature.margin_m, feature.sees_m or 0.0)


def _check_route(plan: Plan, route: Feature) -> None:
    if len(plan.route) < 2 or shapes.length_m(shapes.plane(plan.route)) < 1.0:
        raise BadInput(route.place, "is a single point", "draw the way from the start to the reception point")
    ends = ((plan.start, plan.route[0], "begins", "start"), (plan.reception, plan.route[-1], "ends", "reception point"))
    for wanted, drawn, verb, what in ends:
        away_m = ground_range_m(wanted, drawn)
        if away_m > ROUTE_END_M:
            other_way = ground_range_m(plan.route[-1 if verb == "begins" else 0], wanted) <= ROUTE_END_M
            mend = "it is drawn the other way round" if other_way else f"draw it to within {ROUTE_END_M:.0f} m of it"
            raise BadInput(route.place, f"{verb} {away_m:.0f} m from the {what}", mend)


def _check_fence(plan: Plan, fence: Feature, route: Feature | None) -> None:
    ring = shapes.plane(plan.fence)
    for point, what in ((plan.start, "start"), (plan.reception, "reception point")):
        if not shapes.inside(ring, shapes.plane([point]))[0]:
            raise BadInput(fence.place, f"does not hold the {what}", f"draw the fence around the {what} too")
    if route is None:
        return
    way = shapes.plane(plan.route)
    crossing = shapes.first_crossing(way, shapes.closed(ring))
    if crossing is not None:
        raise BadInput(
            route.place,
            f"leaves the fence: segment {crossing[0] + 1}-{crossing[0] + 2} crosses the fence's "
            f"{_segment(crossing[1], len(ring))}",
            "widen the fence or move the route",
        )
    outside = np.flatnonzero(~shapes.inside(ring, way))
    if outside.size:
        raise BadInput(route.place, f"leaves the fence at point {outside[0] + 1}", "widen the fence or move the route")


def _check_shut(plan: Plan, area: Area, feature: Feature, route: Feature) -> None:
    way = shapes.plane(plan.route)
    ring = shapes.plane(area.ring)
    at: int | None = None
    if area.radius_m:
        near = np.flatnonzero(shapes.point_distance_m(way, ring)[:, 0] <= area.radius_m)
        at = int(near[0]) if near.size else None
    else:
        crossing = shapes.first_crossing(way, shapes.closed(ring))
        if crossing is not None:
            at = crossing[0]
        elif shapes.inside(ring, way[:1])[0]:
            at = 0
    if at is not None:
        raise BadInput(
            route.place,
            f"leads through {area.role} '{area.name}' (segment {at + 1}-{at + 2}, {feature.place.split(' (')[0]})",
            "lead it around",
        )
