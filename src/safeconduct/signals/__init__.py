"""The vocabulary both ways: what gestures mean, how signals are flown and flashed. Pure tables and functions."""

from safeconduct.signals.flash import DARK, FLASHES, Flashes, edges_s, flashes_for, read_flashes
from safeconduct.signals.legs import Leg, along, duration_s, leg_seconds
from safeconduct.signals.manoeuvre import NIGHT_RANGE_M, CannotShow, Manoeuvre, manoeuvre_for
from safeconduct.signals.meaning import GESTURES, SIGNALS, GestureMeaning, Reading, SignalMeaning, reading
from safeconduct.signals.viewed import STILLNESS, read_motion, same_reading

__all__ = [
    "DARK",
    "FLASHES",
    "GESTURES",
    "NIGHT_RANGE_M",
    "SIGNALS",
    "STILLNESS",
    "CannotShow",
    "Flashes",
    "GestureMeaning",
    "Leg",
    "Manoeuvre",
    "Reading",
    "SignalMeaning",
    "along",
    "duration_s",
    "edges_s",
    "flashes_for",
    "leg_seconds",
    "manoeuvre_for",
    "read_flashes",
    "read_motion",
    "reading",
    "same_reading",
]
