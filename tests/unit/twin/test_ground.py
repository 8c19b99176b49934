"""Arming, taking off, rebooting: what is refused, and what is silently different afterwards."""

from __future__ import annotations

import pytest

from safeconduct.model.faults import BadInput
from safeconduct.sim.twin import MODE_NAMES, TwinSettings
from unit.twin.driven import GUIDED, Flight


def test_arming_is_refused_with_a_reason_until_it_has_booted() -> None:
    flight = Flight(TwinSettings(boot_s=40.0))
    flight.autopilot.set_mode(GUIDED)
    flight.forward(39.0)
    assert not flight.autopilot.arm()
    assert any(text.startswith("PreArm") for _, text in flight.autopilot.texts)
    flight.forward(1.5)
    assert flight.autopilot.arm()


@pytest.mark.parametrize("mode", ["RTL", "LAND"])
def test_arming_is_refused_in_a_mode_that_cannot_take_off(mode: str) -> None:
    flight = Flight()
    flight.forward(3.0)
    flight.autopilot.pilot_mode(mode)
    assert not flight.autopilot.arm()


def test_take_off_needs_guided_and_armed_motors_and_the_ground() -> None:
    flight = Flight()
    flight.forward(3.0)
    assert not flight.autopilot.take_off(10.0)
    flight.autopilot.set_mode(GUIDED)
    assert not flight.autopilot.take_off(10.0)
    flight.autopilot.arm()
    assert not flight.autopilot.take_off(0.0)
    assert flight.autopilot.take_off(10.0)
    flight.forward(20.0)
    assert not flight.autopilot.take_off(20.0)
    assert not flight.autopilot.disarm()


def test_who_does_not_take_off_is_disarmed_again() -> None:
    flight = Flight()
    flight.forward(3.0)
    flight.autopilot.arm()
    flight.forward(11.0)
    assert not flight.autopilot.armed


def test_setpoints_move_nothing_on_the_ground() -> None:
    flight = Flight()
    flight.forward(3.0)
    flight.autopilot.set_mode(GUIDED)
    flight.autopilot.arm()
    before = flight.autopilot.position()
    flight.aim(before._replace(up=10.0))
    flight.forward(5.0)
    assert flight.autopilot.position() == before


def test_a_reboot_in_the_air_is_refused_and_a_forced_one_leaves_it_hovering_with_its_clock_at_zero() -> None:
    flight = Flight().airborne()
    before = flight.autopilot.position()
    assert not flight.autopilot.reboot()
    assert flight.autopilot.reboot(force=True)
    assert flight.autopilot.time_boot_ms == 0
    flight.heartbeats_of = None
    flight.forward(60.0)  # the ground station is forgotten too: no failsafe until it is heard again
    assert flight.autopilot.position() == pytest.approx(before, abs=0.05)
    assert MODE_NAMES[flight.autopilot.mode] == "LOITER"
    assert flight.autopilot.set_mode(GUIDED)


def test_a_parameter_that_does_not_exist_is_named_with_its_nearest() -> None:
    with pytest.raises(BadInput, match="did you mean FS_GCS_ENABLE"):
        Flight(TwinSettings(parameters={"FS_GCS_ENABEL": 1}))


def test_time_never_runs_backwards() -> None:
    flight = Flight()
    flight.forward(2.0)
    flight.autopilot.advance(1_000_000_000)
    assert flight.t_s == 2.0
