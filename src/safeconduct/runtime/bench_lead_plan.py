"""`safeconduct bench lead`, rows of the way: planning and planning again, beside scikit-image on the same raster."""

from __future__ import annotations

import time
from itertools import pairwise
from random import Random
from statistics import median
from typing import Any

import msgspec
import numpy as np

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, Wgs84, add, ground_range_m, toward
from safeconduct.model.plan import Area, Plan
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes import Ground, grid_of, plan_way, way_through
from safeconduct.routes.least_cost import cheapest_way, quick_way
from safeconduct.routes.planning import shut_areas
from safeconduct.routes.replanning import Standing, another_way, standing, with_dangers
from safeconduct.routes.straighten import Margins, as_points, straightened
from safeconduct.routes.way import Way

SIDE_M = 1000.0
ABSENT = "scikit-image is not installed: no anchor (it is a dependency of development only)"


def bench_plan(short: bool = False) -> tuple[dict[str, Any], dict[str, Any], float]:
    """Figures, baseline and how many times faster than the anchor (0 without it).

    Times are process time, the better of two runs each. The raster is a plan's own: 1 km² at 1 m, hills, fire that
    sees, mines with margins, cover. Costs of both are counted on that raster, cell to cell.
    """
    anchor = _anchor()
    ours_ms, theirs_ms, dearer_pct, whole_ms = [], [], [], []
    again_ms: list[float] = []
    again_pct: list[float] = []
    failed = 0
    for seed in range(1, 3 if short else 7):
        plan, ground = a_square_kilometre(seed)
        began = time.process_time()
        planned = plan_way(plan, ground)
        whole_ms.append((time.process_time() - began) * 1e3)
        kept = standing(plan, ground)
        price = kept.priced.price
        start, goal = kept.priced.grid.cell(plan.start), kept.priced.grid.cell(plan.reception)
        took, found = _better(lambda price=price, start=start, goal=goal: quick_way(price, start, goal))
        ours_ms.append(took)
        if anchor is not None and found is not None:
            took, cost = _better(lambda price=price, start=start, goal=goal: anchor(price, start, goal))
            theirs_ms.append(took)
            dearer_pct.append((found.cost / cost - 1.0) * 100.0)
        way = way_through(planned.walk.points)
        rng = Random(seed)
        for n in range(8 if short else 40):
            at, made_m, dangers = a_surprise(rng, way, n)
            began = time.process_time()
            try:
                new = another_way(kept, way, at, made_m, dangers)
            except BadInput:
                failed += 1
                continue
            again_ms.append((time.process_time() - began) * 1e3)
            if n % 8 == 0:
                again_pct.append(_dearer_pct(kept, new, at, dangers))
    figures: dict[str, Any] = {
        "plan_search_ms": round(median(ours_ms), 1),
        "plan_with_rasters_ms": round(median(whole_ms)),
        "plan_dearer_pct_worst": round(max(dearer_pct), 3) if dearer_pct else None,
        "replans": len(again_ms),
        "replan_ms_p50": round(float(np.percentile(again_ms, 50)), 1),
        "replan_ms_p95": round(float(np.percentile(again_ms, 95)), 1),
        "replan_without_way": failed,
        "replan_dearer_pct_p50": round(float(np.percentile(again_pct, 50)), 2),
        "replan_dearer_pct_p95": round(float(np.percentile(again_pct, 95)), 2),
    }
    if not theirs_ms:
        return figures, {"MCP_Geometric": ABSENT}, 0.0
    ratio = median(t / o for t, o in zip(theirs_ms, ours_ms, strict=True))
    return figures, {"MCP_Geometric_ms": round(median(theirs_ms), 1)}, round(ratio, 1)


def _anchor() -> Any:
    try:
        from skimage.graph import MCP_Geometric
    except ImportError:
        return None

    def cost(price: Any, start: tuple[int, int], goal: tuple[int, int]) -> float:
        search = MCP_Geometric(price, fully_connected=True)
        costs, _ = search.find_costs([start], [goal])
        search.traceback(goal)
        return float(costs[goal])

    return cost


