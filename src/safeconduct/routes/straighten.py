"""A way of cells becomes a way of straight walks: fewer corners, no dearer, and proven to keep every margin."""

from __future__ import annotations

from math import ceil, hypot

import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Area
from safeconduct.routes.grid import Mask, Raster, segment_away_m
from safeconduct.routes.least_cost import Cells
from safeconduct.routes.price import Priced

_DEARER = 1.002
_NEAR_CELLS = 1.6
"""Where the raster says that a margin is so many cells off or more, it need not be measured."""
_EXACT_M = 1e-6


def clear_of(a: Enu, b: Enu, area: Area, margin_m: float) -> bool:
    """Whether a straight walk a → b stays outside an area and beyond its margin."""
    away = segment_away_m(a, b, area)
    return away > 0.0 and away >= margin_m - _EXACT_M


class Margins:
    """Measures walks against the shut areas themselves, not against their raster."""

    def __init__(self, priced: Priced, shut: tuple[tuple[Area, float], ...]) -> None:
        self._priced = priced
        self._shut = shut
        self._price = priced.price

    def walk_cost(self, a: Enu, b: Enu) -> float:
        """Of a straight walk, in prices times metres; inf where it meets what is shut."""
        length = hypot(b[0] - a[0], b[1] - a[1])
        cost = length * float(np.mean(self._along(self._price, a, b, length)))
        return cost if np.isfinite(cost) and self.kept(a, b) else float("inf")

    def step_costs(self, points: list[Enu]) -> Raster:
        """Of each walk from point to next, neighbours on the raster, in prices times metres."""
        grid = self._priced.grid
        at = np.array([(p[0], p[1]) for p in points])
        col = np.clip(np.rint((at[:, 0] - grid.west) / grid.step_m).astype(np.intp), 0, grid.cols - 1)
        row = np.clip(np.rint((at[:, 1] - grid.south) / grid.step_m).astype(np.intp), 0, grid.rows - 1)
        price = self._price[row, col]
        length = np.hypot(np.diff(at[:, 0]), np.diff(at[:, 1]))
        return np.asarray(0.5 * length * (price[:-1] + price[1:]))

    def kept(self, a: Enu, b: Enu) -> bool:
        """Whether a straight walk stays beyond the margin of every shut area."""
        if not self._shut:
            return True
        length = hypot(b[0] - a[0], b[1] - a[1])
        slack = self._along(self._priced.slack_m, a, b, length)
        if float(slack.min()) >= _NEAR_CELLS * self._priced.grid.step_m:
            return True
        return all(clear_of(a, b, area, margin) for area, margin in self._shut)

    def worth(self, a: Enu, b: Enu) -> float:
        """Of a straight walk as if nothing were shut, in prices times metres."""
        length = hypot(b[0] - a[0], b[1] - a[1])
        price = self._along(self._price, a, b, length)
        return length * float(
            np.mean(np.where(np.isfinite(price), price, self._along(self._priced.worth, a, b, length)))
        )

    def near(self, points: list[Enu]) -> Mask:
        """Points so near to a margin that the walks from and to them must be measured."""
        grid = self._priced.grid
        at = np.array([(p[0], p[1]) for p in points])
        col = np.clip(np.rint((at[:, 0] - grid.west) / grid.step_m).astype(np.intp), 0, grid.cols - 1)
        row = np.clip(np.rint((at[:, 1] - grid.south) / grid.step_m).astype(np.intp), 0, grid.rows - 1)
        return np.asarray(self._priced.slack_m[row, col] < (_NEAR_CELLS + 1.0) * grid.step_m)

    def _along(self, raster: Raster, a: Enu, b: Enu, length_m: float) -> Raster:
        grid = self._priced.grid
        count = max(ceil(2.0 * length_m / grid.step_m), 1) + 1
        f = np.linspace(0.0, 1.0, count)
        col = np.clip(np.rint((a[0] + f * (b[0] - a[0]) - grid.west) / grid.step_m).astype(np.intp), 0, grid.cols - 1)
        row = np.clip(np.rint((a[1] + f * (b[1] - a[1]) - grid.south) / grid.step_m).astype(np.intp), 0, grid.rows - 1)
        return np.asarray(raster[row, col])


def as_points(priced: Priced, cells: Cells, start: Enu, goal: Enu) -> list[Enu]:
    """The middles of cells, with the true ends in place of the outermost."""
    grid = priced.grid
    east = (grid.west + cells[:, 1] * grid.step_m).tolist()
    north = (grid.south + cells[:, 0] * grid.step_m).tolist()
    points = [Enu(e, n, 0.0) for e, n in zip(east, north, strict=True)]
    return [start._replace(up=0.0), *points[1:-1], goal._replace(up=0.0)]


def broken_steps(margins: Margins, points: list[Enu]) -> list[int]:
    """Steps (index of their first point) that cut a margin between two cells that both keep it."""
    near = margins.near(points)
    return [i for i in np.flatnonzero(near[:-1] | near[1:]).tolist() if not margins.kept(points[i], points[i + 1])]


def straightened(margins: Margins, points: list[Enu]) -> list[Enu]:
    """The same ends, straight walks between them that cost no more than the cells did (0.2 % for noise)."""
    along = [0.0]
    along += np.cumsum(margins.step_costs(points)).tolist()

    def straight(i: int, j: int) -> bool:
        return margins.walk_cost(points[i], points[j]) <= (along[j] - along[i]) * _DEARER + 1e-9

    kept, i, last = [points[0]], 0, len(points) - 1
    while i < last:
        good, step = i + 1, 2
        while i + step <= last and straight(i, i + step):
            good, step = i + step, step * 2
        bad = min(i + step, last + 1)
        while bad - good > 1:
            middle = (good + bad) // 2
            if straight(i, middle):
                good = middle
            else:
                bad = middle
        i = good
        kept.append(points[i])
    return kept
