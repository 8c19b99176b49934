"""Ground that the plan knows between the corners of its way: a knoll under the walk, and the aircraft over both."""

from __future__ import annotations

from math import exp, hypot

import msgspec
import pytest

from rehearsal import PLAN, Rehearsal
from safeconduct.model import commands as c
from safeconduct.model.geometry import Enu
from safeconduct.model.terrain import terrain_about
from safeconduct.model.vocabulary import Decision, Phase, Signal


def knoll_m(east: float, north: float) -> float:
    """Twelve metres high, halfway to the first corner; both corners of the way lie on level ground."""
    return 12.0 * exp(-((hypot(east, north - 75.0) / 30.0) ** 2))


KNOLL = msgspec.structs.replace(PLAN, terrain=terrain_about(PLAN.route, knoll_m))


def test_heights_between_the_nodes_lie_between_them_and_beyond_the_grid_they_go_on_level() -> None:
    terrain = terrain_about(PLAN.route, lambda e, n: 0.1 * e + 0.2 * n)
    assert terrain.up_m(13.0, 47.0) == pytest.approx(1.3 + 9.4, abs=0.11)
    assert terrain.up_m(13.0, 9000.0) == terrain.up_m(13.0, 400.0)


def walks_over(r: Rehearsal) -> Rehearsal:
    """He walks 10 s more, on the ground."""
    for _ in range(100):
        r.person = r.person._replace(up=knoll_m(r.person.east, r.person.north))
        r.passes(0.1)
    return r


def test_the_aircraft_keeps_its_height_over_a_knoll_between_the_corners_of_the_way() -> None:
    r = Rehearsal(KNOLL).leading()
    while r.person.north < 120.0:
        walks_over(r)
        above_m = r.here.up - knoll_m(r.here.east, r.here.north)
        assert 2.5 <= above_m <= 8.0
        assert r.is_in(Phase.LEAD)


def test_a_sinking_signal_is_shown_over_the_ground_that_is_under_the_aircraft() -> None:
    r = Rehearsal(KNOLL).leading()
    while r.person.north < 55.0:  # the aircraft is on the knoll before him, he below it
        walks_over(r)
    r.walk = Enu(0.0, 0.0, 0.0)
    r.decides(Decision.SHOW, Signal.HERE.value)
    lowest_m = 1e9
    for _ in range(300):
        r.passes(0.1)
        lowest_m = min(lowest_m, r.here.up - knoll_m(r.here.east, r.here.north))
    assert r.all(c.Transmit)[-1].signal is Signal.HERE
    assert lowest_m > 1.0