def _better(run: Any) -> tuple[float, Any]:
    took = []
    for _ in range(2):
        began = time.process_time()
        answer = run()
        took.append((time.process_time() - began) * 1e3)
    return min(took), answer


def a_square_kilometre(seed: int) -> tuple[Plan, Ground]:
    """Hills by chance; corner to corner; two machine guns, five mined areas, a farm, thirty covers."""
    rng = Random(f"square kilometre {seed}")
    far = SIDE_M - 60.0

    def somewhere() -> tuple[float, float]:
        return rng.uniform(120.0, SIDE_M - 120.0), rng.uniform(120.0, SIDE_M - 120.0)

    areas = []
    for n in range(5):
        e, north = somewhere()
        wide, high = rng.uniform(40.0, 140.0), rng.uniform(40.0, 140.0)
        ring = tuple(
            Enu(e + s * wide / 2.0 + rng.uniform(-9, 9), north + t * high / 2.0 + rng.uniform(-9, 9), 0.0)
            for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        )
        areas.append(Area(f"mines {n + 1}", PlanRole.MINES, ring))
    for n in range(2):
        areas.append(Area(f"gun {n + 1}", PlanRole.HAZARD, (Enu(*somewhere(), 0.0),), 15.0, sees_m=500.0))
    for n in range(30):
        areas.append(Area(f"crater {n + 1}", PlanRole.COVER, (Enu(*somewhere(), 0.0),), 3.0))
    fence = tuple(
        Enu(e, n, 0.0) for e, n in ((2.0, 2.0), (SIDE_M - 3, 2.0), (SIDE_M - 3, SIDE_M - 3), (2.0, SIDE_M - 3))
    )
    plan = Plan(
        f"square kilometre {seed}", Wgs84(48.6, 38.0), Enu(60.0, 60.0, 0.0), Enu(far, far, 0.0), (), fence, tuple(areas)
    )
    from scipy.ndimage import gaussian_filter

    grid = grid_of(plan)
    chance = np.random.default_rng(seed)
    up = np.zeros((grid.rows, grid.cols))
    for wave_m, height_m in ((90.0, 9.0), (25.0, 1.5), (4.0, 0.25)):
        wave = gaussian_filter(chance.normal(size=up.shape), wave_m)
        up += wave / wave.std() * height_m
    return plan, Ground(grid, np.round(up, 3))


def a_surprise(rng: Random, way: Way, n: int) -> tuple[Enu, float, tuple[Area, ...]]:
    """Where he is then, how far along, and what was reported: a shell ahead, mines ahead, or that he strayed."""
    made_m = rng.uniform(0.0, way.length_m - 150.0)
    at = way.point(made_m)
    ahead = way.point(made_m + rng.uniform(25.0, 110.0))
    if n % 3 == 0:
        return at, made_m, (Area("shell", PlanRole.HAZARD, (ahead,), rng.uniform(10.0, 25.0)),)
    if n % 3 == 1:
        return at, made_m, (Area("mines", PlanRole.MINES, (ahead,), rng.uniform(2.0, 10.0)),)
    aside = toward(way.bearing_deg(made_m) + rng.choice((-90.0, 90.0)), rng.uniform(20.0, 60.0))
    return add(at, aside), made_m, ()


def _dearer_pct(kept: Standing, new: Way, at: Enu, dangers: tuple[Area, ...]) -> float:
    """Against the exact way on the changed raster, straightened in the same manner."""
    priced, _ = with_dangers(kept, dangers)
    grid = priced.grid
    found = cheapest_way(priced.price, grid.cell(at), grid.cell(new.points[-1]))
    if found is None:
        return 0.0
    areas = with_areas(kept.plan, dangers)
    margins = Margins(priced, shut_areas(areas, kept.rules))
    best = straightened(margins, as_points(priced, found.cells, at, new.points[-1]))

    def cost(points: Any) -> float:
        return sum(margins.walk_cost(a, b) for a, b in pairwise(points) if ground_range_m(a, b) > 0.0)

    return (cost(new.points) / cost(best) - 1.0) * 100.0


def with_areas(plan: Plan, dangers: tuple[Area, ...]) -> Plan:
    return msgspec.structs.replace(plan, areas=(*plan.areas, *dangers))
