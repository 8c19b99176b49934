"""White cloth waved, beside white things that are none: evidence only."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Gesture
from safeconduct.perception import PROTECTIVE_HOLD_S, ClothWatch, Eyes, Joint, cloth_patch, long_enough
from safeconduct.perception.gesture_reader import GestureReader
from safeconduct.perception.gesturing import Gesturing
from safeconduct.perception.joints import LEFT_WRIST, NOSE, RIGHT_WRIST
from safeconduct.sim.scene import Act, Cloth, Figure, Garb, Held, Scene, Shot
from safeconduct.sim.studio import at_height
from unit.perception.test_signs import LENS, film


@cache
def waved(
    gesture: Gesture | None,
    t_s: float,
    jacket: Cloth = Cloth.OLIVE,
    tall_px: float = 130.0,
    bandage: str = "",
    act: Act = Act.STAND,
) -> Shot:
    held = Held.CLOTH if gesture is Gesture.WHITE_CLOTH else None
    garb = Garb(jacket=jacket, bandage=bandage)
    figure = Figure(1, garb, Enu(0.0, 0.0, 0.0), 200.0, act, 9.0 + t_s, held=held)
    if gesture is not None:
        figure = figure._replace(gesture=gesture, gesture_s=1.0 + t_s)
    view = at_height(figure, 15.0, 30.0, tall_px, LENS)
    return film().shoot(Scene(t_s, (figure,)), view, NS + round(t_s * NS))  # type: ignore[attr-defined, no-any-return]


def score(
    gesture: Gesture | None,
    jacket: Cloth = Cloth.OLIVE,
    seconds: float = 1.5,
    tall_px: float = 130.0,
    bandage: str = "",
    act: Act = Act.STAND,
) -> float:
    watch, said = ClothWatch(), 0.0
    for k in range(round(seconds * 6.0)):
        shot = waved(gesture, k / 6.0, jacket, tall_px, bandage, act)
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


def test_a_cloth_that_hides_the_hand_and_the_face_from_the_joints_is_seen_all_the_same() -> None:
    shot = waved(Gesture.WHITE_CLOTH, 0.4)
    hidden = {NOSE, LEFT_WRIST, RIGHT_WRIST}
    pose = tuple(Joint(j.x, j.y, 0.05 if k in hidden else 0.8) for k, j in enumerate(shot.labels[0].joints))
    assert cloth_patch(shot.picture, shot.labels[0].box, pose).white > 0.3


def test_somebody_of_whom_no_joint_was_read_waves_nothing() -> None:
    shot = waved(Gesture.WHITE_CLOTH, 0.4)
    pose = tuple(Joint(j.x, j.y, 0.05) for j in shot.labels[0].joints)
    assert cloth_patch(shot.picture, shot.labels[0].box, pose).white == 0.0


def test_a_bandage_a_paper_and_a_page_held_still_are_no_cloth() -> None:
    assert score(Gesture.WAVE_ONE, bandage="arm") < 0.25
    assert score(Gesture.SHOW_ID) < 0.25
    assert score(None, act=Act.READ) < 0.25


def test_what_he_walks_past_is_no_cloth() -> None:
    """A white stone beside him: nearer, beside and behind him within two seconds."""
    watch = ClothWatch()
    for k in range(20):
        shot = waved(None, 0.0)
        picture = shot.picture.copy()
        x, y = round(shot.labels[0].box[2]) + 40 - 5 * k, round(shot.labels[0].box[1]) + 10
        cv2.rectangle(picture, (x, y), (x + 26, y + 24), (225, 225, 225), cv2.FILLED)
        pose = tuple(Joint(j.x, j.y, 0.8) for j in shot.labels[0].joints)
        assert watch.take(picture, NS + k * NS // 10, shot.labels[0].box, pose) < 0.4


def gesturing(scores: list[float]) -> list[float]:
    """For how long WHITE_CLOTH was held, at each reading, ten a second; joints are those of a body that only stands."""
    shot = waved(None, 0.0)
    pose = tuple(Joint(j.x, j.y, 0.8) for j in shot.labels[0].joints)
    one, held = Gesturing(GestureReader()), []
    for k, cloth in enumerate(scores):
        one.take(NS + k * NS // 10, pose, cloth)
        told = [g.held_s for g in one.gestures(NS + k * NS // 10) if g.gesture is Gesture.WHITE_CLOTH]
        held.append(told[0] if told else 0.0)
    return held


def test_a_cloth_protects_once_it_was_waved_for_long_enough_and_a_glint_does_not() -> None:
    held = gesturing([0.0] * 5 + [0.8] * 25 + [0.0] * 15)
    assert held[8] == 0.0, "told from a second on"
    assert held[29] >= PROTECTIVE_HOLD_S
    assert held[44] == 0.0
    assert max(gesturing([0.8 if k % 10 == 0 else 0.0 for k in range(40)])) == 0.0
    assert Gesture.WHITE_CLOTH in PROTECTIVE_GESTURES


def test_the_eyes_tell_a_white_cloth_from_pictures_alone_and_none_where_a_hand_is_waved() -> None:
    told: dict[Gesture, set[Gesture]] = {}
    for gesture in (Gesture.WHITE_CLOTH, Gesture.WAVE_ONE):
        eyes, told[gesture] = Eyes(threads=1), set()
        for k in range(24):
            shot = waved(gesture, round(k / 5.0, 1), tall_px=120.0)
            seen = eyes.step(shot.picture, shot.t_ns)
            told[gesture] |= {g.gesture for one in seen for g in one.gestures if long_enough(g)}
    assert Gesture.WHITE_CLOTH in told[Gesture.WHITE_CLOTH]
    assert Gesture.WHITE_CLOTH not in told[Gesture.WAVE_ONE]
