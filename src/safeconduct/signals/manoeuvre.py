"""How each signal is flown: which axis, how far, how often, inside which limits.

Amplitude keeps about 4° of apparent size for the person who looks (constant apparent size restores reading, Jelonek
2022), between a floor that wind does not hide and a ceiling that the fence allows. Nothing moves towards the person.
Beyond 75 m no motion is read: the signal is refused with that reason (FIELD section 6).
"""

from __future__ import annotations

from math import radians, tan

import msgspec

from safeconduct.model.geometry import Enu, add, bearing_deg, slant_range_m, toward
from safeconduct.model.vocabulary import Signal
from safeconduct.signals.legs import Leg, along, duration_s, leg_seconds

READ_RANGE_M = 40.0
REFUSE_RANGE_M = 75.0
NIGHT_RANGE_M = 25.0
"""By night a dark shape before the sky tells nothing from farther off (design assumption)."""
APPARENT_DEG = 4.0
MIN_HEIGHT_M = 2.0

# Inside ArduCopter's default limits (2.5 m/s² level, 1 m/s² up and down, measured), with a little to spare.
_LEVEL_LIMITS = (4.0, 1.2)  # more would ask for more jerk (60 d/T³) than its 5 m/s³, and overshoot
_UP_LIMITS = (1.4, 0.95)
_UP = Enu(0.0, 0.0, 1.0)
_STILL_S = {Signal.ATTEND: 4.0, Signal.WAIT: 6.0, Signal.IDENTIFY: 10.0}


class Manoeuvre(msgspec.Struct, frozen=True):
    """A signal's flight: unit axis (ENU), legs along it, and what an onlooker must have seen afterwards.

    amplitude_m: half of the stroke along the axis. cycles: full swings (0: stillness is the signal). aside: what is
    flown across that axis at the same time, where one line does not carry the signal.
    """

    signal: Signal
    axis: Enu
    legs: tuple[Leg, ...]
    amplitude_m: float
    cycles: float
    aside: tuple[Enu, tuple[Leg, ...]] | None = None

    @property
    def duration_s(self) -> float:
        return duration_s(self.legs)

    def at(self, t_s: float) -> tuple[Enu, Enu, Enu]:
        """Offset (m), velocity (m/s) and acceleration (m/s²) t_s after the beginning, ENU."""
        x, v, a = along(self.legs, t_s)
        moves = [Enu(*(x_ * c for c in self.axis)) for x_ in (x, v, a)]
        if self.aside is not None:
            axis, legs = self.aside
            moves = [add(m, axis, x_) for m, x_ in zip(moves, along(legs, t_s), strict=True)]
        return moves[0], moves[1], moves[2]


class CannotShow(Exception):
    """The signal would not be read from here; the text says why."""


def _swing(signal: Signal, axis: Enu, half_m: float, limits: tuple[float, float], low_m: float) -> Manoeuvre:
    """Two full swings between low_m (0 or less) and 2 half_m above that, inside (m/s, m/s²) limits."""
    high_m = low_m + 2.0 * half_m
    long = leg_seconds(2.0 * half_m, *limits)
    turns = [Leg(at_m, long) for at_m in (low_m, high_m, low_m)]
    back = (Leg(0.0, leg_seconds(low_m, *limits)),) if low_m else ()
    return Manoeuvre(signal, axis, (Leg(high_m, leg_seconds(high_m, *limits)), *turns, *back), half_m, 2.0)


