"""What grows and stands hides people and keeps off the route; the relief is the same for feet and for the plan."""

from __future__ import annotations

from math import hypot

import pytest

from safeconduct.model.geometry import Enu
from safeconduct.sim.ground import Ground, ground_of
from safeconduct.sim.grounds import Crater, Grounds, Ruin, Trench

HEDGE = ground_of(Grounds(hedges=(((-30.0, 0.0), (30.0, 0.0)),)), (), (), ())


def test_a_hedge_hides_a_standing_man_at_a_flat_angle_and_not_from_above() -> None:
    flat, steep = Enu(0.0, 40.0, 3.0), Enu(0.0, 3.0, 25.0)
    for east in (-10.0, 0.0, 10.0):
        assert HEDGE.hides(east, -1.2, 1.4, flat)
        assert not HEDGE.hides(east, -1.2, 1.4, steep)
    assert not HEDGE.hides(0.0, 3.0, 1.4, flat)  # he stands on the viewer's side
    assert not HEDGE.hides(0.0, -1.2, 1.4, Enu(0.0, -40.0, 3.0))


def test_a_wall_hides_behind_it_and_not_beside_it() -> None:
    ground = ground_of(Grounds(ruins=(Ruin((0.0, 0.0), stands=1.0, heading_deg=0.0),)), (), (), ())
    tall = max(ground.walls, key=lambda w: w.height_m)
    me, mn = (tall.e1 + tall.e2) / 2.0, (tall.n1 + tall.n2) / 2.0
    length = hypot(tall.e2 - tall.e1, tall.n2 - tall.n1)
    ae, an = -(tall.n2 - tall.n1) / length, (tall.e2 - tall.e1) / length
    behind, viewer = (me + 0.5 * ae, mn + 0.5 * an), Enu(me - 30.0 * ae, mn - 30.0 * an, 2.0)
    assert ground.hides(*behind, 0.8, viewer)
    assert not ground.hides(me - 0.5 * ae, mn - 0.5 * an, 0.8, viewer._replace(up=30.0))


def test_a_rise_of_the_field_hides() -> None:
    ground = ground_of(Grounds(relief_m=30.0, seed=3), (), (), ((0.0, 0.0), (400.0, 0.0)))
    low_viewers = [
        (e, n)
        for e in range(0, 400, 40)
        for n in range(-80, 81, 40)
        if ground.hides(0.0, 0.0, 0.4, Enu(float(e), float(n), ground.field_m(e, n) + 0.4))
    ]
    assert low_viewers
    for e, n in low_viewers:
        assert not ground.hides(0.0, 0.0, 0.4, Enu(float(e), float(n), ground.field_m(e, n) + 200.0))


def test_without_anything_standing_the_field_hides_nobody() -> None:
    ground = Ground((), (Crater((40.0, 0.0)),))
    assert not ground.hides(0.0, 0.0, 0.2, Enu(50.0, 0.0, 0.5))


def test_nothing_grows_or_stands_on_the_route() -> None:
    route = ((-80.0, 5.0), (80.0, -5.0))
    across = ((0.0, -60.0), (0.0, 60.0))
    ground = ground_of(
        Grounds(hedges=(across,), tree_lines=(across,), ruins=(Ruin((40.0, -2.0)),), bushes_per_ha=60.0), (), (), route
    )
    assert ground.plants
    assert ground.walls
    for step in range(161):
        e, n = -80.0 + step, 5.0 - step / 16.0
        assert min(hypot(p.east - e, p.north - n) - 0.5 * p.radius_m for p in ground.plants) > 2.0
        assert min(hypot((w.e1 + w.e2) / 2 - e, (w.n1 + w.n2) / 2 - n) for w in ground.walls) > 2.0


def test_nothing_grows_in_holes_and_every_foot_stands_on_the_field() -> None:
    trench, crater = Trench("t", ((-50.0, 20.0), (50.0, 20.0))), Crater((0.0, -20.0), 6.0)
    ground = ground_of(Grounds(relief_m=5.0, bushes_per_ha=200.0), (trench,), (crater,), ())
    assert len(ground.plants) > 500
    for plant in ground.plants:
        assert ground.depth_m(plant.east, plant.north) < 0.2
        assert plant.up == pytest.approx(ground.field_m(plant.east, plant.north), abs=0.001)


def test_relief_has_the_height_asked_for_and_begins_at_the_anchor() -> None:
    ground = ground_of(Grounds(relief_m=7.0), (), (), ((0.0, 0.0), (600.0, 200.0)))
    heights = [ground.field_m(float(e), float(n)) for e in range(-100, 701, 2) for n in range(-100, 301, 2)]
    assert max(heights) - min(heights) == pytest.approx(7.0, abs=0.01)
    assert ground.height_m(0.0, 0.0) == pytest.approx(0.0, abs=0.001)
    assert ground.field_m(-5000.0, 0.0) == ground.field_m(-100.0, 0.0)
    steps = [abs(ground.field_m(e + 1.0, 0.0) - ground.field_m(float(e), 0.0)) for e in range(600)]
    assert max(steps) < 0.25  # gentle: a man walks it


def test_depth_is_counted_from_the_field_and_not_from_the_anchor() -> None:
    trench, crater = Trench("t", ((200.0, 0.0), (240.0, 0.0))), Crater((300.0, 0.0), 3.0, 1.2)
    ground = ground_of(Grounds(relief_m=20.0, seed=5), (trench,), (crater,), ())
    flat = Ground((trench,), (crater,))
    for e in (150.0, 200.0, 220.0, 239.0, 298.0, 300.0, 302.5):
        assert ground.depth_m(e, 0.0) == flat.depth_m(e, 0.0) == -flat.height_m(e, 0.0)
        assert ground.height_m(e, 0.0) == pytest.approx(ground.field_m(e, 0.0) - ground.depth_m(e, 0.0))
    assert ground.hides(220.0, 0.0, 0.8, Enu(220.0, 30.0, ground.field_m(220.0, 30.0) + 5.0))
    assert ground.place(220.0, 0.0) == Enu(220.0, 0.0, ground.height_m(220.0, 0.0))


def test_people_lie_down_in_a_hole_rather_than_beside_a_wall_and_there_rather_than_behind_a_hedge() -> None:
    ruins, hedge = (Ruin((20.0, 0.0), stands=1.0),), ((0.0, 10.0), (30.0, 10.0))
    ground = ground_of(Grounds(ruins=ruins, hedges=(hedge,)), (), (Crater((0.0, 0.0)),), ())
    assert ground.nearest_cover(6.0, 0.0, 10.0) == (0.0, 0.0)
    beside = ground.nearest_cover(11.0, 0.0, 9.0)
    assert beside is not None
    away = min(hypot((w.e1 + w.e2) / 2 - beside[0], (w.n1 + w.n2) / 2 - beside[1]) for w in ground.walls)
    assert away == pytest.approx(0.7, abs=0.05)
    behind = ground.nearest_cover(4.0, 14.0, 6.0)
    assert behind is not None
    assert 10.0 < behind[1] < 11.0
    assert ground.nearest_cover(-40.0, -40.0, 10.0) is None


def test_ruins_are_cover_for_the_plan_and_hedges_are_not() -> None:
    ground = ground_of(
        Grounds(relief_m=5.0, ruins=(Ruin((20.0, 0.0)),), hedges=(((0.0, 9.0), (9.0, 9.0)),)), (), (), ()
    )
    (cover,) = ground.wall_covers()
    assert cover.name == "ruin 1"
    assert cover.position == Enu(20.0, 0.0, ground.field_m(20.0, 0.0))
    assert cover.radius_m > 2.0
