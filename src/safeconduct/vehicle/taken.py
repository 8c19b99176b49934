"""Whether the vehicle took our target: it gives no acknowledgement for a setpoint, only its own idea of the target.

A target outside the fence is silently ignored. POSITION_TARGET_LOCAL_NED (85) or POSITION_TARGET_GLOBAL_INT (87) then
keeps showing the old one. ArduCopter sends 85 in every guided sub-mode and 87 only for plain position targets.
"""

from __future__ import annotations

from collections import deque
from math import hypot, isfinite

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS, after

_TOLERANCE_M = 1.5
_LATENCY_S = 0.6
_DIFFERENT_FOR_S = 1.5


class TargetTaken:
    """Compares reported targets with those sent in the last moments; all in ENU metres, over the ground."""

    def __init__(self) -> None:
        self._sent: deque[tuple[int, Enu, float]] = deque(maxlen=16)
        self._off_since_ns: int | None = None
        self._told = False

    def sent(self, t_ns: int, position: Enu, velocity: Enu) -> None:
        self._sent.append((t_ns, position, hypot(velocity[0], velocity[1])))

    def forget(self) -> None:
        self._sent.clear()
        self._off_since_ns = None
        self._told = False

    def reported(self, t_ns: int, east_m: float, north_m: float) -> str | None:
        """Take a reported target; the trouble in words, once for each time that targets stop being taken."""
        if not (isfinite(east_m) and isfinite(north_m)):
            return None
        recent = [s for s in self._sent if t_ns - s[0] <= 1.5 * NS]
        if not recent or t_ns - recent[-1][0] > NS // 2:
            return None
        off_m = min(hypot(p[0] - east_m, p[1] - north_m) - _LATENCY_S * speed for _, p, speed in recent)
        if off_m <= _TOLERANCE_M:
            self._off_since_ns = None
            self._told = False
            return None
        if self._off_since_ns is None:
            self._off_since_ns = t_ns
        if self._told or t_ns < after(self._off_since_ns, _DIFFERENT_FOR_S):
            return None
        self._told = True
        return f"the vehicle's target is {off_m:.0f} m from ours: not taken (outside the fence?)"
