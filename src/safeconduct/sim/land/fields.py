"""The patchwork of fields, at one metre: which crop grows where, its colours, where rows run and where verges lie."""

from __future__ import annotations

from math import atan2, cos, radians, sin
from random import Random
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.grounds import Box, Place
from safeconduct.sim.land.noise import spectral
from safeconduct.sim.land.palette import Crop, Palette, bgr

_STRIP_M = (70.0, 170.0)
_FIELD_M = (120.0, 320.0)
_VERGE_M = 1.6
_ROW_M = 1.25
_TRAMLINE_M = 18.0
_ROW_LUT_M = 0.1

Float = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


class Fields(NamedTuple):
    """base, accent: (rows, cols, 3) BGR at 1 m; rows: 0 to 255, how much rows show there. turn_rad: of the rows."""

    base: Bytes
    accent: Bytes
    rows: Bytes
    turn_rad: float


def lay_fields(box: Box, route: tuple[Place, ...], palette: Palette, seed: int) -> Fields:
    """Strips of fields across the country, turned to the route by chance."""
    rng = Random(f"fields {seed}")
    turn = rng.uniform(radians(8.0), radians(28.0))
    if len(route) > 1:
        turn += atan2(route[-1][1] - route[0][1], route[-1][0] - route[0][0])
    rows, cols = round(box.north - box.south), round(box.east - box.west)
    wander = spectral(seed + 11, 512, 24.0, 400.0, 1.6)
    wander = np.tile(wander, (-(-rows // 512), -(-cols // 512)))[:rows, :cols]
    east = np.arange(cols, dtype=np.float32)[None, :] + np.float32(box.west + 0.5)
    north = np.arange(rows, dtype=np.float32)[:, None] + np.float32(box.south + 0.5)
    u = east * np.float32(cos(turn)) + north * np.float32(sin(turn)) + 0.8 * wander
    v = north * np.float32(cos(turn)) - east * np.float32(sin(turn)) + 0.8 * np.roll(wander, 200, 1)
    # Strips run along u; each is cut across into fields.
    strip_bounds = _bounds(rng, float(v.min()), float(v.max()), _STRIP_M)
    strip = np.searchsorted(strip_bounds, v).astype(np.int32)
    base = np.empty((rows, cols, 3), np.float32)
    accent = np.empty_like(base)
    rowness = np.zeros((rows, cols), np.float32)
    edge = np.full((rows, cols), 1e9, np.float32)
    low, high = float(u.min()), float(u.max())
    for i in range(len(strip_bounds) + 1):
        inside = strip == i
        if not inside.any():
            continue
        ui, vi = u[inside], v[inside]
        bounds = _bounds(rng, low - rng.uniform(0.0, _FIELD_M[1]), high, _FIELD_M)
        number = np.searchsorted(bounds, ui)
        crops = [_crop(palette, rng) for _ in range(len(bounds) + 1)]
        tones = [rng.uniform(0.92, 1.08) for _ in crops]
        base[inside] = np.array([bgr(c.base) * t for c, t in zip(crops, tones, strict=True)], np.float32)[number]
        accent[inside] = np.array([bgr(c.accent) * t for c, t in zip(crops, tones, strict=True)], np.float32)[number]
        rowness[inside] = np.array([c.rows for c in crops], np.float32)[number]
        beside = strip_bounds[max(i - 1, 0) : i + 1]
        along = np.min(np.abs(ui[:, None] - bounds[None, :]), axis=1)
        edge[inside] = np.minimum(along, np.min(np.abs(vi[:, None] - beside[None, :]), axis=1))
    verge = np.clip((_VERGE_M + 0.3 * wander - edge) / 1.2 + 0.5, 0.0, 1.0)[:, :, None]
    base += (bgr(palette.verge) - base) * verge
    accent += (bgr(palette.verge) * 1.06 - accent) * verge
    rowness *= 1.0 - verge[:, :, 0]
    # Broad light and dark: moisture, slope, trampling.
    broad = spectral(seed + 12, 512, 6.0, 220.0, 1.1)
    broad = np.tile(broad, (-(-rows // 512), -(-cols // 512)))[:rows, :cols]
    base *= (1.0 + 0.06 * np.clip(broad, -2.5, 2.5))[:, :, None]
    return Fields(
        np.clip(base, 0.0, 255.0).astype(np.uint8),
        np.clip(accent, 0.0, 255.0).astype(np.uint8),
        cv2.GaussianBlur((rowness * 255.0).astype(np.uint8), (3, 3), 0),
        turn,
    )


def row_shade(box: Box, rows: int, cols: int, cell_m: float, turn_rad: float, seed: int) -> Bytes:
    """(rows, cols): 128 where nothing shows, lighter and darker along the rows of a crop and the marks of wheels."""
    rng = np.random.default_rng([seed, 21])
    reach = abs(box.east) + abs(box.west) + abs(box.north) + abs(box.south)
    v = np.arange(-reach, reach, _ROW_LUT_M, dtype=np.float32)
    row = np.floor(v / _ROW_M).astype(np.int64)
    each = rng.standard_normal(int(row.max() - row.min()) + 1).astype(np.float32)[row - row.min()]
    shade = (17.0 + 5.0 * each) * np.sin(v * np.float32(2.0 * np.pi / _ROW_M))
    from_wheels = np.minimum(np.abs(v % _TRAMLINE_M - 4.0), np.abs(v % _TRAMLINE_M - 5.9))
    shade = np.where(from_wheels < 0.25, -40.0, shade)
    lut = np.clip(128.0 + shade, 0.0, 255.0).astype(np.uint8)
    east = (box.west + (np.arange(cols) + 0.5) * cell_m) * -sin(turn_rad)
    north = (box.south + (np.arange(rows) + 0.5) * cell_m) * cos(turn_rad)
    across = ((east + reach) / _ROW_LUT_M).astype(np.int32)
    down = (north / _ROW_LUT_M).astype(np.int32)
    return np.take(lut, np.add.outer(down, across), mode="clip")


def _bounds(rng: Random, low: float, high: float, width: tuple[float, float]) -> Float:
    places = [low + rng.uniform(*width) * 0.5]
    while places[-1] < high:
        places.append(places[-1] + rng.uniform(*width))
    return np.array(places, np.float32)


def _crop(palette: Palette, rng: Random) -> Crop:
    return rng.choices(palette.crops, [c.share for c in palette.crops])[0]
