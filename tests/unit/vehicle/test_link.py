"""Who is believed: one vehicle, whole frames, the right key; and whose death the vehicle notices."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.events import LinkHealth, Telemetry, VehicleText
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.vehicle import MavlinkAircraft, VehicleOptions
from unit.vehicle.hand_made import FRAME, HandMade, of_kind

KEY = bytes(range(32))


def test_our_heartbeat_leaves_once_a_second_as_the_ground_station() -> None:
    vehicle = HandMade()
    vehicle.pass_time(10.0)
    beats = vehicle.sent_of("HEARTBEAT")
    assert len(beats) == 10
    assert {(b.get_srcSystem(), b.type, b.autopilot) for b in beats} == {(255, 6, 8)}


def test_while_we_are_not_healthy_no_heartbeat_leaves() -> None:
    vehicle = HandMade()
    vehicle.driver.healthy(False, vehicle.t_ns)
    vehicle.pass_time(5.0)
    assert not vehicle.sent_of("HEARTBEAT")
    vehicle.driver.healthy(True, vehicle.t_ns)
    vehicle.pass_time(3.0)
    assert len(vehicle.sent_of("HEARTBEAT")) == 3


def test_a_dead_link_is_told_at_once_and_every_second_and_so_is_its_return() -> None:
    vehicle = HandMade()
    health = of_kind(vehicle.pass_time(5.0), LinkHealth)
    assert health[-1].ok
    vehicle.talks = False
    dead = of_kind(vehicle.pass_time(6.0), LinkHealth)
    assert not dead[-1].ok
    assert dead[-1].age_s > 5.0
    assert [h.ok for h in dead].count(False) >= 4
    vehicle.talks = True
    assert of_kind(vehicle.pass_time(0.2), LinkHealth)[0].ok


def test_the_first_autopilot_heard_is_kept_and_others_are_ignored() -> None:
    vehicle = HandMade()
    vehicle.pass_time(2.0)
    other = dialect.MAVLink(None, srcSystem=7, srcComponent=1)
    stray = dialect.MAVLink_local_position_ned_message(vehicle.boot_ms, 500, 0, 0, 0, 0, 0).pack(other)
    vehicle.driver.receive(stray, vehicle.t_ns, "other")
    assert all(abs(t.position.north) < 1.0 for t in of_kind(vehicle.pass_time(1.0), Telemetry))


@pytest.mark.parametrize(("component", "kind", "autopilot"), [(1, dialect.MAV_TYPE_GCS, 3), (154, 26, 8), (1, 2, 8)])
def test_ground_stations_cameras_and_gimbals_are_no_vehicle(component: int, kind: int, autopilot: int) -> None:
    driver = MavlinkAircraft(FRAME)
    mav = dialect.MAVLink(None, srcSystem=9, srcComponent=component)
    driver.receive(dialect.MAVLink_heartbeat_message(kind, autopilot, 0, 0, 4, 3).pack(mav), SIMULATED_START_NS)
    assert not driver.locked


def test_a_wrong_system_id_is_one_clear_line_that_names_those_heard() -> None:
    vehicle = HandMade(VehicleOptions(system_id=3), system_id=1)
    with pytest.raises(BadInput) as wrong:
        vehicle.pass_time(15.0)
    assert str(wrong.value) == "vehicle system id 3: not heard; heard 1; give the id that was heard"
    assert not vehicle.commands(511)


def test_long_texts_are_put_together_and_short_ones_passed_on() -> None:
    vehicle = HandMade()
    vehicle.pass_time(1.0)
    vehicle.say(dialect.MAVLink_statustext_message(4, b"PreArm: Need Position Estimate"))
    vehicle.say(dialect.MAVLink_statustext_message(4, b"a" * 50, 9, 0))
    vehicle.say(dialect.MAVLink_statustext_message(4, b" and the rest", 9, 1))
    texts = [t.text for t in of_kind(vehicle.step(), VehicleText)]
    assert texts == ["PreArm: Need Position Estimate", "a" * 50 + " and the rest"]


def test_with_a_key_everything_leaves_signed_and_only_signed_frames_are_believed() -> None:
    vehicle = HandMade(VehicleOptions(signing_key=KEY))
    vehicle.pass_time(3.0)
    assert vehicle.driver.codec.counts.refused_frames > 0
    assert vehicle.driver.heard == frozenset()

    vehicle.mav.signing.secret_key = KEY
    vehicle.mav.signing.sign_outgoing = True
    vehicle.mav.signing.timestamp = (vehicle.t_ns - 1_420_070_400 * NS) // 10_000
    vehicle.ear.signing.secret_key = KEY
    vehicle.pass_time(3.0)
    assert vehicle.driver.locked
    assert vehicle.commands(511)
    assert all(m.get_signed() for m in vehicle.sent if m.get_type() == "COMMAND_LONG")


def test_a_forged_signature_cannot_lock_the_true_sender_out() -> None:
    vehicle = HandMade(VehicleOptions(signing_key=KEY))
    forger = dialect.MAVLink(None, srcSystem=1, srcComponent=1)
    forger.signing.secret_key = bytes(32)
    forger.signing.sign_outgoing = True
    forger.signing.timestamp = (1 << 48) - 2
    vehicle.driver.receive(dialect.MAVLink_heartbeat_message(2, 3, 0, 0, 4, 3).pack(forger), vehicle.t_ns)
    assert not vehicle.driver.locked
    vehicle.mav.signing.secret_key = KEY
    vehicle.mav.signing.sign_outgoing = True
    vehicle.mav.signing.timestamp = 1
    vehicle.pass_time(1.0)
    assert vehicle.driver.locked


def test_a_replayed_signed_frame_is_refused() -> None:
    vehicle = HandMade(VehicleOptions(signing_key=KEY))
    vehicle.mav.signing.secret_key = KEY
    vehicle.mav.signing.sign_outgoing = True
    frame = vehicle.say(dialect.MAVLink_heartbeat_message(2, 3, 0, 0, 4, 3))
    before = vehicle.driver.codec.counts.messages
    vehicle.driver.receive(frame, vehicle.t_ns)
    assert vehicle.driver.codec.counts.messages == before


def a_flight() -> bytes:
    """A second of a vehicle's words, as they are on the wire."""
    vehicle = HandMade()
    vehicle.pass_time(1.0)
    return b"".join(vehicle.said)


