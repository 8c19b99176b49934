"""What the detectors give: people as boxes in a picture. And the pieces of pictures that they look at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, blue, green, red."""


class Region(NamedTuple):
    """A square of the picture, px: top left corner and side. It may hang over the picture's edge.

    shown_px: the side in which a network of open size is shown it; None: in the network's own.
    """

    x: float
    y: float
    side: float
    shown_px: int | None = None


class Found(NamedTuple):
    """One person in one picture, px of the whole picture: left, top, right, bottom; score 0 to 1."""

    x1: float
    y1: float
    x2: float
    y2: float
    score: float


def intersection_px2(a: Found, b: Found) -> float:
    return max(0.0, min(a.x2, b.x2) - max(a.x1, b.x1)) * max(0.0, min(a.y2, b.y2) - max(a.y1, b.y1))


def area_px2(a: Found) -> float:
    return (a.x2 - a.x1) * (a.y2 - a.y1)


def overlap(a: Found, b: Found) -> float:
    """Intersection over union, 0 to 1."""
    both = intersection_px2(a, b)
    union = area_px2(a) + area_px2(b) - both
    return both / union if union > 0.0 else 0.0


_LARGEST_BODY = 16.0  # times the area of a piece of it


def without_overlaps(found: list[Found], shared: float = 0.5, swallowed: float = 1.1) -> list[Found]:
    """Greedy non-maximum suppression, best first.

    shared: intersection over union above which the weaker goes. swallowed: intersection over the smaller's area above
    which the weaker goes too (for pieces of one body seen from two tiles; above 1 this is off), unless it is so small
    in the other that it is no piece of a body: a whole trench is taken for a person too, and he who stands in it stays.
    """
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: -f.score):
        for other in kept:
            both, area, its_area = intersection_px2(one, other), area_px2(one), area_px2(other)
            piece = its_area <= _LARGEST_BODY * area
            if both > shared * (area + its_area - both) or (piece and both > swallowed * min(area, its_area)):
                break
        else:
            kept.append(one)
    return kept
