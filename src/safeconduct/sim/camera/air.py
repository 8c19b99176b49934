"""What is between the lens and the world: sky, haze, rain."""

from __future__ import annotations

import cv2
import numpy as np

from safeconduct.sim.camera.light import Light
from safeconduct.sim.camera.march import COARSE_PX, FAR_M
from safeconduct.sim.camera.pinhole import Pinhole
from safeconduct.sim.camera.relief import Floats, Relief
from safeconduct.sim.scene import Picture

_NO_HAZE = 0.012  # less is not seen
_BEYOND_M = 220.0  # so far past its edge the land has faded away
_THICK_M = 400.0  # air that lets one see no farther is fog
_STREAKS_PX = 512


def veil(picture: Picture, depth: Floats, camera: Pinhole, light: Light, relief: Relief) -> Picture:
    """The ground behind its haze, and the sky where there is no ground. Changes picture and returns it."""
    rays = camera.rays(COARSE_PX)
    some = np.ascontiguousarray(depth[::COARSE_PX, ::COARSE_PX])
    slant = np.sqrt(rays[0] ** 2 + rays[1] ** 2 + rays[2] ** 2)
    share = 1.0 - np.exp(some * slant * np.float32(-3.0 / light.see_m))
    share = np.maximum(share, _beyond(some, rays, camera, relief))
    hazy = np.flatnonzero(share.max(axis=1) > _NO_HAZE)
    if not len(hazy):
        return picture
    # Only the rows that need it.
    first, last = max(0, int(hazy[0]) - 1), int(hazy[-1]) + 2
    share, some, slant, rise = (a[first:last] for a in (share, some, slant, rays[2]))
    rows = slice(first * COARSE_PX, min(camera.height_px, last * COARSE_PX))
    high, wide = rows.stop - rows.start, camera.width_px
    grown = share.shape[1] * COARSE_PX, share.shape[0] * COARSE_PX
    deep = depth[rows]
    if light.see_m < _THICK_M:
        # At an edge in fog every pixel counts by itself.
        full = np.asarray(cv2.convertScaleAbs(cv2.exp(deep * np.float32(-3.0 / light.see_m)), alpha=-255.0, beta=255.0))
    else:
        small = cv2.convertScaleAbs(share, alpha=255.0)
        full = np.ascontiguousarray(cv2.resize(small, grown, interpolation=cv2.INTER_LINEAR)[:high, :wide])
    if bool((some >= FAR_M).any()):
        full[deep >= FAR_M] = 255
        height = np.clip(rise / slant * np.float32(2.0), 0.0, 1.0)[..., None] * np.float32(
            min(1.0, light.see_m / 2000.0)
        )
        shades = light.haze + (light.zenith - light.haze) * height
        sky = cv2.resize(shades.astype(np.uint8), grown, interpolation=cv2.INTER_LINEAR)[:high, :wide]
        behind = cv2.multiply(sky, cv2.merge([full, full, full]), scale=1.0 / 255.0)
    else:
        levels = np.arange(256, dtype=np.float32)[:, None] * light.haze * np.float32(1.0 / 255.0)
        behind = cv2.LUT(cv2.merge([full, full, full]), np.rint(levels).astype(np.uint8)[:, None, :])
    clear = np.asarray(cv2.bitwise_not(full))
    view = picture[rows]
    cv2.multiply(view, cv2.merge([clear, clear, clear]), dst=view, scale=1.0 / 255.0)
    cv2.add(view, behind, dst=view)
    return picture


def _beyond(depth: Floats, rays: tuple[Floats, Floats, Floats], camera: Pinhole, relief: Relief) -> Floats:
    """0 on the land, 1 far outside it."""
    column, row = relief.to_cells(float(camera.place[0]), float(camera.place[1]))
    x = (depth * rays[0] + np.float32(column * relief.cell_m)) * np.float32(1.0 / _BEYOND_M)
    y = (depth * rays[1] + np.float32(row * relief.cell_m)) * np.float32(1.0 / _BEYOND_M)
    high, wide = (np.float32(n * relief.cell_m / _BEYOND_M) for n in relief.heights_m.shape)
    out = np.maximum(np.maximum(-x, x - wide), np.maximum(-y, y - high))
    return np.asarray(np.clip(out, 0.0, 1.0), np.float32)


class Rain:
    """Streaks over the picture. rain_mm_h: 0, none."""

    def __init__(self, rain_mm_h: float, width_px: int, height_px: int, brightness: float, seed: int) -> None:
        self._sheets: list[Picture] = []
        if rain_mm_h <= 0.0:
            return
        chance = np.random.default_rng(seed)
        count = int(90 * rain_mm_h**0.6 * (width_px * height_px) / (960 * 540))
        for _ in range(3):
            sheet = np.zeros((height_px + _STREAKS_PX, width_px + _STREAKS_PX), np.uint8)
            x = chance.uniform(0, sheet.shape[1], count)
            y = chance.uniform(0, sheet.shape[0], count)
            near = chance.uniform(0.25, 1.0, count) ** 2
            for a, b, n in zip(x, y, near, strict=True):
                end = int(a + 6 * n * height_px / 540), int(b + 60 * n * height_px / 540)
                cv2.line(sheet, (int(a), int(b)), end, int(26 + 50 * n * brightness), 1, cv2.LINE_AA)
            sheet = cv2.GaussianBlur(sheet, (3, 3), 0)
            self._sheets.append(cv2.merge([sheet, sheet, sheet]))

    def fall(self, picture: Picture, number: int) -> Picture:
        """number: any whole number; another one, other drops."""
        if not self._sheets:
            return picture
        sheet = self._sheets[number % len(self._sheets)]
        x, y = (number >> 4) % _STREAKS_PX, (number >> 14) % _STREAKS_PX
        high, wide = picture.shape[:2]
        return np.asarray(cv2.add(picture, np.ascontiguousarray(sheet[y : y + high, x : x + wide])), np.uint8)
