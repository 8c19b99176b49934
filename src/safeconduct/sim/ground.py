"""The ground as the plain world needs it: flat fields with trenches and craters, heights and what hides a person."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, hypot
from typing import Annotated

import msgspec

from safeconduct.model.geometry import Enu

_CELL_M = 8.0
Depth = Annotated[float, msgspec.Meta(gt=0.0, le=10.0)]


class Trench(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trench along a polyline of (east, north) metres. 1.6 m deep, 1.2 m wide: a fire trench (design assumption)."""

    name: str
    points: tuple[tuple[float, float], ...]
    width_m: Annotated[float, msgspec.Meta(gt=0.0, le=10.0)] = 1.2
    depth_m: Depth = 1.6


class Crater(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bowl at (east, north) metres; deep enough to lie in."""

    at: tuple[float, float]
    radius_m: Annotated[float, msgspec.Meta(gt=0.0, le=50.0)] = 2.5
    depth_m: Depth = 0.9


class Ground:
    """Heights in metres above the field (ENU up), and the cover it gives."""

    def __init__(self, trenches: tuple[Trench, ...], craters: tuple[Crater, ...]) -> None:
        self._segments: list[tuple[float, float, float, float, float, float, float, float, float, float]] = []
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
        # Most of the field is flat: only these cells need a closer look.
        self._cells: set[tuple[int, int]] = set()
        for low_e, high_e, low_n, high_n, *_ in self._segments:
            self._mark(low_e, high_e, low_n, high_n)
        for e, n, radius, _depth in self._craters:
            self._mark(e - radius, e + radius, n - radius, n + radius)

    def _mark(self, low_e: float, high_e: float, low_n: float, high_n: float) -> None:
        for i in range(int(low_e // _CELL_M), int(high_e // _CELL_M) + 1):
            for j in range(int(low_n // _CELL_M), int(high_n // _CELL_M) + 1):
                self._cells.add((i, j))

    def height_m(self, east: float, north: float) -> float:
        """Height of the ground, metres; 0 is the open field."""
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
        return 0.0

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
        """Whether a trench or crater wall hides from `to` (ENU metres) what reaches `top_m` above its floor."""
        floor = self.height_m(east, north)
        if floor > -0.3:
            return False
        away = hypot(to[0] - east, to[1] - north)
        if away < 0.5:
            return False
        rim = self.rim_m(east, north, (to[0] - east) / away, (to[1] - north) / away)
        return atan2(to[2] - floor - top_m, away) < atan2(-floor - top_m, rim)

    def nearest_cover(self, east: float, north: float, within_m: float) -> tuple[float, float] | None:
        """The nearest place (east, north) to lie below the field, or None when there is none within reach."""
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
        return best
