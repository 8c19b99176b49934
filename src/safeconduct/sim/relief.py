"""The lie of the open field: gentle slopes made up from a seed, or those of a terrain model, on one grid of 2 m."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, hypot
from random import Random

import numpy as np
import numpy.typing as npt

from safeconduct.sim.grounds import Box

STEP_M = 2.0
_WAVES = ((150.0, 1.0), (64.0, 0.34), (27.0, 0.1))
"""Distance of the random heights in metres, and their weight: slopes of a field, not of mountains."""

Heights = npt.NDArray[np.float64]


def corridor(places: Iterable[tuple[float, float]], margin_m: float) -> Box:
    """The box about all places and the anchor, with a margin, its sides on whole steps of the grid."""
    east, north = zip(*places, (0.0, 0.0), strict=True)
    return Box(
        floor((min(east) - margin_m) / STEP_M) * STEP_M,
        floor((min(north) - margin_m) / STEP_M) * STEP_M,
        ceil((max(east) + margin_m) / STEP_M) * STEP_M,
        ceil((max(north) + margin_m) / STEP_M) * STEP_M,
    )


class Relief:
    """Heights (rows, columns) in metres at the nodes of a grid: [0, 0] is the south-west corner of the box."""

    def __init__(self, box: Box, heights: Heights) -> None:
        self.box = box
        self.heights_m = heights
        self._rows: list[list[float]] = heights.tolist()
        self._last_row, self._last_col = len(self._rows) - 1, len(self._rows[0]) - 1
        self._west, self._south = box.west, box.south
        across, down = (float(np.abs(np.diff(heights, axis=axis)).max()) for axis in (1, 0))
        self.steepest = hypot(across, down) / STEP_M
        """Rise over run that no place exceeds: a line of sight steeper than that meets no slope."""

    def up_m(self, east: float, north: float) -> float:
        """Height of the open field, ENU metres; beyond the box that of its edge."""
        # Comparisons, not min and max: this is asked tens of times a second for every person.
        x: float = (east - self._west) / STEP_M
        y: float = (north - self._south) / STEP_M
        i, j = int(x), int(y)
        if not (x >= 0.0 and i < self._last_col):
            x, i = (0.0, 0) if x < 0.0 else (float(self._last_col), self._last_col - 1)
        if not (y >= 0.0 and j < self._last_row):
            y, j = (0.0, 0) if y < 0.0 else (float(self._last_row), self._last_row - 1)
        x -= i
        y -= j
        low, high = self._rows[j], self._rows[j + 1]
        south: float = low[i] + (low[i + 1] - low[i]) * x
        edge: float = high[i] + (high[i + 1] - high[i]) * x
        return south + (edge - south) * y


def nodes_of(box: Box) -> tuple[int, int]:
    """Rows and columns of the grid on a box."""
    return round((box.north - box.south) / STEP_M) + 1, round((box.east - box.west) / STEP_M) + 1


def rolling_relief(box: Box, relief_m: float, seed: int) -> Relief:
    """Slopes by chance; `relief_m` lies between the lowest and the highest node, and the anchor is at height 0."""
    rows, cols = nodes_of(box)
    heights = np.zeros((rows, cols))
    for wave, (spacing_m, weight) in enumerate(_WAVES):
        rng = Random(f"relief {seed} {wave}")
        heights += weight * _smooth_noise(rng, rows, cols, spacing_m)
    span = float(heights.max() - heights.min()) or 1.0
    heights *= relief_m / span
    relief = Relief(box, heights)
    # Millimetres, so that the last bit of another machine's arithmetic cannot change a mission.
    return Relief(box, np.round(heights - relief.up_m(0.0, 0.0), 3))


def _smooth_noise(rng: Random, rows: int, cols: int, spacing_m: float) -> Heights:
    """Uniform cubic B-spline through random heights `spacing_m` apart: smooth, without creases along the lattice."""
    down, across = (int((n - 1) * STEP_M / spacing_m) + 5 for n in (rows, cols))
    lattice = np.array([[rng.uniform(-1.0, 1.0) for _ in range(across)] for _ in range(down)])
    return _spline(_spline(lattice, rows, spacing_m).T, cols, spacing_m).T


def _spline(lattice: Heights, count: int, spacing_m: float) -> Heights:
    at = np.arange(count) * (STEP_M / spacing_m)
    knot = at.astype(np.intp)
    t = (at - knot)[:, None]
    u = 1.0 - t
    return np.asarray(
        (
            u * u * u * lattice[knot]
            + (3.0 * t * t * t - 6.0 * t * t + 4.0) * lattice[knot + 1]
            + (3.0 * u * u * u - 6.0 * u * u + 4.0) * lattice[knot + 2]
            + t * t * t * lattice[knot + 3]
        )
        / 6.0
    )
