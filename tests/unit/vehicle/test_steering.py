"""How the driver steers: what leaves, when it stops, whose word counts."""

from __future__ import annotations

from math import degrees

import pytest

from safeconduct.model.commands import Launch, ReturnHome, StandDown, Steer, TakeBack
from safeconduct.model.events import CommandDone, CommandFailed, ModeChanged, Telemetry, VehicleRebooted
from safeconduct.model.geometry import ZERO, Enu, slant_range_m
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Mode
from safeconduct.vehicle.streams import TABLE
from unit.vehicle.hand_made import HandMade, of_kind

SETPOINT = "SET_POSITION_TARGET_LOCAL_NED"


def test_telemetry_comes_in_the_plans_frame_wherever_the_vehicles_origin_is() -> None:
    vehicle = HandMade()
    vehicle.position = Enu(40.0, -20.0, 12.0)
    told = of_kind(vehicle.pass_time(2.0), Telemetry)
    assert len(told) > 10
    assert slant_range_m(told[-1].position, vehicle.position) < 0.02
    assert told[-1].mode is Mode.PILOT
    assert told[-1].battery_pct == 90.0
    assert told[-1].gps_ok


def test_a_steer_leaves_as_position_velocity_acceleration_and_yaw_in_the_vehicles_frame() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(Steer(vehicle.t_ns, Enu(10.0, 20.0, 8.0), Enu(1.0, 2.0, 0.5), Enu(0.1, 0.2, 0.3), 270.0))
    (m,) = vehicle.sent_of(SETPOINT)
    assert (m.coordinate_frame, m.type_mask) == (1, 0x800)
    assert (m.x, m.y, m.z) == pytest.approx((15.0, 13.0, -7.5), abs=0.02)
    assert (m.vx, m.vy, m.vz) == pytest.approx((2.0, 1.0, -0.5))
    assert (m.afx, m.afy, m.afz) == pytest.approx((0.2, 0.1, -0.3))
    assert degrees(m.yaw) == pytest.approx(-90.0)


def test_a_steer_is_carried_on_half_a_second_then_held_once_then_silence() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0), Enu(0.0, 2.0, 0.0)))
    vehicle.pass_time(3.0)
    sent = vehicle.sent_of(SETPOINT)
    assert len(sent) == 7
    assert [m.vx for m in sent] == pytest.approx([2.0] * 6 + [0.0])
    north = [m.x - sent[0].x for m in sent]
    assert north == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0], abs=0.01)


def test_ten_steers_a_second_make_ten_setpoints_a_second() -> None:
    vehicle = HandMade().in_guided()
    for i in range(50):
        vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.12 * i, 10.0), Enu(0.0, 1.2, 0.0)))
        vehicle.step()
    assert 50 <= len(vehicle.sent_of(SETPOINT)) <= 51


def test_a_steer_out_of_turn_leaves_at_once_and_the_stream_goes_on_from_there() -> None:
    vehicle = HandMade().in_guided()
    for _ in range(5):
        vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0)))
        vehicle.step()
    before = len(vehicle.sent_of(SETPOINT))
    vehicle.t_ns -= 60_000_000  # 40 ms after the last steer, somebody decides
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 11.0)))
    assert len(vehicle.sent_of(SETPOINT)) == before + 1
    vehicle.pass_time(0.4)
    assert len(vehicle.sent_of(SETPOINT)) == before + 5


def test_standing_down_sends_one_hold_and_no_more() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0), Enu(0.0, 2.0, 0.0)))
    vehicle.pass_time(0.2)
    vehicle.sent.clear()
    vehicle.order(StandDown(vehicle.t_ns, "the pilot asked"))
    vehicle.pass_time(2.0)
    (hold,) = vehicle.sent_of(SETPOINT)
    assert (hold.vx, hold.vy, hold.vz) == (0.0, 0.0, 0.0)


