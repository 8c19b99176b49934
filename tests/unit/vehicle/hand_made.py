"""A hand-made vehicle: says the frames that a test puts in its mouth, and nothing of its own accord.

How a whole autopilot behaves is the twin's business (tests/contract); here single frames meet the driver.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.vehicle import MavlinkAircraft, VehicleOptions

HOME = Wgs84(48.6, 38.0, 120.0)
FRAME = LocalFrame(HOME)
STEP_NS = NS // 10
Kind = TypeVar("Kind", bound=Event)
ACCEPTED = dialect.MAV_RESULT_ACCEPTED


class HandMade:
    """Driver and vehicle in one hand. Every 0.1 s the vehicle reports what its fields say, if `talks`."""

    def __init__(self, options: VehicleOptions | None = None, system_id: int = 1) -> None:
        self.driver = MavlinkAircraft(FRAME, options)
        self.mav = dialect.MAVLink(None, srcSystem=system_id, srcComponent=1)
        self.ear = dialect.MAVLink(None)
        self.ear.robust_parsing = True
        self.t_ns = SIMULATED_START_NS
        self.boot_ns = self.t_ns - 100 * NS
        self.talks = True
        self.position = Enu(0.0, 0.0, 0.0)
        self.velocity = Enu(0.0, 0.0, 0.0)
        self.origin = Enu(-3.0, 5.0, 0.5)
        self.custom_mode = 0
        self.armed = False
        self.battery_pct = 90
        self.relays_on = 0
        self.relays_present = 1
        self.servos = [1500] * 16
        self.results: dict[int, int] = {}
        self.mute: set[int] = set()
        self.deaf = False
        self.events: list[Event] = []
        self.sent: list[Any] = []
        self.said: list[bytes] = []
        self._beat_ns = 0

    @property
    def boot_ms(self) -> int:
        return (self.t_ns - self.boot_ns) // 1_000_000

    def say(self, message: Any) -> bytes:
        frame: bytes = message.pack(self.mav)
        self.mav.seq = (self.mav.seq + 1) % 256
        self.said.append(frame)
        self.driver.receive(frame, self.t_ns, "vehicle")
        return frame

    def beat(self) -> None:
        flags = dialect.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED | (dialect.MAV_MODE_FLAG_SAFETY_ARMED if self.armed else 0)
        self.say(dialect.MAVLink_heartbeat_message(2, 3, flags, self.custom_mode, 4, 3))

    def report(self) -> None:
        p, v, o = self.position, self.velocity, self.origin
        local = (p.north - o.north, p.east - o.east, -(p.up - o.up))
        self.say(dialect.MAVLink_local_position_ned_message(self.boot_ms, *local, v.north, v.east, -v.up))
        at = FRAME.to_wgs84(p)
        where = (round(at.lat_deg * 1e7), round(at.lon_deg * 1e7), round(at.alt_m * 1e3), round(p.up * 1e3))
        self.say(dialect.MAVLink_global_position_int_message(self.boot_ms, *where, 0, 0, 0, 0))
        self.say(dialect.MAVLink_attitude_message(self.boot_ms, 0, 0, 0.5, 0, 0, 0))
        self.say(dialect.MAVLink_sys_status_message(0, 0, 0, 0, 22_000, 100, self.battery_pct, 0, 0, 0, 0, 0, 0))
        self.say(dialect.MAVLink_gps_raw_int_message(0, 3, 0, 0, 0, 0, 0, 0, 0, 12))
        self.say(dialect.MAVLink_relay_status_message(self.boot_ms, self.relays_on, self.relays_present))
        self.say(dialect.MAVLink_servo_output_raw_message(0, 0, *self.servos))

    def listen(self) -> None:
        """Hear what the driver sends; acknowledge commands as `results` says, at once."""
        for datagram in self.driver.outgoing():
            if self.deaf:
                continue
            message = self.ear.parse_char(datagram)
            self.sent.append(message)
            if message.get_type() == "COMMAND_LONG" and message.command not in self.mute:
                self.acknowledge(message.command, self.results.get(message.command, ACCEPTED))

    def acknowledge(self, command: int, result: int) -> None:
        self.say(dialect.MAVLink_command_ack_message(command, result, 0, 0, 255, 190))

    def step(self) -> list[Event]:
        self.t_ns += STEP_NS
        if self.talks:
            if self.t_ns - self._beat_ns >= NS:
                self._beat_ns = self.t_ns
                self.beat()
            self.report()
        events = self.driver.poll(self.t_ns)
        for _ in range(20):  # an acknowledgement may let the next order out
            before = len(self.sent)
            self.listen()
            if len(self.sent) == before:
                break
        self.events += events
        return events

    def pass_time(self, seconds: float) -> list[Event]:
        events: list[Event] = []
        for _ in range(round(seconds * 10)):
            events += self.step()
        return events

    def order(self, command: Command) -> None:
        self.driver.obey(command, self.t_ns)
        self.listen()

    def sent_of(self, kind: str) -> list[Any]:
        return [m for m in self.sent if m.get_type() == kind]

    def commands(self, command: int) -> list[Any]:
        return [m for m in self.sent_of("COMMAND_LONG") if m.command == command]

    def in_guided(self) -> HandMade:
        """Flying, in GUIDED, known to the driver."""
        self.custom_mode, self.armed = 4, True
        self.position = Enu(0.0, 0.0, 10.0)
        self.pass_time(2.0)
        self.sent.clear()
        return self


def of_kind(events: list[Event], kind: type[Kind]) -> list[Kind]:
    return [e for e in events if isinstance(e, kind)]
