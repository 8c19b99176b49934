"""One person keeps one identity: through hiding, crossing, unsure pictures, a moving camera and parts not looked at."""

from __future__ import annotations

import numpy as np
import pytest

from safeconduct.model.mission_time import NS
from safeconduct.perception.found import Found, Region
from safeconduct.perception.tracker import Track, Tracker

EVERYWHERE = [Region(0.0, 0.0, 600.0)]


def person(x: float, y: float = 300.0, tall: float = 90.0, score: float = 0.8) -> Found:
    return Found(x - 0.2 * tall, y - tall / 2, x + 0.2 * tall, y + tall / 2, score)


def walk(tracker: Tracker, k: int, found: list[Found], looked: list[Region] | None = None) -> list[Track]:
    t_ns = NS + k * NS // 10
    tracker.carry(t_ns)
    tracker.update(t_ns, found, EVERYWHERE if looked is None else looked)
    settled = [t for t in tracker.tracks if t.settled]
    for track in settled:
        track.vouched = True  # the pose network's part
    return settled


def test_two_people_who_cross_keep_their_identities() -> None:
    tracker = Tracker()
    for k in range(60):
        tracks = walk(tracker, k, [person(100 + 6 * k, 300), person(460 - 6 * k, 330)])
    assert {t.id: round(t.centre[0], -1) for t in tracks} == {1: 450.0, 2: 110.0}


def test_a_person_hidden_for_a_second_is_the_same_person_after_it() -> None:
    tracker = Tracker()
    for k in range(20):
        walk(tracker, k, [person(100 + 4 * k)])
    for k in range(20, 30):
        walk(tracker, k, [])
    tracks = walk(tracker, 30, [person(170)])
    assert [(t.id, t.misses) for t in tracks] == [(1, 0)]


def test_a_person_gone_for_long_is_not_claimed_to_be_back() -> None:
    tracker = Tracker(keep_s=2.0)
    for k in range(10):
        walk(tracker, k, [person(100)])
    for k in range(10, 40):
        walk(tracker, k, [])
    assert not tracker.tracks
    for k in range(40, 44):
        tracks = walk(tracker, k, [person(100)])
    assert [t.id for t in tracks] == [2]


def test_an_unsure_detection_keeps_a_track_but_a_cone_beside_the_person_does_not_take_it() -> None:
    tracker = Tracker()
    for k in range(10):
        walk(tracker, k, [person(100)])
    tracks = walk(tracker, 10, [person(101, score=0.25)])
    assert tracks[0].misses == 0
    tracks = walk(tracker, 11, [Found(90, 320, 105, 345, 0.38)])
    assert tracks[0].misses == 1


def test_a_part_of_the_picture_that_was_not_searched_misses_nobody() -> None:
    tracker = Tracker()
    for k in range(5):
        walk(tracker, k, [person(100)])
    for k in range(5, 10):
        tracks = walk(tracker, k, [], looked=[Region(300.0, 0.0, 200.0)])
    assert tracks[0].misses == 0
    assert walk(tracker, 10, [], looked=[Region(0.0, 150.0, 300.0)])[0].misses == 1


def test_a_single_flash_of_the_detector_is_never_reported() -> None:
    tracker = Tracker()
    reported = [walk(tracker, k, [person(100)] if k == 3 else []) for k in range(10)]
    assert not any(reported)
    assert not tracker.tracks


def test_a_swing_of_the_camera_does_not_change_who_is_who() -> None:
    tracker = Tracker()
    for k in range(30):
        t_ns, shift = NS + k * NS // 10, (40.0 if k else 0.0)
        tracker.carry(t_ns, np.array([[1.0, 0.0, shift], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
        tracker.update(t_ns, [person(50 + 40 * k), person(150 + 40 * k)], [Region(0.0, 0.0, 1500.0)])
    assert sorted(t.id for t in tracker.tracks) == [1, 2]
    assert tracker.tracks[0].centre[0] < tracker.tracks[1].centre[0]


def test_what_shines_up_now_and_then_weighs_less_than_what_is_found_at_every_look() -> None:
    tracker = Tracker()
    everywhere = [Region(0.0, 0.0, 200.0)]
    steady, flicker = Found(20.0, 20.0, 40.0, 60.0, 0.6), Found(120.0, 20.0, 140.0, 60.0, 0.6)
    for number in range(6):
        t_ns = NS + number * NS // 4
        tracker.carry(t_ns)
        tracker.update(t_ns, [steady, flicker] if number % 2 == 0 else [steady], everywhere)
    by_place = sorted(tracker.tracks, key=lambda t: t.centre[0])
    assert [t.looks for t in by_place] == [6, 6]
    assert abs(by_place[0].mean_score - 0.6) < 1e-9
    assert abs(by_place[1].mean_score - 0.3) < 1e-9


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (person(106), 1),  # beside the first by a few px
        (person(100, 320, 60), 1),  # his legs
        (person(100, 300, 140), 1),  # he and what is about him
        (person(100, 280, 50), 1),  # head and arms
        (person(150), 2),  # somebody at arm's length
        (person(128), 2),  # shoulder to shoulder
    ],
)
def test_one_body_has_one_track(second: Found, told: int) -> None:
    tracker = Tracker()
    for k in range(12):
        walk(tracker, k, [person(100)] if k < 4 else [person(100), second])
    assert len([t for t in tracker.tracks if t.known]) == told
    assert tracker.tracks[0].id == 1


def test_who_was_taken_for_a_shadow_is_told_once_he_has_left_the_other() -> None:
    tracker = Tracker()
    left = []
    for k in range(24):
        walk(tracker, k, [person(100)] if k < 4 else [person(100), person(105 + 5 * max(0, k - 8))])
        left += [(elder.id, younger.id) for elder, younger in tracker.left]
    assert left == [(1, 2)]
    assert [t.id for t in tracker.tracks if t.known] == [1, 2]


def test_a_shadow_whose_elder_is_gone_is_told_under_its_own_number() -> None:
    tracker = Tracker(keep_s=1.0)
    for k in range(30):
        walk(tracker, k, [person(100), person(104, 280, 60)] if k < 6 else [person(104, 260, 44)])
    assert [(t.id, t.known) for t in tracker.tracks] == [(2, True)]
