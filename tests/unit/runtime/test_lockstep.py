"""Bytes exchanged once a round: where a round ends, and where the aircraft then is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.events import Telemetry, Tick
from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Mode
from safeconduct.runtime.lockstep import InProcessPipe, UdpPipe, _is_end, start_at, truth_from
from safeconduct.sim import AircraftTruth
from safeconduct.sim.twin import Autopilot, TwinLink, TwinSettings
from safeconduct.sim.twin.__main__ import options_from

STANDS = AircraftTruth(0, ZERO, ZERO, 0.0, False, False)


def system_time(unix_us: int, boot_ms: int) -> bytes:
    codec = dialect.MAVLink(None, srcSystem=1, srcComponent=1)
    frame: bytes = dialect.MAVLink_system_time_message(unix_us, boot_ms).pack(codec)
    return frame


@given(st.integers(0, 2**32 - 1))
def test_a_round_ends_with_the_time_that_was_asked_for(t_ms: int) -> None:
    assert _is_end(system_time(0, t_ms), t_ms)
    assert not _is_end(system_time(0, t_ms), t_ms ^ 1)
    assert not _is_end(system_time(1, t_ms), t_ms), "the autopilot's own clock is no end of a round"


@given(st.binary(max_size=300), st.integers(0, 2**32 - 1))
def test_no_other_bytes_end_a_round(data: bytes, t_ms: int) -> None:
    assert not _is_end(data, t_ms)


def test_a_pipe_in_this_process_and_one_over_udp_carry_the_same_bytes() -> None:
    ours = dialect.MAVLink(None, srcSystem=255, srcComponent=190)
    asks = [
        dialect.MAVLink_command_long_message(
            1, 1, dialect.MAV_CMD_SET_MESSAGE_INTERVAL, 0, dialect.MAVLINK_MSG_ID_LOCAL_POSITION_NED, 1e5, *[0.0] * 5
        ).pack(ours)
    ]
    inside = InProcessPipe(TwinLink(Autopilot(TwinSettings(seed=3))))
    assert len(inside.exchange([], 0)) == 1, "a process of its own speaks first, so that it is found"
    outside = UdpPipe(["--seed", "3"])
    try:
        for i in range(1, 40):
            datagrams = asks if i == 2 else []
            here = [d for d in inside.exchange(datagrams, i * NS // 10) if not _is_end(d, i * 100)]
            there = outside.exchange(datagrams, i * NS // 10)
            assert [_payload(d) for d in here] == [_payload(d) for d in there], f"round {i}"
    finally:
        outside.close()


def _payload(frame: bytes) -> tuple[bytes, bytes]:
    """Message id and payload, without the sequence number and the checksum over it."""
    return frame[7:10], frame[10 : 10 + frame[1]]


def test_a_person_sees_the_aircraft_where_its_newest_report_says() -> None:
    reports = [
        Telemetry(NS, "a", Enu(0, 0, up), Enu(0, 1, 0), 90.0, Mode.GUIDED, True, True, 90.0) for up in (8.0, 9.0)
    ]
    seen = truth_from([*reports, Tick(2 * NS)], STANDS, True, 2 * NS)
    assert seen == AircraftTruth(2 * NS, Enu(0, 0, 9.0), Enu(0, 1, 0), 90.0, True, True)


def test_without_a_report_it_is_where_it_was_and_its_light_as_it_is() -> None:
    assert truth_from([Tick(NS)], STANDS, True, NS) == STANDS._replace(t_ns=NS, light_on=True)


@pytest.mark.parametrize(("armed", "up", "flies"), [(True, 5.0, True), (True, 0.1, False), (False, 5.0, False)])
def test_it_flies_when_it_is_armed_and_off_the_ground(armed: bool, up: float, flies: bool) -> None:
    report = Telemetry(NS, "a", Enu(0, 0, up), ZERO, 0.0, Mode.GUIDED, armed, True, 90.0)
    assert truth_from([report], STANDS, False, NS).flying is flies


def test_a_twin_can_begin_where_a_mission_was_interrupted() -> None:
    words = start_at(Enu(12.3456, -7.0, 9.5), 271.26)
    settings = options_from(["--listen", "127.0.0.1:0", *words]).settings
    assert settings.hover == Enu(12.346, -7.0, 9.5)
    assert settings.heading_deg == 271.3
