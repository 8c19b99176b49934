"""Light and shadow laid over the land once: colours as they are seen under this sky, in ever coarser copies.

The copies (each half the one before) are what a far pixel reads, so that distance does not glitter.
"""

from __future__ import annotations

from math import tan

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.light import STEEPEST_SUN, Light
from safeconduct.sim.camera.relief import HULL_CELLS, Bytes, Floats, Planted, Relief

Window = tuple[slice, slice]

_LEVELS = 7
_SHADOW_LOOKS_M = (0.25, 0.5, 0.8, 1.2, 1.7, 2.3, 3.0, 4.0, 5.3, 7.0, 9.5, 13.0, 18.0, 25.0, 35.0)
_BAND, _TILE = 128, 64  # cells: lit in pieces that a core keeps close at hand
_LEAF_SHADE = 0.72  # of the sun that a crown takes


def brightness(relief: Relief, light: Light, plants: Floats | None, window: Window) -> tuple[Floats, Floats]:
    """Sun (cosine, 0 in shadow) and open sky (0 to 1) on each cell inside window, as two fields of its shape.

    plants: share of the sun that plants leave, of the shape of the whole field, or None.
    """
    rows, cols = window
    facing = np.empty((rows.stop - rows.start, cols.stop - cols.start), np.float32)
    sky = np.empty_like(facing)
    for top in range(rows.start, rows.stop, _BAND):
        band = slice(top, min(rows.stop, top + _BAND))
        out = slice(band.start - rows.start, band.stop - rows.start)
        sun, open_ = _slopes(relief, light, (band, cols))
        if light.sun_share > 0.02:
            sun *= _sunlit(relief, light, (band, cols))
        if plants is not None:
            sun *= plants[band, cols]
            open_ *= np.float32(0.7) + np.float32(0.3) * plants[band, cols]
        facing[out], sky[out] = sun, np.minimum(open_, np.float32(1.1))
    return facing, sky


def _slopes(relief: Relief, light: Light, window: Window) -> tuple[Floats, Floats]:
    """Sun and sky by the slope of each cell and by what stands around it, without cast shadows."""
    rows, cols = window
    edge = int(6.0 / relief.cell_m)
    wide = slice(max(0, rows.start - edge), rows.stop + edge), slice(max(0, cols.start - edge), cols.stop + edge)
    heights = relief.heights_m[wide]
    scale = 1.0 / (2.0 * relief.cell_m)
    slope_e = cv2.filter2D(heights, cv2.CV_32F, np.array([[-scale, 0.0, scale]], np.float32))
    slope_n = cv2.filter2D(heights, cv2.CV_32F, np.array([[-scale], [0.0], [scale]], np.float32))
    steep = 1.0 / cv2.sqrt(slope_e * slope_e + slope_n * slope_n + np.float32(1.0))
    sun_e, sun_n, sun_up = (np.float32(v) for v in light.to_sun)
    facing = np.clip((sun_up - sun_e * slope_e - sun_n * slope_n) * steep, 0.0, STEEPEST_SUN * sun_up)
    # Hidden from the sky by what stands higher around: trench floors, feet of walls.
    sky = np.ones_like(heights)
    for reach_m, weight in ((0.7, 0.30), (2.0, 0.28), (5.0, 0.10)):
        size = max(3, 2 * int(reach_m / relief.cell_m) + 1)
        low = cv2.blur(heights, (size, size), borderType=cv2.BORDER_REFLECT) - heights
        sky -= np.float32(weight) * np.clip(low / np.float32(reach_m * 0.6), -0.2, 1.0)
    sky *= np.float32(0.75) + np.float32(0.25) * steep
    inner = tuple(slice(s.start - w.start, s.stop - w.start) for s, w in zip(window, wide, strict=True))
    return facing[inner[0], inner[1]].astype(np.float32), sky[inner[0], inner[1]]


