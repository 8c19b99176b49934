"""`safeconduct plan`: what a commander gets, and the one line that he gets instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine
from rasterio.warp import transform
from typer.testing import CliRunner

from safeconduct.maps import read_plan
from safeconduct.model.faults import BadInput
from safeconduct.runtime.fly_stage import ground_of, plan_to_fly
from safeconduct.runtime.plan import PlanOptions, run_plan
from safeconduct.verbs import app
from unit.maps.test_plan_file import at, box, feature, save

START, END = feature("start", "Point", at(0, 0)), feature("reception", "Point", at(260, 20))
MINES = feature("mines", "Polygon", box(100, -60, 140, 30), name="old belt")
GUN = feature("hazard", "Point", at(150, 180), name="gun", radius_m=10, sees_m=400)


def plan_file(folder: Path, *more: dict[str, Any]) -> Path:
    return save(folder, {"type": "FeatureCollection", "name": "Alder", "features": [START, END, *more]})


@pytest.fixture(scope="module")
def hills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A terrain model in UTM about the start: a ridge along the north side of the walk."""
    path = tmp_path_factory.mktemp("dem") / "dem.tif"
    size = 900
    x, y = transform("EPSG:4326", "EPSG:32637", [38.0], [48.6])
    north = (450 - np.arange(size))[:, None] * np.ones(size)
    heights = 120.0 + 9.0 * np.exp(-(((north - 70.0) / 25.0) ** 2))
    with rasterio.open(
        path, "w", driver="GTiff", height=size, width=size, count=1, dtype="float32", crs="EPSG:32637",
        transform=Affine(1.0, 0.0, x[0] - 300.0, 0.0, -1.0, y[0] + 450.0),
    ) as file:  # fmt: skip
        file.write(heights.astype("float32"), 1)
    return path


def test_a_way_is_found_priced_drawn_and_written_as_a_plan_that_is_read_again(tmp_path: Path, hills: Path) -> None:
    out, picture = tmp_path / "signed.geojson", tmp_path / "map.png"
    report = run_plan(PlanOptions(plan_file(tmp_path, MINES, GUN), hills, out, picture))
    assert report.length_m > 260.0
    assert report.exposed_m < 0.2 * report.length_m, "the ridge hides him"
    assert report.low, "he passes the mines within twelve metres"
    assert report.legs
    assert not report.drawn
    assert picture.read_bytes().startswith(b"\x89PNG")
    signed = read_plan(out)
    assert len(signed.route) > 2
    assert signed.areas[1].sees_m == 400.0
    again = run_plan(PlanOptions(out, hills))
    assert again.drawn
    assert again.length_m == pytest.approx(report.length_m, abs=1.0)


def test_the_signed_plan_holds_the_heights_that_it_is_flown_over(tmp_path: Path, hills: Path) -> None:
    out = tmp_path / "signed.geojson"
    run_plan(PlanOptions(plan_file(tmp_path, GUN), hills, out))
    signed, told = plan_to_fly(out, None)
    assert told == ()
    height_m = ground_of(signed)
    assert height_m(130.0, 70.0) - height_m(130.0, 0.0) > 5.0, "the ridge"
    modelled, _ = plan_to_fly(out, hills)
    assert modelled.terrain is not None
    assert max(abs(height_m(e, n) - ground_of(modelled)(e, n)) for e in (0, 90, 200) for n in (-40, 0, 60)) < 0.5
    level, told = plan_to_fly(plan_file(tmp_path, feature("route", "LineString", [at(0, 0), at(260, 20)])), None)
    assert level.terrain is None
    assert "taken as level" in told[0]


def test_a_signed_plan_is_priced_over_its_own_heights_and_another_walk_is_not(tmp_path: Path, hills: Path) -> None:
    out, again = tmp_path / "signed.geojson", tmp_path / "again.geojson"
    with_model = run_plan(PlanOptions(plan_file(tmp_path, GUN), hills, out))
    with_own = run_plan(PlanOptions(out, None, again))
    assert any("those in the plan, every 10 m" in warning for warning in with_own.warnings)
    assert with_own.exposed_m < with_model.length_m, "the ridge still hides him"
    assert read_plan(again).terrain == read_plan(out).terrain
    moved = json.loads(out.read_text())
    moved["features"] = [START, feature("reception", "Point", at(700, 20))]
    elsewhere = run_plan(PlanOptions(save(tmp_path, moved, "moved"), None, again))
    assert any("do not hold this walk" in warning for warning in elsewhere.warnings)
    assert read_plan(again).terrain is None


