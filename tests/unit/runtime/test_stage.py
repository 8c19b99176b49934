"""What a rehearsal keeps beside its record, and how a mission is taken up again where a crash left it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from safeconduct.model.faults import BadInput
from safeconduct.runtime.rehearsal import FILE, KeepsRehearsal, read_rehearsal
from safeconduct.runtime.stage import away_s, is_begun, new_stage, recount, taken_up
from safeconduct.runtime.tally import Tally
from safeconduct.sim import World
from safeconduct.witness import LOG, ChainBroken
from unit.runtime.staged import SCENARIO, begun


def left_open(folder: Path, seconds: float) -> Path:
    """A record whose program died after so many seconds of mission."""
    stage, _ = begun(folder, seconds)
    stage.recorder.close()
    return folder


def test_a_mission_is_taken_up_in_the_state_in_which_it_was_left(tmp_path: Path) -> None:
    stage, mission = begun(tmp_path / "r", 25.1)
    stage.recorder.close()
    again = taken_up(tmp_path / "r", durable=False)
    again.recorder.close()
    assert again.resumed
    assert again.seed == 1
    assert again.scenario == SCENARIO
    assert again.state == mission.state
    assert again.last_t_ns == mission.state.t_ns
    assert again.verdict.breaches == []
    assert again.recorder.entries == stage.recorder.entries


def test_the_scenery_is_at_most_five_seconds_older_than_the_record(tmp_path: Path) -> None:
    stage, _ = begun(tmp_path / "r", 25.1)
    stage.recorder.close()
    kept = read_rehearsal(tmp_path / "r")
    world = World(SCENARIO, 99)
    world.restore(kept.world)
    assert stage.world.truth().t_s - 5.0 <= world.truth().t_s <= stage.world.truth().t_s
    assert (kept.scenario, kept.seed) == ("short-walk", 1)
    assert not (tmp_path / "r" / FILE).with_suffix(".new").exists()


def test_scenery_that_cannot_be_written_ends_no_mission(tmp_path: Path) -> None:
    stage, mission = begun(tmp_path / "r", 0.3)
    stage.recorder.close()
    nowhere = tmp_path / "no such folder"
    KeepsRehearsal(nowhere, "short-walk", 1, stage.world, stage.operator).watch([], [], mission.state)
    assert not nowhere.exists()


def test_a_start_that_failed_before_the_mission_began_does_not_spoil_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    assert not is_begun(folder)
    new_stage(SCENARIO, 1, folder, durable=False).recorder.close()  # nobody answered on the link
    assert not is_begun(folder)
    stage, _ = begun(folder, 1.0)
    stage.recorder.close()
    assert is_begun(folder)
    with pytest.raises(BadInput, match="holds a record already"):
        new_stage(SCENARIO, 1, folder, durable=False)


def test_a_record_without_its_scenery_is_no_rehearsal(tmp_path: Path) -> None:
    record = left_open(tmp_path / "r", 2.0)
    (record / FILE).unlink()
    with pytest.raises(BadInput, match="only a rehearsal can be resumed") as bad:
        taken_up(record, durable=False)
    assert bad.value.place.endswith(FILE)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"scenario":3}', b"\xff\xfe"])
def test_scenery_that_is_garbage_is_named(damage: bytes, tmp_path: Path) -> None:
    record = left_open(tmp_path / "r", 2.0)
    (record / FILE).write_bytes(damage)
    with pytest.raises(BadInput, match=FILE):
        taken_up(record, durable=False)


@pytest.mark.parametrize("part", ["world", "operator"])
def test_scenery_of_another_version_is_named_and_the_record_is_free_again(part: str, tmp_path: Path) -> None:
    record = left_open(tmp_path / "r", 2.0)
    scenery = json.loads((record / FILE).read_bytes())
    good = (record / FILE).read_bytes()
    scenery[part] = {"of": "long ago"}
    (record / FILE).write_text(json.dumps(scenery))
    with pytest.raises(BadInput, match=r"not of this version.*begin a new record"):
        taken_up(record, durable=False)
    (record / FILE).write_bytes(good)
    taken_up(record, durable=False).recorder.close()


def test_a_record_that_is_being_written_is_not_taken_up_by_a_second_program(tmp_path: Path) -> None:
    stage, _ = begun(tmp_path / "r", 2.0)
    with pytest.raises(BadInput, match="another safeconduct is writing this record"):
        taken_up(tmp_path / "r", durable=False)
    stage.recorder.close()


def test_a_record_that_was_changed_is_not_taken_up(tmp_path: Path) -> None:
    record = left_open(tmp_path / "r", 2.0)
    log = record / LOG
    log.write_bytes(log.read_bytes().replace(b'"seed":1', b'"seed":2', 1))
    with pytest.raises(ChainBroken):
        taken_up(record, durable=False)


def test_figures_are_counted_again_from_the_record(tmp_path: Path) -> None:
    seen = Tally()
    stage, _ = begun(tmp_path / "r", 40.0, [seen])
    stage.recorder.close()
    again = Tally()
    recount(tmp_path / "r", again)
    assert again.signals == seen.signals
    assert again.signals
    assert again.duration_s == seen.duration_s


def test_the_time_away_is_at_least_a_second_and_at_most_ten_minutes(tmp_path: Path) -> None:
    record = left_open(tmp_path / "r", 0.5)
    assert away_s(record) == pytest.approx(1.0, abs=1.0)
    os.utime(record / LOG, (1_600_000_000, 1_600_000_000))
    assert away_s(record) == 600.0
