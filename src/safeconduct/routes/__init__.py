"""Ways over the ground: what they cost, where the cheapest leads, how far along a person is. Pure."""

from safeconduct.routes.batteries import Leg, Walker
from safeconduct.routes.cover_stops import CoverStop
from safeconduct.routes.grid import Grid, Ground, away_m, grid_about
from safeconduct.routes.planning import Planned, grid_of, plan_way
from safeconduct.routes.price import FirePosition, Priced, Rules, margin_m
from safeconduct.routes.walk import Stretch, Walk
from safeconduct.routes.way import Way, stretches_near, way_through

__all__ = [
    "CoverStop",
    "FirePosition",
    "Grid",
    "Ground",
    "Leg",
    "Planned",
    "Priced",
    "Rules",
    "Stretch",
    "Walk",
    "Walker",
    "Way",
    "away_m",
    "grid_about",
    "grid_of",
    "margin_m",
    "plan_way",
    "stretches_near",
    "way_through",
]
