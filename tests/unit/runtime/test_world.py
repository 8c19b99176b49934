"""`safeconduct world`: what it writes is what it says, the same again for the same seed, and bad input is one line."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import pytest

from safeconduct.__main__ import main
from safeconduct.model.faults import BadInput
from safeconduct.model.vocabulary import Gesture
from safeconduct.runtime.outtakes import WorldOptions
from safeconduct.runtime.world import run_world

WIDE, HIGH = 320, 180
OPTIONS = WorldOptions("short-walk", 1, pictures=6, clips=1, seconds=0.4, size=f"{WIDE}x{HIGH}")

pytestmark = pytest.mark.xdist_group("world")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world") / "drone"
    run_world(out, OPTIONS)
    return out


def _labels(out: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((out / "labels.json").read_text("utf-8"))
    return read


def _picture(path: Path) -> Any:
    return cv2.imread(str(path))


def _sound(person: dict[str, Any]) -> bool:
    """As COCO has it: box and joints inside the picture, as many joints as are counted."""
    x, y, wide, high = person["bbox"]
    points = [person["keypoints"][i : i + 3] for i in range(0, 51, 3)]
    inside = all(v in {0, 1, 2} and (v == 0 or (0 <= a < WIDE and 0 <= b < HIGH)) for a, b, v in points)
    boxed = x >= 0 and y >= 0 and wide > 0 and high > 0 and x + wide <= WIDE + 0.01 and y + high <= HIGH + 0.01
    counted = person["num_keypoints"] == sum(1 for _, _, v in points if v)
    return inside and boxed and counted and len(points) == 17 and 0.1 <= person["seen"] <= 1.0


def test_the_labels_are_coco_keypoints_of_pictures_that_are_there(made: Path) -> None:
    labels = _labels(made)
    assert [c["name"] for c in labels["categories"]] == ["person"]
    assert len(labels["categories"][0]["keypoints"]) == 17
    numbers = [image["id"] for image in labels["images"]]
    assert numbers == list(range(6))
    for image in labels["images"]:
        assert _picture(made / image["file_name"]).shape == (HIGH, WIDE, 3)
        assert (image["width"], image["height"]) == (WIDE, HIGH)
        assert image["camera"]["pitch_deg"] < 0.0
    people = labels["annotations"]
    assert [person["id"] for person in people] == list(range(1, len(people) + 1))
    assert {person["image_id"] for person in people} == set(numbers)
    assert all(_sound(person) for person in people)
    assert len({person["gesture"] for person in people} & set(Gesture)) >= 3


def test_a_clip_has_labels_for_every_picture(made: Path) -> None:
    (film,) = (made / "clips").glob("*.mp4")
    labels = json.loads(film.with_suffix(".json").read_text("utf-8"))
    with av.open(str(film)) as opened:
        pictures = sum(1 for _ in opened.decode(video=0))
    assert pictures == len(labels["frames"]) == 10
    assert (labels["file"], labels["fps"]) == (film.name, 25)
    assert all(_sound(person) for frame in labels["frames"] for person in frame["people"])
    times = [frame["t_ns"] for frame in labels["frames"]]
    assert [b - a for a, b in pairwise(times)] == [40_000_000] * 9


def test_the_folder_says_where_it_comes_from_and_shows_itself(made: Path) -> None:
    text = (made / "README.txt").read_text("utf-8")
    assert "--scenario short-walk --seed 1 --pictures 6" in text
    assert "CC0" in text
    assert _picture(made / "sheet.png").shape[1] > 1000


def test_the_same_seed_gives_the_same_files(made: Path, tmp_path: Path) -> None:
    run_world(tmp_path / "again", OPTIONS)
    files = sorted(p.relative_to(made) for p in made.rglob("*") if p.is_file())
    assert len(files) == 6 + 2 + 3
    assert [f for f in files if (made / f).read_bytes() != (tmp_path / "again" / f).read_bytes()] == []


def test_views_about_a_person_come_from_all_sides(tmp_path: Path) -> None:
    report = run_world(tmp_path / "w", OPTIONS._replace(views="around", pictures=8, clips=0))
    people = _labels(tmp_path / "w")["annotations"]
    assert report["people"] == len(people) >= 8
    assert len({round(person["azimuth_deg"] / 90.0) for person in people}) >= 3
    assert all(_sound(person) for person in people)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"size": "960"}, "--size 960: is no size"),
        ({"size": "961x540"}, "even numbers"),
        ({"size": "10x10"}, "is a size that is not drawn"),
        ({"size": "-4x8"}, "is no size"),
        ({"scenario": "nowhere"}, "no scenario is called"),
        ({"views": "above"}, "give drone or around"),
        ({"seconds": 0.0}, "is no length for a clip"),
        ({"seconds": float("nan")}, "is no length for a clip"),
    ],
)
def test_what_cannot_be_rendered_is_refused_before_anything_is_written(
    wrong: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=said):
        run_world(tmp_path / "w", OPTIONS._replace(**wrong))
    assert not (tmp_path / "w").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(BadInput, match="is not empty; name a new folder"):
        run_world(tmp_path, OPTIONS)
    with pytest.raises(BadInput, match="is a file"):
        run_world(tmp_path / "mine.txt", OPTIONS)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        run_world(tmp_path / "file" / "w", OPTIONS)


@pytest.mark.parametrize("words", [["--pictures", "0"], ["--clips", "-1"], ["--seed", "-1"], ["--size", "0x0"]])
def test_the_command_line_refuses_in_one_line(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["safeconduct", "world", "--out", str(tmp_path / "w"), *words])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert words[0] in told.err
    assert told.err.count("\n") == 1
    assert not (tmp_path / "w").exists()
