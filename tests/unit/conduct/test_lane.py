"""Between mines he steps where the aircraft flies: along the lane itself, low and slow; who leaves it is stopped."""

from __future__ import annotations

from msgspec.structs import replace

from rehearsal import PLAN, Rehearsal
from safeconduct.model import commands as c
from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Area, Plan
from safeconduct.model.vocabulary import Phase, Signal


def belt(west: float, east: float) -> Area:
    ring = (Enu(west, 40.0, 0.0), Enu(east, 40.0, 0.0), Enu(east, 80.0, 0.0), Enu(west, 80.0, 0.0))
    return Area("mines", "mines", ring)


LANE: Plan = replace(PLAN, areas=(belt(-40.0, -3.0), belt(3.0, 40.0)))


def into_the_lane() -> Rehearsal:
    r = Rehearsal(LANE).leading()
    while (r.state.person.progress_m if r.state.person else 0.0) < 50.0:
        r.passes(1.0)
    return r


def test_in_the_lane_the_aircraft_flies_the_way_itself_low_and_near() -> None:
    r = into_the_lane()
    assert abs(r.here.east) < 0.3, "over the way itself"
    assert 2.0 < r.here.up < 3.6
    assert 3.5 < r.here.north - r.person.north < 7.0
    assert sum(a.name == "lane" for a in r.all(c.Alert)) == 1


def test_outside_it_flies_beside_him_again() -> None:
    r = into_the_lane()
    r.passes(60.0)
    assert abs(r.here.east) > 1.2
    assert r.here.up > 4.0


def test_who_leaves_the_lane_is_stopped_without_a_swing_that_he_might_follow_and_a_human_leads_on() -> None:
    r = into_the_lane()
    r.walk = Enu(0.8, 0.0, 0.0)
    r.passes(4.5)
    assert r.is_in(Phase.WAIT)
    assert r.state.stopped == "he left the lane"
    shown = r.last(c.Transmit)
    assert shown is not None
    assert shown.signal is Signal.WAIT
    assert any(a.name == "off_lane" for a in r.all(c.Alert))
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(10.0)
    assert r.is_in(Phase.WAIT), "not by itself"


def test_a_step_of_a_metre_aside_alarms_nobody() -> None:
    r = into_the_lane()
    r.person = Enu(1.0, r.person.north, 0.0)
    r.passes(5.0)
    assert r.is_in(Phase.LEAD)
    assert not any(a.name == "off_lane" for a in r.all(c.Alert))
