"""Other detectors drop in by path: each kind finds the person where he stands, in px of the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.perception import Eyes, Found, PersonDetector, Picture, Region
from safeconduct.perception.sample import scene
from safeconduct.perception.showing import (
    NORMAL_BGR,
    NORMAL_RGB,
    RAW_BGR,
    Colours,
)
from safeconduct.perception.trial import SIDE_PX, STANDS, colours_by_trial
from unit.perception.tiny_networks import Node, Sides, write

_CORNER = Region(-40.0, -30.0, 128.0)  # hangs over the picture's upper left corner


def _picture_with_red(x: int, y: int, side: int, width: int = 200, height: int = 160) -> Picture:
    picture = np.zeros((height, width, 3), np.uint8)
    picture[y : y + side, x : x + side, 2] = 255
    return picture


def _redness(colours: Colours) -> tuple[list[Node], dict[str, npt.NDArray[Any]]]:
    """`red`: how red each square of 8 × 8 is, 0 to 1, where colours are shown so; in other colours it sees nothing."""
    plane = 0 if colours.red_first else 2
    look = np.zeros((1, 3, 8, 8), np.float32)
    look[0, plane] = colours.deviation[plane] / 255.0 / 64.0
    nodes = [
        Node("Conv", ["picture", "look", "mean"], "level", {"strides": [8, 8], "kernel_shape": [8, 8]}),
        Node("Less", ["level", "too_much"], "sane"),
        Node("Cast", ["sane"], "sanely", {"to": 1}),
        Node("Mul", ["level", "sanely"], "red"),
    ]
    mean = np.array([colours.mean[plane] / 255.0], np.float32)
    return nodes, {"look": look, "mean": mean, "too_much": np.array(1.01, np.float32)}


def _yolox(path: Path, colours: Colours, px: bool = False, shape: Sides = (1, 3, 64, 64)) -> Path:
    """A YOLOX that takes what is red for a person, one cell wide and two high, about the lower right of its cell."""
    height, width = (n for n in shape[2:] if isinstance(n, int))
    down, across = height // 8, width // 8
    rest = (down // 2) * (across // 2) + (down // 4) * (across // 4)
    box = np.tile(np.array([1.0, 1.0, 0.0, np.log(2.0)], np.float32), (1, down * across + rest, 1))
    if px:
        cells = [
            ((x + 1.0) * s, (y + 1.0) * s, 1.0 * s, 2.0 * s)
            for s in (8, 16, 32)
            for y in range(height // s)
            for x in range(width // s)
        ]
        box = np.array([cells], np.float32)
    classes = np.zeros((1, down * across + rest, 80), np.float32)
    classes[..., 0] = 1.0
    nodes, constants = _redness(colours)
    nodes += [
        Node("Reshape", ["red", "column"], "fine"),
        Node("Concat", ["fine", "coarse"], "surely", {"axis": 1}),
        Node("Concat", ["box", "surely", "classes"], "output", {"axis": 2}),
    ]
    more: dict[str, npt.NDArray[Any]] = {
        "column": np.array([1, down * across, 1], np.int64),
        "coarse": np.zeros((1, rest, 1), np.float32),
        "box": box,
        "classes": classes,
    }
    return write(
        path, ("float32", shape), nodes, constants | more, [("output", "float32", ("batch", down * across + rest, 85))]
    )


@pytest.mark.parametrize("px", [False, True], ids=["as exported", "decoded in the graph"])
@pytest.mark.parametrize("shape", [(1, 3, 64, 64), ("batch", 3, 64, 96), (1, 3, 96, 64)])
def test_yolox_finds_the_one_who_stands_in_its_cell(tmp_path: Path, px: bool, shape: Sides) -> None:
    detector = PersonDetector(_yolox(tmp_path / "yolox.onnx", RAW_BGR, px, shape))
    assert detector.size_px == 64
    # Half as large in the input, the red square fills the cell in column 4, row 3.
    found = detector.find(_picture_with_red(20 + 64, 10 + 48, 16), Region(20.0, 10.0, 128.0), 0.5)
    assert found == [pytest.approx((92.0, 58.0, 108.0, 90.0, 1.0), abs=1e-3)]


def test_yolox_finds_him_in_a_region_that_hangs_over_the_corner(tmp_path: Path) -> None:
    detector = PersonDetector(_yolox(tmp_path / "yolox.onnx", RAW_BGR))
    found = detector.find(_picture_with_red(64 - 40, 48 - 30, 16), _CORNER, 0.5)
    assert found == [pytest.approx((32.0, 18.0, 48.0, 50.0, 1.0), abs=1e-3)]


def test_yolox_of_the_first_release_is_shown_normal_colours(tmp_path: Path) -> None:
    detector = PersonDetector(_yolox(tmp_path / "first.onnx", NORMAL_RGB))
    found = detector.find(_picture_with_red(84, 58, 16), Region(20.0, 10.0, 128.0), 0.5)
    assert found == [pytest.approx((92.0, 58.0, 108.0, 90.0, 1.0), abs=1e-3)]


def _end_to_end(path: Path, colours: Colours, shape: Sides = (1, 3, 96, 64)) -> Path:
    """A detector that sees the trial's person where he stands, as surely as the picture's reddest spot is red, and
    a dog, and somebody unsure.
    """
    scale = 64.0 / SIDE_PX
    him = [v * scale for v in STANDS[:4]]
    dets = np.array([[him, [2.0, 2.0, 30.0, 30.0], [40.0, 4.0, 60.0, 60.0]]], np.float32)
    nodes, constants = _redness(colours)
    nodes += [
        Node("ReduceMax", ["red"], "reddest", {"axes": [1, 2, 3], "keepdims": 0}),
        Node("Mul", ["reddest", "scores"], "surely"),
        Node("Concat", ["box", "surely"], "dets", {"axis": 2}),
        Node("Identity", ["classes"], "labels"),
    ]
    more: dict[str, npt.NDArray[Any]] = {
        "box": dets,
        "scores": np.array([[[1.0], [1.0], [0.1]]], np.float32),
        "classes": np.array([[0, 16, 0]], np.int64),
    }
    gives = [("dets", "float32", (1, "many", 5)), ("labels", "int64", (1, "many"))]
    return write(path, ("float32", shape), nodes, constants | more, gives)


@pytest.mark.parametrize("colours", [NORMAL_BGR, RAW_BGR], ids=["RTMDet", "OpenMMLab's YOLOX"])
def test_what_mmdeploy_exports_is_shown_the_colours_that_it_was_trained_on(tmp_path: Path, colours: Colours) -> None:
    detector = PersonDetector(_end_to_end(tmp_path / "rtmdet.onnx", colours))
    assert detector.size_px == 64
    for region in (Region(0.0, 0.0, 360.0), Region(30.0, 20.0, 180.0)):
        found = detector.find(_picture_with_red(60, 60, 120, 400, 400), region)
        part = region.side / SIDE_PX
        x1, y1, x2, y2 = (v * part for v in STANDS[:4])
        where = (region.x + x1, region.y + y1, region.x + x2, region.y + y2, 1.0)
        assert found == [pytest.approx(where, abs=1e-2)]


def test_sides_left_open_become_640_or_what_a_look_asks_for(tmp_path: Path) -> None:
    # What this one says does not depend on the size: the same px are a larger part of a smaller input.
    detector = PersonDetector(_end_to_end(tmp_path / "open.onnx", NORMAL_BGR, ("batch", 3, "height", "width")))
    assert detector.size_px == 640
    red = _picture_with_red(60, 60, 120, 400, 400)
    for asked, side in ((None, 640.0), (90, 96.0), (1, 32.0)):
        found = detector.find(red, Region(0.0, 0.0, 360.0), 0.2, asked)
        part = 64.0 / side
        where = [min(360.0, v * part) for v in STANDS[:4]]
        assert found == [pytest.approx((*where, 1.0), abs=1e-2)]


def _rf_detr(path: Path, classes: int, person: int, swapped: bool = False, named: bool = True) -> Path:
    """An RF-DETR whose first query sees a person, to the right, as surely as the picture's reddest spot is red."""
    sees, else_ = np.zeros((1, 3, classes), np.float32), np.full((1, 3, classes), -9.0, np.float32)
    sees[0, 0, person], else_[0, 0, person] = 2.0, 0.0
    else_[0, 1, (person + 1) % classes] = 9.0  # sure of something that is nobody
    nodes, constants = _redness(NORMAL_RGB)
    nodes += [
        Node("ReduceMax", ["red"], "reddest", {"axes": [1, 2, 3], "keepdims": 0}),
        Node("Mul", ["sees", "reddest"], "seen"),
        Node("Add", ["seen", "else"], "labels" if named else "logits"),
        Node("Identity", ["box"], "dets" if named else "boxes"),
    ]
    boxes = [[0.75, 0.5, 0.25, 0.5], [0.2, 0.2, 0.1, 0.1], [0.5, 0.5, 1.0, 1.0]]
    more = {"sees": sees, "else": else_, "box": np.array([boxes], np.float32)}
    gives: list[tuple[str, str, Sides]] = [
        (nodes[-1].output, "float32", (1, 3, 4)),
        (nodes[-2].output, "float32", (1, 3, classes)),
    ]
    return write(path, ("float32", (1, 3, 64, 64)), nodes, constants | more, gives[::-1] if swapped else gives)


