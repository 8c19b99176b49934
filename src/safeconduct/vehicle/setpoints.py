"""The setpoint stream: the newest `Steer`, ten times a second on an absolute schedule, and silence when it is old.

Position, velocity and acceleration always go together, with the yaw (masks are all or nothing for a group, and
without yaw the nose turns along the track and the camera leaves the person). Silence stops: half a second after the
newest `Steer` the stream ends with one position hold, so that the vehicle hovers instead of flying on. A `Steer` out of
turn leaves at once and begins a new schedule.
"""

from __future__ import annotations

from typing import NamedTuple

from safeconduct.model.commands import Steer
from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.mission_time import NS, seconds_between

PERIOD_NS = NS // 10
EXTRAPOLATE_S = 0.5


class Setpoint(NamedTuple):
    """Where the aircraft should be now: ENU metres, m/s, m/s²; heading clockwise from north."""

    position: Enu
    velocity: Enu
    acceleration: Enu
    heading_deg: float


def extrapolated(steer: Steer, t_ns: int) -> Setpoint:
    """The steer moved on to `t_ns` at constant acceleration, at most half a second; older than that: a hold."""
    dt = seconds_between(steer.t_ns, t_ns)
    old = dt > EXTRAPOLATE_S
    dt = min(max(dt, 0.0), EXTRAPOLATE_S)
    p, v, a = steer.position, steer.velocity, steer.acceleration
    position = Enu(*(p[i] + v[i] * dt + 0.5 * a[i] * dt * dt for i in range(3)))
    if old:
        return Setpoint(position, ZERO, ZERO, steer.heading_deg)
    return Setpoint(position, Enu(*(v[i] + a[i] * dt for i in range(3))), a, steer.heading_deg)


class SetpointStream:
    """Decides when a setpoint leaves and what it says; whether it may leave at all is the driver's to know."""

    def __init__(self) -> None:
        self._steer: Steer | None = None
        self._due_ns: int | None = None

    @property
    def running(self) -> bool:
        return self._steer is not None

    def steer(self, command: Steer, t_ns: int) -> None:
        early = self._steer is not None and command.t_ns - self._steer.t_ns < PERIOD_NS
        self._steer = command
        if self._due_ns is None or early:  # early: a human has just decided, it does not wait for the beat
            self._due_ns = t_ns

    def stop(self) -> None:
        self._steer = None
        self._due_ns = None

    def next_deadline_ns(self) -> int | None:
        return self._due_ns

    def due(self, t_ns: int) -> Setpoint | None:
        """The setpoint to send at `t_ns`, if one is due. The last one of a stream is a hold."""
        if self._steer is None or self._due_ns is None or t_ns < self._due_ns:
            return None
        self._due_ns += PERIOD_NS
        if self._due_ns <= t_ns:  # we were late by a whole period: keep the beat, do not send a burst
            self._due_ns += (t_ns - self._due_ns) // PERIOD_NS * PERIOD_NS + PERIOD_NS
        setpoint = extrapolated(self._steer, t_ns)
        if seconds_between(self._steer.t_ns, t_ns) > EXTRAPOLATE_S:
            self.stop()
        return setpoint

    def hold(self, t_ns: int) -> Setpoint | None:
        """One position hold where the stream ends, and the end of the stream."""
        if self._steer is None:
            return None
        now = extrapolated(self._steer, t_ns)
        self.stop()
        return Setpoint(now.position, ZERO, ZERO, now.heading_deg)
