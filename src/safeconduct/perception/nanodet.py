"""Finding people in a region of a picture with NanoDet (RangiLyu 2020: anchor-free, generalised focal loss head).

Tensors: input float [1, 3, S, S], BGR, normalised; for every stride s (8, 16, 32) class scores [1, (S/s)², 80],
already through the sigmoid, and box distances [1, (S/s)², 44]: left, top, right, bottom from the cell's centre
(k + ½)·s, each a distribution over 11 bins of one stride.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.network import WEIGHTS, Network, softmax

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, blue, green, red."""

_MEAN_BGR = np.array([103.53, 116.28, 123.675], np.float32)
_STD_BGR = np.array([57.375, 57.12, 58.395], np.float32)
_GREY = 114
_PERSON = 0  # COCO's first class


class Region(NamedTuple):
    """A square of the picture, px: top left corner and side. It may hang over the picture's edge."""

    x: float
    y: float
    side: float


class Found(NamedTuple):
    """One person in one picture, px of the whole picture: left, top, right, bottom; score 0 to 1."""

    x1: float
    y1: float
    x2: float
    y2: float
    score: float


class PersonDetector:
    """NanoDet on a square region. The best size of a standing person is 80 to 110 px at the network's input."""

    def __init__(self, path: Path | None = None, threads: int = 2) -> None:
        """path: another export of the same kind. Raises BadInput when its tensors are not NanoDet's."""
        self._net = net = Network(path or WEIGHTS / "nanodet.onnx", threads)
        self.size_px = self._levels_of(net)

    def _levels_of(self, net: Network) -> int:
        shape, wanted = net.shape, "a NanoDet export, float [1, 3, S, S] → scores and box distances at three strides"
        if len(shape) != 4 or shape[:2] != (1, 3) or shape[2] != shape[3] or net.dtype != "tensor(float)":
            raise net.unfit(wanted)
        size = shape[2]
        # By cell count, finest first; of a pair the scores are the narrower only by accident, so each is told by width.
        by_cells: dict[int, list[int]] = {}
        for index, out in enumerate(net.outputs):
            if len(out) != 3 or out[0] != 1 or not all(isinstance(n, int) for n in out):
                raise net.unfit(wanted)
            by_cells.setdefault(out[1], []).append(index)
        self._levels: list[tuple[int, int, int]] = []
        self._centres: list[npt.NDArray[np.float32]] = []
        for cells, pair in sorted(by_cells.items(), reverse=True):
            across = round(cells**0.5)
            if len(pair) != 2 or across * across != cells or size % across:
                raise net.unfit(wanted)
            distances = [i for i in pair if net.outputs[i][2] == 44]
            if len(distances) != 1:
                raise net.unfit(wanted)
            stride = size // across
            self._levels.append((sum(pair) - distances[0], distances[0], stride))
            k = (np.arange(across, dtype=np.float32) + 0.5) * stride
            self._centres.append(np.stack(np.meshgrid(k, k), axis=-1).reshape(-1, 2))
        if not self._levels:
            raise net.unfit(wanted)
        return size

    def find(self, picture: Picture, region: Region, floor: float = 0.2) -> list[Found]:
        """People with a score of at least `floor`, best first, overlaps removed."""
        tensor, scale = self._tensor(picture, region)
        outputs = self._net.run(tensor)
        boxes: list[npt.NDArray[np.float32]] = []
        scores: list[npt.NDArray[np.float32]] = []
        for (score_at, distance_at, stride), centres in zip(self._levels, self._centres, strict=True):
            score = outputs[score_at][0, :, _PERSON]
            kept = np.flatnonzero(score >= floor)
            if not kept.size:
                continue
            bins = outputs[distance_at][0, kept].reshape(-1, 4, 11)
            far = softmax(bins) @ np.arange(11, dtype=np.float32) * stride
            centre = centres[kept]
            boxes.append(np.concatenate([centre - far[:, :2], centre + far[:, 2:]], axis=1))
            scores.append(score[kept])
        if not boxes:
            return []
        box = np.clip(np.concatenate(boxes), 0.0, float(self.size_px)) / scale
        offset = np.array([region.x, region.y, region.x, region.y], np.float32)
        height, width = picture.shape[:2]
        box = np.clip(box + offset, 0.0, np.array([width, height, width, height], np.float32))
        found = [
            Found(float(b[0]), float(b[1]), float(b[2]), float(b[3]), float(s))
            for b, s in zip(box, np.concatenate(scores), strict=True)
            if b[2] - b[0] >= 2.0 and b[3] - b[1] >= 2.0
        ]
        return without_overlaps(found)

    def _tensor(self, picture: Picture, region: Region) -> tuple[npt.NDArray[np.float32], float]:
        """The region as the network's input, and the scale input px per picture px."""
        size = self.size_px
        scale = size / region.side
        height, width = picture.shape[:2]
        left, top = max(0, round(region.x)), max(0, round(region.y))
        right, bottom = min(width, round(region.x + region.side)), min(height, round(region.y + region.side))
        canvas = np.full((size, size, 3), _GREY, np.uint8)
        if right > left and bottom > top:
            u, v = max(0, round((left - region.x) * scale)), max(0, round((top - region.y) * scale))
            wide = max(1, min(size - u, round((right - left) * scale)))
            high = max(1, min(size - v, round((bottom - top) * scale)))
            how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
            if u < size and v < size:
                cut = picture[top:bottom, left:right]
                canvas[v : v + high, u : u + wide] = cv2.resize(cut, (wide, high), None, 0, 0, how)
        normal = (canvas.astype(np.float32) - _MEAN_BGR) / _STD_BGR
        return np.ascontiguousarray(normal.transpose(2, 0, 1)[None]), scale


def intersection_px2(a: Found, b: Found) -> float:
    return max(0.0, min(a.x2, b.x2) - max(a.x1, b.x1)) * max(0.0, min(a.y2, b.y2) - max(a.y1, b.y1))


def area_px2(a: Found) -> float:
    return (a.x2 - a.x1) * (a.y2 - a.y1)


def without_overlaps(found: list[Found], shared: float = 0.5, swallowed: float = 1.1) -> list[Found]:
    """Greedy non-maximum suppression, best first.

    shared: intersection over union above which the weaker goes. swallowed: intersection over the smaller's area above
    which the weaker goes too (for pieces of one body seen from two tiles; above 1 this is off).
    """
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: -f.score):
        for other in kept:
            both = intersection_px2(one, other)
            smaller = min(area_px2(one), area_px2(other))
            if both > shared * (area_px2(one) + area_px2(other) - both) or both > swallowed * smaller:
                break
        else:
            kept.append(one)
    return kept
