"""Between the plan's ENU frame and the vehicle's own local NED frame.

Setpoints with acceleration feed-forward exist only in the vehicle's local frame, whose origin is wherever its
estimator started. The offset is measured, not assumed: every GLOBAL_POSITION_INT is paired with a LOCAL_POSITION_NED
(moved by its velocity to the same moment) and the difference is low-passed, so that a centimetre of rounding in
latitude never makes a setpoint jump. `up` counts from home, as the vehicle's relative altitude does.
"""

from __future__ import annotations

from math import isfinite

from safeconduct.model.geometry import Enu, LocalFrame, Wgs84, add, minus, slant_range_m
from safeconduct.vehicle.codec import Message

_SETTLE = 0.08  # share of a new difference taken over: about 2.5 s at 5 Hz
_PAIR_WITHIN_MS = 400
_JUMP_M = 2.0
_JUMPS = 3


class LocalOffset:
    """ENU = local (turned to ENU) + offset."""

    def __init__(self, frame: LocalFrame) -> None:
        self._frame = frame
        self._offset: Enu | None = None
        self._local: tuple[int, Enu, Enu] | None = None
        self._jumps = 0

    @property
    def known(self) -> bool:
        return self._offset is not None

    def forget(self) -> None:
        """The vehicle rebooted: its origin is new."""
        self._offset = None
        self._local = None
        self._jumps = 0

    def local(self, message: Message) -> tuple[Enu, Enu] | None:
        """Take a LOCAL_POSITION_NED; its position (if the offset is known) and velocity in the plan's ENU."""
        values = (message.x, message.y, message.z, message.vx, message.vy, message.vz)
        if not all(isfinite(v) and abs(v) < 1e6 for v in values):
            return None
        position = Enu(message.y, message.x, -message.z)
        velocity = Enu(message.vy, message.vx, -message.vz)
        self._local = (message.time_boot_ms, position, velocity)
        if self._offset is None:
            return None
        return add(position, self._offset), velocity

    def global_position(self, message: Message) -> None:
        """Take a GLOBAL_POSITION_INT and pair it with the newest local position."""
        if self._local is None or (message.lat == 0 and message.lon == 0):
            return
        boot_ms, position, velocity = self._local
        dt_ms = message.time_boot_ms - boot_ms
        if abs(dt_ms) > _PAIR_WITHIN_MS:
            return
        there = self._frame.to_enu(Wgs84(message.lat * 1e-7, message.lon * 1e-7, self._frame.anchor.alt_m))
        there = Enu(there.east, there.north, message.relative_alt * 1e-3)
        seen = minus(there, add(position, velocity, dt_ms * 1e-3))
        if self._offset is None:
            self._offset = seen
        elif slant_range_m(seen, self._offset) > _JUMP_M:
            # One outlier is noise; three in a row are a new origin or a new home, and the old offset is wrong.
            self._jumps += 1
            if self._jumps >= _JUMPS:
                self._offset, self._jumps = seen, 0
        else:
            self._jumps = 0
            self._offset = add(self._offset, minus(seen, self._offset), _SETTLE)

    def to_enu(self, local: Enu) -> Enu | None:
        """A point of the vehicle's local frame (axes turned to ENU) in the plan."""
        return None if self._offset is None else add(local, self._offset)

    def to_ned(self, point: Enu) -> tuple[float, float, float] | None:
        """A point of the plan in the vehicle's local frame: north, east, down."""
        if self._offset is None:
            return None
        here = minus(point, self._offset)
        return here.north, here.east, -here.up
