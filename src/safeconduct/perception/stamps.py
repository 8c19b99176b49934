"""When each picture was taken, whatever the source writes: stamps that are missing, negative, stand still, go back or
leap ahead become times that rise from 0, and what was wrong is remembered for the crew.
"""

from __future__ import annotations

from typing import NamedTuple

from safeconduct.model.mission_time import NS

_BACK_INTERVALS = 1.5  # a stamp that lies further back is a clock that was set; less is pictures out of order
_FAR_S = 600.0  # a pause of a recording is believed up to here; more is a clock that was set
_LATE_S = 10.0  # of a stream: so much may its stamps run ahead of the pictures' arrival
_GAP_S, _GAP_INTERVALS = 0.25, 2.5  # longer than both between two pictures is a gap


class Leap(NamedTuple):
    """The source's clock was set by `by_s` at t_ns; the times were counted on as if it had not been."""

    t_ns: int
    by_s: float


class Gap(NamedTuple):
    """No picture for `for_s` from t_ns on."""

    t_ns: int
    for_s: float


class Stamps:
    """interval_s: between pictures, for those without a stamp."""

    def __init__(self, interval_s: float) -> None:
        self._interval_ns = round(interval_s * NS)
        self._back_ns = round(_BACK_INTERVALS * self._interval_ns)
        self._gap_ns = round(max(_GAP_S, _GAP_INTERVALS * interval_s) * NS)
        self._stamp_ns: int | None = None
        self._base_ns = 0  # what is added to a stamp
        self._any = False
        self.last_t_ns = -1
        self.leaps: list[Leap] = []
        self.gaps: list[Gap] = []

    def take(self, stamp_ns: int | None, waited_ns: int | None = None) -> int:
        """The time of the next picture, ns since the first, higher than the last one.

        stamp_ns: as the source has it, None where it has none. waited_ns: of a stream, since the last one arrived.
        """
        self._any = self._any or stamp_ns is not None
        if self.last_t_ns < 0:
            self._base_ns, self._stamp_ns, self.last_t_ns = -(stamp_ns or 0), stamp_ns, 0
            return 0
        # What a stream sends in one burst was taken one after the other all the same.
        t_ns = self.last_t_ns + max(self._interval_ns, waited_ns or 0)
        if stamp_ns is not None:
            step_ns = stamp_ns + self._base_ns - self.last_t_ns if self._stamp_ns is None else stamp_ns - self._stamp_ns
            least_ns = -self._back_ns if waited_ns is None else 0
            most_ns = round(_FAR_S * NS) if waited_ns is None else waited_ns + round(_LATE_S * NS)
            if least_ns <= step_ns <= most_ns:
                t_ns = stamp_ns + self._base_ns
            else:
                self.leaps.append(Leap(self.last_t_ns, step_ns / NS))
                self._base_ns = t_ns - stamp_ns
            self._stamp_ns = stamp_ns
        t_ns = max(self.last_t_ns + 1, t_ns)
        if t_ns - self.last_t_ns > self._gap_ns:
            self.gaps.append(Gap(self.last_t_ns, (t_ns - self.last_t_ns) / NS))
        self.last_t_ns = t_ns
        return t_ns

    def told(self) -> list[str]:
        """What the crew should know, a line for each kind."""
        lines: list[str] = []
        if self.last_t_ns > 0 and not self._any:
            lines.append(f"it says no times: {NS / self._interval_ns:.3g} pictures a second were assumed")
        if self.leaps:
            at_s, by_s = self.leaps[0].t_ns / NS, self.leaps[0].by_s
            more = f", and {len(self.leaps) - 1} more" if len(self.leaps) > 1 else ""
            where = "back" if by_s < 0 else "ahead"
            lines.append(f"its clock leaps {where} by {abs(by_s):.1f} s at {at_s:.1f} s{more}; times are counted on")
        if self.gaps:
            longest = max(self.gaps, key=lambda gap: gap.for_s)
            more = f", the longest of {len(self.gaps)} gaps" if len(self.gaps) > 1 else ""
            lines.append(f"no picture for {longest.for_s:.1f} s from {longest.t_ns / NS:.1f} s on{more}")
        return lines
