"""What the light is: a relay, a servo channel, or an illuminator that announces itself. Each is switched in its own
way, and each tells in its own message whether it is on; without such a message no flash could be counted.

Relay and servo repeat on the vehicle's own clock, in the one slot that both share (FLIGHT facts, light code). An
illuminator has no repeat that counts: it is told on and off, in absolute words, so that a lost one is seen and never
turns the others round.
"""

from __future__ import annotations

from typing import Protocol

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.mission_time import after
from safeconduct.vehicle.codec import Message
from safeconduct.vehicle.illuminator_status import ILLUMINATOR_STATUS
from safeconduct.vehicle.orders import Order, Orders
from safeconduct.vehicle.streams import Streams


class Lamp(Protocol):
    """reports: id of the message that tells whether it is on. name: in words for the crew."""

    reports: int
    name: str

    def read(self, message: Message) -> tuple[bool, bool] | None:
        """Out of such a message: whether the lamp is there, whether it is on; None: it is of other outputs."""

    def rate(self, hz: float, t_ns: int) -> None:
        """Let it report so often."""

    def off(self, t_ns: int) -> Order: ...

    def flash(self, count: int, each_s: float, t_ns: int) -> Order:
        """Begin: so many flashes of `each_s` with gaps as long. Tried once only: see `Light`."""

    def go_on(self, t_ns: int) -> None:
        """Called while it flashes; does nothing where the vehicle keeps the time."""

    def next_deadline_ns(self) -> int | None: ...


class _OnTheVehiclesClock:
    """Streams of the autopilot itself, and nothing to be done while it flashes."""

    reports = 0

    def __init__(self, orders: Orders, streams: Streams) -> None:
        self._orders, self._streams = orders, streams

    def rate(self, hz: float, t_ns: int) -> None:
        self._streams.set_rate(self.reports, hz, t_ns)

    def go_on(self, t_ns: int) -> None:
        """The vehicle keeps the time."""

    def next_deadline_ns(self) -> int | None:
        return None


class RelayLamp(_OnTheVehiclesClock):
    """relay: number from 0, as in DO_SET_RELAY."""

    reports = dialect.MAVLINK_MSG_ID_RELAY_STATUS

    def __init__(self, orders: Orders, streams: Streams, relay: int) -> None:
        super().__init__(orders, streams)
        self._relay = relay
        self.name = f"relay {relay + 1}"

    def read(self, message: Message) -> tuple[bool, bool]:
        bit = 1 << self._relay
        return bool(message.present & bit), bool(message.on & bit)

    def off(self, t_ns: int) -> Order:
        return self._orders.give(dialect.MAV_CMD_DO_SET_RELAY, float(self._relay), 0.0, t_ns=t_ns)

    def on(self, t_ns: int) -> Order:
        return self._orders.give(dialect.MAV_CMD_DO_SET_RELAY, float(self._relay), 1.0, t_ns=t_ns)

    def flash(self, count: int, each_s: float, t_ns: int) -> Order:
        words = (float(self._relay), float(count), 2.0 * each_s)
        return self._orders.give(dialect.MAV_CMD_DO_REPEAT_RELAY, *words, t_ns=t_ns, tries=1)


class ServoLamp(_OnTheVehiclesClock):
    """channel: servo output 5-16; lit at on_us, dark at off_us. What lies nearer to on_us counts as lit."""

    reports = dialect.MAVLINK_MSG_ID_SERVO_OUTPUT_RAW

    def __init__(self, orders: Orders, streams: Streams, channel: int, on_us: int, off_us: int) -> None:
        super().__init__(orders, streams)
        self._channel, self._on_us, self._off_us = channel, on_us, off_us
        self.name = f"servo channel {channel}"

    def read(self, message: Message) -> tuple[bool, bool] | None:
        if message.port != 0:
            return None
        pulse_us = getattr(message, f"servo{self._channel}_raw")  # 0: no pulse was ever asked of it, so it is dark
        return True, pulse_us > 0 and abs(pulse_us - self._on_us) < abs(pulse_us - self._off_us)

    def off(self, t_ns: int) -> Order:
        words = (float(self._channel), float(self._off_us))
        return self._orders.give(dialect.MAV_CMD_DO_SET_SERVO, *words, t_ns=t_ns)

    def flash(self, count: int, each_s: float, t_ns: int) -> Order:
        words = (float(self._channel), float(self._on_us), float(count), 2.0 * each_s)
        return self._orders.give(dialect.MAV_CMD_DO_REPEAT_SERVO, *words, t_ns=t_ns, tries=1)


class IlluminatorLamp:
    """A lamp of its own, in the nose or at the gimbal, that announced itself as this component of the vehicle."""

    reports = ILLUMINATOR_STATUS

    def __init__(self, orders: Orders, component: int) -> None:
        self._orders, self._component = orders, component
        self._left: list[tuple[int, bool]] = []
        self.name = f"illuminator (component {component})"

    def read(self, message: Message) -> tuple[bool, bool]:
        return True, bool(message.enable)

    def rate(self, hz: float, t_ns: int) -> None:
        words = (float(self.reports), round(1e6 / hz))
        self._orders.give(dialect.MAV_CMD_SET_MESSAGE_INTERVAL, *words, t_ns=t_ns, component=self._component)

    def off(self, t_ns: int) -> Order:
        self._left.clear()
        return self._turn(False, t_ns)

    def flash(self, count: int, each_s: float, t_ns: int) -> Order:
        self._left = [(after(t_ns, i * each_s), i % 2 == 0) for i in range(1, 2 * count)]
        return self._turn(True, t_ns)

    def go_on(self, t_ns: int) -> None:
        while self._left and t_ns >= self._left[0][0]:
            self._turn(self._left.pop(0)[1], t_ns)

    def next_deadline_ns(self) -> int | None:
        return self._left[0][0] if self._left else None

    def _turn(self, on: bool, t_ns: int) -> Order:
        command = dialect.MAV_CMD_ILLUMINATOR_ON_OFF
        return self._orders.give(command, float(on), t_ns=t_ns, component=self._component)
