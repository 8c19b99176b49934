"""The ground of the walk changes while he walks: another way is proposed, and taken by a human's word only."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rehearsal import PLAN, Rehearsal
from safeconduct.conduct import OPENING, Verdict, step
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu, ground_range_m, toward
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import Decision, Phase, Posture, Signal
from safeconduct.routes import way_through

MINES = Area("mines by the ditch", "mines", tuple(Enu(*p, 0.0) for p in ((-15, 90), (15, 90), (15, 100), (-15, 100))))
CRATER = Area("crater 1", "cover", (Enu(18.0, 40.0, 0.0),), 3.0)


def proposed(r: Rehearsal) -> c.NewWay | None:
    return next((w for w in reversed(r.all(c.NewWay)) if not w.taken), None)


def test_mines_reported_across_the_way_stop_him_at_once_and_another_way_is_proposed() -> None:
    r = Rehearsal().leading()
    r.happens(e.HazardReported(r.t_ns, MINES, "crew"))
    assert r.is_in(Phase.WAIT)
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(4.0)
    shown = r.last(c.Transmit)
    assert shown is not None
    assert shown.signal is Signal.STOP
    offer = proposed(r)
    assert offer is not None
    assert offer.old_left_m == 0.0, "the old one is no choice any more"
    assert all(not (-25.0 < p.east < 25.0 and 80.0 < p.north < 110.0) for p in offer.points), "ten metres stay between"
    r.passes(15.0)
    r.decides(Decision.LEAD)
    assert r.is_in(Phase.WAIT), "nobody is led before the new way is approved"
    assert "the way is shut" in r.words()
    r.decides(Decision.APPROVE_ROUTE, "take")
    taken = r.last(c.NewWay)
    assert taken is not None
    assert taken.taken
    assert taken.points == offer.points
    r.passes(1.0)
    r.decides(Decision.LEAD)
    assert r.is_in(Phase.LEAD)
    assert r.verdict.breaches == []


def test_what_he_has_walked_stays_counted_on_the_new_way() -> None:
    r = Rehearsal().leading()
    r.passes(20.0)
    made = r.state.person.progress_m if r.state.person else 0.0
    r.happens(e.HazardReported(r.t_ns, MINES, "liaison"))
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(1.0)
    r.decides(Decision.APPROVE_ROUTE, "take")
    r.passes(0.5)
    assert made > 15.0
    assert r.state.person is not None
    assert r.state.person.progress_m == pytest.approx(made, abs=3.0)
    assert r.state.way is not None
    assert ground_range_m(r.state.way.points[-1], PLAN.reception) < 0.1


def test_where_no_other_way_is_known_he_is_not_led_and_it_is_said() -> None:
    fence = (Enu(-40.0, -40.0, 0.0), Enu(40.0, -40.0, 0.0), Enu(40.0, 340.0, 0.0), Enu(-40.0, 340.0, 0.0))
    wall = replace(MINES, ring=tuple(Enu(*p, 0.0) for p in ((-60, 150), (60, 150), (60, 160), (-60, 160))))
    r = Rehearsal(replace(PLAN, fence=fence)).leading()
    r.happens(e.HazardReported(r.t_ns, wall, "crew"))
    r.passes(1.0)
    assert "No other way is known" in r.words()
    r.decides(Decision.LEAD)
    assert not r.is_in(Phase.LEAD)
    assert r.verdict.breaches == []


def test_after_shells_on_the_way_another_is_asked_about_once_it_is_quiet_and_before_leading_on() -> None:
    r = Rehearsal().leading()
    for n in range(3):
        r.happens(e.Impact(r.t_ns, Enu(2.0 * n, 45.0 + 10.0 * n, 0.0), "eyes"))
    r.walk, r.posture = Enu(0.0, 0.0, 0.0), Posture.PRONE
    r.passes(25.0)
    assert proposed(r) is None, "not under fire"
    r.passes(10.0)
    offer = proposed(r)
    assert offer is not None
    assert "shells fell by the way" in offer.why
    assert [a.decision for a in r.state.asked] == [Decision.APPROVE_ROUTE], "one question after the other"
    r.posture = Posture.STANDING
    r.decides(Decision.APPROVE_ROUTE, "take")
    r.passes(1.0)
    assert [a.decision for a in r.state.asked] == [Decision.LEAD]
    r.decides(Decision.LEAD)
    assert r.is_in(Phase.LEAD)
    assert r.verdict.breaches == []


def test_however_often_shells_fall_the_whole_walk_stays_near_the_length_that_was_signed() -> None:
    r = Rehearsal().leading()
    signed_m = way_through(PLAN.route).length_m
    for north in range(5, 240, 45):
        while r.person.north < north:  # along the way, wherever it leads now
            assert r.state.way is not None
            assert r.state.person is not None
            on = toward(r.state.way.bearing_deg(r.state.person.progress_m + 1.0), 1.0)
            r.walk = Enu(on.east, on.north, 0.0)
            r.passes(0.5)
        r.walk, r.posture = Enu(0.0, 0.0, 0.0), Posture.PRONE
        assert r.state.way is not None
        assert r.state.person is not None
        r.happens(e.Impact(r.t_ns, r.state.way.point(r.state.person.progress_m + 45.0), "eyes"))
        r.passes(35.0)
        r.posture = Posture.STANDING
        if proposed(r) is not None and any(a.decision is Decision.APPROVE_ROUTE for a in r.state.asked):
            r.decides(Decision.APPROVE_ROUTE, "take")
        r.passes(2.0)
        r.decides(Decision.LEAD)
        assert r.state.way.length_m <= 1.1 * signed_m + 20.0 + 1.0
    assert len([w for w in r.all(c.NewWay) if w.taken]) >= 1


def test_the_operator_may_keep_the_old_way() -> None:
    r = Rehearsal().leading()
    before = r.state.way
    r.happens(e.Impact(r.t_ns, Enu(0.0, 50.0, 0.0), "eyes"))
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(32.0)
    assert proposed(r) is not None
    r.decides(Decision.APPROVE_ROUTE, "keep")
    r.passes(1.0)
    assert r.state.way == before
    assert r.state.route_approved
    assert [a.decision for a in r.state.asked] == [Decision.LEAD]


def test_a_shell_far_from_the_way_changes_nothing() -> None:
    r = Rehearsal().leading()
    r.happens(e.Impact(r.t_ns, Enu(150.0, 80.0, 0.0), "eyes"))
    r.passes(40.0)
    assert r.all(c.NewWay) == []


def test_who_strayed_is_offered_a_way_from_where_he_is() -> None:
    r = Rehearsal().leading()
    r.walk = Enu(1.5, 0.0, 0.0)
    r.passes(30.0)
    offer = proposed(r)
    assert offer is not None
    assert "off the way" in offer.why
    assert len(r.all(c.NewWay)) == 1, "asked once"


def test_in_cover_the_operator_is_told_where_the_nearest_cover_lies() -> None:
    r = Rehearsal(replace(PLAN, areas=(CRATER,))).leading()
    r.happens(e.Impact(r.t_ns, Enu(20.0, 30.0, 0.0), "eyes"))
    told = [a.words for a in r.all(c.Alert) if a.name == "shelter"]
    assert len(told) == 1
    assert told[0].startswith("Nearest cover: crater 1,")
    assert told[0].endswith("north of him.") or "north-east" in told[0]


def test_the_same_facts_give_the_same_new_way_to_the_byte() -> None:
    def told() -> list[c.NewWay]:
        r = Rehearsal(replace(PLAN, areas=(CRATER,))).leading()
        r.happens(e.HazardReported(r.t_ns, MINES, "crew"))
        r.passes(1.0)
        return r.all(c.NewWay)

    assert told() == told()


def test_the_judge_knows_a_way_that_nobody_approved_and_one_that_leads_into_mines() -> None:
    verdict, (_, t) = Verdict(), (OPENING, 5)
    opened = e.MissionOpened(t, PLAN, OPENING.settings)
    verdict.hear(opened)
    step(OPENING, opened)
    verdict.hear(e.HazardReported(t, MINES, "crew"))
    verdict.hear(c.NewWay(t, PLAN.route, 300.0, 300.0, 0.0, "because"))
    verdict.hear(c.NewWay(t, PLAN.route, 300.0, 300.0, 0.0, "because", taken=True))
    verdict.hear(c.PhaseEntered(t, Phase.LEAD, "go"))
    assert any("another way was taken without" in b for b in verdict.breaches)
    assert any("led toward mines 'mines by the ditch'" in b for b in verdict.breaches)
