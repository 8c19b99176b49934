"""The ground as feet, fear and plain eyes need it: heights, holes, what hides a person and where he finds cover."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, hypot
from pathlib import Path
from typing import NamedTuple

from safeconduct.maps.terrain import read_terrain
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.sim.grounds import Box, Crater, Grounds, Place, Ruin, Trench
from safeconduct.sim.relief import STEP_M, Relief, corridor, nodes_of, rolling_relief
from safeconduct.sim.sight import Sight
from safeconduct.sim.standing import HEDGE, Plant, Wall, plants_of, walls_of

__all__ = ["Box", "Cover", "Crater", "Ground", "Grounds", "Plant", "Ruin", "Trench", "Wall", "ground_of", "spoil_share"]

_CELL_M = 8.0
MARGIN_M = 100.0
"""Of ground that is laid about everything in the scenario."""
SPOIL_REACH_M = 1.5
_ANCHOR_OFF_M = 15.0
_SHELTER_WALL_M = 0.8  # high enough to lie behind
_BESIDE_M = 0.7


class Cover(NamedTuple):
    """A place that shelters from fragments, for the plan: its middle on the field, and its size."""

    name: str
    position: Enu
    radius_m: float


def spoil_share(edge_m: float) -> float:
    """Height of thrown-up earth, as a share of its crest, so far outside the edge of a hole."""
    off = (edge_m - 0.7) / 0.7
    return max(1.0 - off * off, 0.0)


class Ground:
    """Heights in ENU metres, and the cover the ground gives.

    box: the rectangle that is laid. relief: the open field's heights; None for a level one. spoil_m: of the crest of
    the earth beside holes. warnings: one line each, of what was mended in a terrain file.
    """

    def __init__(
        self,
        trenches: tuple[Trench, ...],
        craters: tuple[Crater, ...],
        *,
        grounds: Grounds | None = None,
        route: tuple[Place, ...] = (),
        box: Box | None = None,
        relief: Relief | None = None,
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.trenches, self.craters = trenches, craters
        self.grounds = grounds or Grounds()
        self.route = route
        self.relief = relief
        self.box = box or corridor(_places(self.grounds, trenches, craters, route), MARGIN_M)
        self.warnings = warnings
        self.walls: tuple[Wall, ...] = walls_of(self.grounds, route, self.field_m)
        self.plants: tuple[Plant, ...] = plants_of(self.grounds, trenches, craters, route, self.box, self.field_m)
        self._sight = Sight(self.plants, self.walls, relief)
        self._segments: list[tuple[float, float, float, float, float, float, float, float, float, float]] = []
        self._spoil_m = self.grounds.spoil_m
        for trench in trenches:
            half = trench.width_m / 2.0
            for (e1, n1), (e2, n2) in pairwise(trench.points):
                length = hypot(e2 - e1, n2 - n1) or 1e-6
                self._segments.append(
                    (
                        min(e1, e2) - half,
                        max(e1, e2) + half,
                        min(n1, n2) - half,
                        max(n1, n2) + half,
                        e1,
                        n1,
                        (e2 - e1) / length,
                        (n2 - n1) / length,
                        length,
                        half,
                    )
                )
        self._depths = [t.depth_m for t in trenches for _ in t.points[1:]]
        self._craters = [(c.at[0], c.at[1], c.radius_m, c.depth_m) for c in craters]
        # Most of the field is untouched: only these cells need a closer look.
        self._cells: set[tuple[int, int]] = set()
        more = SPOIL_REACH_M if self._spoil_m else 0.0
        for low_e, high_e, low_n, high_n, *_ in self._segments:
            self._mark(low_e - more, high_e + more, low_n - more, high_n + more)
        for e, n, radius, _depth in self._craters:
            self._mark(e - radius - more, e + radius + more, n - radius - more, n + radius + more)

    def _mark(self, low_e: float, high_e: float, low_n: float, high_n: float) -> None:
        for i in range(int(low_e // _CELL_M), int(high_e // _CELL_M) + 1):
            for j in range(int(low_n // _CELL_M), int(high_n // _CELL_M) + 1):
                self._cells.add((i, j))

    def field_m(self, east: float, north: float) -> float:
        """Height of the open field there, ENU metres, as if nobody had dug."""
        return 0.0 if self.relief is None else self.relief.up_m(east, north)

    def height_m(self, east: float, north: float) -> float:
        """Height of the ground under his feet, ENU metres; 0 is the ground at the anchor. Walls are not climbed."""
        dug = self._dug_m(east, north)
        return dug if self.relief is None else self.relief.up_m(east, north) + dug

    def depth_m(self, east: float, north: float) -> float:
        """How deep below the open field the ground lies there, metres; 0 on the field and on thrown-up earth."""
        return max(-self._dug_m(east, north), 0.0)

    def place(self, east: float, north: float) -> Enu:
        """The ground there as a point."""
        return Enu(east, north, self.height_m(east, north))

    def _dug_m(self, east: float, north: float) -> float:
        if (int(east // _CELL_M), int(north // _CELL_M)) not in self._cells:
            return 0.0
        for segment, depth in zip(self._segments, self._depths, strict=True):
            low_e, high_e, low_n, high_n, e1, n1, ue, un, length, half = segment
            if low_e <= east <= high_e and low_n <= north <= high_n:
                along = (east - e1) * ue + (north - n1) * un
                across = (north - n1) * ue - (east - e1) * un
                if -half <= along <= length + half and -half <= across <= half:
                    return -depth
        for e, n, radius, depth in self._craters:
            de = east - e
            dn = north - n
            square = de * de + dn * dn
            if square < radius * radius:
                return -depth * (1.0 - square / (radius * radius))
        return self._thrown_up_m(east, north) if self._spoil_m else 0.0

    def _thrown_up_m(self, east: float, north: float) -> float:
        """Height of the spoil at a place outside every hole."""
        share = 0.0
        for _, _, _, _, e1, n1, ue, un, length, half in self._segments:
            along = (east - e1) * ue + (north - n1) * un
            across = (north - n1) * ue - (east - e1) * un
            edge = hypot(max(-half - along, along - length - half, 0.0), max(abs(across) - half, 0.0))
            share = max(share, spoil_share(edge))
        for e, n, radius, _depth in self._craters:
            share = max(share, spoil_share(hypot(east - e, north - n) - radius))
        return self._spoil_m * share

    def rim_m(self, east: float, north: float, toward_e: float, toward_n: float) -> float:
        """Level distance from a point below the field to the rim, in the direction (unit vector) of a viewer."""
        for low_e, high_e, low_n, high_n, e1, n1, ue, un, _length, half in self._segments:
            if low_e <= east <= high_e and low_n <= north <= high_n:
                across = (north - n1) * ue - (east - e1) * un
                slope = toward_n * ue - toward_e * un
                if abs(across) <= half:
                    room = half - across if slope > 0.0 else half + across
                    return min(room / max(abs(slope), 0.15), 4.0)
        for e, n, radius, _depth in self._craters:
            if hypot(east - e, north - n) < radius:
                out = (east - e) * toward_e + (north - n) * toward_n
                return max(radius - out, 0.3)
        return 4.0

    def hides(self, east: float, north: float, top_m: float, to: Enu) -> bool:
        """Whether something hides from `to` (ENU metres) what reaches `top_m` above the ground at a place.

        The wall of a trench or crater, a plant, a broken wall, a rise of the field.
        """
        sunk = -self._dug_m(east, north)
        if sunk < 0.3 and self._sight.clear:
            return False
        floor = self.height_m(east, north)
        away = hypot(to[0] - east, to[1] - north)
        if away < 0.5:
            return False
        if sunk >= 0.3:
            rim = self.rim_m(east, north, (to[0] - east) / away, (to[1] - north) / away)
            if atan2(to[2] - floor - top_m, away) < atan2(sunk - top_m, rim):
                return True
        return self._sight.blocked(Enu(east, north, floor + top_m), to)

    def nearest_cover(self, east: float, north: float, within_m: float) -> tuple[float, float] | None:
        """The nearest place (east, north) to lie down in cover, or None when there is none within reach.

        A hole; else beside a wall; else behind a hedge, which stops no fragment, but frightened people choose it.
        """
        best: tuple[float, float] | None = None
        reach = within_m
        for e, n, _radius, _depth in self._craters:
            away = hypot(east - e, north - n)
            if away <= reach:
                reach, best = away, (e, n)
        for _, _, _, _, e1, n1, ue, un, length, _half in self._segments:
            along = min(max((east - e1) * ue + (north - n1) * un, 0.0), length)
            e, n = e1 + along * ue, n1 + along * un
            away = hypot(east - e, north - n)
            if away <= reach:
                reach, best = away, (e, n)
        if best is not None:
            return best
        for wall in self.walls:
            if wall.height_m >= _SHELTER_WALL_M:
                e, n = (wall.e1 + wall.e2) / 2.0, (wall.n1 + wall.n2) / 2.0
                away = hypot(east - e, north - n)
                if away <= reach:
                    reach, best = away, _beside(east, north, e, n, away)
        if best is not None:
            return best
        for plant in self.plants:
            if plant.kind == HEDGE:
                away = hypot(east - plant.east, north - plant.north)
                if away <= reach:
                    reach, best = away, _beside(east, north, plant.east, plant.north, away)
        return best

    def wall_covers(self) -> tuple[Cover, ...]:
        """The ruins that still shelter, for a plan; holes are in `trenches` and `craters`."""
        covers = []
        for i, ruin in enumerate(self.grounds.ruins):
            if any(w.ruin == i and w.height_m >= _SHELTER_WALL_M for w in self.walls):
                e, n = ruin.at
                covers.append(
                    Cover(f"ruin {i + 1}", Enu(e, n, self.field_m(e, n)), min(ruin.length_m, ruin.width_m) / 2.0)
                )
        return tuple(covers)


def ground_of(
    grounds: Grounds,
    trenches: tuple[Trench, ...],
    craters: tuple[Crater, ...],
    route: tuple[Place, ...],
    *,
    anchor: Wgs84 | None = None,
    near: tuple[Place, ...] = (),
) -> Ground:
    """The ground of a scenario. near: further places that it must reach (dangers, people).

    anchor: where on the earth it lies; needed for a terrain file, whose heights are then taken from the ground at the
    anchor. Raises BadInput for a terrain file that cannot be used.
    """
    box = corridor((*_places(grounds, trenches, craters, route), *near), MARGIN_M)
    relief: Relief | None = None
    warnings: tuple[str, ...] = ()
    if grounds.terrain:
        frame = LocalFrame(anchor or Wgs84(0.0, 0.0))
        terrain = read_terrain(Path(grounds.terrain), frame, box.west, box.south, *nodes_of(box), STEP_M)
        level_m = terrain.height_m(0.0, 0.0)
        # The aircraft starts from the ground, so the ground at the anchor is 0, whatever altitude the anchor claims.
        relief, warnings = Relief(box, (terrain.heights_m - level_m).round(3)), terrain.warnings
        if abs(level_m) > _ANCHOR_OFF_M:
            alt_m = frame.anchor.alt_m
            warnings += (
                f"{grounds.terrain}: the anchor lies at {alt_m:.0f} m, the ground there at {alt_m + level_m:.0f} m; "
                "heights are counted from the ground",
            )
    elif grounds.relief_m:
        relief = rolling_relief(box, grounds.relief_m, grounds.seed)
    return Ground(trenches, craters, grounds=grounds, route=route, box=box, relief=relief, warnings=warnings)


def _places(
    grounds: Grounds, trenches: tuple[Trench, ...], craters: tuple[Crater, ...], route: tuple[Place, ...]
) -> tuple[Place, ...]:
    """What the laid ground must hold. Lines of trees and tracks may lead beyond it."""
    return (*route, *(p for t in trenches for p in t.points), *(c.at for c in craters), *(r.at for r in grounds.ruins))


def _beside(east: float, north: float, e: float, n: float, away: float) -> tuple[float, float]:
    """On the near side of a thing at (e, n)."""
    if away < 0.05:
        return east, north
    return e + (east - e) / away * _BESIDE_M, n + (north - n) / away * _BESIDE_M
