"""A crew rehearses its own plan: the same way, the same dangers, somebody at its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeconduct.maps import plan_to_geojson, read_plan
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, Wgs84, ground_range_m
from safeconduct.model.plan import Area, Plan
from safeconduct.sim import load_scenario

WAY = (Enu(0.0, 0.0, 0.0), Enu(60.0, 20.0, 0.0), Enu(120.0, 10.0, 0.0))
BELT = Area("belt", "mines", (Enu(40.0, -30.0, 0.0), Enu(70.0, -30.0, 0.0), Enu(70.0, -5.0, 0.0)))
DITCH = Area("ditch", "cover", (Enu(62.0, 24.0, 0.0),), 3.0)
PLAN = Plan("evening", Wgs84(48.6, 38.0, 120.0), WAY[0], WAY[-1], WAY, areas=(BELT, DITCH))


def test_the_rehearsal_lies_where_the_plan_lies(tmp_path: Path) -> None:
    path = tmp_path / "evening.geojson"
    path.write_text(plan_to_geojson(PLAN))
    scenario = load_scenario(str(path))
    assert scenario.name == "evening"
    again, drawn = scenario.plan(), read_plan(path)
    for mine, theirs in zip(again.route, drawn.route, strict=True):
        assert again.frame.to_wgs84(mine).lat_deg == pytest.approx(drawn.frame.to_wgs84(theirs).lat_deg, abs=1e-6)
        assert again.frame.to_wgs84(mine).lon_deg == pytest.approx(drawn.frame.to_wgs84(theirs).lon_deg, abs=1e-6)
    assert [area.name for area in again.areas if area.role == "mines"] == ["belt"]
    assert len([area for area in again.areas if area.role == "cover"]) == 1
    assert ground_range_m(Enu(*scenario.person.at, 0.0), again.start) < 0.1


@pytest.mark.parametrize(("text", "says"), [("{}", "is no FeatureCollection"), ("", "is empty")])
def test_a_plan_that_is_none_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "p.geojson"
    path.write_text(text)
    with pytest.raises(BadInput, match=says):
        load_scenario(str(path))
