"""Who flies the missions of a campaign: processes on this machine, or a Ray cluster. The same task, the same result."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from safeconduct.model.faults import BadInput
from safeconduct.runtime.campaign_task import Done, Task, fly_task, program

AHEAD = 3
"""Tasks given out for each worker: enough that none waits, few enough that a stop is soon."""


class WorkersGone(Exception):
    """Those who flew are gone, in words. What they had finished was given out before."""


def here(tasks: Sequence[Task], jobs: int) -> Iterator[Done]:
    """Fly in so many processes, one each; in this one for a single job. Yields as they end. Raises WorkersGone."""
    if jobs == 1:
        yield from map(fly_task, tasks)
        return
    waiting = iter(tasks)
    pool = ProcessPoolExecutor(min(jobs, max(len(tasks), 1)), mp_context=multiprocessing.get_context("spawn"))
    flying: set[Future[Done]] = set()
    try:
        for task in waiting:
            flying.add(pool.submit(fly_task, task))
            if len(flying) >= AHEAD * jobs:
                ended, flying = wait(flying, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in ended)
        while flying:
            ended, flying = wait(flying, return_when=FIRST_COMPLETED)
            yield from (one.result() for one in ended)
    except BrokenProcessPool as error:
        raise WorkersGone("a worker process was killed") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def on_ray(tasks: Sequence[Task], address: str, jobs: int) -> Iterator[Done]:
    """Fly on a Ray cluster: `local` begins one of `jobs` workers here and ends it afterwards.

    Raises BadInput: Ray is not installed, or nobody answers there. Raises WorkersGone: the cluster is gone.
    """
    ray = _ray()
    _join(ray, address, jobs)
    lost = (ray.exceptions.RayError, ConnectionError, RuntimeError, TimeoutError)
    try:
        fly = ray.remote(num_cpus=1, max_retries=2)(fly_task)
        window = AHEAD * max(int(ray.cluster_resources().get("CPU", 1)), 1)
        waiting, flying = iter(tasks), []
        for task in waiting:
            flying.append(fly.remote(task))
            if len(flying) >= window:
                ended, flying = ray.wait(flying)
                yield from map(_same_program, ray.get(ended))
        while flying:
            ended, flying = ray.wait(flying)
            yield from map(_same_program, ray.get(ended))
    except lost as error:
        first = next(iter(str(error).splitlines()), "")
        raise WorkersGone(f"the Ray cluster is gone ({type(error).__name__}: {first})") from error
    finally:
        ray.shutdown()


def _ray() -> Any:
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # else it warns of what will change some day
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    try:
        import ray
    except ImportError as error:
        mend = "pip install 'safeconduct[ray]', or leave --ray out"
        raise BadInput("--ray", "Ray is not installed", mend) from error
    return ray


def _join(ray: Any, address: str, jobs: int) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        if address == "local":
            scratch = os.environ.get("SAFECONDUCT_RAY_TEMP")
            if scratch:
                quiet["_temp_dir"] = str(Path(scratch).absolute())
            ray.init(address="local", num_cpus=jobs, include_dashboard=False, **quiet)
        else:
            ray.init(address=address, **quiet)
    except Exception as error:  # Ray says most of what goes wrong at its start with no class of its own
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise BadInput(
            f"--ray {address}", f"no cluster answers there ({first})", "give its address, or local"
        ) from error


def _same_program(done: Done) -> Done:
    """Raises BadInput when a node of the cluster has another version."""
    if done.program != program():
        raise BadInput("--ray", "a node has another version of safeconduct", "install the same one everywhere")
    return done
