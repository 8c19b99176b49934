"""What a guided autopilot can be told, and what it makes of it as time goes on.

Groups are all or nothing (FLIGHT facts, "Setpoints"): position; position + velocity; all three; velocity; velocity +
acceleration; acceleration. Between messages a target moves on with its own velocity and acceleration; when no new one
comes for GUID_TIMEOUT seconds it stands still.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, sqrt
from typing import NamedTuple

from safeconduct.model.geometry import ZERO, Enu

STABILIZE, ALT_HOLD, GUIDED, LOITER, RTL, LAND, POSHOLD, BRAKE, SMART_RTL = 0, 2, 4, 5, 6, 9, 16, 17, 21

MODE_NAMES = {
    STABILIZE: "STABILIZE",
    ALT_HOLD: "ALT_HOLD",
    GUIDED: "GUIDED",
    LOITER: "LOITER",
    RTL: "RTL",
    LAND: "LAND",
    POSHOLD: "POSHOLD",
    BRAKE: "BRAKE",
    SMART_RTL: "SMART_RTL",
}
MODE_NUMBERS = {name: number for number, name in MODE_NAMES.items()}
NEEDS_POSITION = frozenset({GUIDED, LOITER, RTL, POSHOLD, BRAKE, SMART_RTL})
GOES_HOME = frozenset({RTL, SMART_RTL})


class Target(NamedTuple):
    """One setpoint as it was received at t_ns: ENU about home, m, m/s, m/s². None: that group is to be ignored."""

    t_ns: int
    position: Enu | None = None
    velocity: Enu | None = None
    acceleration: Enu | None = None

    @property
    def flyable(self) -> bool:
        """Whether the combination of groups is one that the autopilot has."""
        return self.velocity is not None or (self.position is None) != (self.acceleration is None)


class Yaw(NamedTuple):
    """Where the nose points: to `heading_deg`, or turning at `rate_dps`, or (both None) along the track."""

    heading_deg: float | None = None
    rate_dps: float | None = None


ALONG_TRACK = Yaw()


def hover(t_ns: int) -> Target:
    """Stop and stay."""
    return Target(t_ns, velocity=ZERO)


class Wanted(NamedTuple):
    """A target at one moment. position None: no position is held to, only velocity; velocity None: neither."""

    position: Enu | None
    velocity: Enu | None
    acceleration: Enu


def wanted_at(target: Target, t_ns: int, timeout_s: float) -> Wanted:
    """What the target has become by t_ns."""
    p, v, a = target.position, target.velocity, target.acceleration
    if v is None:
        if p is not None:
            return Wanted(p, ZERO, ZERO)
        stale = (t_ns - target.t_ns) * 1e-9 > timeout_s
        return Wanted(None, ZERO, ZERO) if stale or a is None else Wanted(None, None, a)
    age = (t_ns - target.t_ns) * 1e-9
    stale = age > timeout_s
    if stale:
        age = timeout_s
    if a is None:
        if p is not None:
            p = Enu(p[0] + v[0] * age, p[1] + v[1] * age, p[2] + v[2] * age)
        return Wanted(p, ZERO if stale else v, ZERO)
    if p is not None:
        p = Enu(
            p[0] + (v[0] + 0.5 * a[0] * age) * age,
            p[1] + (v[1] + 0.5 * a[1] * age) * age,
            p[2] + (v[2] + 0.5 * a[2] * age) * age,
        )
    if stale:
        return Wanted(p, ZERO, ZERO)
    return Wanted(p, Enu(v[0] + a[0] * age, v[1] + a[1] * age, v[2] + a[2] * age), a)


class Fence(NamedTuple):
    """A cylinder about home; infinite where a side is not fenced."""

    radius_m: float
    height_m: float
    margin_m: float

    def holds(self, p: Enu) -> bool:
        return p[2] <= self.height_m and hypot(p[0], p[1]) <= self.radius_m

    def brake(self, x: float, y: float, z: float, v: Enu, acceleration: float, acceleration_up: float) -> Enu:
        """The velocity without what would run through the margin: the outward part is what can still be stopped."""
        ve, vn, vu = v
        far = hypot(x, y)
        if far > 1e-6:
            outward = (ve * x + vn * y) / far
            most = _approach(self.radius_m - self.margin_m - far, acceleration)
            if outward > most:
                ve -= (outward - most) * x / far
                vn -= (outward - most) * y / far
        return Enu(ve, vn, min(vu, _approach(self.height_m - self.margin_m - z, acceleration_up)))


def _approach(room_m: float, acceleration: float) -> float:
    """The speed at which a limit that far off may be approached; gentle, because the shaped target lags behind."""
    return min(sqrt(0.6 * acceleration * room_m), 0.7 * room_m) if room_m > 0.0 else 0.0


def fence_from(parameters: Mapping[str, float]) -> Fence | None:
    if not parameters["FENCE_ENABLE"]:
        return None
    kinds = int(parameters["FENCE_TYPE"])
    return Fence(
        parameters["FENCE_RADIUS"] if kinds & 2 else float("inf"),
        parameters["FENCE_ALT_MAX"] if kinds & 1 else float("inf"),
        parameters["FENCE_MARGIN"],
    )
