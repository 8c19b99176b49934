"""On the wall clock, over a real link: what is not recorded does not act, and who does not answer is named."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from safeconduct.conduct import OPENING, step
from safeconduct.model.commands import Launch
from safeconduct.model.events import RecordTrouble, Tick
from safeconduct.model.mission_time import NS
from safeconduct.runtime.live import LiveFlight
from safeconduct.runtime.wall_clock import WallClock
from safeconduct.witness import recheck, values, verify

FULL_DISK = Path(__file__).with_name("full_disk.py")
SET_CLOCK = Path(__file__).with_name("set_clock.py")


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def twin(port: int) -> Iterator[None]:
    words = [sys.executable, "-m", "safeconduct.sim.twin", "--connect", f"127.0.0.1:{port}", "--with-parent"]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10.0)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_on_a_full_disk_nothing_acts_until_there_is_room_again(tmp_path: Path) -> None:
    port, record = free_port(), tmp_path / "r"
    with twin(port):
        flown = subprocess.run(
            [sys.executable, str(FULL_DISK), f"udpin:127.0.0.1:{port}", str(record)],
            capture_output=True,
            text=True,
            timeout=100.0,
            check=False,
        )
    assert flown.returncode == 0, flown.stderr
    report = json.loads(flown.stdout)
    assert report["obeyed_while_full"] == [], "the launch was decided, and waited for the disk"
    assert "Launch" in report["obeyed"]
    assert report["told_of_it"] is True
    recorded = list(values(record))
    assert any(isinstance(value, RecordTrouble) for value in recorded)
    assert sum(isinstance(value, Launch) for value in recorded) == 1
    assert verify(record).ok
    assert recheck(record, step, OPENING).identical


def test_an_hour_and_ten_minutes_before_the_disk_is_full_the_crew_is_warned_once_each() -> None:
    free = [400_000_000]
    flight = LiveFlight(None, None, None, None, (), lambda: 0, lambda: free[0])  # type: ignore[arg-type]
    told: list[tuple[int, str]] = []
    for minute, room in enumerate([400_000_000, 39_000_000, 38_000_000, 6_500_000, 6_000_000]):
        free[0] = room
        for round_ in range(600):
            found = flight._look_at_disk(minute * 60 * NS + round_ * NS // 10)
            told += [(minute, event.what) for event in found if isinstance(event, RecordTrouble)]
    assert [minute for minute, _ in told] == [1, 3]
    assert "room for about 58 minutes" in told[0][1]
    assert "room for about 10 minutes" in told[1][1]


@pytest.mark.timeout(120)
def test_a_clock_set_forward_and_back_in_a_mission_is_told_and_the_records_time_goes_on(tmp_path: Path) -> None:
    port, record = free_port(), tmp_path / "r"
    with twin(port):
        words = [sys.executable, str(SET_CLOCK), f"udpin:127.0.0.1:{port}", str(record)]
        flown = subprocess.run(words, capture_output=True, text=True, timeout=100.0, check=False)
    assert flown.returncode == 0, flown.stderr
    recorded = list(values(record))
    told = [value.what for value in recorded if isinstance(value, RecordTrouble)]
    assert told[:2] == [
        "this machine's clock was set 3600.0 s forward; the record's goes on",
        "this machine's clock was set 7200.0 s back; the record's goes on",
    ]
    assert told[2:], "slow drift is told too"
    assert all("clock has drifted 0." in what and "ahead of the record's" in what for what in told[2:])
    ticks = [value.t_ns for value in recorded if isinstance(value, Tick)]
    steps = [b - a for a, b in pairwise(ticks)]
    assert min(steps) > 0
    assert max(steps) < 3 * NS, "mission time never jumped"
    heads = [json.loads(line)["utc"] for line in (record / "seal" / "heads.jsonl").read_bytes().splitlines()]
    assert max(b - a for a, b in pairwise(heads)) > 3000 * NS, "signed heads show the wall clock beside it"
    assert min(b - a for a, b in pairwise(heads)) < -3000 * NS
    assert verify(record).ok
    assert recheck(record, step, OPENING).identical


def test_a_clock_that_drifts_is_told_each_time_it_makes_half_a_second_more() -> None:
    wall = steady = 0
    clock = WallClock(lambda: wall, lambda: steady)
    told = []
    for _ in range(1200):
        steady += 100_000_000
        wall += 100_000_000 - 1_000_000  # it loses 10 ms in a second
        told += clock.look(steady)
    assert len(told) == 2
    assert "has drifted 0.5 s behind the record's" in str(told[0])


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_who_does_not_answer_is_named_within_a_bounded_time(tmp_path: Path) -> None:
    """A dead link, for a mission and for an audit, and a vehicle with another system id than the one insisted on."""
    silent, silent_too, other = (free_port() for _ in range(3))
    cases = {
        f"udpin:127.0.0.1:{silent}: no autopilot was heard": [
            *("demo", "--eyes", "truth", "--scenario", "short-walk", "--record", str(tmp_path / "r")),
            *("--vehicle", f"udpin:127.0.0.1:{silent}"),
        ],
        f"udpin:127.0.0.1:{silent_too}: no autopilot was heard": [
            "audit",
            "--vehicle",
            f"udpin:127.0.0.1:{silent_too}",
        ],
        "vehicle system id 42: not heard; heard 1": [
            *("demo", "--eyes", "truth", "--scenario", "short-walk", "--record", str(tmp_path / "w")),
            *("--vehicle", f"udpin:127.0.0.1:{other}", "--system-id", "42"),
        ],
    }
    with twin(other):
        begun_s = time.monotonic()
        running = {
            said: subprocess.Popen([sys.executable, "-m", "safeconduct", *words], stderr=subprocess.PIPE, text=True)
            for said, words in cases.items()
        }
        for said, process in running.items():
            _, told = process.communicate(timeout=90.0)
            assert process.returncode == 2, told
            assert said in told
            assert told.count("\n") == 1, told
        assert time.monotonic() - begun_s < 60.0
