"""What a way asks of him who walks it: exposure, cover and the time to it, low stretches, battery legs. Pure."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes.batteries import Leg, Walker, battery_legs
from safeconduct.routes.cover_stops import CoverStop, Metres, cover_stops
from safeconduct.routes.grid import segment_away_m
from safeconduct.routes.price import Priced, Rules
from safeconduct.routes.straighten import Margins
from safeconduct.routes.way import Way, stretches_near

LOW_NEAR_M = 12.0
"""So near to mines the aircraft flies over the way itself, low and slow: he is told to step where it flew."""


class Stretch(msgspec.Struct, frozen=True):
    from_m: float
    to_m: float


class Walk(msgspec.Struct, frozen=True):
    """The price of one way, for a commander to sign.

    price: sum of prices over the metres (`routes.price`), in metres of easy walking. seconds: with rests, to the
    reception point. exposed: stretches farther than 15 m from cover and, where fire positions are known or assumed,
    seen by one. longest_m: the longest walk from cover to cover. tolerance_m: how far he may stray everywhere without
    entering a margin, at most 30. warnings: one line each.
    """

    points: tuple[Enu, ...]
    length_m: float
    price: float
    seconds: float
    exposed_m: float
    exposed: tuple[Stretch, ...]
    covers: tuple[CoverStop, ...]
    longest_m: float
    low: tuple[Stretch, ...]
    legs: tuple[Leg, ...]
    tolerance_m: float
    climb_m: float
    warnings: tuple[str, ...]
    drawn: bool = False


def price_walk(plan: Plan, way: Way, priced: Priced, margins: Margins, rules: Rules, walker: Walker) -> Walk:
    """Read a way against the rasters of its plan. The plan's heights are those of `way`."""
    metres = Metres(way, priced)
    slow = metres.read(priced.effort) * metres.each_m / walker.pace_mps * (1.0 + walker.rest_share)
    behind_s = (walker.persons - 1) * walker.spacing_m / walker.pace_mps
    clock = np.concatenate([[0.0], np.cumsum(slow)]) + behind_s

    def seconds(at_m: float) -> float:
        return float(np.interp(at_m, np.arange(clock.size) * metres.each_m, clock))

    open_field = metres.read(priced.cover_m) > rules.cover_within_m
    exposed = open_field & (metres.read(priced.seen) > 0.0) if priced.fire else open_field
    stops = cover_stops(plan, metres, priced, margins, rules, walker.between_covers_m, seconds)
    edges = [0.0, *(stop.at_m for stop in stops), way.length_m]
    walks = [(b - a, a) for a, b in pairwise(edges)]
    longest, longest_from = max(walks)
    mines = tuple((area.ring, area.radius_m) for area in plan.areas if area.role == PlanRole.MINES)
    low = tuple(Stretch(round(a, 1), round(b, 1)) for a, b in stretches_near(way, mines, LOW_NEAR_M))
    up = np.array([p[2] for p in way.points])
    price = metres.read(priced.worth)
    warnings = _breaches(way, metres, priced, margins) if plan.route else []
    for area in plan.areas:
        if area.role == PlanRole.HAZARD and segment_away_m(plan.start, plan.start, area) <= 0.0:
            warnings.append(f"the start lies in hazard '{area.name}': lead him out of it first")
    if longest > walker.between_covers_m + 1.0:
        warnings.append(
            f"no cover within {rules.cover_within_m:g} m of the way for {longest:.0f} m, "
            f"from {longest_from:.0f} m on: wanted at most {walker.between_covers_m:g} m"
        )
    legs = battery_legs(plan, way, stops, walker, seconds)
    slack = metres.read(priced.slack_m)
    return Walk(
        points=way.points,
        length_m=round(way.length_m, 1),
        price=round(float(price.sum()) * metres.each_m, 1),
        seconds=round(float(clock[-1]), 1),
        exposed_m=round(float(exposed.sum()) * metres.each_m, 1),
        exposed=_stretches(exposed, metres.each_m),
        covers=stops,
        longest_m=round(longest, 1),
        low=low,
        legs=legs,
        tolerance_m=round(max(min(float(slack.min()), 30.0), 0.0), 1),
        climb_m=round(float(np.maximum(np.diff(up), 0.0).sum()), 1),
        warnings=tuple(warnings),
        drawn=bool(plan.route),
    )


def _breaches(way: Way, metres: Metres, priced: Priced, margins: Margins) -> list[str]:
    """What a human drew through, and must know that he did."""
    found = []
    cut = [i for i in range(len(way.points) - 1) if not margins.kept(way.points[i], way.points[i + 1])]
    if cut:
        found.append(
            f"the way as drawn enters a margin between {way.at_m[cut[0]]:.0f} and {way.at_m[cut[0] + 1]:.0f} m"
        )
    steep = ~np.isfinite(metres.read(priced.price)) & (metres.read(priced.slack_m) > priced.grid.step_m)
    if steep.any():
        found.append(f"the way as drawn is too steep for a hurt man at {float(metres.at[steep][0]):.0f} m")
    return found


def _stretches(mask: np.ndarray[tuple[int], np.dtype[np.bool_]], each_m: float) -> tuple[Stretch, ...]:
    turns = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    pairs = turns.reshape(-1, 2).tolist()
    return tuple(Stretch(round(a * each_m, 1), round(b * each_m, 1)) for a, b in pairs)
