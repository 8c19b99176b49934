"""A source's own clock beside ours: packets come in bursts, but their stamps say how far apart they were."""

from __future__ import annotations

from safeconduct.model.mission_time import NS

_SET_NS = NS  # stamps that part from the pictures' coming by more than this are of a clock that was set
_DRIFTS = 1e-3  # of a second in a second: two clocks never run equally fast


class SourceClock:
    """Mission time of each packet, rising. live: the promptest packet says how the two clocks stand to each other; a
    film's first one does."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._offset_ns: int | None = None  # ours less theirs
        self._last_now_ns = self._last_t_ns = 0

    def when(self, source_ns: int | None, now_ns: int) -> int:
        """source_ns: its stamp, None where it has none. now_ns: when it came."""
        if source_ns is None:
            return self._rising(now_ns)
        offset = now_ns - source_ns
        if self._offset_ns is None:
            self._offset_ns = offset
        elif self._live:
            slack_ns = round((now_ns - self._last_now_ns) * _DRIFTS)
            self._offset_ns = min(self._offset_ns + slack_ns, offset)
            if offset - self._offset_ns > _SET_NS or source_ns + self._offset_ns < self._last_t_ns - _SET_NS:
                self._offset_ns = offset
        self._last_now_ns = now_ns
        return self._rising(source_ns + self._offset_ns)

    def _rising(self, t_ns: int) -> int:
        self._last_t_ns = max(t_ns, self._last_t_ns + 1)
        return self._last_t_ns
