"""Who walks, and which battery flies which part of the way with him. Pure."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot

import msgspec
import numpy as np

from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes.cover_stops import CoverStop
from safeconduct.routes.way import Way


class Walker(msgspec.Struct, frozen=True):
    """Who walks, and what flies with him.

    pace_mps: on level even ground; a tired or hurt man's. persons: in a row, spacing_m apart; the last one counts.
    rest_share: of the walking time, added for rests. between_covers_m: the longest walk wanted from cover to cover.
    endurance_s: of one full battery. talk_s: of the first battery, before he walks. overlap_s: the relief is there so
    long before the other leaves.
    """

    pace_mps: float = 0.8
    persons: int = 1
    spacing_m: float = 5.0
    rest_share: float = 0.3
    between_covers_m: float = 100.0
    endurance_s: float = 1500.0
    reserve_pct: float = 25.0
    transit_mps: float = 8.0
    talk_s: float = 300.0
    overlap_s: float = 60.0


class Leg(msgspec.Struct, frozen=True):
    """One battery. to_m: where the next aircraft takes over (the end, for the last). at: the cover there, or ""."""

    from_m: float
    to_m: float
    begins_s: float
    ends_s: float
    at: str


def battery_legs(
    plan: Plan, way: Way, stops: tuple[CoverStop, ...], walker: Walker, seconds: Callable[[float], float]
) -> tuple[Leg, ...]:
    """Batteries in turn: each flies out, stays while its charge above the reserve lasts, and flies back.

    The change lies at the last cover that it reaches, if that is in the second half of its reach, so that he waits in
    cover.
    """
    own = [area.ring[0] for area in plan.areas if area.role == PlanRole.OWN_POSITION]
    base = min(own, key=lambda p: hypot(p[0] - plan.reception[0], p[1] - plan.reception[1]), default=plan.reception)

    def transit(at_m: float) -> float:
        p = way.point(at_m)
        return hypot(p[0] - base[0], p[1] - base[1]) / walker.transit_mps

    usable = walker.endurance_s * (1.0 - walker.reserve_pct / 100.0)
    total_s = seconds(way.length_m)
    legs: list[Leg] = []
    from_m, begun = 0.0, 0.0
    spent = walker.talk_s  # of this battery, before it leads
    while len(legs) < 50:
        left = usable - transit(from_m) - spent
        if begun + left - transit(way.length_m) >= total_s:
            legs.append(Leg(round(from_m, 1), round(way.length_m, 1), round(begun, 1), round(total_s, 1), ""))
            return tuple(legs)
        marks = np.arange(from_m + 1.0, way.length_m, 1.0)
        good = [float(m) for m in marks if begun + left - transit(float(m)) >= seconds(float(m))]
        if not good:
            return ()
        reached = [s for s in stops if from_m + 1.0 < s.at_m <= good[-1]]
        if reached and reached[-1].at_m - from_m >= 0.5 * (good[-1] - from_m):
            to_m, to_s, at = reached[-1].at_m, reached[-1].seconds, f"cover {reached[-1].number}"
        else:  # a cover so early would cost a battery for little: better a change in the open
            to_m, at = good[-1], ""
            to_s = seconds(to_m)
        legs.append(Leg(round(from_m, 1), round(to_m, 1), round(begun, 1), round(to_s, 1), at))
        from_m, begun, spent = to_m, to_s, walker.overlap_s
    return ()
