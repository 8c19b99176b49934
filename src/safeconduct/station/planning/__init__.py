"""The planning page: a plan is drawn on a map, priced with every change, and saved as a plan file."""

from __future__ import annotations

from safeconduct.station.planning.application import PlanningStation, Plans
from safeconduct.station.planning.told import (
    BatteryShown,
    CoverShown,
    FireShown,
    PlanFault,
    PlanPriced,
    PlanSaved,
    PlanSheet,
    PlanWish,
    WayShown,
)

__all__ = [
    "BatteryShown",
    "CoverShown",
    "FireShown",
    "PlanFault",
    "PlanPriced",
    "PlanSaved",
    "PlanSheet",
    "PlanWish",
    "PlanningStation",
    "Plans",
    "WayShown",
]
