"""NanoDet (RangiLyu 2020: anchor-free, generalised focal loss head): people in a region of a picture.

Tensors: input float [1, 3, S, S], BGR, normalised; for every stride s (8, 16, 32) class scores [1, (S/s)², classes],
person first, already through the sigmoid, and box distances [1, (S/s)², 44]: left, top, right, bottom from the cell's
centre (k + ½)·s, each a distribution over 11 bins of one stride.
"""

from __future__ import annotations

from math import ceil

import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Found, Picture, Region
from safeconduct.perception.network import Network, softmax
from safeconduct.perception.showing import NORMAL_BGR, bounded, people_at, shown_region, tensor

_PERSON = 0  # COCO's first class
_BINS = 11
# 60 rendered people, 95 px tall in it: a network in tuning found .98 at 224 and .97 at 416, the published .52 and .57.
_NEAR_PX = 224


class NanoDet:
    """The best size of a standing person is 80 to 110 px at the network's input."""

    def __init__(self, net: Network) -> None:
        """net: one that `fits`."""
        self._net = net
        self.size_px = net.shape[2]
        self.near_px = min(_NEAR_PX, self.size_px) if net.open_sides else self.size_px
        self._levels = _levels_of(net)
        self._coarsest = max(stride for _, _, stride in self._levels)

    @staticmethod
    def fits(net: Network) -> bool:
        return net.takes_planes and net.shape[2] == net.shape[3] and bool(_levels_of(net))

    def find(self, picture: Picture, region: Region, floor: float = 0.2, size_px: int | None = None) -> list[Found]:
        """People with a score of at least `floor`, best first, overlaps removed.

        size_px: side in which the region is shown, where the network's is open; rounded up to whole coarsest strides.
        """
        size = self.size_px
        if size_px is not None and self._net.open_sides:
            size = max(1, -(-size_px // self._coarsest)) * self._coarsest
        canvas, scale = shown_region(picture, region, size)
        if self._net.open_sides:
            canvas = canvas[: self._reach(region.y, picture.shape[0], scale, size)]
            canvas = canvas[:, : self._reach(region.x, picture.shape[1], scale, size)]
        outputs = self._net.run(tensor(canvas, NORMAL_BGR))
        boxes: list[npt.NDArray[np.float32]] = []
        scores: list[npt.NDArray[np.float32]] = []
        for score_at, distance_at, stride in self._levels:
            score = outputs[score_at][0, :, _PERSON]
            kept = np.flatnonzero(score >= floor)
            if not kept.size:
                continue
            bins = bounded(outputs[distance_at][0, kept]).reshape(-1, 4, _BINS)
            far = softmax(bins) @ np.arange(_BINS, dtype=np.float32) * stride
            across = canvas.shape[1] // stride
            centre = (np.stack([kept % across, kept // across], axis=1) + np.float32(0.5)) * np.float32(stride)
            boxes.append(np.concatenate([centre - far[:, :2], centre + far[:, 2:]], axis=1))
            scores.append(score[kept])
        if not boxes:
            return []
        return people_at(np.concatenate(boxes), np.concatenate(scores), scale, region, size, picture)

    def _reach(self, begin_px: float, picture_px: int, scale: float, size: int) -> int:
        """How much of the canvas shows picture, in whole coarsest strides: what hangs over its edge costs nothing."""
        shown = ceil((picture_px - begin_px) * scale / self._coarsest) * self._coarsest
        return max(self._coarsest, min(size, shown))


def _levels_of(net: Network) -> list[tuple[int, int, int]]:
    """For each stride, finest first: which output has its scores, which its distances, and the stride; else empty.

    Told by cell count, and of a pair by the width, because the order of the outputs differs from export to export.
    """
    size = net.shape[2]
    by_cells: dict[int, list[int]] = {}
    for index, out in enumerate(net.outputs):
        if len(out) != 3 or out[0] != 1 or not out[2]:
            return []
        by_cells.setdefault(out[1], []).append(index)
    levels: list[tuple[int, int, int]] = []
    for cells, pair in sorted(by_cells.items(), reverse=True):
        across = round(cells**0.5)
        distances = [i for i in pair if net.outputs[i][2] == 4 * _BINS]
        if not across or across * across != cells or size % across or len(pair) != 2 or len(distances) != 1:
            return []
        levels.append((sum(pair) - distances[0], distances[0], size // across))
    return levels
