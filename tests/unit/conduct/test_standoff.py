"""Never above a head: places are moved out of everybody's disc, and flights go round people."""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.conduct.standoff import flown_round, place_off
from safeconduct.model.geometry import Enu, ground_range_m

CLEAR_M = 4.0
ONE = (Enu(0.0, 0.0, 0.0),)
FAMILY = tuple(Enu(e, n, 0.0) for e, n in ((0.0, 0.0), (2.5, 0.5), (-2.0, 1.5), (1.0, 3.0)))


def flies(begin: Enu, goal: Enu, people: tuple[Enu, ...], seconds: float = 90.0) -> tuple[Enu, float]:
    """Where it ends, and how near it came to anybody: a carrot of 1.2 m/s² and 3 m/s."""
    p, v, nearest = begin, Enu(0.0, 0.0, 0.0), 1e9
    goal = place_off(goal, people, CLEAR_M, begin)
    for _ in range(round(seconds * 10)):
        dx, dy = goal[0] - p[0], goal[1] - p[1]
        d = hypot(dx, dy) or 1e-9
        speed = min(3.0, 0.8 * d, (1.2 * d) ** 0.5)
        we, wn = flown_round(p, v, (dx / d * speed, dy / d * speed), goal, people, CLEAR_M)
        ae, an = (we - v[0]) / 0.1, (wn - v[1]) / 0.1
        a = hypot(ae, an)
        if a > 1.2:
            ae, an = ae * 1.2 / a, an * 1.2 / a
        v = Enu(v[0] + 0.1 * ae, v[1] + 0.1 * an, 0.0)
        p = Enu(p[0] + 0.1 * v[0], p[1] + 0.1 * v[1], p[2])
        nearest = min(nearest, *(ground_range_m(p, one) for one in people))
    return p, nearest


@pytest.mark.parametrize("people", [ONE, FAMILY])
def test_a_flight_to_the_other_side_goes_round_and_arrives(people: tuple[Enu, ...]) -> None:
    goal = Enu(0.5, 12.0, 8.0)
    ended, nearest = flies(Enu(0.0, -12.0, 8.0), goal, people)
    assert nearest > CLEAR_M - 0.4
    assert ground_range_m(ended, goal) < 1.0


@given(st.floats(-3.0, 3.0), st.floats(-3.0, 3.0))
def test_a_wanted_place_above_somebody_is_moved_out_of_all_discs(east: float, north: float) -> None:
    moved = place_off(Enu(east, north, 9.0), FAMILY, CLEAR_M, Enu(20.0, 3.0, 9.0))
    assert min(ground_range_m(moved, one) for one in FAMILY) >= CLEAR_M - 1e-3
    assert moved.up == 9.0


def test_who_walks_under_a_hovering_aircraft_is_given_way_to() -> None:
    here = Enu(0.0, 3.0, 6.0)
    _, north = flown_round(here, Enu(0.0, 0.0, 0.0), (0.0, 0.0), here, ONE, CLEAR_M)
    assert north > 0.5


def test_where_nobody_is_the_flight_is_as_wanted() -> None:
    assert flown_round(Enu(0.0, 50.0, 6.0), Enu(0.0, 0.0, 0.0), (1.0, 2.0), Enu(9.0, 60.0, 6.0), ONE, CLEAR_M) == (
        1.0,
        2.0,
    )
