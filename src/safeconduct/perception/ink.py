"""Ink: strokes that are darker, or brighter, than what is close on both sides of them. Letters are made of it.

Closing (or opening) a picture with a window wider than a stroke wipes strokes out and leaves the plate they stand on;
the difference is ink. All in px of a patch that is scaled so that letters have strokes of one to ten px.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

_STEP = 22  # grey levels between ink and plate, at least
_SHARE = 0.3  # of the brighter of the two, at least


class Ink(NamedTuple):
    """mask: 1 where ink is. contrast: 0 to 1, the step over the brighter side. plate: the grey under and about it."""

    mask: Mask
    contrast: Floats
    plate: Mask


def disc(across_px: int) -> Mask:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across_px, across_px)), np.uint8)


def ink_in(grey: Mask, stroke_px: int, bright: bool = False, step: float = _STEP, share: float = _SHARE) -> Ink:
    """Strokes at most about stroke_px wide. bright: brighter than the plate (cloth or boards laid on the ground)."""
    window = np.ones((stroke_px | 1, stroke_px | 1), np.uint8)  # a square, which costs the same however large it is
    plate = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_OPEN if bright else cv2.MORPH_CLOSE, window), np.uint8)
    off = cv2.absdiff(plate, grey)
    top = cv2.max(grey, 1) if bright else cv2.max(plate, 1)
    contrast = np.asarray(cv2.divide(off, top, scale=1.0 / 255.0, dtype=cv2.CV_32F), np.float32) * 255.0
    mask = ((off > step) & (contrast > share)).astype(np.uint8)
    return Ink(mask, contrast, plate)


def rows_of_letters(mask: Mask, least: float = 0.5) -> list[tuple[int, int]]:
    """Lines of writing in a straightened crop: (first row, row after the last) where ink lies, by rows of the mask."""
    profile = mask.sum(axis=1).astype(np.float64)
    if profile.max(initial=0.0) <= 0.0:
        return []
    profile = np.convolve(profile, np.ones(3) / 3.0, "same")
    on = profile > least * np.percentile(profile, 95)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
