"""What a machine reads on a sign is a hint: by a network's file, by tesseract where it is there, or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from safeconduct.model.faults import BadInput
from safeconduct.perception import Hint, LineReader, Picture
from safeconduct.perception.line_reading import lines_of
from safeconduct.runtime.sign_reading import Tesseract, sign_reader
from safeconduct.runtime.watch import run_watch
from unit.perception.footage import clip
from unit.perception.test_signs import shown
from unit.perception.tiny_networks import Node, _part, write


def recogniser(path: Path, width: int | str = "wide", letters: bytes | None = b"I\nB") -> Path:
    """A network for which every dark column is an I."""
    nodes = [
        Node("ReduceMean", ["picture"], "light", {"axes": [1, 2], "keepdims": 0}),
        Node("Unsqueeze", ["light", "last"], "column"),
        Node("Mul", ["column", "votes"], "score"),
        Node("Softmax", ["score"], "classes", {"axis": 2}),
    ]
    votes = np.array([[[20.0, -20.0, 0.0]]], np.float32)  # none, I, B
    constants: dict[str, np.ndarray] = {"last": np.array([2], np.int64), "votes": votes}
    gives = [("classes", "float32", (1, width if isinstance(width, int) else "steps", 3))]
    write(path, ("float32", (1, 3, 48, width)), nodes, constants, gives)
    if letters is not None:
        path.write_bytes(path.read_bytes() + _part(14, _part(1, b"character") + _part(2, letters)))
    return path


def bars(*columns: int, rows: tuple[int, ...] = (20,)) -> Picture:
    """Light cardboard with dark bars 30 px high and 12 wide."""
    crop = np.full((20 + 60 * len(rows), 260, 3), (150, 190, 210), np.uint8)
    for top in rows:
        for left in columns:
            crop[top : top + 30, left : left + 12] = 20
    return crop


@pytest.mark.parametrize("width", ["wide", 320])
def test_a_named_network_reads_the_lines_from_the_top(tmp_path: Path, width: int | str) -> None:
    read = LineReader(recogniser(tmp_path / "net.onnx", width))
    hint = read(bars(60, 110, 160))
    assert hint is not None
    assert hint.text == "III"
    assert 0.5 < hint.confidence <= 1.0
    two = read(bars(60, 110, rows=(20, 80)))
    assert two is not None
    assert two.text == "II\nII"
    assert read(np.full((80, 200, 3), 180, np.uint8)) is None


def test_lines_are_cut_with_room_about_them() -> None:
    (line,) = lines_of(bars(60, 110))
    assert 30 < line.shape[0] < 60
    assert 62 < line.shape[1] < 100


def test_a_network_that_reads_no_lines_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="recogniser of lines"):
        LineReader(recogniser(tmp_path / "dumb.onnx", letters=None))
    with pytest.raises(BadInput, match="recogniser of lines"):
        LineReader(recogniser(tmp_path / "many.onnx", letters="\n".join("ABCDEFG").encode()))
    with pytest.raises(BadInput, match="no such model file"):
        sign_reader(str(tmp_path / "none.onnx"))


def test_nobody_reads_where_none_is_asked_for_and_what_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_reader("none") is None
    monkeypatch.setenv("PATH", "")
    assert sign_reader("auto") is None
    with pytest.raises(BadInput, match="not installed"):
        sign_reader("tesseract")


def test_a_program_that_fails_or_says_nonsense_is_no_hint(tmp_path: Path) -> None:
    for said in ("exit 3", "echo eng; echo 'a\tb'", "printf '\\377\\376'", "echo eng; head -c 99999 /dev/zero"):
        program = tmp_path / "reads"
        program.write_text(f"#!/bin/sh\n{said}\n")
        program.chmod(0o755)
        assert Tesseract(str(program))(bars(60)) is None
    assert Tesseract(str(tmp_path / "missing"))(bars(60)) is None


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_tesseract_reads_large_plain_letters() -> None:
    crop = np.full((160, 420, 3), (150, 190, 210), np.uint8)
    cv2.putText(crop, "HELP US", (30, 100), cv2.FONT_HERSHEY_SIMPLEX, 2.4, (20, 20, 20), 7, cv2.LINE_AA)
    read = sign_reader("tesseract")
    assert read is not None
    hint = read(crop)
    assert isinstance(hint, Hint)
    assert "HELP" in hint.text
    assert hint.confidence > 0.5


def test_watch_writes_the_sign_as_a_picture_and_tells_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = [shown("300", 160.0, t_s=0.5 * (k // 5)).picture for k in range(35)]
    folder = tmp_path / "signs"
    source = clip(tmp_path / "sign.mp4", pictures)
    net = recogniser(tmp_path / "net.onnx")
    assert run_watch(str(source), json=True, signs=folder, ocr=str(net)) == 0
    said = capsys.readouterr()
    report = json.loads(said.out.splitlines()[-1])
    (sign,) = report["signs"]
    assert sign["track"] in {t["id"] for t in report["tracks"]}
    assert sign["to_s"] - sign["from_s"] >= 1.0
    assert len(sign["corners"]) == 4
    assert 16.0 < sign["letters_px"] < 32.0
    assert sign["hint"] is None or set(sign["hint"]) == {"text", "confidence"}
    picture = cv2.imread(sign["picture"])
    assert picture is not None
    assert picture.shape[1] > 250
    assert [p.name for p in folder.iterdir()] == [Path(sign["picture"]).name]
    assert "sign of person" in " ".join(said.err.split())


def test_without_the_option_no_sign_is_looked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = clip(tmp_path / "sign.mp4", [shown("300", 160.0).picture] * 5)
    assert run_watch(str(source), json=True) == 0
    assert "signs" not in json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_folder_that_cannot_be_is_named_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    source = clip(tmp_path / "sign.mp4", [shown("300", 160.0).picture] * 2)
    with pytest.raises(BadInput, match="cannot be such a folder"):
        run_watch(str(source), signs=tmp_path / "file", ocr="none")
