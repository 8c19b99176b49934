"""Where he can lie down beside the way, so that the walk from cover to cover is bounded. Pure."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot

import msgspec
import numpy as np

from safeconduct.model.geometry import Enu, inside
from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes.grid import Raster
from safeconduct.routes.price import Priced, Rules
from safeconduct.routes.straighten import Margins
from safeconduct.routes.way import Way


class CoverStop(msgspec.Struct, frozen=True):
    """Cover beside the way. seconds: of walking and resting from the start to `at_m`; off_m: from there to it."""

    number: int
    name: str
    place: Enu
    at_m: float
    off_m: float
    seconds: float


class Metres:
    """The way read metre by metre from the rasters."""

    def __init__(self, way: Way, priced: Priced) -> None:
        count = max(round(way.length_m), 1)
        self.at = (np.arange(count) + 0.5) * (way.length_m / count)
        self.each_m = way.length_m / count
        places = [way.point(float(s)) for s in self.at]
        grid = priced.grid
        self.east, self.north = np.array([p[0] for p in places]), np.array([p[1] for p in places])
        col = np.clip(np.rint((self.east - grid.west) / grid.step_m).astype(np.intp), 0, grid.cols - 1)
        row = np.clip(np.rint((self.north - grid.south) / grid.step_m).astype(np.intp), 0, grid.rows - 1)
        self.row, self.col = row, col

    def read(self, raster: Raster) -> Raster:
        return np.asarray(raster[self.row, self.col])


def cover_stops(
    plan: Plan,
    metres: Metres,
    priced: Priced,
    margins: Margins,
    rules: Rules,
    between_m: float,
    seconds: Callable[[float], float],
) -> tuple[CoverStop, ...]:
    """As few as keep each walk between two of them within bound: the nearest cover late in each bound, else the next.

    A cover counts only if the straight walk to it keeps every margin.
    """
    near = metres.read(priced.cover_m)
    usable = np.flatnonzero(near <= rules.cover_within_m)
    end_m = metres.each_m * metres.at.size
    stops: list[CoverStop] = []
    last_m = 0.0
    left = usable
    while left.size and last_m + between_m < end_m:
        at = metres.at[left]
        late = left[(at > last_m + 0.5 * between_m) & (at <= last_m + between_m)]
        early = left[(at > last_m + 0.25 * between_m) & (at <= last_m + 0.5 * between_m)]
        beyond = left[at > last_m + between_m]
        # Among the late ones the nearest to the way and the farthest along it; else the farthest early one; else the
        # next.
        detour = near[late] + 0.2 * (last_m + between_m - metres.at[late])
        order = [*late[np.argsort(detour, kind="stable")][:6], *early[::-1][:6], *beyond[:6]]
        found = None
        for metre in order:
            found = _shelter(plan, metres, priced, margins, rules, int(metre))
            if found is not None:
                name, place, off = found
                last_m = float(metres.at[metre])
                stops.append(
                    CoverStop(len(stops) + 1, name, place, round(last_m, 1), round(off, 1), round(seconds(last_m), 1))
                )
                break
        if found is None:
            skip = order[-1] if order else left[-1]
            left = left[left > skip]
        else:
            left = left[metres.at[left] > last_m]
    return tuple(stops)


def _shelter(
    plan: Plan, metres: Metres, priced: Priced, margins: Margins, rules: Rules, metre: int
) -> tuple[str, Enu, float] | None:
    """The nearest sheltering cell that can be walked to from that metre: its name, place and distance."""
    grid = priced.grid
    reach = round(rules.cover_within_m / grid.step_m) + 1
    j, i = int(metres.row[metre]), int(metres.col[metre])
    j0, i0 = max(j - reach, 0), max(i - reach, 0)
    window = priced.cover_m[j0 : j + reach + 1, i0 : i + reach + 1] <= 0.0
    rows, cols = np.nonzero(window)
    if not rows.size:
        return None
    east, north = grid.west + (cols + i0) * grid.step_m, grid.south + (rows + j0) * grid.step_m
    off = np.hypot(east - metres.east[metre], north - metres.north[metre])
    here = Enu(float(metres.east[metre]), float(metres.north[metre]), 0.0)
    for k in np.argsort(off, kind="stable")[:3]:
        place = Enu(float(east[k]), float(north[k]), 0.0)
        if off[k] < 0.5 * grid.step_m or margins.kept(here, place):
            return _named(plan, place, grid.step_m), place, float(off[k])
    return None


def _named(plan: Plan, place: Enu, step_m: float) -> str:
    best, name = 2.0 * step_m, "hollow"
    for area in plan.areas:
        if area.role == PlanRole.COVER:
            away = min(hypot(p[0] - place[0], p[1] - place[1]) for p in area.ring) - area.radius_m
            if away < best or (len(area.ring) > 2 and away < 200.0 and inside(place, area.ring)):
                best, name = away, area.name
    return name