FLIGHT = a_flight()


@settings(deadline=None)
@given(st.lists(st.integers(1, 90), max_size=40))
def test_a_stream_may_be_cut_anywhere(cuts: list[int]) -> None:
    driver = MavlinkAircraft(FRAME)
    at = 0
    for size in [*cuts, len(FLIGHT)]:
        driver.receive(FLIGHT[at : at + size], SIMULATED_START_NS, "serial", stream=True)
        at += size
    assert driver.locked
    assert driver.codec.counts.garbage_bytes == 0


def survives(driver: MavlinkAircraft) -> None:
    """Whatever came in, the driver goes on, and a living vehicle is heard."""
    for i in range(20):
        driver.poll(SIMULATED_START_NS + i * NS // 5)
        driver.outgoing()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=6), st.booleans())
def test_random_bytes_are_survived(blobs: list[bytes], stream: bool) -> None:
    driver = MavlinkAircraft(FRAME)
    for blob in blobs:
        driver.receive(blob, SIMULATED_START_NS, "noise", stream=stream)
    survives(driver)
    driver.receive(FLIGHT, SIMULATED_START_NS, "vehicle")
    assert driver.locked


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(FLIGHT) - 1), st.integers(0, 7)), max_size=60), st.integers(0, 50))
def test_flipped_bits_and_cut_frames_are_survived(flips: list[tuple[int, int]], cut: int) -> None:
    broken = bytearray(FLIGHT)
    for at, bit in flips:
        broken[at] ^= 1 << bit
    driver = MavlinkAircraft(FRAME)
    driver.receive(bytes(broken[: len(broken) - cut]), SIMULATED_START_NS, "noise", stream=True)
    survives(driver)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_true_frames_with_mad_values_are_survived(data: st.DataObject) -> None:
    """Right checksum, any value in any field: a vehicle gone mad, or an attacker."""
    driver = MavlinkAircraft(FRAME)
    driver.receive(FLIGHT, SIMULATED_START_NS, "vehicle")
    mav = dialect.MAVLink(None, srcSystem=1, srcComponent=1)
    for _ in range(5):
        message_id = data.draw(st.sampled_from([0, 1, 22, 24, 30, 32, 33, 36, 77, 85, 87, 147, 245, 253, 376]))
        kind = dialect.mavlink_map[message_id]
        payload = data.draw(st.binary(min_size=kind.unpacker.size, max_size=kind.unpacker.size))
        frame = dialect.MAVLink_message(message_id, kind.msgname)._pack(mav, kind.crc_extra, payload)
        driver.receive(frame, SIMULATED_START_NS, "vehicle")
    survives(driver)
