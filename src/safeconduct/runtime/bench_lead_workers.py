"""`safeconduct bench lead`, rows of the workers: the same missions by one process, by two, and by a local Ray cluster.

Mission seconds in a second of the clock on the wall, while all of them fly: from when as many missions have ended as
there are workers, to when the first of them finds none left. Two processes that know nothing of each other fly halves
of them, too: what two cores of this machine give at best.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import msgspec

from safeconduct.runtime.bench_lead_missions import PACE_MPS
from safeconduct.runtime.bench_table import Bar, at_least
from safeconduct.runtime.campaign_task import ALL, Done, Task, fly_task, tasks
from safeconduct.runtime.campaign_workers import here, on_ray

WORKERS = 2
BARS: dict[str, Bar] = {
    "two_processes_over_one": at_least(1.8),
    "two_ray_workers_over_one": at_least(1.8),
    "results_of_all_workers_alike": at_least(1),
}


def bench_workers(seeds: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The keys of BARS, and two_apart_over_one, the anchor.

    alike: whether the results of every mission are the same to the byte, whoever flew it.
    """
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
        speeds[name], results = _flown(begin(), workers, len(wanted))
        flown.append(results)
    tell(f"bench lead: {len(wanted)} missions, two apart …")
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        apart = sum(pool.map(_alone, [wanted[i::WORKERS] for i in range(WORKERS)]))
    figures = {
        "two_processes_over_one": round(speeds["two_processes"] / speeds["one"], 2),
        "two_ray_workers_over_one": round(speeds["two_ray_workers"] / speeds["one"], 2),
        "results_of_all_workers_alike": int(all(results == flown[0] for results in flown)),
    }
    return figures, {"two_apart_over_one": round(apart / speeds["one"], 2)}


def _flown(coming: Iterator[Done], workers: int, missions: int) -> tuple[float, list[bytes]]:
    """Mission seconds a second, and the results in their order."""
    results = {}
    began, ended, flown_s = 0.0, 0.0, 0.0
    for done in coming:
        results[done.result.number] = msgspec.json.encode(done.result)
        if len(results) == workers:
            began = time.monotonic()
        elif workers < len(results) <= missions - (workers - 1):
            flown_s += done.result.duration_s
            ended = time.monotonic()
    return flown_s / (ended - began), [results[number] for number in sorted(results)]


def _alone(tasks: list[Task]) -> float:
    """Mission seconds a second of a process that nobody asks and that asks nobody."""
    return _flown(map(fly_task, tasks), 1, len(tasks))[0]
