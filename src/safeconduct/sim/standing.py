"""What stands on the ground and hides: broken walls, trees, bushes, hedges. Laid by the scenario's seed, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from math import cos, hypot, radians, sin
from random import Random
from typing import NamedTuple

from safeconduct.sim.grounds import Box, Crater, Grounds, Line, Place, Ruin, Trench

CLEAR_OF_ROUTE_M = 3.0
_CLEAR_OF_HOLES_M = 1.2
_WALL_PIECE_M = 0.9
WALL_THICK_M = 0.4
TREE, BUSH, HEDGE, STUMP = "tree", "bush", "hedge", "stump"

Up = Callable[[float, float], float]


class Plant(NamedTuple):
    """A tree, bush, piece of hedge, or a bare broken trunk ("stump").

    east, north, up: its foot, ENU metres. tint: 0 to 255, varies looks. A bush and a piece of hedge fill a half
    ellipsoid from the foot up; a tree's crown fills one from 0.2 of its height to the top.
    """

    east: float
    north: float
    up: float
    kind: str
    height_m: float
    radius_m: float
    tint: int


class Wall(NamedTuple):
    """A straight piece of wall along its middle line; foot at `up`. ruin: the number of its ruin, from 0."""

    e1: float
    n1: float
    e2: float
    n2: float
    up: float
    height_m: float
    thick_m: float
    ruin: int


def walls_of(grounds: Grounds, route: tuple[Place, ...], up: Up) -> tuple[Wall, ...]:
    """The walls and the larger rubble of all ruins, with a breach where the route leads through."""
    return tuple(
        wall
        for i, ruin in enumerate(grounds.ruins)
        for wall in _ruin(ruin, i, Random(f"ruin {grounds.seed} {i}"), up)
        if _away_m(((wall.e1 + wall.e2) / 2.0, (wall.n1 + wall.n2) / 2.0), route) >= CLEAR_OF_ROUTE_M
    )


def _ruin(ruin: Ruin, number: int, rng: Random, up: Up) -> list[Wall]:
    ue, un = sin(radians(ruin.heading_deg)), cos(radians(ruin.heading_deg))

    def place(along: float, across: float) -> Place:
        return round(ruin.at[0] + along * ue + across * un, 3), round(ruin.at[1] + along * un - across * ue, 3)

    a, b = ruin.length_m / 2.0, ruin.width_m / 2.0
    middle = rng.uniform(-0.25, 0.25) * ruin.length_m
    sides = [
        ((-a, -b), (a, -b)),
        ((a, -b), (a, b)),
        ((a, b), (-a, b)),
        ((-a, b), (-a, -b)),
        ((middle, -b), (middle, b)),
    ]
    walls = []
    for (x1, y1), (x2, y2) in sides:
        pieces = max(2, round(hypot(x2 - x1, y2 - y1) / _WALL_PIECE_M))
        door = rng.randrange(pieces)
        whole = rng.random() < ruin.stands
        height = rng.uniform(0.75, 1.0) * ruin.height_m if whole else rng.uniform(0.2, 0.5)
        for i in range(pieces):
            # Walls fall in stretches of some metres, with a ragged top where they stand.
            if rng.random() < 0.25:
                whole = rng.random() < ruin.stands
                height = rng.uniform(0.6, 1.0) * ruin.height_m if whole else rng.uniform(0.15, 0.5)
            height = min(max(height + rng.uniform(-0.25, 0.25), 0.15), ruin.height_m)
            if i == door:
                continue
            p = place(x1 + (x2 - x1) * i / pieces, y1 + (y2 - y1) * i / pieces)
            q = place(x1 + (x2 - x1) * (i + 1) / pieces, y1 + (y2 - y1) * (i + 1) / pieces)
            walls.append(Wall(*p, *q, up(*p), round(height, 2), WALL_THICK_M, number))
    for _ in range(round(ruin.length_m * ruin.width_m * 0.35)):
        p = place(rng.uniform(-1.25, 1.25) * a, rng.uniform(-1.25, 1.25) * b)
        size, turn = rng.uniform(0.2, 0.7), rng.uniform(0.0, 3.14)
        q = round(p[0] + size * cos(turn), 3), round(p[1] + size * sin(turn), 3)
        height = round(rng.uniform(0.1, 0.4), 2)
        walls.append(Wall(*p, *q, up(*p), height, round(rng.uniform(0.2, 0.5), 2), number))
    return walls


def plants_of(
    grounds: Grounds,
    trenches: tuple[Trench, ...],
    craters: tuple[Crater, ...],
    route: tuple[Place, ...],
    box: Box,
    up: Up,
) -> tuple[Plant, ...]:
    """Everything that grows in the box; nothing in a hole, in a ruin's walls or within 3 m of the route."""
    plants: list[Plant] = []
    for i, line in enumerate(grounds.tree_lines):
        rng = Random(f"tree line {grounds.seed} {i}")
        for e, n in _along(line, 3.1):
            at = (e + rng.gauss(0.0, 1.0), n + rng.gauss(0.0, 1.0))
            plants.append(_plant(STUMP if rng.random() < 0.16 else TREE, at, rng))
            if rng.random() < 0.7:  # undergrowth
                plants.append(_plant(BUSH, (e + rng.gauss(0.0, 1.8), n + rng.gauss(0.0, 1.8)), rng))
    for i, line in enumerate(grounds.hedges):
        rng = Random(f"hedge {grounds.seed} {i}")
        plants += [
            _plant(HEDGE, (e + rng.gauss(0.0, 0.12), n + rng.gauss(0.0, 0.12)), rng) for e, n in _along(line, 0.8)
        ]
    hectares = (box.east - box.west) * (box.north - box.south) / 10_000.0
    for kind, density in (
        (BUSH, grounds.bushes_per_ha),
        (TREE, grounds.trees_per_ha),
        (STUMP, grounds.stumps_per_ha),
    ):
        rng = Random(f"{kind} {grounds.seed}")
        for _ in range(round(density * hectares)):
            at = (rng.uniform(box.west, box.east), rng.uniform(box.south, box.north))
            plants.append(_plant(kind, at, rng))
    walls = [((r.at[0], r.at[1]), max(r.length_m, r.width_m) * 0.75) for r in grounds.ruins]
    lines = [(t.points, t.width_m / 2.0 + _CLEAR_OF_HOLES_M) for t in trenches]
    lines += [(track, 1.5) for track in grounds.tracks]
    holes = [(c.at, c.radius_m * 0.9) for c in craters] + walls
    kept = []
    for plant in plants:
        at = plant.east, plant.north
        body_m = plant.radius_m if plant.kind != TREE else plant.radius_m * 0.5
        if (
            _away_m(at, route) < CLEAR_OF_ROUTE_M + body_m
            or any(hypot(at[0] - e, at[1] - n) < reach for (e, n), reach in holes)
            or any(_away_m(at, line) < reach + min(body_m, 0.6) for line, reach in lines)
        ):
            continue
        kept.append(plant._replace(up=round(up(*at), 3)))
    return tuple(kept)


