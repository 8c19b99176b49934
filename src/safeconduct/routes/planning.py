"""From a plan and its ground to a way with its price: the one function that everybody asks."""

from __future__ import annotations

from math import hypot

import msgspec
import numpy as np

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, inside
from safeconduct.model.plan import Area, Plan
from safeconduct.routes.batteries import Walker
from safeconduct.routes.grid import Grid, Ground, away_m, grid_about
from safeconduct.routes.least_cost import quick_way
from safeconduct.routes.price import SHUT, Priced, Rules, margin_m, price_ground
from safeconduct.routes.straighten import Margins, as_points, broken_steps, clear_of, straightened
from safeconduct.routes.walk import Walk, price_walk
from safeconduct.routes.way import way_through

MARGIN_M = 100.0
SEEING_M = 1500.0
"""A fire position farther off is taken to see from the edge of the grid."""
MOST_CELLS = 4_000_000
_STEPS_M = (1.0, 2.0, 4.0, 8.0, 16.0)
_FOOTHOLD_M = 6.0
_TRIES = 40


class Planned(msgspec.Struct, frozen=True):
    """walk: the way and its price. priced: the rasters that it was read from. found: the cheapest, where he drew."""

    walk: Walk
    priced: Priced
    found: Walk | None = None


def plan_way(
    plan: Plan, ground: Ground | None = None, rules: Rules | None = None, walker: Walker | None = None
) -> Planned:
    """The way with its price: as drawn when the plan has a route, else the cheapest one found.

    ground: heights on `grid_of(plan)`; None: level ground. Pure and deterministic. Raises BadInput: the start or the
    reception point is shut in, or there is no way between them.
    """
    rules, walker = rules or Rules(), walker or Walker()
    grid = ground.grid if ground is not None else grid_of(plan)
    priced = price_ground(plan, grid, ground, rules)
    margins = Margins(priced, shut_areas(plan, rules))
    if plan.route:
        drawn = price_walk(plan, way_through(plan.route), priced, margins, rules, walker)
        return Planned(drawn, priced)
    points = find_way(plan, priced, margins, rules)
    lifted = tuple(_on_ground(p, ground) for p in points)
    ends = (plan.start, *lifted[1:-1], plan.reception)
    return Planned(price_walk(plan, way_through(ends), priced, margins, rules, walker), priced)


def grid_of(plan: Plan) -> Grid:
    """The cells of a plan: about start and reception, or the fence, and fire positions that see there.

    1 m wide where that makes few enough. A route widens it only where it leaves it: a way that was found in these
    cells has the same cells, and so the same price, when it is read again as the plan's route.
    """
    ends = (plan.start, plan.reception)
    apart = hypot(plan.start[0] - plan.reception[0], plan.start[1] - plan.reception[1])
    margin = 2.0 if plan.fence else max(MARGIN_M, 0.3 * apart)
    (west, east), (south, north) = _span(plan.fence or ends, margin)
    if not plan.fence and any(not (west <= p[0] <= east and south <= p[1] <= north) for p in plan.route):
        (west, east), (south, north) = _span((*ends, *plan.route), margin)
    for area in plan.areas:
        if area.sees_m:  # what lies between a fire position and the way must be known too
            (w, e), (s, n) = _span(area.ring, 10.0)
            if max(west - e, w - east, south - n, s - north) < min(area.sees_m, SEEING_M):
                west, east, south, north = min(west, w), max(east, e), min(south, s), max(north, n)
    corners = (Enu(west, south, 0.0), Enu(east, north, 0.0))
    for step_m in _STEPS_M:
        grid = grid_about(corners, 0.0, step_m)
        if grid.rows * grid.cols <= MOST_CELLS:
            return grid
    return grid


def _span(places: tuple[Enu, ...], margin_m: float) -> tuple[tuple[float, float], tuple[float, float]]:
    east, north = [p[0] for p in places], [p[1] for p in places]
    return (min(east) - margin_m, max(east) + margin_m), (min(north) - margin_m, max(north) + margin_m)


