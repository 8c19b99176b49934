"""What a crew sets about its aircraft."""

from __future__ import annotations

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.vehicle.release import ReleaseSlots


class ServoLight(msgspec.Struct, frozen=True):
    """A lamp on a servo channel: lit at on_us, dark at off_us."""

    channel: int
    on_us: int = 1900
    off_us: int = 1100

    def __post_init__(self) -> None:
        if not 5 <= self.channel <= 16:
            raise BadInput("light", f"servo channel {self.channel}", "name a channel from 5 to 16 that no motor uses")
        if not (800 <= self.off_us <= 2200 and 800 <= self.on_us <= 2200 and abs(self.on_us - self.off_us) >= 200):
            raise BadInput("light", f"{self.off_us} and {self.on_us} µs", "give pulses from 800 to 2200 µs, 200 apart")


class VehicleOptions(msgspec.Struct, frozen=True):
    """aircraft: its name in every event. system_id: insist on this vehicle, None takes the first autopilot heard.

    gcs_system_id must be the vehicle's MAV_GCS_SYSID, else our death triggers nothing there. relay: number from 0 of
    the relay that switches the light; servo_light: the channel that does, instead; illuminator: the component that is
    the light, instead of both. strobe_relay: feeds an anti-collision strobe, which is dark while the light talks.
    signing_key: 32 bytes of a MAVLink 2 signing secret, None for an unsigned link.
    """

    aircraft: str = "guide"
    system_id: int | None = None
    gcs_system_id: int = 255
    gcs_component_id: int = 190
    signing_key: bytes | None = None
    relay: int = 0
    servo_light: ServoLight | None = None
    illuminator: int | None = None
    strobe_relay: int | None = None
    slots: ReleaseSlots = ReleaseSlots()
    lock_within_s: float = 10.0
    link_stale_s: float = 2.0

    def __post_init__(self) -> None:
        if self.system_id is not None and not 1 <= self.system_id <= 255:
            raise BadInput("system id", f"{self.system_id}", "name the vehicle's SYSID_THISMAV, 1 to 255")
        if not 1 <= self.gcs_system_id <= 255:
            raise BadInput("GCS system id", f"{self.gcs_system_id}", "name the vehicle's MAV_GCS_SYSID, 1 to 255")
        if not 0 <= self.relay <= 15:
            raise BadInput("light relay", f"{self.relay}", "number relays from 0 to 15 (0 is RELAY1)")
