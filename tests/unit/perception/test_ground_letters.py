"""Letters on the ground beside a person: found as words, straightened, and bare ground says nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.perception import SignWatch
from safeconduct.perception.ground_letters import find_ground_letters
from unit.perception.ground_paint import painted
from unit.perception.test_signs import Person, overlap, shown

DARK, BRIGHT = (30, 34, 36), (200, 212, 220)


def flat(_east: float, _north: float) -> float:
    return 0.0


@pytest.mark.parametrize("ink", [DARK, BRIGHT], ids=["dark", "bright"])
@pytest.mark.parametrize("known", [True, False], ids=["camera known", "camera guessed"])
def test_three_hundred_on_the_ground_is_found(ink: tuple[int, int, int], known: bool) -> None:
    shot = shown("", 130.0, 38.0)
    bearing = shot.view.heading_deg + 95.0
    picture, truth = painted(shot.picture, shot.view, "300", Enu(0.5, -1.1, 0.0), bearing, 0.5, ink)
    held = (shot.view, flat) if known else (None, None)
    best = find_ground_letters(picture, shot.labels[0].box, [], *held)[0]
    assert overlap(best.corners, truth) > 0.5
    assert best.bright is (ink == BRIGHT)
    assert best.letters >= 2
    assert best.score >= 0.15
    assert 1.3 < best.proportion < 4.0


def test_bare_ground_and_the_person_himself_are_no_letters() -> None:
    for tall_px, down_deg in ((80.0, 25.0), (130.0, 38.0), (200.0, 50.0)):
        shot = shown("", tall_px, down_deg)
        assert all(w.score < 0.15 for w in find_ground_letters(shot.picture, shot.labels[0].box, [], shot.view, flat))


def test_letters_under_another_person_are_left_alone() -> None:
    shot = shown("", 130.0, 38.0)
    picture, truth = painted(shot.picture, shot.view, "300", Enu(0.5, -1.1, 0.0), 290.0, 0.5, BRIGHT)
    (left, top), (right, bottom) = truth.min(axis=0), truth.max(axis=0)
    over = (float(left), float(top), float(right), float(bottom))
    assert all(w.score < 0.15 for w in find_ground_letters(picture, shot.labels[0].box, [over], shot.view, flat))


def test_a_word_on_the_ground_becomes_a_sign_of_the_person_beside_it() -> None:
    watch = SignWatch(heights=flat)
    for k in range(6):
        shot = shown("", 130.0, 38.0, t_s=0.5 * k)
        bearing = shot.view.heading_deg + 90.0
        picture, _ = painted(shot.picture, shot.view, "300", Enu(0.5, -1.1, 0.0), bearing, 0.5, BRIGHT)
        watch.step(picture, NS + k * NS // 2, [Person(3, shot.labels[0].box)], shot.view)
    (sign,) = watch.told()
    assert (sign.track, sign.on_ground) == (3, True)
    assert sign.letters_px > 8.0
    grey = cv2.cvtColor(sign.picture, cv2.COLOR_BGR2GRAY)
    assert float(np.percentile(grey, 98)) - float(np.percentile(grey, 20)) > 80.0
