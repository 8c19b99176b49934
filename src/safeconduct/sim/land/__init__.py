"""The ground as a camera sees it: heights, colours without light, and what grows, laid once per mission."""

from safeconduct.sim.land.laying import Land, lay_land
from safeconduct.sim.standing import Plant, Wall

__all__ = ["Land", "Plant", "Wall", "lay_land"]
