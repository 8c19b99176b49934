"""How each signal is flown: which axis, how far, how often, inside which limits.

Amplitude keeps about 4° of apparent size for the person who looks (constant apparent size restores reading, Jelonek
2022), between a floor that wind does not hide and a ceiling that the fence allows. Nothing moves towards the person.
Beyond 75 m no motion is read: the signal is refused with that reason (FIELD section 6).
"""

from __future__ import annotations

from math import radians, tan

import msgspec

from safeconduct.model.geometry import Enu, bearing_deg, slant_range_m, toward
from safeconduct.model.vocabulary import Signal
from safeconduct.signals.legs import Leg, duration_s, leg_seconds

READ_RANGE_M = 40.0
REFUSE_RANGE_M = 75.0
APPARENT_DEG = 4.0
MIN_HEIGHT_M = 2.0

# Inside ArduCopter's default limits (2.5 m/s² level, 1 m/s² up and down, measured), with a little to spare.
_LEVEL_LIMITS = (4.0, 1.2)  # more would ask for more jerk (60 d/T³) than its 5 m/s³, and overshoot
_UP_LIMITS = (1.4, 0.95)
_UP = Enu(0.0, 0.0, 1.0)


class Manoeuvre(msgspec.Struct, frozen=True):
    """A signal's flight: unit axis (ENU), legs along it, and what an onlooker must have seen afterwards.

    amplitude_m: half of the stroke. cycles: full swings (0: stillness is the signal).
    """

    signal: Signal
    axis: Enu
    legs: tuple[Leg, ...]
    amplitude_m: float
    cycles: float

    @property
    def duration_s(self) -> float:
        return duration_s(self.legs)


class CannotShow(Exception):
    """The signal would not be read from here; the text says why."""


def _swing(signal: Signal, axis: Enu, half_m: float, limits: tuple[float, float]) -> Manoeuvre:
    """Two full swings to both sides, inside (speed m/s, acceleration m/s²) limits."""
    short = leg_seconds(half_m, *limits)
    long = leg_seconds(2.0 * half_m, *limits)
    turns = [Leg(side * half_m, long) for side in (-1.0, 1.0, -1.0)]
    return Manoeuvre(signal, axis, (Leg(half_m, short), *turns, Leg(0.0, short)), half_m, 2.0)


def manoeuvre_for(signal: Signal, aircraft: Enu, person: Enu) -> Manoeuvre:
    """The manoeuvre that shows `signal` to a person (ENU) from where the aircraft hovers.

    FOLLOW retreats along his line of sight: flown across it, it would look like a no. So the aircraft must first be on
    the side where he is to be led. Room to sink is counted from his ground, not from the anchor's: he may stand on a
    hill. Raises CannotShow beyond 75 m slant.
    """
    slant_m = slant_range_m(aircraft, person)
    if slant_m > REFUSE_RANGE_M:
        raise CannotShow(f"{slant_m:.0f} m away: no motion signal is read beyond {REFUSE_RANGE_M:.0f} m; come closer")
    half_m = 0.5 * slant_m * tan(radians(APPARENT_DEG))
    room_m = aircraft.up - person.up - MIN_HEIGHT_M
    across = toward(bearing_deg(aircraft, person) + 90.0)
    if signal is Signal.YES:
        return _swing(signal, _UP, min(max(half_m, 1.0), max(room_m, 0.5), 2.0), _UP_LIMITS)
    if signal is Signal.NO:
        return _swing(signal, across, min(max(half_m, 1.5), 3.0), _LEVEL_LIMITS)
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
    # ATTEND and WAIT: to hover still and face him is the signal.
    return Manoeuvre(signal, _UP, (Leg(0.0, 4.0 if signal is Signal.ATTEND else 6.0),), 0.0, 0.0)
