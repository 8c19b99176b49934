"""The real program as a process of its own: started, watched by its log, interrupted or killed, started again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from safeconduct.witness import LOG

Entries = list[dict[str, Any]]


class Program:
    """`safeconduct WORDS`, with its last line of stdout as JSON."""

    def __init__(self, words: Sequence[str], errors: Path) -> None:
        self._errors = errors
        with errors.open("wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "safeconduct", *words], stdout=subprocess.PIPE, stderr=stderr, text=True
            )

    @property
    def said(self) -> str:
        return self._errors.read_text()

    def ends(self, within_s: float = 150.0) -> tuple[int, Any]:
        """Exit code, and the object of the last line (None without one)."""
        try:
            out, _ = self._process.communicate(timeout=within_s)
        except subprocess.TimeoutExpired:
            self.stop(signal.SIGKILL)
            raise AssertionError(f"did not end within {within_s:.0f} s; it said:\n{self.said}") from None
        lines = out.splitlines()
        return self._process.returncode, json.loads(lines[-1]) if lines else None

    def until(self, record: Path, reached: Callable[[Entries], bool], within_s: float = 120.0) -> None:
        """Wait until its log says so."""
        deadline = time.monotonic() + within_s
        told: Entries = []
        read = 0
        while not reached(told):
            assert self._process.poll() is None, f"ended by itself with {self._process.returncode}:\n{self.said}"
            assert time.monotonic() < deadline, f"not reached within {within_s:.0f} s:\n{self.said}"
            time.sleep(0.05)
            new, read = _since(record, read)
            told += new

    def stop(self, number: signal.Signals) -> None:
        self._process.send_signal(number)
        if number == signal.SIGKILL:
            self._process.wait()

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def entries(record: Path) -> Entries:
    """All complete lines of a log that may still be written."""
    return _since(record, 0)[0]


def _since(record: Path, start: int) -> tuple[Entries, int]:
    """The complete lines from a byte on, and where the next ones will begin."""
    try:
        with (record / LOG).open("rb") as log:
            log.seek(start)
            text = log.read()
    except FileNotFoundError:
        return [], start
    whole = text[: text.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()], start + len(whole)


def phase_of(told: Entries) -> str:
    return next((e["body"]["phase"] for e in reversed(told) if e["kind"] == "phase_entered"), "watch")


def for_seconds_in(phase: str, seconds: float) -> Callable[[Entries], bool]:
    """The mission has been in that phase for so long, in mission time."""

    def reached(told: Entries) -> bool:
        entered = next((e for e in reversed(told) if e["kind"] == "phase_entered"), None)
        if entered is None or entered["body"]["phase"] != phase:
            return False
        return bool(told[-1]["t"] - entered["t"] >= seconds * 1e9)

    return reached
