"""The ground's picture: for every pixel the colour of the land where its ray ends, with fine grain up close."""

from __future__ import annotations

import cv2
import numpy as np

from safeconduct.sim.camera.ground_light import halved
from safeconduct.sim.camera.march import COARSE_PX
from safeconduct.sim.camera.pinhole import Pinhole
from safeconduct.sim.camera.relief import Bytes, Floats, Laid, Relief
from safeconduct.sim.scene import Picture

_FAR_TEXEL = 30_000.0  # OpenCV counts them in 16 bits
_DITHER_PX = 64


class GroundPaint:
    """levels: lit colours of the land, the finest first (`ground_light.levels`); changed where craters come."""

    def __init__(self, land: Laid, relief: Relief, levels: list[Bytes], seed: int) -> None:
        self._relief = relief
        self.levels = levels
        self._texels = levels[0].shape[0] / relief.heights_m.shape[0]
        self._grain_m = float(land.grain_m)
        self._grains = _grains(land.grain)
        chance = np.random.default_rng(seed)
        self._dither = chance.random((_DITHER_PX, _DITHER_PX), dtype=np.float32)

    def draw(self, camera: Pinhole, depth: Floats) -> Picture:
        """depth: of the ground in every pixel, m. Returns the lit ground; the sky is not yet in it."""
        east, north, up = camera.rays()
        place = camera.place
        per_cell = np.float32(1.0 / self._relief.cell_m)
        column, row = self._relief.to_cells(float(place[0]), float(place[1]))
        level_m = self._level(camera, depth)
        x = depth * east
        y = depth * north
        z = depth * up
        # A wall's grain runs with its height, else it would be drawn out into stripes.
        grain = self._grain(
            (x + np.float32(0.6) * z) + np.float32(place[0] % self._grain_m),
            (y + np.float32(0.8) * z) + np.float32(place[1] % self._grain_m),
            level_m,
        )
        x = (x * per_cell + np.float32(column + 0.5)) * np.float32(self._texels)
        y = (y * per_cell + np.float32(row + 0.5)) * np.float32(self._texels)
        texel_m = self._relief.cell_m / self._texels
        ground = self._chosen(self.levels, x, y, np.log2(level_m / np.float32(texel_m)))
        return np.asarray(cv2.multiply(ground, cv2.merge([grain, grain, grain]), scale=1.0 / 128.0), np.uint8)

    def _level(self, camera: Pinhole, depth: Floats) -> Floats:
        """What a pixel covers on the ground, m, of every COARSE_PX-th pixel: between its width and its length."""
        some = np.ascontiguousarray(depth[::COARSE_PX, ::COARSE_PX])
        rise = camera.rays(COARSE_PX)[2]
        slant = np.clip(-rise, np.float32(0.06), np.float32(1.0))
        return np.asarray(some * np.float32(1.0 / camera.focal_px) / np.sqrt(slant), np.float32)

    def _grain(self, x_m: Floats, y_m: Floats, level_m: Floats) -> Bytes:
        per_m = np.float32(1.0 / self._grain_m)
        x, y = x_m * per_m, y_m * per_m
        x -= np.floor(x)
        y -= np.floor(y)
        size = self._grains[0].shape[0] - 1
        texel_m = self._grain_m / size
        level = np.log2(level_m / np.float32(texel_m))
        return self._chosen(self._grains, x * np.float32(size), y * np.float32(size), level)

    def _chosen(self, levels: list[Bytes], x: Floats, y: Floats, coarse_level: Floats) -> Bytes:
        """Bilinear values at texels (x, y) of the finest level, each pixel from the level that fits what it covers.

        Between two levels pixels are dealt out by a fixed pattern: a hard line would show.
        """
        high, wide = x.shape
        stepped = np.clip(coarse_level, -1.0, len(levels) - 1.01).astype(np.float32)
        lowest, highest = float(stepped.min()), float(stepped.max())
        first = max(0, int(np.floor(lowest)))
        if highest <= 0.0:
            return _looked_up(levels[0], x, y, 1.0)
        spread = cv2.resize(stepped, (wide, high), interpolation=cv2.INTER_LINEAR)
        tiles = -(-high // _DITHER_PX), -(-wide // _DITHER_PX)
        chosen = np.maximum(spread + np.tile(self._dither, tiles)[:high, :wide], np.float32(0.0)).astype(np.uint8)
        out = np.empty((high, wide, *levels[0].shape[2:]), np.uint8)
        # Rows in which each level can come up, from the coarse field: a reading of it between rows stays in its bounds.
        lows = cv2.erode(stepped.min(axis=1), np.ones((3, 1), np.uint8)).ravel()
        highs = cv2.dilate(stepped.max(axis=1), np.ones((3, 1), np.uint8)).ravel()
        for level in range(first, int(np.floor(highest + 1.0)) + 1):
            least = -np.inf if level == 0 else level - 1.0
            there = np.flatnonzero((lows < level + 1.0) & (highs >= least))
            if len(there):
                rows = slice(int(there[0]) * COARSE_PX, min(high, int(there[-1] + 1) * COARSE_PX))
                part = levels[min(level, len(levels) - 1)]
                found = _looked_up(part, x[rows], y[rows], part.shape[0] / levels[0].shape[0])
                cv2.copyTo(found, cv2.compare(chosen[rows], level, cv2.CMP_EQ), out[rows])
        return out


def _looked_up(level: Bytes, x: Floats, y: Floats, scale: float) -> Bytes:
    """x, y: of the finest level, counted from its corner. Beyond the edge the land is mirrored."""
    columns = np.clip(x * np.float32(scale) - np.float32(0.5), -_FAR_TEXEL, _FAR_TEXEL)
    rows = np.clip(y * np.float32(scale) - np.float32(0.5), -_FAR_TEXEL, _FAR_TEXEL)
    return np.asarray(cv2.remap(level, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.uint8)


def _grains(grain: Bytes) -> list[Bytes]:
    """The tile in ever coarser copies, each with its first row and column again at the end, so that tiles join."""
    out, tile = [], grain
    while tile.shape[0] >= 8:
        out.append(np.ascontiguousarray(np.pad(tile, ((0, 1), (0, 1)), mode="wrap")))
        tile = halved(tile)
    return out
