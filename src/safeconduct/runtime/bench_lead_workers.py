"""`safeconduct bench lead`, rows of the workers: the same missions by one process, by two, and by a local Ray cluster.

Mission seconds in a second of the clock on the wall. The clock starts when as many missions have ended as there are
workers, so that no start of a process is measured; what those had still in the air and the last one's tail are alike.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from safeconduct.runtime.bench_lead_missions import PACE_MPS
from safeconduct.runtime.bench_table import Bar, at_least
from safeconduct.runtime.campaign_task import ALL, Done, tasks
from safeconduct.runtime.campaign_workers import here, on_ray

WORKERS = 2
BARS: dict[str, Bar] = {
    "two_processes_over_one": at_least(1.8),
    "two_ray_workers_over_one": at_least(1.8),
    "results_of_all_workers_alike": at_least(1),
}


def bench_workers(seeds: int) -> dict[str, Any]:
    """The keys of BARS. alike: whether the results of every mission are the same to the byte, whoever flew it."""
    wanted = tasks(ALL, seeds * len(ALL), 1, PACE_MPS, None)

    def tell(words: str) -> None:
        sys.stderr.write(f"{words}\n")

    ways: dict[str, tuple[int, Callable[[], Iterator[Done]]]] = {
        "one": (1, lambda: here(wanted, 1, tell)),
        "two_processes": (WORKERS, lambda: here(wanted, WORKERS, tell)),
        "two_ray_workers": (WORKERS, lambda: on_ray(wanted, "local", WORKERS)),
    }
    speeds, flown = {}, []
    for name, (workers, begin) in ways.items():
        tell(f"bench lead: {len(wanted)} missions, {name.replace('_', ' ')} …")
        speeds[name], results = _flown(begin(), workers)
        flown.append(results)
    return {
        "two_processes_over_one": round(speeds["two_processes"] / speeds["one"], 2),
        "two_ray_workers_over_one": round(speeds["two_ray_workers"] / speeds["one"], 2),
        "results_of_all_workers_alike": int(all(results == flown[0] for results in flown)),
    }


def _flown(coming: Iterator[Done], workers: int) -> tuple[float, list[bytes]]:
    """Mission seconds a second, and the results in their order."""
    results = {}
    began, flown_s = 0.0, 0.0
    for done in coming:
        results[done.result.number] = msgspec.json.encode(done.result)
        if len(results) > workers:
            flown_s += done.result.duration_s
        elif len(results) == workers:
            began = time.monotonic()
    return flown_s / (time.monotonic() - began), [results[number] for number in sorted(results)]
