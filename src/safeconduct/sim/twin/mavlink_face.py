"""The twin on a MAVLink 2 link: bytes in, bytes out, time driven from outside.

A fresh link carries HEARTBEAT and STATUSTEXT only; everything else comes after SET_MESSAGE_INTERVAL, at exactly the
granted rate, and a reboot forgets it. Setpoints get no answer, whatever becomes of them. Framing and checksums are
pymavlink's own parser, so that this side of a contract test shares no code with the driver it tests.
"""

from __future__ import annotations

from math import degrees, isfinite
from random import Random
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.sim.twin.autopilot import Autopilot
from safeconduct.sim.twin.guidance import Target, Yaw
from safeconduct.sim.twin.illuminator import COMPONENT as LAMP
from safeconduct.sim.twin.illuminator import Illuminator
from safeconduct.sim.twin.mavlink_commands import CommandDesk, given_by, place_of
from safeconduct.sim.twin.mavlink_messages import Message, Reporter
from safeconduct.sim.twin.settings import TwinSettings

_COMPONENT = dialect.MAV_COMP_ID_AUTOPILOT1
_HEARTBEAT_NS = NS
_BOOT_SILENCE_S = 1.0
_GROUPS = (("position", 0x007), ("velocity", 0x038), ("acceleration", 0x1C0))
_YAW_IGNORED, _YAW_RATE_IGNORED = 0x400, 0x800
_LOCAL_FRAMES = frozenset({dialect.MAV_FRAME_LOCAL_NED, dialect.MAV_FRAME_LOCAL_OFFSET_NED})


