"""Where he can lie down, seen from where he is, and what a changed way would cost against the old one. Pure."""

from __future__ import annotations

from itertools import pairwise
from math import fsum, hypot
from typing import NamedTuple

from safeconduct.model.geometry import Enu, middle_of
from safeconduct.model.plan import Area, Plan
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes.grid import segment_away_m
from safeconduct.routes.planning import shut_areas
from safeconduct.routes.price import SHUT
from safeconduct.routes.replanning import Standing, another_way, with_dangers
from safeconduct.routes.straighten import Margins
from safeconduct.routes.way import Way, way_through


class Shelter(NamedTuple):
    """A cover of the plan: its name, where in it to lie down, and how far that is."""

    name: str
    place: Enu
    away_m: float


class Reroute(NamedTuple):
    """way: from where he stands. price and old_price: of both in the same prices; inf where the old one is shut."""

    way: Way
    price: float
    old_price: float


def nearest_shelter(plan: Plan, at: Enu, dangers: tuple[Area, ...] = (), within_m: float = 60.0) -> Shelter | None:
    """The nearest cover to which a straight walk enters neither mines nor no-go ground; None when there is none."""
    shut = [area for area in (*plan.areas, *dangers) if area.role in SHUT]
    found: list[Shelter] = []
    for area in plan.areas:
        if area.role != PlanRole.COVER:
            continue
        middle = Enu(*middle_of(area.ring), area.ring[0][2])
        away = hypot(middle[0] - at[0], middle[1] - at[1])
        if away <= within_m:
            found.append(Shelter(area.name, middle, away))
    for shelter in sorted(found, key=lambda s: (s.away_m, s.name)):
        # Who stands within the edge of a shut area already cannot be asked to keep off it; only to go no deeper.
        if all(segment_away_m(at, shelter.place, area) > 0.0 for area in shut):
            return shelter
    return None


def weighed(ground: Standing, old: Way, at: Enu, made_m: float, dangers: tuple[Area, ...]) -> Reroute:
    """The way from where he stands; what it and the rest of the old one cost now. Raises BadInput: there is none."""
    new = another_way(ground, old, at, made_m, dangers)
    priced, _ = with_dangers(ground, dangers)
    measured = Margins(priced, shut_areas(ground.plan, ground.rules))
    rest = rest_of(old, made_m)
    reported = [area for area in dangers if area.role in SHUT]
    shut = any(segment_away_m(a, b, area) <= 0.0 for a, b in pairwise(rest) for area in reported)
    return Reroute(
        new,
        round(fsum(measured.worth(a, b) for a, b in pairwise(new.points)), 1),
        float("inf") if shut else round(fsum(measured.worth(a, b) for a, b in pairwise(rest)), 1),
    )


def rest_of(way: Way, made_m: float) -> tuple[Enu, ...]:
    """The points of a way from `made_m` on; at least two."""
    made_m = min(max(made_m, 0.0), way.length_m - 0.1)
    return (way.point(made_m), *(p for p, s in zip(way.points, way.at_m, strict=True) if s > made_m))


def joined(old: Way, made_m: float, new: Way) -> Way:
    """The part that he has made, then the new way: so that what he has walked stays counted."""
    made = tuple(p for p, s in zip(old.points, old.at_m, strict=True) if s < made_m - 0.5)
    here = (old.point(made_m),) if made_m > 0.5 else ()
    return way_through((*made, *here, *new.points))
