"""Heights and colours while they are worked on, and how a small patch of them is cut out."""

from __future__ import annotations

from math import ceil, floor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.sim.land.palette import Colour, bgr

Float = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


class Patch(NamedTuple):
    """Views into a sheet. east, north: (1, cols) and (rows, 1), of the cells' centres. fine, coarse: −1 to 1, noise."""

    heights: Float
    colours: Bytes
    east: Float
    north: Float
    fine: Float
    coarse: Float

    def paint(self, colour: Colour, share: Float, grain: float = 0.16) -> None:
        """Lay a colour over the patch; share (rows, cols), 0 to 1. grain: how much its lightness varies."""
        tone = 1.0 + grain * (0.6 * self.fine + 0.6 * self.coarse)
        over = bgr(colour)[None, None, :] * tone[:, :, None]
        part = np.clip(share, 0.0, 1.0)[:, :, None]
        mixed = self.colours + (over - self.colours) * part
        self.colours[:] = np.clip(mixed, 0.0, 255.0).astype(np.uint8)

    def darken(self, share: Float) -> None:
        """Take so much light away; share (rows, cols), 0 to 1."""
        self.colours[:] = (self.colours * (1.0 - np.clip(share, 0.0, 1.0))[:, :, None]).astype(np.uint8)


class Sheet(NamedTuple):
    """The whole land in work. origin: (east, north) of the centre of cell [0, 0]. fine, coarse: noise, mean 128."""

    heights: Float
    colours: Bytes
    origin: tuple[float, float]
    cell_m: float
    fine: Bytes
    coarse: Bytes

    def patch(self, west: float, south: float, east: float, north: float) -> Patch | None:
        """The cells of a rectangle (ENU metres); None where it lies outside."""
        return self.cells(
            floor((south - self.origin[1]) / self.cell_m),
            floor((west - self.origin[0]) / self.cell_m),
            ceil((north - self.origin[1]) / self.cell_m) + 1,
            ceil((east - self.origin[0]) / self.cell_m) + 1,
        )

    def cells(self, row: int, col: int, row_end: int, col_end: int) -> Patch | None:
        """The cells of a range of rows and columns, as far as there are any."""
        rows, cols = self.heights.shape
        j0, i0, j1, i1 = max(row, 0), max(col, 0), min(row_end, rows), min(col_end, cols)
        if i0 >= i1 or j0 >= j1:
            return None
        down, across = slice(j0, j1), slice(i0, i1)
        return Patch(
            self.heights[down, across],
            self.colours[down, across],
            (np.arange(i0, i1) * self.cell_m + self.origin[0]).astype(np.float32)[None, :],
            (np.arange(j0, j1) * self.cell_m + self.origin[1]).astype(np.float32)[:, None],
            (self.fine[down, across].astype(np.float32) - 128.0) / 80.0,
            (self.coarse[down, across].astype(np.float32) - 128.0) / 80.0,
        )
