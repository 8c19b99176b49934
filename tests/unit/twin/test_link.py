"""The twin's MAVLink face: what it says unasked, what it answers, and what it swallows in silence (FLIGHT facts)."""

from __future__ import annotations

from math import radians
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import ZERO, Enu, LocalFrame, Wgs84
from safeconduct.sim.twin import HOME, TwinLink, TwinSettings
from unit.twin.driven import GUIDED, Station

ACCEPTED, DENIED, UNSUPPORTED, FAILED = 0, 2, 3, 4
POSITION, POSITION_VELOCITY, ALL, VELOCITY = 0xFF8 & ~0x400, 0xFC0 & ~0x400, 0x800, 0xFC7 & ~0x400
NOTHING = 0xFFF

STREAMS = (
    "LOCAL_POSITION_NED", "GLOBAL_POSITION_INT", "ATTITUDE", "SYS_STATUS", "BATTERY_STATUS", "GPS_RAW_INT",
    "RELAY_STATUS", "SERVO_OUTPUT_RAW", "HOME_POSITION", "GPS_GLOBAL_ORIGIN", "EXTENDED_SYS_STATE", "VFR_HUD",
    "SYSTEM_TIME", "AUTOPILOT_VERSION",
)  # fmt: skip


def number(kind: str) -> int:
    return int(getattr(dialect, f"MAVLINK_MSG_ID_{kind}"))


def test_a_fresh_link_carries_heartbeat_and_text_only() -> None:
    station = Station()
    station.forward(10.0)
    station.command(dialect.MAV_CMD_COMPONENT_ARM_DISARM, 1)
    station.forward(5.0)
    assert {m.get_type() for m in station.heard} == {"HEARTBEAT", "STATUSTEXT", "COMMAND_ACK"}
    assert len(station.of("HEARTBEAT")) == 5


@pytest.mark.parametrize("kind", STREAMS)
def test_every_message_comes_exactly_as_often_as_it_was_asked(kind: str) -> None:
    station = Station()
    assert station.ask(number(kind), 4.0) == ACCEPTED
    station.forward(5.0)
    assert len(station.of(kind)) == 20
    assert station.command(dialect.MAV_CMD_SET_MESSAGE_INTERVAL, number(kind), -1) == ACCEPTED
    station.forward(2.0)
    assert station.of(kind) == []


def test_a_reboot_forgets_the_streams_and_starts_the_clock_again() -> None:
    station = Station().airborne()
    station.ask(number("LOCAL_POSITION_NED"), 10.0)
    station.forward(2.0)
    before_ms = station.last("LOCAL_POSITION_NED").time_boot_ms
    station.autopilot.reboot(force=True)
    station.heard.clear()
    station.forward(5.0)
    assert station.of("LOCAL_POSITION_NED") == []
    assert len(station.of("HEARTBEAT")) == 5  # one second of silence, then one a second
    station.ask(number("LOCAL_POSITION_NED"), 10.0)
    station.forward(1.0)
    assert station.last("LOCAL_POSITION_NED").time_boot_ms < before_ms


