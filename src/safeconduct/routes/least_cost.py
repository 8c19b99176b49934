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
_OPEN_SHARE = 0.001
"""Coarse cells on a way that costs at most so much more than the cheapest coarse way are looked at finely."""
_ABOUT = 1  # coarse cells on either side of the cheapest coarse way
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
        self.shape = price.shape
        wide = self.shape[1] + 2
        padded = np.full((self.shape[0] + 2, wide), np.inf)
        padded[1:-1, 1:-1] = price if region is None else np.where(region, price, np.inf)
        flat = padded.ravel()
        self._wide = wide
        self.nodes = np.flatnonzero(np.isfinite(flat))
        number = np.full(flat.size, -1, dtype=np.int32)
        number[self.nodes] = np.arange(self.nodes.size, dtype=np.int32)
        self._number = number
        count = self.nodes.size
        to = np.empty((count, 8), dtype=np.int32)
        cost = np.empty((count, 8))
        here = flat[self.nodes]
        for k, (down, across, length) in enumerate(_STEPS):
            there = self.nodes + (down * wide + across)
            to[:, k] = number[there]
            cost[:, k] = (here + flat[there]) * (0.5 * length)
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


def quick_way(price: Raster, start: Cell, goal: Cell) -> CheapWay | None:
    """The cheapest way within what coarse ways leave open, nearly always the exact one; None when there is none.

    Never misses a way that exists: where the coarse look leads nowhere, the whole raster is searched.
    """
    if not (np.isfinite(price[start]) and np.isfinite(price[goal])):
        return None
    if min(price.shape) >= 8 * COARSE:
        region = open_region(price, start, goal)
        if region is not None:
            found = cheapest_way(price, start, goal, region)
            if found is not None:
                return found
    return cheapest_way(price, start, goal)


def open_region(price: Raster, start: Cell, goal: Cell) -> Mask | None:
    """Cells near some cheap coarse way; None when not even coarse cells connect."""
    coarse = Net(coarse_price(price))
    a, b = (start[0] // COARSE, start[1] // COARSE), (goal[0] // COARSE, goal[1] // COARSE)
    if coarse.node(a) < 0 or coarse.node(b) < 0:
        return None
    from_a, _ = coarse.costs_from(a)
    best = float(from_a[coarse.node(b)])
    if not np.isfinite(best):
        return None
    from_b, before = coarse.costs_from(b, limit=best * (1.0 + _OPEN_SHARE))
    along = coarse.cells(trace(before, coarse.node(a)))
    both = coarse.spread(from_a + from_b)
    way = np.zeros(both.shape, dtype=np.bool_)
    way[along[:, 0], along[:, 1]] = True
    wanted = binary_dilation(way, np.ones((3, 3), dtype=np.bool_), iterations=_ABOUT)
    wanted |= binary_dilation(both <= best * (1.0 + _OPEN_SHARE), np.ones((3, 3), dtype=np.bool_))
    fine = np.repeat(np.repeat(wanted, COARSE, axis=0), COARSE, axis=1)
    return np.asarray(fine[: price.shape[0], : price.shape[1]])


def coarse_price(price: Raster) -> Raster:
    """Mean price of the open cells in each block, dearer the more of them are shut; inf where all are."""
    rows, cols = (-(-n // COARSE) for n in price.shape)
    padded = np.full((rows * COARSE, cols * COARSE), np.inf)
    padded[: price.shape[0], : price.shape[1]] = price
    blocks = padded.reshape(rows, COARSE, cols, COARSE)
    is_open = np.isfinite(blocks)
    count = is_open.sum(axis=(1, 3))
    total = np.where(is_open, blocks, 0.0).sum(axis=(1, 3))
    shut_share = 1.0 - count / COARSE**2
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count * (1.0 + 2.0 * shut_share)
    return np.where(count > 0, mean, np.inf)
