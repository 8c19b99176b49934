"""KML (OGC 12-007r2, 2.3) in: what ATAK, Google Earth and QGIS write.

A placemark's role stands in its ExtendedData (`role`), else in its own name, else in the name of a folder around it.
`radius_m`, `margin_m` and `sees_m` may stand in the ExtendedData too.
Heights count only where `altitudeMode` is absolute.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from safeconduct.maps.features import (
    MOST_POSITIONS,
    Feature,
    MapFile,
    Position,
    as_role,
    fit,
    line,
    margin,
    position,
    radius,
    ring,
    role_of,
    sight,
)
from safeconduct.model.faults import BadInput

_SHAPES = {"Point": "Point", "LineString": "LineString", "Polygon": "Polygon"}
_FOREIGN = ("Track", "MultiTrack", "Model", "LinearRing")


def read_kml(path: str, text: str) -> MapFile:
    """Raises BadInput; a mistake of the notation is named by line and column, one of the content by placemark."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadInput(path, "declares a document type or entities", "export the map again as plain KML")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        at, column = error.position
        raise BadInput(
            f"{path} line {at} column {column + 1}", "is not well-formed XML", "export the map again"
        ) from error
    except ValueError as error:
        raise BadInput(path, f"is not XML ({str(error)[:60]})", "export the map again") from error
    if _tag(root) != "kml":
        raise BadInput(path, f"is XML but no KML (it begins with <{_tag(root)[:30]}>)", "export the plan as KML")
    features: list[Feature] = []
    room = MOST_POSITIONS
    for number, (placemark, folders) in enumerate(_placemarks(root), start=1):
        found = _read_placemark(f"{path} placemark {number}", placemark, folders)
        room -= sum(len(feature.points) for feature in found)
        if room < 0:
            raise BadInput(path, f"has more than {MOST_POSITIONS} positions", "keep what this one walk needs")
        features += found
    if not features:
        raise BadInput(path, "has no placemarks", "draw at least a reception point and a route")
    document = next((child for child in root if _tag(child) == "Document"), root)
    return MapFile(path, _text(document, "name"), tuple(features))


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Element, tag: str) -> str:
    return next(((child.text or "").strip() for child in element if _tag(child) == tag), "")


def _placemarks(root: Element) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Every placemark in order with the names of the folders around it, innermost first. A stack: files nest deep."""
    stack: list[tuple[Element, tuple[str, ...]]] = [(root, ())]
    while stack:
        element, folders = stack.pop()
        if _tag(element) == "Placemark":
            yield element, folders
            continue
        if _tag(element) == "Folder":
            folders = (_text(element, "name"), *folders)[:16]
        stack += [(child, folders) for child in reversed(element)]


def _read_placemark(place: str, placemark: Element, folders: tuple[str, ...]) -> list[Feature]:
    data = _extended_data(placemark)
    name = _text(placemark, "name")
    word: str | None = data.get("role")
    if word is None:
        word = next((w for w in (name, *folders) if as_role(w) is not None), None)
    if word is None:
        # The nearest guess for a slip of the pen is the word that stands closest to the drawing.
        word = next((w for w in (*folders, name) if w), None)
    role = role_of(f"{place}{' ' + repr(name[:40]) if name else ''}", word)
    name = "" if as_role(name) is role else name
    place = f"{place} ({role.value}{' ' + repr(name[:40]) if name else ''})"
    radius_m = radius(place, data.get("radius_m"))
    margin_m = margin(place, role, data.get("margin_m"))
    sees_m = sight(place, role, data.get("sees_m"))
    out: list[Feature] = []
    for geometry in _geometries(place, placemark):
        shape = _SHAPES[_tag(geometry)]
        fit(place, role, shape)
        out.append(Feature(place, role, name, shape, _points(place, shape, geometry), radius_m, margin_m, sees_m))
    if not out:
        raise BadInput(place, "has no geometry", "draw it again or take it out")
    return out


def _extended_data(placemark: Element) -> dict[str, str]:
    out: dict[str, str] = {}
    for element in placemark.iter():
        if _tag(element) == "Data":
            out[element.get("name", "")] = _text(element, "value")
        elif _tag(element) == "SimpleData":
            out[element.get("name", "")] = (element.text or "").strip()
    return out


def _geometries(place: str, placemark: Element) -> Iterator[Element]:
    stack = list(reversed(placemark))
    while stack:
        element = stack.pop()
        tag = _tag(element)
        if tag in _SHAPES:
            yield element
        elif tag == "MultiGeometry":
            stack += list(reversed(element))
        elif tag in _FOREIGN:
            raise BadInput(place, f"is a {tag}", "draw it as a Point, a LineString or a Polygon")


def _points(place: str, shape: str, geometry: Element) -> tuple[Position, ...]:
    if any(_tag(child) == "innerBoundaryIs" for child in geometry):
        raise BadInput(place, "has a hole", "draw the inner area as a placemark of its own")
    text = next(((e.text or "") for e in geometry.iter() if _tag(e) == "coordinates"), "")
    absolute = _text(geometry, "altitudeMode") == "absolute"
    points: list[Position] = []
    for item in text.split():
        try:
            numbers = [float(value) for value in item.split(",")]
        except ValueError as error:
            raise BadInput(
                place, f"holds {item[:40]!r} where a position was due", "write longitude,latitude"
            ) from error
        points.append(position(place, numbers if absolute else numbers[:2]))
    if not points:
        raise BadInput(place, "has no coordinates", "draw it again or take it out")
    if shape == "Point":
        return tuple(points[:1])
    return line(place, points) if shape == "LineString" else ring(place, points)
