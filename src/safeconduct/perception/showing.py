"""How a piece of a picture is shown to a network, and how the boxes in its answer are laid back upon the picture."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Found, Picture, Region, without_overlaps
from safeconduct.perception.network import Tensor

GREY = 114  # of empty parts: what all these detectors were trained with

_MOST = 1000  # boxes of one look that are compared with one another
_FARTHEST = 1e5  # px; a broken network's boxes are cut there before they are reckoned with
_LEAST_SIDE_PX = 2.0


class Colours(NamedTuple):
    """How a network wants its colours: order, and what is taken off and divided by, channel after channel."""

    red_first: bool
    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]


RAW_BGR = Colours(False, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
NORMAL_BGR = Colours(False, (103.53, 116.28, 123.675), (57.375, 57.12, 58.395))
"""ImageNet's, of pixels 0-255."""
NORMAL_RGB = Colours(True, (123.675, 116.28, 103.53), (58.395, 57.12, 57.375))


def tensor(shown: Picture, colours: Colours) -> npt.NDArray[np.float32]:
    """[1, 3, height, width]. Looked up, not reckoned: the same numbers to the bit in a third of the time."""
    planes = np.empty((1, 3, *shown.shape[:2]), np.float32)
    for channel, values in enumerate(_values(colours)):
        seen = shown[..., 2 - channel if colours.red_first else channel]
        np.take(values, seen, out=planes[0, channel], mode="clip")  # no other mode writes there without a copy
    return planes


@cache
def _values(colours: Colours) -> npt.NDArray[np.float32]:
    """[3, 256]: what each brightness becomes in each channel, in the network's order."""
    bright = np.arange(256, dtype=np.float32)[:, None]
    normal = (bright - np.array(colours.mean, np.float32)) / np.array(colours.deviation, np.float32)
    return np.ascontiguousarray(normal.T)


def shown_region(
    picture: Picture, region: Region, width_px: int, height_px: int | None = None
) -> tuple[Picture, float]:
    """The region in the upper left corner of a grey canvas, as large as fits; and the scale, input px per picture px.

    What of the region hangs over the picture's edge stays grey. The canvas is square where no height is given.
    """
    height_px = height_px or width_px
    size = min(width_px, height_px)
    scale = size / region.side
    height, width = picture.shape[:2]
    left, top = max(0, round(region.x)), max(0, round(region.y))
    right, bottom = min(width, round(region.x + region.side)), min(height, round(region.y + region.side))
    canvas = np.full((height_px, width_px, 3), GREY, np.uint8)
    if right > left and bottom > top:
        u, v = max(0, round((left - region.x) * scale)), max(0, round((top - region.y) * scale))
        wide = max(1, min(size - u, round((right - left) * scale)))
        high = max(1, min(size - v, round((bottom - top) * scale)))
        how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
        if u < size and v < size:
            cut = picture[top:bottom, left:right]
            canvas[v : v + high, u : u + wide] = cv2.resize(cut, (wide, high), None, 0, 0, how)
    return canvas, scale


def shown_crop(
    picture: Picture, x: float, y: float, scale: float, width_px: int, height_px: int, empty: int = 0
) -> Picture:
    """The crop whose corner is (x, y), exact to the subpixel where `shown_region` is not. scale: input px per picture
    px. empty: grey value of what hangs over the picture's edge.
    """
    matrix = np.array([[scale, 0.0, -x * scale], [0.0, scale, -y * scale]])
    how = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    size = (width_px, height_px)
    shown: Picture = cv2.warpAffine(picture, matrix, size, flags=how, borderValue=(empty, empty, empty))
    return shown


def bounded(values: Tensor) -> Tensor:
    """Lengths and places of an answer, so that what a broken network says stays finite."""
    finite: Tensor = np.clip(np.nan_to_num(values, nan=0.0, posinf=_FARTHEST, neginf=-_FARTHEST), -_FARTHEST, _FARTHEST)
    return finite


def people_at(
    corners_px: Tensor, scores: Tensor, scale: float, region: Region, size_px: int, picture: Picture
) -> list[Found]:
    """Boxes of the answer, each once, best first, px of the whole picture.

    corners_px: [n, 4], left, top, right, bottom, px of the canvas of `shown_region`. scores: [n]. size_px: the region's
    side upon the canvas.
    """
    if len(scores) > _MOST:
        best = np.argsort(-scores, kind="stable")[:_MOST]
        corners_px, scores = corners_px[best], scores[best]
    height, width = picture.shape[:2]
    box = np.clip(corners_px, 0.0, float(size_px)) / scale
    offset = np.array([region.x, region.y, region.x, region.y], np.float32)
    box = np.clip(box + offset, 0.0, np.array([width, height, width, height], np.float32))
    found = [
        Found(float(b[0]), float(b[1]), float(b[2]), float(b[3]), min(1.0, float(s)))
        for b, s in zip(box, scores, strict=True)
        if b[2] - b[0] >= _LEAST_SIDE_PX and b[3] - b[1] >= _LEAST_SIDE_PX
    ]
    return without_overlaps(found)
