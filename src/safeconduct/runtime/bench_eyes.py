"""`safeconduct bench eyes`: the whole table of what the eyes see and miss, beside baselines of the same run.

About half an hour on two cores, `--short` some minutes with fewer clips. Every picture is rendered anew from what
training never saw, or is real footage where it is at hand.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from safeconduct.runtime.bench_eyes_clips import real_clips
from safeconduct.runtime.bench_eyes_gestures import gestures
from safeconduct.runtime.bench_eyes_ground import ground
from safeconduct.runtime.bench_eyes_identity import identity
from safeconduct.runtime.bench_eyes_marshalling import marshalling, uav_gesture_folder
from safeconduct.runtime.bench_eyes_search import SIZES_PX, search
from safeconduct.runtime.bench_eyes_speed import speed
from safeconduct.runtime.bench_table import at_least, at_most, bench_report, say

BARS = {
    "following_p50_ms": at_most(30.0),
    "searching_p50_ms": at_most(120.0),
    **{f"recall_{px:.0f}px": at_least(bar) for px, bar in zip(SIZES_PX, (0.90, 0.94, 0.95, 0.97, 0.97), strict=True)},
    "false_boxes_a_picture": at_most(0.1),
    "pleas_told_100px": at_least(0.98),
    "pleas_told_60px": at_least(0.85),
    "false_pleas_an_hour": at_most(1.0),
    "plea_late_p95_s": at_most(1.5),
    "silent_switches": at_most(0),
    "marshalling_accuracy": at_least(0.95),
    "ground_error_p95_m": at_most(1.5),
}


def bench_eyes(short: bool = False) -> dict[str, Any]:
    """Returns name, figures, baseline, bars and ratio (every tile in every picture over following, p50)."""
    rows: dict[str, Any] = {}
    baseline: dict[str, Any] = {}
    rows["speed"], baseline["speed"] = _told("speed", speed)
    rows["ground"], baseline["ground"] = _told("ground", lambda: ground(short))
    rows["search"], baseline["search"] = _told("search", lambda: search(short))
    rows["gestures"], baseline["gestures"] = _told("gestures", lambda: gestures(short))
    rows["identity"], baseline["identity"] = _told("identity", lambda: identity(short))
    rows["real clips"] = _told("real clips", lambda: real_clips(short))
    rows["marshalling"] = _told("marshalling", lambda: marshalling(uav_gesture_folder(), short))
    fast, slow = rows["speed"]["following_ms"]["p50"], baseline["speed"]["every_tile_every_frame_ms"]["p50"]
    return bench_report("eyes", figures_of(rows) | rows, baseline, round(slow / fast, 2), BARS)


def figures_of(rows: Mapping[str, Any]) -> dict[str, Any]:
    """Those that have a bar. false_pleas_an_hour: of all hours in which nobody pleads, rendered and real."""
    by_day = {px: rows["search"][f"{px:.0f} px"] for px in SIZES_PX}
    real = [clip for clip in rows["real clips"].values() if isinstance(clip, dict)]
    told = rows["gestures"]["false_alarms"] + sum(clip["false_alarms"] for clip in real)
    hours = rows["gestures"]["lives_minutes"] / 60.0 + sum(clip["seconds"] for clip in real) / 3600.0
    return {
        "following_p50_ms": rows["speed"]["following_ms"]["p50"],
        "searching_p50_ms": rows["speed"]["searching_ms"]["p50"],
        **{f"recall_{px:.0f}px": row["recall"] for px, row in by_day.items()},
        "false_boxes_a_picture": max(row["false_a_picture"] for row in by_day.values()),
        "pleas_told_100px": rows["gestures"]["protective_recall_100px"],
        "pleas_told_60px": rows["gestures"]["protective_recall_by"]["60 px"],
        "false_pleas_an_hour": round(told / hours, 1),
        "plea_late_p95_s": rows["gestures"]["late_s"]["p95"],
        "silent_switches": rows["identity"]["silent_switches"],
        "marshalling_accuracy": rows["marshalling"].get("accuracy"),
        "ground_error_p95_m": rows["ground"]["attitude_off_m"]["p95"],
    }


def _told(name: str, measure: Callable[[], Any]) -> Any:
    begin = time.monotonic()
    say(f"measuring {name}")
    result = measure()
    sys.stderr.write(f"  {time.monotonic() - begin:.0f} s\n")
    return result
