"""A few people show a gesture; from somebody else it is known again, wherever he stands and however he is filmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception.arm_motion import RATE_HZ, Motion, motion_of
from safeconduct.perception.marshalling import Recogniser, learn
from unit.perception.marshallers import KNOWN, SWINGS, UNKNOWN, Marshaller

GESTURES = ("wave_left", "wave_right", "both_up_and_down", "both_held")
LIKE = ("thumb_like", "thumb_unlike")


def taught(gestures: tuple[str, ...]) -> Recogniser:
    return learn(
        [motion_of(*one.shows(gesture)) for one in KNOWN for gesture in gestures],
        [gesture for _ in KNOWN for gesture in gestures],
    )


FOUR = taught(GESTURES)


def named(motion: Motion, by: Recogniser = FOUR) -> str:
    return by.recognise(motion)[0][0]


@pytest.mark.parametrize("gesture", GESTURES)
def test_a_stranger_of_another_size_place_and_pace_is_understood(gesture: str) -> None:
    ranked = FOUR.recognise(motion_of(*UNKNOWN.shows(gesture)))
    assert ranked[0][0] == gesture
    assert sorted(name for name, _ in ranked) == sorted(GESTURES)
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(len(GESTURES) / 2.0)


@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize("fps", [8.0, 50.0])
def test_the_rate_of_the_pictures_does_not_matter(gesture: str, fps: float) -> None:
    assert named(motion_of(*UNKNOWN.shows(gesture, fps=fps))) == gesture


@pytest.mark.parametrize("gesture", GESTURES)
def test_a_camera_that_drifts_away_does_not_matter(gesture: str) -> None:
    assert named(motion_of(*UNKNOWN._replace(drift_px_s=(40.0, -12.0)).shows(gesture))) == gesture


@pytest.mark.parametrize("gesture", GESTURES)
def test_joints_that_come_and_go_or_jump_do_not_matter(gesture: str) -> None:
    times, px = UNKNOWN.shows(gesture)
    chance = np.random.default_rng(5)
    px[chance.random(px.shape[:2]) < 0.3] = 0.0
    stray = chance.random(px.shape[:2]) < 0.03
    px[stray] += chance.normal(0.0, 200.0, (stray.sum(), 2))
    scores = np.where(chance.random(px.shape[:2]) < 0.1, 0.1, 0.8)
    assert named(motion_of(times, px, scores)) == gesture


@pytest.mark.parametrize("gesture", GESTURES)
def test_hidden_hips_legs_and_face_do_not_matter(gesture: str) -> None:
    times, px = UNKNOWN.shows(gesture)
    px[:, [0, 1, 2, 3, 4, *range(11, 17)]] = np.nan
    assert named(motion_of(times, px)) == gesture


def test_the_mirrored_clip_is_the_same_gesture_of_the_other_hand() -> None:
    left = motion_of(*UNKNOWN.shows("wave_left"))
    assert named(left.mirrored) == "wave_right"
    assert np.array_equal(left.mirrored.mirrored.joints, left.joints)


@pytest.mark.parametrize("gesture", LIKE)
def test_two_gestures_that_differ_by_the_turn_of_an_elbow_are_told_apart(gesture: str) -> None:
    two = taught(LIKE)
    for seed in range(20, 28):
        assert named(motion_of(*Marshaller(seed, 80.0, 0.5).shows(gesture)), two) == gesture


def test_an_arm_that_was_never_seen_speaks_neither_for_nor_against() -> None:
    times, px = UNKNOWN.shows("wave_right")
    px[:, [7, 9]] = 0.0
    motion = motion_of(times, px)
    assert np.isnan(motion.description).any()
    assert named(motion) == "wave_right"


def test_one_clip_a_gesture_is_enough_to_begin_with() -> None:
    first = learn([motion_of(*KNOWN[0].shows(gesture)) for gesture in GESTURES], GESTURES)
    assert [named(motion_of(*UNKNOWN.shows(gesture)), first) for gesture in GESTURES] == list(GESTURES)


def test_the_same_clips_teach_the_same() -> None:
    again = taught(GESTURES)
    assert again.names == FOUR.names
    assert np.array_equal(again.weights, FOUR.weights)
    assert np.array_equal(again.middles, FOUR.middles)


def test_two_names_for_the_same_clips_are_left_undecided() -> None:
    clip = motion_of(*UNKNOWN.shows("wave_left"))
    assert learn([clip, clip], ["a", "b"]).recognise(clip) == [("a", 0.5), ("b", 0.5)]


def test_joints_stand_about_the_shoulders_in_body_lengths_on_an_even_grid() -> None:
    motion = motion_of(*KNOWN[1].shows("both_held", seconds=3.0))
    assert motion.joints.shape == (round(3.0 * RATE_HZ) + 1, 17, 2)
    assert motion.body_px == pytest.approx(110.0, rel=0.05)
    assert motion.joints[:, [5, 6]].mean(axis=1) == pytest.approx(np.zeros((31, 2)), abs=1e-9)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda t, p: (t[:20], p[:20]), "a clip of 0.8 s"),
        (lambda t, p: (t[:0], p[:0]), "a clip of 0.0 s"),
        (lambda t, p: ([k * NS for k in range(len(p))], p), "a clip of 150.0 s"),
        (lambda t, p: (t[::-1], p), "a clip of -6.0 s"),
        (lambda t, p: ([t[0], t[2], t[1], *t[3:]], p), "times that do not rise"),
        (lambda t, p: (t[:-1], p), "150 times for 151 pictures"),
        (lambda t, p: (t, p[:, :16]), "joints of shape (151, 16, 2)"),
        (lambda t, p: (t, [["elbow"]]), "its joints are no numbers"),
        (lambda t, p: (t, p * 0.0), "no shoulders seen"),
        (lambda t, p: (t, np.ones_like(p)), "a body of 0.0 px"),
    ],
)
def test_a_clip_that_cannot_be_read_is_refused_in_one_line(
    spoil: Callable[[Any, Any], tuple[Any, Any]], says: str
) -> None:
    t_ns, px = spoil(*UNKNOWN.shows("wave_left"))
    with pytest.raises(BadInput, match=r"^balcony: ") as refused:
        motion_of(t_ns, px, place="balcony")
    assert says in str(refused.value)


def test_what_cannot_be_learnt_is_refused_in_one_line() -> None:
    clip = motion_of(*UNKNOWN.shows("wave_left"))
    for clips, labels, shrink in (([clip], ["a", "b"], 1.0), ([clip, clip], ["a", "a"], 1.0), ([], [], 1.0),
                                  ([clip, clip], ["a", "b"], 0.0)):  # fmt: skip
        with pytest.raises(BadInput, match=r"^labelled clips: "):
            learn(clips, labels, shrink=shrink)


numbers = st.floats(-1e9, 1e9) | st.sampled_from([0.0, float("nan"), float("inf")])


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, (12, 17, 2), elements=numbers), arrays(np.float64, (12, 17), elements=st.floats(0.0, 1.0)))
def test_whatever_the_joints_it_is_refused_or_scored(px: np.ndarray, scores: np.ndarray) -> None:
    try:
        ranked = FOUR.recognise(motion_of([k * NS // 8 for k in range(12)], px, scores))
    except BadInput:
        return
    assert {name for name, _ in ranked} == set(GESTURES) < set(SWINGS)
    assert all(0.0 <= score <= 1.0 for _, score in ranked)
