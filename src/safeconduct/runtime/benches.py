"""`safeconduct bench NAME`: which benches there are."""

from __future__ import annotations

from typing import Any

from safeconduct.model.faults import BadInput
from safeconduct.runtime.bench_table import print_table

NAMES = ("core", "eyes", "flight", "lead", "liaison", "page", "redaction", "scan", "signs", "talk", "witness", "world")


def run_bench(name: str, short: bool = False) -> dict[str, Any]:
    """Measure and print a table to stderr. Raises BadInput for a name that is none."""
    if name == "core":
        from safeconduct.runtime.bench_core import bench_core

        report = bench_core(short)
    elif name == "flight":
        from safeconduct.runtime.bench_flight import bench_flight

        report = bench_flight(300 if short else 1500)
    elif name == "eyes":
        from safeconduct.runtime.bench_eyes import bench_eyes

        report = bench_eyes(short)
    elif name == "lead":
        from safeconduct.runtime.bench_lead import bench_lead

        report = bench_lead(short)
    elif name == "liaison":
        from safeconduct.runtime.bench_liaison import bench_liaison

        report = bench_liaison(short)
    elif name == "page":
        from safeconduct.runtime.bench_page import bench_page

        report = bench_page(short)
    elif name == "redaction":
        from safeconduct.runtime.bench_redaction import bench_long_redaction

        report = bench_long_redaction(short)
    elif name == "scan":
        from safeconduct.runtime.bench_scan import bench_scan

        report = bench_scan(short)
    elif name == "signs":
        from safeconduct.runtime.bench_signs import bench_signs

        report = bench_signs(short)
    elif name == "talk":
        from safeconduct.runtime.bench_talk import bench_talk

        report = bench_talk(short)
    elif name == "witness":
        from safeconduct.runtime.bench_witness import bench_witness

        report = bench_witness(short)
    elif name == "world":
        from safeconduct.runtime.bench_world import bench_world

        report = bench_world(short)
    else:
        raise BadInput(f"bench {name}", "no such bench", f"one of {', '.join(NAMES)}")
    print_table(report)
    return report