def test_the_pilots_mode_wins_and_guided_is_never_entered_again_without_the_operators_word() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0)))
    vehicle.custom_mode = 5
    changed = of_kind(vehicle.pass_time(1.5), ModeChanged)
    assert [(c.mode, c.name, c.ours) for c in changed] == [(Mode.PILOT, "LOITER", False)]
    vehicle.sent.clear()
    for _ in range(30):
        vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0)))
        vehicle.step()
    assert not vehicle.sent_of(SETPOINT)
    assert not vehicle.commands(176)

    vehicle.custom_mode = 4  # even when the pilot gives it back himself, setpoints wait for the operator
    vehicle.pass_time(1.5)
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0)))
    assert not vehicle.sent_of(SETPOINT)
    vehicle.order(TakeBack(vehicle.t_ns))
    assert CommandDone(vehicle.t_ns + NS // 10, "guide", "take_back") in vehicle.pass_time(0.5)
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0)))
    assert vehicle.sent_of(SETPOINT)


def test_our_own_mode_change_is_told_apart_from_others() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(ReturnHome(vehicle.t_ns))
    vehicle.step()
    (asked,) = vehicle.commands(176)
    assert (asked.param1, asked.param2) == (1.0, 6.0)
    vehicle.custom_mode = 6
    events = vehicle.pass_time(1.5)
    assert [c.ours for c in of_kind(events, ModeChanged)] == [True]
    assert [d.command for d in of_kind(events, CommandDone)] == ["return_home"]


def test_accepted_without_effect_is_a_failure() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(ReturnHome(vehicle.t_ns))
    (failed,) = of_kind(vehicle.pass_time(5.0), CommandFailed)
    assert failed.command == "return_home"
    assert "accepted but nothing happened" in failed.why


def test_an_order_without_acknowledgement_is_repeated_with_confirmation_and_then_given_up() -> None:
    vehicle = HandMade().in_guided()
    vehicle.mute.add(176)
    vehicle.order(ReturnHome(vehicle.t_ns))
    (failed,) = of_kind(vehicle.pass_time(6.0), CommandFailed)
    assert [m.confirmation for m in vehicle.commands(176)] == [0, 1, 2, 3]
    assert "no acknowledgement" in failed.why


def test_a_launch_keeps_asking_to_arm_until_the_vehicle_is_ready() -> None:
    vehicle = HandMade()
    vehicle.pass_time(2.0)
    vehicle.results[400] = 4
    vehicle.order(Launch(vehicle.t_ns, 10.0))
    vehicle.step()
    vehicle.custom_mode = 4
    vehicle.pass_time(10.0)
    assert 4 <= len(vehicle.commands(400)) <= 6
    assert not vehicle.commands(22)
    vehicle.results[400] = 0
    vehicle.pass_time(2.2)
    vehicle.armed = True
    vehicle.pass_time(1.2)
    (take_off,) = vehicle.commands(22)
    assert take_off.param7 == 10.0
    vehicle.position = Enu(0.0, 0.0, 9.7)
    assert [d.command for d in of_kind(vehicle.pass_time(0.5), CommandDone)] == ["launch"]


def test_an_aircraft_that_flies_already_is_only_asked_for_guided() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(Launch(vehicle.t_ns, 10.0))
    assert [d.command for d in of_kind(vehicle.pass_time(0.5), CommandDone)] == ["launch"]
    assert not vehicle.commands(400)
    assert not vehicle.commands(22)


def test_a_launch_that_never_rises_is_a_failure() -> None:
    vehicle = HandMade()
    vehicle.custom_mode, vehicle.armed = 4, True
    vehicle.pass_time(2.0)
    vehicle.order(Launch(vehicle.t_ns, 10.0))
    failed = of_kind(vehicle.pass_time(12.0), CommandFailed)
    assert [f.why for f in failed] == ["take-off accepted but nothing happened"]


