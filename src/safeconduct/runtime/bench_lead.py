"""`safeconduct bench lead`: how well people are led, claim by claim."""

from __future__ import annotations

from typing import Any

from safeconduct.runtime.bench_lead_missions import BARS, bench_missions
from safeconduct.runtime.bench_lead_plan import bench_plan
from safeconduct.runtime.bench_lead_workers import BARS as WORKERS_BARS
from safeconduct.runtime.bench_lead_workers import bench_workers
from safeconduct.runtime.bench_table import at_least, at_most, bench_report

SEEDS = 10


def bench_lead(short: bool = False) -> dict[str, Any]:
    """Returns name, figures, baseline, bars and ratio (how many times faster than the anchor a way is found)."""
    figures, baseline, ratio = bench_plan(short)
    led, by_others = bench_missions(1 if short else SEEDS)
    bars = {"plan_dearer_pct_worst": at_most(0.5), "replan_ms_p95": at_most(20), "ratio": at_least(5), **BARS}
    if not short:  # with a few missions the start and the tail of the workers are all there is
        by_workers, apart = bench_workers(SEEDS)
        led |= by_workers
        by_others |= apart
        bars |= WORKERS_BARS
    return bench_report("lead", figures | led, baseline | by_others, ratio, bars)
