"""Release slots: notes and aid, through a gripper or a servo channel each. There is no other payload.

ArduCopter ignores the gripper number, so one gripper serves one slot and every further slot needs a servo of its own.
"""

from __future__ import annotations

import msgspec
from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.commands import Release
from safeconduct.model.events import CommandFailed, Event, NoteReleased
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import after
from safeconduct.vehicle.codec import Message
from safeconduct.vehicle.orders import Fate, Order, Orders

_PWM_NEAR_US = 25
_SEEN_WITHIN_S = 3.0
HOLDS = ("note", "aid")


class ReleaseSlot(msgspec.Struct, frozen=True):
    """One slot. channel: servo output 1-16 that opens it (0: unknown, only for the gripper).

    gripper: opened by DO_GRIPPER instead of DO_SET_SERVO. loaded: the crew put something in and said so.
    """

    slot: int
    holds: str = "note"
    channel: int = 0
    open_us: int = 1900
    gripper: bool = False
    loaded: bool = True


class ReleaseSlots(msgspec.Struct, frozen=True):
    """What the crew mounted and loaded."""

    slots: tuple[ReleaseSlot, ...] = ()

    def __post_init__(self) -> None:
        seen: set[int] = set()
        for slot in self.slots:
            place = f"release slot {slot.slot}"
            if slot.slot in seen:
                raise BadInput(place, "named twice", "number every slot once")
            seen.add(slot.slot)
            if slot.holds not in HOLDS:
                raise BadInput(place, f"holds {slot.holds!r}", f"only {' or '.join(HOLDS)} can be released")
            if not slot.gripper and not 5 <= slot.channel <= 16:
                raise BadInput(place, f"servo channel {slot.channel}", "name a channel from 5 to 16 that no motor uses")
            if not 800 <= slot.open_us <= 2200:
                raise BadInput(place, f"{slot.open_us} µs", "give a pulse from 800 to 2200 µs")

    def of(self, number: int) -> ReleaseSlot | None:
        return next((s for s in self.slots if s.slot == number), None)


class Releasing:
    """Opens one slot at a time and looks at the servo output for proof."""

    def __init__(self, orders: Orders, slots: ReleaseSlots, aircraft: str) -> None:
        self._orders = orders
        self._slots = slots
        self._aircraft = aircraft
        self._queue: list[Release] = []
        self._slot: ReleaseSlot | None = None
        self._order: Order | None = None
        self._before_us: int | None = None
        self._output_us: dict[int, tuple[int, int]] = {}

    def release(self, command: Release) -> None:
        self._queue.append(command)

    def servo_output(self, message: Message, t_ns: int) -> None:
        """Take a SERVO_OUTPUT_RAW (port 0: channels 1-16)."""
        if message.port == 0:
            for channel in range(1, 17):
                self._output_us[channel] = (t_ns, getattr(message, f"servo{channel}_raw"))

    def abandon(self, t_ns: int, why: str) -> list[Event]:
        """The vehicle rebooted: nothing that was under way can be believed."""
        failed: list[Event] = [self._failed(t_ns, why)] if self._slot or self._queue else []
        self._orders.forget(self._order)
        self._queue.clear()
        self._slot = self._order = None
        return failed

    def poll(self, t_ns: int) -> list[Event]:
        if self._slot is None:
            return self._open_next(t_ns) if self._queue else []
        slot, order = self._slot, self._order
        assert order is not None
        if order.fate is Fate.WAITING:
            return []
        if order.fate is not Fate.ACCEPTED:
            self._slot = None
            return [self._failed(t_ns, f"slot {slot.slot}: {order.why}")]
        if not slot.channel:
            self._slot = None
            return [NoteReleased(t_ns, slot.slot, "gripper acknowledged; no servo channel known to see it open")]
        seen_ns, pulse_us = self._output_us.get(slot.channel, (0, 0))
        if seen_ns > order.ended_t_ns and self._opened(slot, pulse_us):
            self._slot = None
            return [NoteReleased(t_ns, slot.slot, f"servo {slot.channel} seen at {pulse_us} µs")]
        if t_ns > after(order.ended_t_ns, _SEEN_WITHIN_S):
            self._slot = None
            return [self._failed(t_ns, f"slot {slot.slot}: accepted but servo {slot.channel} did not move")]
        return []

    def _opened(self, slot: ReleaseSlot, pulse_us: int) -> bool:
        if abs(pulse_us - slot.open_us) <= _PWM_NEAR_US:
            return True
        # A gripper's pulse is set on the vehicle (GRIP_RELEASE) and may differ from ours: then moving is the proof.
        return slot.gripper and self._before_us is not None and abs(pulse_us - self._before_us) > 4 * _PWM_NEAR_US

    def _open_next(self, t_ns: int) -> list[Event]:
        command = self._queue.pop(0)
        slot = self._slots.of(command.slot)
        if slot is None:
            return [self._failed(t_ns, f"no slot {command.slot} is configured")]
        if slot.gripper:
            action = float(dialect.GRIPPER_ACTION_RELEASE)
            self._order = self._orders.give(dialect.MAV_CMD_DO_GRIPPER, 1.0, action, t_ns=t_ns)
        else:
            pulse = float(slot.open_us)
            self._order = self._orders.give(dialect.MAV_CMD_DO_SET_SERVO, float(slot.channel), pulse, t_ns=t_ns)
        self._slot = slot
        self._before_us = self._output_us.get(slot.channel, (0, None))[1]
        return []

    def _failed(self, t_ns: int, why: str) -> CommandFailed:
        return CommandFailed(t_ns, self._aircraft, "release", why)
