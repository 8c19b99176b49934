"""A lamp beside the twin's autopilot, a component of its own: it announces itself, is switched, and reports."""

from __future__ import annotations

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.sim.twin.autopilot import Autopilot
from safeconduct.vehicle.illuminator_status import ILLUMINATOR_STATUS, illuminator_status

COMPONENT = dialect.MAV_COMP_ID_ILLUMINATOR


class Illuminator:
    """Messages of the component, packed by itself; times as of the autopilot's."""

    def __init__(self, autopilot: Autopilot, system: int) -> None:
        self._autopilot = autopilot
        self._mav: Any = dialect.MAVLink(None, srcSystem=system, srcComponent=COMPONENT)
        self._every_ns = 0
        self._next_ns = 0
        self._beat_ns = 0

    def due_ns(self) -> int:
        return min(self._beat_ns, self._next_ns) if self._every_ns else self._beat_ns

    def speak(self, t_ns: int) -> list[bytes]:
        """What falls due at t_ns."""
        said = []
        if t_ns >= self._beat_ns:
            self._beat_ns = t_ns + 1_000_000_000
            kind = dialect.MAV_TYPE_ILLUMINATOR
            said.append(dialect.MAVLink_heartbeat_message(kind, dialect.MAV_AUTOPILOT_INVALID, 0, 0, 4, 3))
        if self._every_ns and t_ns >= self._next_ns:
            self._next_ns += self._every_ns
            said.append(illuminator_status(self._autopilot.time_boot_ms, self._autopilot.illuminator_on))
        return [self._pack(message) for message in said]

    def hear(self, message: Any, t_ns: int) -> list[bytes]:
        """A COMMAND_LONG for this component."""
        result = dialect.MAV_RESULT_ACCEPTED
        if message.command == dialect.MAV_CMD_ILLUMINATOR_ON_OFF:
            self._autopilot.illuminator_on = message.param1 != 0.0
        elif message.command == dialect.MAV_CMD_SET_MESSAGE_INTERVAL and int(message.param1) == ILLUMINATOR_STATUS:
            self._every_ns = max(round(message.param2 * 1000), 5_000_000)
            self._next_ns = t_ns + self._every_ns
        else:
            result = dialect.MAV_RESULT_UNSUPPORTED
        to = message.get_srcSystem(), message.get_srcComponent()
        return [self._pack(dialect.MAVLink_command_ack_message(message.command, result, 0, 0, *to))]

    def _pack(self, message: Any) -> bytes:
        frame: bytes = message.pack(self._mav)
        self._mav.seq = (self._mav.seq + 1) % 256
        return frame
