"""What stands on the page is what the record says, however late the page comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from rehearsal import Rehearsal
from safeconduct.model.events import Event, HazardReported
from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import Decision
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.replay import retell
from safeconduct.station.page import Board
from safeconduct.station.page.steps import PRESS
from safeconduct.station.page.told import LeaseShown, Now
from safeconduct.witness import Recorder

LEASE = LeaseShown("station-1", False)


class Shown(Rehearsal):
    """A rehearsal with a board that watches it."""

    def __init__(self, **more: Any) -> None:
        self.board = Board()
        self.events: list[Event] = []
        super().__init__(**more)

    def happens(self, event: Event) -> tuple[Any, ...]:
        commands = super().happens(event)
        self.events.append(event)
        self.board.watch([event], commands, self.state)
        return commands

    @property
    def now(self) -> Now:
        return self.board.now(LEASE)


def test_before_take_off_the_route_is_to_be_approved_and_held_for() -> None:
    shown = Shown()
    shown.passes(1.0)
    asked = {q.decision: q for q in shown.now.questions}
    approve, refuse = asked[Decision.APPROVE_ROUTE].options
    assert (approve.press, refuse.press) == ("hold", "press")
    assert shown.now.next_step.name.startswith("answer_")


def test_while_nobody_holds_fire_leading_is_locked_and_says_why() -> None:
    shown = Shown()
    shown.in_parley(acknowledged=False)
    shown.passes(1.0)
    lead = next(action for action in shown.now.actions if action.name == "lead")
    assert "no own unit" in lead.locked or "route" in lead.locked
    states = [shown.now.no_fire.state]
    shown.own_side_holds_fire()
    assert [*states, shown.now.no_fire.state] == ["asked", "held"]


def test_while_leading_the_page_says_to_watch_him_and_shows_battery_against_his_pace() -> None:
    shown = Shown()
    shown.leading()
    shown.passes(3.0)
    now = shown.now
    assert now.next_step.name in {"phase_lead", "wait_showing"}
    assert now.aircraft.lasts_s is not None
    assert now.aircraft.needs_s is not None
    assert now.person is not None
    assert now.person.track == shown.track


def test_what_fails_stands_on_the_checklist_and_nothing_else() -> None:
    shown = Shown()
    shown.leading()
    shown.passes(2.0)
    before = shown.now.failing
    shown.video = False
    shown.passes(5.0)
    assert (before, shown.now.failing) == ((), ("the picture is stale",))


def test_to_stand_on_the_ground_before_take_off_is_no_failure_and_to_come_down_in_the_mission_is() -> None:
    shown = Shown()
    shown.passes(1.0)
    before = shown.now.failing
    shown.leading()
    shown.armed = False
    shown.passes(1.0)
    assert before == ()
    assert any(why.startswith("on the ground") for why in shown.now.failing)


def test_while_he_is_lost_whoever_is_seen_may_be_called_him_and_not_before() -> None:
    shown = Shown()
    shown.leading()
    shown.passes(1.0)
    before = [a.name for a in shown.now.actions]
    shown.seen = False
    shown.passes(8.0)
    shown.seen, shown.track = True, 12
    shown.passes(1.0)
    named = [(a.track, a.press, a.needs_picture) for a in shown.now.actions if a.name == "is_he"]
    assert "is_he" not in before
    assert named == [(12, "confirm", True)]
    shown.decides(Decision.CONFIRM_PERSON, "same", track=12)
    shown.passes(0.5)
    assert shown.now.person is not None
    assert shown.now.person.track == 12


def test_a_page_that_comes_late_sees_the_same_board(tmp_path: Path) -> None:
    board = Board()
    with Recorder.create(tmp_path / "record", durable=False) as recorder:
        mission = Mission(recorder)
        rehearsal = Shown()
        rehearsal.leading()
        rehearsal.passes(5.0)
        for event in rehearsal.events:
            commands = mission.take(event)
            board.watch([event], commands, mission.state)
        mission.commit()
    late = Board()
    retell(tmp_path / "record", late)
    assert msgspec.json.encode(late.now(LEASE)) == msgspec.json.encode(board.now(LEASE))
    assert late.said_after(0) == board.said_after(0)
    assert late.said > 5


def test_every_decision_has_a_way_to_be_pressed_and_what_moves_or_releases_takes_two_steps() -> None:
    assert PRESS.keys() == set(Decision)
    moving = {
        Decision.LAUNCH,
        Decision.LEAD,
        Decision.ANSWER,
        Decision.SHOW,
        Decision.SAY,
        Decision.TAKE_BACK,
        Decision.RETURN_HOME,
    }
    assert all(PRESS[decision] == "confirm" for decision in moving)
    final = {Decision.RELEASE_NOTE, Decision.APPROVE_ROUTE, Decision.CLOSE}
    assert all(PRESS[decision] == "hold" for decision in final)
    assert PRESS[Decision.STOP] == "press"


def test_another_way_is_on_the_map_while_it_is_proposed_and_once_it_is_approved() -> None:
    r = Shown()
    r.leading()
    mines = Area("mines", "mines", (Enu(0.0, 90.0, 0.0),), 8.0)
    assert r.now.way == r.now.new_way == ()
    r.happens(HazardReported(r.t_ns, mines, "crew"))
    r.walk = Enu(0.0, 0.0, 0.0)
    r.passes(1.0)
    proposed = r.now
    assert proposed.dangers == (mines,)
    assert len(proposed.new_way) > 3
    r.decides(Decision.APPROVE_ROUTE, "take")
    assert r.now.way == proposed.new_way
    assert r.now.new_way == ()
