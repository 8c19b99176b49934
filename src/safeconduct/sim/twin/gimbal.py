"""The gimbal under the twin, where it has one (MNT1_TYPE above 0): it nods at its own pace and tells how it hangs."""

from __future__ import annotations

NS = 1_000_000_000
MOVES_DPS = 60.0
_DOWN_DEG, _UP_DEG = -90.0, 20.0


class Gimbal:
    """pitch: degrees against the horizon, 0 level, -90 straight down. It begins level."""

    def __init__(self) -> None:
        self._from_deg = self._to_deg = 0.0
        self._since_ns = 0

    def pitch_deg(self, t_ns: int) -> float:
        step = MOVES_DPS * max(t_ns - self._since_ns, 0) / NS
        way = self._to_deg - self._from_deg
        return self._to_deg if abs(way) <= step else self._from_deg + (step if way > 0.0 else -step)

    def look(self, pitch_deg: float, t_ns: int) -> None:
        self._from_deg, self._since_ns = self.pitch_deg(t_ns), t_ns
        self._to_deg = min(max(pitch_deg, _DOWN_DEG), _UP_DEG)