@pytest.mark.parametrize(
    ("command", "params", "result"),
    [
        (dialect.MAV_CMD_DO_SET_MODE, (1, GUIDED), ACCEPTED),
        (dialect.MAV_CMD_DO_SET_MODE, (1, 99), FAILED),
        (dialect.MAV_CMD_DO_SET_MODE, (0, GUIDED), DENIED),
        (dialect.MAV_CMD_COMPONENT_ARM_DISARM, (1,), ACCEPTED),
        (dialect.MAV_CMD_NAV_TAKEOFF, (0, 0, 0, 0, 0, 0, 10), FAILED),
        (dialect.MAV_CMD_DO_SET_RELAY, (0, 1), ACCEPTED),
        (dialect.MAV_CMD_DO_SET_RELAY, (5, 1), FAILED),
        (dialect.MAV_CMD_DO_REPEAT_RELAY, (0, 2, 0.6), ACCEPTED),
        (dialect.MAV_CMD_DO_REPEAT_RELAY, (3, 2, 0.6), FAILED),
        (dialect.MAV_CMD_DO_SET_SERVO, (10, 1900), ACCEPTED),
        (dialect.MAV_CMD_DO_SET_SERVO, (9, 1900), ACCEPTED),
        (dialect.MAV_CMD_DO_SET_SERVO, (2, 1900), FAILED),
        (dialect.MAV_CMD_DO_GRIPPER, (1, 0), ACCEPTED),
        (dialect.MAV_CMD_DO_GRIPPER, (7, 1), ACCEPTED),
        (dialect.MAV_CMD_ILLUMINATOR_ON_OFF, (1,), UNSUPPORTED),
        (dialect.MAV_CMD_DO_ILLUMINATOR_CONFIGURE, (1,), UNSUPPORTED),
        (dialect.MAV_CMD_DO_REPOSITION, (), UNSUPPORTED),
        (dialect.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, (), ACCEPTED),
        (dialect.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, (), ACCEPTED),
        (dialect.MAV_CMD_DO_SET_ROI_LOCATION, (), ACCEPTED),
        (dialect.MAV_CMD_DO_SET_ROI_NONE, (), ACCEPTED),
        (dialect.MAV_CMD_DO_PAUSE_CONTINUE, (0,), ACCEPTED),
        (dialect.MAV_CMD_DO_FENCE_ENABLE, (0,), ACCEPTED),
        (dialect.MAV_CMD_DO_ORBIT, (), UNSUPPORTED),
        (dialect.MAV_CMD_DO_SET_ACTUATOR, (1,), UNSUPPORTED),
        (dialect.MAV_CMD_IMAGE_START_CAPTURE, (), UNSUPPORTED),
        (dialect.MAV_CMD_SET_CAMERA_ZOOM, (), UNSUPPORTED),
        (dialect.MAV_CMD_SET_MESSAGE_INTERVAL, (99999, 100000), FAILED),
        (60000, (), UNSUPPORTED),
    ],
)
def test_each_command_is_answered_as_measured(command: int, params: tuple[float, ...], result: int) -> None:
    station = Station()
    station.forward(3.0)
    assert station.command(command, *params) == result


def test_condition_yaw_turns_the_nose() -> None:
    station = Station().airborne()
    assert station.command(dialect.MAV_CMD_CONDITION_YAW, 120, 0, 1, 0) == ACCEPTED
    station.forward(5.0)
    assert station.autopilot.body.heading_deg == pytest.approx(120.0)
    assert station.command(dialect.MAV_CMD_CONDITION_YAW, 20, 0, -1, 1) == ACCEPTED
    station.forward(5.0)
    assert station.autopilot.body.heading_deg == pytest.approx(100.0)


def test_accepted_is_no_proof_camera_information_never_comes() -> None:
    station = Station()
    camera = dialect.MAVLINK_MSG_ID_CAMERA_INFORMATION
    assert station.command(dialect.MAV_CMD_REQUEST_MESSAGE, camera) == ACCEPTED
    station.forward(5.0)
    assert station.of("CAMERA_INFORMATION") == []


@pytest.mark.parametrize("kind", ["AUTOPILOT_VERSION", "HOME_POSITION", "SYS_STATUS"])
def test_a_message_that_is_requested_comes_once(kind: str) -> None:
    station = Station()
    assert station.command(dialect.MAV_CMD_REQUEST_MESSAGE, number(kind)) == ACCEPTED
    station.forward(2.0)
    assert len(station.of(kind)) == 1


def test_reposition_as_command_int_flies_there() -> None:
    station = Station().airborne()
    there = LocalFrame(HOME).to_wgs84(Enu(20.0, 10.0, 0.0))
    place = (round(there.lat_deg * 1e7), round(there.lon_deg * 1e7), 15.0)
    assert station.command_int(dialect.MAV_CMD_DO_REPOSITION, 6, (0,), place) == ACCEPTED
    station.ask(number("POSITION_TARGET_GLOBAL_INT"), 2.0)
    station.forward(30.0)
    assert station.autopilot.position() == pytest.approx(Enu(20.0, 10.0, 15.0), abs=0.1)
    target = station.last("POSITION_TARGET_GLOBAL_INT")
    assert (target.lat_int, target.lon_int) == place[:2]
    station.autopilot.pilot_mode("LOITER")
    assert station.command_int(dialect.MAV_CMD_DO_REPOSITION, 6, (0,), place) == DENIED


@pytest.mark.parametrize(
    ("mask", "moves"),
    [
        (POSITION, True),
        (POSITION_VELOCITY, True),
        (ALL, True),
        (VELOCITY, True),
        (POSITION | 0x001, False),  # x alone ignored
        (ALL | 0x020, False),  # vz alone ignored
        (0x838, False),  # position and acceleration without velocity
        (NOTHING, False),
    ],
)
def test_a_mixed_mask_does_nothing(mask: int, moves: bool) -> None:
    station = Station().airborne()
    station.setpoint(mask, x=10.0, z=-20.0, vx=0.5)
    station.forward(2.5)
    assert (station.autopilot.position().north > 0.3) is moves
    assert not station.of("STATUSTEXT")[3:]


