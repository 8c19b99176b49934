"""Two seconds of joints become a gesture that is held, from wherever the drone looks; nothing shown raises no alarm."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.model.events import GestureSeen
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Gesture, Posture
from safeconduct.perception import long_enough
from safeconduct.perception.gesture_reader import GestureReader
from safeconduct.perception.gesturing import Gesturing
from safeconduct.perception.motion_window import CHANNELS, PICTURES, MotionWindow, features
from safeconduct.runtime.bench_eyes_gestures import lives
from safeconduct.sim.figure import bare_joints, dressed
from safeconduct.sim.scene import NEVER_TRAINED_ON, TRAINED_ON, Act, Doing, Figure
from unit.perception.seen_from import pose_from, standing

READER = GestureReader()


def shown(
    figure: Figure, seconds: float, elevation_deg: float, azimuth_deg: float = 15.0
) -> list[tuple[GestureSeen, ...]]:
    """What is told in each picture, ten a second; a gesture begins with the first."""
    gesturing, told = Gesturing(READER), []
    for k in range(round(10 * seconds)):
        t_s = k / 10.0
        moved = figure._replace(act_s=9.0 + t_s, gesture_s=t_s, strode_m=1.2 * t_s)
        gesturing.take(NS + round(t_s * NS), pose_from(moved, elevation_deg, 15.0))
        told.append(gesturing.gestures(NS + round(t_s * NS)))
    return told


def offers(told: list[tuple[GestureSeen, ...]]) -> set[Gesture]:
    return {g.gesture for one in told for g in one if g.gesture in PROTECTIVE_GESTURES and long_enough(g)}


@pytest.mark.parametrize("elevation_deg", [12.0, 35.0, 55.0])
@pytest.mark.parametrize("gesture", [Gesture.HANDS_UP, Gesture.ARMS_CROSSED, Gesture.HANDS_CLASPED, Gesture.WAVE_BOTH])
def test_a_plea_is_told_by_its_name_within_a_second_and_a_half_after_it_was_held_long_enough(
    gesture: Gesture, elevation_deg: float
) -> None:
    told = shown(standing(gesture=gesture), 4.0, elevation_deg)
    assert gesture in offers(told[:36])
    assert not offers(told[:15])


@pytest.mark.parametrize("elevation_deg", [20.0, 50.0])
@pytest.mark.parametrize(
    "life",
    [
        standing(),
        standing(act=Act.WALK),
        standing(act=Act.RUN),
        standing(act=Act.DRINK),
        standing(doing=Doing.DIG),
        standing(doing=Doing.SIP),
        standing(act=Act.CROUCH, doing=Doing.COVER_EARS),
    ],
)
def test_who_walks_works_drinks_or_covers_his_ears_makes_no_offer(life: Figure, elevation_deg: float) -> None:
    assert offers(shown(life, 8.0, elevation_deg)) == set()


def test_who_goes_from_raised_hands_to_crossed_arms_does_not_begin_anew() -> None:
    gesturing, held = Gesturing(READER), []
    for k in range(50):
        t_s = k / 10.0
        gesture = Gesture.HANDS_UP if t_s < 2.2 else Gesture.ARMS_CROSSED
        moved = standing(gesture=gesture, gesture_s=3.0 + t_s)
        gesturing.take(NS + k * NS // 10, pose_from(moved, 30.0))
        held.append(max((g.held_s for g in gesturing.gestures(NS + k * NS // 10)), default=0.0))
    assert held[-1] > 3.5
    assert all(b >= a for a, b in pairwise(held[12:]))


def test_what_the_bench_asks_about_is_never_trained_on() -> None:
    assert set(NEVER_TRAINED_ON) | set(TRAINED_ON) | {Doing.MADE_UP} == set(Doing)
    assert Doing.MADE_UP not in NEVER_TRAINED_ON
    assert not set(NEVER_TRAINED_ON) & set(TRAINED_ON)
    assert set(NEVER_TRAINED_ON) <= {clip.doing for clip in lives(short=True)}


def test_joints_of_a_motion_are_those_of_the_dressed_body() -> None:
    figure = standing(doing=Doing.SAW, act_s=2.0)._replace(manner=20_007)
    above = bare_joints(figure) - dressed(figure).joints
    assert np.allclose(above, above[0], atol=1e-5)


def test_what_is_not_read_any_more_is_not_held_any_more() -> None:
    gesturing = Gesturing(READER)
    for k in range(40):
        gesturing.take(NS + k * NS // 10, pose_from(standing(gesture=Gesture.HANDS_UP, gesture_s=3.0), 30.0))
    last = NS + 39 * NS // 10
    assert offers([gesturing.gestures(last)]) == {Gesture.HANDS_UP}
    assert gesturing.gestures(last + 2 * NS) == ()
    assert gesturing.doubtful(last + 2 * NS)


def test_who_lies_and_does_not_stir_is_told_motionless_and_who_stands_is_not() -> None:
    for figure, still in ((standing(act=Act.LIE_ON_BACK, act_s=30.0), True), (standing(), False)):
        gesturing = Gesturing(READER)
        for k in range(120):
            gesturing.take(NS + k * NS // 10, pose_from(figure, 35.0, 40.0))
        t_ns = NS + 119 * NS // 10
        assert gesturing.motionless(t_ns) is still
        assert (gesturing.posture is Posture.PRONE) is still
        gesturing.take(t_ns + NS // 10, pose_from(figure, 35.0, 40.0, score=0.01))
        assert not gesturing.motionless(t_ns + 3 * NS)


@settings(max_examples=40)
@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(0.3, 4.0))
def test_where_he_stands_and_how_tall_he_is_in_the_picture_does_not_matter(dx: float, dy: float, times: float) -> None:
    pose = np.array([pose_from(standing(gesture=Gesture.THROAT, gesture_s=k / 8), 25.0) for k in range(PICTURES)])
    joints, scores = pose[..., :2], pose[..., 2]
    moved = features(joints * times + [dx, dy], scores)
    assert moved.shape == (CHANNELS, PICTURES)
    assert np.allclose(moved, features(joints, scores), atol=2e-3)


def test_the_window_is_the_same_at_eight_and_at_thirty_pictures_a_second() -> None:
    windows = []
    for rate in (8, 30):
        window = MotionWindow()
        for k in range(3 * rate + 1):
            window.take(k * NS // rate, pose_from(standing(gesture=Gesture.WAVE_ONE, gesture_s=2 + k / rate), 30.0))
        windows.append(features(*window.moments(3 * NS)))
    assert np.abs(windows[0] - windows[1]).mean() < 0.02


def test_moments_that_nobody_read_hold_no_joints() -> None:
    window = MotionWindow()
    assert window.moments(NS)[1].max() == 0.0
    window.take(NS, pose_from(standing(), 30.0))
    assert window.seen_share(NS) == pytest.approx(3 / PICTURES, abs=0.07)
    assert np.isfinite(features(*window.moments(NS))).all()


def test_a_reader_of_other_tensors_or_names_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such model file"):
        GestureReader(tmp_path / "none.onnx")
    from safeconduct.perception.network import WEIGHTS

    with pytest.raises(BadInput, match="gesture reader"):
        GestureReader(WEIGHTS / "nanodet.onnx")
