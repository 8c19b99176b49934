"""The two modes in which the aircraft flies by itself: straight home and down, or straight down."""

from __future__ import annotations

from collections.abc import Mapping
from math import atan2, degrees, hypot

from safeconduct.sim.twin.dynamics import Airframe

_FAST_ABOVE_M = 10.0
_TOUCHED_M = 0.02
_ARRIVED_M = 1.0


class Homing:
    """RTL climbs to RTL_ALT where it is, flies the straight line whatever lies between, waits, lands. LAND lands."""

    def __init__(self, body: Airframe, parameters: Mapping[str, float]) -> None:
        self._body = body
        self._parameters = parameters
        self._height_m = 0.0
        self._stage = ""
        self._near_since_ns = 0

    def begin(self) -> None:
        self._height_m = max(self._body.sz, self._parameters["RTL_ALT"] / 100.0)
        self._stage = "climb"

    def fly(self, t_ns: int, speed_mps: float, gps_ok: bool) -> bool:
        """One step of RTL; True when it stands on the ground."""
        body, height_m = self._body, self._height_m
        if self._stage == "climb":
            body.step(body.sx, body.sy, height_m, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, speed_mps)
            if abs(body.z - height_m) < 0.3:
                self._stage = "home"
            return False
        if self._stage == "land":
            return self.descend(0.0, 0.0, gps_ok)
        body.step(0.0, 0.0, height_m, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, speed_mps)
        if hypot(body.x, body.y) > _ARRIVED_M:
            self._near_since_ns = t_ns
            body.turn(degrees(atan2(-body.x, -body.y)))
        elif t_ns - self._near_since_ns >= self._parameters["RTL_LOIT_TIME"] * 1_000_000:
            self._stage = "land"
        return False

    def descend(self, px: float, py: float, gps_ok: bool) -> bool:
        """One step down over (px, py), or wherever the wind carries it without GPS; True when it stands."""
        body = self._body
        if not gps_ok:
            body.forget_target_xy()
            px, py = body.sx, body.sy
        slow = self._parameters["LAND_SPEED"] / 100.0
        down = -body.limits.descend_mps if body.sz > _FAST_ABOVE_M else -slow
        body.step(px, py, body.sz, 0.0, 0.0, down, 0.0, 0.0, 0.0, 10.0)
        return body.z <= _TOUCHED_M
