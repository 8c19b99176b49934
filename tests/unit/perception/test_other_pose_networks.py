"""Other pose networks drop in by path: each kind reads the joints where they are, in px of the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.perception import Found, PersonDetector, Picture, Pose, PoseReader, Region
from unit.perception.tiny_networks import Node, Sides, write

_STANDS = Found(80.0, 40.0, 120.0, 140.0, 0.9)
_LIES = Found(60.0, 100.0, 160.0, 130.0, 0.9)
_HALF_OUTSIDE = Found(0.0, 0.0, 30.0, 60.0, 0.9)


def _picture_with_red_at(x: int, y: int) -> Picture:
    """A dot of 5 × 5 px about the place, red, and a blue one in the corner."""
    picture = np.zeros((200, 240, 3), np.uint8)
    picture[y - 2 : y + 3, x - 2 : x + 3, 2] = 255
    picture[190:, 230:, 0] = 255
    return picture


def _rtmpose(
    path: Path, joints: int = 17, element: str = "float32", batch: int | str = 1, swapped: bool = False
) -> Path:
    """An RTMPose for which every joint is where the picture is reddest. Of the full red in normal colours the score is
    0.9, and the last joint is half as sure of its row.
    """
    height, width = 256, 192
    nodes = [
        Node("Gather", ["picture", "first"], "red", {"axis": 1}),
        Node("ReduceMax", ["red"], "columns", {"axes": [2], "keepdims": 0}),
        Node("ReduceMax", ["red"], "rows", {"axes": [3], "keepdims": 0}),
    ]
    for line, out, height_of in (("columns", "simcc_x", "fully"), ("rows", "simcc_y", "less")):
        nodes += [
            Node("Unsqueeze", [line, "last"], f"{line}1"),
            Node("Tile", [f"{line}1", "two_bins"], f"{line}2"),
            Node("Reshape", [f"{line}2", "one_row"], f"{line}3"),
            Node("Tile", [f"{line}3", "joints"], f"{line}4"),
            Node("Mul", [f"{line}4", height_of], out),
        ]
    sure = np.full((1, joints, 1), 0.9 / ((255.0 - 123.675) / 58.395), element)
    less = sure.copy()
    less[0, 16] /= 2.0
    constants: dict[str, npt.NDArray[Any]] = {
        "first": np.array([0], np.int64),
        "last": np.array([3], np.int64),
        "two_bins": np.array([1, 1, 1, 2], np.int64),
        "one_row": np.array([1, 1, -1], np.int64),
        "joints": np.array([1, joints, 1], np.int64),
        "fully": sure,
        "less": less,
    }
    gives: list[tuple[str, str, Sides]] = [
        ("simcc_x", element, (batch, joints, 2 * width)),
        ("simcc_y", element, (batch, joints, 2 * height)),
    ]
    return write(path, (element, (batch, 3, height, width)), nodes, constants, gives[::-1] if swapped else gives)


def _far_px(pose: Pose, x: float, y: float) -> float:
    return max(float(np.hypot(joint.x - x, joint.y - y)) for joint in pose)


@pytest.mark.parametrize(("box", "x", "y"), [(_STANDS, 95, 60), (_LIES, 70, 120), (_HALF_OUTSIDE, 5, 22)])
def test_rtmpose_reads_a_joint_where_the_picture_shows_it(tmp_path: Path, box: Found, x: int, y: int) -> None:
    reader = PoseReader(_rtmpose(tmp_path / "rtmpose.onnx"))
    assert reader.size_px == 256
    pose = reader.read(_picture_with_red_at(x, y), box)
    assert len(pose) == 17
    assert _far_px(pose, x, y) < 3.0
    assert [joint.score for joint in pose] == [pytest.approx(0.9, abs=1e-3)] * 16 + [pytest.approx(0.45, abs=1e-3)]


def test_rtmpose_sees_all_of_a_lying_person_and_the_arms_above_a_standing_one(tmp_path: Path) -> None:
    reader = PoseReader(_rtmpose(tmp_path / "rtmpose.onnx"))
    for box, x, y in ((_LIES, 62, 104), (_LIES, 157, 128), (_STANDS, 100, 12)):
        assert _far_px(reader.read(_picture_with_red_at(x, y), box), x, y) < 3.0


@pytest.mark.parametrize(
    ("joints", "element", "batch", "swapped"),
    [(26, "float32", 1, False), (17, "float16", 1, False), (17, "float32", "batch", True)],
    ids=["with feet", "in halves", "any batch, rows first"],
)
def test_rtmpose_comes_in_several_exports(
    tmp_path: Path, joints: int, element: str, batch: int | str, swapped: bool
) -> None:
    reader = PoseReader(_rtmpose(tmp_path / "rtmpose.onnx", joints, element, batch, swapped))
    pose = reader.read(_picture_with_red_at(95, 60), _STANDS)
    assert len(pose) == 17
    assert _far_px(pose, 95, 60) < 3.0
    assert pose[0].score == pytest.approx(0.9, abs=2e-3)


def _rtmo(path: Path, bodies: list[tuple[float, float, float, float]], surely: list[float]) -> Path:
    """An RTMO that sees these bodies, px of its input, as surely as told where the picture is blue; each joint lies one
    px to the right of the one before, from the body's upper left corner on.
    """
    boxes = np.array([bodies], np.float32)
    joints = np.zeros((1, len(bodies), 17, 3), np.float32)
    joints[..., 0] = boxes[..., :1] + np.arange(17, dtype=np.float32)
    joints[..., 1] = boxes[..., 1:2]
    joints[..., 2] = 0.8
    nodes = [
        Node("Gather", ["picture", "first"], "blue", {"axis": 1}),
        Node("ReduceMax", ["blue"], "bluest", {"axes": [1, 2, 3], "keepdims": 0}),
        Node("Mul", ["bluest", "scores"], "surely"),
        Node("Concat", ["boxes", "surely"], "dets", {"axis": 2}),
        Node("Identity", ["joints"], "keypoints"),
    ]
    constants: dict[str, npt.NDArray[Any]] = {
        "first": np.array([0], np.int64),
        "scores": np.array(surely, np.float32).reshape(1, -1, 1) / 255.0,
        "boxes": boxes,
        "joints": joints,
    }
    gives = [("dets", "float32", (1, "people", 5)), ("keypoints", "float32", (1, "people", 17, 3))]
    return write(path, ("float32", (1, 3, 320, 320)), nodes, constants, gives)


def _blue() -> Picture:
    picture = np.zeros((200, 240, 3), np.uint8)
    picture[..., 0] = 255
    return picture


@pytest.mark.parametrize("region", [Region(0.0, 0.0, 160.0), Region(-40.0, -20.0, 160.0)])
def test_rtmo_finds_people(tmp_path: Path, region: Region) -> None:
    detector = PersonDetector(_rtmo(tmp_path / "rtmo.onnx", [(100, 80, 140, 200), (200, 80, 260, 200)], [0.9, 0.1]))
    assert detector.size_px == 320
    found = detector.find(_blue(), region)
    where = (region.x + 50.0, region.y + 40.0, region.x + 70.0, region.y + 100.0, 0.9)
    assert found == [pytest.approx(where, abs=1e-3)]


@pytest.mark.parametrize("box", [_STANDS, Found(5.0, 2.0, 25.0, 42.0, 0.9)], ids=["inside", "at the corner"])
def test_rtmo_reads_the_one_who_is_asked_about_and_not_the_surer_neighbour(tmp_path: Path, box: Found) -> None:
    # The crop is 1.5 of the box's height and raised: he lies in its middle, a little below.
    high = box.y2 - box.y1
    scale = 320.0 / (1.5 * high)
    wide = (box.x2 - box.x1) * scale
    x1, y1 = 160.0 - wide / 2.0, 320.0 * (0.5 + 0.06) - high * scale / 2.0
    him = (x1, y1, x1 + wide, y1 + high * scale)
    reader = PoseReader(_rtmo(tmp_path / "rtmo.onnx", [(0, 0, 60, 320), him, (250, 0, 320, 320)], [0.95, 0.5, 0.9]))
    pose = reader.read(_blue(), box)
    assert pose[0] == pytest.approx((box.x1, box.y1, 0.8), abs=1e-2)
    assert pose[16] == pytest.approx((box.x1 + 16.0 / scale, box.y1, 0.8), abs=1e-2)


def test_rtmo_reads_no_joints_where_it_sees_nobody(tmp_path: Path) -> None:
    for surely, body in ((0.1, (100, 80, 200, 300)), (0.9, (0, 0, 20, 20))):
        reader = PoseReader(_rtmo(tmp_path / "rtmo.onnx", [body], [surely]))
        pose = reader.read(_blue(), _STANDS)
        assert len(pose) == 17
        assert {joint.score for joint in pose} == {0.0}


_JUNK = [np.nan, np.inf, -np.inf, 3e38, -3e38, 1e9, 0.0, 0.3, 0.9, 1.0, 40.0, -7.0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), kind=st.sampled_from(["movenet", "rtmpose", "rtmo"]))
def test_whatever_a_broken_network_says_joints_stay_finite(
    tmp_path_factory: pytest.TempPathFactory, seed: int, kind: str
) -> None:
    rng = np.random.default_rng(seed)
    shapes: dict[str, list[tuple[int, ...]]] = {
        "movenet": [(1, 1, 17, 3)],
        "rtmpose": [(1, 17, 48), (1, 17, 64)],
        "rtmo": [(1, 6, 5), (1, 6, 17, 3)],
    }
    takes: dict[str, tuple[str, Sides]] = {
        "movenet": ("int32", (1, 32, 32, 3)),
        "rtmpose": ("float32", (1, 3, 32, 24)),
        "rtmo": ("float32", (1, 3, 32, 32)),
    }
    junk = {f"junk{i}": rng.choice(_JUNK, shape).astype(np.float32) for i, shape in enumerate(shapes[kind])}
    nodes = [Node("Identity", [name], f"out{i}") for i, name in enumerate(junk)]
    gives = [(f"out{i}", "float32", shape) for i, shape in enumerate(shapes[kind])]
    path = write(tmp_path_factory.mktemp("junk") / "junk.onnx", takes[kind], nodes, junk, gives)
    pose = PoseReader(path).read(_blue(), _STANDS)
    assert len(pose) == 17
    assert np.isfinite(np.array(pose)).all()
    assert all(0.0 <= joint.score <= 1.0 for joint in pose)
