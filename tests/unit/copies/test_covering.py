"""No head is open in a copy: against the truth of rendered pictures, and in the gaps between two looks."""

from __future__ import annotations

import numpy as np
import pytest

from safeconduct.copies.covering import cover_of, head_of
from safeconduct.copies.original import Shown
from safeconduct.copies.overlays import overlay_boxes
from safeconduct.copies.redacted import cover
from safeconduct.model.vocabulary import Posture
from safeconduct.perception import Joint, Pose, Seen
from safeconduct.runtime.bench_redaction import Clip, bench_redaction, clip_measured
from safeconduct.witness import FrameMark


def person(height_px: float, sure: float, *, cannot_tell: bool = False, wide_px: float = 40.0) -> Seen:
    head = [Joint(100.0 + d, 60.0, sure) for d in (0.0, -3.0, 3.0, -6.0, 6.0)]
    body = [Joint(100.0 + d, 80.0, sure) for d in (-14.0, 14.0)]
    pose: Pose = (*head, *body, *[Joint(100.0, 120.0, sure)] * 10)
    box = (100.0 - wide_px / 2.0, 50.0, 100.0 + wide_px / 2.0, 50.0 + height_px)
    return Seen(1, box, 0.9, height_px, pose, (), cannot_tell, Posture.STANDING)


def test_a_sure_head_is_covered_alone_with_room_about_it() -> None:
    box, whole = cover_of(person(110.0, 0.8))
    assert not whole
    assert box[0] < 88.0
    assert box[2] > 112.0
    assert box[1] < 48.0
    assert 70.0 < box[3] < 90.0


@pytest.mark.parametrize(
    "seen",
    [
        person(110.0, 0.2),
        person(60.0, 0.8),
        person(110.0, 0.8, cannot_tell=True),
        person(260.0, 0.8),
        person(110.0, 0.8, wide_px=90.0),
    ],
    ids=["joints unsure", "too small", "cannot tell", "a badge could be read", "wide enough for two"],
)
def test_else_the_whole_person_is_covered(seen: Seen) -> None:
    box, whole = cover_of(seen)
    assert whole
    x1, y1, x2, y2 = seen.box
    assert max(box[0] - x1, box[1] - y1, x2 - box[2], y2 - box[3]) < 0.0


def test_about_something_to_be_read_everybody_is_covered_widely() -> None:
    box, whole = cover_of(person(110.0, 0.8), wide=True)
    assert whole
    assert head_of(person(110.0, 0.8)) is not None
    assert box[2] - box[0] > 80.0


def test_what_is_covered_is_one_flat_colour() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (100, 100, 3), dtype=np.uint8)
    out = cover(picture, [(-5.0, 20.2, 30.0, 60.0), (200.0, 200.0, 300.0, 300.0)])
    assert len(np.unique(out[20:60, :30].reshape(-1, 3), axis=0)) == 1
    assert np.array_equal(out[61:], picture[61:])


def test_letters_that_stand_still_while_the_picture_moves_are_on_screen_data() -> None:
    field = np.random.default_rng(2).integers(60, 140, (180, 320, 3), dtype=np.uint8)

    def film(step: int) -> list[Shown]:
        shown = []
        for i in range(120):
            picture = np.roll(field, step * i, 1)
            picture[8:20, 20:120:6] = 255
            shown.append(Shown(i, i, picture, FrameMark(i), "a"))
        return shown

    boxes = overlay_boxes(film(5))
    assert boxes
    assert all(y2 < 60 for _, _, _, y2 in boxes)
    assert min(x1 for x1, *_ in boxes) < 24
    assert max(x2 for _, _, x2, _ in boxes) > 112
    assert overlay_boxes(film(0)) == [], "in a picture that stands still nothing can be told apart"


@pytest.mark.slow
def test_against_the_truth_no_head_is_open() -> None:
    found = bench_redaction(1, 0.4, "short-walk")
    assert found["redaction_heads"] >= 5
    assert found["redaction_heads_uncovered"] == 0
    assert found["redaction_faces_in_the_copy"] == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "clip",
    [
        Clip("shelling", 6, "close", 0),
        Clip("first-walk", 7, "close", 0),
        Clip("cannot-walk", 5, "close", 5),
        Clip("short-walk", 6, "small", 2),
        Clip("feigned", 6, "close", 7),
    ],
    ids=[
        "to the chest in a trench",
        "going down into a trench",
        "two who look like one from above",
        "in a trench that is taken for a person",
        "crouched beside two who stand",
    ],
)
def test_who_is_hard_to_find_is_covered_and_the_land_about_him_is_not(clip: Clip) -> None:
    found = clip_measured(clip)
    assert found.heads >= 15
    assert found.refused == 0
    assert found.open == 0
    assert found.covered < 0.5 * found.pictures
