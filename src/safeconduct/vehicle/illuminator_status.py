"""ILLUMINATOR_STATUS (440), younger than the dialect that pymavlink brings: registered with it here.

Source: MAVLink `common` message definitions (35 bytes; the extensions after them are let pass), CRC extra 66.
"""

from __future__ import annotations

import struct
from typing import Any, ClassVar

from pymavlink.dialects.v20 import ardupilotmega as dialect

ILLUMINATOR_STATUS = 440
_WIRE = ["uptime_ms", "error_status", "brightness", "strobe_period", "strobe_duty_cycle", "temp_c"]
_WIRE += ["min_strobe_period", "max_strobe_period", "enable", "mode_bitmask", "mode"]


class IlluminatorStatus(dialect.MAVLink_message):  # type: ignore[misc]
    """enable: 0 off, 1 on. Brightness in per cent, periods in seconds, temperature in degrees Celsius."""

    id = ILLUMINATOR_STATUS
    msgname = "ILLUMINATOR_STATUS"
    fieldnames = ordered_fieldnames = _WIRE
    fieldtypes: ClassVar = ["uint32_t"] * 2 + ["float"] * 6 + ["uint8_t"] * 3
    fielddisplays_by_name: ClassVar[dict[str, str]] = {}
    fieldenums_by_name: ClassVar[dict[str, str]] = {}
    fieldunits_by_name: ClassVar[dict[str, str]] = {}
    native_format = bytearray(b"<IIffffffBBB")
    orders: ClassVar = list(range(11))
    lengths: ClassVar = [1] * 11
    array_lengths: ClassVar = [0] * 11
    crc_extra = 66
    unpacker = struct.Struct("<IIffffffBBB")
    instance_field = None
    instance_offset = -1

    def __init__(self, *fields: float) -> None:
        dialect.MAVLink_message.__init__(self, self.id, self.msgname)
        self._fieldnames = _WIRE
        self._instance_field, self._instance_offset = None, -1
        for name, value in zip(_WIRE, fields, strict=True):
            setattr(self, name, value)

    def pack(self, mav: Any, force_mavlink1: bool = False) -> bytes:
        payload = self.unpacker.pack(*(getattr(self, name) for name in _WIRE))
        frame: bytes = self._pack(mav, self.crc_extra, payload, force_mavlink1=force_mavlink1)
        return frame


def illuminator_status(uptime_ms: int, on: bool) -> IlluminatorStatus:
    """As a lamp says it that is on at full power, or off."""
    return IlluminatorStatus(uptime_ms, 0, 100.0 if on else 0.0, 0.0, 0.0, 20.0, 0.0, 0.0, int(on), 1, 1)


dialect.mavlink_map[ILLUMINATOR_STATUS] = IlluminatorStatus
