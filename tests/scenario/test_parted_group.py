"""A group that parts: one falls, or goes his own way. A human decides for both parts, and nobody loses protection."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

import msgspec
import pytest

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Alert, Command, EndNoFire, PhaseEntered, RequestNoFire
from safeconduct.model.events import Event
from safeconduct.model.vocabulary import Outcome, Phase
from safeconduct.runtime.campaign_mission import Flown, fly_through
from safeconduct.sim import Scenario, load_scenario
from safeconduct.sim.body import TAKEN_OVER, Doing


class Told:
    """Alerts by name, phases and requests to hold fire, in order."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.words = ""
        self.areas: list[RequestNoFire] = []

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        for command in commands:
            if isinstance(command, Alert) and command.name in ("parted", "marked", "still_marked"):
                self.order.append(command.name)
                self.words += command.words
            elif isinstance(command, PhaseEntered) and command.phase in (Phase.LEAD, Phase.WAIT, Phase.CLOSED):
                self.order.append(command.phase.value)
            elif isinstance(command, EndNoFire):
                self.order.append("end of protection")
            elif isinstance(command, RequestNoFire):
                self.areas.append(command)


def quiet_group(**last: object) -> Scenario:
    """The group without shells; one of those who come along with these traits."""
    scenario = load_scenario("group")
    one, *others = scenario.companions
    return msgspec.structs.replace(scenario, salvos=(), companions=(msgspec.structs.replace(one, **last), *others))


def flies(scenario: Scenario) -> tuple[Flown, Told]:
    told = Told()
    return fly_through(scenario, 1, watchers=(told,)), told


def led_on_with_a_marked_place(flown: Flown, told: Told) -> None:
    assert flown.mission.verdict.breaches == []
    assert flown.tally.outcome is Outcome.IN_CUSTODY
    parted, marked = told.order.index("parted"), told.order.index("marked")
    assert parted < marked
    assert "lead" in told.order[marked:], "the others are led on"
    assert told.order[-1] != "end of protection"
    assert "still_marked" in told.order
    state = flown.mission.state
    assert state.protected, "the mission is closed and he stays protected"
    [one] = state.marked
    body = flown.world.bodies[1].state
    assert body.doing not in TAKEN_OVER
    area = told.areas[-1]
    assert hypot(area.centre.east - one.place.east, area.centre.north - one.place.north) <= area.radius_m - 100.0
    assert all(b.state.doing is Doing.IN_CUSTODY for b in flown.world.bodies if b.state is not body)


@pytest.mark.timeout(180)
def test_one_falls_his_place_is_marked_for_care_and_the_others_are_led_in() -> None:
    flown, told = flies(quiet_group(falls_after_m=60.0))
    assert "is down" in told.words
    led_on_with_a_marked_place(flown, told)
    [one] = flown.mission.state.marked
    fallen = flown.world.bodies[1].state
    assert hypot(one.place.east - fallen.east, one.place.north - fallen.north) < 2.0


@pytest.mark.timeout(180)
def test_one_goes_his_own_way_and_the_others_are_led_in() -> None:
    flown, told = flies(quiet_group(leaves_after_m=50.0, goes_to=(60.0, 160.0)))
    assert "goes away" in told.words or "not seen any more" in told.words
    led_on_with_a_marked_place(flown, told)


@pytest.mark.timeout(180)
def test_a_group_that_stays_together_is_never_told_to_have_parted() -> None:
    flown, told = flies(load_scenario("group"))
    assert flown.tally.outcome is Outcome.IN_CUSTODY
    assert "parted" not in told.order
