"""A vehicle that flies on the wall clock: the program dies, the aircraft goes home, the program comes back and asks."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import hypot
from pathlib import Path
from typing import Any

import pytest

from safeconduct.conduct import OPENING, step
from safeconduct.witness import recheck, verify
from scenario.program import Entries, Program, entries, for_seconds_in

FAILSAFE_AFTER_S = 5.0  # FS_GCS_TIMEOUT


class FlyingTwin:
    """A twin of its own that runs free; its side door tells where it really is."""

    def __init__(self, url_port: int, control_port: int) -> None:
        self.url = f"udpin:127.0.0.1:{url_port}"
        self._door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._door.settimeout(10.0)
        self._door.connect(("127.0.0.1", control_port))

    def truth(self) -> dict[str, Any]:
        self._door.send(b'{"do":"truth"}')
        told: dict[str, Any] = json.loads(self._door.recv(65535))
        return told

    def close(self) -> None:
        self._door.close()


@contextmanager
def flying_twin(errors: Path) -> Iterator[FlyingTwin]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = ["--connect", f"127.0.0.1:{port}", "--control", "0", "--with-parent", "--seed", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "safeconduct.sim.twin", *words], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    twin = FlyingTwin(port, int(process.stderr.readline().rsplit(":", 1)[1]))
    try:
        yield twin
    finally:
        twin.close()
        process.terminate()
        process.wait(10.0)
        process.stderr.close()


def taken_back(told: Entries) -> bool:
    """Since the restart the operator gave his word, and the aircraft is steered again."""
    at = next((i for i, entry in enumerate(told) if entry["kind"] == "mission_resumed"), len(told))
    return any(entry["kind"] == "steer" for entry in told[at:])


def between_two_signals(told: Entries) -> bool:
    """He is spoken with and nothing is being flown at him: a signal cut off runs on for as long as GUID_TIMEOUT."""
    shown = {entry["body"]["transmission"] for entry in told if entry["kind"] == "signal_shown"}
    begun = {entry["body"]["transmission"] for entry in told if entry["kind"] == "transmit"}
    flown = next((entry["body"] for entry in reversed(told) if entry["kind"] == "telemetry"), None)
    at_rest = flown is not None and hypot(*flown["velocity"][:2]) < 0.3
    return for_seconds_in("parley", 2.0)(told) and at_rest and begun <= shown


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_program_dies_the_aircraft_goes_home_and_he_who_comes_back_asks(tmp_path: Path) -> None:
    record = tmp_path / "r"
    with flying_twin(tmp_path / "twin.txt") as twin:
        words = [
            "demo",
            "--eyes",
            "truth",
            "--scenario",
            "short-walk",
            "--vehicle",
            twin.url,
            "--json",
            "--record",
            str(record),
        ]
        with Program(words, tmp_path / "first.txt") as first:
            first.until(record, between_two_signals)
            first.stop(signal.SIGKILL)
        before = entries(record)
        left = twin.truth()
        assert left["flying"]
        _watch_the_failsafe(twin, left)

        with Program(words, tmp_path / "second.txt") as second:
            second.until(record, taken_back, 90.0)
            second.stop(signal.SIGINT)
            code, report = second.ends(30.0)
            assert code == 1, second.said
        assert report["resumed"] is True
        assert report["interlock_violations"] == 0
        assert twin.truth()["flying"], "it hovers where it is when we leave"

    told = entries(record)
    assert told[: len(before)] == before
    kinds = [entry["kind"] for entry in told[len(before) :]]
    assert kinds[0] == "mission_resumed"
    found = next(entry["body"]["position"] for entry in told[len(before) :] if entry["kind"] == "telemetry")
    assert found[2] > 5.0, "it is found in the air, where it is"
    word = next(
        i
        for i, entry in enumerate(told)
        if i >= len(before) and entry["kind"] == "choice" and entry["body"]["decision"] == "take_back"
    )
    silent = {entry["kind"] for entry in told[len(before) : word]}
    assert "propose" in silent
    assert not silent & {"steer", "transmit", "release", "launch", "take_back"}
    assert recheck(record, step, OPENING).identical
    assert verify(record).ok


def _watch_the_failsafe(twin: FlyingTwin, left: dict[str, Any]) -> None:
    """First it hovers; when the ground station has been silent for five seconds it climbs and turns home."""
    began_ms = left["t_ms"]
    deadline = time.monotonic() + 60.0
    while (now := twin.truth())["t_ms"] - began_ms < (FAILSAFE_AFTER_S - 2.0) * 1000.0:
        assert _apart_m(now, left) < 3.0, "it hovers: nobody steers it"
        time.sleep(0.2)
        assert time.monotonic() < deadline
    while twin.truth()["position"][2] < left["position"][2] + 3.0:
        time.sleep(0.2)
        assert time.monotonic() < deadline, "its failsafe did not take it up and home"


def _apart_m(a: dict[str, Any], b: dict[str, Any]) -> float:
    return hypot(a["position"][0] - b["position"][0], a["position"][1] - b["position"][1])
