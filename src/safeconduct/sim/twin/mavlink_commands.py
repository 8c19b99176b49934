"""COMMAND_LONG and COMMAND_INT as the measured autopilot answers them (FLIGHT facts, table "Commands").

ACCEPTED is no proof: some are accepted and nothing comes of them. What is not in the table is UNSUPPORTED.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, isnan
from typing import Any, NamedTuple

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.geometry import Enu, Wgs84
from safeconduct.sim.twin.autopilot import Autopilot
from safeconduct.sim.twin.guidance import GUIDED, LAND, RTL, Target, Yaw
from safeconduct.sim.twin.mavlink_messages import Message, Reporter

ACCEPTED: int = dialect.MAV_RESULT_ACCEPTED
DENIED: int = dialect.MAV_RESULT_DENIED
UNSUPPORTED: int = dialect.MAV_RESULT_UNSUPPORTED
FAILED: int = dialect.MAV_RESULT_FAILED

FORCE_ARM = 21196
FORCE_REBOOT = 20190226
_US_MAX = 0xFFFFFFFF
_FASTEST_US = 2500


class Given(NamedTuple):
    """One command, from either message. x, y: degrees · 1e7 of a COMMAND_INT, else 0."""

    number: int
    p: tuple[float, ...]
    integers: bool = False
    frame: int = 0
    x: int = 0
    y: int = 0


def given_by(message: Any) -> Given | None:
    """None when a parameter that must be a number is none (NaN counts as 0, "not given"; infinity as nonsense)."""
    p = [message.param1, message.param2, message.param3, message.param4]
    integers = message.get_type() == "COMMAND_INT"
    p += [0.0, 0.0, message.z] if integers else [message.param5, message.param6, message.param7]
    p = [0.0 if isnan(value) else value for value in p]
    if not all(isfinite(value) for value in p):
        return None
    if integers:
        return Given(message.command, tuple(p), True, message.frame, message.x, message.y)
    return Given(message.command, tuple(p))


class CommandDesk:
    """Carries commands out. `send` gives a message to the link at once; `set_interval` grants a stream."""

    def __init__(
        self, autopilot: Autopilot, reporter: Reporter, send: Callable[[Message], None],
        set_interval: Callable[[int, int], None],
    ) -> None:  # fmt: skip
        self._autopilot = autopilot
        self._reporter = reporter
        self._send = send
        self._set_interval = set_interval
        accept = self._accept
        self._table: dict[int, Callable[[Given], int]] = {
            dialect.MAV_CMD_DO_SET_MODE: self._set_mode,
            dialect.MAV_CMD_COMPONENT_ARM_DISARM: self._arm,
            dialect.MAV_CMD_NAV_TAKEOFF: self._take_off,
            dialect.MAV_CMD_NAV_LAND: lambda _: self._judge(autopilot.set_mode(LAND)),
            dialect.MAV_CMD_NAV_RETURN_TO_LAUNCH: lambda _: self._judge(autopilot.set_mode(RTL)),
            dialect.MAV_CMD_DO_SET_RELAY: self._set_relay,
            dialect.MAV_CMD_DO_REPEAT_RELAY: self._repeat_relay,
            dialect.MAV_CMD_DO_SET_SERVO: self._set_servo,
            dialect.MAV_CMD_DO_REPEAT_SERVO: self._repeat_servo,
            dialect.MAV_CMD_DO_GRIPPER: self._grip,
            dialect.MAV_CMD_DO_REPOSITION: self._reposition,
            dialect.MAV_CMD_CONDITION_YAW: self._yaw,
            dialect.MAV_CMD_DO_CHANGE_SPEED: self._change_speed,
            dialect.MAV_CMD_DO_PAUSE_CONTINUE: self._pause,
            dialect.MAV_CMD_DO_FENCE_ENABLE: self._enable_fence,
            dialect.MAV_CMD_SET_MESSAGE_INTERVAL: self._interval,
            dialect.MAV_CMD_REQUEST_MESSAGE: self._request,
            dialect.MAV_CMD_GET_HOME_POSITION: self._home,
            dialect.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN: self._reboot,
            dialect.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW: self._nod,
            dialect.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE: accept,
            dialect.MAV_CMD_DO_SET_ROI_LOCATION: accept,
            dialect.MAV_CMD_DO_SET_ROI_NONE: accept,
        }

    def carry_out(self, given: Given) -> int:
        """MAV_RESULT."""
        handler = self._table.get(given.number)
        return handler(given) if handler is not None else UNSUPPORTED

    @staticmethod
    def _accept(_: Given) -> int:
        return ACCEPTED

    @staticmethod
    def _judge(done: bool) -> int:
        return ACCEPTED if done else FAILED

    def _set_mode(self, given: Given) -> int:
        if not int(given.p[0]) & dialect.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED:
            return DENIED
        return self._judge(self._autopilot.set_mode(int(given.p[1])))

    def _arm(self, given: Given) -> int:
        force = int(given.p[1]) == FORCE_ARM
        arm = self._autopilot.arm if given.p[0] == 1 else self._autopilot.disarm
        return self._judge(arm(force))

    def _take_off(self, given: Given) -> int:
        return self._judge(self._autopilot.take_off(given.p[6]))

    def _set_relay(self, given: Given) -> int:
        autopilot = self._autopilot
        return self._judge(autopilot.outputs.set_relay(int(given.p[0]), given.p[1] != 0.0, autopilot.t_ns))

    def _repeat_relay(self, given: Given) -> int:
        outputs, t_ns = self._autopilot.outputs, self._autopilot.t_ns
        return self._judge(outputs.repeat_relay(int(given.p[0]), int(given.p[1]), given.p[2], t_ns))

    def _set_servo(self, given: Given) -> int:
        return self._judge(self._autopilot.outputs.set_servo(int(given.p[0]), _pulse(given.p[1])))

    def _repeat_servo(self, given: Given) -> int:
        outputs, t_ns = self._autopilot.outputs, self._autopilot.t_ns
        channel, pwm, cycles = int(given.p[0]), _pulse(given.p[1]), int(given.p[2])
        return self._judge(outputs.repeat_servo(channel, pwm, cycles, given.p[3], t_ns))

    def _grip(self, given: Given) -> int:
        return self._judge(self._autopilot.outputs.grip(int(given.p[1]) == dialect.GRIPPER_ACTION_RELEASE))

    def _nod(self, given: Given) -> int:
        """Accepted without a gimbal too; then nothing comes of it."""
        self._autopilot.gimbal.look(given.p[0], self._autopilot.t_ns)
        return ACCEPTED

    def _reposition(self, given: Given) -> int:
        """COMMAND_INT only; needs GUIDED, or the flag that asks for it."""
        if not given.integers:
            return UNSUPPORTED
        autopilot = self._autopilot
        if autopilot.mode != GUIDED:
            if not int(given.p[1]) & dialect.MAV_DO_REPOSITION_FLAGS_CHANGE_MODE:
                return DENIED
            if not autopilot.set_mode(GUIDED):
                return FAILED
        place = place_of(self._reporter, given.frame, given.x, given.y, given.p[6])
        if place is None:
            return DENIED
        if not autopilot.inside_fence(place):
            return DENIED
        autopilot.aim(Target(autopilot.t_ns, position=place), Yaw(autopilot.body.heading_deg))
        return ACCEPTED

    def _yaw(self, given: Given) -> int:
        heading_deg, _, sense, relative = given.p[:4]
        if relative:
            heading_deg = self._autopilot.body.heading_deg + (-heading_deg if sense < 0 else heading_deg)
        return self._judge(self._autopilot.point(Yaw(heading_deg % 360.0)))

    def _change_speed(self, given: Given) -> int:
        if given.p[1] <= 0.0:
            return DENIED
        if int(given.p[0]) in {0, 1}:
            self._autopilot.set_speed(given.p[1])
        return ACCEPTED

    def _pause(self, given: Given) -> int:
        if given.p[0] == 0:
            self._autopilot.stop()
        return ACCEPTED

    def _enable_fence(self, given: Given) -> int:
        self._autopilot.set_parameter("FENCE_ENABLE", float(given.p[0] != 0))
        return ACCEPTED

    def _interval(self, given: Given) -> int:
        """Microseconds between two; -1 stops it, 0 is the default, which for every message is not to send it."""
        message_id, interval_us = int(given.p[0]), int(given.p[1])
        if not self._reporter.knows(message_id) or not -1 <= interval_us <= _US_MAX:
            return FAILED
        self._set_interval(message_id, max(interval_us, _FASTEST_US) if interval_us > 0 else 0)
        return ACCEPTED

    def _request(self, given: Given) -> int:
        message_id = int(given.p[0])
        if message_id == dialect.MAVLINK_MSG_ID_CAMERA_INFORMATION:
            return ACCEPTED
        if not self._reporter.knows(message_id):
            return FAILED
        message = self._reporter.build(message_id)
        if message is not None:
            self._send(message)
        return ACCEPTED

    def _home(self, _: Given) -> int:
        self._send(self._reporter.home_position())
        return ACCEPTED

    def _reboot(self, given: Given) -> int:
        if given.p[0] != 1:
            return UNSUPPORTED
        return self._judge(self._autopilot.reboot(force=int(given.p[5]) == FORCE_REBOOT))


def _pulse(value: float) -> int:
    return max(0, min(int(value), 65535))


def place_of(reporter: Reporter, frame: int, lat_1e7: int, lon_1e7: int, alt_m: float) -> Enu | None:
    """A global place in ENU about home; None for a frame that is not supported."""
    home = reporter.frame.anchor
    if frame in {dialect.MAV_FRAME_GLOBAL, dialect.MAV_FRAME_GLOBAL_INT}:
        return reporter.frame.to_enu(Wgs84(lat_1e7 / 1e7, lon_1e7 / 1e7, alt_m))
    if frame in {dialect.MAV_FRAME_GLOBAL_RELATIVE_ALT, dialect.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT}:
        return reporter.frame.to_enu(Wgs84(lat_1e7 / 1e7, lon_1e7 / 1e7, home.alt_m + alt_m))
    return None
