"""Whatever stands in a map file, the answer is a plan or one line."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.maps import plan_of, plan_to_geojson, read_map, shapes
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, Wgs84, ground_range_m
from safeconduct.model.plan import Area, Plan
from safeconduct.model.vocabulary import PlanRole


def _one_line_or_plan(text: str) -> None:
    answer: Plan | BadInput
    try:
        answer = plan_of(read_map("plan", text))
    except BadInput as told:
        answer = told
    if isinstance(answer, BadInput):
        assert str(answer).startswith("plan")
        assert "\n" not in str(answer)
    else:
        assert answer.route


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
degrees = st.floats(37.99, 38.01) | st.floats(48.59, 48.61) | st.floats() | st.integers(-500, 500)
positions = st.lists(degrees, min_size=1, max_size=3) | anything
geometries = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "MultiPoint", "Circle"]),
        "coordinates": positions
        | st.lists(positions, max_size=5)
        | st.lists(st.lists(positions, max_size=6), max_size=2),
    }
)
properties = st.fixed_dictionaries(
    {"role": st.sampled_from([*PlanRole, "rout"]) | anything}, optional={"name": anything, "radius_m": anything}
)
features = st.fixed_dictionaries(
    {"type": st.just("Feature"), "properties": properties | anything, "geometry": geometries}
)
collections = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection"), "features": st.lists(features | anything, max_size=6)},
    optional={"anchor": anything, "name": anything, "crs": anything, "no_fire_radius_m": anything},
)


@given(collections | anything)
@settings(max_examples=400, deadline=None)
def test_any_geojson_is_a_plan_or_one_line(content: Any) -> None:
    _one_line_or_plan(json.dumps(content))


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("utf-8", "replace")))
def test_any_text_is_a_plan_or_one_line(text: str) -> None:
    _one_line_or_plan(text)
    _one_line_or_plan("<" + text)


tags = st.sampled_from(
    ["Placemark", "Folder", "name", "Point", "Polygon", "LineString", "coordinates", "Data", "MultiGeometry", "value"]
)
words = st.sampled_from(["route", "reception", "38.0,48.6", "38.0,48.6 38.001,48.6,5", "1,2,3,4", ",", "nan,nan", ""])
trees = st.recursive(
    words,
    lambda inner: st.builds(
        lambda tag, inside: f'<{tag} name="role">{"".join(inside)}</{tag}>', tags, st.lists(inner, max_size=3)
    ),
    max_leaves=14,
)


@given(st.lists(trees, max_size=4))
@settings(max_examples=300, deadline=None)
def test_any_kml_is_a_plan_or_one_line(inside: list[str]) -> None:
    _one_line_or_plan(f"<kml>{''.join(inside)}</kml>")


metres = st.integers(-900, 900).map(float)
corners = st.tuples(metres, metres)


@given(st.lists(corners, min_size=2, max_size=6, unique=True), st.floats(-80, 80), st.floats(-180, 180))
@settings(deadline=None)
def test_a_plan_anywhere_on_earth_comes_back_from_geojson(
    way: list[tuple[float, float]], lat: float, lon: float
) -> None:
    route = tuple(Enu(e, n, 0.0) for e, n in way)
    area = Area("wood", PlanRole.HAZARD, (Enu(5.0, 5.0, 0.0),), 30.0)
    plan = Plan("p", Wgs84(lat, lon, 12.0), route[0], route[-1], route, areas=(area,))
    again = plan_of(read_map("plan", plan_to_geojson(plan)))
    kept = [p for n, p in enumerate(route) if n == 0 or p != route[n - 1]]
    assert len(again.route) == len(kept)
    for before, after in zip(kept, again.route, strict=True):
        assert ground_range_m(before, after) < 0.005


@given(st.lists(corners, min_size=3, max_size=7, unique=True))
@settings(max_examples=300, deadline=None)
def test_a_ring_crosses_itself_exactly_when_a_slow_honest_count_says_so(ring: list[tuple[float, float]]) -> None:
    flat = np.array(ring)
    n = len(ring)
    edges = list(pairwise([*ring, ring[0]]))

    def turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    proper = any(
        turn(*edges[i], edges[j][0]) * turn(*edges[i], edges[j][1]) < 0
        and turn(*edges[j], edges[i][0]) * turn(*edges[j], edges[i][1]) < 0
        for i in range(n)
        for j in range(i + 2, n)
        if (j + 1) % n != i
    )
    on_line = any(turn(*edges[i], corner) == 0 for i in range(n) for corner in ring if corner not in edges[i])
    found = shapes.self_crossing(flat)
    if proper:
        assert found is not None
    elif not on_line:
        assert found is None
