"""The page on which an operator looks a redacted copy over: doubtful moments first, more covered by hand."""

from __future__ import annotations

from safeconduct.station.looking.application import Copies, LookingStation
from safeconduct.station.looking.told import LookedOver, LookSheet, MoreCovered, Region

__all__ = ["Copies", "LookSheet", "LookedOver", "LookingStation", "MoreCovered", "Region"]
