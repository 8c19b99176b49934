"""Tracks that wheels have worn into the fields: two ruts, and what grows between them."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, fsum, hypot, pi, sin
from random import Random

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.grounds import Line
from safeconduct.sim.land.palette import Palette
from safeconduct.sim.land.sheet import Patch, Sheet

_GAUGE_M = 1.7
_RUT_M = 0.5
_WORN_M = 3.2
_RUT_DEEP_M = 0.03
_STRIDE_M = 2.0
_SQUARE = 96  # cells
_AROUND = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
_SHIFT = 4  # bits of the places within a pixel


def drive(sheet: Sheet, tracks: tuple[Line, ...], palette: Palette, seed: int) -> None:
    """Wear every track into colours and heights. Ruts are 3 cm deep: feet on `Ground` need not know them."""
    for number, line in enumerate(tracks):
        at = np.array(_wandering(line, Random(f"track {seed} {number}")))
        px = (at - sheet.origin) / sheet.cell_m
        pad = ceil((_WORN_M + 1.0) / sheet.cell_m)
        stride = ceil(_STRIDE_M / sheet.cell_m)
        # Square by square, so that a track across the whole corridor costs its own area and no cell is worn twice.
        near = np.floor((px[:, None, :] + (pad + stride) * _AROUND) / _SQUARE).astype(int).reshape(-1, 2)
        for col, row in sorted(set(map(tuple, near.tolist()))):
            patch = sheet.cells(row * _SQUARE, col * _SQUARE, (row + 1) * _SQUARE, (col + 1) * _SQUARE)
            if patch is not None:
                corner = np.array([max(col, 0), max(row, 0)]) * _SQUARE - pad
                _wear(patch, px - corner, pad, sheet.cell_m, palette)


def _wear(patch: Patch, px: npt.NDArray[np.float64], pad: int, cell_m: float, palette: Palette) -> None:
    """Distances from the middle of the track, read off a drawn line, shade everything. px: in the padded patch."""
    rows, cols = patch.heights.shape
    line = np.full((rows + 2 * pad, cols + 2 * pad), 255, np.uint8)
    cv2.polylines(line, [np.round(px * (1 << _SHIFT)).astype(np.int32)], False, 0, 1, cv2.LINE_8, _SHIFT)
    away = cv2.distanceTransform(line, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[pad : pad + rows, pad : pad + cols]
    away = away * np.float32(cell_m)
    worn = np.clip((_WORN_M / 2.0 - away) * 1.2 + 0.5 * patch.coarse, 0.0, 0.5) * (away < 1.4 * _WORN_M)
    patch.paint(palette.rut, worn)
    off = np.abs(away - _GAUGE_M / 2.0)
    rut = np.clip((_RUT_M / 2.0 + 0.08 - off) * 5.0 + 0.35 * patch.fine, 0.0, 1.0) * (off < _RUT_M)
    patch.paint(palette.rut, rut, 0.3)
    patch.darken(0.22 * np.clip((0.15 - off) * 8.0, 0.0, 1.0))
    np.subtract(patch.heights, _RUT_DEEP_M * rut, out=patch.heights, casting="same_kind")


def _wandering(line: Line, rng: Random) -> list[tuple[float, float]]:
    """The line with the small curves of real driving, a place every two metres."""
    wave = [(rng.uniform(0.0, 2.0 * pi), rng.uniform(25.0, 60.0), rng.uniform(0.3, 0.9)) for _ in range(2)]
    places: list[tuple[float, float]] = []
    walked = 0.0
    for (e1, n1), (e2, n2) in pairwise(line):
        length = hypot(e2 - e1, n2 - n1) or 1e-6
        count = max(1, round(length / _STRIDE_M))
        for i in range(count):
            s = walked + length * i / count
            aside = fsum(size * sin(phase + 2.0 * pi * s / far) for phase, far, size in wave)
            t = i / count
            places.append(
                (e1 + (e2 - e1) * t - (n2 - n1) / length * aside, n1 + (n2 - n1) * t + (e2 - e1) / length * aside)
            )
        walked += length
    places.append(line[-1])
    return places
