"""Which messages the vehicle is asked to send, how often, and asking again when it forgot.

A fresh link gives HEARTBEAT and STATUSTEXT only; every other message comes after SET_MESSAGE_INTERVAL (MAV_CMD 511),
and a reboot of the vehicle forgets all of them.
"""

from __future__ import annotations

from typing import NamedTuple

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.mission_time import NS, after
from safeconduct.vehicle.orders import Fate, Order, Orders


class Wanted(NamedTuple):
    """steady: comes whenever the vehicle lives, so silence means that it forgot."""

    message_id: int
    rate_hz: float
    steady: bool = True


TABLE = (
    Wanted(dialect.MAVLINK_MSG_ID_LOCAL_POSITION_NED, 10.0),
    Wanted(dialect.MAVLINK_MSG_ID_GLOBAL_POSITION_INT, 5.0),
    Wanted(dialect.MAVLINK_MSG_ID_ATTITUDE, 10.0),
    Wanted(dialect.MAVLINK_MSG_ID_BATTERY_STATUS, 1.0, steady=False),
    Wanted(dialect.MAVLINK_MSG_ID_SYS_STATUS, 1.0),
    Wanted(dialect.MAVLINK_MSG_ID_GPS_RAW_INT, 2.0, steady=False),
    Wanted(dialect.MAVLINK_MSG_ID_EXTENDED_SYS_STATE, 2.0, steady=False),
    Wanted(dialect.MAVLINK_MSG_ID_RELAY_STATUS, 10.0, steady=False),  # a dark light talks at once only if seen dark
    Wanted(dialect.MAVLINK_MSG_ID_SERVO_OUTPUT_RAW, 2.0, steady=False),
    Wanted(dialect.MAVLINK_MSG_ID_WIND, 1.0, steady=False),
    Wanted(dialect.MAVLINK_MSG_ID_GIMBAL_DEVICE_ATTITUDE_STATUS, 10.0, steady=False),
    # While it flies position + velocity + acceleration, ArduCopter reports its target as 85 only; 87 speaks for
    # plain position targets.
    Wanted(dialect.MAVLINK_MSG_ID_POSITION_TARGET_LOCAL_NED, 4.0, steady=False),
    Wanted(dialect.MAVLINK_MSG_ID_POSITION_TARGET_GLOBAL_INT, 2.0, steady=False),
)

_SILENT_S = 2.5
_AGAIN_S = 5.0


class Streams:
    """Asks for every message of the table, and again after a reboot or when a steady one falls silent."""

    def __init__(self, orders: Orders, table: tuple[Wanted, ...] = TABLE) -> None:
        self._orders = orders
        self._wanted = {w.message_id: w for w in table}
        self._last_ns: dict[int, int] = {}
        self._asked: dict[int, tuple[int, Order]] = {}

    def at_rest(self, message_id: int, rate_hz: float) -> None:
        """So often from the beginning; to be called before the vehicle is asked."""
        self._wanted[message_id] = self._wanted[message_id]._replace(rate_hz=rate_hz)

    def ask_all(self, t_ns: int) -> None:
        self._asked.clear()
        for wanted in self._wanted.values():
            self._ask(wanted, t_ns)

    def set_rate(self, message_id: int, rate_hz: float, t_ns: int) -> None:
        """Another rate from now on, also after a reboot."""
        wanted = self._wanted[message_id]._replace(rate_hz=rate_hz)
        self._wanted[message_id] = wanted
        self._ask(wanted, t_ns)

    def heard(self, message_id: int, t_ns: int) -> None:
        self._last_ns[message_id] = t_ns

    def refused(self, message_id: int) -> bool:
        """The vehicle said that it has no such message."""
        asked = self._asked.get(message_id)
        return asked is not None and asked[1].fate is Fate.REFUSED

    def poll(self, t_ns: int, alive: bool) -> None:
        """`alive`: heartbeats come, so that silence is forgetting and not a dead link."""
        if not alive or not self._asked:
            return
        again = False
        for message_id, wanted in self._wanted.items():
            asked_ns, order = self._asked.get(message_id, (0, None))
            if order is None or order.fate is Fate.WAITING or t_ns < after(asked_ns, _AGAIN_S):
                continue
            if order.fate is Fate.SILENT:
                self._ask(wanted, t_ns)
            elif order.fate is Fate.ACCEPTED and wanted.steady:
                silent_ns = t_ns - max(self._last_ns.get(message_id, 0), order.ended_t_ns)
                again |= silent_ns > _SILENT_S * NS
        if again:
            self.ask_all(t_ns)

    def _ask(self, wanted: Wanted, t_ns: int) -> None:
        interval_us = round(1e6 / wanted.rate_hz)
        command = dialect.MAV_CMD_SET_MESSAGE_INTERVAL
        order = self._orders.give(command, float(wanted.message_id), float(interval_us), t_ns=t_ns)
        self._asked[wanted.message_id] = (t_ns, order)
