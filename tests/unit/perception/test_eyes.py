"""The eyes over time: search until somebody is found, follow him through pans, and say when they cannot tell."""

from __future__ import annotations

import numpy as np

from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, PersonDetector, Picture, Region, Seen, drawn
from safeconduct.perception.sample import scene
from safeconduct.perception.steadying import Steadying


def test_a_panning_camera_keeps_the_person_under_one_identity() -> None:
    eyes, identities = Eyes(), set()
    world = scene(900, 320, "standing", 420, 80)
    for k in range(12):
        left = 30 * k
        seen = eyes.step(np.ascontiguousarray(world[:, left : left + 416]), NS + k * NS // 10)
        identities |= {one.track for one in seen}
    assert len(identities) == 1
    assert len(seen) == 1
    assert abs((seen[0].box[0] + seen[0].box[2]) / 2 - (420 + 90 - left)) < 20


def test_an_empty_field_shows_nobody_and_the_first_picture_may_be_of_any_size() -> None:
    eyes = Eyes()
    assert eyes.step(scene(416, 320), 0) == []
    assert eyes.step(scene(31, 17), NS) == []
    assert eyes.step(np.zeros((2, 2, 3), np.uint8), 2 * NS) == []


def test_a_person_who_leaves_the_picture_is_soon_no_longer_reported() -> None:
    eyes = Eyes()
    for k in range(6):
        seen = eyes.step(scene(416, 320, "standing", 100, 80), NS + k * NS // 10)
    assert len(seen) == 1
    for k in range(6, 14):
        seen = eyes.step(scene(416, 320), NS + k * NS // 10)
    assert seen == []


def test_a_person_who_kneels_with_raised_hands_is_found_and_read_to_the_end() -> None:
    eyes, detector = Eyes(), PersonDetector()
    kneeling = scene(416, 320, "kneeling_hands_up", 100, 80)
    assert [f for f in detector.find(kneeling, Region(0.0, 0.0, 416.0)) if f.score >= 0.4]
    held_s = 0.0
    for k in range(40):
        picture = scene(416, 320, "standing", 100, 80) if k < 8 else kneeling
        seen = eyes.step(picture, NS + k * NS // 10)
        # He is about 80 px tall when he kneels: in some pictures just too small for a reading.
        held_s = max([held_s, *(g.held_s for one in seen for g in one.gestures)])
    assert len(seen) == 1
    assert held_s >= 2.5


def _shifted(picture: Picture, dx: int) -> Picture:
    return np.ascontiguousarray(picture[:, dx : dx + 300])


def test_the_picture_motion_is_measured_to_the_pixel_and_nothing_is_claimed_on_a_blank() -> None:
    ground = np.random.default_rng(3).integers(0, 255, (60, 100, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    steadying = Steadying()
    assert steadying.motion(_shifted(ground, 0)) is None
    motion = steadying.motion(_shifted(ground, 9))
    assert motion is not None
    assert np.allclose(motion, [[1.0, 0.0, -9.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], atol=0.5)
    blank = np.zeros((240, 300, 3), np.uint8)
    steadying.motion(blank)
    assert steadying.motion(blank) is None


def test_what_is_drawn_stays_inside_the_picture_and_leaves_the_original_alone() -> None:
    from safeconduct.model.events import GestureSeen
    from safeconduct.model.vocabulary import Gesture, Posture
    from safeconduct.perception import Joint

    picture = np.zeros((120, 160, 3), np.uint8)
    joints = tuple(Joint(-40.0 + 20 * i, 200.0 - 20 * i, 0.9) for i in range(17))
    gesture = (GestureSeen(Gesture.HANDS_UP, 0.8, 2.5),)
    people = [
        Seen(1, (-5.0, -5.0, 300.0, 300.0), 0.9, 300.0, joints, gesture, False, Posture.STANDING),
        Seen(2, (10.0, 10.0, 30.0, 60.0), 0.9, 50.0, None, (), True, Posture.UNCERTAIN),
    ]
    assert drawn(picture, people).any()
    assert not picture.any()
