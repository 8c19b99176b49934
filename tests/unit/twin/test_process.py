"""The twin as a process of its own: real sockets, lockstep, fault injection, and an end with its parent."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.faults import BadInput
from safeconduct.sim.twin import Autopilot, TwinSettings
from safeconduct.sim.twin.__main__ import main, options_from
from safeconduct.sim.twin.control import answer


def free_socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(20.0)
    return sock


@contextmanager
def twin(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], socket.socket, int]]:
    """A running process that connects to our socket: (process, socket, control port)."""
    ours = free_socket()
    where = f"127.0.0.1:{ours.getsockname()[1]}"
    command = [sys.executable, "-m", "safeconduct.sim.twin", "--connect", where, "--control", "0", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        yield process, ours, int(line.rsplit(":", 1)[1])
    finally:
        process.terminate()
        process.wait(10.0)
        assert process.stderr is not None
        process.stderr.close()
        ours.close()


class Stepper:
    """A ground station in lockstep: each step sends its datagrams and reads until the end marker."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.mav: Any = dialect.MAVLink(None, srcSystem=255, srcComponent=190)
        self.ear: Any = dialect.MAVLink(None)
        self.vehicle = sock.recvfrom(65535)[1]
        self.raw: list[bytes] = []
        self.heard: list[Any] = []

    def send(self, message: Any) -> None:
        self.sock.sendto(message.pack(self.mav), self.vehicle)
        self.mav.seq = (self.mav.seq + 1) % 256

    def command(self, number: int, *params: float) -> None:
        self.send(dialect.MAVLink_command_long_message(1, 1, number, 0, *params, *[0.0] * (7 - len(params))))

    def step(self, t_ms: int) -> None:
        self.send(dialect.MAVLink_system_time_message(0, t_ms))
        while True:
            data = self.sock.recv(65535)
            for message in self.ear.parse_buffer(data) or []:
                if message.get_type() == "SYSTEM_TIME" and message.time_unix_usec == 0:
                    if message.time_boot_ms == t_ms:
                        return
                else:
                    self.raw.append(data)
                    self.heard.append(message)


def flown(seconds: int, *arguments: str) -> list[Any]:
    with twin(*arguments) as (_, sock, _):
        gcs = Stepper(sock)
        gcs.command(dialect.MAV_CMD_SET_MESSAGE_INTERVAL, dialect.MAVLINK_MSG_ID_LOCAL_POSITION_NED, 100_000)
        for tenth in range(seconds * 10):
            if tenth % 10 == 0:
                gcs.send(dialect.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3))
            if tenth == 30:
                gcs.command(dialect.MAV_CMD_DO_SET_MODE, 1, 4)
                gcs.command(dialect.MAV_CMD_COMPONENT_ARM_DISARM, 1)
                gcs.command(dialect.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 10)
            gcs.step((tenth + 1) * 100)
        return [m.to_dict() for m in gcs.heard]


def test_in_lockstep_a_flight_over_real_udp_is_the_same_each_time_and_faster_than_real() -> None:
    begun = time.monotonic()
    first, second = (flown(20, "--seed", "5", "--wind", "3") for _ in range(2))
    assert first == second
    heights = [-m["z"] for m in first if m["mavpackettype"] == "LOCAL_POSITION_NED"]
    assert len(heights) == 200
    assert heights[-1] == pytest.approx(10.0, abs=0.2)
    assert time.monotonic() - begun < 40.0


def test_it_begins_where_a_mission_was_interrupted() -> None:
    with twin("--hover", "12,-7,9,270") as (_, sock, _):
        gcs = Stepper(sock)
        gcs.command(dialect.MAV_CMD_SET_MESSAGE_INTERVAL, dialect.MAVLINK_MSG_ID_GLOBAL_POSITION_INT, 100_000)
        gcs.command(dialect.MAV_CMD_SET_MESSAGE_INTERVAL, dialect.MAVLINK_MSG_ID_LOCAL_POSITION_NED, 100_000)
        for tenth in range(40):
            gcs.step(100 * (tenth + 1))
        local = [m for m in gcs.heard if m.get_type() == "LOCAL_POSITION_NED"][-1]
        heading = [m.hdg for m in gcs.heard if m.get_type() == "GLOBAL_POSITION_INT"][-1]
        beat = [m for m in gcs.heard if m.get_type() == "HEARTBEAT"][-1]
        assert (local.y, local.x, -local.z) == pytest.approx((12.0, -7.0, 9.0), abs=0.05)
        assert heading == 27000
        assert beat.custom_mode == 4
        assert beat.base_mode & dialect.MAV_MODE_FLAG_SAFETY_ARMED


