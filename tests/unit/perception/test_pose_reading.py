"""Both arms above the head for two seconds is an offer; joints that flicker do not take it back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import loadmat

from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.perception import Arms, HandsUp, Joint, Pose, read_arms
from safeconduct.perception.pose_reading import guess_posture
from unit.perception.footage import shared_data

HEIGHT_PX = 100.0
STANDING = (
    (50, 10), (52, 8), (48, 8), (54, 9), (46, 9), (60, 22), (40, 22), (64, 38), (36, 38), (65, 54), (35, 54), (56, 52),
    (44, 52), (56, 75), (44, 75), (56, 97), (44, 97),
)  # fmt: skip


def pose(score: float = 0.8, **moved: tuple[float, float, float]) -> Pose:
    """A standing person of 100 px, some joints (by `j` and COCO number) moved to x, y with a score."""
    joints = [Joint(float(x), float(y), score) for x, y in STANDING]
    for name, (x, y, s) in moved.items():
        joints[int(name[1:])] = Joint(x, y, s)
    return tuple(joints)


def raised(score: float = 0.8, y: float = -8.0) -> Pose:
    return pose(j7=(68, 10, 0.8), j8=(32, 10, 0.8), j9=(66, y, score), j10=(34, y, score))


def test_arms_up_arms_down_one_arm_and_hidden_wrists_are_told_apart() -> None:
    assert read_arms(raised(), HEIGHT_PX)[0] is Arms.UP
    assert read_arms(pose(), HEIGHT_PX)[0] is Arms.NOT_UP
    assert read_arms(pose(j9=(66, -8, 0.8)), HEIGHT_PX)[0] is Arms.NOT_UP
    assert read_arms(raised(score=0.1), HEIGHT_PX)[0] is Arms.UNCLEAR


def test_hands_at_the_face_do_not_begin_the_gesture_but_do_not_end_it_either() -> None:
    at_the_face = raised(y=7.0)
    assert read_arms(at_the_face, HEIGHT_PX)[0] is Arms.NOT_UP
    assert read_arms(at_the_face, HEIGHT_PX, already_up=True)[0] is Arms.UP


def test_a_hidden_face_is_replaced_by_the_shoulders() -> None:
    faceless = tuple(Joint(j.x, j.y, 0.05) if i < 5 else j for i, j in enumerate(raised()))
    assert read_arms(faceless, HEIGHT_PX)[0] is Arms.UP
    assert read_arms(tuple(Joint(j.x, j.y, 0.05) for j in raised()), HEIGHT_PX)[0] is Arms.UNCLEAR


def held(readings: list[Arms], hz: int = 10) -> list[float]:
    hands, out = HandsUp(), []
    for k, arms in enumerate(readings):
        hands.take(NS + k * NS // hz, arms, 0.7)
        seen = hands.seen(NS + k * NS // hz)
        out.append(-1.0 if seen is None else seen.held_s)
    return out


def test_arms_held_up_for_two_seconds_say_so() -> None:
    assert held([Arms.UP] * 21)[-1] == pytest.approx(2.0)


def test_joints_that_drop_out_for_half_a_second_do_not_break_the_gesture() -> None:
    assert held([Arms.UP] * 10 + [Arms.UNCLEAR] * 5 + [Arms.UP] * 10)[-1] == pytest.approx(2.4)
    assert held([Arms.UP] * 10 + [Arms.NOT_UP] * 2 + [Arms.UP] * 10)[-1] == pytest.approx(2.1)


def test_arms_let_down_end_the_gesture_and_a_new_one_begins_at_zero() -> None:
    times = held([Arms.UP] * 10 + [Arms.NOT_UP] * 8 + [Arms.UP] * 3)
    assert times[17] == -1.0
    assert times[-1] == pytest.approx(0.2)


def test_arms_not_seen_for_long_are_not_claimed_to_be_up() -> None:
    assert held([Arms.UP] * 10 + [Arms.UNCLEAR] * 15)[-1] == -1.0


def test_confidence_falls_with_every_reading_that_did_not_show_the_arms() -> None:
    hands = HandsUp()
    for k in range(20):
        hands.take(NS + k * NS // 10, Arms.UNCLEAR if k % 2 else Arms.UP, 0.8)
    seen = hands.seen(NS + 2 * NS)
    assert seen is not None
    assert seen.gesture is Gesture.HANDS_UP
    assert seen.confidence == pytest.approx(0.4)


def test_a_pose_with_legs_under_the_trunk_stands_and_one_at_a_pace_walks() -> None:
    assert guess_posture(pose(), 30, 100, 0.0) is Posture.STANDING
    assert guess_posture(pose(), 30, 100, 0.6) is Posture.WALKING
    lying = tuple(Joint(j.y, j.x, j.score) for j in pose())
    assert guess_posture(lying, 100, 30, 0.0) is Posture.PRONE
    assert guess_posture(pose(score=0.1), 30, 100, 0.0) is Posture.UNCERTAIN


joints = st.builds(Joint, st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(0, 1))


@given(st.lists(joints, min_size=17, max_size=17), st.floats(0, 3000), st.booleans())
def test_whatever_the_joints_the_reading_is_one_of_three(some: list[Joint], height: float, up: bool) -> None:
    arms, confidence = read_arms(tuple(some), height, up)
    assert arms in Arms
    assert 0.0 <= confidence <= 1.0
    assert (confidence > 0.0) == (arms is Arms.UP)
    assert guess_posture(tuple(some), height, height, 0.0) in Posture


OPENPOSE_TO_COCO = (0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10)


@pytest.mark.skipif(not (shared_data() / "uav-gesture").is_dir(), reason="needs the UAV-GESTURE joints")
def test_on_real_joints_seen_from_a_drone_raised_arms_are_read_and_low_ones_never() -> None:
    up: dict[str, float] = {}
    for name in ("move_upward", "wave_off", "land", "hover", "not_clear", "slow_down", "all_clear", "have_command"):
        readings = []
        for path in sorted((shared_data() / "uav-gesture" / name).glob("*.mat")):
            places = loadmat(path)["pos_img"]
            for k in range(0, places.shape[2], 5):
                x, y = places[0, :, k], places[1, :, k]
                here = tuple(
                    Joint(float(x[i]), float(y[i]), float(x[i] > 0 and y[i] > 0)) for i in OPENPOSE_TO_COCO
                )  # fmt: skip
                tall = max(j.y for j in here) - min(j.y for j in here if j.score)
                readings.append(read_arms(here, tall)[0] is Arms.UP)
        up[name] = sum(readings) / len(readings)
    assert up.pop("move_upward") > 0.4
    assert up.pop("wave_off") > 0.4
    assert max(up.values()) == 0.0
