"""Own units and own drones near the escort: who must be warned, and who comes too close.

Only own side is looked at (`a-f-…`): of all others no track is kept and no place is remembered.
"""

from __future__ import annotations

from math import cos, hypot, radians, sin

import msgspec

from safeconduct.liaison.cot import CotEvent
from safeconduct.liaison.no_fire_area import NoFireArea, OurStation, chat_line
from safeconduct.model.events import Event, OwnCraftClosing
from safeconduct.model.geometry import LocalFrame, Wgs84
from safeconduct.model.mission_time import seconds_between

WARN_BEYOND_M = 300.0
"""Outside the area's edge: who is nearer is told of it himself."""
CLOSES_WITHIN_S = 60.0
"""An own aircraft that would be at the area's edge so soon, on its course, is closing."""
_AGAIN_S = 30.0
_FORGOTTEN_S = 120.0
_UNITS_MAX = 500


class _Unit(msgspec.Struct):
    callsign: str
    heard_t_ns: int
    distance_m: float
    warned: bool = False
    told_t_ns: int = -1


class OwnUnits:
    """One mission's neighbours. frame: the plan's."""

    def __init__(self, us: OurStation, frame: LocalFrame) -> None:
        self._us, self._frame = us, frame
        self._units: dict[str, _Unit] = {}

    def hear(self, event: CotEvent, area: NoFireArea | None, t_ns: int) -> tuple[list[CotEvent], list[Event]]:
        """What to send (a warning to that unit alone) and what the core must know (an own aircraft that closes in)."""
        if area is None or not event.type.startswith("a-f-") or event.uid == self._us.uid:
            return [], []
        self._forget(t_ns)
        centre = self._frame.to_enu(area.centre)
        there = self._frame.to_enu(Wgs84(event.lat_deg, event.lon_deg, self._frame.anchor.alt_m))
        to_east_m, to_north_m = centre.east - there.east, centre.north - there.north
        distance_m = hypot(to_east_m, to_north_m)
        edge_m = distance_m - area.radius_m
        unit = self._units.get(event.uid)
        if unit is None:
            if len(self._units) >= _UNITS_MAX:
                return [], []
            unit = self._units[event.uid] = _Unit(event.callsign, t_ns, distance_m)
        before_m, since_s = unit.distance_m, seconds_between(unit.heard_t_ns, t_ns)
        unit.heard_t_ns, unit.distance_m, unit.callsign = t_ns, distance_m, event.callsign or unit.callsign
        sends: list[CotEvent] = []
        if edge_m < WARN_BEYOND_M and not unit.warned:
            unit.warned = True
            words = (
                f"{unit.callsign}: you are {max(edge_m, 0.0):.0f} m from a requested no-fire area of "
                f"{area.radius_m:.0f} m. A person under protection is led there. Hold your fire."
            )
            sends.append(chat_line(self._us, words, t_ns, room=event.uid))
        if not event.type.startswith("a-f-A"):
            return sends, []
        closing_mps = (before_m - distance_m) / since_s if since_s > 0.2 else 0.0
        if event.speed_mps is not None and event.course_deg is not None and distance_m > 0.0:
            course = radians(event.course_deg)
            closing_mps = event.speed_mps * (to_east_m * sin(course) + to_north_m * cos(course)) / distance_m
        near = edge_m < 0.0 or (closing_mps > 1.0 and edge_m / closing_mps < CLOSES_WITHIN_S)
        if near and (unit.told_t_ns < 0 or seconds_between(unit.told_t_ns, t_ns) >= _AGAIN_S):
            unit.told_t_ns = t_ns
            return sends, [OwnCraftClosing(t_ns, unit.callsign or event.uid, there, round(distance_m, 1))]
        return sends, []

    def _forget(self, t_ns: int) -> None:
        old = [u for u, unit in self._units.items() if seconds_between(unit.heard_t_ns, t_ns) > _FORGOTTEN_S]
        for uid in old:
            del self._units[uid]
