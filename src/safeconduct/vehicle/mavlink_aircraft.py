"""The aircraft behind MAVLink 2, sans-I/O: bytes and time come in, events and datagrams go out.

Everything is driven by `receive`, `obey` and `poll` with the time in hand; nothing here waits or owns a socket.
Two rules stand above all others. A mode that somebody else chose is never fought: setpoints stop at once and flow again
only after `Launch` or `TakeBack`. And nothing counts as done on an acknowledgement: its effect is looked for.
"""

from __future__ import annotations

from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.commands import (
    Command,
    CutShort,
    Launch,
    Release,
    ReturnHome,
    StandDown,
    Steer,
    TakeBack,
    Transmit,
)
from safeconduct.model.events import (
    CommandFailed,
    Event,
    LightPresent,
    ModeChanged,
    SlotLoaded,
    VehicleRebooted,
    VehicleText,
)
from safeconduct.model.geometry import LocalFrame
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import Channel, Mode
from safeconduct.vehicle.codec import Codec, Message
from safeconduct.vehicle.flight_modes import GUIDED, RTL
from safeconduct.vehicle.flown import FlownMeter
from safeconduct.vehicle.gimbal import Gimbal
from safeconduct.vehicle.lamps import IlluminatorLamp, Lamp, RelayLamp, ServoLamp
from safeconduct.vehicle.light import REST_HZ, Light
from safeconduct.vehicle.link_watch import LinkWatch
from safeconduct.vehicle.options import VehicleOptions
from safeconduct.vehicle.orders import Orders
from safeconduct.vehicle.parameters import Parameters
from safeconduct.vehicle.procedures import Launching, ModeEntry
from safeconduct.vehicle.release import Releasing
from safeconduct.vehicle.seen import Seen
from safeconduct.vehicle.steering import Steering
from safeconduct.vehicle.streams import Streams
from safeconduct.vehicle.strobe import Strobe
from safeconduct.vehicle.texts import Texts
from safeconduct.vehicle.underway import Underway

_REBOOT_BACK_MS, _PATIENCE_S = 2000, 5.0


