"""YOLOX as its own export writes it (Megvii 2021: anchor-free, one box a cell): people in a region of a picture.

Tensors: input float [1, 3, H, W], BGR, 0-255, sides divisible by 32; output [1, N, 5 + classes], N the cells of the
strides 8, 16, 32 (and 64), each level row by row: centre x, y in cells from the cell's corner, logarithm of width and
height in cells, objectness, scores of the classes, person first; sigmoid applied. Exports with `--decode_in_inference`
give centre and size in px instead, and those of 2021's first release want ImageNet's normal RGB: both are noticed.
Source: Megvii-BaseDetection/YOLOX, `yolox/models/yolo_head.py`, `yolox/data/data_augment.py`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Found, Picture, Region
from safeconduct.perception.network import Network, Tensor
from safeconduct.perception.showing import NORMAL_RGB, RAW_BGR, Colours, bounded, people_at, shown_region, tensor
from safeconduct.perception.trial import colours_by_trial

_LEVELS = ((8, 16, 32), (8, 16, 32, 64))  # strides of the plain networks, and of those with a fourth level
_PERSON = 0
_LARGEST_LOG = 10.0


class Yolox:
    def __init__(self, net: Network) -> None:
        """net: one that `fits`."""
        self._net = net
        self._height, self._width = net.shape[2:]
        self.size_px = min(self._width, self._height)
        self._levels = _strides_of(net)
        self._decoded = _says_px(net.blank[0][0], *_cells(self._height, self._width, self._levels))
        self._colours = colours_by_trial(self._find, (RAW_BGR, NORMAL_RGB))

    @staticmethod
    def fits(net: Network) -> bool:
        return net.takes_planes and bool(_strides_of(net))

    def find(self, picture: Picture, region: Region, floor: float = 0.2, size_px: int | None = None) -> list[Found]:
        """People with a score of at least `floor`, best first, overlaps removed.

        size_px: side in which the region is shown, where the network's is open; rounded up to whole coarsest strides.
        """
        return self._find(picture, region, floor, self._colours, size_px)

    def _find(
        self, picture: Picture, region: Region, floor: float, colours: Colours, size_px: int | None = None
    ) -> list[Found]:
        height, width = self._height, self._width
        if size_px is not None and self._net.open_sides:
            height = width = max(1, -(-size_px // self._levels[-1])) * self._levels[-1]
        canvas, scale = shown_region(picture, region, width, height)
        rows = self._net.run(tensor(canvas, colours))[0][0]
        score = bounded(rows[:, 4]) * bounded(rows[:, 5 + _PERSON])
        kept = np.flatnonzero(score >= floor)
        centre, size = bounded(rows[kept, :2]), bounded(rows[kept, 2:4])
        if not self._decoded:
            corners, strides = _cells(height, width, self._levels)
            centre = (centre + corners[kept]) * strides[kept]
            size = np.exp(np.minimum(size, _LARGEST_LOG)) * strides[kept]
        box = np.concatenate([centre - size / 2.0, centre + size / 2.0], axis=1)
        return people_at(box, score[kept], scale, region, min(width, height), picture)


def _says_px(rows: Tensor, corners: Tensor, strides: Tensor) -> bool:
    """Are the centres px? Then they lie near their cells; else, offsets as they are, near nought."""
    centre = bounded(rows[:, :2])
    return bool(np.median(np.abs(centre / strides - corners)) < np.median(np.abs(centre)))


def _strides_of(net: Network) -> tuple[int, ...]:
    """Empty where the tensors are not YOLOX's."""
    if len(net.outputs) != 1 or len(net.outputs[0]) != 3:
        return ()
    height, width = net.shape[2:]
    one, cells, across = net.outputs[0]
    for strides in _LEVELS:
        whole = height % strides[-1] == 0 and width % strides[-1] == 0
        if one == 1 and across > 5 and whole and cells == sum((height // s) * (width // s) for s in strides):
            return strides
    return ()


@cache
def _cells(
    height: int, width: int, strides: tuple[int, ...]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Of each cell: x, y of its corner in cells [N, 2], and its stride in px [N, 1]."""
    corners: list[npt.NDArray[np.float32]] = []
    sides: list[npt.NDArray[np.float32]] = []
    for stride in strides:
        x, y = np.arange(width // stride, dtype=np.float32), np.arange(height // stride, dtype=np.float32)
        level = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        corners.append(level)
        sides.append(np.full((len(level), 1), stride, np.float32))
    return np.concatenate(corners), np.concatenate(sides)