def manoeuvre_for(
    signal: Signal,
    aircraft: Enu,
    person: Enu,
    refuse_beyond_m: float = REFUSE_RANGE_M,
    ground_up_m: float | None = None,
) -> Manoeuvre:
    """The manoeuvre that shows `signal` to a person (ENU) from where the aircraft hovers.

    FOLLOW retreats along his line of sight: flown across it, it would look like a no. So the aircraft must first be on
    the side where he is to be led. Room to sink is counted from his ground, not from the anchor's: he may stand on a
    hill; and from the ground under the aircraft (ground_up_m, ENU) where that is known and higher. Raises CannotShow
    beyond refuse_beyond_m slant.
    """
    slant_m = slant_range_m(aircraft, person)
    if slant_m > refuse_beyond_m:
        raise CannotShow(f"{slant_m:.0f} m away: no motion signal is read beyond {refuse_beyond_m:.0f} m; come closer")
    half_m = 0.5 * slant_m * tan(radians(APPARENT_DEG))
    ground_m = person.up if ground_up_m is None else max(person.up, ground_up_m)
    room_m = aircraft.up - ground_m - MIN_HEIGHT_M
    across = toward(bearing_deg(aircraft, person) + 90.0)
    if signal is Signal.YES:
        half_m = min(max(half_m, 1.0), 2.0)
        # With little room below, it nods above the place where it hovers: a smaller nod would not be seen as one.
        return _swing(signal, _UP, half_m, _UP_LIMITS, -min(half_m, max(room_m, 0.0)))
    if signal is Signal.NO:
        half_m = min(max(half_m, 1.5), 3.0)
        return _swing(signal, across, half_m, _LEVEL_LIMITS, -half_m)
    if signal is Signal.FOLLOW:
        away = toward(bearing_deg(person, aircraft))
        go = leg_seconds(4.0, 2.0, 1.2)
        there_and_back = (Leg(4.0, go), Leg(4.0, 1.0), Leg(0.0, go), Leg(0.0, 1.0))
        return Manoeuvre(signal, away, there_and_back * 2, 2.0, 2.0)
    if signal is Signal.STOP:
        out, over = leg_seconds(2.5, *_LEVEL_LIMITS), leg_seconds(5.0, *_LEVEL_LIMITS)
        return Manoeuvre(signal, across, (Leg(2.5, out), Leg(-2.5, over), Leg(0.0, out), Leg(0.0, 4.0)), 2.5, 1.0)
    if signal is Signal.COVER:
        # Quick on purpose: acceleration feed-forward is not held to the autopilot's limit (measured).
        drop = min(2.2, max(room_m, 1.0))
        return Manoeuvre(signal, _UP, (Leg(-drop, 2.4), Leg(-drop, 3.0), Leg(0.0, 5.0)), drop / 2.0, 1.0)
    if signal is Signal.HERE:
        drop = min(2.0, max(room_m, 1.0))
        return Manoeuvre(signal, _UP, (Leg(-drop, 7.0), Leg(-drop, 4.0), Leg(0.0, 7.0)), drop / 2.0, 1.0)
    if signal is Signal.NOT_UNDERSTOOD:
        return _circle(across, toward(bearing_deg(person, aircraft)), min(max(half_m, 1.5), 3.0))
    if signal is Signal.TRACE:
        return _low_and_slow(toward(bearing_deg(person, aircraft)), min(3.0, max(room_m, 1.0)))
    # ATTEND, WAIT, IDENTIFY: to hover still and face him is the signal; what is said besides is said by light.
    return Manoeuvre(signal, _UP, (Leg(0.0, _STILL_S[signal]),), 0.0, 0.0)


def _circle(across: Enu, away: Enu, radius_m: float) -> Manoeuvre:
    """One slow circle that begins at its nearest point, so that it never comes nearer than it was."""
    quarter = 1.5 * max(leg_seconds(radius_m, *_LEVEL_LIMITS), 0.5 * leg_seconds(2.0 * radius_m, *_LEVEL_LIMITS))
    sides = (Leg(radius_m, quarter), Leg(-radius_m, 2.0 * quarter), Leg(0.0, quarter))
    out_and_back = (Leg(2.0 * radius_m, 2.0 * quarter), Leg(0.0, 2.0 * quarter))
    return Manoeuvre(Signal.NOT_UNDERSTOOD, across, sides, radius_m, 1.0, (away, out_and_back))


def _low_and_slow(away: Enu, drop_m: float) -> Manoeuvre:
    """Sink, go off slowly close to the ground, come back, rise: what he is to do is to step where it flew."""
    down, out = max(leg_seconds(drop_m, *_UP_LIMITS), 5.0), 6.5
    path = (Leg(0.0, down), Leg(4.0, out), Leg(4.0, 1.0), Leg(0.0, out), Leg(0.0, down))
    low = (Leg(-drop_m, down), Leg(-drop_m, 2.0 * out + 1.0), Leg(0.0, down))
    return Manoeuvre(Signal.TRACE, away, path, 2.0, 1.0, (_UP, low))
