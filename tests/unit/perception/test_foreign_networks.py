"""A network of another kind than those known is refused in one line that names it and what it has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.__main__ import main
from safeconduct.model.faults import BadInput
from safeconduct.perception import PersonDetector, PoseReader
from unit.perception.footage import clip, pictures
from unit.perception.tiny_networks import Node, Sides, write

_PLANES: tuple[str, Sides] = ("float32", (1, 3, 64, 64))

_FOREIGN: dict[str, tuple[tuple[str, Sides], list[tuple[int, ...]]]] = {
    "classifier": (_PLANES, [(1, 1000)]),
    "YOLOv8": (("float32", (1, 3, 640, 640)), [(1, 84, 8400)]),
    "YOLOv5, three boxes a cell": (_PLANES, [(1, 3 * 84, 85)]),
    "YOLOX of another size": (_PLANES, [(1, 8400, 85)]),
    "RT-DETR, logits first": (_PLANES, [(1, 300, 80), (1, 300, 4)]),
    "boxes without labels": (_PLANES, [(1, 100, 5)]),
    "boxes of turned rectangles": (_PLANES, [(1, 100, 6), (1, 100)]),
    "hand with 21 joints": (_PLANES, [(1, 21, 128), (1, 21, 128)]),
    "SimCC of another size": (_PLANES, [(1, 17, 384), (1, 17, 512)]),
    "RTMO with 14 joints": (_PLANES, [(1, 10, 5), (1, 10, 14, 3)]),
    "heatmaps": (_PLANES, [(1, 17, 16, 16)]),
    "MoveNet multi-pose": (("int32", (1, 256, 256, 3)), [(1, 6, 56)]),
    "grey": (("float32", (1, 1, 64, 64)), [(1, 84, 85)]),
    "two pictures": (("float32", (2, 3, 64, 64)), [(2, 84, 85)]),
    "a number": (("float32", (1,)), [(1,)]),
    "whole numbers of 64 bits": (("int64", (1, 3, 64, 64)), [(1, 84, 85)]),
    "a picture larger than any": (("float32", (1, 3, 64, 5000)), [(1, 84, 85)]),
    "nothing said": (_PLANES, [(1, 0, 0)]),
}


def _foreign(path: Path, takes: tuple[str, Sides], gives: list[tuple[int, ...]], **more: Any) -> Path:
    constants = {f"c{i}": np.zeros(shape, np.float32) for i, shape in enumerate(gives)}
    nodes = [Node("Identity", [name], f"o{i}") for i, name in enumerate(constants)]
    return write(path, takes, nodes, constants, [(f"o{i}", "float32", s) for i, s in enumerate(gives)], **more)


@pytest.mark.parametrize("kind", _FOREIGN)
@pytest.mark.parametrize("opens", [PersonDetector, PoseReader])
def test_a_network_of_another_kind_is_refused_in_one_line(tmp_path: Path, kind: str, opens: Any) -> None:
    path = _foreign(tmp_path / "foreign.onnx", *_FOREIGN[kind])
    with pytest.raises(BadInput) as refused:
        opens(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_network_with_a_second_input_is_refused(tmp_path: Path) -> None:
    sizes = ("sizes", "int64", (1, 2))
    path = _foreign(tmp_path / "two.onnx", _PLANES, [(1, 84, 85)], more_inputs=[sizes])
    with pytest.raises(
        BadInput, match=r"one picture as its only input, has picture float\[1, 3, 64, 64\], sizes int64"
    ):
        PersonDetector(path)


def test_a_network_that_does_not_run_on_one_picture_is_refused(tmp_path: Path) -> None:
    nodes = [Node("Reshape", ["picture", "row"], "output")]
    constants = {"row": np.array([1, 84, 85], np.int64)}
    takes: tuple[str, Sides] = ("float32", ("batch", 3, "height", "width"))
    path = write(tmp_path / "odd.onnx", takes, nodes, constants, [("output", "float32", (1, 84, 85))])
    with pytest.raises(BadInput, match=r"does not run on one picture of \[1, 3, 640, 640\]"):
        PersonDetector(path)


def test_the_two_files_swapped_are_named(tmp_path: Path) -> None:
    pose = _foreign(tmp_path / "pose.onnx", ("float32", (1, 3, 256, 192)), [(1, 17, 384), (1, 17, 512)])
    boxes = _foreign(tmp_path / "boxes.onnx", _PLANES, [(1, 84, 85)])
    PoseReader(pose)
    PersonDetector(boxes)
    with pytest.raises(BadInput, match=r"float\[1, 3, 256, 192\] → \[1, 17, 384\], \[1, 17, 512\].*RTMDet"):
        PersonDetector(pose)
    with pytest.raises(BadInput, match=r"float\[1, 3, 64, 64\] → \[1, 84, 85\].*RTMPose"):
        PoseReader(boxes)


def test_watch_says_so_in_its_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    film = clip(tmp_path / "clip.mp4", pictures(None, 0.5))
    path = _foreign(tmp_path / "foreign.onnx", *_FOREIGN["YOLOv8"])
    for option in ("--detector", "--pose"):
        monkeypatch.setattr("sys.argv", ["safeconduct", "watch", str(film), option, str(path)])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 2
        said = capsys.readouterr().err
        assert said.startswith(f"safeconduct: {path}: has tensors float[1, 3, 640, 640] → [1, 84, 8400]; give a ")
        assert said.count("\n") == 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 900), st.binary(max_size=40))
def test_a_torn_file_is_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, kept: int, then: bytes) -> None:
    path = _foreign(tmp_path_factory.mktemp("torn") / "torn.onnx", _PLANES, [(1, 4, 4)])
    path.write_bytes(path.read_bytes()[: min(kept, len(path.read_bytes()) - 1)] + then)
    with pytest.raises(BadInput) as refused:
        PersonDetector(path)
    assert "\n" not in str(refused.value)
