"""Whatever is drawn, the answer is one line, or a way that keeps every margin from its start to its end."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, ground_range_m, inside
from safeconduct.model.plan import Area, Plan
from safeconduct.routes import Rules, Walk, plan_way, way_through
from safeconduct.routes.least_cost import cheapest_way, quick_way
from safeconduct.routes.replanning import another_way, standing
from unit.routes.fields import box, disc, field, hills, nearest_shut_m, p, ring

places = st.integers(-60, 160).map(float)
sizes = st.integers(3, 60).map(float)
margins = st.none() | st.floats(0.0, 15.0)


@st.composite
def areas(draw: st.DrawFn) -> Area:
    east, north, size = draw(places), draw(places), draw(sizes)
    role = draw(st.sampled_from(["mines", "no_go", "mines", "hazard", "cover", "own_position"]))
    more = {"margin_m": draw(margins)} if role in ("mines", "no_go") else {}
    kind = draw(st.integers(0, 2))
    if kind == 0:
        area = disc(role, east, north, min(size, 25.0))
    elif kind == 1:
        area = box(role, east, north, east + size, north + draw(sizes) / 3.0)
    else:
        area = Area(f"{role} needle", role, ring((east, north), (east + size, north + 0.4), (east, north + 1.0)))
    return replace(area, **more)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    to = (draw(st.integers(40, 150).map(float)), draw(st.integers(-60, 60).map(float)))
    fence = ring((-70, -90), (170, -90), (170, 90), (-70, 90)) if draw(st.booleans()) else ()
    return field(*draw(st.lists(areas(), max_size=6)), to=to, fence=fence)


def _planned(plan: Plan, seed: int | None) -> Walk | None:
    try:
        return plan_way(plan, None if seed is None else hills(plan, seed)).walk
    except BadInput as told:
        _one_line(told)
        return None


def _one_line(told: BadInput) -> None:
    assert "\n" not in str(told)


@given(plans(), st.none() | st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_a_way_keeps_every_margin_or_there_is_none(plan: Plan, seed: int | None) -> None:
    walk = _planned(plan, seed)
    if walk is None:
        return
    assert walk.points[0] == plan.start
    assert walk.points[-1] == plan.reception
    assert nearest_shut_m(plan, walk.points, Rules()) >= -1e-5
    if plan.fence:
        assert all(inside(q, plan.fence) for q in walk.points)
    assert walk == _planned(plan, seed), "the same plan, the same way"


@given(plans(), st.floats(0.05, 0.7), st.lists(areas(), max_size=2), st.floats(-30.0, 30.0))
@settings(max_examples=60, deadline=None)
def test_another_way_in_flight_keeps_every_margin_too(
    plan: Plan, share: float, dangers: list[Area], aside_m: float
) -> None:
    walk = _planned(plan, None)
    if walk is None:
        return
    way = way_through(walk.points)
    made_m = share * way.length_m
    at = way.point(made_m)
    at = Enu(at.east, at.north + aside_m, 0.0)
    told = tuple(area for area in dangers if area.role in ("mines", "no_go", "hazard"))
    kept = standing(plan)
    try:
        new = another_way(kept, way, at, made_m, told)
    except BadInput as refused:
        _one_line(refused)
        return
    assert ground_range_m(new.points[0], at) < 0.01
    assert new.points[-1] == way.points[-1]
    everything = replace(kept.plan, areas=(*kept.plan.areas, *told))
    begun_inside = nearest_shut_m(everything, (at, at), kept.rules)
    # Who stands in a margin already is led straight out of it, never nearer to what it is about.
    assert nearest_shut_m(everything, new.points, kept.rules) >= min(begun_inside, 0.0) - 0.02
    assert new == another_way(kept, way, at, made_m, told)


def _rasters(seed: int, size: int, walls: float, wave: float = 4.0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    rise = gaussian_filter(rng.normal(size=(size, size)), wave)
    price = 1.0 + 2.0 * np.abs(rise) / rise.std() + rng.random((size, size))
    blocks = gaussian_filter(rng.normal(size=(size, size)), 0.6 * wave)
    price[blocks > np.quantile(blocks, 1.0 - walls)] = np.inf
    price[:3, :3] = price[-3:, -3:] = 1.0
    return np.asarray(price)


def _slow_honest_cost(price: NDArray[np.float64], start: tuple[int, int], goal: tuple[int, int]) -> float:
    best, heap = {start: 0.0}, [(0.0, start)]
    while heap:
        cost, (j, i) = heappop(heap)
        if (j, i) == goal:
            return cost
        if cost > best[j, i]:
            continue
        for dj in (-1, 0, 1):
            for di in (-1, 0, 1):
                b = (j + dj, i + di)
                if (dj or di) and 0 <= b[0] < price.shape[0] and 0 <= b[1] < price.shape[1] and np.isfinite(price[b]):
                    there = cost + 0.5 * (price[j, i] + price[b]) * float(np.hypot(dj, di))
                    if there < best.get(b, np.inf):
                        best[b] = there
                        heappush(heap, (there, b))
    return float("inf")


@given(st.integers(0, 10_000), st.integers(6, 24), st.floats(0.0, 0.5))
@settings(max_examples=40, deadline=None)
def test_the_exact_search_costs_what_a_slow_honest_one_costs(seed: int, size: int, walls: float) -> None:
    price = _rasters(seed, size, walls)
    start, goal = (1, 1), (size - 2, size - 2)
    found = cheapest_way(price, start, goal)
    honest = _slow_honest_cost(price, start, goal)
    assert (found.cost if found is not None else np.inf) == pytest.approx(honest)
    if found is not None:
        assert tuple(found.cells[0]) == start
        assert tuple(found.cells[-1]) == goal
        assert all(max(abs(a - b)) == 1 for a, b in pairwise(found.cells))


@given(st.integers(0, 10_000), st.floats(0.0, 0.45))
@settings(max_examples=40, deadline=None)
def test_the_quick_search_finds_a_way_wherever_there_is_one_and_is_seldom_dearer(seed: int, walls: float) -> None:
    price = _rasters(seed, 160, walls)
    start, goal = (1, 1), (158, 158)
    quick, exact = quick_way(price, start, goal), cheapest_way(price, start, goal)
    assert (quick is None) == (exact is None)
    if quick is not None and exact is not None:
        assert exact.cost - 1e-9 <= quick.cost <= 1.15 * exact.cost


@pytest.mark.parametrize(("wave", "most"), [(12.0, 0.005), (4.0, 0.03)])
def test_the_quick_search_is_as_good_as_the_exact_one_on_ground_and_near_it_on_cheap_lines_of_a_cell_or_two(
    wave: float, most: float
) -> None:
    """The second raster is no ground: cheap lines a few cells wide in every direction, which blocks cannot show."""
    dearer = []
    for seed in range(24):
        price = _rasters(seed, 200, 0.15 if seed % 2 else 0.0, wave)
        quick, exact = quick_way(price, (1, 1), (198, 198)), cheapest_way(price, (1, 1), (198, 198))
        if quick is not None and exact is not None:
            dearer.append(quick.cost / exact.cost - 1.0)
    assert len(dearer) >= 15
    assert float(np.quantile(dearer, 0.9)) <= most
    assert float(np.mean(dearer)) <= 0.4 * most


def test_scikit_image_counts_the_same_cost() -> None:
    graph = pytest.importorskip("skimage.graph")
    for seed in range(5):
        price = _rasters(seed, 60, 0.1)
        found = cheapest_way(price, (1, 1), (58, 58))
        costs, _ = graph.MCP_Geometric(price, fully_connected=True).find_costs([(1, 1)], [(58, 58)])
        assert (found.cost if found is not None else np.inf) == pytest.approx(float(costs[58, 58]))


def test_where_he_stands_among_mines_nobody_is_led_on() -> None:
    plan = field()
    way = way_through((plan.start, plan.reception))
    with pytest.raises(BadInput, match=r"stands in mines 'mines disc'; stop him; he goes back in his steps"):
        another_way(standing(plan), way, p(50, 0), 50.0, (disc("mines", 52, 0, 4),))
