"""Where a note is let go so that it lands beside him: not on him, not out of his reach, never across his head.

A weighted note with a streamer sinks steadily and the wind takes it along (both figures are settings, and assumptions
until measured with the crew's own notes). What lands too far away lures him over open ground.
"""

from __future__ import annotations

from safeconduct.model.geometry import ZERO, Enu, add, bearing_deg, ground_range_m, minus, toward
from safeconduct.model.plan import Settings

LANDS_BESIDE_M = 5.0
LANDS_M = (2.5, 12.0)
HANGS_M = (3.5, 11.5)  # from where it may be let go, measured from him; a little inside the interlock's own bounds
_CLEAR_M = 2.5
_TURN_DEG = 15.0


def drift_m(settings: Settings, wind: Enu | None, height_m: float) -> Enu:
    """How far the wind carries a note from that height: ENU metres. No wind known: none."""
    return add(ZERO, wind or ZERO, settings.note_drifts * max(height_m, 0.0) / settings.note_falls_mps)


def let_go_from(person: Enu, here: Enu, drift: Enu) -> Enu:
    """The place nearest to the side where the aircraft already is (ENU; the height is his).

    Where no side will do, straight beside him: the interlock then says why nothing is released.
    """
    side_deg = bearing_deg(person, here)
    for turn in sorted(range(-11, 13), key=abs):
        lands = add(person, toward(side_deg + turn * _TURN_DEG, LANDS_BESIDE_M))
        place = add(lands, drift, -1.0)
        if HANGS_M[0] <= ground_range_m(place, person) <= HANGS_M[1] and _passes_m(place, lands, person) >= _CLEAR_M:
            return place
    return add(person, toward(side_deg, LANDS_BESIDE_M))


def why_not_from(person: Enu, place: Enu, drift: Enu) -> str:
    """Why a note let go at `place` would land badly; "" where it lands well."""
    lands = add(place, drift)
    away_m = ground_range_m(lands, person)
    if away_m > LANDS_M[1]:
        return f"the wind would carry the note {away_m:.0f} m away from him"
    if min(away_m, _passes_m(place, lands, person)) < LANDS_M[0]:
        return "the wind would carry the note onto him"
    return ""


def _passes_m(begin: Enu, end: Enu, person: Enu) -> float:
    """How near the note's way passes him, seen from above."""
    way, to_him = minus(end, begin), minus(person, begin)
    length2 = way.east**2 + way.north**2
    share = 0.0 if length2 == 0.0 else (way.east * to_him.east + way.north * to_him.north) / length2
    return ground_range_m(add(begin, way, min(max(share, 0.0), 1.0)), person)
