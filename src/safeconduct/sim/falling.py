"""A note on its way down: where it will land, and when."""

from __future__ import annotations

from math import cos, radians, sin
from random import Random

import msgspec

from safeconduct.sim.ground import Ground
from safeconduct.sim.surroundings import Wind

NOTE_FALLS_MPS = 5.0
"""A weighted note with a streamer (assumed); the wind takes it along by half its own speed."""


class FallingNote(msgspec.Struct):
    """Lands at lands_s of world time; left the aircraft at (left_east, left_north, left_up) `lasts_s` before."""

    lands_s: float
    east: float
    north: float
    lasts_s: float = 0.0
    left_east: float = 0.0
    left_north: float = 0.0
    left_up: float = 0.0


def let_go(t_s: float, place: tuple[float, float, float], ground: Ground, wind: Wind, rng: Random) -> FallingNote:
    """A note released now at `place` (ENU metres)."""
    e, n, up = place
    falls_s = max(up - ground.height_m(e, n), 0.5) / NOTE_FALLS_MPS
    drift_m = 0.5 * wind.mps * falls_s
    away = radians(wind.from_deg + 180.0)
    spread_m = 0.2 + 0.02 * up
    east = e + drift_m * sin(away) + rng.gauss(0.0, spread_m)
    north = n + drift_m * cos(away) + rng.gauss(0.0, spread_m)
    return FallingNote(t_s + falls_s, round(east, 2), round(north, 2), falls_s, e, n, up)
