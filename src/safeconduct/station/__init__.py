"""What a crew sees: the transcript of the mission as it happens, and the picture of a walk afterwards."""

from __future__ import annotations

from safeconduct.station.sayings import Line, Sayings
from safeconduct.station.transcript import Transcript, status
from safeconduct.station.walk_map import draw_walk
from safeconduct.station.walk_trace import WalkTrace, trace_walk

__all__ = ["Line", "Sayings", "Transcript", "WalkTrace", "draw_walk", "status", "trace_walk"]
