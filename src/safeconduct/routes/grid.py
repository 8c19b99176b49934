"""A raster over the ground of a plan: cells in the ENU frame, areas drawn into it. Pure numpy."""

from __future__ import annotations

from math import ceil, floor, hypot
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Area

Raster: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]


class Grid(NamedTuple):
    """Square cells of `step_m`. [0, 0] is the south-west cell, whose middle lies at (west, south), ENU metres."""

    west: float
    south: float
    step_m: float
    rows: int
    cols: int

    def cell(self, place: Enu) -> tuple[int, int]:
        """Row and column of the cell that holds a place; outside the grid its nearest cell."""
        j = floor((place[1] - self.south) / self.step_m + 0.5)
        i = floor((place[0] - self.west) / self.step_m + 0.5)
        return min(max(j, 0), self.rows - 1), min(max(i, 0), self.cols - 1)

    def middle(self, row: int, col: int) -> tuple[float, float]:
        """East and north of a cell's middle."""
        return self.west + col * self.step_m, self.south + row * self.step_m

    def holds(self, place: Enu) -> bool:
        half = 0.5 * self.step_m
        return (
            self.west - half <= place[0] < self.west + self.cols * self.step_m - half
            and self.south - half <= place[1] < self.south + self.rows * self.step_m - half
        )


class Ground(NamedTuple):
    """Heights at the middles of a grid's cells, ENU metres (up)."""

    grid: Grid
    up_m: Raster

    def height_m(self, east: float, north: float) -> float:
        """Bilinear between the middles; beyond the grid that of its edge."""
        g = self.grid
        x = min(max((east - g.west) / g.step_m, 0.0), g.cols - 1.0)
        y = min(max((north - g.south) / g.step_m, 0.0), g.rows - 1.0)
        i, j = min(int(x), g.cols - 2), min(int(y), g.rows - 2)
        x, y = x - i, y - j
        (a, b), (c, d) = self.up_m[j : j + 2, i : i + 2].tolist()
        south = a + (b - a) * x
        return float(south + (c + (d - c) * x - south) * y)


def grid_about(places: tuple[Enu, ...], margin_m: float, step_m: float) -> Grid:
    """The smallest grid that holds all places with a margin; its cells lie on whole steps of the frame."""
    east, north = [p[0] for p in places], [p[1] for p in places]
    west, south = floor((min(east) - margin_m) / step_m), floor((min(north) - margin_m) / step_m)
    cols = max(ceil((max(east) + margin_m) / step_m) - west + 1, 2)
    rows = max(ceil((max(north) + margin_m) / step_m) - south + 1, 2)
    return Grid(west * step_m, south * step_m, step_m, rows, cols)


def inside_ring(grid: Grid, ring: tuple[Enu, ...]) -> Mask:
    """Cells whose middle lies in the ring (even-odd rule): the parity of the edges crossed on the way east."""
    turns = np.zeros((grid.rows, grid.cols + 1), dtype=np.int32)
    for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
        (e1, n1), (e2, n2) = ((a[0], a[1]), (b[0], b[1])) if a[1] <= b[1] else ((b[0], b[1]), (a[0], a[1]))
        first = max(ceil((n1 - grid.south) / grid.step_m), 0)
        end = min(ceil((n2 - grid.south) / grid.step_m), grid.rows)
        if first >= end:
            continue
        row = np.arange(first, end)
        east = e1 + (grid.south + row * grid.step_m - n1) * ((e2 - e1) / (n2 - n1))
        col = np.clip(np.ceil((east - grid.west) / grid.step_m), 0, grid.cols).astype(np.intp)
        turns[row, col] += 1
    return np.asarray(np.cumsum(turns, axis=1)[:, :-1] % 2 == 1)


def away_m(grid: Grid, area: Area, reach_m: float) -> Raster:
    """Metres from each cell's middle to an area: 0 inside, exact up to `reach_m`, inf beyond it."""
    out = np.full((grid.rows, grid.cols), np.inf)
    ring = area.ring
    edges = [(ring[0], ring[0])] if len(ring) == 1 else list(zip(ring, (*ring[1:], ring[0]), strict=True))
    reach = reach_m + area.radius_m
    for a, b in edges:
        window, east, north = _window(grid, a, b, reach)
        if east.size == 0 or north.size == 0:
            continue
        np.minimum(out[window], _to_edge_m(a, b, east, north), out=out[window])
    if area.radius_m:
        np.maximum(out - area.radius_m, 0.0, out=out)
    elif len(ring) > 2:
        out[inside_ring(grid, ring)] = 0.0
    out[out > reach_m] = np.inf
    return out


def _window(grid: Grid, a: Enu, b: Enu, reach_m: float) -> tuple[tuple[slice, slice], Raster, Raster]:
    step = grid.step_m
    i0 = max(floor((min(a[0], b[0]) - reach_m - grid.west) / step), 0)
    i1 = min(ceil((max(a[0], b[0]) + reach_m - grid.west) / step) + 1, grid.cols)
    j0 = max(floor((min(a[1], b[1]) - reach_m - grid.south) / step), 0)
    j1 = min(ceil((max(a[1], b[1]) + reach_m - grid.south) / step) + 1, grid.rows)
    east = np.asarray(grid.west + np.arange(i0, max(i1, i0)) * step, dtype=np.float64)
    north = np.asarray(grid.south + np.arange(j0, max(j1, j0)) * step, dtype=np.float64)
    return (slice(j0, max(j1, j0)), slice(i0, max(i1, i0))), east, north


def _to_edge_m(a: Enu, b: Enu, east: Raster, north: Raster) -> Raster:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    x, y = (east - a[0])[None, :], (north - a[1])[:, None]
    if square <= 0.0:
        return np.asarray(np.hypot(x, y))
    along = np.clip((x * dx + y * dy) / square, 0.0, 1.0)
    return np.asarray(np.hypot(x - along * dx, y - along * dy))


def segment_away_m(a: Enu, b: Enu, area: Area) -> float:
    """Level distance between a straight walk a → b and an area; 0 when it touches or lies inside."""
    ring = area.ring
    if len(ring) == 1:
        return max(_point_to_segment_m(ring[0], a, b) - area.radius_m, 0.0)
    if _in_ring(a, ring):
        return 0.0
    best = float("inf")
    for c, d in zip(ring, (*ring[1:], ring[0]), strict=True):
        if _crosses(a, b, c, d):
            return 0.0
        best = min(
            best,
            _point_to_segment_m(a, c, d),
            _point_to_segment_m(b, c, d),
            _point_to_segment_m(c, a, b),
            _point_to_segment_m(d, a, b),
        )
    return max(best - area.radius_m, 0.0)


def _point_to_segment_m(p: Enu, a: Enu, b: Enu) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    f = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square if square > 0.0 else 0.0
    f = 0.0 if f < 0.0 else min(f, 1.0)
    return hypot(p[0] - a[0] - f * dx, p[1] - a[1] - f * dy)


def _crosses(a: Enu, b: Enu, c: Enu, d: Enu) -> bool:
    def side(p: Enu, q: Enu, r: Enu) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0.0 and side(c, d, a) * side(c, d, b) < 0.0


def _in_ring(p: Enu, ring: tuple[Enu, ...]) -> bool:
    found = False
    for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (a[1] > p[1]) != (b[1] > p[1]) and p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0]:
            found = not found
    return found
