"""What can be set about a twin: where it stands, its wind and battery, and the autopilot's own parameters.

Parameter names and meanings are ArduPilot's. The defaults here are those of an aircraft that is fit for an escort: if
the program dies, the aircraft goes home. A test that wants the factory's defaults sets them (`FS_GCS_ENABLE=0`).
"""

from __future__ import annotations

from difflib import get_close_matches

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, Wgs84
from safeconduct.sim.twin.dynamics import Limits, Wind

PARAMETERS: dict[str, float] = {
    "MAV_SYSID": 1,
    "MAV_GCS_SYSID": 255,
    # Failsafes. FS_GCS_ENABLE: 0 nothing, 1 RTL, 5 LAND. BATT_FS_*_ACT: 0 nothing, 1 LAND, 2 RTL.
    "FS_GCS_ENABLE": 1,
    "FS_GCS_TIMEOUT": 5,
    "FS_EKF_ACTION": 1,
    "FS_OPTIONS": 16,
    "BATT_CAPACITY": 5000,
    "BATT_LOW_MAH": 1000,
    "BATT_CRT_MAH": 500,
    "BATT_LOW_TIMER": 3,
    "BATT_LOW_VOLT": 14.0,
    "BATT_CRT_VOLT": 13.6,
    "BATT_FS_LOW_ACT": 2,
    "BATT_FS_CRT_ACT": 1,
    # A cylinder about home. FENCE_TYPE: 1 height, 2 circle. FENCE_ACTION: 0 report, 1 RTL.
    "FENCE_ENABLE": 1,
    "FENCE_TYPE": 3,
    "FENCE_ACTION": 1,
    "FENCE_RADIUS": 2000,
    "FENCE_ALT_MAX": 120,
    "FENCE_MARGIN": 3,
    # Guided flight, home and landing: cm and cm/s as ArduCopter 4 has them.
    "GUID_TIMEOUT": 3,
    "WPNAV_SPEED": 1000,
    "RTL_ALT": 3000,
    "RTL_LOIT_TIME": 5000,
    "LAND_SPEED": 50,
    "DISARM_DELAY": 10,
    "ARMING_CHECK": 1,
    # Outputs. RELAYn_FUNCTION 1: a relay. SERVOn_FUNCTION 33…36: motors, 28: gripper, 0: free.
    "RELAY1_FUNCTION": 1,
    "RELAY2_FUNCTION": 0,
    "RELAY3_FUNCTION": 0,
    "RELAY4_FUNCTION": 0,
    # MNT1_TYPE above 0: a gimbal that nods and tells its attitude.
    "MNT1_TYPE": 0,
    "GRIP_ENABLE": 1,
    "GRIP_GRAB": 1100,
    "GRIP_RELEASE": 1900,
    "SERVO1_FUNCTION": 33,
    "SERVO2_FUNCTION": 34,
    "SERVO3_FUNCTION": 35,
    "SERVO4_FUNCTION": 36,
    "SERVO9_FUNCTION": 28,
    "SERVO10_FUNCTION": 0,
    "SERVO11_FUNCTION": 0,
    "SERVO12_FUNCTION": 0,
}

HOME = Wgs84(48.6, 38.0, 120.0)


class TwinSettings(msgspec.Struct, frozen=True):
    """One twin. Equal settings and equal input give an equal flight.

    boot_s: until arming is accepted. endurance_s: hovering time of a full battery. cells: of the battery, in series.
    light: what its lamp is: `relay` (the first), `servo:N` (a channel, lit above 1500 µs) or `illuminator` (a component
    of its own). parameters: what differs from PARAMETERS. hover: begin in the air there (ENU metres about home), armed
    and in GUIDED, as an aircraft does whose ground station died and came back.
    changes_battery_s: so long after it has landed a crew has put a full battery in; 0: nobody does.
    """

    home: Wgs84 = HOME
    seed: int = 0
    heading_deg: float = 0.0
    boot_s: float = 2.0
    limits: Limits = Limits()
    wind: Wind = Wind()
    endurance_s: float = 1800.0
    changes_battery_s: float = 0.0
    battery_pct: float = 100.0
    cells: int = 4
    hover: Enu | None = None
    light: str = "relay"
    parameters: dict[str, float] = {}

    def all_parameters(self) -> dict[str, float]:
        """Raises BadInput for a name that the autopilot does not have."""
        for name in self.parameters:
            known_parameter(name)
        return PARAMETERS | self.parameters


def known_parameter(name: str) -> str:
    """The name itself, or BadInput with the nearest one that exists."""
    if name not in PARAMETERS:
        near = get_close_matches(name.upper(), PARAMETERS, 1)
        raise BadInput(f"parameter {name}", "unknown", f"did you mean {near[0]}?" if near else "see the reference")
    return name
