"""A route walked by a person: how far along he is, what lies ahead. Pure geometry on a polyline in ENU metres."""

from __future__ import annotations

from math import ceil, hypot

import msgspec

from safeconduct.model.geometry import Enu, bearing_deg


class Way(msgspec.Struct, frozen=True):
    """A polyline with the running distance of each point. Build it with `way_through`."""

    points: tuple[Enu, ...]
    at_m: tuple[float, ...]

    @property
    def length_m(self) -> float:
        return self.at_m[-1]

    def point(self, s_m: float) -> Enu:
        """The point s_m along the way; beyond an end, the way goes straight on."""
        i = self._segment(s_m)
        a, b = self.points[i], self.points[i + 1]
        length = self.at_m[i + 1] - self.at_m[i]
        f = (s_m - self.at_m[i]) / length
        return Enu(a[0] + f * (b[0] - a[0]), a[1] + f * (b[1] - a[1]), a[2] + f * (b[2] - a[2]))

    def bearing_deg(self, s_m: float) -> float:
        """Compass direction of walking at s_m."""
        i = self._segment(s_m)
        return bearing_deg(self.points[i], self.points[i + 1])

    def progress_m(self, place: Enu, near_m: float, window_m: float = 60.0) -> float:
        """How far along the way the nearest point to `place` lies, looked for within `window_m` of `near_m`.

        The window keeps a person on the branch where he walks when the way comes near itself.
        """
        best = near_m
        best_d = float("inf")
        for i in range(len(self.points) - 1):
            lo, hi = self.at_m[i], self.at_m[i + 1]
            if hi < near_m - window_m or lo > near_m + window_m:
                continue
            a, b = self.points[i], self.points[i + 1]
            dx, dy, length = b[0] - a[0], b[1] - a[1], hi - lo
            f = ((place[0] - a[0]) * dx + (place[1] - a[1]) * dy) / (length * length)
            f = 0.0 if f < 0.0 else min(f, 1.0)
            d = hypot(place[0] - a[0] - f * dx, place[1] - a[1] - f * dy)
            if d < best_d:
                best, best_d = lo + f * length, d
        return best

    def _segment(self, s_m: float) -> int:
        last = len(self.points) - 2
        for i in range(last):
            if s_m < self.at_m[i + 1]:
                return i
        return last


def stretches_near(
    way: Way, areas: tuple[tuple[tuple[Enu, ...], float], ...], within_m: float
) -> tuple[tuple[float, float], ...]:
    """Stretches (from_m, to_m) of the way that come so near to areas; each is (ring, radius_m).

    Judged every metre, against the ring's edges, and `radius_m` about the point of an area that is one point.
    """
    if not areas:
        return ()
    found: list[tuple[float, float]] = []
    for i in range(ceil(way.length_m) + 1):
        at_m = min(float(i), way.length_m)
        place = way.point(at_m)
        if any(_away_m(place, ring) - radius_m <= within_m for ring, radius_m in areas):
            if found and at_m - found[-1][1] <= 1.0:
                found[-1] = (found[-1][0], at_m)
            else:
                found.append((at_m, at_m))
    return tuple(found)


def _away_m(place: Enu, ring: tuple[Enu, ...]) -> float:
    """Level distance to the nearest edge (or the point) of a ring."""
    best = float("inf")
    for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
        dx, dy = b[0] - a[0], b[1] - a[1]
        square = dx * dx + dy * dy
        f = ((place[0] - a[0]) * dx + (place[1] - a[1]) * dy) / square if square > 0.0 else 0.0
        f = min(max(f, 0.0), 1.0)
        best = min(best, hypot(place[0] - a[0] - f * dx, place[1] - a[1] - f * dy))
    return best


def way_through(points: tuple[Enu, ...]) -> Way:
    """A way through at least two different points; repeated points are dropped. Raises ValueError if fewer remain."""
    kept = [points[0]] if points else []
    at = [0.0]
    for p in points[1:]:
        step = hypot(p[0] - kept[-1][0], p[1] - kept[-1][1])
        if step > 1e-6:
            kept.append(p)
            at.append(at[-1] + step)
    if len(kept) < 2:
        raise ValueError("a way needs two different points")
    return Way(tuple(kept), tuple(at))
