"""A body that the detector misses is held by how it looked, as long as it can be seen at all."""

from __future__ import annotations

import numpy as np
import pytest

from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, Found, Picture
from safeconduct.perception.holding import Hold
from safeconduct.perception.sample import scene

WIDE, HIGH = 640, 360
CLEAR = 7.0


def person_at(x: int, y: int) -> tuple[Picture, Found]:
    """A picture with a person of about 100 px in the middle of the square of 180 px at (x, y)."""
    return scene(WIDE, HIGH, "standing", x, y), Found(x + 70.0, y + 40.0, x + 110.0, y + 140.0, 0.8)


def moved(box: Found, x: float, y: float) -> Found:
    return Found(box.x1 + x, box.y1 + y, box.x2 + x, box.y2 + y, box.score)


def test_he_is_found_again_where_he_went_picture_after_picture() -> None:
    picture, box = person_at(40, 60)
    hold = Hold(picture, box)
    for i in range(1, 25):
        picture, truth = person_at(40 + 12 * i, 60 + 2 * i)
        right, down, clear = hold.find(picture, box)
        box = moved(box, right, down)
        assert clear >= CLEAR
        assert box.x1 == pytest.approx(truth.x1, abs=6.0)
        assert box.y1 == pytest.approx(truth.y1, abs=8.0)


def test_where_he_is_gone_nothing_is_clear() -> None:
    picture, box = person_at(200, 80)
    hold = Hold(picture, box)
    _, _, clear = hold.find(scene(WIDE, HIGH), box)
    assert clear < CLEAR
    noise = np.random.default_rng(1).integers(0, 255, (HIGH, WIDE, 3), dtype=np.uint8)
    assert hold.find(noise, box)[2] < CLEAR


def test_an_even_patch_holds_nothing_and_says_so() -> None:
    picture, box = person_at(200, 80)
    even = np.full_like(picture, 128)
    with np.errstate(all="raise"):
        assert Hold(even, box).find(even, box) == (0.0, 0.0, 0.0)
        assert Hold(even, box).find(picture, box) == (0.0, 0.0, 0.0)
        hold = Hold(picture, box)
        assert hold.find(even, box) == (0.0, 0.0, 0.0)
        for _ in range(3):
            hold.learn(even, box)  # he is believed seen while the glare lasts, and is known again after it
        assert hold.find(picture, box)[2] >= CLEAR


def test_at_the_pictures_edge_and_for_a_box_without_size_it_still_answers() -> None:
    picture, _ = person_at(0, 0)
    hold = Hold(picture, Found(-10.0, -20.0, 30.0, 60.0, 0.8))
    assert all(np.isfinite(hold.find(picture, Found(639.0, 359.0, 639.5, 359.5, 0.5))))


def test_a_person_whom_a_human_pointed_at_is_followed_under_one_number() -> None:
    eyes = Eyes()
    picture, box = person_at(200, 80)
    eyes.step(scene(WIDE, HIGH), NS)
    track = eyes.attend(picture, 2 * NS, (box.x1, box.y1, box.x2, box.y2))
    for i in range(20):
        picture, truth = person_at(200 + 4 * i, 80)
        seen = eyes.step(picture, 2 * NS + (i + 1) * NS // 5)
        assert [one.track for one in seen] == [track]
        assert seen[0].box[0] == pytest.approx(truth.x1, abs=25.0)


def test_pointing_twice_at_the_same_person_makes_no_second_one() -> None:
    eyes = Eyes()
    picture, box = person_at(200, 80)
    around = (box.x1, box.y1, box.x2, box.y2)
    assert eyes.attend(picture, NS, around) == eyes.attend(picture, NS + 1, around)
