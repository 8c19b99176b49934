"""Never above a head: where the aircraft wants to be, and how it flies there, keep off everybody who was seen.

Everybody has a disc of `clear_m` about him. A wanted place within one is moved out of it; a flight that would cross
one goes round it, and round people who stand together as round one. The speed toward a disc is never more than can be
braked off before it: so the aircraft, which follows the carrot closely, stays outside too.
"""

from __future__ import annotations

from math import hypot, sqrt
from typing import NamedTuple

from safeconduct.model.geometry import Enu, middle_of

AHEAD_M = 14.0
"""Discs farther away than that do not bend the flight yet."""
_BRAKES_MPS2 = 0.5
_OUT_MPS = 1.2
_TRIES = 8
_TURNING_MPS = 0.15


class Disc(NamedTuple):
    """Ground over which the aircraft does not fly: ENU metres."""

    east: float
    north: float
    radius_m: float


def place_off(wanted: Enu, people: tuple[Enu, ...], clear_m: float, here: Enu) -> Enu:
    """The wanted place, moved out of everybody's disc; from right above somebody toward `here`."""
    e, n = wanted[0], wanted[1]
    moved = False
    for _ in range(_TRIES):
        nearest = min(people, key=lambda p: (p[0] - e) ** 2 + (p[1] - n) ** 2, default=None)
        if nearest is None:
            break
        de, dn = e - nearest[0], n - nearest[1]
        away = hypot(de, dn)
        if away >= clear_m - 1e-6:
            return Enu(e, n, wanted[2]) if moved else wanted
        if away < 0.5:
            de, dn = here[0] - nearest[0], here[1] - nearest[1]
            away = hypot(de, dn)
            if away < 1e-6:
                de, dn, away = 1.0, 0.0, 1.0
        e, n, moved = nearest[0] + de / away * clear_m, nearest[1] + dn / away * clear_m, True
    for disc in _together(people, clear_m):  # in a pocket between several: out of them all, on the side where it is
        if hypot(e - disc.east, n - disc.north) < disc.radius_m:
            de, dn = here[0] - disc.east, here[1] - disc.north
            away = hypot(de, dn)
            if away < 1e-6:
                de, dn, away = 1.0, 0.0, 1.0
            return Enu(disc.east + de / away * disc.radius_m, disc.north + dn / away * disc.radius_m, wanted[2])
    return Enu(e, n, wanted[2])


def flown_round(
    here: Enu, going: Enu, wanted: tuple[float, float], goal: Enu, people: tuple[Enu, ...], clear_m: float
) -> tuple[float, float]:
    """The wanted level velocity (east, north; m/s), bent so that it keeps off all discs. going: the velocity now."""
    near = tuple(p for p in people if hypot(p[0] - here[0], p[1] - here[1]) < AHEAD_M + clear_m)
    if not near:
        return wanted
    we, wn = wanted
    for disc in _in_the_way(here, goal, near, clear_m):
        de, dn = here[0] - disc.east, here[1] - disc.north
        away = hypot(de, dn)
        ue, un = (de / away, dn / away) if away > 1e-6 else (1.0, 0.0)
        gap = away - disc.radius_m
        inward = -(we * ue + wn * un)
        allowed = min(0.8 * gap, sqrt(2.0 * _BRAKES_MPS2 * gap)) if gap > 0.0 else max(gap, -_OUT_MPS)
        if inward <= allowed:
            continue
        lost = inward - allowed
        we, wn = we + ue * lost, wn + un * lost
        te, tn = -un, ue
        ge, gn = goal[0] - here[0], goal[1] - here[1]
        if _passes_m(here, goal, disc) >= disc.radius_m or hypot(ge, gn) < 0.5:
            continue
        turning = going[0] * te + going[1] * tn  # round the side once begun, so that it does not waver before him
        side = turning if abs(turning) > _TURNING_MPS else ge * te + gn * tn
        if side < 0.0:
            te, tn = -te, -tn
        lost = max(lost, 0.0)
        we, wn = we + te * lost, wn + tn * lost
    return we, wn


def _in_the_way(here: Enu, goal: Enu, people: tuple[Enu, ...], clear_m: float) -> list[Disc]:
    """One disc about people who stand together; each one's own where the aircraft or its goal lies between them."""
    discs: list[Disc] = []
    for disc, members in _groups(people, clear_m):
        between = any(hypot(p[0] - disc.east, p[1] - disc.north) < disc.radius_m - 0.05 for p in (here, goal))
        discs += [Disc(p[0], p[1], clear_m) for p in members] if between else [disc]
    return discs


def _together(people: tuple[Enu, ...], clear_m: float) -> list[Disc]:
    return [disc for disc, _ in _groups(people, clear_m)]


def _groups(people: tuple[Enu, ...], clear_m: float) -> list[tuple[Disc, tuple[Enu, ...]]]:
    """People whose discs overlap, and the disc about them all."""
    left = list(people)
    found: list[tuple[Disc, tuple[Enu, ...]]] = []
    while left:
        members = [left.pop(0)]
        for one in members:  # grows while it is read
            joined = [p for p in left if hypot(p[0] - one[0], p[1] - one[1]) < 2.0 * clear_m]
            members += joined
            left = [p for p in left if p not in joined]
        e, n = middle_of(members)
        radius_m = max(hypot(p[0] - e, p[1] - n) for p in members) + clear_m
        found.append((Disc(e, n, radius_m), tuple(members)))
    return found


def _passes_m(begin: Enu, end: Enu, disc: Disc) -> float:
    """How near a straight flight passes the middle of a disc."""
    de, dn = end[0] - begin[0], end[1] - begin[1]
    square = de * de + dn * dn
    f = 0.0 if square == 0.0 else ((disc.east - begin[0]) * de + (disc.north - begin[1]) * dn) / square
    f = min(max(f, 0.0), 1.0)
    return hypot(begin[0] + f * de - disc.east, begin[1] + f * dn - disc.north)
