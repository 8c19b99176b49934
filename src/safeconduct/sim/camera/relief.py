"""The height field as the march reads it, with two smooth hulls that tell between which depths to look.

Coordinates here are *cells*: column and row of the heights as fractions, (0, 0) the middle of the south-west cell.
Beyond its edges the land goes on as high as it is there, so that a picture never has a hole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

HULL_SLOPE = 0.45
"""Rise of the hulls, m per m along a row or a column."""
HULL_CELLS = 8


class Planted(Protocol):
    """A plant as the camera needs it: foot in ENU m, kind tree, bush, hedge or stump."""

    @property
    def east(self) -> float: ...
    @property
    def north(self) -> float: ...
    @property
    def up(self) -> float: ...
    @property
    def kind(self) -> str: ...
    @property
    def height_m(self) -> float: ...
    @property
    def radius_m(self) -> float: ...
    @property
    def tint(self) -> int: ...


class Laid(Protocol):
    """The land as the camera needs it; `sim.land.Land` is one. See there for the fields."""

    @property
    def heights_m(self) -> Floats: ...
    @property
    def origin(self) -> tuple[float, float]: ...
    @property
    def cell_m(self) -> float: ...
    @property
    def colours(self) -> Bytes: ...
    @property
    def grain(self) -> Bytes: ...
    @property
    def grain_m(self) -> float: ...
    @property
    def plants(self) -> Sequence[Planted]: ...


class Relief:
    """heights_m: (rows, cols), row 0 south. The hulls, one value for HULL_CELLS cells each way: nothing of the ground
    is above `roof_m` or below `floor_m`, and neither is steeper than HULL_SLOPE where it is not the ground itself.
    """

    def __init__(self, land: Laid) -> None:
        # A copy: craters are dug into it.
        self.heights_m: Floats = np.array(land.heights_m, dtype=np.float32, order="C")
        self.east_m, self.north_m = land.origin
        self.cell_m = float(land.cell_m)
        self.roof_m = _hull(self.heights_m, self.cell_m)
        self.floor_m = -_hull(-self.heights_m, self.cell_m)

    def to_cells(self, east_m: float, north_m: float) -> tuple[float, float]:
        """Column and row of a place."""
        return (east_m - self.east_m) / self.cell_m, (north_m - self.north_m) / self.cell_m

    def height_m(self, east_m: float, north_m: float) -> float:
        """Up of the ground as it is drawn, bilinear between cells."""
        column, row = self.to_cells(east_m, north_m)
        at = np.array([[column]], np.float32), np.array([[row]], np.float32)
        return float(read(self.heights_m, *at)[0, 0])

    def renew_hulls(self, window: tuple[slice, slice]) -> None:
        """After heights changed inside window (rows, columns): the hulls widen where they must, and stay smooth."""
        around = tuple(slice(max(0, s.start // HULL_CELLS - 12), s.stop // HULL_CELLS + 13) for s in window)
        rows, cols = around
        fine = (
            slice(rows.start * HULL_CELLS, rows.stop * HULL_CELLS),
            slice(cols.start * HULL_CELLS, cols.stop * HULL_CELLS),
        )
        piece = self.heights_m[fine]
        roof, floor = _hull(piece, self.cell_m), -_hull(-piece, self.cell_m)
        np.maximum(self.roof_m[rows, cols], roof, out=self.roof_m[rows, cols])
        np.minimum(self.floor_m[rows, cols], floor, out=self.floor_m[rows, cols])


def read(field: npt.NDArray[np.generic], columns: Floats, rows: Floats) -> Floats:
    """Bilinear values of a field at fractional columns and rows; both are changed. The edge goes on."""
    for cells, last in ((columns, field.shape[1] - 1), (rows, field.shape[0] - 1)):
        np.maximum(cells, np.float32(0.0), out=cells)
        np.minimum(cells, np.float32(last), out=cells)
    # Not left to OpenCV's border: outside the field that is six times slower.
    return np.asarray(cv2.remap(field, columns, rows, cv2.INTER_LINEAR), np.float32)


def hull_cells(cells: np.float32) -> np.float32:
    """Cells of the heights as cells of the hulls."""
    return (cells - np.float32((HULL_CELLS - 1) / 2)) * np.float32(1.0 / HULL_CELLS)


def _hull(heights_m: Floats, cell_m: float) -> Floats:
    """Upper hull: the highest of each block and its neighbours, then cones of HULL_SLOPE down from every block."""
    rows, cols = heights_m.shape
    grown = cv2.copyMakeBorder(heights_m, 0, -rows % HULL_CELLS, 0, -cols % HULL_CELLS, borderType=cv2.BORDER_REPLICATE)
    high = grown.shape[0] // HULL_CELLS
    # Rows first: down the columns of a block numpy is slow.
    tops = grown.reshape(high, HULL_CELLS, -1).max(axis=1).reshape(high, -1, HULL_CELLS).max(axis=2)
    hull: Floats = np.asarray(cv2.dilate(np.ascontiguousarray(tops), np.ones((3, 3), np.uint8)))
    fall_m = HULL_SLOPE * HULL_CELLS * cell_m
    for _ in range(256):
        wider = np.maximum(hull, cv2.dilate(hull, np.ones((3, 3), np.uint8)) - np.float32(fall_m))
        if np.array_equal(wider, hull):
            break
        hull = wider
    return hull
