"""Mission time: integer nanoseconds, so that sums are exact and a replay is identical."""

from __future__ import annotations

NS = 1_000_000_000

SIMULATED_START_NS = 1_700_000_000 * NS
"""Where a simulated world's clock begins, always: a rerun of a seed is the same to the byte."""


def after(t_ns: int, seconds: float) -> int:
    return t_ns + round(seconds * NS)


def due(last_t_ns: int, t_ns: int, every_s: float) -> bool:
    """Whether it is time again. last_t_ns: 0 for never yet."""
    return last_t_ns == 0 or seconds_between(last_t_ns, t_ns) >= every_s


def seconds_between(earlier_t_ns: int, later_t_ns: int) -> float:
    return (later_t_ns - earlier_t_ns) / NS
