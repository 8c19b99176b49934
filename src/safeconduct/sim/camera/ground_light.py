"""Light and shadow laid over the land once: colours as they are seen under this sky, in ever coarser copies.

The copies (each half the one before) are what a far pixel reads, so that distance does not glitter.
"""

from __future__ import annotations

from math import tan

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.light import STEEPEST_SUN, Light
from safeconduct.sim.camera.relief import Bytes, Floats, Planted, Relief

Window = tuple[slice, slice]

_LEVELS = 7
_SHADOW_LOOKS_M = (0.25, 0.5, 0.8, 1.2, 1.7, 2.3, 3.0, 4.0, 5.3, 7.0, 9.5, 13.0, 18.0, 25.0, 35.0)
_LEAF_SHADE = 0.72  # of the sun that a crown takes


def brightness(relief: Relief, light: Light, plants: Floats | None, window: Window) -> tuple[Floats, Floats]:
    """Sun (cosine, 0 in shadow) and open sky (0 to 1) on each cell inside window, as two fields of its shape.

    plants: share of the sun that plants leave, of the shape of the whole field, or None.
    """
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
    if light.sun_share > 0.02:
        facing *= _sunlit(heights, relief.cell_m, light)
    if plants is not None:
        facing *= plants[wide]
        sky *= np.float32(0.7) + np.float32(0.3) * plants[wide]
    inner = tuple(slice(s.start - w.start, s.stop - w.start) for s, w in zip(window, wide, strict=True))
    return facing[inner[0], inner[1]].astype(np.float32), np.minimum(sky[inner[0], inner[1]], np.float32(1.1))


def _sunlit(heights: Floats, cell_m: float, light: Light) -> Floats:
    """1 in the sun, 0 in the shadow of higher ground, soft between."""
    level = float(np.hypot(light.to_sun[0], light.to_sun[1]))
    rise = float(light.to_sun[2]) / max(level, 1e-3)
    reach_m = (float(heights.max()) - float(heights.min())) / rise
    lit = np.ones_like(heights)
    size = heights.shape[1], heights.shape[0]
    for away_m in _SHADOW_LOOKS_M:
        if away_m > reach_m + 1.0:
            break
        dx, dy = (light.to_sun[k] / max(level, 1e-3) * away_m / cell_m for k in (0, 1))
        shift = np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]], np.float32)
        there = cv2.warpAffine(
            heights, shift, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
        )
        # 0.7 less what it stands too high, by the width of the half-shadow: all in one pass, the field is large.
        soft_m = 0.06 + 0.03 * away_m
        free = cv2.addWeighted(there, -1.0 / soft_m, heights, 1.0 / soft_m, 0.7 + away_m * rise / soft_m)
        cv2.min(lit, free, dst=lit)
    np.clip(lit, 0.0, 1.0, out=lit)
    return lit


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
    lit = np.empty_like(colours)
    for k in range(3):
        field = light.shown((facing * light.sun[k] + sky * light.sky[k]).astype(np.float32))
        # Stretched as bytes: the large fields are made once a second at most, but they are large.
        bytes_ = cv2.convertScaleAbs(field, alpha=100.0)
        stretched = cv2.resize(bytes_, size, interpolation=cv2.INTER_LINEAR) if size != bytes_.shape[::-1] else bytes_
        lit[..., k] = cv2.multiply(np.ascontiguousarray(colours[..., k]), stretched, scale=0.01)
    return lit


def levels(lit: Bytes) -> list[Bytes]:
    """The picture of the land in ever coarser copies, the finest first."""
    out = [lit]
    while len(out) < _LEVELS and min(out[-1].shape[:2]) >= 16:
        out.append(halved(out[-1]))
    return out


def halved(picture: npt.NDArray[np.uint8]) -> Bytes:
    high, wide = picture.shape[:2]
    return np.asarray(cv2.resize(picture, (wide // 2, high // 2), interpolation=cv2.INTER_AREA), np.uint8)
