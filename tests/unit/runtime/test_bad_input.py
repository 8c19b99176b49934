"""Bad input on the command line: exit code 2 and one line that names the place and the mend, never a traceback."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from safeconduct.__main__ import main
from safeconduct.witness import LOG
from unit.runtime.staged import SCENARIO, begun

Refused = Callable[..., str]
VERBS = ("demo", "audit", "watch", "replay", "verify", "plan", "drill", "bench", "twin", "world")


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Say words to the program; what it says to them, when it refuses them as it should."""

    def say(*words: object) -> str:
        monkeypatch.setattr(sys, "argv", ["safeconduct", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert ended.value.code == 2, told.err
        assert told.out == ""
        assert told.err.startswith("safeconduct: ")
        assert told.err.endswith("\n")
        assert told.err.count("\n") == 1, told.err
        assert "; " in told.err, f"no mend: {told.err}"
        return told.err

    return say


def test_an_unknown_scenario_is_answered_with_the_nearest_one(refused: Refused) -> None:
    assert "did you mean short-walk?" in refused("demo", "--scenario", "short-wlak")
    assert "known are" in refused("demo", "--scenario", "xyzzy")


@pytest.mark.parametrize("speed", ["0", "-3", "nan", "inf", "fast", "1e9", ""])
def test_what_is_no_speed_is_named(speed: str, refused: Refused) -> None:
    assert "give `max`, or a factor" in refused("demo", "--scenario", "short-walk", "--speed", speed)


def test_eyes_that_do_not_exist_yet_are_not_promised(refused: Refused) -> None:
    assert "give camera or truth" in refused("demo", "--eyes", "both")


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ("[person]\nat = [1, 2]\nshoe_size = 43", "shoe_size"),
        ("name = [", "TOML"),
        ("[wind]\nmps = inf", "quantity"),
        ("[wind]\nmps = 900", "wind"),
    ],
)
def test_a_scenario_file_with_a_mistake_names_file_and_field(
    wrong: str, mend: str, tmp_path: Path, refused: Refused
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(wrong)
    said = refused("demo", "--scenario", file)
    assert str(file) in said
    assert mend in said


def test_a_scenario_file_that_is_not_there_is_named(tmp_path: Path, refused: Refused) -> None:
    assert "gone.toml" in refused("demo", "--scenario", tmp_path / "gone.toml")


def test_a_folder_with_something_else_in_it_is_no_place_for_a_record(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"\xff\xd8")
    assert "holiday.jpg" in refused("demo", "--scenario", "short-walk", "--record", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_record_cannot_be_put_below_a_file(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "file").write_text("here")
    assert "cannot hold a record" in refused("demo", "--scenario", "short-walk", "--record", tmp_path / "file" / "r")
    assert "name another folder" in refused("demo", "--scenario", "short-walk", "--record", tmp_path / "file")


def test_a_second_program_on_one_record_is_refused_and_changes_nothing(tmp_path: Path, refused: Refused) -> None:
    stage, _ = begun(tmp_path / "r", 2.0)
    before = (tmp_path / "r" / LOG).read_bytes()
    said = refused("demo", "--scenario", SCENARIO.name, "--record", tmp_path / "r")
    assert "another safeconduct is writing this record" in said
    stage.recorder.close()
    assert (tmp_path / "r" / LOG).read_bytes() == before


def test_a_record_that_is_no_rehearsal_is_not_flown_on(tmp_path: Path, refused: Refused) -> None:
    stage, _ = begun(tmp_path / "r", 2.0)
    stage.recorder.close()
    (tmp_path / "r" / "rehearsal.json").write_text("{}")
    assert "rehearsal.json" in refused("demo", "--scenario", "short-walk", "--record", tmp_path / "r")


def test_a_changed_record_is_not_flown_on_and_no_replay_calls_it_identical(
    tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stage, _ = begun(tmp_path / "r", 2.0)
    stage.recorder.close()
    log = tmp_path / "r" / LOG
    log.write_bytes(log.read_bytes().replace(b'"seed":1', b'"seed":2', 1))
    assert "log.jsonl line 2" in refused("demo", "--record", tmp_path / "r")
    for verb in (["replay", "--check"], ["verify"]):
        monkeypatch.setattr(sys, "argv", ["safeconduct", *verb, str(tmp_path / "r"), "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert ended.value.code == 1, "the check says no"
        assert "line 2" in told.err
        report = json.loads(told.out.splitlines()[-1])
        assert report.get("identical", report.get("ok")) is False


@pytest.mark.parametrize("verb", ["replay", "verify"])
def test_what_is_no_record_cannot_be_replayed_or_verified(verb: str, tmp_path: Path, refused: Refused) -> None:
    assert "is not a record" in refused(verb, tmp_path / "nowhere")
    assert "is not a record" in refused(verb, tmp_path)


@pytest.mark.parametrize(
    "vehicle", ["", "14550", "udpin:nowhere", "tcp:host:99999", "serial:ttyACM0", "serial:/dev/x:9"]
)
@pytest.mark.parametrize("verb", ["demo", "audit"])
def test_what_is_no_vehicle_address_is_answered_with_how_to_write_one(
    verb: str, vehicle: str, tmp_path: Path, refused: Refused
) -> None:
    more = ["--scenario", "short-walk", "--record", tmp_path / "r"] if verb == "demo" else []
    assert "rite udpin:" in (said := refused(verb, "--vehicle", vehicle, *more)) or " from " in said


@pytest.mark.parametrize("verb", ["demo", "audit"])
def test_a_port_that_is_taken_is_named(verb: str, tmp_path: Path, refused: Refused) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        more = ["--scenario", "short-walk", "--record", tmp_path / "r"] if verb == "demo" else []
        said = refused(verb, "--vehicle", f"udpin:127.0.0.1:{port}", *more)
    assert f"port {port} is taken" in said
    assert "another port" in said


def test_a_system_id_that_no_vehicle_can_have_is_refused(refused: Refused) -> None:
    assert "1 to 255" in refused("demo", "--vehicle", "udpin:127.0.0.1:1", "--system-id", "300")


@pytest.mark.parametrize("content", [b"this is no film\n" * 50, b"", b"\x00\x00\x00\x18ftypmp42garbage"])
def test_a_clip_that_is_no_video_is_named(content: bytes, tmp_path: Path, refused: Refused) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(content)
    assert "clip.mp4" in refused("watch", clip)
    assert "gone.mp4" in refused("watch", tmp_path / "gone.mp4")


def test_a_plan_without_a_reception_point_is_named(tmp_path: Path, refused: Refused) -> None:
    plan = tmp_path / "plan.geojson"
    plan.write_text('{"type":"FeatureCollection","features":[]}')
    assert "plan.geojson" in refused("plan", plan)


def test_an_unknown_bench_is_answered_with_the_known_ones(refused: Refused) -> None:
    assert "one of core, eyes, flight" in refused("bench", "stamina")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["fyl"], "fyl"),
        (["demo", "--fast"], "--fast"),
        (["demo", "--seed", "seven"], "--seed"),
        (["demo", "--seed", "-1"], "--seed"),
        (["drill", "--faults", "0"], "--faults"),
        (["fly", "--video", "x", "--plan", "y", "--headless", "--share"], "needs the page"),
        (["replay"], "record"),
        (["audit"], "--vehicle"),
        (["twin", "--listen", "nowhere"], "nowhere"),
    ],
)
def test_bad_usage_is_one_line_too(words: list[str], named: str, refused: Refused) -> None:
    assert named in refused(*words)


def test_help_lists_every_verb(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], []):
        monkeypatch.setattr(sys, "argv", ["safeconduct", *words])
        with pytest.raises(SystemExit):
            main()
        told = capsys.readouterr()
        listed = {line.split()[0] for line in (told.out + told.err).splitlines() if line.startswith("  ")}
        assert set(VERBS) <= listed


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["safeconduct", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert capsys.readouterr().out.strip().count(".") == 2