def _sunlit(relief: Relief, light: Light, window: Window) -> Floats:
    """1 in the sun, 0 in the shadow of higher ground, soft between."""
    level = max(float(np.hypot(light.to_sun[0], light.to_sun[1])), 1e-3)
    rise = float(light.to_sun[2]) / level
    rows, cols = window
    lit = np.ones((rows.stop - rows.start, cols.stop - cols.start), np.float32)
    whole = relief.heights_m
    edge = int(_SHADOW_LOOKS_M[-1] / relief.cell_m) + 1
    for top in range(rows.start, rows.stop, _TILE):
        for left in range(cols.start, cols.stop, _TILE):
            bottom, right = min(rows.stop, top + _TILE), min(cols.stop, left + _TILE)
            heights = whole[top:bottom, left:right]
            about = relief.roof_m[
                max(0, top - edge) // HULL_CELLS : (bottom + edge) // HULL_CELLS + 1,
                max(0, left - edge) // HULL_CELLS : (right + edge) // HULL_CELLS + 1,
            ]
            lowest, highest = float(heights.min()), float(about.max())
            part = lit[top - rows.start : bottom - rows.start, left - cols.start : right - cols.start]
            for away_m in _SHADOW_LOOKS_M:
                soft_m = 0.06 + 0.03 * away_m
                # Most land is too level for a shadow.
                if highest - lowest < away_m * rise - 0.3 * soft_m:
                    break
                dx, dy = (light.to_sun[k] / level * away_m / relief.cell_m for k in (0, 1))
                shift = np.array([[1.0, 0.0, left + dx], [0.0, 1.0, top + dy]], np.float32)
                there = cv2.warpAffine(
                    whole,
                    shift,
                    (right - left, bottom - top),
                    flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                    borderMode=cv2.BORDER_REPLICATE,
                )
                # 0.7 less what it stands too high, by the width of the half-shadow.
                free = cv2.addWeighted(there, -1.0 / soft_m, heights, 1.0 / soft_m, 0.7 + away_m * rise / soft_m)
                np.minimum(part, free, out=part)
    return np.clip(lit, np.float32(0.0), np.float32(1.0), out=lit)


def plant_shade(relief: Relief, plants: list[Planted], light: Light, seed: int) -> Floats | None:
    """Share of the sun that plants leave on each cell, or None without plants or sun."""
    if not plants or light.sun_share < 0.02:
        return None
    chance = np.random.default_rng(seed)
    leaves = chance.normal(size=(160, 3))
    leaves /= np.maximum(1.0, np.linalg.norm(leaves, axis=1) / 1.0)[:, None]
    foot = np.array([(p.east, p.north) for p in plants])
    tall = np.array([p.height_m for p in plants])
    wide = np.array([p.radius_m for p in plants])
    from_up = np.array([{"tree": 0.3, "stump": 0.0}.get(p.kind, 0.05) for p in plants])
    many = len(leaves)
    up = tall[:, None] * (from_up + (1 - from_up) * 0.5)[:, None] + leaves[:, 2] * (tall * (1 - from_up) * 0.5)[:, None]
    across = foot[:, None, :] + leaves[None, :, :2] * (wide * 0.9)[:, None, None]
    fall = np.minimum(up / max(tan(float(np.arcsin(light.to_sun[2]))), 0.12), 60.0)
    toward = light.to_sun[:2] / max(float(np.hypot(*light.to_sun[:2])), 1e-3)
    ground = across - toward * fall[:, :, None]
    cols = np.rint((ground[..., 0] - relief.east_m) / relief.cell_m).astype(np.int64).ravel()
    rows = np.rint((ground[..., 1] - relief.north_m) / relief.cell_m).astype(np.int64).ravel()
    share = np.repeat(wide * tall, many)
    high, broad = relief.heights_m.shape
    good = (cols >= 0) & (rows >= 0) & (cols < broad) & (rows < high)
    count = np.bincount(rows[good] * broad + cols[good], weights=share[good], minlength=high * broad)
    shade = count.reshape(high, broad).astype(np.float32)
    shade = cv2.GaussianBlur(shade, (0, 0), 0.35 / relief.cell_m)
    # share stands for the size of one leaf cluster: where clusters overlap the light is gone.
    return np.asarray(1.0 - _LEAF_SHADE * (1.0 - np.exp(-shade * np.float32(0.45))), np.float32)


def lit_colours(colours: Bytes, light: Light, facing: Floats, sky: Floats) -> Bytes:
    """Albedo (BGR) × light; facing and sky are of the heights' coarser shape and are stretched over the colours."""
    size = colours.shape[1], colours.shape[0]
    even = size == facing.shape[::-1]
    # The light as bytes, in hundredths: the large fields are made once a second at most, but they are large.
    lit = np.empty(colours.shape if even else (*facing.shape, 3), np.uint8)
    for top in range(0, len(facing), _BAND):
        band = slice(top, top + _BAND)
        parts = [light.shown(facing[band] * light.sun[k] + sky[band] * light.sky[k]) for k in range(3)]
        bright = cv2.merge([cv2.convertScaleAbs(part, alpha=100.0) for part in parts])
        lit[band] = cv2.multiply(colours[band], bright, scale=0.01) if even else bright
    if even:
        return lit
    stretched = cv2.resize(lit, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(colours, stretched, scale=0.01), np.uint8)


def levels(lit: Bytes) -> list[Bytes]:
    """The picture of the land in ever coarser copies, the finest first."""
    out = [lit]
    while len(out) < _LEVELS and min(out[-1].shape[:2]) >= 16:
        out.append(halved(out[-1]))
    return out


def halved(picture: npt.NDArray[np.uint8]) -> Bytes:
    high, wide = picture.shape[:2]
    return np.asarray(cv2.resize(picture, (wide // 2, high // 2), interpolation=cv2.INTER_AREA), np.uint8)
