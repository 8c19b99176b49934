"""A plan that is drawn on the page: priced with every change, saved as a file that every verb takes, never half."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from invented_land import LAT, LON, METRES_E, METRES_N, write_terrain
from safeconduct.maps import read_plan
from safeconduct.model.faults import BadInput
from safeconduct.runtime.plan import PlanOptions, run_plan
from safeconduct.runtime.plan_page import Draft, PlanPageOptions, PlanPageReport
from safeconduct.station.page.told import GroundShown
from safeconduct.station.planning import PlanningStation, PlanWish


def at(east_m: float, north_m: float) -> list[float]:
    return [round(LON + east_m / METRES_E, 9), round(LAT + north_m / METRES_N, 9)]


def one(role: str, *places: list[float], **more: Any) -> dict[str, Any]:
    shape = "Point" if len(places) == 1 else "LineString" if role == "route" else "Polygon"
    coordinates: Any = places[0] if shape == "Point" else list(places)
    if shape == "Polygon":
        coordinates = [[*places, places[0]]]
    return {
        "type": "Feature",
        "properties": {"role": role, **more},
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def drawn(*features: dict[str, Any], **head: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **head, "features": list(features)})


ENDS = (one("start", at(0, 0)), one("reception", at(300, 0)))
BELT = one("mines", at(140, -40), at(170, -40), at(170, 40), at(140, 40), name="old belt")


def draft(path: Path, terrain: Path | None = None, out: Path | None = None) -> Draft:
    return Draft(PlanPageOptions(path, out, terrain), GroundShown())


def test_a_plan_that_is_begun_from_nothing_is_priced_and_saved_with_the_way_that_was_found(tmp_path: Path) -> None:
    path = tmp_path / "tomorrow.geojson"
    begun = draft(path)
    assert begun.sheet().plan == ""
    wish = PlanWish(drawn(*ENDS, BELT))
    priced = begun.price(wish)
    assert priced.fault is None
    assert priced.way is not None
    assert 300.0 < priced.way.length_m < 360.0
    assert not priced.way.drawn
    assert priced.way.line[0] == pytest.approx(at(0, 0), abs=1e-6)
    assert not path.exists()
    saved = begun.save(wish)
    assert saved.ok
    assert saved.no_way == ""
    plan = read_plan(path)
    assert plan.name == "tomorrow"
    assert [area.role for area in plan.areas if area.role != "cover"] == ["mines"]
    report = run_plan(PlanOptions(path))
    assert report.length_m == pytest.approx(priced.way.length_m, abs=0.2)
    assert report.exposed_m == pytest.approx(priced.way.exposed_m, abs=2.0)


def test_with_heights_the_saved_plan_lies_on_the_ground_and_the_verb_reads_the_same_way(tmp_path: Path) -> None:
    terrain, path = write_terrain(tmp_path / "dem.tif"), tmp_path / "p.geojson"
    begun = draft(path, terrain)
    wish = PlanWish(drawn(*ENDS, BELT))
    way = begun.price(wish).way
    assert way is not None
    assert way.climb_m > 0.5
    assert begun.save(wish).ok
    assert 90.0 < read_plan(path).anchor.alt_m + read_plan(path).start.up < 150.0
    again = run_plan(PlanOptions(path, terrain))
    assert again.drawn
    assert again.length_m == pytest.approx(way.length_m, abs=0.2)
    assert again.climb_m == pytest.approx(way.climb_m, abs=0.2)


def test_a_route_that_leads_through_mines_is_told_with_both_features(tmp_path: Path) -> None:
    priced = draft(tmp_path / "p.geojson").price(PlanWish(drawn(*ENDS, BELT, one("route", at(0, 0), at(300, 0)))))
    assert priced.way is None
    assert priced.fault is not None
    assert priced.fault.place == "route"
    assert priced.fault.what == "leads through mines 'old belt' (segment 1-2, plan feature 3)"
    assert priced.fault.mend == "lead it around"
    assert set(priced.fault.features) == {2, 3}


def test_why_there_is_no_way_names_what_shuts_it_off_and_the_plan_can_still_be_kept(tmp_path: Path) -> None:
    ring = one(
        "mines",
        at(60, -60),
        at(60, 60),
        at(-60, 60),
        at(-60, -60),
        at(-40, -40),
        at(-40, 40),
        at(40, 40),
        at(40, -59),
        name="ring",
    )
    fence = one("fence", at(-55, -55), at(330, -55), at(330, 55), at(-55, 55))
    wish = PlanWish(drawn(*ENDS, ring, fence))
    begun = draft(tmp_path / "p.geojson")
    fault = begun.price(wish).fault
    assert fault is not None
    assert "no way" in fault.what
    assert 2 in fault.features
    saved = begun.save(wish)
    assert saved.ok
    assert "no way" in saved.no_way
    assert read_plan(tmp_path / "p.geojson", route_needed=False).route == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("{}", "is no FeatureCollection"),
        ("[", "is not JSON"),
        (drawn(), "has no features"),
        (drawn(ENDS[0]), "has no reception point"),
        (drawn(ENDS[1]), "has no start"),
        (drawn(*ENDS, one("mine", at(1, 1))), "has the unknown role"),
        (drawn(*ENDS, one("mines", at(1, 1))), "is a point without a size"),
        (drawn(ENDS[0], one("reception", [48.6, 38.0])), "km from the start"),
    ],
)
def test_what_is_no_plan_is_one_line_with_its_mend_and_is_not_written(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "p.geojson"
    begun = draft(path)
    fault = begun.price(PlanWish(text)).fault
    assert fault is not None
    assert what in f"{fault.place}: {fault.what}"
    assert fault.mend
    assert "\n" not in fault.what
    assert not begun.save(PlanWish(text)).ok
    assert not path.exists()


def test_what_somebody_else_wrote_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "p.geojson"
    begun = draft(path)
    wish = PlanWish(drawn(*ENDS))
    assert begun.save(wish).ok
    path.write_text("theirs")
    refused = begun.save(wish)
    assert refused.changed
    assert path.read_text() == "theirs"
    assert begun.save(PlanWish(wish.plan, over=True)).ok
    assert read_plan(path).route


def test_a_draft_outlives_a_reload_and_says_that_it_is_not_saved(tmp_path: Path) -> None:
    begun = draft(tmp_path / "p.geojson")
    assert begun.sheet().saved
    begun.price(PlanWish(drawn(*ENDS)))
    assert begun.sheet().plan == drawn(*ENDS)
    assert not begun.sheet().saved


def test_a_plan_in_kml_is_saved_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "p.kml"
    where = "<Point><coordinates>{},{}</coordinates></Point>"
    marks = [(r, where.format(*p)) for r, p in (("start", at(0, 0)), ("reception", at(200, 0)))]
    path.write_text("<kml>" + "".join(f"<Placemark><name>{r}</name>{p}</Placemark>" for r, p in marks) + "</kml>")
    begun = draft(path)
    assert begun.save(PlanWish(begun.sheet().plan)).ok
    assert path.read_text().startswith("<kml>")
    assert read_plan(tmp_path / "p.geojson").route


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("p.geojson", "{", "is not JSON"),
        ("p.geojson", "{}", "is no FeatureCollection"),
        ("p.geojson", "\x00\x01", "is not JSON"),
        ("no/such/p.geojson", None, "lies in a folder that does not exist"),
        (".", None, "is a folder"),
    ],
)
def test_a_file_that_cannot_be_begun_with_is_one_line(
    tmp_path: Path, name: str, content: str | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadInput) as told:
        draft(path)
    assert says in str(told.value)


def test_a_plan_that_was_drawn_wrong_elsewhere_is_opened_to_be_mended(tmp_path: Path) -> None:
    path = tmp_path / "p.geojson"
    path.write_text(drawn(*ENDS, BELT, one("route", at(0, 0), at(300, 0))))
    sheet = draft(path).sheet()
    assert "leads through mines" in sheet.fault
    assert json.loads(sheet.plan)["features"][3]["properties"]["role"] == "route"


places = st.tuples(st.floats(-400, 400), st.floats(-400, 400)).map(lambda p: at(*p))
names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
areas = st.one_of(
    st.builds(
        lambda role, p, r, n: one(role, p, radius_m=r, name=n),
        st.sampled_from(["mines", "no_go", "hazard", "cover", "own_position"]), places, st.floats(1, 40), names,
    ),
    st.builds(lambda p, s: one("hazard", p, radius_m=5.0, sees_m=s), places, st.floats(50, 900)),
    st.builds(
        lambda p, w, h, m: one("mines", p, [p[0] + w, p[1]], [p[0] + w, p[1] + h], [p[0], p[1] + h], margin_m=m),
        places, st.floats(1e-4, 2e-3), st.floats(1e-4, 2e-3), st.floats(0, 30),
    ),
)  # fmt: skip


@given(features=st.lists(areas, max_size=5), pace=st.floats(0.2, 1.5), persons=st.integers(1, 6))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_drawn_is_read_back_from_the_file_as_it_was_drawn(
    tmp_path: Path, features: list[dict[str, Any]], pace: float, persons: int
) -> None:
    path = tmp_path / "p.geojson"
    path.unlink(missing_ok=True)
    begun = draft(path)
    wish = PlanWish(drawn(*ENDS, *features, name="evening"), pace, persons)
    priced, saved = begun.price(wish), begun.save(wish)
    assert (priced.way is None) is (priced.fault is not None)
    if not saved.ok:
        assert saved.fault is not None
        return
    plan = read_plan(path, route_needed=False)
    assert plan.name == "evening"
    assert bool(plan.route) is (priced.way is not None)
    for feature, area in zip(features, plan.areas, strict=False):
        told, ring = feature["properties"], feature["geometry"]["coordinates"]
        assert area.role == told["role"]
        assert area.radius_m == told.get("radius_m", 0.0)
        assert (area.margin_m, area.sees_m) == (told.get("margin_m"), told.get("sees_m", 0.0))
        first = plan.frame.to_wgs84(area.ring[0])
        assert [first.lon_deg, first.lat_deg] == pytest.approx(ring if area.radius_m else ring[0][0], abs=2e-8)
    again = draft(path)
    kept = path.read_bytes()
    assert again.save(PlanWish(again.sheet().plan, pace, persons)).ok
    assert path.read_bytes() == kept  # saving what was saved changes nothing


def test_only_the_page_that_was_served_from_here_may_price_and_save(tmp_path: Path) -> None:
    begun, ended = draft(tmp_path / "p.geojson"), []
    (tmp_path / "plan.html").write_text("page")
    station = PlanningStation(begun, None, lambda: ended.append(1), tmp_path)
    client = TestClient(station.application(), base_url="http://127.0.0.1:1")
    own, wish = {"origin": "http://127.0.0.1:1"}, json.dumps({"plan": drawn(*ENDS)})
    assert client.get("/plan").status_code == 401
    assert client.post("/plan/save", content=wish, headers=own).status_code == 401
    page = client.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for headers in ({}, {"origin": "http://evil.example"}, {"origin": "http://127.0.0.1:2"}, {"origin": "null"}):
        for path in ("/plan/price", "/plan/save", "/plan/done"):
            assert client.post(path, content=wish, headers=headers).status_code == 403
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421
    assert client.post("/plan/price", content=wish, headers=own).json()["way"]["length_m"] > 290
    for odd in ("", "[]", "{", '{"plan": 3}', '{"plan": "", "pace_mps": 99}', '{"plan": "", "more": 1}'):
        assert client.post("/plan/price", content=odd, headers=own).status_code == 400
    assert client.post("/plan/price", content=b"x" * 5_000_000, headers=own).status_code == 413
    assert ended == []
    assert client.post("/plan/done", headers=own).status_code == 204
    assert ended == [1]
    assert begun.report == PlanPageReport(0, str(tmp_path / "p.geojson"))
