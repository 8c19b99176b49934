"""A sign as its reader wants it: straight, enlarged, its contrast stretched; and how well it can be read.

Crops are made from the source picture in one step, so that nothing is resampled twice.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture
from safeconduct.perception.ink import Mask, ink_in, rows_of_letters

Points = npt.NDArray[np.float64]

READABLE_PX = 12.0
"""Letters this high in the source picture are read; of 8.5 px they are not (FIELD.md section 6 has both)."""

_ENLARGES = (2.0, 6.0)
_WIDE_PX = 360.0  # of a crop, where the limits above allow it
_QUICK, _QUICK_PX = (0.5, 4.0), 132.0  # the same of a crop that is only measured
_LARGEST_PX = 1600
_MARGIN = 0.04  # of the sign, that is shown beyond its edges
_TAILS = (1.0, 99.0)  # percentiles that become black and white
_GAIN = 5.0  # at most
_STROKE = 0.3  # of the crop's height, that a stroke is wide at most
_INNER = 0.05  # of its sides are not looked at: the edge of the plate is no ink


class Straight(NamedTuple):
    """picture: BGR, the reader's view. scale: px of it for one px of the source, up and down."""

    picture: Picture
    scale: float


class Legibility(NamedTuple):
    """letters_px: height of the letters in the source picture, 0 where no line of writing stands out. lettering: 0 to
    1, how much it looks like writing. sharpness: mean slope over contrast, for comparing views of one sign."""

    letters_px: float
    lettering: float
    sharpness: float


def straighten(picture: Picture, corners: Points, proportion: float | None = None, quick: bool = False) -> Straight:
    """corners: of the sign, px, clockwise from its upper left. proportion: of width to height where it is known; else
    they are those that the sides have in the picture, as one view does not tell how far a sheet is tilted. quick:
    small, to be measured."""
    ahead = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    wide, high = max(2.0, (ahead[0] + ahead[2]) / 2.0), max(2.0, (ahead[1] + ahead[3]) / 2.0)
    source_px = high
    if proportion is not None:
        wide, high = max(wide, proportion * high), max(high, wide / proportion)
    limits = _QUICK if quick else _ENLARGES
    scale = float(np.clip((_QUICK_PX if quick else _WIDE_PX) / max(wide, high), *limits))
    middle = corners.mean(axis=0)
    grown = middle + (corners - middle) * (1.0 + 2.0 * _MARGIN)
    out_w, out_h = (min(_LARGEST_PX, round(side * (1.0 + 2.0 * _MARGIN) * scale)) for side in (wide, high))
    target = np.array([[0, 0], [out_w, 0], [out_w, out_h], [0, out_h]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(grown.astype(np.float32), target)
    flags = cv2.INTER_LINEAR if quick else cv2.INTER_CUBIC
    straight = cv2.warpPerspective(picture, matrix, (out_w, out_h), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Straight(np.asarray(straight, np.uint8), out_h / (source_px * (1.0 + 2.0 * _MARGIN)))


def stretched(crop: Picture) -> Picture:
    """Its darkest and brightest tones made black and white, its colours kept as far as that allows."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    low, high = (float(v) for v in np.percentile(grey, _TAILS))
    gain = min(_GAIN, 255.0 / max(1.0, high - low))
    return np.asarray(cv2.convertScaleAbs(np.maximum(crop.astype(np.float32) - low, 0.0), alpha=gain), np.uint8)


def legibility(straight: Straight, bright: bool = False) -> Legibility:
    """Of writing that fills the crop, darker than what it stands on; or brighter."""
    grey = np.asarray(cv2.cvtColor(straight.picture, cv2.COLOR_BGR2GRAY), np.uint8)
    high, wide = grey.shape
    edge_x, edge_y = round((_INNER + _MARGIN) * wide), round((_INNER + _MARGIN) * high)
    inner = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.4 * straight.scale), np.uint8)
    ink = ink_in(inner, max(7, round(_STROKE * high)), bright, step=14.0, share=0.18)
    within = slice(edge_y, high - edge_y), slice(edge_x, wide - edge_x)
    mask, contrast, plate = ink.mask[within], ink.contrast[within], inner[within]
    if mask.size == 0 or not mask.any():
        return Legibility(0.0, 0.0, _sharpness(grey))
    rows = [(a, b) for a, b in rows_of_letters(mask) if b - a >= 2.0 * straight.scale]
    if not rows:
        return Legibility(0.0, 0.0, _sharpness(grey))
    sizes = np.array([b - a for a, b in rows], np.float64)
    weights = np.array([float(mask[a:b].sum()) for a, b in rows])
    tall = float(sizes[np.argsort(sizes)][np.searchsorted(np.cumsum(weights[np.argsort(sizes)]), weights.sum() / 2.0)])
    lettering = _lettering(mask, contrast, plate, rows, tall / high)
    return Legibility(round(float(tall / straight.scale), 2), round(lettering, 3), _sharpness(grey))


def _lettering(
    mask: Mask, contrast: npt.NDArray[np.float32], plate: Mask, rows: list[tuple[int, int]], tall: float
) -> float:
    """A product of doubts: enough ink and not too much, dark, on an even plate, in lines, of several strokes."""
    on = mask > 0
    share = float(on.mean())
    dark = float(contrast[on].mean())
    evenness = float(plate[~on].std()) / max(1.0, float(plate[~on].mean()) * dark)
    changes = [np.abs(np.diff(mask[a:b].astype(np.int8), axis=1)).sum(axis=1).mean() / 2.0 for a, b in rows]
    strokes = float(max(changes))
    in_lines = float(sum(mask[a:b].sum() for a, b in rows)) / float(on.sum())
    return (
        _ramp(share, 0.03, 0.08)
        * _ramp(-share, -0.6, -0.45)
        * _ramp(dark, 0.2, 0.4)
        * _ramp(-evenness, -0.7, -0.25)
        * _ramp(strokes, 1.2, 2.6)
        * _ramp(in_lines, 0.5, 0.8)
        * _ramp(-tall, -0.95, -0.75)
    )


def _ramp(value: float, none: float, full: float) -> float:
    return float(np.clip((value - none) / (full - none), 0.0, 1.0))


def _sharpness(grey: Mask) -> float:
    low, high = (float(v) for v in np.percentile(grey, (2.0, 98.0)))
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.125)
    return round(float(cv2.magnitude(across, down).mean()) / max(8.0, high - low), 4)
