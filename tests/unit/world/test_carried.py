"""The camera that the aircraft carries takes its pictures in time and loses some, always the same ones."""

from __future__ import annotations

from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.scene import Lens
from safeconduct.sim.seen import AircraftTruth


def test_five_pictures_a_second_are_five_a_second_in_tenths_of_a_second() -> None:
    camera = CarriedCamera(Lens(rate_hz=5.0), 1)
    taken = [camera.due(SIMULATED_START_NS + i * NS // 10) for i in range(100)]
    assert sum(taken) == 50


def test_after_a_silence_no_lost_pictures_are_made_up_for() -> None:
    camera = CarriedCamera(Lens(rate_hz=5.0), 1)
    assert camera.due(SIMULATED_START_NS)
    assert [camera.due(SIMULATED_START_NS + 60 * NS + i * NS // 10) for i in range(3)] == [True, False, True]


def test_the_same_pictures_get_lost_each_time_and_about_as_many_as_said() -> None:
    times = [SIMULATED_START_NS + i * NS // 5 for i in range(2000)]
    first, second = (
        [CarriedCamera(Lens(drops=0.1), 7).arrives_t_ns(t) is None for t in times],
        [CarriedCamera(Lens(drops=0.1), 7).arrives_t_ns(t) is None for t in times],
    )
    assert first == second
    assert 0.07 < sum(first) / len(first) < 0.13


def test_a_turning_nose_turns_the_camera_and_blurs() -> None:
    camera = CarriedCamera(Lens(), 1)
    camera.held(NS, AircraftTruth(NS, Enu(1.0, 2.0, 10.0), ZERO, 350.0, False, True), -30.0, 60.0)
    view = camera.held(2 * NS, AircraftTruth(2 * NS, Enu(1.0, 2.0, 10.0), ZERO, 10.0, False, True), -35.0, 60.0)
    assert view.heading_deg == 10.0
    assert view.turn_dps == (20.0, -5.0)
    assert 9.5 < view.position.up < 10.0
