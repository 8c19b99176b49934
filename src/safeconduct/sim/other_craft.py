"""Other aircraft over the field: an armed drone of a neighbour that closes in, and the relief for our own."""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, radians, sin
from random import Random

import msgspec

from safeconduct.model.commands import Alert, Command
from safeconduct.model.events import Event, ReliefOnStation
from safeconduct.model.geometry import Enu
from safeconduct.sim.surroundings import OwnDrone, Relief

FLIES_MPS = 14.0
ARMED_HEIGHT_M, ARMED_CIRCLES_M = 45.0, 32.0
RELIEF_HEIGHT_M, RELIEF_BESIDE_M = 26.0, 20.0
RELIEF_NAME = "relief-1"
CALLS_FOR_RELIEF = frozenset({"battery_short", "battery_reserve"})
"""Alerts on which a crew calls for a relief."""
GONE_M = 300.0


class Drone(msgspec.Struct):
    """An armed drone on its way: since when, until when its unit hears nothing, and where it is."""

    trigger_m: float
    came_s: float = -1.0
    hears_s: float = -1.0
    east: float = 0.0
    north: float = 0.0
    heading_deg: float = 0.0
    gone: bool = False


class ReliefState(msgspec.Struct):
    called_s: float = -1.0
    there_s: float = -1.0
    sees_s: float = -1.0
    told: int = 0
    east: float = 0.0
    north: float = 0.0
    heading_deg: float = 0.0


class OtherCraftState(msgspec.Struct):
    drones: list[Drone]
    relief: ReliefState = msgspec.field(default_factory=ReliefState)


class OtherCraft:
    """Everything that lasts is in `state`."""

    def __init__(self, drones: tuple[OwnDrone, ...], relief: Relief | None, rng: Random) -> None:
        self._drones = drones
        self._relief = relief
        self._rng = rng
        self.state = OtherCraftState(
            [Drone(rng.uniform(*d.at_walked_m), east=d.from_at[0], north=d.from_at[1]) for d in drones]
        )
        if relief is not None:
            self.state.relief.east, self.state.relief.north = relief.from_at

    def take(self, command: Command, t_s: float) -> None:
        """The crew calls for a relief when its station says so."""
        r = self.state.relief
        if (
            self._relief is not None
            and r.called_s < 0.0
            and isinstance(command, Alert)
            and command.name in CALLS_FOR_RELIEF
        ):
            r.called_s = t_s
            r.there_s = t_s + self._rng.uniform(*self._relief.comes_s)
            r.sees_s = r.there_s + self._rng.uniform(*self._relief.sees_s)

    def closes_in(self, t_s: float, walked_m: float) -> list[tuple[str, float]]:
        """Units whose armed drone begins to close in now, and until when they hear no request."""
        began = []
        for traits, drone in zip(self._drones, self.state.drones, strict=True):
            if drone.came_s < 0.0 and walked_m >= drone.trigger_m:
                drone.came_s = t_s
                drone.hears_s = t_s + self._rng.uniform(*traits.silent_s)
                began.append((traits.unit, drone.hears_s))
        return began

    def fly(
        self, t_s: float, dt_s: float, t_ns: int, person: tuple[float, float], holds: frozenset[str]
    ) -> list[Event]:
        """One step. holds: units whose word stands; theirs turn away."""
        for traits, drone in zip(self._drones, self.state.drones, strict=True):
            if drone.came_s >= 0.0 and not drone.gone:
                self._circle(traits, drone, t_s, dt_s, person, leaves=traits.unit in holds and t_s > drone.hears_s)
        return self._relief_comes(t_s, dt_s, t_ns, person)

    def nearest_armed_m(self, east: float, north: float) -> float:
        """Slant range from a place on the ground to the nearest armed drone; very large without one."""
        return min(
            (
                hypot(hypot(d.east - east, d.north - north), ARMED_HEIGHT_M)
                for d in self.state.drones
                if d.came_s >= 0.0 and not d.gone
            ),
            default=1e9,
        )

    def to_be_seen(self, ground_m: float) -> list[tuple[Enu, float]]:
        """Place and heading of every craft in the air."""
        seen = [
            (Enu(d.east, d.north, ground_m + ARMED_HEIGHT_M), d.heading_deg)
            for d in self.state.drones
            if d.came_s >= 0.0 and not d.gone
        ]
        r = self.state.relief
        if r.called_s >= 0.0:
            seen.append((Enu(r.east, r.north, ground_m + RELIEF_HEIGHT_M), r.heading_deg))
        return seen

    def _circle(
        self, traits: OwnDrone, drone: Drone, t_s: float, dt_s: float, person: tuple[float, float], *, leaves: bool
    ) -> None:
        if leaves:
            to = traits.from_at
        else:
            turn = radians(18.0 * (t_s - drone.came_s))
            to = (person[0] + ARMED_CIRCLES_M * sin(turn), person[1] + ARMED_CIRCLES_M * cos(turn))
        away = self._towards(drone, to, dt_s, FLIES_MPS)
        drone.gone = leaves and away < 5.0

    def _relief_comes(self, t_s: float, dt_s: float, t_ns: int, person: tuple[float, float]) -> list[Event]:
        r = self.state.relief
        if r.called_s < 0.0:
            return []
        de, dn = r.east - person[0], r.north - person[1]
        away = hypot(de, dn) or 1.0
        beside = (person[0] + de / away * RELIEF_BESIDE_M, person[1] + dn / away * RELIEF_BESIDE_M)
        left_s = r.there_s - t_s
        self._towards(r, beside, dt_s, FLIES_MPS if left_s <= 0.0 else (away - RELIEF_BESIDE_M) / max(left_s, 0.5))
        r.heading_deg = degrees(atan2(person[0] - r.east, person[1] - r.north)) % 360.0
        if r.told == 0 and left_s <= 0.0:
            r.told = 1
            return [ReliefOnStation(t_ns, RELIEF_NAME, False)]
        if r.told == 1 and t_s >= r.sees_s:
            r.told = 2
            return [ReliefOnStation(t_ns, RELIEF_NAME, True)]
        return []

    @staticmethod
    def _towards(craft: Drone | ReliefState, to: tuple[float, float], dt_s: float, mps: float) -> float:
        de, dn = to[0] - craft.east, to[1] - craft.north
        away = hypot(de, dn)
        step = min(mps * dt_s, away)
        if away > 0.1 and step > 0.0:
            craft.east += de / away * step
            craft.north += dn / away * step
            craft.heading_deg = degrees(atan2(de, dn)) % 360.0
        return away - step
