"""A signal's motion as data: legs along one axis, each a minimum-jerk move (Flash & Hogan 1985) or a pause.

A minimum-jerk leg starts and ends with no velocity and no acceleration, so that an autopilot with limits can really fly
it: its peak speed is 1.875 d/T and its peak acceleration 5.774 d/T².
"""

from __future__ import annotations

from math import fsum, sqrt

import msgspec

_PEAK_ACCELERATION = 5.7735
_PEAK_SPEED = 1.875


class Leg(msgspec.Struct, frozen=True):
    """Move to `to_m` along the axis (metres from the beginning) in `seconds`; the same place again is a pause."""

    to_m: float
    seconds: float


def leg_seconds(distance_m: float, speed_mps: float, acceleration_mps2: float) -> float:
    """The shortest leg that keeps inside both limits, rounded up to 0.1 s."""
    d = abs(distance_m)
    seconds = max(_PEAK_SPEED * d / speed_mps, sqrt(_PEAK_ACCELERATION * d / acceleration_mps2))
    return int(seconds * 10.0 + 0.999) / 10.0


def duration_s(legs: tuple[Leg, ...]) -> float:
    return fsum(leg.seconds for leg in legs)


def along(legs: tuple[Leg, ...], t_s: float) -> tuple[float, float, float]:
    """Offset (m), speed (m/s), acceleration (m/s²) along the axis, t_s after the beginning; before and after: still."""
    start = 0.0
    at_m = 0.0
    for leg in legs:
        if t_s < start + leg.seconds:
            d = leg.to_m - at_m
            if d == 0.0 or t_s <= start:
                return at_m, 0.0, 0.0
            total = leg.seconds
            s = (t_s - start) / total
            s2 = s * s
            return (
                at_m + d * s2 * s * (10.0 - 15.0 * s + 6.0 * s2),
                d * 30.0 * s2 * (1.0 - 2.0 * s + s2) / total,
                d * 60.0 * s * (1.0 - 3.0 * s + 2.0 * s2) / (total * total),
            )
        start += leg.seconds
        at_m = leg.to_m
    return at_m, 0.0, 0.0