@pytest.mark.parametrize("frame", [2, 4, 12, 20, 99])
def test_an_unsupported_frame_stops_it_in_silence(frame: int) -> None:
    station = Station().airborne()
    station.setpoint(VELOCITY, vx=2.0)
    station.forward(2.0)
    assert station.autopilot.velocity().north > 1.5
    station.heard.clear()
    station.setpoint(VELOCITY, vx=2.0, frame=frame)
    station.forward(6.0)
    assert station.autopilot.velocity() == pytest.approx(ZERO, abs=0.05)
    assert {m.get_type() for m in station.heard} == {"HEARTBEAT"}


def test_a_local_setpoint_is_flown_north_east_down_with_its_yaw() -> None:
    station = Station().airborne()
    station.setpoint(ALL, x=6.0, y=-4.0, z=-12.0, yaw=radians(-90.0))
    station.ask(number("POSITION_TARGET_LOCAL_NED"), 2.0)
    station.ask(number("LOCAL_POSITION_NED"), 2.0)
    station.forward(30.0)
    assert station.autopilot.position() == pytest.approx(Enu(-4.0, 6.0, 12.0), abs=0.05)
    assert station.autopilot.body.heading_deg == pytest.approx(270.0)
    here, target = station.last("LOCAL_POSITION_NED"), station.last("POSITION_TARGET_LOCAL_NED")
    assert (here.x, here.y, here.z) == pytest.approx((6.0, -4.0, -12.0), abs=0.05)
    assert (target.x, target.y, target.z) == pytest.approx((6.0, -4.0, -12.0))


def test_a_global_setpoint_is_flown_and_its_acceleration_is_not() -> None:
    station = Station().airborne()
    there = LocalFrame(HOME).to_wgs84(Enu(8.0, 3.0, 0.0))
    lat, lon = round(there.lat_deg * 1e7), round(there.lon_deg * 1e7)
    station.send(
        dialect.MAVLink_set_position_target_global_int_message(
            0, 1, 1, 6, ALL, lat, lon, 18.0, 0.0, 0.0, 0.0, 9.0, 9.0, 0.0, 0.0, 0.0
        )
    )
    wanted = station.autopilot.wanted()
    assert wanted is not None
    assert wanted.acceleration == ZERO
    station.forward(20.0)
    assert station.autopilot.position() == pytest.approx(Enu(8.0, 3.0, 18.0), abs=0.05)


def test_positions_on_the_wire_agree_with_the_truth() -> None:
    station = Station().airborne()
    station.setpoint(POSITION, x=50.0, y=30.0, z=-25.0)
    station.forward(40.0)
    station.ask(number("GLOBAL_POSITION_INT"), 10.0)
    station.forward(1.0)
    m = station.last("GLOBAL_POSITION_INT")
    enu = LocalFrame(HOME).to_enu(Wgs84(m.lat / 1e7, m.lon / 1e7, m.alt / 1e3))
    assert enu == pytest.approx(Enu(30.0, 50.0, 25.0), abs=0.05)
    assert m.relative_alt == pytest.approx(25000, abs=50)


def test_flashes_can_be_counted_in_relay_status() -> None:
    station = Station()
    station.ask(number("RELAY_STATUS"), 20.0)
    station.command(dialect.MAV_CMD_DO_REPEAT_RELAY, 0, 2, 2.0)
    station.forward(6.0)
    on = [bool(m.on & 1) for m in station.of("RELAY_STATUS")]
    assert sum(b and not a for a, b in zip([False, *on], on, strict=False)) == 2
    assert not on[-1]
    assert station.last("RELAY_STATUS").present == 1


def test_a_slot_that_opens_shows_in_servo_output() -> None:
    station = Station()
    station.ask(number("SERVO_OUTPUT_RAW"), 5.0)
    station.command(dialect.MAV_CMD_DO_GRIPPER, 1, dialect.GRIPPER_ACTION_RELEASE)
    station.forward(1.0)
    assert station.last("SERVO_OUTPUT_RAW").servo9_raw == 1900


def test_parameters_are_read_set_and_listed_and_unknown_ones_met_with_silence() -> None:
    station = Station()
    station.send(dialect.MAVLink_param_request_read_message(1, 1, b"FS_GCS_ENABLE", -1))
    assert station.last("PARAM_VALUE").param_value == 1.0
    station.send(dialect.MAVLink_param_set_message(1, 1, b"FS_GCS_ENABLE", 5.0, 9))
    assert station.last("PARAM_VALUE").param_value == 5.0
    assert station.autopilot.parameters["FS_GCS_ENABLE"] == 5.0
    station.heard.clear()
    station.send(dialect.MAVLink_param_request_read_message(1, 1, b"NO_SUCH", -1))
    assert station.heard == []
    station.send(dialect.MAVLink_param_request_list_message(1, 1))
    listed = station.of("PARAM_VALUE")
    assert [m.param_id for m in listed] == list(station.autopilot.parameters)
    assert {m.param_count for m in listed} == {len(listed)}


