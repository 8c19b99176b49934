"""A way that a person walks: how far he is along it, what lies ahead, on which branch he walks."""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safeconduct.model.geometry import Enu, ground_range_m
from safeconduct.routes import Way, way_through

CORNER = way_through((Enu(0, 0, 0), Enu(0, 100, 10), Enu(50, 100, 0)))
"""100 m north and uphill, then 50 m east and down."""

HAIRPIN = way_through((Enu(0, 0, 0), Enu(0, 200, 0), Enu(5, 200, 0), Enu(5, 0, 0)))
"""Out and back again five metres beside: the two branches nearly touch."""

METRES = st.floats(-500.0, 500.0)
PLACES = st.builds(Enu, METRES, METRES, st.floats(-30.0, 30.0))


@st.composite
def ways(draw: st.DrawFn) -> Way:
    points = draw(st.lists(PLACES, min_size=2, max_size=8))
    assume(any(hypot(p[0] - points[0][0], p[1] - points[0][1]) > 1.0 for p in points))
    return way_through(tuple(points))


def test_a_way_knows_its_length_its_points_and_its_direction() -> None:
    assert CORNER.length_m == 150.0
    assert CORNER.point(50.0) == Enu(0.0, 50.0, 5.0)
    assert CORNER.point(125.0) == Enu(25.0, 100.0, 5.0)
    assert CORNER.bearing_deg(99.9) == 0.0
    assert CORNER.bearing_deg(100.0) == 90.0


def test_beyond_its_ends_the_way_goes_straight_on() -> None:
    assert CORNER.point(-10.0) == Enu(0.0, -10.0, -1.0)
    assert CORNER.point(160.0) == Enu(60.0, 100.0, -2.0)
    assert CORNER.bearing_deg(1000.0) == 90.0


def test_who_walks_beside_the_way_is_as_far_as_the_nearest_point() -> None:
    assert CORNER.progress_m(Enu(-7.0, 40.0, 0.0), near_m=30.0) == 40.0
    assert CORNER.progress_m(Enu(20.0, 93.0, 0.0), near_m=100.0) == 120.0
    assert CORNER.progress_m(Enu(-3.0, -9.0, 0.0), near_m=0.0) == 0.0
    assert CORNER.progress_m(Enu(80.0, 100.0, 0.0), near_m=140.0) == 150.0


def test_where_the_way_comes_near_itself_he_stays_on_his_branch() -> None:
    between = Enu(2.6, 60.0, 0.0)  # nearer to the way back than to the way out
    assert HAIRPIN.progress_m(between, near_m=55.0) == 60.0
    assert HAIRPIN.progress_m(between, near_m=340.0) == 345.0


def test_walked_step_by_step_a_hairpin_is_walked_once() -> None:
    progress = 0.0
    for step in range(1, 406):
        progress_before, progress = progress, HAIRPIN.progress_m(HAIRPIN.point(float(step)), progress)
        assert 0.9 <= progress - progress_before <= 1.1
    assert progress == 405.0


def test_out_of_the_window_he_is_where_he_was() -> None:
    assert HAIRPIN.progress_m(Enu(5.0, 10.0, 0.0), near_m=500.0, window_m=20.0) == 500.0


@given(ways(), st.floats(0.0, 1.0))
def test_a_point_of_the_way_is_found_again(way: Way, share: float) -> None:
    s_m = share * way.length_m
    point = way.point(s_m)
    assert ground_range_m(way.point(way.progress_m(point, s_m)), point) < 1e-6


@settings(max_examples=60)
@given(ways(), PLACES)
def test_no_point_of_the_way_is_nearer_than_the_one_that_is_named(way: Way, place: Enu) -> None:
    found_m = way.progress_m(place, 0.0, window_m=way.length_m)
    assert 0.0 <= found_m <= way.length_m
    nearest_m = ground_range_m(way.point(found_m), place)
    for i in range(101):
        assert nearest_m <= ground_range_m(way.point(way.length_m * i / 100.0), place) + 1e-6


@given(ways(), st.floats(-50.0, 3000.0), st.floats(0.0, 20.0))
def test_along_the_way_a_metre_is_at_most_a_metre(way: Way, s_m: float, more_m: float) -> None:
    assert ground_range_m(way.point(s_m), way.point(s_m + more_m)) <= more_m + 1e-6
    assert 0.0 <= way.bearing_deg(s_m) < 360.0


def test_a_way_needs_two_different_places() -> None:
    for points in ((), (Enu(1, 2, 3),), (Enu(1, 2, 3), Enu(1, 2, 9))):
        with pytest.raises(ValueError, match="two different points"):
            way_through(points)
    again = way_through((Enu(0, 0, 0), Enu(0, 0, 0), Enu(0, 5, 0), Enu(0, 5, 0)))
    assert again.points == (Enu(0, 0, 0), Enu(0, 5, 0))
