"""The camera is aimed only where its gimbal tells how it hangs; an accepted order alone is no proof."""

from __future__ import annotations

from math import cos, radians, sin

import pytest
from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.runtime.proving_flight import ProvingFlight
from safeconduct.sim.twin import TwinSettings
from unit.vehicle.hand_made import HandMade

NOD = 1000


def hangs(vehicle: HandMade, pitch_deg: float) -> None:
    half = radians(pitch_deg) / 2.0
    vehicle.say(
        dialect.MAVLink_gimbal_device_attitude_status_message(
            0, 0, vehicle.boot_ms, 12, [cos(half), 0.0, sin(half), 0.0], 0.0, 0.0, 0.0, 0
        )
    )


def test_a_gimbal_that_tells_how_it_hangs_is_read_and_aimed() -> None:
    vehicle = HandMade().in_guided()
    hangs(vehicle, -35.0)
    assert vehicle.driver.gimbal_pitch_deg(vehicle.t_ns) == pytest.approx(-35.0, abs=0.01)
    vehicle.driver.look(-50.0, vehicle.t_ns)
    vehicle.listen()
    (asked,) = vehicle.commands(NOD)
    assert asked.param1 == -50.0


def test_one_that_tells_nothing_is_not_asked_and_one_that_fell_silent_is_not_believed() -> None:
    vehicle = HandMade().in_guided()
    vehicle.driver.look(-50.0, vehicle.t_ns)
    vehicle.listen()
    assert vehicle.commands(NOD) == []
    hangs(vehicle, -35.0)
    vehicle.pass_time(3.0)
    assert vehicle.driver.gimbal_pitch_deg(vehicle.t_ns) is None


def test_the_twins_gimbal_comes_to_where_it_was_asked_and_one_without_accepts_and_stays_silent() -> None:
    with_one = ProvingFlight(settings=TwinSettings(parameters={"MNT1_TYPE": 1}))
    with_one.look(-48.0)
    with_one.pass_time(2.0)
    assert with_one.gimbal_pitch_deg() == pytest.approx(-48.0, abs=0.1)
    without = ProvingFlight()
    without.look(-48.0)
    without.pass_time(2.0)
    assert without.gimbal_pitch_deg() is None
    assert with_one.t_ns > SIMULATED_START_NS + NS
