"""`watch` on real streams: always the newest picture, a line for whatever goes wrong, and a report whatever happens."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from safeconduct.model.events import VideoHealth
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import ZERO
from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, Footage, Picture
from safeconduct.runtime.pictures import Pictures
from safeconduct.runtime.watch import run_watch
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.scene import Lens, Scene, Shot, View
from safeconduct.sim.seen import AircraftTruth
from unit.runtime.streaming import FPS, numbered, packed, tcp_sender


class Said:
    def __init__(self, url: str, capsys: pytest.CaptureFixture[str], patience_s: float) -> None:
        assert run_watch(url, json=True, patience_s=patience_s) == 0
        out, self.lines = capsys.readouterr()
        self.report: dict[str, Any] = json.loads(out.splitlines()[-1])


def test_a_stream_that_dies_and_returns_is_watched_on_and_what_was_dropped_is_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with tcp_sender([packed(numbered(40))], [packed(numbered(40, 100))]) as url:
        said = Said(url, capsys, 3.0)
    report = said.report
    assert report["frames"] + report["dropped"] == 80
    assert report["duration_s"] > 2.5
    assert 0.0 <= report["age_s"]["p50"] <= report["age_s"]["p95"] < 3.0
    assert report["frozen_s"] == 0.0
    assert "it ended; trying again for 3 s" in said.lines
    assert "came back after" in said.lines
    assert "did not come back" in said.lines


def test_frozen_pictures_are_told_at_once_and_their_seconds_reported(capsys: pytest.CaptureFixture[str]) -> None:
    pictures = [*numbered(25), *numbered(1, 24) * 60, *numbered(30, 30)]
    with tcp_sender([packed(pictures)]) as url:
        said = Said(url, capsys, 0.0)
    assert "the pictures are frozen: the same one for 1." in said.lines
    assert "the pictures move again" in said.lines
    assert said.report["frozen_s"] == pytest.approx(60 / FPS, abs=0.5)


@pytest.mark.parametrize(("begin_s", "words"), [(3600.0, "ahead by"), (80.0, "back by")])
def test_a_clock_that_jumps_is_told_and_survived(
    begin_s: float, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with tcp_sender([packed(numbered(25), 100.0), packed(numbered(25, 25), begin_s)]) as url:
        said = Said(url, capsys, 0.0)
    assert f"clock leaps {words}" in " ".join(said.lines.split())
    assert said.report["duration_s"] < 10.0


def test_ctrl_c_keeps_the_report_and_the_copy_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "seen.mp4"
    with tcp_sender([packed(numbered(1500))]) as url:
        command = [sys.executable, "-m", "safeconduct", "watch", url, "--out", str(out), "--json", "--patience", "1"]
        watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        part = tmp_path / "seen.part.mp4"
        try:
            for _ in range(400):  # a slow machine takes its time to load the networks
                if part.exists() or watching.poll() is not None:
                    break
                time.sleep(0.1)
            assert part.exists()
            with pytest.raises(subprocess.TimeoutExpired):
                watching.wait(timeout=3.0)
            watching.send_signal(signal.SIGINT)
            said, lines = watching.communicate(timeout=20.0)
        finally:
            watching.kill()
    assert watching.returncode == 0, lines
    assert "stopped by hand" in lines
    assert "Traceback" not in lines
    report = json.loads(said.splitlines()[-1])
    assert not part.exists()
    with Footage(str(out)) as copy:
        assert len(list(copy.read())) == report["frames"] > 0


@pytest.mark.parametrize("patience_s", [-1.0, float("nan"), float("inf")])
def test_a_patience_that_is_none_is_refused_in_one_line(patience_s: float) -> None:
    with pytest.raises(BadInput, match="--patience"):
        run_watch("udp://127.0.0.1:1", patience_s=patience_s)


class _StuckCamera:
    """Noise and all, a new picture each time; from `stuck_t_ns` on the last one again and again, newly stamped."""

    def __init__(self, stuck_t_ns: int) -> None:
        self._stuck_t_ns = stuck_t_ns
        self._last: Picture = np.zeros((96, 160, 3), np.uint8)

    def shoot(self, scene: Scene, view: View, t_ns: int) -> Shot:
        if t_ns < self._stuck_t_ns:
            self._last = np.random.default_rng(t_ns).integers(0, 255, self._last.shape, dtype=np.uint8)
        return Shot(t_ns, self._last, view, ())


def test_in_a_mission_frozen_pictures_age_from_the_last_different_one() -> None:
    lens = Lens(width_px=160, height_px=96, rate_hz=10.0, late_s=0.0)
    stuck_t_ns = 3 * NS
    pictures = Pictures(
        _StuckCamera(stuck_t_ns), CarriedCamera(lens, 1), Eyes(), lambda e, n: 0.0, lambda: Scene(0.0, ())
    )
    health: list[VideoHealth] = []
    for t_ns in range(NS, 7 * NS, NS // 10):
        events = pictures.look(t_ns, AircraftTruth(t_ns, ZERO, ZERO, 0.0, False, False))
        health += [e for e in events if isinstance(e, VideoHealth)]
    pictures.close()
    assert all(e.ok for e in health if NS < e.t_ns < stuck_t_ns)
    (first, *_) = late = [e for e in health if not e.ok]
    assert first.t_ns - stuck_t_ns <= 1.2 * NS
    assert all(e.age_s == pytest.approx((e.t_ns - stuck_t_ns) / NS + 0.1, abs=0.11) for e in late)
    assert late[-1].age_s > 2.5