HEIGHTS = {"west_m": -60, "south_m": -60, "step_m": 200.0, "columns": 3, "heights_m": [0, 1, 2, 3, 4, 5]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"heights_m": [0, 1, 2, 3, 4]}, "holds 5 heights in rows of 3"),
        ({"heights_m": [0, 1, 2, 3, 4, "high"]}, "holds 'high' as height 6"),
        ({"heights_m": [0, 1, 2, 3, 4, 1e9]}, "as height 6"),
        ({"heights_m": "0 1 2"}, "has no columns or no heights_m"),
        ({"columns": 0}, "in rows of 0"),
        ({"columns": 2.5}, "has no columns"),
        ({"step_m": 0}, "has no usable step"),
        ({"west_m": 1e8}, "nowhere near the walk"),
        ({"south_m": None}, "has no south_m in metres"),
        ({"south_m": 10**400}, "has no south_m in metres"),
    ],
)
def test_heights_that_cannot_be_are_one_line(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    content = {"type": "FeatureCollection", "anchor": at(0, 0, 120.0), "terrain": {**HEIGHTS, **change}}
    with pytest.raises(BadInput) as told:
        read_plan(save(tmp_path, {**content, "features": [START, END]}), route_needed=False)
    assert words in str(told.value)
    assert "terrain" in str(told.value)
    assert "\n" not in str(told.value)


def test_heights_without_an_anchor_are_refused(tmp_path: Path) -> None:
    content = {"type": "FeatureCollection", "terrain": HEIGHTS, "features": [START, END]}
    with pytest.raises(BadInput, match="counts from an anchor"):
        read_plan(save(tmp_path, content), route_needed=False)


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path, hills: Path) -> None:
    path = plan_file(tmp_path, MINES, GUN)
    for name in ("a", "b"):
        run_plan(PlanOptions(path, hills, tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_its_last_line_is_json_with_the_promised_keys(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["plan", str(plan_file(tmp_path, MINES)), "--json", "--persons", "3"])
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert {"length_m", "exposed_m", "cover_points", "seconds"} <= set(told)
    assert any("no terrain" in warning for warning in told["warnings"])


def test_anew_a_route_through_mines_is_left_out_and_without_it_refused(tmp_path: Path) -> None:
    path = plan_file(tmp_path, MINES, feature("route", "LineString", [at(0, 0), at(260, 20)]))
    with pytest.raises(BadInput, match="leads through mines 'old belt'"):
        run_plan(PlanOptions(path))
    assert run_plan(PlanOptions(path, anew=True)).length_m > 270.0


@pytest.mark.parametrize(
    ("more", "changes", "words"),
    [
        ([feature("mines", "Polygon", box(-5, -5, 5, 5), name="here")], {}, "lies in mines 'here'"),
        ([feature("mines", "Polygon", box(100, -900, 120, 900), name="wall")], {}, "shut off by mines 'wall'"),
        ([feature("mines", "LineString", [at(9, 0), at(9, 50)])], {}, "a mines is drawn as a Polygon or Point"),
        ([feature("mines", "Point", at(90, 0))], {}, "is a point without a size"),
        ([feature("mines", "Point", at(90, 0), radius_m=5, margin_m=-1)], {}, "has the margin -1"),
        ([feature("cover", "Point", at(90, 0), sees_m=5)], {}, "only a hazard sees"),
        ([], {"persons": 0}, "nobody is to be led"),
        ([], {"persons": 50}, "leads at most 12"),
        ([], {"pace_mps": 9.0}, "is no walking pace"),
        ([], {"endurance_min": 1.0}, "is no battery"),
        ([], {"out": Path("/nonexistent/x")}, "cannot be written"),
        ([], {"picture": Path("/nonexistent/x.png")}, "cannot be written"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, more: list[Any], changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as told:
        run_plan(PlanOptions(plan_file(tmp_path, *more), **changes))
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_terrain_that_does_not_hold_the_walk_is_refused(tmp_path: Path, hills: Path) -> None:
    far = save(tmp_path, {"type": "FeatureCollection", "features": [
        feature("start", "Point", at(5000, 0)), feature("reception", "Point", at(5300, 0))]})  # fmt: skip
    with pytest.raises(BadInput, match="does not cover the corridor"):
        run_plan(PlanOptions(far, hills))
    edge = save(tmp_path, {"type": "FeatureCollection", "features": [
        feature("start", "Point", at(400, 0)), feature("reception", "Point", at(700, 0))]}, "edge")  # fmt: skip
    with pytest.raises(BadInput, match="covers only"):
        run_plan(PlanOptions(edge, hills))
