"""What a metre of the way costs there: effort of a hurt man, fire that sees him, cover out of reach, hazards.

The unit is one metre of level, even ground that nobody sees, with cover at hand. Mines with their margin, no-go areas,
ground too steep and everything outside the fence are shut, whatever it costs (inf).
"""

from __future__ import annotations

from math import fsum
from typing import NamedTuple

import msgspec
import numpy as np
from scipy.ndimage import distance_transform_edt, uniform_filter

from safeconduct.model.geometry import Enu, middle_of
from safeconduct.model.plan import Area, Plan
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes.grid import Grid, Ground, Mask, Raster, away_m, inside_ring
from safeconduct.routes.viewshed import seen_from

SHUT = (PlanRole.MINES, PlanRole.NO_GO)


class Rules(msgspec.Struct, frozen=True):
    """Prices and margins. Lengths in metres; what is dear is a factor on the effort of the metre.

    steepest_deg: a wounded man is led up or down no steeper slope. slope_price: added at 45 degrees, grows with the
    square. rough_price: added for each metre of unevenness (standard deviation within 7 m). seen_price: where a known
    or assumed fire position sees him, falling to a half at the end of its reach. cover_price: added where cover is
    `cover_reach_m` or more away. brink_price: at the margin of a shut area, falling to nothing `brink_m` further, so
    that he may stray a little. hazard_price: within a hazard, falling to nothing `hazard_reach_m` outside.
    """

    mines_margin_m: float = 10.0
    no_go_margin_m: float = 1.0
    steepest_deg: float = 30.0
    slope_price: float = 8.0
    rough_price: float = 3.0
    seen_price: float = 2.5
    cover_price: float = 1.0
    cover_reach_m: float = 60.0
    cover_within_m: float = 15.0
    brink_price: float = 1.0
    brink_m: float = 6.0
    hazard_price: float = 6.0
    hazard_reach_m: float = 30.0
    own_price: float = 2.0
    hollow_m: float = 0.6
    assumed_behind_m: float = 400.0
    assumed_reach_m: float = 900.0


class FirePosition(NamedTuple):
    """From where he may be shot at or watched. assumed: nobody reported it; it lies behind him, on his own side."""

    name: str
    place: Enu
    reach_m: float
    assumed: bool


class Priced(NamedTuple):
    """The rasters of one plan. price: inf where shut. worth: the price as if nothing were shut.

    effort: of the ground alone, 1 on level even ground.

    seen: 0 unseen, to 1. slack_m: metres beyond the margin of the nearest shut area, inf far from all, -1 outside
    the fence.
    cover_m: to the nearest cover. hollow: cells that shelter by the lie of the ground alone.
    """

    grid: Grid
    price: Raster
    worth: Raster
    effort: Raster
    seen: Raster
    slack_m: Raster
    cover_m: Raster
    hollow: Mask
    fire: tuple[FirePosition, ...]


_SLACK_REACH_M = 30.0
_QUANTUM = 64.0
"""Prices are whole 64ths: the last bit of another machine's arithmetic then cannot change a way."""


def margin_m(area: Area, rules: Rules) -> float:
    """How far a way stays from a shut area: what the plan says, else by its kind."""
    if area.margin_m is not None:
        return area.margin_m
    return rules.mines_margin_m if area.role == PlanRole.MINES else rules.no_go_margin_m


def price_ground(plan: Plan, grid: Grid, ground: Ground | None, rules: Rules) -> Priced:
    """All rasters of a plan on a grid; without heights the ground is taken as level and open to view."""
    shape = (grid.rows, grid.cols)
    slack = np.full(shape, np.inf)
    hazard, own = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    for area in plan.areas:
        if area.role in SHUT:
            margin = margin_m(area, rules)
            np.minimum(slack, away_m(grid, area, margin + _SLACK_REACH_M) - margin, out=slack)
        elif area.role == PlanRole.HAZARD:
            near = 1.0 - away_m(grid, area, rules.hazard_reach_m) / rules.hazard_reach_m
            np.maximum(hazard, near, out=hazard)
        elif area.role == PlanRole.OWN_POSITION:
            own |= away_m(grid, area, 0.0) <= 0.0
    if plan.fence:
        slack[~inside_ring(grid, plan.fence)] = -1.0
    steep, effort, hollow = _effort(ground, shape, rules)
    fire = fire_positions(plan, grid, ground, rules)
    seen = _seen(ground, grid, fire)
    hollow = hollow & (seen <= 0.0)
    shelter = _sheltered(plan, grid, hollow)
    cover = np.full(shape, np.inf)
    if shelter.any():
        cover = np.asarray(distance_transform_edt(~shelter)) * grid.step_m
    far = np.minimum(cover, rules.cover_reach_m) / rules.cover_reach_m
    reception = np.hypot(*_from(grid, plan.reception)) < 60.0
    own_price = np.where(own & ~reception, rules.own_price, 0.0)
    brink = np.clip(1.0 - slack / rules.brink_m, 0.0, 1.0)
    dear = 1.0 + rules.seen_price * seen + rules.cover_price * far + rules.hazard_price * hazard + own_price
    dear += rules.brink_price * brink
    worth = np.rint(effort * dear * _QUANTUM) / _QUANTUM
    price = worth.copy()
    shut = (slack <= 0.25 * grid.step_m) | steep
    price[shut] = np.inf
    return Priced(grid, price, worth, effort, seen, slack, cover, hollow, fire)


