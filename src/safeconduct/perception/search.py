"""Where to look: overlapping tiles of several sizes for those not yet found, one padded square around those who are.

A person must stand 20-30 px tall at the detector's input to be found and 80-110 px to be found well, so a whole 720p
picture squeezed into 416 px shows only those taller than about 100 px. Tiles of the input's own size find the small.
"""

from __future__ import annotations

from math import ceil

from safeconduct.perception.detector import PersonDetector
from safeconduct.perception.found import Found, Picture, Region, without_overlaps

BEST_HEIGHT_PX = 95.0
"""Of a standing person at the detector's input (measured on renders at 20-50° and kept from there)."""

MOST_ENLARGED = 1.9
"""Larger than that a small person becomes a smear: shown 95 px tall, one of 20 px scored 0.37 in the median, 38 px tall
0.68, and one of 30 px 0.53 and 0.74 (rendered lands that neither detector nor bench has)."""

DOUBTED_ENLARGED = (1.5, 3.0)
"""By turns, while it is not known whether it is a person: a bush seldom looks like one at both."""

_LEAST_SHOWN = 0.07  # a person's height as a share of a region's side, from which the detector finds him

_OVERLAP = 0.25  # of a tile: a person up to that tall stands whole in at least one tile
_LEVEL_RATIO = 2.2  # between tile sizes; people between two levels are within the detector's tolerance of both


def tiles(width_px: int, height_px: int, input_px: int) -> list[Region]:
    """The whole picture first, then finer and finer squares, row by row; together they cover it at every level."""
    whole = Region(0.0, 0.0, float(max(width_px, height_px)))
    regions = [whole]
    sides: list[float] = []
    side = float(input_px)
    while side < 0.75 * whole.side:
        sides.append(side)
        side *= _LEVEL_RATIO
    for side in reversed(sides):
        regions += [Region(x, y, side) for y in _starts(height_px, side) for x in _starts(width_px, side)]
    return regions


def _starts(length_px: int, side: float) -> list[float]:
    if length_px <= side:
        return [0.0]
    steps = ceil((length_px - side) / (side * (1.0 - _OVERLAP)))
    return [(length_px - side) * k / steps for k in range(steps + 1)]


def around(box: Found, width_px: int, height_px: int, input_px: int, most_enlarged: float = MOST_ENLARGED) -> Region:
    """The square about a person that shows him at the detector's best size, pushed inside the picture where it fits.

    input_px: the side in which it is to be shown. most_enlarged: where he is smaller than that size.
    """
    tall = max(box.y2 - box.y1, 0.6 * (box.x2 - box.x1), 8.0)
    widest = max((box.y2 - box.y1) / (1.1 * _LEAST_SHOWN), 2.0 * tall)  # else a look that misses him says nothing
    side = min(
        max(tall / BEST_HEIGHT_PX * input_px, min(input_px / most_enlarged, widest)), float(max(width_px, height_px))
    )
    return Region(
        _inside((box.x1 + box.x2) / 2.0 - side / 2.0, side, width_px),
        _inside((box.y1 + box.y2) / 2.0 - side / 2.0, side, height_px),
        side,
        input_px,
    )


def _inside(start: float, side: float, length_px: int) -> float:
    return max(0.0, min(start, length_px - side))


def whole_in(region: Region, box: Found) -> bool:
    return (
        box.x1 >= region.x
        and box.y1 >= region.y
        and box.x2 <= region.x + region.side
        and box.y2 <= region.y + region.side
    )


def shows(region: Region, box: Found) -> bool:
    """Would a look into the region find him? The middle half of the body lies in it, at a size the detector reads."""
    w, h = (box.x2 - box.x1) / 4.0, (box.y2 - box.y1) / 4.0
    core = Found(box.x1 + w, box.y1 + h, box.x2 - w, box.y2 - h, box.score)
    return whole_in(region, core) and _LEAST_SHOWN < 4.0 * h / region.side < 0.6


def look(detector: PersonDetector, picture: Picture, regions: list[Region], floor: float = 0.2) -> list[Found]:
    """All people in these regions with a score of at least `floor`, each once.

    A box that ends at a region's inner edge is a piece of a person and left out: another tile has him whole.
    """
    height, width = picture.shape[:2]
    found: list[Found] = []
    for region in regions:
        found += [f for f in detector.find(picture, region, floor) if not _cut(f, region, width, height)]
    return without_overlaps(found, swallowed=0.8 if len(regions) > 1 else 1.1)


def _cut(f: Found, region: Region, width: int, height: int) -> bool:
    edge = 0.01 * region.side
    right, bottom = region.x + region.side, region.y + region.side
    return (
        (region.x > 0.0 and f.x1 <= region.x + edge)
        or (region.y > 0.0 and f.y1 <= region.y + edge)
        or (right < width and f.x2 >= right - edge)
        or (bottom < height and f.y2 >= bottom - edge)
    )
