"""Signs that people hold, in rendered pictures: found, straightened, told once, and never acted on."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.model.events import GestureSeen
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Gesture, Posture
from safeconduct.perception import Hint, Picture, Seen, SignWatch, sign_evidence, with_signs
from safeconduct.perception.sign_looks import held_signs
from safeconduct.runtime.bench_signs import bench_signs
from safeconduct.sim.camera import Pinhole
from safeconduct.sim.figure import sign_corners
from safeconduct.sim.scene import Cloth, Figure, Garb, Held, Lens, Scene, Shot, Weather
from safeconduct.sim.studio import at_height
from unit.camera.field import camera, field

LENS = Lens(width_px=640, height_px=480, shake_deg=0.0)
LAND = field()
Box = tuple[float, float, float, float]


class Person(NamedTuple):
    track: int
    box: Box


@cache
def film(dusk: bool = False) -> object:
    return camera(LAND, Weather(sun_up_deg=7.0, overcast=0.6) if dusk else Weather(), LENS)


@cache
def shown(words: str, tall_px: float, down_deg: float = 30.0, *, aside_deg: float = 20.0, t_s: float = 0.0) -> Shot:
    """Somebody holds cardboard with these words; none: he only stands there."""
    figure = Figure(1, Garb(jacket=Cloth.GREY), Enu(0.0, 0.0, 0.0), 200.0, act_s=9.0 + t_s)
    if words:
        figure = figure._replace(gesture=Gesture.SIGN, gesture_s=2.0 + t_s, held=Held.SIGN, sign=words)
    view = at_height(figure, aside_deg + 2.0 * t_s, down_deg, tall_px, LENS)
    return film().shoot(Scene(t_s, (figure,)), view, NS + round(t_s * NS))  # type: ignore[attr-defined, no-any-return]


def corners_of(words: str, shot: Shot) -> np.ndarray:
    """The truth: where the cardboard's corners stand in the picture, clockwise from the reader's upper left."""
    t_s = (shot.t_ns - NS) / NS
    figure = Figure(1, Garb(jacket=Cloth.GREY), Enu(0.0, 0.0, 0.0), 200.0, act_s=9.0 + t_s)
    figure = figure._replace(gesture=Gesture.SIGN, gesture_s=2.0 + t_s, held=Held.SIGN, sign=words)
    return np.asarray(Pinhole(shot.view, LENS.width_px, LENS.height_px).project(sign_corners(figure))[:, :2])


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a.astype(np.float32), b.astype(np.float32)
    both, _ = cv2.intersectConvexConvex(a, b)
    return float(both / (cv2.contourArea(a) + cv2.contourArea(b) - both))


@pytest.mark.parametrize("down_deg", [20.0, 35.0, 50.0])
@pytest.mark.parametrize("words", ["300", "HELP"])
def test_cardboard_held_up_is_found_at_its_corners(words: str, down_deg: float) -> None:
    shot = shown(words, 160.0, down_deg)
    best = max(held_signs(shot.picture, shot.labels[0].box), key=lambda c: c.score)
    truth = corners_of(words, shot)
    assert overlap(best.corners, truth) > 0.8
    assert float(np.hypot(*(best.corners - truth).T).mean()) < 4.0


def watched(words: str, tall_px: float, seconds: float, watch: SignWatch) -> int:
    """Ten pictures a second, of which the watch looks at two; returns the time of the last."""
    t_ns = 0
    for number in range(0, round(seconds * 10.0), 5):
        shot = shown(words, tall_px, t_s=number / 10.0)
        t_ns = shot.t_ns
        for between in range(5):  # the same picture again is not looked at again
            watch.step(shot.picture, t_ns + between, [Person(7, shot.labels[0].box)])
    return t_ns


def test_a_sign_is_told_once_with_its_holder_and_says_how_high_its_letters_stand() -> None:
    watch = SignWatch()
    t_ns = watched("300", 160.0, 3.0, watch)
    (sign,) = watch.told()
    assert (sign.track, sign.on_ground) == (7, False)
    assert sign.from_t_ns == NS
    assert sign.to_t_ns == t_ns
    assert 18.0 <= sign.letters_px <= 30.0  # letters of 24 cm on somebody 1.75 m and 160 px tall, seen from above
    assert sign.readable
    assert "come closer" not in sign.advice
    assert sign.views >= 2
    wide, high = sign.picture.shape[1], sign.picture.shape[0]
    assert wide > 250
    assert 1.1 < wide / high < 2.2


def test_the_evidence_is_that_a_sign_is_shown_and_protects_nobody_by_itself() -> None:
    watch = SignWatch()
    t_ns = watched("HELP", 160.0, 3.0, watch)
    evidence = sign_evidence(watch.told(), t_ns)
    assert set(evidence) == {7}
    assert evidence[7].gesture is Gesture.SIGN
    assert evidence[7].held_s == 2.5
    assert 0.15 <= evidence[7].confidence <= 1.0
    assert Gesture.SIGN not in PROTECTIVE_GESTURES
    assert sign_evidence([], t_ns) == {}


def test_letters_too_small_to_read_say_so() -> None:
    watch = SignWatch()
    watched("300", 75.0, 3.0, watch)
    (sign,) = watch.told()
    assert 6.0 < sign.letters_px < 12.0
    assert not sign.readable
    assert sign.advice.endswith("about 12 are needed to read: come closer or zoom")


def test_who_holds_no_sign_is_told_to_hold_none() -> None:
    watch = SignWatch()
    watched("", 160.0, 3.0, watch)
    assert watch.told() == []


def test_a_sign_is_not_known_at_first_sight_and_forgotten_when_it_is_gone() -> None:
    shot = shown("300", 160.0)
    watch, box = SignWatch(), shot.labels[0].box
    assert watch.step(shot.picture, NS, [Person(1, box)]) == []
    for k in (1, 2):
        now = watch.step(shot.picture, NS + k * NS // 2, [Person(1, box)])
    assert len(now) == 1
    empty = shown("", 160.0)
    assert len(watch.step(empty.picture, 3 * NS, [Person(1, empty.labels[0].box)])) == 1
    assert watch.step(empty.picture, 6 * NS, [Person(1, empty.labels[0].box)]) == []
    assert len(watch.told()) == 1


def test_the_same_pictures_give_the_same_sign() -> None:
    one, two = SignWatch(), SignWatch()
    for watch in (one, two):
        watched("300", 120.0, 2.0, watch)
    (a,), (b,) = one.told(), two.told()
    assert a._replace(picture=b.picture) == b
    assert np.array_equal(a.picture, b.picture)


def test_a_reader_is_asked_for_known_signs_only_and_its_surest_word_is_kept() -> None:
    asked: list[Picture] = []

    def reads(crop: Picture) -> Hint:
        asked.append(crop)
        return Hint("300", 0.9 if len(asked) == 1 else 0.4)

    watch = SignWatch(reads)
    watched("300", 140.0, 4.0, watch)
    (sign,) = watch.told()
    assert sign.hint == Hint("300", 0.9)
    assert 1 <= len(asked) <= 4
    nobody = SignWatch(reads)
    before = len(asked)
    watched("", 140.0, 2.0, nobody)
    assert len(asked) == before


def test_a_sign_belongs_to_the_nearest_of_two_people() -> None:
    shot = shown("300", 150.0)
    left, top, right, bottom = shot.labels[0].box
    beside = (left - 60.0, top, left - 10.0, bottom)
    watch = SignWatch(at_once=2)
    for k in range(4):
        watch.step(shot.picture, NS + k * NS // 2, [Person(1, beside), Person(2, (left, top, right, bottom))])
    assert {sign.track for sign in watch.told()} == {2}


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(*[st.floats(-200.0, 900.0) for _ in range(2)], *[st.floats(1.0, 600.0) for _ in range(2)]),
    st.integers(0, 2**31),
)
def test_no_box_and_no_picture_breaks_it(place: tuple[float, float, float, float], seed: int) -> None:
    chance = np.random.default_rng(seed)
    coarse = chance.integers(0, 255, (12, 16, 3), dtype=np.uint8)
    picture = cv2.resize(coarse, (320, 240), None, 0, 0, int(chance.integers(0, 2)))
    x, y, wide, high = place
    watch = SignWatch()
    for k in range(2):
        watch.step(picture, NS + k * NS, [Person(1, (x, y, x + wide, y + high))])
    assert len(watch.told()) <= 4


def test_the_bench_finds_signs_where_a_naive_search_does_not() -> None:
    report = bench_signs(short=True)
    assert report["figures"]["signs"] == 48
    assert report["figures"]["found"] >= 0.75
    assert report["figures"]["corners_off_px"]["p50"] < 3.0
    assert report["ratio"] > 2.0


def test_only_the_one_who_is_asked_for_is_looked_at_and_a_first_find_is_looked_at_sooner_again() -> None:
    shot = shown("300", 160.0)
    box = shot.labels[0].box
    watch = SignWatch(every_s=1.0)
    other = Person(2, (box[0] + 400.0, box[1], box[2] + 400.0, box[3]))
    for tenths in range(30):
        watch.step(shot.picture, NS + tenths * NS // 10, [Person(1, box), other], only=2)
    assert watch.told() == []
    for tenths in range(30, 41):
        watch.step(shot.picture, NS + tenths * NS // 10, [Person(1, box), other], only=1)
    (sign,) = watch.told()
    assert sign.track == 1, "three looks within a second, once the first had found something"


def test_a_sign_that_was_seen_stands_for_what_joints_took_for_one() -> None:
    watch = SignWatch()
    t_ns = watched("300", 160.0, 3.0, watch)
    by_joints = (GestureSeen(Gesture.HANDS_UP, 0.9, 1.0), GestureSeen(Gesture.SIGN, 0.7, 9.0))
    box = shown("300", 160.0).labels[0].box
    people = [Seen(k, box, 0.9, 160.0, None, by_joints, False, Posture.STANDING) for k in (7, 8)]
    holder, other = with_signs(people, watch.told(), t_ns)
    assert [(g.gesture, g.held_s) for g in holder.gestures] == [(Gesture.HANDS_UP, 1.0), (Gesture.SIGN, 2.5)]
    assert other == people[1]