def shut_areas(plan: Plan, rules: Rules) -> tuple[tuple[Area, float], ...]:
    return tuple((area, margin_m(area, rules)) for area in plan.areas if area.role in SHUT)


def _on_ground(p: Enu, ground: Ground | None) -> Enu:
    return Enu(p[0], p[1], 0.0 if ground is None else round(ground.height_m(p[0], p[1]), 2))


def find_way(plan: Plan, priced: Priced, margins: Margins, rules: Rules) -> tuple[Enu, ...]:
    """The cheapest way of straight walks from start to reception point. Raises BadInput when there is none."""
    shut = shut_areas(plan, rules)
    grid, price = priced.grid, priced.price
    for place, what in ((plan.start, "start"), (plan.reception, "reception point")):
        _refuse_shut(plan, place, what, shut, grid)
        give_foothold(priced, place)
    start, goal = grid.cell(plan.start), grid.cell(plan.reception)
    if start == goal:
        return (plan.start, plan.reception)
    for _ in range(_TRIES):
        found = quick_way(price, start, goal)
        if found is None:
            break
        points = as_points(priced, found.cells, plan.start, plan.reception)
        broken = broken_steps(margins, points)
        if not broken:
            return tuple(straightened(margins, points))
        for step in broken:  # two cells that keep a margin, and a corner of it between them
            for cell in found.cells[max(step, 1) : min(step + 2, len(found.cells) - 1)]:
                price[cell[0], cell[1]] = np.inf
    raise BadInput(plan.name, f"has no way from the start to the reception point{_by_whom(plan, priced, shut)}", _MEND)


_MEND = "open a lane, give areas their true margin_m, or move the reception point"


def _refuse_shut(plan: Plan, place: Enu, what: str, shut: tuple[tuple[Area, float], ...], grid: Grid) -> None:
    for area, margin in shut:
        if not clear_of(place, place, area, margin):
            raise BadInput(
                f"{plan.name} {what}",
                f"lies in {area.role} '{area.name}' or its margin of {margin:g} m",
                "move it, or give that area its true margin_m",
            )
    if not grid.holds(place) or (plan.fence and not inside(place, plan.fence)):
        raise BadInput(f"{plan.name} {what}", "lies outside the fence", f"draw the fence around the {what} too")


def give_foothold(priced: Priced, place: Enu) -> None:
    """Where he is, and where he is received, he can stand: a trench's wall there is no wall to the way."""
    grid = priced.grid
    row, col = grid.cell(place)
    reach = round(_FOOTHOLD_M / grid.step_m)
    window = (slice(max(row - reach, 0), row + reach + 1), slice(max(col - reach, 0), col + reach + 1))
    steep = ~np.isfinite(priced.price[window]) & (priced.slack_m[window] > 0.25 * grid.step_m)
    priced.price[window] = np.where(steep, priced.effort[window], priced.price[window])
    if not np.isfinite(priced.price[row, col]):
        priced.price[row, col] = priced.effort[row, col]


def _by_whom(plan: Plan, priced: Priced, shut: tuple[tuple[Area, float], ...]) -> str:
    """The areas that touch what can be reached from the start, in words."""
    from scipy.ndimage import binary_dilation, label

    eight = np.ones((3, 3), dtype=np.bool_)
    names, _ = label(np.isfinite(priced.price), eight)
    reached = names == names[priced.grid.cell(plan.start)]
    edge = binary_dilation(reached, eight, iterations=2) & ~reached
    walls = [
        f"{area.role} '{area.name}'"
        for area, margin in shut
        if (edge & (away_m(priced.grid, area, margin + 2.0 * priced.grid.step_m) < np.inf)).any()
    ]
    if plan.fence:
        walls.append("the fence")
    return f": shut off by {', '.join(walls[:4])}" if walls else ": the ground is too steep"
