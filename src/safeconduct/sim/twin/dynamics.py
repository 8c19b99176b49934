"""How a guided multirotor moves: a kinematic target shaped by limits, and a point mass that follows it.

The autopilot never hands the asked target to the airframe. It flies a *shaped* target: the position error asks for a
correction velocity that could still be braked (square-root law), the velocity error for a correction acceleration, and
the acceleration changes no faster than the jerk limit. Velocity and acceleration given with the setpoint are fed
forward **outside** those limits; that is why a nod sent with its acceleration is flown larger than one without.

Axes are ENU metres about home. The step is fixed; one step costs a few microseconds because campaigns take millions.
"""

# Scalars and branches instead of vectors and min(): one step of flight is the cost of every campaign.
# ruff: noqa: PLR1730
from __future__ import annotations

from math import cos, exp, hypot, radians, sin, sqrt, tan
from random import Random

import msgspec

from safeconduct.model.geometry import Enu

GRAVITY_MPS2 = 9.80665
STEP_NS = 50_000_000
STEP_S = STEP_NS * 1e-9


class Limits(msgspec.Struct, frozen=True):
    """Limits of the shaped target and of the airframe; ArduCopter's defaults, gentler vertically (FLIGHT facts)."""

    speed_mps: float = 10.0
    climb_mps: float = 2.5
    descend_mps: float = 1.5
    acceleration_mps2: float = 2.5
    acceleration_up_mps2: float = 1.0
    jerk_mps3: float = 5.0
    yaw_rate_dps: float = 60.0
    tilt_deg: float = 30.0


class Wind(msgspec.Struct, frozen=True):
    """Air that moves: where it goes to (ENU, m/s), and the standard deviation of gusts on top of it."""

    east_mps: float = 0.0
    north_mps: float = 0.0
    gust_mps: float = 0.0


def wind_of(speed_mps: float, from_deg: float) -> Wind:
    """Wind as a weather report gives it, with gusts of a third."""
    return Wind(-speed_mps * sin(radians(from_deg)), -speed_mps * cos(radians(from_deg)), speed_mps / 3.0)


