"""The walk without a drone: the same people on the same way over the same ground, for comparison only.

They climb out of the same trench, go through the same craters, tire and keep the pace of the slowest; nobody rests,
nothing falls, and they know the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from random import Random

import msgspec

from safeconduct.model.geometry import Enu
from safeconduct.routes import Way, way_through
from safeconduct.sim.body import Body
from safeconduct.sim.ground import Ground
from safeconduct.sim.traits import PersonTraits, Place

STEP_S = 0.1
CORNER_M = 0.5


class Walks(msgspec.Struct, frozen=True):
    """One who walks: who he is, his pace, where he sets out (east, north), and how far he has come before."""

    traits: PersonTraits
    pace_mps: float
    begins: Place
    walked_m: float = 0.0


def free_walk_s(ground: Ground, route: Sequence[Place], walkers: Sequence[Walks], end: Place) -> float:
    """Seconds that the slowest of them needs alone for the piece of the route that ends beside `end`."""
    way = way_through(tuple(Enu(e, n, 0.0) for e, n in route))
    until_m = way.progress_m(Enu(*end, 0.0), way.length_m, way.length_m)
    return max(_Walker(one, ground).walks(_corners(way, one.begins, until_m)) for one in walkers)


def _corners(way: Way, begins: Place, until_m: float) -> list[Place]:
    """The corners between where he stands and so far along the way, and that place itself."""
    from_m = way.progress_m(Enu(*begins, 0.0), 0.0, way.length_m)
    between = [p for p, at_m in zip(way.points, way.at_m, strict=True) if from_m < at_m < until_m]
    return [(p.east, p.north) for p in (*between, way.point(until_m))]


class _Walker(Body):
    """A body that only walks."""

    def __init__(self, one: Walks, ground: Ground) -> None:
        super().__init__(one.traits, ground, Random(0))
        s = self.state
        s.pace_mps, s.east, s.north = one.pace_mps, *one.begins
        s.up = ground.height_m(*one.begins)
        s.depth_m = max(ground.field_m(*one.begins) - s.up, 0.0)
        s.followed_from_s = 0.0
        self._came_m = one.walked_m  # for his tiredness; his sway begins anew

    def walks(self, corners: Sequence[Place]) -> float:
        s = self.state
        steps = 0
        for corner in corners:
            while hypot(corner[0] - s.east, corner[1] - s.north) > CORNER_M:
                self.step_to(STEP_S, corner, s.pace_mps * self._freshness(self._came_m + s.walked_m))
                steps += 1
        return steps * STEP_S