class TwinLink:
    """One autopilot and its one link. Call `advance` first: it sets the clock.

    signing_key: 32 bytes; then unsigned or wrongly signed packets are refused, as on a telemetry port.
    """

    def __init__(self, autopilot: Autopilot | TwinSettings, signing_key: bytes | None = None) -> None:
        if signing_key is not None and len(signing_key) != 32:
            raise BadInput("signing key", f"{len(signing_key)} bytes", "give exactly 32 bytes")
        self.autopilot = autopilot if isinstance(autopilot, Autopilot) else Autopilot(autopilot)
        self.lockstep_ms: int | None = None
        self._system = int(self.autopilot.parameters["MAV_SYSID"])
        self._mav: Any = dialect.MAVLink(None, srcSystem=self._system, srcComponent=_COMPONENT)
        self._mav.robust_parsing = True
        if signing_key is not None:
            self._mav.signing.secret_key = signing_key
            self._mav.signing.sign_outgoing = True
        self._reporter = Reporter(self.autopilot)
        self._desk = CommandDesk(self.autopilot, self._reporter, self._send, self._set_interval)
        lamp = self.autopilot.settings.light == "illuminator"
        self._lamp = Illuminator(self.autopilot, self._system) if lamp else None
        self._names = list(self.autopilot.parameters)
        self._luck = Random(self.autopilot.settings.seed ^ 0x5AFE)
        self._streams: dict[int, list[int]] = {}
        self._next_heartbeat_ns: int | None = None
        self._boots = 0
        self._out: list[bytes] = []

    def advance(self, t_ns: int) -> None:
        """Let time pass until t_ns (ns of any clock; the first call sets it) and put out what falls due, in order."""
        autopilot = self.autopilot
        if self._next_heartbeat_ns is None:
            autopilot.advance(t_ns)
            self._next_heartbeat_ns = t_ns
        while True:
            due = self._next_heartbeat_ns
            for _, at in self._streams.values():
                due = min(due, at)
            if self._lamp is not None:
                due = min(due, max(self._lamp.due_ns(), autopilot.t_ns))
            if due > t_ns:
                break
            autopilot.advance(due)
            if self._notice_reboot():
                continue
            self._speak()
            if self._lamp is not None:
                said = self._lamp.speak(due)
                self._out += said if autopilot.link_up else []
            if self._next_heartbeat_ns <= due:
                self._next_heartbeat_ns = due + _HEARTBEAT_NS
                self._send(self._reporter.heartbeat())
            for message_id, stream in self._streams.items():
                if stream[1] <= due:
                    stream[1] += stream[0]
                    message = self._reporter.build(message_id)
                    if message is not None:
                        self._send(message)
        autopilot.advance(t_ns)
        self._speak()

    def receive(self, data: bytes) -> None:
        """One datagram. What is no message of this dialect, or not for this vehicle, changes nothing."""
        mav = self._mav
        mav.buf, mav.buf_index = bytearray(), 0
        for message in mav.parse_buffer(data) or ():
            # A step of the lockstep is the test's own clock: it comes through a cut link too.
            if message.get_msgId() >= 0 and (self.autopilot.link_up or message.get_type() == "SYSTEM_TIME"):
                self._take(message)
        self._notice_reboot()
        self._speak()

    def outgoing(self) -> list[bytes]:
        """Datagrams to send now, each one message; they are handed out once."""
        out, self._out = self._out, []
        return out

    def be_found(self) -> None:
        """A heartbeat out of turn, while the clock stands and nobody has spoken yet."""
        self._send(self._reporter.heartbeat())

    def end_of_step(self) -> None:
        """The lockstep's end marker: the same SYSTEM_TIME back."""
        if self.lockstep_ms is not None:
            self._pack(dialect.MAVLink_system_time_message(0, self.lockstep_ms))
            self.lockstep_ms = None

    def _send(self, message: Message) -> None:
        if self.autopilot.link_up:
            self._pack(message)

    def _pack(self, message: Message) -> None:
        mav = self._mav
        if mav.signing.sign_outgoing:
            mav.signing.timestamp = max(mav.signing.timestamp, self.autopilot.t_ns // 10_000)
        self._out.append(message.pack(mav))
        mav.seq = (mav.seq + 1) % 256

    def _speak(self) -> None:
        texts = self.autopilot.texts
        for severity, words in texts:
            self._send(dialect.MAVLink_statustext_message(severity, words.encode()[:50]))
        texts.clear()

    def _set_interval(self, message_id: int, interval_us: int) -> None:
        if interval_us:
            self._streams[message_id] = [interval_us * 1000, self.autopilot.t_ns + interval_us * 1000]
        else:
            self._streams.pop(message_id, None)

    def _notice_reboot(self) -> bool:
        autopilot = self.autopilot
        if autopilot.boots == self._boots:
            return False
        self._boots = autopilot.boots
        self._streams.clear()
        autopilot.cut_link(max(_BOOT_SILENCE_S, (autopilot.link_cut_until_ns - autopilot.t_ns) / NS))
        self._next_heartbeat_ns = autopilot.link_cut_until_ns
        return True

    def _take(self, message: Message) -> None:
        kind = message.get_type()
        if kind == "HEARTBEAT":
            if message.type == dialect.MAV_TYPE_GCS:
                self.autopilot.gcs_heartbeat(message.get_srcSystem())
            return
        if kind == "SYSTEM_TIME":
            if message.time_unix_usec == 0:
                self.lockstep_ms = message.time_boot_ms
            return
        if getattr(message, "target_system", None) not in {0, self._system}:
            return
        if self._lamp is not None and kind == "COMMAND_LONG" and message.target_component == LAMP:
            self._out += self._lamp.hear(message, self.autopilot.t_ns)
            return
        if getattr(message, "target_component", 0) not in {0, _COMPONENT}:
            return
        if kind in {"COMMAND_LONG", "COMMAND_INT"}:
            self._command(message)
        elif kind in {"SET_POSITION_TARGET_LOCAL_NED", "SET_POSITION_TARGET_GLOBAL_INT"}:
            self._setpoint(message)
        elif kind == "SET_MODE":
            if message.base_mode & dialect.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED:
                self.autopilot.set_mode(message.custom_mode)
        elif kind.startswith("PARAM_"):
            self._parameter(kind, message)

    def _command(self, message: Message) -> None:
        loss = self.autopilot.command_loss
        if loss and self._luck.random() < loss:
            return
        given = given_by(message)
        result = dialect.MAV_RESULT_DENIED if given is None else self._desk.carry_out(given)
        self._send(
            dialect.MAVLink_command_ack_message(
                message.command, result, 0, 0, message.get_srcSystem(), message.get_srcComponent()
            )
        )

    def _setpoint(self, message: Message) -> None:
        mask = message.type_mask
        used = {name: not mask & bits for name, bits in _GROUPS}
        if any(0 < mask & bits < bits for _, bits in _GROUPS):
            return  # a group is all or nothing
        autopilot = self.autopilot
        place: Enu | None
        if message.get_type() == "SET_POSITION_TARGET_LOCAL_NED":
            if message.coordinate_frame not in _LOCAL_FRAMES:
                autopilot.stop()
                return
            place = Enu(message.y, message.x, -message.z)
            if message.coordinate_frame == dialect.MAV_FRAME_LOCAL_OFFSET_NED:
                here = autopilot.position()
                place = Enu(*(a + b for a, b in zip(here, place, strict=True)))
        else:
            place = place_of(self._reporter, message.coordinate_frame, message.lat_int, message.lon_int, message.alt)
            if place is None:
                autopilot.stop()
                return
            used["acceleration"] = False  # the global message's acceleration is not used by the real one either
        velocity = Enu(message.vy, message.vx, -message.vz)
        acceleration = Enu(message.afy, message.afx, -message.afz)
        target = Target(
            autopilot.t_ns,
            place if used["position"] else None,
            velocity if used["velocity"] else None,
            acceleration if used["acceleration"] else None,
        )
        yaw = None
        if not mask & _YAW_IGNORED:
            yaw = Yaw(heading_deg=degrees(message.yaw) % 360.0) if isfinite(message.yaw) else None
        elif not mask & _YAW_RATE_IGNORED and isfinite(message.yaw_rate):
            yaw = Yaw(rate_dps=degrees(message.yaw_rate))
        if all(isfinite(value) for group in target[1:] if group is not None for value in group):
            autopilot.aim(target, yaw)

    def _parameter(self, kind: str, message: Message) -> None:
        if kind == "PARAM_REQUEST_LIST":
            for name in self._names:
                self._tell_parameter(name)
        elif kind == "PARAM_REQUEST_READ":
            by_index = 0 <= message.param_index < len(self._names)
            self._tell_parameter(self._names[message.param_index] if by_index else message.param_id)
        elif kind == "PARAM_SET" and message.param_id in self.autopilot.parameters and isfinite(message.param_value):
            self.autopilot.set_parameter(message.param_id, message.param_value)
            self._tell_parameter(message.param_id)

    def _tell_parameter(self, name: str) -> None:
        """Silence is the answer to a name that does not exist."""
        value = self.autopilot.parameters.get(name)
        if value is None:
            return
        kind, index = dialect.MAV_PARAM_TYPE_REAL32, self._names.index(name)
        self._send(dialect.MAVLink_param_value_message(name.encode(), value, kind, len(self._names), index))
