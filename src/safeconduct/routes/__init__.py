"""Ways over the ground: what they cost, where the cheapest leads, how far along a person is. Pure."""

from safeconduct.routes.batteries import Leg, Walker
from safeconduct.routes.cover_stops import CoverStop
from safeconduct.routes.grid import Grid, Ground, away_m, grid_about
from safeconduct.routes.planning import Planned, grid_of, plan_way
from safeconduct.routes.price import FirePosition, Priced, Rules, margin_m
from safeconduct.routes.replanning import Standing, another_way, standing, standing_of
from safeconduct.routes.shelter import Reroute, Shelter, joined, nearest_shelter, rest_of, weighed
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
    "Reroute",
    "Rules",
    "Shelter",
    "Standing",
    "Stretch",
    "Walk",
    "Walker",
    "Way",
    "another_way",
    "away_m",
    "grid_about",
    "grid_of",
    "joined",
    "margin_m",
    "nearest_shelter",
    "plan_way",
    "rest_of",
    "standing",
    "standing_of",
    "stretches_near",
    "way_through",
    "weighed",
]
