"""Textures by chance that repeat without a seam: grain of soil and grass, tufts, patches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Tile = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]


def spectral(seed: int, side: int, finest: float, coarsest: float, slope: float) -> Field:
    """(side, side) noise of mean 0 and deviation 1 that tiles; wavelengths from `finest` to `coarsest` px.

    slope: of the spectrum, 0 white, 1 clouds.
    """
    rng = np.random.default_rng([seed, side, int(coarsest * 16)])
    wave = np.fft.rfft2(rng.standard_normal((side, side), dtype=np.float32))
    fy = np.fft.fftfreq(side)[:, None]
    fx = np.fft.rfftfreq(side)[None, :]
    f = np.sqrt(fy * fy + fx * fx)
    f[0, 0] = 1.0
    shape = f**-slope * np.exp(-((f * finest * 0.5) ** 4)) * (1.0 - np.exp(-((f * coarsest) ** 4)))
    shape[0, 0] = 0.0
    out = np.fft.irfft2(wave * shape, (side, side)).astype(np.float32)
    return np.asarray(out / (out.std() or 1.0), dtype=np.float32)


def as_bytes(field: Field, deviation: float) -> Tile:
    """Mean 128; `deviation` grey levels."""
    return np.asarray(np.clip(128.0 + deviation * field, 0.0, 255.0), np.uint8)


def repeated(tile: Tile, rows: int, cols: int, down: int = 0, across: int = 0) -> Tile:
    """The tile laid over (rows, cols), shifted by so many px."""
    tile = np.roll(tile, (down, across), (0, 1))
    times = -(-rows // tile.shape[0]), -(-cols // tile.shape[1])
    return np.ascontiguousarray(np.tile(tile, times)[:rows, :cols])


def grain_tile(seed: int, deviation: float) -> Tile:
    """(512, 512): blades, clods and small stones, for what lies nearer than the colours resolve. Mean 128.

    deviation: in grey levels. Nothing in it is larger than a tenth of the tile, so that its
    repetition does not show from above.
    """
    fine = spectral(seed + 1, 512, 2.0, 12.0, 0.4)
    tufts = spectral(seed + 2, 512, 5.0, 44.0, 1.0)
    blades = spectral(seed + 3, 512, 4.0, 24.0, 0.6)
    # Blades of grass and straw: thin bright strokes where two smooth noises cross.
    strokes = np.exp(-((blades * 3.0) ** 2)) * (0.6 + 0.4 * tufts)
    grain = 0.35 * fine + 0.9 * tufts + 0.9 * (strokes - strokes.mean())
    grain = np.sign(grain) * np.abs(grain) ** 0.9
    grain -= grain.mean()
    return as_bytes((grain / grain.std()).astype(np.float32), deviation)