_SIZES = {TREE: ((5.5, 11.0), (0.2, 0.28)), BUSH: ((0.8, 2.2), (0.5, 0.75)), STUMP: ((1.0, 4.5), (0.06, 0.09))}


def _plant(kind: str, at: Place, rng: Random) -> Plant:
    if kind == HEDGE:
        height, radius = rng.uniform(1.8, 2.4), rng.uniform(0.65, 0.85)
    else:
        heights, slender = _SIZES[kind]
        height = rng.uniform(*heights)
        radius = height * rng.uniform(*slender)
    return Plant(round(at[0], 2), round(at[1], 2), 0.0, kind, round(height, 2), round(radius, 2), rng.randrange(256))


def _along(line: Line, step_m: float) -> Iterable[Place]:
    for (e1, n1), (e2, n2) in pairwise(line):
        parts = max(1, round(hypot(e2 - e1, n2 - n1) / step_m))
        for i in range(parts):
            yield e1 + (e2 - e1) * (i + 0.5) / parts, n1 + (n2 - n1) * (i + 0.5) / parts


def _away_m(at: Place, line: tuple[Place, ...]) -> float:
    """Level distance to a polyline; far for an empty one."""
    best = 1e9
    for (e1, n1), (e2, n2) in pairwise(line):
        de, dn = e2 - e1, n2 - n1
        along = ((at[0] - e1) * de + (at[1] - n1) * dn) / (de * de + dn * dn or 1.0)
        along = min(max(along, 0.0), 1.0)
        best = min(best, hypot(at[0] - e1 - along * de, at[1] - n1 - along * dn))
    return best
