"""What the autopilot does by itself when something is lost (FLIGHT facts, table "Failsafes").

Only heartbeats of MAV_GCS_SYSID count. A mode that a failsafe entered stays when the loss is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS, after
from safeconduct.sim.twin.battery import Battery
from safeconduct.sim.twin.dynamics import Airframe
from safeconduct.sim.twin.guidance import GOES_HOME, GUIDED, LAND, MODE_NAMES, NEEDS_POSITION, RTL, fence_from

_GPS_PATIENCE_NS = 8 * NS
_GCS_MODES = {1: RTL, 5: LAND}
_BATTERY_MODES = {1: LAND, 2: RTL}


class FallBack(NamedTuple):
    """Words to say, and the mode to enter; None: only the words."""

    why: str
    mode: int | None


class Failsafes:
    """Battery, ground station, position and fence of one flight. Call `step` once a step in the air."""

    def __init__(self, parameters: Mapping[str, float], battery: Battery) -> None:
        self._parameters = parameters
        self._battery = battery
        self._gcs_heard_ns: int | None = None
        self.gcs_lost = False
        self._gps_lost_ns = 0
        self._gps_back_ns = 0
        self.parameters_changed()

    def parameters_changed(self) -> None:
        self.fence = fence_from(self._parameters)
        self._gcs_mode = _GCS_MODES.get(int(self._parameters["FS_GCS_ENABLE"]))
        self._gcs_patience_ns = round(self._parameters["FS_GCS_TIMEOUT"] * NS)

    def gcs_heartbeat(self, system_id: int, t_ns: int) -> None:
        if system_id == self._parameters["MAV_GCS_SYSID"]:
            self._gcs_heard_ns = t_ns
            self.gcs_lost = False

    def forget_gcs(self) -> None:
        self._gcs_heard_ns = None
        self.gcs_lost = False

    def lose_gps(self, seconds: float, t_ns: int) -> None:
        if self.gps_ok(t_ns):
            self._gps_lost_ns = t_ns
        self._gps_back_ns = after(t_ns, seconds)

    def gps_ok(self, t_ns: int) -> bool:
        return t_ns >= self._gps_back_ns

    def step(self, t_ns: int, mode: int, body: Airframe) -> FallBack | None:
        """The first thing that must be answered now."""
        judged = self._battery.step()
        if judged is not None:
            which = "BATT_FS_LOW_ACT" if judged == "low" else "BATT_FS_CRT_ACT"
            action = _BATTERY_MODES.get(int(self._parameters[which]))
            return self._to(None if mode == LAND else action, f"Battery 1 is {judged}", t_ns)
        heard_ns = self._gcs_heard_ns
        if heard_ns is not None and not self.gcs_lost and t_ns - heard_ns >= self._gcs_patience_ns:
            self.gcs_lost = True
            if mode == GUIDED and self._gcs_mode is not None:
                return self._to(self._gcs_mode, "GCS failsafe", t_ns)
        if t_ns < self._gps_back_ns and t_ns - self._gps_lost_ns >= _GPS_PATIENCE_NS and mode in NEEDS_POSITION:
            return self._to(LAND, "EKF failsafe", t_ns)
        if (
            self.fence is not None
            and mode != LAND
            and mode not in GOES_HOME
            and not self.fence.holds(Enu(body.x, body.y, body.z))
            and self._parameters["FENCE_ACTION"]
        ):
            return self._to(RTL, "Fence breached", t_ns)
        return None

    def _to(self, mode: int | None, why: str, t_ns: int) -> FallBack:
        """Going home needs a position; without one it lands."""
        if mode is not None and mode in NEEDS_POSITION and not self.gps_ok(t_ns):
            mode = LAND
        return FallBack(why if mode is None else f"{why}: {MODE_NAMES[mode]}", mode)