@pytest.mark.parametrize(
    ("classes", "person", "swapped", "named"),
    [(91, 1, False, True), (91, 1, False, False), (2, 0, False, True), (4, 0, True, True)],
    ids=["COCO", "without names", "own classes", "as many classes as corners"],
)
def test_rf_detr_finds_the_person_once(tmp_path: Path, classes: int, person: int, swapped: bool, named: bool) -> None:
    detector = PersonDetector(_rf_detr(tmp_path / "rf-detr.onnx", classes, person, swapped, named))
    sure = 1.0 / (1.0 + np.exp(-2.0))
    red = _picture_with_red(24, 18, 32)
    # A quarter of the region wide, half as high, its middle at three quarters across and half down.
    found = detector.find(red, Region(0.0, 0.0, 128.0), 0.3)
    assert found == [pytest.approx((80.0, 32.0, 112.0, 96.0, sure), abs=1e-3)]
    found = detector.find(red, _CORNER, 0.3)
    assert found == [pytest.approx((40.0, 2.0, 72.0, 66.0, sure), abs=1e-3)]


def test_a_wrongly_coloured_picture_all_but_blinds_a_real_network(monkeypatch: pytest.MonkeyPatch) -> None:
    detector = PersonDetector()

    def find(picture: Picture, region: Region, floor: float, colours: Colours) -> list[Found]:
        monkeypatch.setattr("safeconduct.perception.nanodet.NORMAL_BGR", colours)
        return detector.find(picture, region, floor)

    assert colours_by_trial(find, (RAW_BGR, NORMAL_BGR)) == NORMAL_BGR
    assert colours_by_trial(find, (RAW_BGR, NORMAL_RGB)) == NORMAL_RGB


