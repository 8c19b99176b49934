"""The shipped networks are the documented ones, and a file that is no such network is refused in one line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from safeconduct.model.faults import BadInput
from safeconduct.perception import PersonDetector, PoseReader, Region
from safeconduct.perception.network import WEIGHTS
from safeconduct.perception.sample import scene
from safeconduct.perception.search import around
from safeconduct.perception.showing import NORMAL_BGR, NORMAL_RGB, RAW_BGR, Colours, tensor


def test_the_shipped_weights_are_those_whose_provenance_is_written_down() -> None:
    lines = (WEIGHTS / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split() for line in lines)}
    assert set(sums) == {p.name for p in WEIGHTS.glob("*.onnx")}
    for name, digest in sums.items():
        assert hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() == digest
    provenance = (WEIGHTS / "PROVENANCE.md").read_text()
    assert all(f"{p.name}`" in provenance for p in WEIGHTS.iterdir() if p.suffix in {".onnx", ".txt"})


def test_a_missing_broken_or_foreign_network_is_named_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a network")
    for make, path in (
        (PersonDetector, tmp_path / "none.onnx"),
        (PersonDetector, broken),
        (PersonDetector, WEIGHTS / "movenet-lightning-tuned.onnx"),
        (PoseReader, WEIGHTS / "nanodet.onnx"),
    ):
        with pytest.raises(BadInput) as refused:
            make(path)
        assert str(path) in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_person_on_bare_ground_is_found_once_and_nobody_elsewhere() -> None:
    detector = PersonDetector()
    there = scene(416, 320, "standing", 100, 80)
    found = [f for f in detector.find(there, Region(0.0, 0.0, 416.0)) if f.score >= 0.4]
    assert len(found) == 1
    x1, y1, x2, y2, _ = found[0]
    assert 150 < (x1 + x2) / 2 < 230
    assert 85 < y2 - y1 < 125
    assert not [f for f in detector.find(scene(416, 320), Region(0.0, 0.0, 416.0)) if f.score >= 0.3]


def test_a_region_may_hang_over_the_edge_or_lie_outside() -> None:
    detector = PersonDetector()
    there = scene(416, 320, "standing", 100, 80)
    found = [f for f in detector.find(there, Region(-100.0, -60.0, 416.0)) if f.score >= 0.4]
    assert len(found) == 1
    assert not detector.find(there, Region(2000.0, 2000.0, 50.0), floor=0.4)


def test_a_wide_picture_shown_as_it_is_gives_the_same_body_as_one_padded_to_a_square() -> None:
    detector = PersonDetector()
    wide = scene(832, 470, "standing", 100, 80)
    padded = np.full((832, 832, 3), 114, np.uint8)
    padded[:470] = wide
    (a,), (b,) = ([f for f in detector.find(p, Region(0.0, 0.0, 832.0, 832)) if f.score >= 0.4] for p in (wide, padded))
    assert max(abs(u - v) for u, v in zip(a[:4], b[:4], strict=True)) < 4.0
    assert abs(a.score - b.score) < 0.1


def test_raised_wrists_are_read_above_the_nose_and_hanging_ones_below() -> None:
    detector, reader = PersonDetector(), PoseReader()
    heights = {}
    for bearing in ("standing", "hands_up"):
        there = scene(416, 320, bearing, 100, 80)
        pose = reader.read(there, detector.find(there, Region(0.0, 0.0, 416.0))[0])
        assert len(pose) == 17
        heights[bearing] = [pose[wrist].y - pose[0].y for wrist in (9, 10)]
    assert max(heights["hands_up"]) < 0 < min(heights["standing"])


def test_the_softmax_of_huge_logits_stays_finite() -> None:
    from safeconduct.perception.network import softmax

    parts = softmax(np.array([[1e4, 0.0, -1e4]], np.float32))
    assert np.allclose(parts, [[1.0, 0.0, 0.0]])


@pytest.mark.parametrize("colours", [RAW_BGR, NORMAL_BGR, NORMAL_RGB])
def test_what_a_network_is_shown_is_the_picture_less_the_mean_to_the_bit(colours: Colours) -> None:
    shown = np.random.default_rng(4).integers(0, 256, (48, 32, 3), dtype=np.uint8)
    ordered = shown[..., ::-1] if colours.red_first else shown
    mean, deviation = (np.array(three, np.float32) for three in colours[1:])
    reckoned = (ordered.astype(np.float32) - mean) / deviation
    given = tensor(shown, colours)
    assert given.dtype == np.float32
    assert given.flags.c_contiguous
    assert np.array_equal(given, reckoned.transpose(2, 0, 1)[None])


def test_a_near_look_at_one_person_costs_no_more_than_a_tile_and_finds_the_same_body() -> None:
    detector = PersonDetector()
    there = scene(416, 320, "standing", 100, 80)
    (whole,) = (f for f in detector.find(there, Region(0.0, 0.0, 416.0)) if f.score >= 0.4)
    near = around(whole, 416, 320, detector.near_px)
    (close,) = (f for f in detector.find(there, near) if f.score >= 0.4)
    assert np.allclose(close[:4], whole[:4], atol=8.0)
    assert detector.near_px <= detector.size_px
