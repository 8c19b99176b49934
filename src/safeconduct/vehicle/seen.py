"""What the vehicle was last seen to be: mode, arming, height, battery, fix; and the telemetry event made of it."""

from __future__ import annotations

from math import cos, degrees, isfinite, radians, sin

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.events import Telemetry
from safeconduct.model.geometry import ZERO, Enu, rounded
from safeconduct.model.vocabulary import Mode
from safeconduct.vehicle.codec import Message
from safeconduct.vehicle.flight_modes import mode_of, name_of

_AIRBORNE = {
    dialect.MAV_LANDED_STATE_IN_AIR,
    dialect.MAV_LANDED_STATE_TAKEOFF,
    dialect.MAV_LANDED_STATE_LANDING,
}
_AIRBORNE_ABOVE_M = 1.5
BATTERY_UNKNOWN_PCT = -1.0
"""Less than any reserve: an aircraft that cannot tell its charge never counts as charged."""


class Seen:
    """Mutable on purpose: one per locked vehicle, fed by the driver, read by its procedures."""

    def __init__(self) -> None:
        self.custom_mode: int | None = None
        self.armed = False
        self.landed_state: int | None = None
        self.position: Enu | None = None
        self.velocity: Enu = ZERO
        self.heading_deg = 0.0
        self.gps_ok = False
        self.battery_pct = BATTERY_UNKNOWN_PCT
        self.battery_s: float | None = None
        self.battery_known = False
        self.wind: Enu | None = None  # where the air goes, m/s

    @property
    def mode(self) -> Mode:
        return Mode.UNKNOWN if self.custom_mode is None else mode_of(self.custom_mode)

    @property
    def mode_name(self) -> str:
        return "UNKNOWN" if self.custom_mode is None else name_of(self.custom_mode)

    @property
    def height_m(self) -> float | None:
        """Above home."""
        return None if self.position is None else self.position.up

    @property
    def flying(self) -> bool | None:
        """None while it cannot be told yet."""
        if not self.armed:
            return False
        if self.landed_state in _AIRBORNE:
            return True
        if self.position is None:
            return None
        return self.position.up > _AIRBORNE_ABOVE_M and self.landed_state != dialect.MAV_LANDED_STATE_ON_GROUND

    def attitude(self, message: Message) -> None:
        if isfinite(message.yaw):
            self.heading_deg = degrees(message.yaw) % 360.0

    def gps(self, message: Message) -> None:
        self.gps_ok = message.fix_type >= dialect.GPS_FIX_TYPE_3D_FIX

    def extended_state(self, message: Message) -> None:
        self.landed_state = message.landed_state

    def sys_status(self, message: Message) -> None:
        self.battery_known = True
        self.battery_pct = _percent(message.battery_remaining)

    def battery_status(self, message: Message) -> None:
        if message.id != 0:  # the first battery flies the aircraft; others feed payloads
            return
        self.battery_known = True
        self.battery_pct = _percent(message.battery_remaining)
        self.battery_s = float(message.time_remaining) if message.time_remaining > 0 else None

    def take_wind(self, message: Message) -> None:
        """Take a WIND (168): where it comes from in degrees, m/s."""
        if isfinite(message.direction) and isfinite(message.speed):
            from_rad, mps = radians(message.direction), message.speed
            self.wind = rounded(Enu(-mps * sin(from_rad), -mps * cos(from_rad), 0.0), 1)

    def telemetry(self, aircraft: str, t_ns: int) -> Telemetry | None:
        if self.position is None:
            return None
        return Telemetry(
            t_ns=t_ns,
            aircraft=aircraft,
            position=rounded(self.position),
            velocity=rounded(self.velocity),
            heading_deg=round(self.heading_deg, 1),
            mode=self.mode,
            armed=self.armed,
            gps_ok=self.gps_ok,
            battery_pct=self.battery_pct,
            battery_s=self.battery_s,
            wind=self.wind,
        )


def _percent(remaining: int) -> float:
    return float(min(remaining, 100)) if remaining >= 0 else BATTERY_UNKNOWN_PCT