def test_its_clock_stands_until_somebody_speaks_and_heartbeats_make_it_findable() -> None:
    with twin("--speed", "50") as (_, sock, control):
        for _ in range(3):
            sock.recv(65535)
        side = free_socket()
        side.sendto(b'{"do":"truth"}', ("127.0.0.1", control))
        assert json.loads(side.recv(65535))["t_ms"] == 0
        side.close()


def test_free_running_it_keeps_its_speed_and_beats() -> None:
    with twin("--speed", "20") as (_, sock, _):
        gcs = Stepper(sock)
        gcs.command(dialect.MAV_CMD_DO_SET_ROI_NONE)
        sock.recv(65535)
        begun = time.monotonic()
        for _ in range(20):
            sock.recv(65535)
        assert 1.0 < time.monotonic() - begun < 5.0


def test_after_the_lockstep_it_runs_free_again_when_told_so() -> None:
    with twin("--lockstep-timeout", "0.3", "--speed", "10") as (_, sock, _):
        gcs = Stepper(sock)
        gcs.step(10_000)
        assert sock.recv(65535)  # a heartbeat that nobody stepped for


def test_faults_come_in_through_the_side_door() -> None:
    with twin() as (_, sock, control):
        gcs = Stepper(sock)
        gcs.step(5_000)
        side = free_socket()
        side.connect(("127.0.0.1", control))

        def do(**what: object) -> dict[str, Any]:
            side.send(json.dumps(what).encode())
            reply: dict[str, Any] = json.loads(side.recv(65535))
            return reply

        assert do(do="lose_gps", seconds=10) == {"ok": True, "t_ms": 5000}
        gcs.command(dialect.MAV_CMD_DO_SET_MODE, 1, 4)
        gcs.step(5_100)
        assert [m.result for m in gcs.heard if m.get_type() == "COMMAND_ACK"] == [dialect.MAV_RESULT_FAILED]
        assert do(do="truth")["flying"] is False
        assert do(do="cut_link", seconds=3)["ok"]
        gcs.heard.clear()
        for tenth in range(30):
            gcs.step(5_200 + 100 * tenth)  # a cut link stops neither clock
        assert gcs.heard == []
        assert do(do="fly_to_the_moon")["ok"] is False
        side.close()


def test_garbage_on_both_ports_does_not_end_it() -> None:
    with twin() as (process, sock, control):
        gcs = Stepper(sock)
        side = free_socket()
        for n in range(50):
            sock.sendto(bytes([n]) * n, gcs.vehicle)
            side.sendto(b'{"do": ' + bytes([n]), ("127.0.0.1", control))
        side.close()
        gcs.step(3_000)
        assert process.poll() is None


