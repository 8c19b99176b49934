"""How much each may ask in a while: an allowance that grows with time. Who asks too often is told so, and only he."""

from __future__ import annotations

from collections.abc import Callable

_KNOWN_MAX = 1024


class Allowance:
    """burst: so many at once; a_second: so fast it grows again. clock_s: monotonic."""

    def __init__(self, burst: float, a_second: float, clock_s: Callable[[], float]) -> None:
        self._burst, self._a_second, self._clock_s = burst, a_second, clock_s
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, who: str) -> bool:
        """False: too often, nothing was taken."""
        now_s = self._clock_s()
        left, at_s = self._left.pop(who, (self._burst, now_s))
        left = min(self._burst, left + (now_s - at_s) * self._a_second)
        allowed = left >= 1.0
        self._left[who] = (left - allowed, now_s)
        while len(self._left) > _KNOWN_MAX:
            self._left.pop(next(iter(self._left)))  # who was heard of longest ago
        return allowed
