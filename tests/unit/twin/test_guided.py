"""What a guided autopilot does with setpoints, and what it does in silence when they stop (FLIGHT facts)."""

from __future__ import annotations

from functools import partial

import pytest

from safeconduct.model.geometry import ZERO, Enu
from safeconduct.sim.twin import TwinSettings, Yaw
from unit.twin.driven import GUIDED, Flight

HOVER = Enu(0.0, 0.0, 20.0)


def test_a_velocity_stream_that_stops_is_flown_on_three_seconds_and_then_it_hovers_for_ever() -> None:
    flight = Flight().airborne()
    flight.forward(10.0, lambda _: flight.aim(velocity=Enu(0.0, 3.0, 0.0)))
    there = flight.autopilot.position().north
    flight.forward(60.0)
    run_on_m = flight.autopilot.position().north - there
    assert run_on_m == pytest.approx(11.9, rel=0.1)
    assert flight.autopilot.mode == GUIDED
    assert flight.autopilot.velocity() == pytest.approx(ZERO, abs=0.01)


def test_a_position_stream_that_stops_is_flown_to_its_last_target_and_then_it_hovers_for_ever() -> None:
    flight = Flight().airborne()
    flight.aim(Enu(30.0, 40.0, 15.0))
    flight.forward(90.0)
    assert flight.autopilot.position() == pytest.approx(Enu(30.0, 40.0, 15.0), abs=0.02)
    assert flight.autopilot.mode == GUIDED


def test_a_walk_whose_stream_stops_stands_still_three_seconds_further() -> None:
    flight = Flight().airborne()
    flight.forward(20.0, lambda t: flight.aim(Enu(1.2 * t, 0.0, 20.0), Enu(1.2, 0.0, 0.0), ZERO))
    flight.forward(60.0)
    assert flight.autopilot.position().east == pytest.approx(1.2 * (19.9 + 3.0), abs=0.1)


@pytest.mark.parametrize("mode", ["LOITER", "BRAKE", "STABILIZE", "LAND", "RTL"])
def test_setpoints_in_another_mode_are_ignored(mode: str) -> None:
    flight = Flight().airborne()
    flight.autopilot.pilot_mode(mode)
    flight.forward(5.0, lambda _: flight.aim(Enu(50.0, 0.0, 20.0), Enu(3.0, 0.0, 0.0)))
    assert abs(flight.autopilot.position().east) < 0.1
    assert flight.autopilot.wanted() is None


def test_a_target_outside_the_fence_is_ignored_without_a_word() -> None:
    flight = Flight(TwinSettings(parameters={"FENCE_RADIUS": 30})).airborne()
    flight.goto(Enu(10.0, 0.0, 20.0))
    flight.autopilot.texts.clear()
    flight.aim(Enu(40.0, 0.0, 20.0))
    flight.forward(20.0)
    assert flight.autopilot.position() == pytest.approx(Enu(10.0, 0.0, 20.0), abs=0.05)
    assert flight.autopilot.texts == []


def test_velocity_toward_the_fence_brakes_at_the_margin() -> None:
    flight = Flight(TwinSettings(parameters={"FENCE_RADIUS": 30})).airborne()
    flight.forward(40.0, lambda _: flight.aim(velocity=Enu(3.0, 0.0, 0.0)))
    assert flight.autopilot.position().east == pytest.approx(27.0, abs=0.3)
    assert flight.autopilot.mode == GUIDED


def test_velocity_up_toward_the_fence_brakes_below_it() -> None:
    flight = Flight(TwinSettings(parameters={"FENCE_ALT_MAX": 40})).airborne()
    flight.forward(40.0, lambda _: flight.aim(velocity=Enu(0.0, 0.0, 2.0)))
    assert flight.autopilot.position().up == pytest.approx(37.0, abs=0.3)


@pytest.mark.parametrize(
    ("position", "velocity", "acceleration", "moves"),
    [
        (Enu(20.0, 0.0, 20.0), None, None, True),
        (Enu(20.0, 0.0, 20.0), Enu(1.0, 0.0, 0.0), None, True),
        (Enu(20.0, 0.0, 20.0), Enu(1.0, 0.0, 0.0), Enu(0.1, 0.0, 0.0), True),
        (None, Enu(1.0, 0.0, 0.0), None, True),
        (None, Enu(1.0, 0.0, 0.0), Enu(0.1, 0.0, 0.0), True),
        (None, None, Enu(0.5, 0.0, 0.0), True),
        (Enu(20.0, 0.0, 20.0), None, Enu(0.5, 0.0, 0.0), False),
        (None, None, None, False),
    ],
)
def test_groups_are_flown_only_in_the_combinations_that_exist(
    position: Enu | None, velocity: Enu | None, acceleration: Enu | None, moves: bool
) -> None:
    flight = Flight().airborne()
    flight.aim(position, velocity, acceleration)
    flight.forward(2.5)
    assert (flight.autopilot.position().east > 0.3) is moves


def test_an_acceleration_alone_is_flown_and_forgotten_like_a_velocity() -> None:
    flight = Flight().airborne()
    flight.aim(acceleration=Enu(1.0, 0.0, 0.0))
    flight.forward(2.5)
    assert flight.autopilot.velocity().east > 1.5
    flight.forward(10.0)
    assert flight.autopilot.velocity() == pytest.approx(ZERO, abs=0.05)


def test_without_yaw_the_nose_turns_along_the_track_and_with_yaw_it_stays() -> None:
    flight = Flight().airborne()
    flight.forward(6.0, lambda _: flight.aim(velocity=Enu(2.0, 0.0, 0.0), yaw=Yaw(0.0)))
    assert flight.autopilot.body.heading_deg == pytest.approx(0.0)
    flight.forward(6.0, lambda _: flight.aim(velocity=Enu(2.0, 0.0, 0.0), yaw=Yaw()))
    assert flight.autopilot.body.heading_deg == pytest.approx(90.0, abs=2.0)


def test_the_nose_turns_at_most_sixty_degrees_a_second_and_the_short_way() -> None:
    flight = Flight(TwinSettings(heading_deg=350.0)).airborne()
    flight.aim(HOVER, yaw=Yaw(80.0))
    flight.forward(1.0)
    assert flight.autopilot.body.heading_deg == pytest.approx(50.0, abs=4.0)
    flight.forward(1.0)
    assert flight.autopilot.body.heading_deg == pytest.approx(80.0)


def walk_away(flight: Flight, t_s: float) -> None:
    flight.aim(Enu(t_s, -t_s, 20.0), Enu(1.0, -1.0, 0.0))


def test_the_same_seed_and_the_same_words_make_the_same_flight() -> None:
    ends = []
    for _ in range(2):
        flight = Flight(TwinSettings(seed=3)).airborne()
        flight.forward(20.0, partial(walk_away, flight))
        ends.append(flight.autopilot.truth())
    assert ends[0] == ends[1]
