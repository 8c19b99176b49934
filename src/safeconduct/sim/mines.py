"""Mined ground, as feet meet it."""

from __future__ import annotations

from math import hypot

from safeconduct.sim.surroundings import Danger
from safeconduct.sim.traits import Place

MINES = "mines"


class MinedGround:
    """The mined areas of a scenario; empty for most."""

    def __init__(self, dangers: tuple[Danger, ...]) -> None:
        self._fields = [(_box(d), d.ring, d.radius_m) for d in dangers if d.role == MINES]

    def has(self, east: float, north: float) -> bool:
        """Whether a foot set down there stands among mines."""
        for (low_e, high_e, low_n, high_n), ring, radius_m in self._fields:
            if not (low_e <= east <= high_e and low_n <= north <= high_n):
                continue
            if len(ring) < 3:
                if any(hypot(east - e, north - n) <= radius_m for e, n in ring):
                    return True
            elif _inside(east, north, ring):
                return True
        return False


def _box(danger: Danger) -> tuple[float, float, float, float]:
    r = danger.radius_m if len(danger.ring) < 3 else 0.0
    east, north = [e for e, _ in danger.ring], [n for _, n in danger.ring]
    return min(east) - r, max(east) + r, min(north) - r, max(north) + r


def _inside(east: float, north: float, ring: tuple[Place, ...]) -> bool:
    """Even-odd rule."""
    inside = False
    for (e1, n1), (e2, n2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (n1 > north) != (n2 > north) and east < (e2 - e1) * (north - n1) / (n2 - n1) + e1:
            inside = not inside
    return inside
