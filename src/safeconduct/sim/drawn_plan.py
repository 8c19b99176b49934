"""The plan that a commander would draw for a scenario: route, fence, cover, and what to keep away from."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

from safeconduct.model.geometry import Enu, Wgs84
from safeconduct.model.plan import Area, Plan
from safeconduct.model.terrain import terrain_about
from safeconduct.model.vocabulary import PlanRole
from safeconduct.sim.ground import Ground

_COVER_SPACING_M = 10.0


def draw_plan(
    *,
    name: str,
    anchor: Wgs84,
    route: tuple[tuple[float, float], ...],
    fence_margin_m: float,
    no_fire_radius_m: float,
    ground: Ground,
    dangers: tuple[tuple[str, str, tuple[tuple[float, float], ...], float], ...],
    surveyed: bool = False,
) -> Plan:
    """A plan in the ENU frame about `anchor`, at the height of the field; dangers are (name, role, ring, radius_m).

    surveyed: the crew has a terrain model of it.
    """

    def on_field(e: float, n: float) -> Enu:
        return Enu(e, n, round(ground.field_m(e, n), 2))

    points = tuple(on_field(float(e), float(n)) for e, n in route)
    areas = [
        Area(f"crater {i + 1}", PlanRole.COVER, (on_field(*c.at),), c.radius_m) for i, c in enumerate(ground.craters)
    ]
    for trench in ground.trenches:
        for i, (e, n) in enumerate(_along(trench.points, _COVER_SPACING_M)):
            areas.append(Area(f"{trench.name} {i + 1}", PlanRole.COVER, (on_field(e, n),), trench.width_m))
    areas += [Area(c.name, PlanRole.COVER, (c.position,), c.radius_m) for c in ground.wall_covers()]
    areas += [
        Area(label, role, tuple(on_field(float(e), float(n)) for e, n in ring), radius)
        for label, role, ring, radius in dangers
    ]
    return Plan(
        name=name,
        anchor=anchor,
        start=points[0],
        reception=points[-1],
        route=points,
        fence=fence_about(route, fence_margin_m),
        areas=tuple(areas),
        no_fire_radius_m=no_fire_radius_m,
        terrain=terrain_about((*points, Enu(0.0, 0.0, 0.0)), ground.field_m) if surveyed else None,
    )


def fence_about(route: tuple[tuple[float, float], ...], margin_m: float) -> tuple[Enu, ...]:
    """A polygon `margin_m` to both sides of a gently bending route and beyond both its ends."""
    units = []
    for (e1, n1), (e2, n2) in pairwise(route):
        length = hypot(e2 - e1, n2 - n1)
        units.append(((e2 - e1) / length, (n2 - n1) / length))
    left: list[Enu] = []
    right: list[Enu] = []
    last = len(route) - 1
    for i, point in enumerate(route):
        a = units[max(i - 1, 0)]
        b = units[min(i, last - 1)]
        beyond = margin_m * ((i == last) - (i == 0))
        e, n = point[0] + beyond * b[0], point[1] + beyond * b[1]
        # The mitre: along the bisector, longer the sharper the bend, so that the margin holds on both legs.
        be, bn = a[0] + b[0], a[1] + b[1]
        size = hypot(be, bn)
        be, bn = (be / size, bn / size) if size > 0.1 else a
        reach = margin_m / max(be * a[0] + bn * a[1], 0.4)
        left.append(Enu(round(e - reach * bn, 1), round(n + reach * be, 1), 0.0))
        right.append(Enu(round(e + reach * bn, 1), round(n - reach * be, 1), 0.0))
    return (*left, *reversed(right))


def _along(points: tuple[tuple[float, float], ...], step_m: float) -> list[tuple[float, float]]:
    places = []
    for (e1, n1), (e2, n2) in pairwise(points):
        parts = max(1, round(hypot(e2 - e1, n2 - n1) / step_m))
        places += [(e1 + (e2 - e1) * (i + 0.5) / parts, n1 + (n2 - n1) * (i + 0.5) / parts) for i in range(parts)]
    return places
