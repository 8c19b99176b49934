"""The land made ready to be drawn, and what new craters change in it."""

from __future__ import annotations

from math import ceil

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.ground_light import brightness, levels, lit_colours, plant_shade
from safeconduct.sim.camera.ground_paint import GroundPaint
from safeconduct.sim.camera.light import Light
from safeconduct.sim.camera.relief import Bytes, Floats, Laid, Relief, read
from safeconduct.sim.scene import Scar

_RIM = 1.9  # radii: as far as a new crater changes the ground
_SOOT = np.array([34.0, 40.0, 46.0], np.float32)  # BGR of freshly thrown earth
_RELIT_M = 3.0  # about a crater, where light and shadow change

Window = tuple[slice, slice]


class Terrain:
    """relief and paint: of the land with the craters last given to `scar`. albedo: colours before light; thermal
    pictures bring their own.
    """

    def __init__(self, land: Laid, light: Light, seed: int, albedo: Bytes | None = None) -> None:
        self.relief = Relief(land)
        self.light = light
        self._albedo = land.colours if albedo is None else albedo
        self._own_albedo = False  # the land's own colours are nobody's to change
        self._texels = self._albedo.shape[0] // self.relief.heights_m.shape[0]
        self._plants = plant_shade(self.relief, list(land.plants), light, seed)
        whole = slice(0, self.relief.heights_m.shape[0]), slice(0, self.relief.heights_m.shape[1])
        sun, sky = brightness(self.relief, light, self._plants, whole)
        self.paint = GroundPaint(land, self.relief, levels(lit_colours(self._albedo, light, sun, sky)), seed)
        self._sky = cv2.convertScaleAbs(sky, alpha=200.0)
        self._scars: tuple[Scar, ...] = ()
        self._kept: list[tuple[npt.NDArray[np.generic], Window, npt.NDArray[np.generic]]] = []

    def shade(self, east_m: float, north_m: float) -> tuple[float, float]:
        """Share of the sun that plants leave at a place on the ground, and the open sky there, 0 to 1."""
        column, row = self.relief.to_cells(east_m, north_m)
        x, y = np.array([[column]], np.float32), np.array([[row]], np.float32)
        sky = float(read(self._sky, x, y)[0, 0]) / 200.0
        return (1.0 if self._plants is None else float(read(self._plants, x, y)[0, 0])), sky

    def scar(self, scars: tuple[Scar, ...]) -> None:
        """Bring the ground to just these craters: older ones are filled up again, so that only the scene counts."""
        if scars == self._scars:
            return
        new = scars[len(self._scars) :] if scars[: len(self._scars)] == self._scars else None
        if new is None:
            for field, window, before in reversed(self._kept):
                field[window] = before
            self._kept, new = [], scars
        for one in new:
            self._dig(one)
        self._scars = scars

    def _change(self, field: npt.NDArray[np.generic], window: Window, values: npt.NDArray[np.generic]) -> None:
        self._kept.append((field, window, field[window].copy()))
        field[window] = values

    def _window(self, one: Scar, reach_m: float, cell_m: float, shape: tuple[int, ...]) -> Window | None:
        """Rows and columns within reach of a crater, in a field of cells so large, or None outside the land."""
        half = self.relief.cell_m / 2.0
        corner = self.relief.north_m - half, self.relief.east_m - half
        spans = []
        for place, start, most in zip((one.position.north, one.position.east), corner, shape, strict=False):
            low = max(0, int((place - reach_m - start) / cell_m))
            high = min(most, ceil((place + reach_m - start) / cell_m))
            if low >= high:
                return None
            spans.append(slice(low, high))
        return spans[0], spans[1]

    def _away(self, one: Scar, window: Window, cell_m: float) -> Floats:
        """Distance of each cell's middle from the crater's, in its radii."""
        start = -self.relief.cell_m / 2.0 + cell_m / 2.0
        rows = np.arange(window[0].start, window[0].stop) * cell_m + self.relief.north_m + start - one.position.north
        cols = np.arange(window[1].start, window[1].stop) * cell_m + self.relief.east_m + start - one.position.east
        return np.asarray(np.hypot(rows[:, None], cols[None, :]) / one.radius_m, np.float32)

    def _dig(self, one: Scar) -> None:
        relief = self.relief
        window = self._window(one, _RIM * one.radius_m, relief.cell_m, relief.heights_m.shape)
        if window is None:
            return
        away = self._away(one, window, relief.cell_m)
        bowl = np.where(away < 1.0, (away * away - 1.0) * one.depth_m, 0.0)
        rim = 0.28 * one.depth_m * np.exp(-(((away - 1.1) / 0.22) ** 2))
        self._change(relief.heights_m, window, relief.heights_m[window] + (bowl + rim).astype(np.float32))
        for hull in (relief.roof_m, relief.floor_m):
            everything = slice(0, hull.shape[0]), slice(0, hull.shape[1])
            self._kept.append((hull, everything, hull.copy()))
        relief.renew_hulls(window)
        self._burn(one)
        self._relight(one)

    def _burn(self, one: Scar) -> None:
        """Thrown earth lies over what grew there, in streaks outwards."""
        texel_m = self.relief.cell_m / self._texels
        window = self._window(one, 2.6 * one.radius_m, texel_m, self._albedo.shape)
        if window is None:
            return
        if not self._own_albedo:
            self._albedo, self._own_albedo = self._albedo.copy(), True
        away = self._away(one, window, texel_m)
        chance = np.random.default_rng(int(abs(one.position.east) * 97 + abs(one.position.north) * 8191))
        cover = np.clip(1.5 - 0.75 * away + chance.normal(0.0, 0.16, away.shape), 0.0, 1.0)[..., None]
        soil = _SOOT * np.clip(0.75 + 0.35 * away, 0.7, 1.35)[..., None]
        before = self._albedo[window]
        self._change(self._albedo, window, (before + (soil - before) * cover).astype(np.uint8))

    def _relight(self, one: Scar) -> None:
        """Light, and the coarser copies of it, about a new crater."""
        relief = self.relief
        window = self._window(one, 2.6 * one.radius_m + _RELIT_M, relief.cell_m, relief.heights_m.shape)
        if window is None:
            return
        sun, sky = brightness(relief, self.light, self._plants, window)
        self._change(self._sky, window, cv2.convertScaleAbs(sky, alpha=200.0))
        fine = tuple(slice(s.start * self._texels, s.stop * self._texels) for s in window)
        patch = lit_colours(np.ascontiguousarray(self._albedo[fine[0], fine[1]]), self.light, sun, sky)
        self._change(self.paint.levels[0], (fine[0], fine[1]), patch)
        rows, cols = fine
        for finer, coarser in zip(self.paint.levels, self.paint.levels[1:], strict=False):
            rows, cols = (
                slice(s.start // 2, min(most, -(-s.stop // 2)))
                for s, most in zip((rows, cols), coarser.shape, strict=False)
            )
            source = finer[2 * rows.start : 2 * rows.stop, 2 * cols.start : 2 * cols.stop]
            if min(source.shape[:2]) < 2:
                break
            size = cols.stop - cols.start, rows.stop - rows.start
            self._change(coarser, (rows, cols), cv2.resize(source, size, interpolation=cv2.INTER_AREA))
