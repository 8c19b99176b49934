"""GeoJSON (RFC 7946) in and out. A plan is a FeatureCollection whose features carry the property `role`.

Besides the standard members the collection may carry `name`, `anchor` ([longitude, latitude, altitude]),
`no_fire_radius_m` and `terrain` (see `maps.heights`); a Point of an area may carry the property `radius_m`, mines and
no-go areas `margin_m`, a hazard `sees_m`.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from safeconduct.maps.features import (
    MOST_POSITIONS,
    Feature,
    MapFile,
    Position,
    fit,
    line,
    margin,
    position,
    radius,
    ring,
    role_of,
    sight,
)
from safeconduct.maps.heights import heights_written, read_heights
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, LocalFrame
from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import PlanRole

_PARTS = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}


def read_geojson(path: str, text: str) -> MapFile:
    """Raises BadInput; a mistake of the notation is named by line and column, one of the content by feature."""
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{path} line {error.lineno} column {error.colno}", f"is not JSON ({error.msg})", "export the map again"
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(path, f"is not GeoJSON ({str(error)[:60]})", "export the map again") from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise BadInput(path, "is no FeatureCollection", "export the plan as a GeoJSON FeatureCollection")
    _refuse_other_frames(path, content.get("crs"))
    listed = content.get("features")
    if not isinstance(listed, list) or not listed:
        raise BadInput(path, "has no features", "draw at least a reception point and a route")
    features: list[Feature] = []
    room = MOST_POSITIONS
    for number, item in enumerate(listed, start=1):
        found = _read_feature(f"{path} feature {number}", item)
        room -= sum(len(feature.points) for feature in found)
        if room < 0:
            raise BadInput(path, f"has more than {MOST_POSITIONS} positions", "keep what this one walk needs")
        features += found
    anchor = content.get("anchor")
    name = content.get("name")
    return MapFile(
        path,
        name if isinstance(name, str) else "",
        tuple(features),
        None if anchor is None else position(f"{path} anchor", anchor),
        radius(f"{path} no_fire_radius_m", content.get("no_fire_radius_m")),
        read_heights(f"{path} terrain", content.get("terrain"), anchored=anchor is not None),
    )


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _refuse_other_frames(path: str, crs: object) -> None:
    """RFC 7946 section 4 knows WGS84 only; older files name their frame in `crs`."""
    if crs is not None and "CRS84" not in json.dumps(crs) and "4326" not in json.dumps(crs):
        raise BadInput(path, f"is not in WGS84 ({json.dumps(crs)[:60]})", "export it with coordinate system EPSG:4326")


def _read_feature(place: str, item: object) -> list[Feature]:
    if not isinstance(item, dict) or item.get("type") != "Feature":
        raise BadInput(place, "is not a Feature", "export the map again")
    properties = item.get("properties") or {}
    if not isinstance(properties, dict):
        raise BadInput(place, "has properties that are no object", "export the map again")
    name = properties.get("name")
    name = name if isinstance(name, str) else ""
    role = role_of(place, properties.get("role"))
    place = f"{place} ({role.value}{' ' + repr(name[:40]) if name else ''})"
    geometry = item.get("geometry")
    if not isinstance(geometry, dict):
        raise BadInput(place, "has no geometry", "draw it again or take it out")
    shape, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    parts: list[Any] = [coordinates]
    if shape in _PARTS:
        if not isinstance(coordinates, list) or not coordinates:
            raise BadInput(place, "has no coordinates", "draw it again or take it out")
        shape, parts = _PARTS[shape], coordinates
    fit(place, role, shape)
    radius_m = radius(place, properties.get("radius_m"))
    margin_m = margin(place, role, properties.get("margin_m"))
    sees_m = sight(place, role, properties.get("sees_m"))
    return [
        Feature(place, role, name, shape, _read_points(place, shape, part), radius_m, margin_m, sees_m)
        for part in parts
    ]


def _read_points(place: str, shape: str, coordinates: object) -> tuple[Position, ...]:
    if shape == "Point":
        return (position(place, coordinates),)
    if not isinstance(coordinates, list) or not coordinates:
        raise BadInput(place, "has no coordinates", "draw it again or take it out")
    if shape == "LineString":
        return line(place, [position(place, values) for values in coordinates])
    if len(coordinates) > 1:
        raise BadInput(place, "has a hole", "draw the inner area as a feature of its own")
    if not isinstance(coordinates[0], list):
        raise BadInput(place, "has no ring of positions", "draw it again or take it out")
    return ring(place, [position(place, values) for values in coordinates[0]])


def plan_to_geojson(plan: Plan) -> str:
    """The plan as GeoJSON text that `read_plan` reads back to within a millimetre."""
    frame = plan.frame
    features = [
        _feature(PlanRole.START, "", "Point", _at(frame, plan.start)),
        _feature(PlanRole.RECEPTION, "", "Point", _at(frame, plan.reception)),
    ]
    if plan.route:
        features.append(_feature(PlanRole.ROUTE, "", "LineString", [_at(frame, p) for p in plan.route]))
    if plan.fence:
        features.append(_feature(PlanRole.FENCE, "", "Polygon", _closed(frame, plan.fence)))
    for area in plan.areas:
        more: dict[str, float] = {}
        if area.margin_m is not None:
            more["margin_m"] = area.margin_m
        if area.sees_m:
            more["sees_m"] = area.sees_m
        if area.radius_m:
            more["radius_m"] = area.radius_m
            features.append(_feature(area.role, area.name, "Point", _at(frame, area.ring[0]), more))
        else:
            features.append(_feature(area.role, area.name, "Polygon", _closed(frame, area.ring), more))
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": plan.name,
        "anchor": [plan.anchor.lon_deg, plan.anchor.lat_deg, plan.anchor.alt_m],
        "no_fire_radius_m": plan.no_fire_radius_m,
        "features": features,
    }
    text = json.dumps(collection, ensure_ascii=False, indent=1)
    if plan.terrain is not None:  # thousands of numbers: on one line, so that the rest stays readable
        heights = json.dumps(heights_written(plan.terrain))
        text = f'{text.removesuffix("}").rstrip()},\n "terrain": {heights}\n}}'
    return text + "\n"


def _feature(
    role: str, name: str, shape: str, coordinates: object, more: dict[str, float] | None = None
) -> dict[str, Any]:
    properties: dict[str, Any] = {"role": str(role)}
    if name:
        properties["name"] = name
    properties.update(more or {})
    return {"type": "Feature", "properties": properties, "geometry": {"type": shape, "coordinates": coordinates}}


def _at(frame: LocalFrame, point: Enu) -> list[float]:
    there = frame.to_wgs84(point)
    lon_deg = (there.lon_deg + 180.0) % 360.0 - 180.0  # a walk may cross the antimeridian
    return [round(lon_deg, 9), round(there.lat_deg, 9), round(there.alt_m, 3)]


def _closed(frame: LocalFrame, points: tuple[Enu, ...]) -> list[list[list[float]]]:
    return [[_at(frame, p) for p in (*points, points[0])]]
