"""Heights of the ground as a plan carries them into the record: a coarse grid, so that a replay flies over the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, floor

import msgspec

from safeconduct.model.geometry import Enu

STEP_M, MARGIN_M, MOST_NODES = 10.0, 60.0, 20_000


class Terrain(msgspec.Struct, frozen=True):
    """heights_m: up in ENU metres at the nodes, row by row from the south-west; `columns` nodes a row, step_m apart."""

    west: float
    south: float
    step_m: float
    columns: int
    heights_m: tuple[float, ...]

    def covers(self, place: Enu) -> bool:
        """Heights there are known, not those of the grid's edge."""
        rows = len(self.heights_m) // self.columns
        east, north = place.east - self.west, place.north - self.south
        return 0.0 <= east <= (self.columns - 1) * self.step_m and 0.0 <= north <= (rows - 1) * self.step_m

    def up_m(self, east: float, north: float) -> float:
        """Height of the ground there (ENU, m), bilinear between nodes; beyond the grid that of its edge."""
        rows = len(self.heights_m) // self.columns
        x = min(max((east - self.west) / self.step_m, 0.0), self.columns - 1.0)
        y = min(max((north - self.south) / self.step_m, 0.0), rows - 1.0)
        i, j = min(int(x), self.columns - 2), min(int(y), rows - 2)
        x, y, at = x - i, y - j, j * self.columns + i
        h = self.heights_m
        low = h[at] + (h[at + 1] - h[at]) * x
        high = h[at + self.columns] + (h[at + self.columns + 1] - h[at + self.columns]) * x
        return low + (high - low) * y


def terrain_about(places: Iterable[Enu], height_m: Callable[[float, float], float]) -> Terrain:
    """The heights about all places, to 60 m beyond them: every 10 m, on large ground as far apart as 20,000 nodes need.

    height_m(east, north): of the ground, ENU metres; kept to a decimetre.
    """
    east, north = zip(*((p.east, p.north) for p in places), strict=True)
    west, south = floor(min(east) - MARGIN_M), floor(min(north) - MARGIN_M)
    wide, high = max(east) + MARGIN_M - west, max(north) + MARGIN_M - south
    step_m = max(STEP_M, ceil((wide * high / MOST_NODES) ** 0.5))
    columns, rows = ceil(wide / step_m) + 1, ceil(high / step_m) + 1
    nodes = ((west + c * step_m, south + r * step_m) for r in range(rows) for c in range(columns))
    return Terrain(float(west), float(south), float(step_m), columns, tuple(round(height_m(*n), 1) for n in nodes))
