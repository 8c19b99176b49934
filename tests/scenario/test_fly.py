"""`fly` as in earnest: a vehicle over UDP in a process of its own, its video as a stream, and nothing else."""

from __future__ import annotations

import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from safeconduct.conduct import OPENING, step
from safeconduct.maps import plan_to_geojson
from safeconduct.model.faults import BadInput
from safeconduct.model.plan import Settings
from safeconduct.runtime.fly import FlyOptions, run_fly, served_page, simulated_only_here
from safeconduct.runtime.fly_stage import fly_stage
from safeconduct.runtime.share_wishes import share_wishes
from safeconduct.sim import load_scenario
from safeconduct.witness import recheck, verify
from scenario.program import Entries, Program, entries, phase_of


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_twin(*words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-m", "safeconduct", "twin", *words], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        assert "twin:" in process.stderr.readline()
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(20.0)
        process.stderr.close()


def a_plan(folder: Path) -> Path:
    path = folder / "walk.geojson"
    path.write_text(plan_to_geojson(load_scenario("short-walk").plan()), encoding="utf-8")
    return path


def test_a_vehicle_whose_state_after_our_death_is_not_defined_is_refused_before_anything(tmp_path: Path) -> None:
    port, record = free_port(), tmp_path / "r"
    options = FlyOptions(
        a_plan(tmp_path), "udp://127.0.0.1:9", f"udpin:127.0.0.1:{port}", record=record, page=False, quiet=True
    )
    with a_twin("--connect", f"127.0.0.1:{port}", "--param", "FS_GCS_ENABLE=0", "--home", "48.6,38.0,120"):
        report = run_fly(options)
    assert any("FS_GCS_ENABLE" in why for why in report.refused)
    assert report.outcome is None
    assert not record.exists()


def test_the_plan_of_another_place_is_refused(tmp_path: Path) -> None:
    port = free_port()
    options = FlyOptions(a_plan(tmp_path), "udp://127.0.0.1:9", f"udpin:127.0.0.1:{port}", page=False, quiet=True)
    with (
        a_twin("--connect", f"127.0.0.1:{port}", "--home", "48.7,38.0,120"),
        pytest.raises(BadInput, match=r"11\.. km from the vehicle"),
    ):
        run_fly(options)


def test_a_simulated_operator_decides_over_no_real_aircraft(tmp_path: Path) -> None:
    options = FlyOptions(a_plan(tmp_path), "rtsp://10.0.0.9/a", "udpin:0.0.0.0:14550", simulated=True)
    with pytest.raises(BadInput, match="no twin on this machine"):
        simulated_only_here(options)


def _stale_after(told: Entries) -> bool:
    met = next((i for i, e in enumerate(told) if e["kind"] == "phase_entered"), len(told))
    old = sum(e["kind"] == "video_health" and e["body"].get("age_s", 0.0) > 3.0 for e in told[met:])
    return int(old) >= 2


def test_the_page_of_a_real_flight_is_shared_with_a_code_as_that_of_a_rehearsal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    options = FlyOptions(a_plan(tmp_path), "x", share=share_wishes(True, "127.0.0.1", True))
    stage = fly_stage(tmp_path / "r", load_scenario("short-walk").plan(), Settings())
    with closing(stage.recorder), served_page(options, stage) as page:
        told = capsys.readouterr().err
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with pytest.raises(HTTPError) as asked:
            urlopen(page.shared, context=trusting)
        with asked.value as answer:
            words = answer.read().decode()
    assert page.shared.startswith("https://127.0.0.1:")
    assert asked.value.code == 401
    assert "code" in words
    assert re.search(r"reception +[A-Z0-9]{4}-[A-Z0-9]{4}", told)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_he_is_seen_in_the_stream_and_a_dead_stream_leaves_the_aircraft_hovering(tmp_path: Path) -> None:
    link, video = free_port(), free_port()
    record = tmp_path / "r"
    film = ["--film", f"udp://127.0.0.1:{video}", "--size", "640x360", "--hfov", "24", "--rate", "6"]
    words = [
        *("fly", "--vehicle", f"udpin:127.0.0.1:{link}", "--video", f"udp://127.0.0.1:{video}", "--hfov", "24"),
        *("--plan", str(a_plan(tmp_path)), "--headless", "--operator", "simulated"),
        *("--record", str(record), "--json"),
    ]
    with (
        a_twin("--scenario", "short-walk", "--connect", f"127.0.0.1:{link}", *film) as twin,
        Program(words, tmp_path / "said.txt") as program,
    ):
        program.until(record, lambda told: phase_of(told) == "offered", 150.0)
        twin.send_signal(signal.SIGSTOP)  # the video dies; the vehicle is a process of its own and flies on
        program.until(record, _stale_after, 60.0)
        program.stop(signal.SIGINT)
        code, report = program.ends(60.0)
    assert code == 1
    assert report["interlock_violations"] == 0
    assert report["pictures"] > 0
    told = entries(record)
    kinds = [e["kind"] for e in told]
    assert {"sighting", "request_no_fire", "audit_found", "propose"} <= set(kinds)
    last = next(e["body"] for e in reversed(told) if e["kind"] == "telemetry")
    assert last["position"][2] > 10.0
    assert abs(last["velocity"][0]) + abs(last["velocity"][1]) < 1.0
    assert (record / "video.mp4").stat().st_size > 1000
    assert verify(record).ok
    assert recheck(record, step, OPENING).identical