class MavlinkAircraft:
    """Implements `Aircraft` for one ArduCopter. `frame`: the plan's; every position that goes in or out is in it."""

    def __init__(self, frame: LocalFrame, options: VehicleOptions | None = None) -> None:
        self.options = options = options or VehicleOptions()
        self._name = options.aircraft
        self.codec = Codec(options.gcs_system_id, options.gcs_component_id, options.signing_key)
        self.parameters = Parameters()
        self._link = LinkWatch(options)
        self._seen = Seen()
        self._orders = Orders()
        self._steering = Steering(frame, self._seen, self._orders)
        self._streams = Streams(self._orders)
        self._strobe = (
            None
            if options.strobe_relay is None
            else Strobe(RelayLamp(self._orders, self._streams, options.strobe_relay))
        )
        self._light = Light(self._lamp(options), self._name, self._strobe)
        self._gimbal = Gimbal(self._orders)
        self.illuminators: set[int] = set()
        self._releasing = Releasing(self._orders, options.slots, self._name)
        self._texts = Texts()
        self._meters: list[FlownMeter] = []
        self._underway = Underway(self._steering, self._name)
        self._boot_ms = 0
        self._locked_ns: int | None = None
        self._now_ns = 0
        self._events: list[Event] = []
        self._out: list[Message] = []
        self._closed = False
        self._slots_told = False
        self._handlers: dict[int, Callable[[Message, int], None]] = {
            dialect.MAVLINK_MSG_ID_COMMAND_ACK: self._on_ack,
            dialect.MAVLINK_MSG_ID_STATUSTEXT: self._on_text,
            dialect.MAVLINK_MSG_ID_LOCAL_POSITION_NED: self._on_local_position,
            dialect.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: lambda m, _: self._steering.offset.global_position(m),
            dialect.MAVLINK_MSG_ID_ATTITUDE: lambda m, _: self._seen.attitude(m),
            dialect.MAVLINK_MSG_ID_SYS_STATUS: lambda m, _: self._seen.sys_status(m),
            dialect.MAVLINK_MSG_ID_BATTERY_STATUS: lambda m, _: self._seen.battery_status(m),
            dialect.MAVLINK_MSG_ID_GPS_RAW_INT: lambda m, _: self._seen.gps(m),
            dialect.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: lambda m, _: self._seen.extended_state(m),
            dialect.MAVLINK_MSG_ID_SERVO_OUTPUT_RAW: self._releasing.servo_output,
            dialect.MAVLINK_MSG_ID_GIMBAL_DEVICE_ATTITUDE_STATUS: self._gimbal.attitude,
            dialect.MAVLINK_MSG_ID_WIND: lambda m, _: self._seen.take_wind(m),
            dialect.MAVLINK_MSG_ID_PARAM_VALUE: lambda m, _: self.parameters.value(m),
            dialect.MAVLINK_MSG_ID_POSITION_TARGET_LOCAL_NED: self._on_target,
            dialect.MAVLINK_MSG_ID_POSITION_TARGET_GLOBAL_INT: self._on_target,
        }

    @property
    def locked(self) -> bool:
        return self._link.locked

    @property
    def source(self) -> object:
        """Where the vehicle's heartbeats come from, as given to `receive`: answers go there."""
        return self._link.source

    @property
    def lit(self) -> bool:
        """Whether the light was on when it was last heard of."""
        return self._light.lit

    def gimbal_pitch_deg(self, t_ns: int) -> float | None:
        """How the camera's gimbal hangs by its own word, 0 level, -90 down; None: it has none that tells."""
        return self._gimbal.pitch_deg(t_ns)

    def look(self, pitch_deg: float, t_ns: int) -> None:
        """Let the gimbal nod; without one that tells how it hangs nothing is asked."""
        self._gimbal.look(pitch_deg, t_ns)

    @property
    def heard(self) -> frozenset[int]:
        """System ids of all autopilots heard."""
        return frozenset(self._link.heard)

    def next_deadline_ns(self) -> int | None:
        """When `poll` should be called at the latest; calling it earlier or more often does no harm."""
        deadlines = (
            self._steering.next_deadline_ns(),
            self._link.next_deadline_ns(),
            self._orders.next_deadline_ns(),
            self._light.next_deadline_ns(),
        )
        return min((d for d in deadlines if d is not None), default=None)

    def outgoing(self) -> list[bytes]:
        """Datagrams to send now, one frame each."""
        if self._link.locked:
            self._out.extend(self._orders.outgoing())
            self._out.extend(self.parameters.outgoing())
        out, self._out = self._out, []
        return [self.codec.encode(message, self._now_ns) for message in out]

    def receive(self, data: bytes, t_ns: int, source: object = None, *, stream: bool = False) -> None:
        """Bytes from the link. stream: they may be cut anywhere (TCP, serial), else `data` is one datagram."""
        self._now_ns = max(self._now_ns, t_ns)
        for message in self.codec.decode(data, source):
            if message.get_msgId() == dialect.MAVLINK_MSG_ID_HEARTBEAT:
                self._notice_illuminator(message, t_ns)
                if self._link.heartbeat(message, t_ns, source):
                    self._on_heartbeat(message, t_ns)
            elif self._link.ours(message):
                self._streams.heard(message.get_msgId(), t_ns)
                self._clock(getattr(message, "time_boot_ms", None), t_ns)
                handler = self._handlers.get(message.get_msgId())
                if handler is not None:
                    handler(message, t_ns)
                if self._strobe is not None and message.get_msgId() == RelayLamp.reports:
                    self._strobe.reported(message, t_ns)
                if message.get_msgId() == self._light.lamp.reports:
                    self._events += self._light.reported(message, t_ns)
            elif message.get_srcSystem() == self._link.system_id:
                self._from_a_component(message, t_ns)
        if not stream:
            self.codec.datagram_ended(source)

    def obey(self, command: Command, t_ns: int) -> None:
        self._now_ns = max(self._now_ns, t_ns)
        if self._closed:
            return
        match command:
            case Steer():
                self._send(self._steering.steer(command, t_ns, self._boot_ms))
            case StandDown():
                self._events += self._underway.abandon(t_ns, "stood down")
                self._send(self._steering.hold(t_ns, self._boot_ms))
            case Launch():
                self._events += self._underway.begin("launch", Launching(self._orders, command.height_m, t_ns), t_ns)
            case TakeBack():
                self._events += self._underway.begin("take_back", ModeEntry(self._orders, GUIDED, t_ns), t_ns)
            case ReturnHome():
                self._steering.stop()
                self._events += self._underway.begin("return_home", ModeEntry(self._orders, RTL, t_ns), t_ns)
            case Transmit():
                if Channel.LIGHT in command.channels:
                    self._events += self._light.show(command, t_ns)
                if Channel.MANOEUVRE in command.channels:
                    meter = FlownMeter(command, t_ns)
                    if self._seen.position is not None:
                        meter.position(t_ns, self._seen.position)
                    self._meters.append(meter)
            case CutShort():
                for meter in [m for m in self._meters if m.transmission == command.transmission]:
                    self._meters.remove(meter)
                    self._events.append(meter.cut(t_ns, command.why))
            case Release():
                self._releasing.release(command)
            case _:
                pass

    def poll(self, t_ns: int) -> list[Event]:
        """Raises BadInput when the system id insisted on is not there but others are."""
        self._now_ns = max(self._now_ns, t_ns)
        if self._closed:
            return self._take_events()
        if not self._slots_told:
            self._slots_told = True
            self._events += [SlotLoaded(t_ns, s.slot, s.holds) for s in self.options.slots.slots if s.loaded]
        self._events += self._link.poll(t_ns)
        self._send(self._link.beat(t_ns))
        if self._locked_ns is None:
            return self._take_events()
        self._orders.poll(t_ns)
        self._streams.poll(t_ns, self._link.alive(t_ns))
        self.parameters.poll(t_ns)
        self._events += self._underway.poll(self._seen, t_ns)
        if self._light.present is None and t_ns > after(self._locked_ns, _PATIENCE_S) and self._light.absent():
            self._events.append(LightPresent(t_ns, self._name, False))
        self._events += self._light.poll(t_ns)
        self._events += self._releasing.poll(t_ns)
        for meter in [m for m in self._meters if m.done(t_ns)]:
            self._meters.remove(meter)
            self._events.append(meter.verdict(t_ns))
        self._send(self._steering.due(t_ns, self._boot_ms))
        return self._take_events()

    def healthy(self, ok: bool, t_ns: int) -> None:
        self._now_ns = max(self._now_ns, t_ns)
        self._link.healthy(ok)

    def close(self, t_ns: int) -> None:
        if self._closed:
            return
        self._send(self._steering.hold(t_ns, self._boot_ms))
        self._events += self._light.interrupt(t_ns, "the mission program closed")
        self._closed = True

    def _on_heartbeat(self, message: Message, t_ns: int) -> None:
        if self._locked_ns is None:
            self._locked_ns = t_ns
            for part in (self._orders, self.parameters):
                part.target_system = message.get_srcSystem()
                part.target_component = message.get_srcComponent()
            self._streams.ask_all(t_ns)
        seen = self._seen
        seen.armed = bool(message.base_mode & dialect.MAV_MODE_FLAG_SAFETY_ARMED)
        before, seen.custom_mode = seen.custom_mode, message.custom_mode
        if seen.mode is not Mode.GUIDED:
            self._steering.block()
        if before is None or before == seen.custom_mode:
            return
        ours = seen.custom_mode == self._underway.asked_mode
        self._events.append(ModeChanged(t_ns, self._name, seen.mode, seen.mode_name, ours))
        if not ours:
            self._steering.block()
            self._events += self._underway.abandon(t_ns, f"somebody chose {seen.mode_name}")

    def _on_ack(self, message: Message, t_ns: int) -> None:
        if message.target_system in {0, self.options.gcs_system_id}:
            self._orders.acknowledge(message, t_ns)

    def _on_text(self, message: Message, t_ns: int) -> None:
        text = self._texts.take(message)
        if not text:
            return
        self._underway.hears(text)
        self._events.append(VehicleText(t_ns, self._name, message.severity, text))

    def _on_local_position(self, message: Message, t_ns: int) -> None:
        moved = self._steering.offset.local(message)
        if moved is None:
            return
        self._seen.position, self._seen.velocity = moved
        for meter in self._meters:
            meter.position(t_ns, moved[0])
        assert self._locked_ns is not None
        if self._seen.battery_known or t_ns > after(self._locked_ns, _PATIENCE_S):
            telemetry = self._seen.telemetry(self._name, t_ns)
            if telemetry is not None:
                self._events.append(telemetry)

    def _lamp(self, options: VehicleOptions) -> Lamp:
        servo = options.servo_light
        if options.illuminator is not None:
            return IlluminatorLamp(self._orders, options.illuminator)
        if servo is not None:
            self._streams.at_rest(dialect.MAVLINK_MSG_ID_SERVO_OUTPUT_RAW, REST_HZ)
            return ServoLamp(self._orders, self._streams, servo.channel, servo.on_us, servo.off_us)
        return RelayLamp(self._orders, self._streams, options.relay)

    def _notice_illuminator(self, message: Message, t_ns: int) -> None:
        """One that announces itself; ours, once it is there, is asked to report."""
        if message.type != dialect.MAV_TYPE_ILLUMINATOR or message.get_srcSystem() != self._link.system_id:
            return
        component = message.get_srcComponent()
        known = component in self.illuminators
        self.illuminators.add(component)
        if not known and component == self.options.illuminator:
            self._light.lamp.rate(REST_HZ, t_ns)

    def _from_a_component(self, message: Message, t_ns: int) -> None:
        """Cameras, gimbals and lamps beside the autopilot: their acknowledgements, and what the lamp tells."""
        number = message.get_msgId()
        if number == dialect.MAVLINK_MSG_ID_COMMAND_ACK:
            self._on_ack(message, t_ns)
        elif number == self._light.lamp.reports and message.get_srcComponent() == self.options.illuminator:
            self._events += self._light.reported(message, t_ns)

    def _on_target(self, message: Message, t_ns: int) -> None:
        if (trouble := self._steering.target(message, t_ns)) is not None:
            self._events.append(CommandFailed(t_ns, self._name, "setpoint", trouble))

    def _clock(self, boot_ms: int | None, t_ns: int) -> None:
        if boot_ms is None:
            return
        if boot_ms + _REBOOT_BACK_MS < self._boot_ms:
            self._rebooted(t_ns)
            self._boot_ms = boot_ms
        self._boot_ms = max(self._boot_ms, boot_ms)

    def _rebooted(self, t_ns: int) -> None:
        self._events.append(VehicleRebooted(t_ns, self._name))
        self._orders.forget_all()
        self._steering.rebooted()
        self._events += self._underway.abandon(t_ns, "the vehicle rebooted")
        self._events += self._light.interrupt(t_ns, "the vehicle rebooted")
        self._events += self._releasing.abandon(t_ns, "the vehicle rebooted")
        self._seen.position = None
        self._seen.landed_state = None
        self._streams.ask_all(t_ns)

    def _send(self, message: Message | None) -> None:
        if message is not None:
            self._out.append(message)

    def _take_events(self) -> list[Event]:
        events, self._events = self._events, []
        return events
