"""A commander draws where the walk begins and ends and what must be kept away from; the way is found and priced."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from msgspec.structs import replace

from safeconduct.maps import plan_of, plan_to_geojson, read_map
from safeconduct.model.faults import BadInput
from safeconduct.model.plan import Plan
from safeconduct.routes import Ground, Rules, Walker, grid_of, plan_way
from safeconduct.routes.grid import segment_away_m
from safeconduct.runtime.plan import on_ground, with_way
from unit.routes.fields import box, disc, field, hills, nearest_shut_m, p, ring


def test_over_open_ground_he_is_led_straight() -> None:
    walk = plan_way(field()).walk
    assert walk.points == (p(0, 0), p(200, 0))
    assert walk.length_m == pytest.approx(200.0)
    assert walk.exposed_m == pytest.approx(200.0)
    assert walk.seconds == pytest.approx(200.0 / 0.8 * 1.3, rel=0.02)


def test_around_mines_the_margin_is_kept_to_the_metre() -> None:
    plan = field(box("mines", 80, -60, 120, 40))
    walk = plan_way(plan).walk
    assert nearest_shut_m(plan, walk.points, Rules()) >= 0.0
    assert walk.points[0] == plan.start
    assert walk.points[-1] == plan.reception
    assert 220.0 < walk.length_m < 250.0


def test_a_lane_between_mines_is_used_where_its_margin_is_known_and_shut_where_it_is_not() -> None:
    def belts(**more: float) -> Plan:
        return field(
            box("mines", 90, 4, 110, 400, **more),
            box("mines", 90, -400, 110, -4, **more),
            fence=ring((-20, -120), (220, -120), (220, 120), (-20, 120)),
        )

    walk = plan_way(belts(margin_m=2.0)).walk
    assert walk.length_m == pytest.approx(200.0, abs=1.0)
    assert [(round(low.from_m), round(low.to_m)) for low in walk.low] == [(79, 121)]
    with pytest.raises(BadInput, match=r"no way .* shut off by mines 'mines box', mines 'mines box', the fence; open"):
        plan_way(belts())


def test_he_is_led_out_of_the_sight_of_a_gun_behind_a_ridge() -> None:
    plan = field(disc("hazard", 300, 190, 5, sees_m=700), to=(600, 0))
    grid = grid_of(plan)
    north = grid.south + np.arange(grid.rows) * grid.step_m
    ridge = 8.0 * np.exp(-(((north + 40.0) / 12.0) ** 2))
    ground = Ground(grid, np.repeat(ridge[:, None], grid.cols, axis=1))
    hidden = plan_way(plan, ground).walk
    straight = plan_way(plan, Ground(grid, np.zeros((grid.rows, grid.cols)))).walk
    assert min(q.north for q in hidden.points) < -45.0, "behind the ridge"
    assert min(q.north for q in straight.points) > -5.0
    assert hidden.exposed_m < 0.7 * hidden.length_m


def test_where_nobody_reported_fire_it_is_assumed_on_his_own_side_and_said_so() -> None:
    plan = field()
    fire = plan_way(plan, hills(plan, 1)).priced.fire
    assert len(fire) == 3
    assert all(f.assumed and f.place.east < plan.start.east for f in fire)
    assert plan_way(plan).priced.fire == ()


def test_covers_are_numbered_with_the_time_to_reach_them_and_the_longest_walk_is_told() -> None:
    plan = field(disc("cover", 90, 8, 3), disc("cover", 180, -6, 3), disc("cover", 270, 9, 3), to=(450, 0))
    walk = plan_way(plan, walker=Walker(pace_mps=1.0, rest_share=0.0)).walk
    assert [stop.number for stop in walk.covers] == [1, 2, 3]
    assert [stop.seconds for stop in walk.covers] == sorted(stop.seconds for stop in walk.covers)
    for stop in walk.covers:
        assert stop.seconds == pytest.approx(stop.at_m, rel=0.05)
        assert stop.off_m <= 15.0
    assert walk.longest_m == pytest.approx(450.0 - walk.covers[-1].at_m, abs=1.0)
    assert "no cover within 15 m of the way" in walk.warnings[0]


def test_the_relief_takes_over_at_a_cover_that_the_battery_reaches() -> None:
    covers = [disc("cover", 100 * n, 5, 3) for n in range(1, 10)]
    plan = field(*covers, to=(1000, 0))
    walk = plan_way(plan, walker=Walker(pace_mps=0.5)).walk
    assert len(walk.legs) > 1
    assert walk.legs[0].from_m == 0.0
    assert walk.legs[-1].to_m == pytest.approx(walk.length_m, abs=0.1)
    for leg, after in zip(walk.legs, walk.legs[1:], strict=False):
        assert leg.at.startswith("cover")
        assert leg.to_m == after.from_m
        assert leg.ends_s - leg.begins_s < 0.75 * 1500.0


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (field(box("mines", -30, -30, 3, 30)), "field start: lies in mines 'mines box' or its margin of 10 m; move it"),
        (field(disc("no_go", 200, 0, 5)), "field reception point: lies in no_go 'no_go disc' or its margin of 1 m"),
        (field(fence=ring((-20, -20), (100, -20), (100, 20), (-20, 20))), "reception point: lies outside the fence"),
    ],
)
def test_who_stands_in_what_is_shut_is_told_so(plan: Plan, words: str) -> None:
    with pytest.raises(BadInput) as told:
        plan_way(plan)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_way_that_a_human_drew_is_priced_as_drawn_and_told_where_it_enters_a_margin() -> None:
    plan = field(box("mines", 80, 5, 120, 40))
    drawn = plan_way(replace(plan, route=(p(0, 0), p(200, 0)))).walk
    assert drawn.drawn
    assert drawn.points == (p(0, 0), p(200, 0))
    assert drawn.warnings[0] == "the way as drawn enters a margin between 0 and 200 m"
    assert drawn.tolerance_m == 0.0


def test_a_slope_too_steep_for_a_wounded_man_is_walked_around() -> None:
    plan = field()
    grid = grid_of(plan)
    east = grid.west + np.arange(grid.cols) * grid.step_m
    north = grid.south + np.arange(grid.rows) * grid.step_m
    hill = 30.0 * np.exp(-((((east - 100.0) / 18.0)[None, :] ** 2) + ((north - 3.0) / 18.0)[:, None] ** 2))
    walk = plan_way(plan, Ground(grid, hill)).walk
    assert all(segment_away_m(a, b, disc("hazard", 100, 3, 0.5)) > 15.0 for a, b in pairwise(walk.points))
    assert walk.climb_m < 10.0


@pytest.mark.parametrize("seed", [1, 7, 11])
def test_a_signed_plan_that_is_read_again_has_the_price_that_was_signed(seed: int) -> None:
    """11: the way counts on a hollow. Fire that is assumed stands at the edge of the ground that is known."""
    plan = field(box("mines", 80, -30, 120, 10), to=(400.0, 30.0))
    ground = hills(plan, seed, height_m=8.0)
    plan = on_ground(plan, ground)
    signed = plan_way(plan, ground).walk
    read = plan_of(read_map("signed", plan_to_geojson(with_way(plan, signed))))
    again = plan_way(read, ground).walk
    assert grid_of(read) == grid_of(plan)
    assert again.drawn
    for name in ("price", "exposed_m", "seconds", "longest_m", "length_m"):
        assert getattr(again, name) == pytest.approx(getattr(signed, name), rel=0.001)
    assert [c.place for c in again.covers] == [c.place for c in signed.covers]


def test_a_route_that_a_human_drew_beyond_the_ends_is_priced_with_the_ground_around_it() -> None:
    drawn = replace(field(), route=(p(0, 0), p(100, 260), p(200, 0)))
    assert grid_of(drawn).holds(p(100, 350))
    assert not grid_of(field()).holds(p(100, 260))
