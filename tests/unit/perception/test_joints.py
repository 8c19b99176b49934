"""Two readings of joints: of one body, or of two beside each other."""

from __future__ import annotations

import pytest

from safeconduct.perception.joints import JOINTS, Joint, Pose, same_body

TALL = 100.0


def stands_at(x: float, *, score: float = 0.6, exchanged: bool = False) -> Pose:
    """Upright, 100 px tall, his left on the picture's right; exchanged: the network took left for right."""
    heights = {
        "nose": 8,
        "eye": 6,
        "ear": 7,
        "shoulder": 20,
        "elbow": 35,
        "wrist": 50,
        "hip": 52,
        "knee": 74,
        "ankle": 96,
    }
    pose = []
    for name in JOINTS:
        side = 0.0 if name == "nose" else (1.0 if name.startswith("left") is not exchanged else -1.0)
        pose.append(Joint(x + 9.0 * side, float(heights[name.split("_")[-1]]), score))
    return tuple(pose)


def test_a_body_read_twice_is_one_even_where_left_and_right_are_exchanged() -> None:
    assert same_body(stands_at(50.0), stands_at(53.0), TALL)
    assert same_body(stands_at(50.0), stands_at(50.0, exchanged=True), TALL)


@pytest.mark.parametrize("apart_px", [30.0, 45.0, 80.0])
def test_two_who_stand_shoulder_to_shoulder_are_two(apart_px: float) -> None:
    assert not same_body(stands_at(50.0), stands_at(50.0 + apart_px), TALL)


def test_where_hardly_a_joint_is_sure_nothing_is_said() -> None:
    assert not same_body(stands_at(50.0), stands_at(50.0, score=0.1), TALL)
