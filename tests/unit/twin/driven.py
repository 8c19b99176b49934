"""Driven time for tests of the twin: a flight without bytes, and a ground station that speaks MAVLink to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.mission_time import NS
from safeconduct.sim.twin import MODE_NUMBERS, Autopilot, Target, TwinLink, TwinSettings, Yaw

GUIDED = MODE_NUMBERS["GUIDED"]
TENTH_NS = NS // 10


class Flight:
    """One autopilot, its ground station's heartbeat, and whoever streams setpoints to it."""

    def __init__(self, settings: TwinSettings | None = None) -> None:
        self.autopilot = Autopilot(settings or TwinSettings())
        self.autopilot.advance(0)
        self.heartbeats_of: int | None = 255

    @property
    def t_s(self) -> float:
        return self.autopilot.t_ns / NS

    def forward(self, seconds: float, each: Callable[[float], object] | None = None, every_s: float = 0.1) -> None:
        """Let time pass; `each` is called with the seconds since the beginning, before every step of `every_s`."""
        begun_ns = self.autopilot.t_ns
        for i in range(round(seconds / every_s)):
            if i % round(1.0 / every_s) == 0 and self.heartbeats_of is not None:
                self.autopilot.gcs_heartbeat(self.heartbeats_of)
            if each is not None:
                each(i * every_s)
            self.autopilot.advance(begun_ns + round((i + 1) * every_s * NS))

    def until(self, happened: Callable[[], bool], at_most_s: float) -> float:
        """Seconds until it happened; fails the test when it does not."""
        begun_s = self.t_s
        while not happened():
            assert self.t_s - begun_s < at_most_s, "it never happened"
            self.forward(0.1)
        return self.t_s - begun_s

    def airborne(self, height_m: float = 20.0) -> Flight:
        self.forward(3.0)
        assert self.autopilot.set_mode(GUIDED)
        assert self.autopilot.arm()
        assert self.autopilot.take_off(height_m)
        self.until(lambda: abs(self.autopilot.position().up - height_m) < 0.05, 60.0)
        self.forward(2.0)
        return self

    def aim(
        self, position: Enu | None = None, velocity: Enu | None = None, acceleration: Enu | None = None,
        yaw: Yaw | None = None,
    ) -> None:  # fmt: skip
        self.autopilot.aim(Target(self.autopilot.t_ns, position, velocity, acceleration), yaw or Yaw(0.0))

    def goto(self, place: Enu) -> None:
        self.aim(place)
        self.forward(30.0)
        assert self.autopilot.velocity() == pytest.approx(ZERO, abs=0.05)


class Station:
    """A ground station on the other end of a `TwinLink`, with time driven by the test."""

    def __init__(
        self, settings: TwinSettings | None = None, system_id: int = 255, key: bytes | None = None,
        twins_key: bytes | None = None,
    ) -> None:  # fmt: skip
        self.link = TwinLink(settings or TwinSettings(), twins_key)
        self.link.advance(0)
        self.autopilot = self.link.autopilot
        self.mav: Any = dialect.MAVLink(None, srcSystem=system_id, srcComponent=190)
        if key is not None:
            self.mav.signing.secret_key = key
            self.mav.signing.sign_outgoing = True
        self.ear: Any = dialect.MAVLink(None)
        self.heard: list[Any] = []
        self.beats = True
        self.listen()

    def send(self, message: Any) -> None:
        self.link.receive(message.pack(self.mav))
        self.mav.seq = (self.mav.seq + 1) % 256
        self.listen()

    def listen(self) -> None:
        for data in self.link.outgoing():
            self.heard += self.ear.parse_buffer(data) or []

    def forward(self, seconds: float) -> None:
        begun_ns = self.autopilot.t_ns
        for i in range(round(seconds * 10)):
            if i % 10 == 0 and self.beats:
                self.send(dialect.MAVLink_heartbeat_message(6, 8, 0, 0, 4, 3))
            self.link.advance(begun_ns + (i + 1) * TENTH_NS)
            self.listen()

    def of(self, kind: str) -> list[Any]:
        return [m for m in self.heard if m.get_type() == kind]

    def last(self, kind: str) -> Any:
        return self.of(kind)[-1]

    def command(self, number: int, *params: float) -> int | None:
        """MAV_RESULT of a COMMAND_LONG, None when no acknowledgement came."""
        self.heard.clear()
        p = [*params, *[0.0] * (7 - len(params))]
        self.send(dialect.MAVLink_command_long_message(1, 1, number, 0, *p))
        return self._result(number)

    def command_int(
        self, number: int, frame: int, params: tuple[float, ...], place: tuple[int, int, float]
    ) -> int | None:  # fmt: skip
        self.heard.clear()
        p = [*params, *[0.0] * (4 - len(params))]
        self.send(dialect.MAVLink_command_int_message(1, 1, frame, number, 0, 0, *p, *place))
        return self._result(number)

    def _result(self, number: int) -> int | None:
        acks = [m for m in self.of("COMMAND_ACK") if m.command == number]
        return acks[-1].result if acks else None

    def ask(self, message_id: int, rate_hz: float) -> int | None:
        return self.command(dialect.MAV_CMD_SET_MESSAGE_INTERVAL, message_id, 1e6 / rate_hz)

    def airborne(self, height_m: float = 20.0) -> Station:
        self.forward(3.0)
        assert self.command(dialect.MAV_CMD_DO_SET_MODE, 1, GUIDED) == 0
        assert self.command(dialect.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 0
        assert self.command(dialect.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, height_m) == 0
        self.forward(25.0)
        assert abs(self.autopilot.position().up - height_m) < 0.1
        return self

    def setpoint(self, mask: int, **fields: float) -> None:
        """SET_POSITION_TARGET_LOCAL_NED; fields that are not given are 0, the frame LOCAL_NED."""
        names = ("x", "y", "z", "vx", "vy", "vz", "afx", "afy", "afz", "yaw", "yaw_rate")
        frame = int(fields.pop("frame", 1))
        values = [fields.pop(name, 0.0) for name in names]
        assert not fields
        self.send(dialect.MAVLink_set_position_target_local_ned_message(0, 1, 1, frame, mask, *values))
