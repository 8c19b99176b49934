"""Scenario files: what they lay out, and one clear line for each mistake in them."""

from __future__ import annotations

from contextlib import suppress
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, Wgs84, ground_range_m
from safeconduct.sim import load_scenario, read_scenario, scenario_names

TEXT = (resources.files("safeconduct.sim") / "scenarios" / "short-walk.toml").read_text(encoding="utf-8")


def inside(point: Enu, ring: tuple[Enu, ...]) -> bool:
    within = False
    for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (a.north > point.north) != (b.north > point.north):
            within ^= point.east < a.east + (b.east - a.east) * (point.north - a.north) / (b.north - a.north)
    return within


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_of_the_package_lays_out_a_plan(name: str) -> None:
    scenario = load_scenario(name)
    plan = scenario.plan()
    assert scenario.name == name
    assert plan.start == plan.route[0]
    assert plan.reception == plan.route[-1]
    assert ground_range_m(plan.start, Enu(*scenario.person.at, 0.0)) < 5.0
    assert all(inside(point, plan.fence) for point in (*plan.route, Enu(0.0, 0.0, 0.0)))
    holes = bool(scenario.trenches or scenario.craters)
    assert {area.role for area in plan.areas} >= ({"cover", "own_position"} if holes else {"own_position"})
    assert all(area.ring and (len(area.ring) >= 3 or area.radius_m > 0.0) for area in plan.areas)


def test_the_first_walk_is_950_m() -> None:
    scenario = load_scenario("first-walk")
    assert abs(scenario.route_length_m - 950.0) <= 5.0
    assert 4 <= len(scenario.route) <= 6
    assert len(scenario.salvos) == 3


def test_the_world_can_be_laid_about_a_real_vehicles_home() -> None:
    home = Wgs84(-35.36, 149.16, 584.0)
    assert load_scenario("short-walk").plan(home).anchor == home


@pytest.mark.parametrize(
    ("was", "becomes", "place", "mend"),
    [
        ('kind = "tired"', 'kind = "tird"', "$.person.kind", "did you mean tired?"),
        ("pauses =", "pausen =", "$.person", "did you mean pauses?"),
        ('kind = "drink"', 'kind = "smok"', "$.person.pauses[0].kind", "did you mean smoke?"),
        ("at = [19", 'gestures = ["hand_up"]\nat = [19', "$.person.gestures[0]", "did you mean hands_up?"),
        ("[10, 16]\nshells", "[16, 10]\nshells", "salvos[0].at_walked_m", "write [low, high]"),
        ("[[20, 30], [48, 42], [76, 52]]", "[[20, 30]]", "$.route", "first-walk.toml"),
        ("[[20, 30], [48, 42], [76, 52]]", "[[20, 30], [21, 31]]", "route", "the way from the person"),
        ("shells = 2", "shells = -1", "$.salvos[0].shells", "first-walk.toml"),
        ("[19, 29]", "[nan, 29]", "$.person.at[0]", "write a number"),
        ("[19, 29]", "[1e6, 29]", "person.at", "metres east and north"),
        ("at = [34, 38]", "at = [34, 38]\nradius_m = 1e9", "$.craters[0].radius_m", "first-walk.toml"),
        ("at = [34, 38]", "at = [34, -38e6]", "craters[0].at", "metres east and north"),
        ("[48, 42], ", "[48, 42], [48, 42], ", "route[2]", "leave one of the two out"),
        ("name =", "nam e =", "f.toml", "mend that line"),
        ('kind = "tired"', 'garb = { jacket = "orang" }', "$.person.garb.jacket", "did you mean orange?"),
        ('kind = "tired"', 'garb = { build = "kid" }', "$.person.garb.build", "known are child, man, old, woman"),
        ('kind = "tired"', "garb = { helmets = true }", "$.person.garb", "did you mean helmet?"),
        ('kind = "tired"', 'wound = "knee"', "$.person.wound", "known are arm, head, leg"),
        ('kind = "tired"', "fear = [0.9, 0.1]", "person.fear", "write [low, high]"),
        ("[wind]", '[weather]\nseason = "autum"\n[wind]', "$.weather.season", "did you mean autumn?"),
        ("[wind]", '[lens]\npalette = "hot"\n[wind]', "$.lens.palette", "white_hot"),
        ("[wind]", "[lens]\nhfov_deg = [60, 20]\n[wind]", "lens.hfov_deg", "narrowest"),
        ("[wind]", "[[companions]]\nat = [1, 2e6]\n[wind]", "companions[0].at", "metres east and north"),
        ("[wind]", '[[companions]]\nat = [1, 2]\nkind = "slow"\n[wind]', "$.companions[0].kind", "known are healthy"),
        ("[wind]", "[relief]\nfrom_at = [9e9, 0]\n[wind]", "relief.from_at", "metres east and north"),
        ("[wind]", "[relief]\nfrom_at = [9, 0]\ncomes_s = [9, 1]\n[wind]", "relief.comes_s", "write [low, high]"),
        ("tree_lines =", "tree_line =", "$.ground", "did you mean tree_lines?"),
        ("tracks = [[[-60", "tracks = [[[-60e4", "ground.tracks[0]", "metres east and north"),
        ("title =", 'ends_well = ["in_custod"]\ntitle =', "$.ends_well[0]", "did you mean in_custody?"),
        (
            "[wind]",
            '[[own_drones]]\nunit = "Ash"\nfrom_at = [1, 1]\nat_walked_m = [1, 2]\n[wind]',
            "own_drones[0].unit",
            "known are Neighbour Alder",
        ),
    ],
)
def test_a_mistake_is_one_line_that_names_the_place_and_the_mend(was: str, becomes: str, place: str, mend: str) -> None:
    assert was in TEXT
    with pytest.raises(BadInput) as caught:
        read_scenario(TEXT.replace(was, becomes, 1), "f.toml")
    assert place in caught.value.place
    assert mend in caught.value.mend
    assert "\n" not in str(caught.value)


def test_an_unknown_scenario_names_the_nearest_one() -> None:
    with pytest.raises(BadInput, match="did you mean first-walk"):
        load_scenario("frist-walk")


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEXT.replace('"short-walk"', '"mine"'), encoding="utf-8")
    assert load_scenario(str(file)).name == "mine"
    with pytest.raises(BadInput, match="cannot be read"):
        load_scenario(str(tmp_path / "none.toml"))
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot be read"):
        load_scenario(str(file))


@given(st.text(max_size=200))
def test_no_text_brings_the_reader_down(text: str) -> None:
    with pytest.raises(BadInput):
        read_scenario(text, "f.toml")


@given(st.integers(0, len(TEXT) - 1), st.text(max_size=5))
def test_a_damaged_file_is_read_or_refused(at: int, junk: str) -> None:
    fences = []
    with suppress(BadInput):
        fences.append(read_scenario(TEXT[:at] + junk + TEXT[at + len(junk) :], "f.toml").plan().fence)
    assert all(len(fence) >= 4 for fence in fences)
