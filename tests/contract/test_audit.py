"""The preflight audit over a real link: a vehicle process answers, or nobody does."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from safeconduct.model.faults import BadInput
from safeconduct.runtime import audit
from safeconduct.runtime.audit import run_audit


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@contextmanager
def vehicle(*parameters: str) -> Iterator[str]:
    port = free_port()
    words = [sys.executable, "-m", "safeconduct.sim.twin", "--listen", f"127.0.0.1:{port}"]
    twin = subprocess.Popen([*words, *(w for p in parameters for w in ("--param", p))], stderr=subprocess.DEVNULL)
    try:
        yield f"udp:127.0.0.1:{port}"
    finally:
        twin.terminate()
        twin.wait(10)


def test_a_vehicle_fit_for_an_escort_passes_and_says_what_is_unwise(capsys: pytest.CaptureFixture[str]) -> None:
    with vehicle() as url:
        assert run_audit(url, as_json=True) == 0
    told = capsys.readouterr()
    report = json.loads(told.out.splitlines()[-1])
    assert report["ok"]
    assert {f["level"] for f in report["findings"]} <= {"warn", "info"}
    assert "a defined, safe state follows our death" in told.err


def test_a_vehicle_that_would_not_notice_our_death_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with vehicle("FS_GCS_ENABLE=0") as url:
        assert run_audit(url, as_json=True) == 1
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert not report["ok"]
    finding = next(f for f in report["findings"] if f["parameter"] == "FS_GCS_ENABLE")
    assert (finding["value"], finding["level"]) == (0.0, "refuse")


def test_nobody_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "HEARD_WITHIN_S", 0.5)
    with pytest.raises(BadInput, match="no autopilot was heard"):
        run_audit(f"udpin:127.0.0.1:{free_port()}")
