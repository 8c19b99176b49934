"""A commander's map becomes a plan, or one line that says what to mend."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from safeconduct.maps import plan_to_geojson, read_plan
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, ground_range_m

LON, LAT = 38.0, 48.6
EAST, NORTH = 1 / 73_800, 1 / 111_200  # degrees for a metre, near enough here

Json = dict[str, Any]


def at(east_m: float, north_m: float, *alt_m: float) -> list[float]:
    return [LON + east_m * EAST, LAT + north_m * NORTH, *alt_m]


def box(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    return [[at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]]


def feature(role: str | None, shape: str, coordinates: object, **properties: object) -> Json:
    named = properties if role is None else {"role": role, **properties}
    return {"type": "Feature", "properties": named, "geometry": {"type": shape, "coordinates": coordinates}}


def drawn(*more: Json, **members: object) -> Json:
    features = [
        feature("start", "Point", at(0, 0)),
        feature("route", "LineString", [at(0, 0), at(300, 100), at(600, 0)], name="field road"),
        feature("reception", "Point", at(605, 0)),
        feature("fence", "Polygon", box(-100, -150, 700, 250)),
        *more,
    ]
    return {"type": "FeatureCollection", "features": features, **members}


def save(folder: Path, content: object, name: str = "plan.geojson") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_plan_is_read_into_metres_about_its_start(tmp_path: Path) -> None:
    mines = feature("mines", "Polygon", box(250, -90, 350, -40), name="old field")
    crater = feature("cover", "Point", at(200, 60), radius_m=4)
    plan = read_plan(save(tmp_path, drawn(mines, crater, name="Alder", no_fire_radius_m=200)))
    assert plan.name == "Alder"
    assert plan.start == Enu(0.0, 0.0, 0.0)
    assert plan.reception.east == pytest.approx(605, abs=1.0)
    assert [round(p.north, -1) for p in plan.route] == [0, 100, 0]
    assert len(plan.fence) == 4
    assert [(area.name, area.role, area.radius_m, len(area.ring)) for area in plan.areas] == [
        ("old field", "mines", 0.0, 4),
        ("cover", "cover", 4.0, 1),
    ]
    assert plan.no_fire_radius_m == 200


def test_without_a_start_the_walk_begins_where_the_route_does(tmp_path: Path) -> None:
    content = drawn()
    del content["features"][0]
    plan = read_plan(save(tmp_path, content))
    assert plan.start == plan.route[0] == Enu(0.0, 0.0, 0.0)
    assert plan.name == "plan"


def test_heights_are_taken_where_drawn_and_from_the_anchor_where_not(tmp_path: Path) -> None:
    content = drawn()
    content["features"][1]["geometry"]["coordinates"] = [at(0, 0, 130), at(300, 100, 135.5), at(600, 0)]
    plan = read_plan(save(tmp_path, content))
    assert plan.anchor.alt_m == 130
    assert [p.up for p in plan.route] == [0.0, 5.5, 0.0]
    assert plan.reception.up == 0.0


def test_an_anchor_in_the_file_wins(tmp_path: Path) -> None:
    plan = read_plan(save(tmp_path, drawn(anchor=[*at(0, -100), 120])))
    assert plan.anchor.alt_m == 120
    assert plan.start.north == pytest.approx(100, abs=0.5)


def test_what_leaves_as_geojson_comes_back_as_it_was(tmp_path: Path) -> None:
    mines = feature("mines", "Polygon", box(250, -90, 350, -40), name="old field")
    hazard = feature("hazard", "Point", at(200, 60), radius_m=25, name="wire")
    plan = read_plan(save(tmp_path, drawn(mines, hazard, name="Alder")))
    again = read_plan(save(tmp_path, plan_to_geojson(plan), "again.geojson"))
    assert (again.name, again.anchor, again.no_fire_radius_m) == (plan.name, plan.anchor, plan.no_fire_radius_m)
    for before, after in zip(plan.route + plan.fence, again.route + again.fence, strict=True):
        assert ground_range_m(before, after) < 0.002
    assert [(a.name, a.role, a.radius_m) for a in again.areas] == [(a.name, a.role, a.radius_m) for a in plan.areas]


def test_a_multipolygon_of_two_fields_is_two_areas(tmp_path: Path) -> None:
    two = feature("no_go", "MultiPolygon", [box(250, -90, 350, -40), box(400, -90, 450, -40)])
    assert len(read_plan(save(tmp_path, drawn(two))).areas) == 2


def _change(index: int, coordinates: object) -> Callable[[], Json]:
    def changed() -> Json:
        content = drawn()
        content["features"][index]["geometry"]["coordinates"] = coordinates
        return content

    return changed


def _without(*indices: int) -> Callable[[], Json]:
    def changed() -> Json:
        content = drawn()
        content["features"] = [f for n, f in enumerate(content["features"]) if n not in indices]
        return content

    return changed


def _with(role: str | None, shape: str, coordinates: object, **properties: object) -> Callable[[], Json]:
    return lambda: drawn(feature(role, shape, coordinates, **properties))


BOWTIE = [[at(-100, -150), at(700, 250), at(700, -150), at(-100, 250), at(-100, -150)]]
MISTAKES: dict[str, tuple[Callable[[], object], str]] = {
    "no reception point": (_without(2), "plan.geojson: has no reception point; add a Point"),
    "no route": (_without(1), "has no route; add a LineString"),
    "two receptions": (_with("reception", "Point", at(1, 1)), r"feature 5 \(reception\): is a second reception"),
    "a self-crossing fence": (
        _change(3, BOWTIE),
        r"feature 4 \(fence\): crosses itself: segment 1-2 meets segment 3-4",
    ),
    "a self-crossing area": (
        _with("no_go", "Polygon", [[at(9, 40), at(50, 90), at(50, 40), at(9, 90)]], name="wood"),
        r"feature 5 \(no_go 'wood'\): crosses itself: segment 1-2 meets segment 3-4",
    ),
    "a fence that folds back": (
        _change(3, [[at(-100, -150), at(800, -150), at(700, -150), at(700, 250), at(-100, 250)]]),
        "crosses itself",
    ),
    "a route that stops short": (
        _change(1, [at(0, 0), at(300, 0)]),
        "ends 30[0-9] m from the reception point; draw it",
    ),
    "a route drawn backwards": (
        _change(1, [at(600, 0), at(0, 0)]),
        "begins 60[0-9] m from the start; it is drawn the other way",
    ),
    "a route of one point": (_change(1, [at(0, 0), at(0, 0)]), "is a single point"),
    "a route that leaves the fence": (
        _change(1, [at(0, 0), at(300, 400), at(600, 0)]),
        r"\(route 'field road'\): leaves the fence: segment 1-2 crosses the fence's 3-4; widen",
    ),
    "a fence elsewhere": (_change(3, box(-900, -900, -800, -800)), "does not hold the start"),
    "a route through mines": (
        _with("mines", "Polygon", box(400, -10, 500, 90), name="belt"),
        r"\(route 'field road'\): leads through mines 'belt' \(segment 2-3, .*feature 5\); lead it around",
    ),
    "a start inside a no-go area": (_with("no_go", "Polygon", box(-10, -10, 700, 240)), "leads through no_go"),
    "a route too near a mine": (_with("mines", "Point", at(300, 110), radius_m=20), "leads through mines"),
    "a mine without a size": (_with("mines", "Point", at(300, 180)), "a point without a size; give it .*radius_m"),
    "a radius in words": (_with("mines", "Point", at(1, 1), radius_m="wide"), "has the radius 'wide'"),
    "a radius below zero": (_with("mines", "Point", at(1, 1), radius_m=-3), "has the radius -3"),
    "swapped coordinates everywhere": (_change(0, [48.6, 138.0]), "swapped: longitude comes first"),
    "one swapped point": (
        _change(2, [LAT, LON]),
        r"lies 1\d\d\d km from the start; latitude and longitude look swapped",
    ),
    "a far point": (_change(2, [LON + 1, LAT]), "lies 7[0-9] km from the start; check its coordinates"),
    "projected metres": (_change(0, [4230000.0, 6200000.0]), "is not in degrees; export the map as WGS84"),
    "no such longitude": (_change(0, [190.0, 12.0]), "out of range"),
    "at the pole": (_change(0, [12.0, 89.0]), "out of range"),
    "a height in millimetres": (_change(0, at(0, 0, 120_000)), "has the height 120000 m"),
    "text for a number": (_change(0, ["38", "48"]), "write numbers in degrees"),
    "true for a number": (_change(0, [True, 48]), "write numbers in degrees"),
    "one number": (_change(0, [38.0]), r"write \[longitude, latitude\]"),
    "a number beyond all": (_change(0, [1e999, 48.0]), "is no number|not finite"),
    "an integer beyond all": (_change(0, [10**400, 48.0]), "not finite"),
    "a start drawn as a line": (
        _with("start", "LineString", [at(0, 0), at(1, 1)]),
        "is a Lin",
    ),
    "a route drawn as an area": (_with("route", "Polygon", box(0, 0, 9, 9)), "a route is drawn as a LineString"),
    "a collection": (_with("cover", "GeometryCollection", []), "is a GeometryCollection"),
    "an unknown role": (_with("mine", "Point", at(1, 1)), "the unknown role 'mine'; did you mean 'mines'"),
    "a strange role": (_with("zzz", "Point", at(1, 1)), "use one of start, reception, route"),
    "no role": (_with(None, "Point", at(1, 1)), "feature 5: has no role"),
    "a hole": (_with("no_go", "Polygon", box(0, 40, 90, 90) + box(10, 50, 80, 80)), "has a hole"),
    "a flat area": (_with("no_go", "Polygon", [[at(0, 50), at(9, 50), at(0, 50)]]), "has only 2 different corners"),
    "an area without size": (
        _with("no_go", "Polygon", [[at(0, 50), at(9, 50), at(4, 50)]]),
        "encloses nothing|crosses",
    ),
    "an empty ring": (_with("no_go", "Polygon", []), "has no coordinates"),
    "a ring of numbers": (_with("no_go", "Polygon", [1, 2, 3]), "has a hole|has no ring"),
    "no geometry": (
        lambda: drawn({"type": "Feature", "properties": {"role": "cover"}, "geometry": None}),
        "no geometry",
    ),
    "no feature": (lambda: drawn({"type": "Point"}), "feature 5: is not a Feature"),
    "no features": (lambda: {"type": "FeatureCollection", "features": []}, "has no features"),
    "a lone feature": (lambda: feature("start", "Point", at(0, 0)), "is no FeatureCollection"),
    "a list": (lambda: "[1, 2]", "is no FeatureCollection"),
    "another frame": (
        lambda: drawn(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}),
        "is not in WGS84 .*export it",
    ),
    "a comma too many": (lambda: '{"type": "FeatureCollection",\n "features": [,]}', r"line 2 column 15: is not JSON"),
    "half a file": (lambda: json.dumps(drawn())[:300], "line 1 column 30[01]: is not JSON"),
    "not a number": (lambda: json.dumps(drawn()).replace("38.0", "NaN", 1), "NaN is no number"),
    "an empty file": (lambda: " \n", "is empty"),
    "a picture": (lambda: "GIF89a", "line 1 column 1: is not JSON"),
    "a deep file": (lambda: "[" * 100_000, "is not GeoJSON|is not JSON"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_line_names_file_place_and_mend_for(tmp_path: Path, mistake: str) -> None:
    make, words = MISTAKES[mistake]
    with pytest.raises(BadInput, match=words) as told:
        read_plan(save(tmp_path, make()))
    assert str(told.value).startswith(str(tmp_path / "plan.geojson"))
    assert "\n" not in str(told.value)
    assert told.value.mend


def test_a_file_that_is_not_there_or_not_text_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="absent: cannot be read: No such file"):
        read_plan(tmp_path / "absent")
    with pytest.raises(BadInput, match="cannot be read"):
        read_plan(tmp_path)
    (tmp_path / "plan").write_bytes(b"{\xff\xfe}")
    with pytest.raises(BadInput, match="byte 1: is not text in UTF-8"):
        read_plan(tmp_path / "plan")
    (tmp_path / "plan").write_bytes(b"PK\x03\x04rest")
    with pytest.raises(BadInput, match="packed KMZ; unpack it"):
        read_plan(tmp_path / "plan")


def test_a_huge_file_is_turned_away_before_it_is_parsed(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    with pytest.raises(BadInput, match="larger than 20 MB"):
        read_plan(tmp_path / "huge")
    many = feature("hazard", "Polygon", [[at(n % 100, n) for n in range(10_001)]])
    with pytest.raises(BadInput, match="more than 10000 positions"):
        read_plan(save(tmp_path, drawn(many)))


def test_thousands_of_corners_are_checked_while_the_crew_waits(tmp_path: Path) -> None:
    saw = [at(n, 200 + n % 2) for n in range(600)]
    jagged = feature("no_go", "Polygon", [[*saw, *[at(n, 240 + n % 2) for n in reversed(range(600))]]])
    began = perf_counter()
    assert len(read_plan(save(tmp_path, drawn(jagged))).areas[0].ring) == 1200
    assert perf_counter() - began < 10.0
