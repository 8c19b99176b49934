"""`safeconduct bench eyes`: the whole table of what the eyes see and miss, beside baselines of the same run.

About half an hour on two cores, `--short` some minutes with fewer clips. Every picture is rendered anew from what
training never saw, or is real footage where it is at hand.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from safeconduct.runtime.bench_eyes_clips import real_clips
from safeconduct.runtime.bench_eyes_gestures import BARS as GESTURE_BARS
from safeconduct.runtime.bench_eyes_gestures import gestures
from safeconduct.runtime.bench_eyes_identity import identity
from safeconduct.runtime.bench_eyes_marshalling import marshalling, uav_gesture_folder
from safeconduct.runtime.bench_eyes_search import BARS as RECALL_BARS
from safeconduct.runtime.bench_eyes_search import FALSE_A_PICTURE, search
from safeconduct.runtime.bench_eyes_speed import speed
from safeconduct.runtime.bench_table import bench_report

BARS: dict[str, Any] = {
    "following_p50_ms": 30.0,
    "searching_p50_ms": 120.0,
    "recall": {f"{px:.0f} px": bar for px, bar in RECALL_BARS.items()},
    "false_a_picture": FALSE_A_PICTURE,
    **GESTURE_BARS,
    "silent_switches": 0,
    "marshalling": 0.95,
    "ground_error_p95_m": 1.5,
}


def bench_eyes(short: bool = False) -> dict[str, Any]:
    """Returns name, figures, baseline, bars and ratio (every tile in every picture over following, p50)."""
    figures: dict[str, Any] = {}
    baseline: dict[str, Any] = {}
    figures["speed"], baseline["speed"] = _told("speed", speed)
    figures["search"], baseline["search"] = _told("search", lambda: search(short))
    figures["gestures"], baseline["gestures"] = _told("gestures", lambda: gestures(short))
    figures["identity"], baseline["identity"] = _told("identity", lambda: identity(short))
    figures["real clips"] = _told("real clips", lambda: real_clips(short))
    figures["marshalling"] = _told("marshalling", lambda: marshalling(uav_gesture_folder(), short))
    fast, slow = figures["speed"]["following_ms"]["p50"], baseline["speed"]["every_tile_every_frame_ms"]["p50"]
    return bench_report("eyes", figures, baseline, round(slow / fast, 2), BARS)


def _told(name: str, measure: Callable[[], Any]) -> Any:
    """Long work shows how far it is."""
    begin = time.monotonic()
    sys.stderr.write(f"measuring {name} …\n")
    result = measure()
    sys.stderr.write(f"  {time.monotonic() - begin:.0f} s\n")
    return result