def test_a_listening_twin_answers_whoever_speaks_and_a_second_one_says_that_the_port_is_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    taken = free_socket()
    port = taken.getsockname()[1]
    assert main(["--listen", f"127.0.0.1:{port}"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"--listen 127.0.0.1:{port}: cannot be opened")
    assert told.count("\n") == 1
    taken.close()
    command = [sys.executable, "-m", "safeconduct.sim.twin", "--listen", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        process.stderr.readline()
        ours = free_socket()
        mav: Any = dialect.MAVLink(None, srcSystem=255, srcComponent=190)
        ours.sendto(dialect.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3).pack(mav), ("127.0.0.1", port))
        assert ours.recv(65535)
        ours.close()
    finally:
        process.terminate()
        process.wait(10.0)
        assert process.stderr is not None
        process.stderr.close()


def test_it_ends_with_its_parent() -> None:
    parent = (
        "import subprocess, sys\n"
        "twin = subprocess.Popen([sys.executable, '-m', 'safeconduct.sim.twin', '--listen', '127.0.0.1:0',"
        " '--with-parent'], stderr=subprocess.PIPE)\n"
        "twin.stderr.readline()\n"
        "print(twin.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    pid = int(process.stdout.readline())
    process.kill()
    process.wait(10.0)
    process.stdout.close()
    process.stdin.close()
    deadline = time.monotonic() + 10.0
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "--connect or --listen"),
        (["--listen", "127.0.0.1:1", "--connect", "127.0.0.1:2"], "--connect or --listen"),
        (["--listen", "nowhere"], "HOST:PORT"),
        (["--listen", "127.0.0.1:70000"], "HOST:PORT"),
        (["--connect", "no.such.host.invalid:1"], "unknown host"),
        (["--listen", "127.0.0.1:0", "--speed", "0"], "--speed 0"),
        (["--listen", "127.0.0.1:0", "--speed", "nan"], "--speed nan"),
        (["--listen", "127.0.0.1:0", "--home", "91,0,0"], "--home 91,0,0"),
        (["--listen", "127.0.0.1:0", "--home", "48,38"], "--home 48,38"),
        (["--listen", "127.0.0.1:0", "--param", "RTL_ALT"], "--param RTL_ALT"),
        (["--listen", "127.0.0.1:0", "--param", "RTL_ALTT=3"], "did you mean RTL_ALT"),
        (["--listen", "127.0.0.1:0", "--hover", "1,2,-3,0"], "--hover 1,2,-3,0"),
        (["--listen", "127.0.0.1:0", "--wind", "-3"], "--wind -3"),
        (["--listen", "127.0.0.1:0", "--control", "99999"], "--control 99999"),
        (["--listen", "127.0.0.1:0", "--signing-key", "abc"], "--signing-key"),
        (["--listen", "127.0.0.1:0", "--signing-key", "abcd"], "32 bytes"),
    ],
)
def test_bad_options_are_one_line_and_exit_2(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert named in told
    assert told.count("\n") == 1


def test_options_become_settings() -> None:
    options = options_from(
        ["--listen", "127.0.0.1:14550", "--home", "48.1,38.2,99", "--param", "FS_GCS_ENABLE=5", "--seed", "9"]
    )
    assert options.listen == ("127.0.0.1", 14550)
    assert options.settings.home.alt_m == 99.0
    assert options.settings.all_parameters()["FS_GCS_ENABLE"] == 5.0
    assert options.settings.seed == 9
    with pytest.raises(BadInput):
        options_from(["--home", "x"])


@pytest.mark.parametrize(
    ("asked", "ok"),
    [
        (b'{"do":"lose_gps","seconds":10}', True),
        (b'{"do":"lose_gps","seconds":-1}', False),
        (b'{"do":"lose_gps"}', False),
        (b'{"do":"cut_link","seconds":3}', True),
        (b'{"do":"pilot_mode","name":"LOITER"}', True),
        (b'{"do":"pilot_mode","name":"WARP"}', False),
        (b'{"do":"reboot"}', True),
        (b'{"do":"drain_battery","to_pct":15}', True),
        (b'{"do":"drop_commands","share":0.5}', True),
        (b'{"do":"wind","east_mps":4,"gust_mps":1}', True),
        (b'{"do":"set_parameter","name":"RTL_ALT","value":2000}', True),
        (b'{"do":"set_parameter","name":"NO_SUCH","value":1}', False),
        (b'{"do":"truth"}', True),
    ],
)
def test_each_fault_is_injected_or_refused_with_why(asked: bytes, ok: bool) -> None:
    reply = json.loads(answer(Autopilot(TwinSettings()), asked))
    assert reply["ok"] is ok
    assert ok or reply["why"]


@given(st.binary(max_size=200))
def test_no_datagram_harms_the_side_door(data: bytes) -> None:
    assert "ok" in json.loads(answer(Autopilot(TwinSettings()), data))
