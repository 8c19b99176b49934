"""What comes between a person and a viewer above the ground: plants, walls, a rise of the field."""

from __future__ import annotations

from math import ceil, hypot, sqrt

from safeconduct.model.geometry import Enu
from safeconduct.sim.relief import Relief
from safeconduct.sim.standing import STUMP, TREE, Plant, Wall

_CELL_M = 8.0
_STRIDE_M = 6.0  # of the look along the relief
_LOW_WALL_M = 0.3


class Sight:
    """Lines of sight over everything that stands. Quick where nothing does."""

    def __init__(self, plants: tuple[Plant, ...], walls: tuple[Wall, ...], relief: Relief | None) -> None:
        self._relief = relief
        self._things: dict[tuple[int, int], list[Plant | Wall]] = {}
        self._top_m = 0.0
        for plant in plants:
            if plant.kind != STUMP:
                r = plant.radius_m
                self._mark(plant, plant.east - r, plant.east + r, plant.north - r, plant.north + r)
        for wall in walls:
            if wall.height_m >= _LOW_WALL_M:
                self._mark(
                    wall, min(wall.e1, wall.e2), max(wall.e1, wall.e2), min(wall.n1, wall.n2), max(wall.n1, wall.n2)
                )
        self.clear = relief is None and not self._things

    def _mark(self, thing: Plant | Wall, low_e: float, high_e: float, low_n: float, high_n: float) -> None:
        self._top_m = max(self._top_m, thing.up + thing.height_m)
        for i in range(int(low_e // _CELL_M), int(high_e // _CELL_M) + 1):
            for j in range(int(low_n // _CELL_M), int(high_n // _CELL_M) + 1):
                self._things.setdefault((i, j), []).append(thing)

    def blocked(self, low: Enu, high: Enu) -> bool:
        """Whether something stands on the line from `low` (a part of the person) to `high` (the viewer), ENU metres."""
        if self.clear:
            return False
        de, dn, du = high[0] - low[0], high[1] - low[1], high[2] - low[2]
        away = hypot(de, dn)
        if away < 0.5:
            return False
        if self._relief is not None and self._rise_between(low, de, dn, du, away):
            return True
        if not self._things:
            return False
        # Above the highest top nothing hides: look only along the lower part of the line.
        part = 1.0 if low[2] + du <= self._top_m else (self._top_m - low[2]) / du
        if part <= 0.0:
            return False
        seen: set[int] = set()
        steps = ceil(away * min(part, 1.0) / (_CELL_M / 4.0))
        last = None
        for k in range(steps + 1):
            t = min(part, 1.0) * k / max(steps, 1)
            cell = int((low[0] + de * t) // _CELL_M), int((low[1] + dn * t) // _CELL_M)
            if cell == last:
                continue
            last = cell
            for thing in self._things.get(cell, ()):
                if id(thing) not in seen:
                    seen.add(id(thing))
                    if isinstance(thing, Wall):
                        hidden = _wall_hides(thing, low, de, dn, du)
                    else:
                        hidden = _plant_hides(thing, low, de, dn, du, away)
                    if hidden:
                        return True
        return False

    def _rise_between(self, low: Enu, de: float, dn: float, du: float, away: float) -> bool:
        assert self._relief is not None
        if du >= self._relief.steepest * away:
            return False
        steps = min(int(away / _STRIDE_M), 40)
        for k in range(1, steps + 1):
            t = k / (steps + 1)
            if self._relief.up_m(low[0] + de * t, low[1] + dn * t) > low[2] + du * t:
                return True
        return False


def _wall_hides(wall: Wall, low: Enu, de: float, dn: float, du: float) -> bool:
    we, wn = wall.e2 - wall.e1, wall.n2 - wall.n1
    cross = de * wn - dn * we
    if abs(cross) < 1e-9:
        return False
    fe, fn = wall.e1 - low[0], wall.n1 - low[1]
    t = (fe * wn - fn * we) / cross  # along the line of sight
    s = (fe * dn - fn * de) / cross  # along the wall
    return 0.0 < t < 1.0 and 0.0 <= s <= 1.0 and low[2] + du * t < wall.up + wall.height_m


def _plant_hides(plant: Plant, low: Enu, de: float, dn: float, du: float, away: float) -> bool:
    """Whether the line passes through the leaves, judged where it comes nearest to their middle."""
    fe, fn = plant.east - low[0], plant.north - low[1]
    t = min(max((fe * de + fn * dn) / (away * away), 0.0), 1.0)
    aside = hypot(fe - de * t, fn - dn * t) / plant.radius_m
    if aside >= 1.0:
        return False
    half = sqrt(1.0 - aside * aside)
    height = low[2] + du * t - plant.up
    if plant.kind == TREE:
        return abs(height - 0.6 * plant.height_m) < 0.4 * plant.height_m * half
    return height < plant.height_m * half
