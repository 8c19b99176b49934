"""The ground's picture: for every pixel the colour of the land where its ray ends, with fine grain up close."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.ground_light import halved
from safeconduct.sim.camera.level_sheet import LevelSheet
from safeconduct.sim.camera.march import COARSE_PX
from safeconduct.sim.camera.pinhole import Pinhole
from safeconduct.sim.camera.relief import Bytes, Floats, Laid, Relief
from safeconduct.sim.scene import Picture

_BAND_PX = 16 * COARSE_PX  # the picture is painted in bands of so many rows: what a core keeps close at hand
_DITHER_PX = 64


class GroundPaint:
    """levels: lit colours of the land, the finest first (`ground_light.levels`); changed where craters come."""

    def __init__(self, land: Laid, relief: Relief, levels: list[Bytes], seed: int) -> None:
        self._relief = relief
        self._texels = levels[0].shape[0] / relief.heights_m.shape[0]
        self._size = levels[0].shape[1], levels[0].shape[0]
        self._sheet = LevelSheet(levels, cv2.BORDER_REPLICATE)
        self.levels = self._sheet.levels
        self._grain_m = float(land.grain_m)
        self._grain_texels = land.grain.shape[0]
        self._grains = LevelSheet(_halves(land.grain), cv2.BORDER_WRAP)
        chance = np.random.default_rng(seed)
        self._dither = chance.random((_DITHER_PX, _DITHER_PX), dtype=np.float32)

    def draw(self, camera: Pinhole, depth: Floats) -> Picture:
        """depth: of the ground in every pixel, m. Returns the lit ground; the sky is not yet in it."""
        high, wide = depth.shape
        # Level 0 where a pixel covers a metre. Between two levels pixels are dealt out by a fixed pattern: a hard line
        # would show.
        coarse = self._level(camera, depth)
        level = np.asarray(cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_LINEAR), np.float32)
        picture = np.empty((high, wide, 3), np.uint8)
        ways = self._ways(camera)
        for top in range(0, high, _BAND_PX):
            rows = slice(top, min(high, top + _BAND_PX))
            near = coarse[max(0, top // COARSE_PX - 1) : rows.stop // COARSE_PX + 2]
            bounds = float(near.min()), float(near.max()) + 1.0
            self._band(camera, depth[rows], level[rows], bounds, ways, top, picture[rows])
        return picture

    def _ways(self, camera: Pinhole) -> list[tuple[npt.NDArray[np.float32], np.float32]]:
        """Of the places to read, each as it grows with a pixel's way aside, down and forward, and where it starts:
        column and row of the land's texels, column and row of the grain, in tiles.
        """
        east, north, up = np.eye(3)
        column, row = self._relief.to_cells(float(camera.place[0]), float(camera.place[1]))
        texels = self._texels / self._relief.cell_m
        tiles = 1.0 / self._grain_m
        # A wall's grain runs with its height, else it would be drawn out into stripes.
        along = (east * texels, north * texels, (east + 0.6 * up) * tiles, (north + 0.8 * up) * tiles)
        start = (
            (column + 0.5) * self._texels,
            (row + 0.5) * self._texels,
            (camera.place[0] * tiles) % 1.0,
            (camera.place[1] * tiles) % 1.0,
        )
        return [((camera.axes @ way).astype(np.float32), np.float32(s)) for way, s in zip(along, start, strict=True)]

    def _band(
        self,
        camera: Pinhole,
        depth: Floats,
        level: Floats,
        bounds: tuple[float, float],
        ways: list[tuple[npt.NDArray[np.float32], np.float32]],
        top: int,
        out: Picture,
    ) -> None:
        """Paint rows from `top` on. bounds: of the level in them, dither included."""
        high, wide = depth.shape
        a = (np.arange(wide, dtype=np.float32) + np.float32(0.5 - camera.width_px / 2.0)) / np.float32(camera.focal_px)
        b = (np.arange(high, dtype=np.float32) + np.float32(top + 0.5 - camera.height_px / 2.0)) / np.float32(
            camera.focal_px
        )
        x, y, u, v = (
            _reached(depth, np.add.outer(b * way[1], a * way[0] + way[2]).astype(np.float32), start)
            for way, start in ways
        )
        dither = np.tile(self._dither, (-(-high // _DITHER_PX), -(-wide // _DITHER_PX)))[:high, :wide]
        level = level + dither
        for cells, size in ((x, self._size[0]), (y, self._size[1])):
            _mirrored(cells, float(size))
        shift = float(np.log2(self._texels / self._relief.cell_m))
        ground = self._sheet.read(x, y, level + np.float32(shift), bounds[0] + shift, bounds[1] + shift)
        for tiles in (u, v):
            np.subtract(tiles, np.floor(tiles), out=tiles)
            np.multiply(tiles, np.float32(self._grain_texels), out=tiles)
        shift = float(np.log2(self._grain_texels / self._grain_m))
        grain = self._grains.read(u, v, level + np.float32(shift), bounds[0] + shift, bounds[1] + shift)
        cv2.multiply(ground, cv2.merge([grain, grain, grain]), dst=out, scale=1.0 / 128.0)

    def _level(self, camera: Pinhole, depth: Floats) -> Floats:
        """Log 2 of what a pixel covers on the ground, m, of every COARSE_PX-th: between its width and its length."""
        some = np.ascontiguousarray(depth[::COARSE_PX, ::COARSE_PX])
        rise = camera.rays(COARSE_PX)[2]
        slant = np.clip(-rise, np.float32(0.06), np.float32(1.0))
        return np.asarray(np.log2(some * np.float32(1.0 / camera.focal_px) / np.sqrt(slant)), np.float32)


def _reached(depth: Floats, way: Floats, start: np.float32) -> Floats:
    way *= depth
    way += start
    return way


def _mirrored(cells: Floats, size: float) -> None:
    """Beyond its edges the land is mirrored once, and then goes on as it is there."""
    if float(cells.min()) >= 0.0 and float(cells.max()) <= size:
        return
    np.abs(cells, out=cells)
    np.subtract(np.float32(size), cells, out=cells)
    np.abs(cells, out=cells)
    np.subtract(np.float32(size), cells, out=cells)
    np.maximum(cells, np.float32(0.0), out=cells)


def _halves(grain: Bytes) -> list[Bytes]:
    """The tile in ever coarser copies."""
    out = [grain]
    while out[-1].shape[0] >= 16:
        out.append(halved(out[-1]))
    return out
