"""What the simulated world sees of an aircraft, whichever aircraft flies: the twin, its process or a real autopilot."""

from __future__ import annotations

from typing import NamedTuple

from safeconduct.model.geometry import Enu


class AircraftTruth(NamedTuple):
    """One moment of the aircraft as it really is, not as it reports itself.

    position, velocity: ENU about the world's anchor, m and m/s. heading clockwise from north, 0 ≤ h < 360.
    light_on: the light that talks. flying: off the ground.
    """

    t_ns: int
    position: Enu
    velocity: Enu
    heading_deg: float
    light_on: bool
    flying: bool