def test_the_eyes_look_through_a_network_given_by_path(tmp_path: Path) -> None:
    eyes = Eyes(detector=_rf_detr(tmp_path / "rf-detr.onnx", 91, 1))
    red = scene(200, 160)
    red[18:50, 24:56] = 0, 0, 255
    for tenth in range(12):
        seen = eyes.step(red, (1 + tenth) * 100_000_000)
    assert seen
    assert seen[0].score > 0.85


_JUNK = [np.nan, np.inf, -np.inf, 3e38, -3e38, 1e9, 0.0, 0.3, 0.9, 1.0, 5.0, 40.0, -7.0]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(["yolox", "end to end", "rf-detr", "rtmo", "nanodet"]),
    x=st.floats(-500.0, 500.0),
    side=st.floats(3.0, 900.0),
)
def test_whatever_a_broken_network_says_people_stand_in_the_picture(
    tmp_path_factory: pytest.TempPathFactory, seed: int, kind: str, x: float, side: float
) -> None:
    rng = np.random.default_rng(seed)
    shapes: dict[str, list[tuple[int, ...]]] = {
        "yolox": [(1, 84, 6)],
        "end to end": [(1, 5, 5), (1, 5)],
        "rf-detr": [(1, 5, 4), (1, 5, 91)],
        "rtmo": [(1, 5, 5), (1, 5, 17, 3)],
        "nanodet": [(1, 64, 1), (1, 64, 44), (1, 16, 44), (1, 16, 1)],
    }
    junk = {f"junk{i}": rng.choice(_JUNK, shape).astype(np.float32) for i, shape in enumerate(shapes[kind])}
    nodes = [Node("Identity", [name], f"out{i}") for i, name in enumerate(junk)]
    gives = [(f"out{i}", "float32", shape) for i, shape in enumerate(shapes[kind])]
    path = write(tmp_path_factory.mktemp("junk") / "junk.onnx", ("float32", (1, 3, 64, 64)), nodes, junk, gives)
    picture = _picture_with_red(20, 20, 20)
    for f in PersonDetector(path).find(picture, Region(x, 10.0, side), 0.2):
        assert 0.0 <= f.x1 < f.x2 <= 200.0
        assert 0.0 <= f.y1 < f.y2 <= 160.0
        assert 0.2 <= f.score <= 1.0 + 1e-6
