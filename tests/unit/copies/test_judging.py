"""Whoever judges a finished copy finds a face, skin, letters and on-screen data, and passes over what is covered."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from safeconduct.copies import judge
from safeconduct.copies.judging import faces_found, foreign_finder, skin_in, writing_in
from safeconduct.copies.original import Picture

GROUND, SKIN = (70, 110, 100), (120, 150, 205)  # BGR
WHERE = (0.0, 0.0, 320.0, 180.0)


def ground(high: int = 180, wide: int = 320) -> Picture:
    chance = np.random.default_rng(3)
    return np.clip(np.array(GROUND) + chance.normal(0, 4, (high, wide, 3)), 0, 255).astype(np.uint8)


def with_letters(words: str, scale: float = 0.8) -> Picture:
    picture = ground()
    cv2.rectangle(picture, (40, 60), (280, 120), (235, 235, 235), -1)
    cv2.putText(picture, words, (50, 100), cv2.FONT_HERSHEY_SIMPLEX, scale, (20, 20, 20), 2, cv2.LINE_AA)
    return picture


def film(path: Path, pictures: list[Picture]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt, stream.options = "yuv420p", {"crf": "18"}
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def portrait() -> Picture:
    """A free picture of an astronaut (NASA), as it comes with scikit-image."""
    return np.ascontiguousarray(astronaut()[..., ::-1][0:360, 80:400])


def test_the_foreign_finder_finds_a_face_that_looks_at_the_camera_and_none_on_bare_ground() -> None:
    finder = foreign_finder()
    found = faces_found(finder, portrait())
    assert any(x1 < 145 < x2 and y1 < 115 < y2 for x1, y1, x2, y2 in found), found
    assert faces_found(finder, ground()) == []
    assert faces_found(finder, ground(30, 30)) == [], "smaller than anything it could find"


def test_skin_of_a_heads_size_is_found_and_ground_of_skins_colour_is_not() -> None:
    picture = ground()
    cv2.ellipse(picture, (160, 90), (12, 15), 0.0, 0.0, 360.0, SKIN, -1)
    boxes = skin_in(picture, WHERE)
    assert any(x1 < 160 < x2 and y1 < 90 < y2 for x1, y1, x2, y2 in boxes)
    assert skin_in(ground(), WHERE) == []
    assert skin_in(np.full((180, 320, 3), SKIN, np.uint8), WHERE) == [], "a field of that colour is no head"
    tiny = ground()
    cv2.circle(tiny, (160, 90), 2, SKIN, -1)
    assert skin_in(tiny, WHERE) == []
    assert skin_in(picture, (150.0, 85.0, 156.0, 90.0)) == [], "no room for a head"


def test_letters_in_a_row_are_found_and_small_ones_or_few_are_not() -> None:
    boxes = writing_in(with_letters("HELP 1234"), WHERE)
    assert any(x1 < 130 < x2 and y1 < 92 < y2 for x1, y1, x2, y2 in boxes)
    assert writing_in(with_letters("AB"), WHERE) == []
    assert writing_in(with_letters("HELP 1234", 0.25), WHERE) == [], "nobody could read it"
    assert writing_in(ground(), WHERE) == []


def test_what_is_found_in_a_copys_file_is_named_by_picture_and_way_and_what_is_covered_is_passed_over(
    tmp_path: Path,
) -> None:
    pictures = [ground(360, 320) for _ in range(8)] + [portrait()]
    path = film(tmp_path / "copy.mp4", pictures)
    bare: list[list[tuple[float, float, float, float]]] = [[] for _ in pictures]
    found = list(judge(path, bare))
    assert {one.number for one in found if one.how == "face"} == {8}
    whole = [[(0.0, 0.0, 320.0, 360.0)] for _ in pictures]
    assert [one for one in judge(path, whole) if one.how in ("eyes", "face")] == []
    assert list(judge(path, bare, only={0, 1, 2})) == [], "only those that are asked for"


@pytest.mark.parametrize(
    ("near", "ways"), [((60.0, 50.0, 100.0, 80.0), {"writing"}), ((0.0, 150.0, 20.0, 170.0), set())]
)
def test_writing_is_looked_for_near_somebody_only(
    tmp_path: Path, near: tuple[float, float, float, float], ways: set[str]
) -> None:
    path = film(tmp_path / "copy.mp4", [with_letters("HELP 1234")] * 3)
    found = {one.how for one in judge(path, [[near]] * 3)}
    assert found == ways
