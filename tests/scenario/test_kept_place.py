"""Nobody relieves the aircraft: he waits in cover, told, while another battery is fetched, and is led on to the end."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command, Launch, MissionClosed, ReturnHome
from safeconduct.model.events import Event, SignalShown
from safeconduct.model.vocabulary import Outcome, Signal
from safeconduct.runtime.campaign_mission import fly_through
from safeconduct.sim import load_scenario


class Leaving:
    """What was done about the battery, in order; the least that was left of it; how long nobody was with him."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.least_pct = 100.0
        self.protected_throughout = True

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        if any(isinstance(ev, SignalShown) and ev.signal is Signal.WAIT and ev.ok for ev in events):
            self.order.append("told")
        self.order += [type(c).__name__ for c in commands if isinstance(c, ReturnHome | Launch | MissionClosed)]
        if state.person is not None and state.outcome is None:
            if not state.aircraft.not_ours:  # the flight home is what the reserve is for
                self.least_pct = min(self.least_pct, state.aircraft.battery_pct)
            self.protected_throughout = self.protected_throughout and state.protected


@pytest.mark.timeout(180)
def test_he_is_told_to_wait_his_place_is_kept_and_he_is_led_on_with_another_battery() -> None:
    scenario = load_scenario("first-walk")
    scenario = msgspec.structs.replace(scenario, battery=msgspec.structs.replace(scenario.battery, endurance_s=1300.0))
    leaving = Leaving()
    flown = fly_through(scenario, 1, watchers=(leaving,))
    assert flown.tally.outcome is Outcome.IN_CUSTODY
    assert flown.mission.verdict.breaches == []
    left = leaving.order.index("ReturnHome")
    assert "told" in leaving.order[:left]
    assert leaving.order[left + 1] == "Launch"
    assert leaving.order.index("MissionClosed") > left
    assert leaving.least_pct >= flown.mission.state.settings.battery_reserve_pct - 1.0
    assert leaving.protected_throughout


@pytest.mark.timeout(180)
def test_first_walk_34_which_once_ended_in_an_abandoned_relay_is_taken_in() -> None:
    leaving = Leaving()
    flown = fly_through(load_scenario("first-walk"), 34, watchers=(leaving,))
    assert flown.tally.outcome is Outcome.IN_CUSTODY
    assert flown.mission.verdict.breaches == []
    assert leaving.least_pct >= flown.mission.state.settings.battery_reserve_pct
    assert leaving.protected_throughout
