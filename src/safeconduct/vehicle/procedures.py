"""Procedures of several orders, each proved by its effect: entering a mode, and launching.

A procedure is polled; it says None while under way and a `Result` at its end. ACCEPTED without the effect ends as
"accepted but nothing happened".
"""

from __future__ import annotations

from typing import NamedTuple

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.mission_time import after
from safeconduct.vehicle.flight_modes import GUIDED, name_of
from safeconduct.vehicle.orders import Fate, Order, Orders
from safeconduct.vehicle.seen import Seen

_EFFECT_WITHIN_S = 3.0
_ASK_AGAIN_S = 2.0
_READY_WITHIN_S = 120.0
_RISES_WITHIN_S = 10.0
_CLIMB_LEAST_MPS = 0.4
_HEIGHT_NEAR_M = 0.5

NOTHING_HAPPENED = "accepted but nothing happened"


class Result(NamedTuple):
    """The end of a procedure; `why` is empty when its effect was seen."""

    why: str = ""


class ModeEntry:
    """Ask for a mode once and wait for HEARTBEAT to show it.

    patient: a refusal is asked again every two seconds, up to two minutes (a vehicle that still boots).
    """

    def __init__(self, orders: Orders, custom_mode: int, t_ns: int, patient: bool = False) -> None:
        self._orders = orders
        self.custom_mode = custom_mode
        self._patient_until_ns = after(t_ns, _READY_WITHIN_S) if patient else t_ns
        self._order: Order | None = None

    def poll(self, seen: Seen, t_ns: int) -> Result | None:
        if seen.custom_mode == self.custom_mode and (self._order is None or self._order.fate is not Fate.WAITING):
            return Result()
        order = self._order
        if order is None:
            enabled = float(dialect.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED)
            command = dialect.MAV_CMD_DO_SET_MODE
            self._order = self._orders.give(command, enabled, float(self.custom_mode), t_ns=t_ns)
            return None
        if order.fate is Fate.WAITING:
            return None
        if order.fate is Fate.ACCEPTED:
            if t_ns > after(order.ended_t_ns, _EFFECT_WITHIN_S):
                return Result(f"{name_of(self.custom_mode)} {NOTHING_HAPPENED}")
            return None
        if t_ns >= self._patient_until_ns:
            return Result(f"{name_of(self.custom_mode)} {order.why}")
        if t_ns >= after(order.ended_t_ns, _ASK_AGAIN_S):
            self._order = None
        return None

    def abandon(self) -> None:
        self._orders.forget(self._order)


class Launching:
    """GUIDED, arm, take off. Readiness is asked of the vehicle itself: arming is tried until it is accepted.

    An aircraft that flies already is only asked for GUIDED.
    """

    def __init__(self, orders: Orders, height_m: float, t_ns: int) -> None:
        self._orders = orders
        self._height_m = height_m
        self._until_ns = after(t_ns, _READY_WITHIN_S)
        self._order: Order | None = None
        self.entry: ModeEntry | None = ModeEntry(orders, GUIDED, t_ns, patient=True)
        self._arming = True
        self._from_m = 0.0
        self._airborne = False
        self.prearm = ""

    def poll(self, seen: Seen, t_ns: int) -> Result | None:
        if self.entry is not None:
            entered = self.entry.poll(seen, t_ns)
            if entered is None:
                return None
            if entered.why:
                return entered
            self.entry = None
            self._airborne = bool(seen.flying)
        if self._airborne:
            return Result()
        if self._arming:
            return self._arm(seen, t_ns)
        return self._take_off(seen, t_ns)

    def _arm(self, seen: Seen, t_ns: int) -> Result | None:
        if seen.armed and seen.height_m is not None and (self._order is None or self._order.fate is not Fate.WAITING):
            self._arming, self._order = False, None
            self._from_m = seen.height_m
            return self._take_off(seen, t_ns)
        order = self._order
        if order is None:
            if seen.armed or t_ns > self._until_ns:  # armed, but its height is not known yet
                return Result("no position from the vehicle") if t_ns > self._until_ns else None
            self._order = self._orders.give(dialect.MAV_CMD_COMPONENT_ARM_DISARM, 1.0, t_ns=t_ns)
        elif order.fate is Fate.ACCEPTED:
            if not seen.armed and t_ns > after(order.ended_t_ns, _EFFECT_WITHIN_S):
                return Result(f"arming {NOTHING_HAPPENED}")
        elif order.fate is not Fate.WAITING and t_ns >= after(order.ended_t_ns, _ASK_AGAIN_S):
            if t_ns > self._until_ns:
                reason = f" ({self.prearm})" if self.prearm else ""
                return Result(f"arming {order.why} for {_READY_WITHIN_S:g} s{reason}")
            self._order = None
        return None

    def _take_off(self, seen: Seen, t_ns: int) -> Result | None:
        height_m = seen.height_m
        order = self._order
        if order is None:
            command = dialect.MAV_CMD_NAV_TAKEOFF
            self._order = self._orders.give(command, 0, 0, 0, 0, 0, 0, self._height_m, t_ns=t_ns)
            return None
        if order.fate is Fate.WAITING:
            return None
        if order.fate is not Fate.ACCEPTED:
            return Result(f"take-off {order.why}")
        if height_m is not None and abs(height_m - self._height_m) <= _HEIGHT_NEAR_M:
            return Result()
        if not seen.armed:
            return Result("disarmed before it took off")
        risen = height_m is not None and height_m > self._from_m + 0.3
        if not risen and t_ns > after(order.ended_t_ns, _RISES_WITHIN_S):
            return Result(f"take-off {NOTHING_HAPPENED}")
        if t_ns > after(order.ended_t_ns, _RISES_WITHIN_S + self._height_m / _CLIMB_LEAST_MPS):
            return Result(f"take-off stopped at {height_m or 0.0:.1f} m of {self._height_m:.1f} m")
        return None

    def abandon(self) -> None:
        if self.entry is not None:
            self.entry.abandon()
        self._orders.forget(self._order)