class Airframe:
    """Position, velocity, acceleration and heading of one aircraft, and the shaped target that it follows.

    x, y, z: ENU metres; v…: m/s; a…: m/s²; s…: the shaped target's position, velocity (sv…) and acceleration (sa…).
    """

    __slots__ = (
        "_air_x", "_air_y", "_gust", "_gust_keep", "_gust_kick", "_ix", "_iy", "_iz", "_random",
        "_tilt_mps2", "_wind_x", "_wind_y", "ax", "ay", "az", "heading_deg", "limits", "sax", "say", "saz",
        "svx", "svy", "svz", "sx", "sy", "sz", "vx", "vy", "vz", "x", "y", "z",
    )  # fmt: skip

    # Gains of the follower (1/s², 1/s, 1/s³) and how fast thrust and tilt answer (share of the way in one step).
    _KP, _KV, _KI = 2.5, 2.6, 0.8
    _ANSWER = 1.0 - exp(-STEP_S / 0.08)
    _DRAG_PER_S = 0.12
    _GUST_TIME_S = 2.0

    def __init__(self, limits: Limits, wind: Wind, seed: int, heading_deg: float = 0.0) -> None:
        self.limits = limits
        self.heading_deg = heading_deg
        self._random = Random(seed)
        self._tilt_mps2 = GRAVITY_MPS2 * tan(radians(limits.tilt_deg))
        self.rest()
        self.blow(wind)

    @property
    def wind(self) -> Enu:
        """Where the air goes without its gusts, m/s."""
        return Enu(self._wind_x, self._wind_y, 0.0)

    def blow(self, wind: Wind) -> None:
        """From now on this wind."""
        self._wind_x, self._wind_y = wind.east_mps, wind.north_mps
        self._air_x, self._air_y = wind.east_mps, wind.north_mps
        self._gust = wind.gust_mps
        self._gust_keep = exp(-STEP_S / self._GUST_TIME_S)
        self._gust_kick = wind.gust_mps * sqrt(1.0 - self._gust_keep**2)

    def rest(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        """Stand still at that place."""
        self.x = self.sx = x
        self.y = self.sy = y
        self.z = self.sz = z
        self.vx = self.vy = self.vz = self.ax = self.ay = self.az = 0.0
        self.svx = self.svy = self.svz = self.sax = self.say = self.saz = 0.0
        self._ix = self._iy = self._iz = 0.0

    def forget_target_xy(self) -> None:
        """Without a position estimate nothing can be held: the level target drifts along with the aircraft."""
        self.sx, self.sy, self.svx, self.svy, self.sax, self.say = self.x, self.y, self.vx, self.vy, 0.0, 0.0
        self._ix = self._iy = 0.0

    def turn(self, wanted_deg: float) -> None:
        """Slew the heading toward a compass heading for one step."""
        d = (wanted_deg - self.heading_deg + 180.0) % 360.0 - 180.0
        most = self.limits.yaw_rate_dps * STEP_S
        self.heading_deg = (self.heading_deg + (most if d > most else -most if d < -most else d)) % 360.0

    def step(
        self,
        px: float, py: float, pz: float,
        vx: float, vy: float, vz: float,
        ax: float, ay: float, az: float,
        speed_mps: float,
    ) -> None:  # fmt: skip
        """Fly one step toward the target position p, with velocity v and acceleration a fed forward.

        A target without a position passes the shaped position itself (`sx`, …): no error, no correction.
        """
        dt = STEP_S
        limits = self.limits
        jerk = limits.jerk_mps3
        most_da = jerk * dt
        # What the airframe lacks now; the shaped target moves on before it is used.
        lx, ly, lz = self.sx - self.x, self.sy - self.y, self.sz - self.z
        lvx, lvy, lvz = self.svx - self.vx, self.svy - self.vy, self.svz - self.vz

        # The level target, as a vector: limits are lengths, not per axis.
        most = limits.acceleration_mps2
        p = jerk / most
        ex, ey = px - self.sx, py - self.sy
        far = sqrt(ex * ex + ey * ey)
        if far > 1e-9:
            speed = brakeable(far, 0.5 * p, 0.29 * most)
            if speed > speed_mps:
                speed = speed_mps
            k = speed / far
            vx += ex * k
            vy += ey * k
        ex, ey = vx - self.svx, vy - self.svy
        far = sqrt(ex * ex + ey * ey)
        if far > 1e-9:
            push = brakeable(far, p, jerk)
            if push > most:
                push = most
            k = push / far
            ax += ex * k
            ay += ey * k
        ex, ey = ax - self.sax, ay - self.say
        far = sqrt(ex * ex + ey * ey)
        k = most_da / far if far > most_da else 1.0
        self.sax = sax = self.sax + ex * k
        self.say = say = self.say + ey * k
        self.sx += (self.svx + 0.5 * sax * dt) * dt
        self.sy += (self.svy + 0.5 * say * dt) * dt
        self.svx += sax * dt
        self.svy += say * dt

        # The same for height.
        most = limits.acceleration_up_mps2
        p = jerk / most
        e = pz - self.sz
        if e >= 0.0:
            speed = brakeable(e, 0.5 * p, 0.29 * most)
            vz += limits.climb_mps if speed > limits.climb_mps else speed
        else:
            speed = brakeable(-e, 0.5 * p, 0.29 * most)
            vz -= limits.descend_mps if speed > limits.descend_mps else speed
        e = vz - self.svz
        push = brakeable(abs(e), p, jerk)
        if push > most:
            push = most
        e = (az + push if e >= 0.0 else az - push) - self.saz
        self.saz = saz = self.saz + (most_da if e > most_da else -most_da if e < -most_da else e)
        self.sz += (self.svz + 0.5 * saz * dt) * dt
        self.svz += saz * dt

        # The airframe follows: feed-forward, position, velocity and integral, within the tilt that is allowed.
        self._ix += self._KI * lx * dt
        self._iy += self._KI * ly * dt
        self._iz += self._KI * lz * dt
        ux = sax + self._KP * lx + self._KV * lvx + self._ix
        uy = say + self._KP * ly + self._KV * lvy + self._iy
        uz = saz + self._KP * lz + self._KV * lvz + self._iz
        far = sqrt(ux * ux + uy * uy)
        if far > self._tilt_mps2:
            k = self._tilt_mps2 / far
            ux *= k
            uy *= k
        self.move(ux, uy, uz)

    def move(self, ux: float, uy: float, uz: float) -> None:
        """One step of the point mass under a commanded acceleration, with drag in moving air."""
        dt = STEP_S
        answer = self._ANSWER
        self.ax = ax = self.ax + (ux - self.ax) * answer
        self.ay = ay = self.ay + (uy - self.ay) * answer
        self.az = az = self.az + (uz - self.az) * answer
        if self._gust > 0.0:
            gauss = self._random.gauss
            self._air_x = self._wind_x + (self._air_x - self._wind_x) * self._gust_keep + self._gust_kick * gauss()
            self._air_y = self._wind_y + (self._air_y - self._wind_y) * self._gust_keep + self._gust_kick * gauss()
        vx, vy, vz = self.vx, self.vy, self.vz
        drag = self._DRAG_PER_S
        dvx = (ax + drag * (self._air_x - vx)) * dt
        dvy = (ay + drag * (self._air_y - vy)) * dt
        dvz = (az - drag * vz) * dt
        self.vx = vx + dvx
        self.vy = vy + dvy
        self.vz = vz + dvz
        self.x += (vx + 0.5 * dvx) * dt
        self.y += (vy + 0.5 * dvy) * dt
        self.z += (vz + 0.5 * dvz) * dt


def brakeable(error: float, p: float, limit: float) -> float:
    """The rate toward a target `error` ≥ 0 away that can still be braked with `limit`: linear near, square root far.

    Never more than closes the error in one step.
    """
    near = limit / (p * p)
    rate = sqrt(2.0 * limit * (error - 0.5 * near)) if error > near else error * p
    once = error / STEP_S
    return once if rate > once else rate


def ground_speed_mps(body: Airframe) -> float:
    return hypot(body.vx, body.vy)