def test_a_mode_that_somebody_else_chooses_ends_a_launch() -> None:
    vehicle = HandMade()
    vehicle.custom_mode = 4
    vehicle.results[400] = 4
    vehicle.pass_time(2.0)
    vehicle.order(Launch(vehicle.t_ns, 10.0))
    vehicle.pass_time(3.0)
    vehicle.custom_mode = 5
    (failed,) = of_kind(vehicle.pass_time(1.5), CommandFailed)
    assert failed.why == "somebody chose LOITER"
    asked = len(vehicle.commands(400))
    vehicle.pass_time(5.0)
    assert len(vehicle.commands(400)) == asked


def test_a_reboot_is_noticed_and_streams_are_asked_for_again_and_nothing_is_flown() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0)))
    vehicle.boot_ns = vehicle.t_ns
    vehicle.origin = Enu(7.0, 7.0, 0.0)
    events = vehicle.pass_time(0.3)
    assert len(of_kind(events, VehicleRebooted)) == 1
    assert {int(m.param1) for m in vehicle.commands(511)} >= {32, 33, 30, 376, 36, 85, 87}
    vehicle.pass_time(1.0)
    vehicle.sent.clear()
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0)))
    assert not vehicle.sent_of(SETPOINT)
    told = of_kind(vehicle.pass_time(1.0), Telemetry)
    assert slant_range_m(told[-1].position, vehicle.position) < 0.02


def test_silent_streams_of_a_living_vehicle_are_asked_for_again() -> None:
    vehicle = HandMade().in_guided()
    vehicle.talks = False
    for _ in range(10):
        vehicle.beat()
        vehicle.pass_time(1.0)
    assert len({int(m.param1) for m in vehicle.commands(511)}) == len(TABLE)


def test_a_target_that_the_vehicle_does_not_take_is_reported_once() -> None:
    vehicle = HandMade().in_guided()
    failed: list[CommandFailed] = []
    for _ in range(50):
        vehicle.order(Steer(vehicle.t_ns, Enu(60.0, 0.0, 10.0)))
        vehicle.say(_reported_target(vehicle, Enu(0.0, 0.0, 10.0)))
        failed += of_kind(vehicle.step(), CommandFailed)
    assert [f.command for f in failed] == ["setpoint"]
    assert "60 m from ours" in failed[0].why


def test_a_target_that_is_taken_raises_no_alarm() -> None:
    vehicle = HandMade().in_guided()
    for i in range(50):
        north = 0.3 * i
        vehicle.order(Steer(vehicle.t_ns, Enu(0.0, north, 10.0), Enu(0.0, 3.0, 0.0)))
        vehicle.say(_reported_target(vehicle, Enu(0.0, max(0.0, north - 1.2), 10.0)))
        assert not of_kind(vehicle.step(), CommandFailed)


def test_closing_holds_the_position_and_ends_heartbeats() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0), Enu(0.0, 2.0, 0.0)))
    vehicle.sent.clear()
    vehicle.driver.close(vehicle.t_ns)
    vehicle.pass_time(3.0)
    (hold,) = vehicle.sent_of(SETPOINT)
    assert hold.vx == 0.0
    assert not vehicle.sent_of("HEARTBEAT")


def test_a_steer_before_anything_is_known_moves_nothing() -> None:
    vehicle = HandMade()
    vehicle.order(Steer(vehicle.t_ns, Enu(0.0, 0.0, 10.0), ZERO))
    vehicle.step()
    assert not vehicle.sent_of(SETPOINT)


def _reported_target(vehicle: HandMade, at: Enu) -> object:
    from pymavlink.dialects.v20 import ardupilotmega as dialect

    o = vehicle.origin
    place = (at.north - o.north, at.east - o.east, -(at.up - o.up))
    return dialect.MAVLink_position_target_local_ned_message(vehicle.boot_ms, 1, 0xC00, *place, *(0.0,) * 8)
