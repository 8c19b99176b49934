from __future__ import annotations

import cv2
import numpy as np
import pytest

from safeconduct.model.geometry import Enu
from safeconduct.sim.camera.level_sheet import LevelSheet
from safeconduct.sim.camera.relief import Bytes, Floats
from safeconduct.sim.scene import View
from unit.camera.field import camera, scene


def copies(picture: Bytes, count: int = 3) -> list[Bytes]:
    out = [picture]
    for _ in range(count - 1):
        out.append(np.ascontiguousarray(out[-1][::2, ::2]))
    return out


def at(x: float, y: float) -> tuple[Floats, Floats]:
    return np.full((2, 2), x, np.float32), np.full((2, 2), y, np.float32)


@pytest.mark.parametrize("channels", [(), (3,)])
def test_each_pixel_reads_the_copy_of_its_level(channels: tuple[int, ...]) -> None:
    levels = [np.full((side, side, *channels), tone, np.uint8) for side, tone in ((32, 10), (16, 20), (8, 30))]
    sheet = LevelSheet(levels, cv2.BORDER_REPLICATE)
    level = np.array([[-2.0, 0.9], [1.0, 7.0]], np.float32)
    for corner in (0.0, 16.0, 32.0):
        found = sheet.read(*at(corner, corner), level, -2.0, 8.0).reshape(2, 2, -1)
        assert (found == np.array([[10, 10], [20, 30]])[..., None]).all()


def test_a_tile_goes_on_over_its_edge() -> None:
    tile = np.arange(16, dtype=np.uint8)[:, None].repeat(16, 1) * 10
    sheet = LevelSheet(copies(tile), cv2.BORDER_WRAP)
    seam = sheet.read(*at(5.0, 0.0), np.zeros((2, 2), np.float32), 0.0, 0.5)
    assert (np.abs(seam.astype(int) - 75) <= 1).all()  # half the first row, 0, and half the last, 150


def test_what_is_written_to_a_level_is_read() -> None:
    sheet = LevelSheet(copies(np.zeros((16, 16, 3), np.uint8)), cv2.BORDER_REPLICATE)
    sheet.levels[0][4:8, 4:8] = (1, 2, 3)
    assert sheet.read(*at(6.0, 6.0), np.zeros((2, 2), np.float32), 0.0, 0.5)[0, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize("pitch_deg", [-4.0, -12.0, -25.0])
def test_no_pixel_of_the_ground_is_left_out(pitch_deg: float) -> None:
    shot = camera().shoot(scene(), View(Enu(0.0, -38.0, 11.0), 0.0, pitch_deg, 0.0, 60.0), 0)
    assert shot.picture.max(axis=2).min() > 15
