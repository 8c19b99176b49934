"""Places and directions: there and back is the same place, and distances are those of the earth."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.geometry import (
    ZERO,
    Enu,
    LocalFrame,
    Wgs84,
    add,
    bearing_deg,
    ground_range_m,
    minus,
    rounded,
    slant_range_m,
    toward,
    turn_deg,
)
from safeconduct.model.mission_time import NS, after, seconds_between

ANCHORS = st.builds(Wgs84, st.floats(-65.0, 65.0), st.floats(-180.0, 180.0), st.floats(-100.0, 4000.0))
LEVEL_M = st.floats(-5000.0, 5000.0)
PLACES = st.builds(Enu, LEVEL_M, LEVEL_M, st.floats(-200.0, 500.0))
BEARINGS = st.floats(0.0, 360.0, exclude_max=True)


def haversine_m(a: Wgs84, b: Wgs84) -> float:
    """Great circle on a sphere with the ellipsoid's radius at that latitude, mean of both directions (GRS 80)."""
    lat = radians(a.lat_deg)
    w2 = 1.0 - 0.00669437999014 * sin(lat) ** 2
    radius_m = 6_378_137.0 * sqrt(1.0 - 0.00669437999014) / w2  # Gaussian radius of curvature
    d_lat, d_lon = radians(b.lat_deg - a.lat_deg), radians(b.lon_deg - a.lon_deg)
    h = sin(d_lat / 2) ** 2 + cos(lat) * cos(radians(b.lat_deg)) * sin(d_lon / 2) ** 2
    return 2.0 * radius_m * asin(sqrt(h))


@given(ANCHORS, PLACES)
def test_to_the_globe_and_back_is_the_same_place(anchor: Wgs84, place: Enu) -> None:
    frame = LocalFrame(anchor)
    assert frame.to_enu(frame.to_wgs84(place)) == pytest.approx(place, abs=1e-5)


@given(ANCHORS, BEARINGS)
def test_a_kilometre_is_a_kilometre_in_every_direction(anchor: Wgs84, bearing: float) -> None:
    away = LocalFrame(anchor).to_wgs84(toward(bearing, 1000.0))
    # The ellipsoid's curvature differs by up to 0.34 % from the sphere's, north against east.
    assert haversine_m(anchor, away) == pytest.approx(1000.0, rel=0.0037)


@pytest.mark.parametrize("bearing", range(0, 360, 15))
def test_where_the_walks_are_a_kilometre_agrees_within_a_fifth_of_a_percent(bearing: float) -> None:
    anchor = Wgs84(48.6, 38.0, 120.0)
    away = LocalFrame(anchor).to_wgs84(toward(bearing, 1000.0))
    assert haversine_m(anchor, away) == pytest.approx(1000.0, rel=0.002)


def test_over_the_date_line_it_is_not_once_around_the_world() -> None:
    frame = LocalFrame(Wgs84(10.0, 179.9999, 0.0))
    assert 0.0 < frame.to_enu(Wgs84(10.0, -179.9999, 0.0)).east < 25.0


@given(PLACES, BEARINGS, st.floats(1.0, 2000.0))
def test_who_goes_along_a_bearing_is_seen_on_that_bearing(start: Enu, bearing: float, metres: float) -> None:
    there = add(start, toward(bearing, metres))
    assert abs(turn_deg(bearing_deg(start, there), bearing)) < 1e-4
    assert ground_range_m(start, there) == pytest.approx(metres, abs=1e-6)


@given(st.floats(-720.0, 720.0), st.floats(-720.0, 720.0))
def test_a_turn_is_the_short_way_round(start: float, end: float) -> None:
    turn = turn_deg(start, end)
    assert -180.0 < turn <= 180.0
    off = (start + turn - end) % 360.0
    assert min(off, 360.0 - off) < 1e-9


def test_turns_in_words() -> None:
    assert turn_deg(350.0, 10.0) == 20.0
    assert turn_deg(10.0, 350.0) == -20.0
    assert turn_deg(0.0, 180.0) == 180.0


def test_small_sums() -> None:
    a, b = Enu(3.0, 4.0, 12.0), Enu(1.0, 1.0, 1.0)
    assert slant_range_m(a, ZERO) == 13.0
    assert ground_range_m(a, ZERO) == 5.0
    assert add(a, b, -2.0) == Enu(1.0, 2.0, 10.0)
    assert minus(a, b) == Enu(2.0, 3.0, 11.0)
    assert rounded(Enu(0.12345, -0.12345, 7.0)) == Enu(0.123, -0.123, 7.0)


@given(st.integers(0, 2**62), st.floats(0.0, 1e6))
def test_mission_time_adds_up(t_ns: int, seconds: float) -> None:
    assert seconds_between(t_ns, after(t_ns, seconds)) == pytest.approx(seconds, abs=1e-9)
    assert after(t_ns, 0.1) - t_ns == NS // 10
