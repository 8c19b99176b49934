"""The cheapest way over a raster of prices: coarse first, then cell by cell in what the coarse ways leave open.

A step from cell to cell costs its length times the mean price of both (eight neighbours), as scikit-image's
MCP_Geometric counts. Deterministic: the same raster gives the same way, to the cell.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from safeconduct.routes.grid import Mask, Raster

Cells: TypeAlias = npt.NDArray[np.intp]  # (n, 2): row, column
Cell: TypeAlias = tuple[int, int]

COARSE = 5
"""Cells of the raster along one side of a coarse cell."""
_OPEN_SHARE = 0.004
"""Coarse cells on a way that costs at most so much more than the cheapest coarse way are looked at finely."""
_ABOUT = 2  # coarse cells on either side of the cheapest coarse way
_EIGHT = np.ones((3, 3), dtype=np.bool_)
_SQRT2 = 2.0**0.5
_STRAIGHT = ((0, 1, 1.0), (0, -1, 1.0), (1, 0, 1.0), (-1, 0, 1.0))
_STEPS = (*_STRAIGHT, (1, 1, _SQRT2), (1, -1, _SQRT2), (-1, 1, _SQRT2), (-1, -1, _SQRT2))


class CheapWay(NamedTuple):
    """cells: from start to goal. cost: in prices times cells."""

    cells: Cells
    cost: float


class Net:
    """The open cells of a raster (or of a region of it) as a graph for scipy."""

    def __init__(self, price: Raster, region: Mask | None = None) -> None:
        rows, cols = price.shape
        self.shape = (rows, cols)
        is_open = np.isfinite(price) if region is None else np.isfinite(price) & region
        self._wide = cols + 2  # a rim of shut cells: no step leads over the edge
        inner = np.flatnonzero(is_open)
        self.nodes = inner + 2 * (inner // cols) + (cols + 3)
        count = self.nodes.size
        number = np.full((rows + 2) * (cols + 2), -1, dtype=np.int32)
        number[self.nodes] = np.arange(count, dtype=np.int32)
        self._number = number
        here = price.ravel()[inner]
        to = np.empty((count, 8), dtype=np.int32)
        cost = np.empty((count, 8))
        for k, (down, across, length) in enumerate(_STEPS):
            to[:, k] = number[self.nodes + (down * self._wide + across)]
            cost[:, k] = (here + here[to[:, k]]) * (0.5 * length)  # where there is no cell, `real` drops it
        real = to >= 0
        ends = np.zeros(count + 1, dtype=np.int32)
        np.cumsum(real.sum(axis=1), out=ends[1:])
        self.graph = csr_matrix((cost[real], to[real], ends), shape=(count, count))

    def node(self, cell: Cell) -> int:
        """-1 when the cell is shut or not in the region."""
        return int(self._number[(cell[0] + 1) * self._wide + cell[1] + 1])

    def costs_from(self, cell: Cell, limit: float = np.inf) -> tuple[Raster, npt.NDArray[np.int32]]:
        """Cost from a cell to every node, and the node before each on the way (-9999: none)."""
        costs, before = dijkstra(self.graph, indices=self.node(cell), return_predecessors=True, limit=limit)
        return np.asarray(costs), np.asarray(before)

    def cells(self, nodes: npt.NDArray[np.intp]) -> Cells:
        at = self.nodes[nodes]
        return np.stack([at // self._wide - 1, at % self._wide - 1], axis=1)

    def spread(self, values: Raster) -> Raster:
        """Values of the nodes on the raster; inf elsewhere."""
        out = np.full(self._number.size, np.inf)
        out[self.nodes] = values
        return out.reshape(-1, self._wide)[1:-1, 1:-1]


def trace(before: npt.NDArray[np.int32], end: int) -> npt.NDArray[np.intp]:
    """Nodes from `end` back to the source."""
    way = [end]
    while (end := int(before[end])) >= 0:
        way.append(end)
    return np.array(way, dtype=np.intp)


def cheapest_way(price: Raster, start: Cell, goal: Cell, region: Mask | None = None) -> CheapWay | None:
    """The exact answer on the raster (or a region of it); None when there is no way."""
    net = Net(price, region)
    if net.node(start) < 0 or net.node(goal) < 0:
        return None
    # From the goal, so that the way found is already in walking order.
    costs, before = net.costs_from(goal)
    cost = float(costs[net.node(start)])
    if not np.isfinite(cost):
        return None
    return CheapWay(net.cells(trace(before, net.node(start))), cost)


def quick_way(price: Raster, start: Cell, goal: Cell, side: int = COARSE) -> CheapWay | None:
    """The cheapest way within what coarse ways leave open, nearly always the exact one; None when there is none.

    side: cells along one side of a coarse cell. Never misses a way that exists: where the coarse look leads nowhere,
    the whole raster is searched.
    """
    if not (np.isfinite(price[start]) and np.isfinite(price[goal])):
        return None
    if min(price.shape) >= 8 * side:
        region = open_region(price, start, goal, side)
        if region is not None:
            found = cheapest_way(price, start, goal, region)
            if found is not None:
                return found
    return cheapest_way(price, start, goal)


def open_region(price: Raster, start: Cell, goal: Cell, side: int = COARSE) -> Mask | None:
    """Cells near some cheap coarse way; None when not even coarse cells connect."""
    coarse = Net(coarse_price(price, side))
    a, b = (start[0] // side, start[1] // side), (goal[0] // side, goal[1] // side)
    if coarse.node(a) < 0 or coarse.node(b) < 0:
        return None
    from_a, _ = coarse.costs_from(a)
    best = float(from_a[coarse.node(b)])
    if not np.isfinite(best):
        return None
    from_b, before = coarse.costs_from(b, limit=best * (1.0 + _OPEN_SHARE))
    along = coarse.cells(trace(before, coarse.node(a)))
    wanted = about(coarse.shape, along)
    wanted |= binary_dilation(coarse.spread(from_a + from_b) <= best * (1.0 + _OPEN_SHARE), _EIGHT)
    return finely(wanted, price.shape, side)


def about(shape: tuple[int, int], cells: Cells, reach: int = _ABOUT) -> Mask:
    """Cells at most `reach` from the given ones."""
    way = np.zeros(shape, dtype=np.bool_)
    way[cells[:, 0], cells[:, 1]] = True
    return np.asarray(binary_dilation(way, _EIGHT, iterations=reach))


def finely(coarse: Mask, shape: tuple[int, int], side: int) -> Mask:
    """A mask of coarse cells on the fine raster."""
    fine = np.repeat(np.repeat(coarse, side, axis=0), side, axis=1)
    return np.asarray(fine[: shape[0], : shape[1]])


def coarse_price(price: Raster, side: int = COARSE) -> Raster:
    """Harmonic mean of the prices in each block: cheap lines show, shut cells count as dear; inf where all are."""
    rows, cols = (-(-n // side) for n in price.shape)
    ease = np.zeros((rows * side, cols * side))
    np.divide(1.0, price, out=ease[: price.shape[0], : price.shape[1]])
    total = ease.reshape(rows, side, cols * side).sum(axis=1).reshape(rows, cols, side).sum(axis=2)
    with np.errstate(divide="ignore"):
        return np.asarray(side**2 / total)
