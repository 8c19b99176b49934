"""Ideal flights for tests: where an aircraft would be that shows a signal, or leads a person, without any fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import pi, sin

from safeconduct.model.geometry import Enu, add, bearing_deg, toward
from safeconduct.model.mission_time import SIMULATED_START_NS, after
from safeconduct.sim.seen import AircraftTruth

Offset = Callable[[float], tuple[float, float, float]]
"""Seconds → metres across the view, up, and away from the onlooker."""


def smooth(x: float) -> float:
    """0 to 1 with no jerk at the ends."""
    x = min(max(x, 0.0), 1.0)
    return x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)


def through(*points: tuple[float, float]) -> Callable[[float], float]:
    """A smooth way through (seconds, metres)."""

    def at(t_s: float) -> float:
        for (t1, x1), (t2, x2) in pairwise(points):
            if t_s < t2:
                return x1 + (x2 - x1) * smooth((t_s - t1) / (t2 - t1))
        return points[-1][1]

    return at


def swing(half_m: float, period_s: float, cycles: int) -> Callable[[float], float]:
    return lambda t: half_m * sin(2.0 * pi * t / period_s) if 0.0 <= t < cycles * period_s else 0.0


def up_down(half_m: float, period_s: float = 4.0, cycles: int = 2) -> Offset:
    move = swing(half_m, period_s, cycles)
    return lambda t: (0.0, move(t), 0.0)


def left_right(half_m: float, period_s: float = 6.0, cycles: int = 2) -> Offset:
    move = swing(half_m, period_s, cycles)
    return lambda t: (move(t), 0.0, 0.0)


def away_and_back() -> Offset:
    move = through((0, 0), (4.4, 4), (5.6, 4), (10, 0), (11.2, 0), (15.6, 4), (16.8, 4), (21.2, 0))
    return lambda t: (0.0, 0.0, move(t))


def crosses_and_hovers() -> Offset:
    move = through((0, 0), (2.7, 2.5), (6.5, -2.5), (9.2, 0))
    return lambda t: (move(t), 0.0, 0.0)


def drops(metres: float, seconds: float) -> Offset:
    move = through((0, 0), (seconds, -metres))
    return lambda t: (0.0, move(t), 0.0)


def still(_t_s: float) -> tuple[float, float, float]:
    return 0.0, 0.0, 0.0


def shown(
    offset: Offset,
    slant_m: float,
    seconds: float,
    *,
    light: Callable[[float], bool] = lambda _t: False,
    before_s: float = 4.0,
    elevation_share: float = 0.55,
) -> Iterator[tuple[float, AircraftTruth]]:
    """Ten moments a second of a flight shown to an onlooker who stands at the origin, eyes 1.6 m up."""
    height = slant_m * elevation_share
    ground = (slant_m**2 - height**2) ** 0.5
    away = toward(30.0)
    across = toward(120.0)
    steps = round((before_s + seconds) * 10)
    for i in range(steps):
        t_s = i / 10.0
        x, z, y = offset(t_s - before_s) if t_s >= before_s else (0.0, 0.0, 0.0)
        position = add(add(Enu(0.0, 0.0, 1.6 + height + z), away, ground + y), across, x)
        heading = bearing_deg(position, Enu(0.0, 0.0, 0.0))
        lit = light(t_s - before_s)
        yield t_s, AircraftTruth(after(SIMULATED_START_NS, t_s), position, Enu(0.0, 0.0, 0.0), heading, lit, True)
