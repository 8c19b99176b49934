"""Relays and servos, and the one slot in which the autopilot repeats them.

DO_REPEAT_RELAY and DO_REPEAT_SERVO share a single slot and **toggle** (FLIGHT facts, light code): a repeat begun while
the light is on ends with it on, and a second repeat of anything leaves the first wherever it was. Toggle times are
exact, not bound to the flight's step, because counting and timing of flashes is what they are for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

NS = 1_000_000_000
MOTORS = frozenset(range(33, 41))
GRIPPER = 28
_IDLE_PWM = 1500
_LAST_CHANNEL = 16
_EDGES_KEPT = 256


class Edge(NamedTuple):
    """A relay switched at t_ns."""

    t_ns: int
    relay: int
    on: bool


class Outputs:
    """State of every relay (0-based as in the commands) and servo channel (1-based, PWM in µs).

    edges: the newest switchings, for whoever counts to take out.
    """

    def __init__(self, parameters: Mapping[str, float]) -> None:
        self._parameters = parameters
        self.relays_on = 0
        self.servos: dict[int, int] = {}
        self.edges: deque[Edge] = deque(maxlen=_EDGES_KEPT)
        self._repeats_servo = False
        self._number = 0
        self._left = 0
        self._half_ns = 0
        self._swing: tuple[int, int] = (_IDLE_PWM, _IDLE_PWM)
        self.next_t_ns: int | None = None
        for channel in self.channels(GRIPPER):
            self.servos[channel] = int(parameters["GRIP_GRAB"])

    @property
    def relays_present(self) -> int:
        """Bit n is set when relay n exists."""
        return sum(1 << n for n in range(4) if self._parameters[f"RELAY{n + 1}_FUNCTION"] == 1)

    def channels(self, function: int) -> list[int]:
        """Servo channels with that function."""
        return [n for n in range(1, _LAST_CHANNEL + 1) if self._parameters.get(f"SERVO{n}_FUNCTION") == function]

    def set_relay(self, relay: int, on: bool, t_ns: int) -> bool:
        """False when there is no such relay. Ends a repeat of the same relay."""
        if not self._has_relay(relay):
            return False
        if self.next_t_ns is not None and not self._repeats_servo and self._number == relay:
            self.next_t_ns = None
        self._switch(relay, on, t_ns)
        return True

    def repeat_relay(self, relay: int, cycles: int, cycle_s: float, t_ns: int) -> bool:
        """Toggle 2 · cycles times, the first time now. Takes the slot from whoever has it."""
        if not self._has_relay(relay):
            return False
        self._take_slot(False, relay, cycles, cycle_s, t_ns)
        return True

    def set_servo(self, channel: int, pwm: int) -> bool:
        """False for a motor's channel or none. Ends a repeat of the same channel."""
        if not self._has_servo(channel):
            return False
        if self.next_t_ns is not None and self._repeats_servo and self._number == channel:
            self.next_t_ns = None
        self.servos[channel] = pwm
        return True

    def repeat_servo(self, channel: int, pwm: int, cycles: int, cycle_s: float, t_ns: int) -> bool:
        if not self._has_servo(channel):
            return False
        self._swing = (self.servos.get(channel, _IDLE_PWM), pwm)
        self._take_slot(True, channel, cycles, cycle_s, t_ns)
        return True

    def grip(self, release: bool) -> bool:
        """Open or close the gripper; there is one, whatever number was asked for."""
        if self._parameters["GRIP_ENABLE"] != 1:
            return False
        pwm = int(self._parameters["GRIP_RELEASE" if release else "GRIP_GRAB"])
        for channel in self.channels(GRIPPER):
            self.servos[channel] = pwm
        return True

    def advance(self, t_ns: int) -> None:
        """Let the slot toggle until t_ns, each time at its own instant."""
        while self.next_t_ns is not None and self.next_t_ns <= t_ns:
            at = self.next_t_ns
            self._left -= 1
            self.next_t_ns = at + self._half_ns if self._left else None
            if self._repeats_servo:
                self.servos[self._number] = self._swing[self._left & 1]
            else:
                self._switch(self._number, not self.relays_on >> self._number & 1, at)

    def _has_relay(self, relay: int) -> bool:
        return 0 <= relay < 4 and bool(self.relays_present >> relay & 1)

    def _has_servo(self, channel: int) -> bool:
        known = 1 <= channel <= _LAST_CHANNEL
        return known and self._parameters.get(f"SERVO{channel}_FUNCTION", 0) not in MOTORS

    def _take_slot(self, servo: bool, number: int, cycles: int, cycle_s: float, t_ns: int) -> None:
        self._repeats_servo = servo
        self._number = number
        self._left = 2 * cycles
        self._half_ns = max(1_000_000, round(cycle_s * NS / 2))
        self.next_t_ns = t_ns if cycles > 0 else None
        self.advance(t_ns)

    def _switch(self, relay: int, on: bool, t_ns: int) -> None:
        if bool(self.relays_on >> relay & 1) != on:
            self.relays_on ^= 1 << relay
            self.edges.append(Edge(t_ns, relay, on))
