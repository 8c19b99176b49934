"""Relays and servos: exact times, one slot, and the traps of a light code through it (FLIGHT facts)."""

from __future__ import annotations

import pytest

from safeconduct.sim.twin import PARAMETERS
from safeconduct.sim.twin.outputs import Outputs

MS = 1_000_000


def two_relays() -> Outputs:
    return Outputs(PARAMETERS | {"RELAY2_FUNCTION": 1})


def on_times_ms(outputs: Outputs, relay: int = 0) -> list[tuple[int, bool]]:
    return [(edge.t_ns // MS, edge.on) for edge in outputs.edges if edge.relay == relay]


def test_a_repeat_toggles_at_exact_times_and_ends_dark() -> None:
    outputs = two_relays()
    assert outputs.repeat_relay(0, 2, 0.6, 0)
    outputs.advance(5000 * MS)
    assert on_times_ms(outputs) == [(0, True), (300, False), (600, True), (900, False)]
    assert outputs.relays_on == 0


def test_a_repeat_started_while_on_ends_on() -> None:
    outputs = two_relays()
    outputs.set_relay(0, True, 0)
    outputs.repeat_relay(0, 1, 0.6, 100 * MS)
    outputs.advance(5000 * MS)
    assert outputs.relays_on == 1


def test_a_second_repeat_into_a_running_one_leaves_the_light_stuck_on() -> None:
    outputs = two_relays()
    outputs.repeat_relay(0, 1, 0.6, 0)
    outputs.advance(150 * MS)
    outputs.repeat_relay(0, 1, 0.6, 150 * MS)
    outputs.advance(5000 * MS)
    assert outputs.relays_on == 1


def test_a_second_yes_at_less_than_half_a_second_looks_like_no() -> None:
    outputs = two_relays()
    outputs.repeat_relay(0, 1, 0.6, 0)
    outputs.advance(450 * MS)
    outputs.repeat_relay(0, 1, 0.6, 450 * MS)
    outputs.advance(5000 * MS)
    flashes = [on for _, on in on_times_ms(outputs)].count(True)
    assert flashes == 2


@pytest.mark.parametrize("other", ["relay", "servo"])
def test_anything_elses_repeat_leaves_the_first_light_on(other: str) -> None:
    outputs = two_relays()
    outputs.repeat_relay(0, 3, 0.6, 0)
    outputs.advance(150 * MS)
    if other == "relay":
        outputs.repeat_relay(1, 1, 0.6, 150 * MS)
    else:
        outputs.repeat_servo(10, 1900, 1, 0.6, 150 * MS)
    outputs.advance(5000 * MS)
    assert outputs.relays_on & 1


def test_setting_the_repeated_relay_ends_its_repeat_and_setting_another_does_not() -> None:
    outputs = two_relays()
    outputs.repeat_relay(0, 3, 0.6, 0)
    outputs.advance(100 * MS)
    outputs.set_relay(1, True, 100 * MS)
    assert outputs.next_t_ns is not None
    outputs.set_relay(0, False, 100 * MS)
    outputs.advance(5000 * MS)
    assert on_times_ms(outputs) == [(0, True), (100, False)]


@pytest.mark.parametrize("relay", [1, 3, 4, -1, 99])
def test_an_unknown_relay_fails(relay: int) -> None:
    outputs = Outputs(PARAMETERS)
    assert not outputs.set_relay(relay, True, 0)
    assert not outputs.repeat_relay(relay, 1, 1.0, 0)
    assert outputs.relays_present == 1


@pytest.mark.parametrize(
    ("channel", "accepted"),
    [(1, False), (4, False), (5, True), (9, True), (10, True), (16, True), (0, False), (17, False)],
)
def test_a_servo_moves_on_a_free_channel_and_on_the_grippers_but_never_on_a_motors(
    channel: int, accepted: bool
) -> None:
    outputs = Outputs(PARAMETERS)
    assert outputs.set_servo(channel, 1800) is accepted
    assert (outputs.servos.get(channel) == 1800) is accepted


def test_the_gripper_opens_and_closes_its_own_servo() -> None:
    outputs = Outputs(PARAMETERS)
    assert outputs.servos[9] == PARAMETERS["GRIP_GRAB"]
    assert outputs.grip(release=True)
    assert outputs.servos[9] == PARAMETERS["GRIP_RELEASE"]
    assert not Outputs(PARAMETERS | {"GRIP_ENABLE": 0}).grip(release=True)


def test_a_servo_repeat_swings_and_ends_where_it_began() -> None:
    outputs = Outputs(PARAMETERS)
    outputs.set_servo(10, 1200)
    outputs.repeat_servo(10, 1900, 2, 1.0, 0)
    assert outputs.servos[10] == 1900
    outputs.advance(600 * MS)
    assert outputs.servos[10] == 1200
    outputs.advance(5000 * MS)
    assert outputs.servos[10] == 1200
