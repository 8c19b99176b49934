"""Plans and grounds for the tests of ways."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from safeconduct.model.geometry import Enu, Wgs84
from safeconduct.model.plan import Area, Plan
from safeconduct.routes import Ground, Rules, grid_of, margin_m
from safeconduct.routes.grid import segment_away_m


def p(east: float, north: float) -> Enu:
    return Enu(float(east), float(north), 0.0)


def ring(*corners: tuple[float, float]) -> tuple[Enu, ...]:
    return tuple(p(*corner) for corner in corners)


def box(role: str, west: float, south: float, east: float, north: float, **more: float) -> Area:
    corners = ring((west, south), (east, south), (east, north), (west, north))
    return Area(f"{role} box", role, corners, **more)


def disc(role: str, east: float, north: float, radius_m: float, **more: float) -> Area:
    return Area(f"{role} disc", role, (p(east, north),), radius_m, **more)


def field(*areas: Area, to: tuple[float, float] = (200.0, 0.0), fence: tuple[Enu, ...] = ()) -> Plan:
    return Plan("field", Wgs84(48.6, 38.0), p(0, 0), p(*to), (), fence=fence, areas=areas)


def hills(plan: Plan, seed: int, height_m: float = 12.0) -> Ground:
    """Smooth hills by chance on the plan's own grid."""
    from scipy.ndimage import gaussian_filter

    grid = grid_of(plan)
    rough = gaussian_filter(np.random.default_rng(seed).normal(size=(grid.rows, grid.cols)), 25.0 / grid.step_m)
    return Ground(grid, rough / max(float(np.abs(rough).max()), 1e-9) * height_m)


def nearest_shut_m(plan: Plan, points: tuple[Enu, ...], rules: Rules) -> float:
    """Metres between a way and the nearest margin; negative within one. Measured walk by walk, without any raster."""
    return min(
        (
            segment_away_m(a, b, area) - margin_m(area, rules)
            for area in plan.areas
            if area.role in ("mines", "no_go")
            for a, b in pairwise(points)
        ),
        default=float("inf"),
    )
