"""What the aircraft does by itself when something is lost: one test for each row of FLIGHT facts, "Failsafes"."""

from __future__ import annotations

from math import hypot

import pytest

from safeconduct.model.geometry import Enu
from safeconduct.sim.twin import MODE_NAMES, TwinSettings, Wind
from unit.twin.driven import GUIDED, Flight


def mode(flight: Flight) -> str:
    return MODE_NAMES[flight.autopilot.mode]


@pytest.mark.parametrize(("enable", "goes_to"), [(0, "GUIDED"), (1, "RTL"), (5, "LAND")])
def test_when_companion_and_station_die_the_failsafe_that_is_set_acts_after_five_seconds(
    enable: int, goes_to: str
) -> None:
    flight = Flight(TwinSettings(parameters={"FS_GCS_ENABLE": enable})).airborne()
    flight.forward(0.1)
    flight.heartbeats_of = None
    flight.forward(4.7)
    assert mode(flight) == "GUIDED"
    flight.forward(0.4)
    assert mode(flight) == goes_to
    flight.heartbeats_of = 255
    flight.forward(3.0)
    assert mode(flight) == goes_to  # heartbeats are back, the mode stays
    assert flight.autopilot.set_mode(GUIDED)


def test_when_only_the_companion_dies_nothing_happens() -> None:
    flight = Flight().airborne()
    flight.forward(5.0, lambda _: flight.aim(velocity=Enu(1.0, 0.0, 0.0)))
    flight.forward(120.0)  # the station's heartbeats go on
    assert mode(flight) == "GUIDED"


def test_heartbeats_of_another_station_count_for_nothing_and_their_death_triggers_nothing() -> None:
    flight = Flight()
    flight.heartbeats_of = 254
    flight.airborne()
    flight.heartbeats_of = None
    flight.forward(60.0)
    assert mode(flight) == "GUIDED"


def test_heartbeats_of_another_station_do_not_keep_ours_alive() -> None:
    flight = Flight().airborne()
    flight.heartbeats_of = 254
    flight.forward(6.0)
    assert mode(flight) == "RTL"


@pytest.mark.parametrize(("action", "goes_to"), [(0, "GUIDED"), (1, "LAND"), (2, "RTL")])
def test_a_low_battery_acts_after_three_seconds_as_it_is_set(action: int, goes_to: str) -> None:
    flight = Flight(TwinSettings(parameters={"BATT_FS_LOW_ACT": action})).airborne()
    flight.autopilot.drain_battery(19.0)
    flight.forward(2.8)
    assert mode(flight) == "GUIDED"
    flight.forward(0.5)
    assert mode(flight) == goes_to


def test_a_critical_battery_lands_even_on_the_way_home() -> None:
    flight = Flight().airborne()
    flight.autopilot.drain_battery(19.0)
    flight.forward(5.0)
    assert mode(flight) == "RTL"
    flight.autopilot.drain_battery(9.0)
    flight.forward(4.0)
    assert mode(flight) == "LAND"


def test_the_battery_empties_in_its_endurance_and_not_on_the_ground() -> None:
    flight = Flight(TwinSettings(endurance_s=600.0))
    flight.forward(60.0)
    assert flight.autopilot.battery.charge_pct == 100.0
    flight.airborne()
    before = flight.autopilot.battery
    charge_pct, volts = before.charge_pct, before.voltage_v
    flight.forward(60.0)
    assert charge_pct - flight.autopilot.battery.charge_pct == pytest.approx(10.0, abs=0.2)
    assert flight.autopilot.battery.voltage_v < volts


def test_without_gps_it_lands_after_eight_seconds_refuses_guided_and_stays_in_land() -> None:
    flight = Flight().airborne(60.0)
    flight.autopilot.lose_gps(20.0)
    flight.forward(7.8)
    assert mode(flight) == "GUIDED"
    assert not flight.autopilot.set_mode(GUIDED)
    flight.forward(0.4)
    assert mode(flight) == "LAND"
    flight.forward(13.0)
    assert flight.autopilot.gps_ok
    assert mode(flight) == "LAND"
    assert flight.autopilot.set_mode(GUIDED)


def test_a_gps_that_is_back_within_eight_seconds_changes_nothing() -> None:
    flight = Flight().airborne()
    flight.autopilot.lose_gps(7.0)
    flight.forward(30.0)
    assert mode(flight) == "GUIDED"


def test_landing_without_gps_drifts_with_the_wind() -> None:
    flight = Flight(TwinSettings(wind=Wind(5.0, 0.0))).airborne()
    flight.autopilot.lose_gps(120.0)
    flight.until(lambda: not flight.autopilot.flying, 90.0)
    assert flight.autopilot.position().east > 10.0


def test_rtl_climbs_flies_the_straight_line_home_lands_and_disarms() -> None:
    flight = Flight().airborne(10.0)
    flight.goto(Enu(60.0, 80.0, 10.0))
    flight.autopilot.pilot_mode("RTL")
    off_line: list[float] = []
    heights: list[float] = []

    def note(_: float) -> None:
        p = flight.autopilot.position()
        off_line.append(abs(p.east * 0.8 - p.north * 0.6))
        if hypot(p.east, p.north) > 5.0:
            heights.append(p.up)

    flight.forward(120.0, note)
    assert max(off_line) < 1.0
    assert max(heights) == pytest.approx(30.0, abs=0.5)
    assert not flight.autopilot.armed
    assert flight.autopilot.position() == pytest.approx(Enu(0.0, 0.0, 0.0), abs=0.2)


def test_who_crosses_the_fence_is_sent_home() -> None:
    flight = Flight(TwinSettings(parameters={"FENCE_RADIUS": 60})).airborne()
    flight.goto(Enu(50.0, 0.0, 20.0))
    flight.autopilot.set_parameter("FENCE_RADIUS", 40.0)
    flight.forward(0.2)
    assert mode(flight) == "RTL"