def test_commands_and_setpoints_for_another_vehicle_are_not_ours() -> None:
    station = Station().airborne()
    station.heard.clear()
    station.send(dialect.MAVLink_command_long_message(7, 1, 176, 0, 1, 9, 0, 0, 0, 0, 0))
    station.send(dialect.MAVLink_command_long_message(1, 154, 176, 0, 1, 9, 0, 0, 0, 0, 0))
    assert station.of("COMMAND_ACK") == []
    assert station.autopilot.mode == GUIDED


def test_a_cut_link_carries_nothing_either_way_and_the_failsafe_acts() -> None:
    station = Station().airborne()
    station.autopilot.cut_link(10.0)
    station.heard.clear()
    station.forward(9.0)
    assert station.heard == []
    assert station.command(dialect.MAV_CMD_DO_SET_MODE, 1, GUIDED) is None
    station.forward(3.0)
    assert station.last("HEARTBEAT").custom_mode == 6


def test_dropped_commands_get_no_acknowledgement() -> None:
    station = Station()
    station.autopilot.drop_commands(0.5)
    answers = [station.command(dialect.MAV_CMD_DO_SET_ROI_NONE) for _ in range(100)]
    assert 30 < answers.count(None) < 70


def test_a_signed_link_refuses_unsigned_packets_and_wrong_keys() -> None:
    right, wrong = bytes(range(32)), bytes(32)
    for key, heard in ((right, True), (None, False), (wrong, False)):
        station = Station(key=key, twins_key=right)
        assert (station.command(dialect.MAV_CMD_DO_SET_ROI_NONE) == ACCEPTED) is heard
    with pytest.raises(BadInput, match="32 bytes"):
        TwinLink(TwinSettings(), b"short")


def frames(station: Station) -> list[bytes]:
    nan = float("nan")
    messages: list[Any] = [
        dialect.MAVLink_command_long_message(1, 1, 511, 0, 33, 1e5, 0, 0, 0, 0, 0),
        dialect.MAVLink_command_long_message(1, 1, 181, 0, float("inf"), 1, nan, 0, 0, 0, 0),
        dialect.MAVLink_set_position_target_local_ned_message(0, 1, 1, 1, 0, nan, 1, 1, 1, 1, 1, 1, 1, 1, nan, nan),
        dialect.MAVLink_param_set_message(1, 1, b"RTL_ALT", 1000.0, 9),
    ]
    return [bytes(m.pack(station.mav)) for m in messages]


@given(st.data())
def test_garbage_cut_and_bit_flipped_frames_never_harm(data: st.DataObject) -> None:
    station = Station()
    whole = data.draw(st.sampled_from(frames(station)))
    kind = data.draw(st.sampled_from(["garbage", "cut", "flipped", "doubled"]))
    if kind == "garbage":
        whole = data.draw(st.binary(max_size=300))
    elif kind == "cut":
        whole = whole[: data.draw(st.integers(0, len(whole)))]
    elif kind == "flipped":
        at = data.draw(st.integers(0, len(whole) * 8 - 1))
        whole = bytes(b ^ (1 << at % 8 if i == at // 8 else 0) for i, b in enumerate(whole))
    else:
        whole = whole + data.draw(st.binary(max_size=20)) + whole
    station.link.receive(whole)
    station.listen()
    assert station.command(dialect.MAV_CMD_DO_SET_ROI_NONE) == ACCEPTED


@given(
    st.sampled_from([176, 400, 22, 181, 182, 183, 184, 211, 192, 115, 178, 193, 207, 511, 512, 246]),
    st.lists(st.floats(width=32), min_size=7, max_size=7),
    st.booleans(),
)
def test_no_parameter_of_any_command_harms(command: int, params: list[float], integers: bool) -> None:
    station = Station()
    station.forward(2.5)
    if integers:
        result = station.command_int(command, 6, tuple(params[:4]), (486000000, 380000000, params[6]))
    else:
        result = station.command(command, *params)
    assert result in {ACCEPTED, DENIED, UNSUPPORTED, FAILED}
    station.forward(1.0)
    assert station.of("HEARTBEAT") or station.autopilot.boots
