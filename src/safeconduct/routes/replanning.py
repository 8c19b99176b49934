"""Another way in flight: a shell fell on the way, a danger was reported, or he strayed. Quick, pure, deterministic.

Only what changed is planned again: a coarse look at the whole ground says where the new way leaves the old one and
where it comes back; between these it is searched cell by cell, and beyond them the old way stays as it was approved.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import hypot

import msgspec
import numpy as np

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Area, Plan
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes.grid import Ground, Mask, Raster, away_m, segment_away_m
from safeconduct.routes.least_cost import CheapWay, Net, about, cheapest_way, coarse_price, finely, quick_way, trace
from safeconduct.routes.planning import give_foothold, grid_of, shut_areas
from safeconduct.routes.price import SHUT, Priced, Rules, margin_m, price_ground
from safeconduct.routes.straighten import Margins, as_points, broken_steps, clear_of, straightened
from safeconduct.routes.way import Way, way_through

_SIDE = 8
"""Of a coarse cell here, in cells: this look is only to say where the new way leads."""
_JOIN_CELLS = 3
_TRIES = 12
_OUT_M = 100.0
_SLACK_M = 30.0


class Standing(msgspec.Struct, frozen=True):
    """A plan's ground as it was priced before the walk, kept for looking again. coarse: its prices by blocks."""

    plan: Plan
    priced: Priced
    rules: Rules
    coarse: Raster


def standing(plan: Plan, ground: Ground | None = None, rules: Rules | None = None) -> Standing:
    """Price a plan's ground once. Where an approved route keeps less than a margin, what it keeps is the margin."""
    rules = rules or Rules()
    kept = msgspec.structs.replace(plan, areas=tuple(_as_approved(plan, area, rules) for area in plan.areas))
    grid = ground.grid if ground is not None else grid_of(plan)
    priced = price_ground(kept, grid, ground, rules)
    give_foothold(priced, plan.reception)
    return Standing(kept, priced, rules, coarse_price(priced.price, _SIDE))


@lru_cache(maxsize=4)
def standing_of(plan: Plan) -> Standing:
    """The same for a plan alone, remembered: a mission asks again and again, and a campaign flies one plan often."""
    return standing(plan)


def _as_approved(plan: Plan, area: Area, rules: Rules) -> Area:
    if area.role not in SHUT or len(plan.route) < 2:
        return area
    least = min(segment_away_m(a, b, area) for a, b in pairwise(plan.route))
    margin = min(margin_m(area, rules), max(np.floor(least * 10.0) / 10.0, 0.0))
    return msgspec.structs.replace(area, margin_m=float(margin))


def another_way(ground: Standing, old: Way, at: Enu, made_m: float, dangers: tuple[Area, ...]) -> Way:
    """From where he stands to the reception point, reckoning with dangers reported since the plan was signed.

    old: the way so far approved, of which he has made `made_m`. Raises BadInput: he stands in what is shut, or there
    is no way.
    """
    plan = msgspec.structs.replace(ground.plan, start=at, areas=(*ground.plan.areas, *dangers))
    priced, coarse = with_dangers(ground, dangers)
    shut = shut_areas(plan, ground.rules)
    margins = Margins(priced, shut)
    first = _foothold(priced, shut, at)
    start, goal = priced.grid.cell(first), priced.grid.cell(plan.reception)
    lead_in = (at,) if first != at else ()
    for _ in range(_TRIES):
        join_m, found = _detour(ground, priced, coarse, margins, old, start, made_m)
        if found is None:
            join_m, found = old.length_m, quick_way(priced.price, start, goal, _SIDE)
        if found is None:
            break
        end = old.point(join_m) if join_m < old.length_m else plan.reception
        points = as_points(priced, found.cells, first, end) if len(found.cells) > 1 else [first, end]
        broken = broken_steps(margins, points)
        if not broken:
            rest = [p for p, s in zip(old.points, old.at_m, strict=True) if s > join_m + 1e-6]
            way = (*lead_in, *straightened(margins, points), *rest)
            return way_through(tuple(_lifted(old, p) for p in way))
        for step in broken:
            for cell in found.cells[max(step, 1) : min(step + 2, len(found.cells) - 1)]:
                priced.price[cell[0], cell[1]] = np.inf
    raise BadInput("the way", "has no other one to the reception point", "wait with him, or open a lane")


def _foothold(priced: Priced, shut: tuple[tuple[Area, float], ...], at: Enu) -> Enu:
    """Where the raster's way begins: where he stands, or, where that is shut, the nearest place that is not.

    Out of a margin he is led straight away from it, never nearer to it. Raises BadInput where that cannot be.
    """
    grid = priced.grid
    row, col = grid.cell(at)
    for area, _ in shut:
        if segment_away_m(at, at, area) <= 0.0:
            raise BadInput("the person", f"stands in {area.role} '{area.name}'", "stop him; he goes back in his steps")
    if np.isfinite(priced.price[row, col]) and all(clear_of(at, at, area, margin) for area, margin in shut):
        return at
    reach = round(_OUT_M / grid.step_m)
    j0, i0 = max(row - reach, 0), max(col - reach, 0)
    rows, cols = np.nonzero(np.isfinite(priced.price[j0 : row + reach + 1, i0 : col + reach + 1]))
    east, north = grid.west + (cols + i0) * grid.step_m, grid.south + (rows + j0) * grid.step_m
    away = np.hypot(east - at[0], north - at[1])
    for k in np.argsort(away, kind="stable")[:200:5]:
        out = Enu(float(east[k]), float(north[k]), at[2])
        if all(
            segment_away_m(at, out, area) >= min(segment_away_m(at, at, area), margin) - 1e-6 for area, margin in shut
        ):
            return out
    raise BadInput("the person", "stands where no straight way leads out", "stop him; he goes back in his steps")


