"""The UAV-GESTURE row: measured where the joints are at hand, skipped in words where they are not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from safeconduct.model.faults import BadInput
from safeconduct.runtime.bench_eyes_marshalling import (
    BAR,
    OPENPOSE_TO_COCO,
    leave_one_out,
    marshalling,
    named_by_duels,
    read_take,
    read_takes,
    uav_gesture_folder,
)
from unit.perception.footage import shared_data
from unit.perception.marshallers import KNOWN

REAL = shared_data() / "uav-gesture"


def write(path: Path, px: np.ndarray) -> Path:
    """COCO joints as the data set's files hold them."""
    places = np.zeros((2, 18, len(px)))
    places[:, OPENPOSE_TO_COCO] = px.transpose(2, 1, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    savemat(path, {"pos_img": places}, do_compression=True)
    return path


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    for k, one in enumerate(KNOWN):
        for gesture in ("wave_left", "both_held"):
            write(tmp_path / gesture / f"S{k + 1}_{gesture}_HD.mat", one.shows(gesture)[1])
    return tmp_path


@pytest.mark.parametrize("short", [True, False])
def test_the_report_counts_clips_people_and_mistakes(made_up: Path, short: bool) -> None:
    report = marshalling(made_up, short)
    assert (report["clips"], report["gestures"]) == (8, 2)
    assert report["by_person"] == {"S1": 1.0, "S2": 1.0, "S3": 1.0, "S4": 1.0}
    assert report["accuracy"] == 1.0
    assert report["confusions"] == {}
    assert 0.0 <= report["baseline"]["nearest_clip_by_time_warping"] <= 1.0
    assert ("three_people_left_out" in report) is not short


def test_a_clip_under_the_wrong_name_is_counted_as_a_confusion(made_up: Path) -> None:
    write(made_up / "both_held" / "S1_both_held_HD.mat", KNOWN[0].shows("wave_left")[1])
    report = marshalling(made_up, short=True)
    assert report["confusions"]["both_held taken for wave_left"] == 1
    assert report["by_person"]["S1"] == 0.5


@pytest.mark.parametrize("people", [0, 1])
def test_without_people_to_leave_out_the_row_says_why_it_is_skipped(tmp_path: Path, people: int) -> None:
    for k in range(people):
        write(tmp_path / "wave_left" / f"S{k}_x_HD.mat", KNOWN[k].shows("wave_left")[1])
    assert "SAFECONDUCT_DATA" in marshalling(tmp_path / ("" if people else "nowhere"), short=True)["skipped"]


def test_the_folder_is_named_by_the_environment_or_lies_beside_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFECONDUCT_DATA", "/elsewhere")
    assert uav_gesture_folder() == Path("/elsewhere/uav-gesture")
    monkeypatch.delenv("SAFECONDUCT_DATA")
    assert uav_gesture_folder() == Path(__file__).resolve().parents[4] / "shared" / "data" / "uav-gesture"


def test_files_that_are_none_of_the_set_are_refused_in_one_line(tmp_path: Path) -> None:
    savemat(tmp_path / "S1_a.mat", {"pos_img": np.zeros((2, 17, 50))})
    savemat(tmp_path / "S1_b.mat", {"other": np.zeros(3)})
    (tmp_path / "S1_c.mat").write_bytes(b"")
    (tmp_path / "S1_d.mat").mkdir()
    for name, says in (("a", "shape (2, 17, 50)"), ("b", "no joints"), ("c", "no joints"), ("d", "no joints"),
                       ("e", "No such file")):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            read_take(tmp_path / f"S1_{name}.mat")
        assert says in str(refused.value)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=6), st.integers(1, 6000))
def test_broken_files_are_read_or_refused(tmp_path: Path, flips: list[tuple[int, int]], kept: int) -> None:
    whole = write(tmp_path / "wave_left" / "S1_wave_left_HD.mat", KNOWN[0].shows("wave_left", seconds=2.0)[1])
    broken = bytearray(whole.read_bytes())
    for place, value in flips:
        broken[place % len(broken)] = value
    whole.write_bytes(bytes(broken[: max(kept, 1) if kept < 5000 else None]))
    try:
        said = read_take(whole).person
    except BadInput as refused:
        said = str(refused)
    assert said == "S1" or said.startswith(str(whole))


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the UAV-GESTURE joints")
@pytest.mark.timeout(180)  # five seconds where the processors are free
def test_thirteen_signals_of_real_people_are_known_from_whom_nothing_was_learnt() -> None:
    takes = read_takes(REAL)
    wrong = Counter(take.person for take, name in leave_one_out(takes, named_by_duels) if take.gesture != name)
    assert len({take.gesture for take in takes}) == 13
    assert 1.0 - wrong.total() / len(takes) >= BAR
    assert max(wrong.values(), default=0) <= 2  # clips of one person
