"""`safeconduct bench lead`: how well people are led, claim by claim."""

from __future__ import annotations

from typing import Any

from safeconduct.runtime.bench_lead_plan import bench_plan


def bench_lead(short: bool = False) -> dict[str, Any]:
    """Returns name, figures, baseline and ratio (how many times faster than the anchor a way is found)."""
    figures, baseline, ratio = bench_plan(short)
    return {"name": "lead", "figures": figures, "baseline": baseline, "ratio": ratio}
