"""Tracks that wheels have worn into the fields: two ruts, and what grows between them."""

from __future__ import annotations

from itertools import pairwise
from math import hypot, pi, sin
from random import Random

import cv2
import numpy as np

from safeconduct.sim.grounds import Line
from safeconduct.sim.land.palette import Palette
from safeconduct.sim.land.sheet import Patch, Sheet

_GAUGE_M = 1.7
_RUT_M = 0.5
_WORN_M = 3.2
_RUT_DEEP_M = 0.03
_STRIDE_M = 2.0
_PIECE = 40  # places; so many at a time are worked on together
_SHIFT = 4  # bits of the places within a pixel


def drive(sheet: Sheet, tracks: tuple[Line, ...], palette: Palette, seed: int) -> None:
    """Wear every track into colours and heights. Ruts are 3 cm deep: feet on `Ground` need not know them."""
    for number, line in enumerate(tracks):
        places = _wandering(line, Random(f"track {seed} {number}"))
        for i in range(0, len(places) - 1, _PIECE):
            piece = places[i : i + _PIECE + 1]
            east, north = zip(*piece, strict=True)
            reach = _WORN_M + 1.0
            patch = sheet.patch(min(east) - reach, min(north) - reach, max(east) + reach, max(north) + reach)
            if patch is not None:
                _wear(patch, piece, sheet.cell_m, palette)


def _wear(patch: Patch, places: list[tuple[float, float]], cell_m: float, palette: Palette) -> None:
    """Distances from the middle of the track, read off a drawn line, shade everything."""
    at = np.array(places)
    px = (at - (float(patch.east[0, 0]), float(patch.north[0, 0]))) / cell_m
    line = np.full(patch.heights.shape, 255, np.uint8)
    cv2.polylines(line, [np.round(px * (1 << _SHIFT)).astype(np.int32)], False, 0, 1, cv2.LINE_8, _SHIFT)
    away = cv2.distanceTransform(line, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * np.float32(cell_m)
    worn = np.clip((_WORN_M / 2.0 - away) * 1.2 + 0.5 * patch.coarse, 0.0, 0.5)
    patch.paint(palette.rut, worn)
    off = np.abs(away - _GAUGE_M / 2.0)
    rut = np.clip((_RUT_M / 2.0 + 0.08 - off) * 5.0 + 0.35 * patch.fine, 0.0, 1.0)
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
            aside = sum(size * sin(phase + 2.0 * pi * s / far) for phase, far, size in wave)
            t = i / count
            places.append(
                (e1 + (e2 - e1) * t - (n2 - n1) / length * aside, n1 + (n2 - n1) * t + (e2 - e1) / length * aside)
            )
        walked += length
    places.append(line[-1])
    return places
