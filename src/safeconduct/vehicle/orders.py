"""Orders: COMMAND_LONG out, COMMAND_ACK back, one in flight for each command id.

COMMAND_ACK carries no sequence number, so two commands of one id in flight could not be told apart (MAVLink guide,
"Command Protocol"). An accepted order is *not* a done order: whoever gave it looks for the effect.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import Enum

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.mission_time import after
from safeconduct.vehicle.codec import Message

ACK_WITHIN_S = 0.8
TRIES = 4
IN_PROGRESS_WITHIN_S = 5.0

_WORDS = {
    dialect.MAV_RESULT_TEMPORARILY_REJECTED: "refused for now",
    dialect.MAV_RESULT_DENIED: "denied",
    dialect.MAV_RESULT_UNSUPPORTED: "not supported by this vehicle",
    dialect.MAV_RESULT_FAILED: "failed",
    6: "cancelled",  # MAV_RESULT_CANCELLED, younger than the dialect
}


class Fate(Enum):
    """WAITING: no answer yet. ACCEPTED and REFUSED: acknowledged. SILENT: no acknowledgement after all tries."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SILENT = "silent"


class Order:
    """One command to the vehicle and its fate so far. `result` is the MAV_RESULT once acknowledged."""

    __slots__ = ("_deadline_ns", "_sent", "command", "component", "ended_t_ns", "fate", "params", "result", "tries")

    def __init__(self, command: int, params: tuple[float, ...], tries: int, component: int | None = None) -> None:
        self.command = command
        self.component = component  # of the vehicle; None: its autopilot
        self.params = (*params, *(0.0,) * (7 - len(params)))
        self.tries = tries
        self.fate = Fate.WAITING
        self.result: int | None = None
        self.ended_t_ns = 0
        self._sent = 0
        self._deadline_ns = 0

    @property
    def why(self) -> str:
        """Why it was not accepted, in words."""
        if self.fate is Fate.SILENT:
            return f"no acknowledgement after {self._sent} tries"
        if self.result is None:
            return "no answer yet"
        return _WORDS.get(self.result, f"result {self.result}")


class Orders:
    """All orders of one vehicle, whose ids the caller sets once it is locked."""

    def __init__(self) -> None:
        self._waiting: dict[int, deque[Order]] = {}
        self._out: list[Message] = []
        self.target_system = 0
        self.target_component = 0

    def give(self, command: int, *params: float, t_ns: int, tries: int = TRIES, component: int | None = None) -> Order:
        """Queue an order (up to seven parameters, missing ones 0); it leaves when its id is free."""
        order = Order(command, params, tries, component)
        line = self._waiting.setdefault(command, deque())
        line.append(order)
        if len(line) == 1:
            self._send(order, t_ns)
        return order

    def acknowledge(self, ack: Message, t_ns: int) -> None:
        """Match a COMMAND_ACK with the order in flight of its id; a stray one changes nothing."""
        line = self._waiting.get(ack.command)
        if not line or not line[0]._sent:
            return
        order = line[0]
        if ack.result == dialect.MAV_RESULT_IN_PROGRESS:
            order._deadline_ns = after(t_ns, IN_PROGRESS_WITHIN_S)
            return
        order.result = ack.result
        self._end(order, Fate.ACCEPTED if ack.result == dialect.MAV_RESULT_ACCEPTED else Fate.REFUSED, t_ns)

    def poll(self, t_ns: int) -> None:
        """Send again what is overdue; give up after the last try."""
        for line in list(self._waiting.values()):
            while line and t_ns >= line[0]._deadline_ns:
                order = line[0]
                if order._sent < order.tries:
                    self._send(order, t_ns)
                    break
                self._end(order, Fate.SILENT, t_ns)

    def forget(self, order: Order | None) -> None:
        """Withdraw an order: it is not sent again, its acknowledgement matters to nobody."""
        if order is None or order.fate is not Fate.WAITING:
            return
        line = self._waiting.get(order.command)
        if line and order in line:
            if order is line[0]:
                order.tries = 0  # keeps its place until its acknowledgement or deadline, so that acks stay matched
            else:
                line.remove(order)

    def forget_all(self) -> None:
        """The vehicle is another one now (rebooted): nothing that was under way counts."""
        for line in self._waiting.values():
            for order in line:
                order.fate = Fate.SILENT
        self._waiting.clear()

    def outgoing(self) -> Iterator[Message]:
        out, self._out = self._out, []
        return iter(out)

    def next_deadline_ns(self) -> int | None:
        return min((line[0]._deadline_ns for line in self._waiting.values() if line), default=None)

    def _send(self, order: Order, t_ns: int) -> None:
        component = self.target_component if order.component is None else order.component
        self._out.append(
            dialect.MAVLink_command_long_message(
                self.target_system, component, order.command, order._sent, *order.params
            )
        )
        order._sent += 1
        order._deadline_ns = after(t_ns, ACK_WITHIN_S)

    def _end(self, order: Order, fate: Fate, t_ns: int) -> None:
        order.fate = fate
        order.ended_t_ns = t_ns
        line = self._waiting[order.command]
        line.popleft()
        if line:
            self._send(line[0], t_ns)
