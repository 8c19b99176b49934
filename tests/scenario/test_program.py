"""The program itself, as a crew uses it: a mission, killed in any phase, taken up again, replayed and verified."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from safeconduct.conduct import OPENING, step
from safeconduct.runtime.stage import taken_up
from safeconduct.witness import recheck, verify
from scenario.program import Program, entries, for_seconds_in, phase_of

REPORT_KEYS = {
    *("outcome", "scenario", "seed", "walked_m", "duration_s", "free_walk_s", "pauses", "impacts", "covers"),
    *("signals", "interlock_violations", "record"),
}


def demo(record: Path, speed: str, *more: str) -> Program:
    words = [
        "demo",
        "--eyes",
        "truth",
        "--scenario",
        "short-walk",
        "--speed",
        speed,
        "--json",
        "--record",
        str(record),
        *more,
    ]
    return Program(words, record.with_suffix(f".{speed}.txt"))


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_whole_mission_from_the_command_line_replays_and_verifies(tmp_path: Path) -> None:
    record = tmp_path / "r"
    with demo(record, "max", "--headless", "--seed", "2", "--eyes", "truth") as flown:
        code, report = flown.ends()
        said = flown.said
    assert code == 0, said
    assert set(report) >= REPORT_KEYS
    assert report["outcome"] == "in_custody"
    assert (report["scenario"], report["seed"]) == ("short-walk", 2)
    assert report["interlock_violations"] == 0
    assert report["impacts"] == 2
    assert report["covers"] >= 1
    assert report["walked_m"] > 45.0
    assert 0.0 < report["free_walk_s"] < report["duration_s"]
    assert all(set(row) >= {"t_s", "signal", "channels", "shown"} for row in report["signals"])
    assert Path(report["record"]) == record
    assert (record / "walk.png").read_bytes().startswith(b"\x89PNG")
    assert "Traceback" not in said

    with Program(["replay", str(record), "--check", "--json"], tmp_path / "replay.txt") as program:
        code, replay = program.ends()
        assert code == 0, program.said
    assert replay["identical"] is True
    assert replay["events"] + replay["commands"] == len(entries(record))
    assert replay["first_difference"] is None
    with Program(["verify", str(record), "--json"], tmp_path / "verify.txt") as program:
        code, verified = program.ends()
        assert code == 0, program.said
    assert verified["ok"] is True
    assert verified["entries"] == len(entries(record))
    assert verified["problems"] == []
    assert {"fragments", "sealed"} <= set(verified)

    with demo(record, "max") as again:
        code, report = again.ends()
    assert code == 0, "a closed mission is reported again, and not flown again"
    assert report["outcome"] == "in_custody"
    assert replay["events"] + replay["commands"] == len(entries(record))


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("phase", "into_s"), [("parley", 20.0), ("lead", 20.0), ("cover", 8.0)])
def test_killed_in_the_middle_it_goes_on_with_the_operators_word(phase: str, into_s: float, tmp_path: Path) -> None:
    record = tmp_path / "r"
    with demo(record, "30") as first:
        first.until(record, for_seconds_in(phase, into_s))
        first.stop(signal.SIGKILL)
    before = entries(record)
    assert phase_of(before) == phase, "killed too late to mean anything"
    with demo(record, "max") as second:
        code, report = second.ends()
        assert code == 0, second.said
    assert report["resumed"] is True
    assert report["outcome"] == "in_custody"
    assert report["interlock_violations"] == 0
    assert not report["hurt"]

    told = entries(record)
    assert told[: len(before)] == before, "nothing that was recorded is lost"
    at = next(i for i, entry in enumerate(told) if entry["kind"] == "mission_resumed")
    asked = next(
        i for i, entry in enumerate(told) if i > at and entry["kind"] == "propose" and _is_about(entry, "take_back")
    )
    word = next(
        i for i, entry in enumerate(told) if i > at and entry["kind"] == "choice" and _is_about(entry, "take_back")
    )
    assert at < asked < word
    silent = {entry["kind"] for entry in told[at:word]}
    assert not silent & {"steer", "transmit", "release", "launch", "take_back"}, "nothing moves without his word"
    replay = recheck(record, step, OPENING)
    assert replay.identical, replay.first_difference
    assert verify(record).ok


def _is_about(entry: dict[str, dict[str, str]], decision: str) -> bool:
    return entry["body"]["decision"] == decision


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_interrupted_by_hand_it_says_so_and_leaves_a_record_to_go_on_from(tmp_path: Path) -> None:
    record = tmp_path / "r"
    with demo(record, "30") as program:
        program.until(record, for_seconds_in("parley", 5.0))
        program.stop(signal.SIGINT)
        code, report = program.ends(60.0)
        said = program.said
    assert code == 1, "a mission that is not closed is not done"
    assert report["outcome"] is None
    assert "the same --record goes on from here" in said
    assert "Traceback" not in said
    assert verify(record).ok
    stage = taken_up(record, durable=False)
    stage.recorder.close()
    assert stage.resumed
    assert stage.state.phase == "parley"
    assert stage.last_t_ns == entries(record)[-1]["t"]