def with_dangers(ground: Standing, dangers: tuple[Area, ...]) -> tuple[Priced, Raster]:
    """The rasters and the coarse prices with further areas; those of the plan stay as they are."""
    before, rules = ground.priced, ground.rules
    if any(area.role in SHUT for area in dangers):
        before = before._replace(slack_m=before.slack_m.copy())
    priced, coarse = before._replace(price=before.price.copy()), ground.coarse.copy()
    grid = priced.grid
    for area in dangers:
        margin = margin_m(area, rules) if area.role in SHUT else 0.0
        reach = area.radius_m + (margin + _SLACK_M if area.role in SHUT else rules.hazard_reach_m)
        # A window whose sides lie on coarse cells.
        j0, i0 = grid.cell(Enu(min(p[0] for p in area.ring) - reach, min(p[1] for p in area.ring) - reach, 0.0))
        j1, i1 = grid.cell(Enu(max(p[0] for p in area.ring) + reach, max(p[1] for p in area.ring) + reach, 0.0))
        j0, i0 = j0 // _SIDE * _SIDE, i0 // _SIDE * _SIDE
        j1, i1 = min((j1 // _SIDE + 1) * _SIDE, grid.rows), min((i1 // _SIDE + 1) * _SIDE, grid.cols)
        window = (slice(j0, j1), slice(i0, i1))
        part = grid._replace(
            west=grid.west + i0 * grid.step_m, south=grid.south + j0 * grid.step_m, rows=j1 - j0, cols=i1 - i0
        )
        price = priced.price[window]
        if area.role in SHUT:
            slack = priced.slack_m[window]
            np.minimum(slack, away_m(part, area, margin + _SLACK_M) - margin, out=slack)
            price[slack <= 0.25 * grid.step_m] = np.inf
        elif area.role == PlanRole.HAZARD:
            near = np.maximum(1.0 - away_m(part, area, rules.hazard_reach_m) / rules.hazard_reach_m, 0.0)
            price += np.rint(64.0 * rules.hazard_price * near) / 64.0
        coarse[j0 // _SIDE : -(-j1 // _SIDE), i0 // _SIDE : -(-i1 // _SIDE)] = coarse_price(price, _SIDE)
    return priced, coarse


def _detour(
    ground: Standing,
    priced: Priced,
    coarse: Raster,
    margins: Margins,
    old: Way,
    start: tuple[int, int],
    made_m: float,
) -> tuple[float, CheapWay | None]:
    """Where along the old way the new one joins it (metres), and the cells from here to there.

    It joins as soon as the coarse look is back at the old way behind everything that became dearer: what was approved
    stays, as far as it can.
    """
    grid = priced.grid
    net = Net(coarse)
    end = grid.cell(old.points[-1])
    a, b = (start[0] // _SIDE, start[1] // _SIDE), (end[0] // _SIDE, end[1] // _SIDE)
    ahead = np.arange(made_m, old.length_m, 0.5 * _SIDE * grid.step_m)
    if net.node(a) < 0 or net.node(b) < 0 or not ahead.size:
        return old.length_m, None
    costs, before = net.costs_from(b)
    if not np.isfinite(costs[net.node(a)]):
        return old.length_m, None
    along = net.cells(trace(before, net.node(a)))
    cells = np.array([grid.cell(old.point(float(s))) for s in ahead])
    dearer = priced.price[cells[:, 0], cells[:, 1]] > ground.priced.price[cells[:, 0], cells[:, 1]]
    behind = int(np.flatnonzero(dearer)[-1]) + 1 if dearer.any() else 0
    apart = np.abs(along[:, None, :] - cells[None, behind:, :] // _SIDE).max(axis=2)
    back = np.flatnonzero(apart.min(axis=1) <= 1) if apart.size else np.array([], dtype=np.intp)
    if not back.size:
        return old.length_m, None
    joined = min(int(back[0]) + _JOIN_CELLS, len(along) - 1)
    join_m = float(ahead[behind + int(apart[joined].argmin())])
    rest = [old.point(join_m), *(p for p, s in zip(old.points, old.at_m, strict=True) if s > join_m)]
    if not all(margins.kept(p, q) for p, q in pairwise(rest)):
        return old.length_m, None
    goal = grid.cell(old.point(join_m))
    last = np.array([[goal[0] // _SIDE, goal[1] // _SIDE]], dtype=np.intp)
    way = about(net.shape, np.concatenate([along[: joined + 2], last]), 1)
    return join_m, _cropped(priced.price, finely(way, priced.price.shape, _SIDE), start, goal)


def _cropped(price: Raster, region: Mask, start: tuple[int, int], goal: tuple[int, int]) -> CheapWay | None:
    rows, cols = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    j, i = int(rows[0]), int(cols[0])
    window = (slice(j, int(rows[-1]) + 1), slice(i, int(cols[-1]) + 1))
    found = cheapest_way(price[window], (start[0] - j, start[1] - i), (goal[0] - j, goal[1] - i), region[window])
    return None if found is None else CheapWay(found.cells + np.array([j, i]), found.cost)


def _lifted(old: Way, p: Enu) -> Enu:
    """At the height of the nearest corner of the old way: the ground between is not known better in flight."""
    near = min(old.points, key=lambda q: hypot(q[0] - p[0], q[1] - p[1]))
    return Enu(round(p[0], 2), round(p[1], 2), near[2])