def _sheltered(plan: Plan, grid: Grid, hollow: Mask) -> Mask:
    """Cover of the plan and of the ground. A point that lies in a hollow is that hollow, which does not grow by being
    written down: else a way that counted on it would be cheaper when its plan is read again."""
    shelter = hollow.copy()
    for area in plan.areas:
        if area.role == PlanRole.COVER and not (len(area.ring) == 1 and hollow[grid.cell(area.ring[0])]):
            shelter |= away_m(grid, area, 0.75 * grid.step_m) < np.inf
    return shelter


def fire_positions(plan: Plan, grid: Grid, ground: Ground | None, rules: Rules) -> tuple[FirePosition, ...]:
    """Hazards that see (`sees_m`); where none is known and the ground is, three are assumed on his own side."""
    known = []
    for area in plan.areas:
        if area.role == PlanRole.HAZARD and area.sees_m > 0.0:
            middle = Enu(*middle_of(area.ring), fsum(p[2] for p in area.ring) / len(area.ring))
            known.append(FirePosition(area.name, middle, area.sees_m, assumed=False))
    if known or ground is None:
        return tuple(known)
    de, dn = plan.start[0] - plan.reception[0], plan.start[1] - plan.reception[1]
    length = float(np.hypot(de, dn)) or 1.0
    de, dn = de / length, dn / length
    assumed = []
    for n, (across, behind) in enumerate(((-0.5, 0.866), (0.0, 1.0), (0.5, 0.866))):
        e = plan.start[0] + rules.assumed_behind_m * (behind * de - across * dn)
        north = plan.start[1] + rules.assumed_behind_m * (behind * dn + across * de)
        row, col = grid.cell(Enu(e, north, 0.0))  # not beyond the ground that is known
        e, north = grid.middle(row, col)
        place = Enu(e, north, float(ground.up_m[row, col]))
        assumed.append(FirePosition(f"assumed fire {n + 1}", place, rules.assumed_reach_m, assumed=True))
    return tuple(assumed)


def _from(grid: Grid, place: Enu) -> tuple[Raster, Raster]:
    east = np.arange(grid.cols) * grid.step_m + (grid.west - place[0])
    north = np.arange(grid.rows) * grid.step_m + (grid.south - place[1])
    return np.asarray(east[None, :]), np.asarray(north[:, None])


def _effort(ground: Ground | None, shape: tuple[int, int], rules: Rules) -> tuple[Mask, Raster, Mask]:
    """Too steep; effort; hollows that hide a man who lies down."""
    if ground is None:
        return np.zeros(shape, dtype=np.bool_), np.ones(shape), np.zeros(shape, dtype=np.bool_)
    step = ground.grid.step_m
    up = ground.up_m
    down_n, down_e = np.gradient(up, step)
    slope2 = down_e * down_e + down_n * down_n
    side = max(round(7.0 / step) | 1, 3)
    mean = uniform_filter(up, side, mode="nearest")
    # What a plane through the neighbourhood does not explain: its own slope is no roughness.
    spread = uniform_filter(up * up, side, mode="nearest") - mean * mean
    plane = slope2 * (step * step) * ((side * side - 1) / 12.0)
    rough = np.sqrt(np.maximum(spread - plane, 0.0))
    wide = uniform_filter(up, max(round(25.0 / step) | 1, 3), mode="nearest")
    steep = slope2 > np.tan(np.radians(rules.steepest_deg)) ** 2
    effort = 1.0 + rules.slope_price * slope2 + rules.rough_price * rough
    return np.asarray(steep), np.asarray(effort), np.asarray(wide - up >= rules.hollow_m)


def _seen(ground: Ground | None, grid: Grid, fire: tuple[FirePosition, ...]) -> Raster:
    """The strongest of all positions: 1 near, a half at the end of its reach, 0 unseen."""
    seen = np.zeros((grid.rows, grid.cols))
    for position in fire:
        away = np.hypot(*_from(grid, position.place))
        view = seen_from(ground, position.place, position.reach_m) if ground is not None else away <= position.reach_m
        np.maximum(seen, np.where(view, 1.0 - 0.5 * away / position.reach_m, 0.0), out=seen)
    return seen
