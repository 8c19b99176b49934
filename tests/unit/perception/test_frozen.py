"""A camera that sends its last picture again and again is noticed; one that hovers over a still field is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sin
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from safeconduct.model.mission_time import NS
from safeconduct.perception import FROZEN_S, Footage, FrozenWatch, Picture
from safeconduct.perception.sample import scene

FPS = 25
FIELD = scene(640, 360)


def noisy(picture: Picture, number: int, rms: float = 2.0) -> Picture:
    noise = np.random.default_rng(number).normal(0.0, rms, picture.shape)
    return np.asarray(np.clip(picture + noise, 0.0, 255.0), np.uint8)


def hovering(count: int, away_px: float) -> list[Picture]:
    """Up to so far to either side once in five seconds, with the sensor's noise."""
    found = []
    for k in range(count):
        off = away_px * sin(2.0 * np.pi * 0.2 * k / FPS)
        shift = np.array([[1.0, 0.0, off], [0.0, 1.0, off / 2.0]])
        moved = cv2.warpAffine(FIELD, shift, (640, 360), borderMode=cv2.BORDER_REFLECT)
        found.append(noisy(np.asarray(moved, np.uint8), k))
    return found


def coded(path: Path, pictures: Sequence[Picture], crf: int, key_every: int) -> list[Picture]:
    """As they come out of an H.264 link."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        options = {"tune": "zerolatency", "preset": "veryfast", "g": str(key_every), "crf": str(crf)}
        stream.options = options
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    with Footage(str(path)) as footage:
        return [frame.picture for frame in footage.read()]


def still_s(pictures: Iterable[Picture]) -> list[float]:
    watch = FrozenWatch()
    return [watch.take(picture, NS + k * NS // FPS) for k, picture in enumerate(pictures)]


def test_the_same_picture_again_and_again_is_frozen_until_another_comes() -> None:
    first, other = noisy(FIELD, 1), noisy(scene(640, 360, "standing", 200, 80), 2)
    watch = FrozenWatch()
    ages = [watch.take(first, NS + k * NS // 10) for k in range(21)]
    assert ages == pytest.approx([k / 10 for k in range(21)])
    assert watch.take(other, 4 * NS) == 0.0
    assert watch.different_t_ns == 4 * NS


@pytest.mark.parametrize(("crf", "key_every"), [(18, 12), (18, 250), (23, 250), (30, 250)])
def test_frozen_pictures_are_noticed_through_a_coder_and_its_key_pictures(
    tmp_path: Path, crf: int, key_every: int
) -> None:
    live = hovering(25, 2.0)
    ages = still_s(coded(tmp_path / "frozen.mkv", live + [live[-1]] * 75, crf, key_every))
    assert max(ages[:25]) < FROZEN_S
    assert ages[-1] > 2.0


def test_a_still_scene_with_the_sensors_noise_is_not_frozen() -> None:
    assert max(still_s(noisy(FIELD, k, 1.0) for k in range(100))) < 0.1


@pytest.mark.parametrize(("crf", "away_px"), [(18, 0.5), (23, 0.5), (23, 1.0), (30, 1.0), (35, 3.0)])
def test_a_hover_is_not_frozen_though_the_coder_wipes_out_the_noise(tmp_path: Path, crf: int, away_px: float) -> None:
    assert max(still_s(coded(tmp_path / "hover.mkv", hovering(150, away_px), crf, 250))) < FROZEN_S


def test_a_picture_of_another_size_is_another_and_the_smallest_are_compared_too() -> None:
    watch = FrozenWatch()
    sizes = [(4, 5), (4, 5), (90, 160), (2160, 3840)]
    ages = [watch.take(np.full((high, wide, 3), 90, np.uint8), (k + 1) * NS) for k, (high, wide) in enumerate(sizes)]
    assert ages == [0.0, 1.0, 0.0, 0.0]
