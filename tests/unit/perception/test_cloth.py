"""White cloth waved, beside white things that are none: evidence only."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture
from safeconduct.perception import ClothWatch, Joint, cloth_patch
from safeconduct.sim.scene import Cloth, Figure, Garb, Held, Scene, Shot
from safeconduct.sim.studio import at_height
from unit.perception.test_signs import LENS, film


@cache
def waved(gesture: Gesture | None, t_s: float, jacket: Cloth = Cloth.OLIVE, tall_px: float = 130.0) -> Shot:
    held = Held.CLOTH if gesture is Gesture.WHITE_CLOTH else None
    figure = Figure(1, Garb(jacket=jacket), Enu(0.0, 0.0, 0.0), 200.0, act_s=9.0 + t_s, held=held)
    if gesture is not None:
        figure = figure._replace(gesture=gesture, gesture_s=1.0 + t_s)
    view = at_height(figure, 15.0, 30.0, tall_px, LENS)
    return film().shoot(Scene(t_s, (figure,)), view, NS + round(t_s * NS))  # type: ignore[attr-defined, no-any-return]


def score(gesture: Gesture | None, jacket: Cloth = Cloth.OLIVE, seconds: float = 1.5, tall_px: float = 130.0) -> float:
    watch, said = ClothWatch(), 0.0
    for k in range(round(seconds * 6.0)):
        shot = waved(gesture, k / 6.0, jacket, tall_px)
        pose = tuple(Joint(j.x, j.y, 0.8 if j.visible else 0.0) for j in shot.labels[0].joints)
        said = watch.take(shot.picture, shot.t_ns, shot.labels[0].box, pose)
    return said


def test_a_cloth_that_is_waved_scores_high_and_empty_hands_do_not() -> None:
    assert score(Gesture.WHITE_CLOTH) > 0.5
    assert score(None) < 0.1
    assert score(Gesture.WAVE_ONE) < 0.25
    assert score(Gesture.HANDS_UP) < 0.25


def test_a_small_figures_cloth_is_seen_too() -> None:
    assert score(Gesture.WHITE_CLOTH, tall_px=90.0) > 0.4


def test_a_white_coat_is_no_cloth() -> None:
    assert score(Gesture.WAVE_ONE, Cloth.WHITE) < 0.4
    assert score(None, Cloth.WHITE) < 0.4


def test_one_picture_says_little_and_a_thermal_one_nothing() -> None:
    shot = waved(Gesture.WHITE_CLOTH, 0.4)
    pose = tuple(Joint(j.x, j.y, 0.8) for j in shot.labels[0].joints)
    assert cloth_patch(shot.picture, shot.labels[0].box, pose).white > 0.3
    assert ClothWatch().take(shot.picture, shot.t_ns, shot.labels[0].box, pose) == 0.0
    grey = cv2.cvtColor(cv2.cvtColor(shot.picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    assert cloth_patch(np.asarray(grey, np.uint8), shot.labels[0].box, pose).white == 0.0


def test_hands_that_are_not_seen_hold_nothing() -> None:
    shot = waved(Gesture.WHITE_CLOTH, 0.4)
    pose = tuple(Joint(j.x, j.y, 0.1) for j in shot.labels[0].joints)
    assert cloth_patch(shot.picture, shot.labels[0].box, pose).white == 0.0
