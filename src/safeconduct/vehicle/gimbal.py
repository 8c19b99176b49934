"""The camera's gimbal: asked to nod, and believed only by the attitude that it reports.

A vehicle that never sends GIMBAL_DEVICE_ATTITUDE_STATUS (285) has none that could be aimed: its camera hangs as the
crew has set it. DO_GIMBAL_MANAGER_PITCHYAW being accepted is no proof (FLIGHT facts, "Commands").
"""

from __future__ import annotations

from math import asin, degrees, isfinite, nan

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.mission_time import after
from safeconduct.vehicle.codec import Message
from safeconduct.vehicle.orders import Fate, Order, Orders

_FRESH_S = 2.0
_EVERY_S = 0.1
_WORTH_DEG = 0.3
_LEVEL = float(dialect.GIMBAL_MANAGER_FLAGS_ROLL_LOCK | dialect.GIMBAL_MANAGER_FLAGS_PITCH_LOCK)


class Gimbal:
    """pitch: degrees, 0 level, -90 straight down, against the horizon."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._pitch_deg: float | None = None
        self._seen_ns = 0
        self._order: Order | None = None
        self._asked: tuple[int, float] | None = None

    def pitch_deg(self, t_ns: int) -> float | None:
        """As it was reported a moment ago; None: it reports nothing."""
        return self._pitch_deg if t_ns <= after(self._seen_ns, _FRESH_S) else None

    def attitude(self, message: Message, t_ns: int) -> None:
        """Take a GIMBAL_DEVICE_ATTITUDE_STATUS: a quaternion (w, x, y, z), zero rotation looks ahead and level."""
        w, x, y, z = message.q
        if all(isfinite(part) for part in (w, x, y, z)):
            self._pitch_deg = degrees(asin(min(max(2.0 * (w * y - z * x), -1.0), 1.0)))
            self._seen_ns = t_ns

    def look(self, pitch_deg: float, t_ns: int) -> None:
        """Nod there, if it can be seen to do so; ten times a second at most."""
        if self.pitch_deg(t_ns) is None or (self._order is not None and self._order.fate is Fate.WAITING):
            return
        if self._asked is not None:
            asked_ns, asked_deg = self._asked
            soon, same = t_ns < after(asked_ns, _EVERY_S), abs(asked_deg - pitch_deg) < _WORTH_DEG
            if soon or (same and t_ns < after(asked_ns, 1.0)):
                return
        self._asked = (t_ns, pitch_deg)
        command = dialect.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW
        self._order = self._orders.give(command, pitch_deg, 0.0, nan, nan, _LEVEL, t_ns=t_ns, tries=1)
