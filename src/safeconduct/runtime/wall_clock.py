"""The machine's own clock beside mission time, which never jumps: that it was set, or drifts, is an entry."""

from __future__ import annotations

import time
from collections.abc import Callable

from safeconduct.model.events import Event, RecordTrouble
from safeconduct.model.mission_time import NS

JUMP_S = 0.5
DRIFT_S = 0.5


class WallClock:
    """wall_ns: UTC as the machine has it. steady_ns: a clock that nobody sets."""

    def __init__(self, wall_ns: Callable[[], int] | None = None, steady_ns: Callable[[], int] | None = None) -> None:
        self._wall_ns = wall_ns or time.time_ns
        self._steady_ns = steady_ns or time.monotonic_ns
        self._last_ns = self._told_ns = self._wall_ns() - self._steady_ns()

    def look(self, t_ns: int) -> list[Event]:
        """Called every round: what happened to the clock since the last. Slow drift is told each time it makes half a
        second more; the receivers of a network's time set it in small steps."""
        ahead_ns = self._wall_ns() - self._steady_ns()
        step_s, self._last_ns = (ahead_ns - self._last_ns) / NS, ahead_ns
        if abs(step_s) >= JUMP_S:
            self._told_ns = ahead_ns
            way = "forward" if step_s > 0 else "back"
            return [
                RecordTrouble(t_ns, f"this machine's clock was set {abs(step_s):.1f} s {way}; the record's goes on")
            ]
        drift_s = (ahead_ns - self._told_ns) / NS
        if abs(drift_s) < DRIFT_S:
            return []
        self._told_ns = ahead_ns
        way = "ahead of" if drift_s > 0 else "behind"
        return [RecordTrouble(t_ns, f"this machine's clock has drifted {abs(drift_s):.1f} s {way} the record's")]
