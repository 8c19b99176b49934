"""Whether a setpoint may leave, what it says on the wire, and whether the vehicle took it.

Setpoints leave only in GUIDED, with a measured frame, while no launch or mode entry is under way, and never after a
mode that somebody else chose (or a reboot) until a procedure of ours has been seen to end in GUIDED.
"""

from __future__ import annotations

from math import pi, radians

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.commands import Steer
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.model.vocabulary import Mode
from safeconduct.vehicle.codec import Message
from safeconduct.vehicle.local_offset import LocalOffset
from safeconduct.vehicle.orders import Orders
from safeconduct.vehicle.seen import Seen
from safeconduct.vehicle.setpoints import Setpoint, SetpointStream
from safeconduct.vehicle.taken import TargetTaken

_POSITION_IGNORED = 0b11
_MASK = dialect.POSITION_TARGET_TYPEMASK_YAW_RATE_IGNORE
"""Position, velocity, acceleration and yaw are all given; only the yaw rate is not."""


class Steering:
    """One vehicle's setpoints. `seen` and `orders` are the driver's own; here they are only read."""

    def __init__(self, frame: LocalFrame, seen: Seen, orders: Orders) -> None:
        self.offset = LocalOffset(frame)
        self._frame = frame
        self._seen = seen
        self._orders = orders
        self._stream = SetpointStream()
        self._taken = TargetTaken()
        self._blocked = False
        self.busy = False

    def block(self) -> None:
        """Somebody else flies: stop at once, and wait for `unblock`."""
        self._stream.stop()
        self._blocked = True

    def unblock(self) -> None:
        """A procedure of ours ended in GUIDED."""
        self._blocked = False
        self._taken.forget()

    def stop(self) -> None:
        self._stream.stop()

    def rebooted(self) -> None:
        self.block()
        self.offset.forget()
        self._taken.forget()

    def steer(self, command: Steer, t_ns: int, boot_ms: int) -> Message | None:
        """Take a steer; the first of a stream leaves at once."""
        if not self._may():
            return None
        self._stream.steer(command, t_ns)
        return self.due(t_ns, boot_ms)

    def due(self, t_ns: int, boot_ms: int) -> Message | None:
        return self._message(self._stream.due(t_ns), t_ns, boot_ms)

    def hold(self, t_ns: int, boot_ms: int) -> Message | None:
        """The end of the stream: stay where it ends."""
        return self._message(self._stream.hold(t_ns), t_ns, boot_ms)

    def next_deadline_ns(self) -> int | None:
        return self._stream.next_deadline_ns()

    def target(self, message: Message, t_ns: int) -> str | None:
        """Take a POSITION_TARGET_LOCAL_NED or _GLOBAL_INT: what the vehicle steers for; trouble in words."""
        reported: Enu | None
        if message.get_msgId() == dialect.MAVLINK_MSG_ID_POSITION_TARGET_LOCAL_NED:
            reported = self.offset.to_enu(Enu(message.y, message.x, -message.z))
        else:
            reported = self._frame.to_enu(Wgs84(message.lat_int * 1e-7, message.lon_int * 1e-7))
        if reported is None or message.type_mask & _POSITION_IGNORED or not self._stream.running:
            return None
        return self._taken.reported(t_ns, reported.east, reported.north)

    def _may(self) -> bool:
        return not self._blocked and not self.busy and self._seen.mode is Mode.GUIDED and self.offset.known

    def _message(self, setpoint: Setpoint | None, t_ns: int, boot_ms: int) -> Message | None:
        if setpoint is None or not self._may():
            return None
        ned = self.offset.to_ned(setpoint.position)
        assert ned is not None  # _may asked
        v, a = setpoint.velocity, setpoint.acceleration
        self._taken.sent(t_ns, setpoint.position, v)
        return dialect.MAVLink_set_position_target_local_ned_message(
            boot_ms,
            self._orders.target_system,
            self._orders.target_component,
            dialect.MAV_FRAME_LOCAL_NED,
            _MASK,
            *ned,
            *(v.north, v.east, -v.up),
            *(a.north, a.east, -a.up),
            (radians(setpoint.heading_deg) + pi) % (2 * pi) - pi,
            0.0,
        )
