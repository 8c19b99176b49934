"""Who flies the missions of a campaign: processes on this machine, or a Ray cluster. The same task, the same result."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from safeconduct.model.faults import BadInput
from safeconduct.runtime.campaign_task import Done, Task, fly_task, program

AHEAD = 3
"""Tasks given out for each worker: enough that none waits, few enough that a stop is soon."""
KILLED_MAX = 3
MEMORY = "is there memory enough for so many?"
RETRIES = 2
LOOK_S, ANSWERS_S = 2.0, 3.0


class WorkersGone(Exception):
    """Those who flew are gone, in words. What they had finished was given out before."""


def here(tasks: Sequence[Task], jobs: int, tell: Callable[[str], None]) -> Iterator[Done]:
    """Fly in so many processes, one each; in this one for a single job. Yields as they end.

    When a worker is killed, what was in the air is flown again by new ones, and `tell` hears of it. Raises WorkersGone:
    they are killed again and again.
    """
    if jobs == 1:
        yield from map(fly_task, tasks)
        return
    left = {task.number: task for task in tasks}
    killed = 0
    while left:
        before = len(left)
        try:
            for done in _in_a_pool(list(left.values()), jobs):
                del left[done.result.number]
                yield done
        except BrokenProcessPool as error:
            killed = 1 if len(left) < before else killed + 1
            if killed >= KILLED_MAX:
                raise WorkersGone(f"workers are killed again and again ({MEMORY})") from error
            tell(f"a worker process was killed; {len(left)} missions go on with new ones")


def _in_a_pool(tasks: Sequence[Task], jobs: int) -> Iterator[Done]:
    waiting = iter(tasks)
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        min(jobs, max(len(tasks), 1)), mp_context=spawn, initializer=_leave_stopping_to_the_first
    )
    flying: set[Future[Done]] = set()
    try:
        for task in waiting:
            flying.add(pool.submit(fly_task, task))
            if len(flying) >= AHEAD * jobs:
                ended, flying = wait(flying, return_when=FIRST_COMPLETED)
                yield from _in_hand(ended)
        while flying:
            ended, flying = wait(flying, return_when=FIRST_COMPLETED)
            yield from _in_hand(ended)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_stopping_to_the_first() -> None:
    """Ctrl-C reaches every process of the terminal: a worker ends its mission, and the first process keeps it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _in_hand(ended: Iterable[Future[Done]]) -> Iterator[Done]:
    """Those that were finished first: of a broken pool, some are."""
    yield from (one.result() for one in sorted(ended, key=lambda one: one.exception() is not None))


def on_ray(tasks: Sequence[Task], address: str, jobs: int) -> Iterator[Done]:
    """Fly on a Ray cluster: `local` begins one of `jobs` workers here and ends it afterwards.

    A worker that dies is replaced by Ray. Raises BadInput: Ray is not installed, or nobody answers there. Raises
    WorkersGone: the cluster is gone; what had been finished by then was yielded.
    """
    ray = _ray()
    _join(ray, address, jobs)
    head = Head.of(ray)
    lost = (ray.exceptions.RayError, ConnectionError, RuntimeError, TimeoutError)
    try:
        fly = ray.remote(num_cpus=1, max_retries=RETRIES)(fly_task)
        window = AHEAD * max(int(ray.cluster_resources().get("CPU", 1)), 1)
        waiting, flying = iter(tasks), []
        for task in waiting:
            flying.append(fly.remote(task))
            if len(flying) >= window:
                ended, flying = _some(ray, flying, head)
                yield from map(_same_program, ray.get(ended))
        while flying:
            ended, flying = _some(ray, flying, head)
            yield from map(_same_program, ray.get(ended))
    except lost as error:
        first = next(iter(str(error).splitlines()), "")
        raise WorkersGone(f"the Ray cluster is gone ({type(error).__name__}: {first})") from error
    finally:
        head.leave(ray)


def _some(ray: Any, flying: list[Any], head: Head) -> tuple[list[Any], list[Any]]:
    """Wait until one has ended. Raises WorkersGone as soon as the head answers no more: Ray would wait for a minute and
    then end this program.
    """
    while True:
        ended, rest = ray.wait(flying, timeout=LOOK_S)
        if ended:
            return ended, rest
        head.look()


class Head:
    """The head of a cluster, as far as one can tell that it lives: it takes connections. Unknown through ray://."""

    def __init__(self, host: str, port: int) -> None:
        self._at = (host, port)
        self._gone = False

    @classmethod
    def of(cls, ray: Any) -> Head:
        host, _, port = str(ray.get_runtime_context().gcs_address).rpartition(":")
        head = cls(host, int(port) if port.isdigit() else 0)
        if not head._answers():
            head._at = ("", 0)
        return head

    def look(self) -> None:
        """Raises WorkersGone."""
        if self._at[1] and not self._answers() and not self._answers():
            self._gone = True
            raise WorkersGone(f"the head of the Ray cluster at {self._at[0]}:{self._at[1]} is gone")

    def leave(self, ray: Any) -> None:
        """Say good-bye to the cluster; to a dead one only this program's end says it."""
        if not self._gone and (not self._at[1] or self._answers()):
            ray.shutdown()

    def _answers(self) -> bool:
        try:
            socket.create_connection(self._at, timeout=ANSWERS_S).close()
        except OSError:
            return False
        return True


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
