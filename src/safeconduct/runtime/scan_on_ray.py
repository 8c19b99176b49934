"""The same scan on a Ray cluster: one actor a worker holds the networks, files go to whoever is free.

Files are named by path: the archive lies where every worker can read it, under the same name. A worker that dies is
started again by Ray and its file is tried once more, as on one machine; a head that dies ends the run with what is
finished kept, and the same command goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from safeconduct.archive import DIED, ArchiveFile, FileResult, Scanner, long_last
from safeconduct.model.faults import BadInput

LOCAL_WORKERS = 2


class ScanActor:
    """One worker's networks."""

    def __init__(self, every_s: float) -> None:
        self._scanner = Scanner(every_s=every_s)

    def scan(self, folder: str, file: ArchiveFile) -> FileResult:
        return self._scanner.scan(Path(folder), file)


def results_from_ray(
    folder: Path,
    left: Sequence[ArchiveFile],
    address: str,
    every_s: float,
    console: Console,
) -> Iterator[FileResult]:
    """Results as they come. Raises BadInput: no Ray here, or no cluster there."""
    ray = _ray()
    ours = not ray.is_initialized()
    if ours:
        _join(ray, address)
    try:
        workers = max(int(ray.cluster_resources().get("CPU", 1)), 1)
        actor = ray.remote(num_cpus=1, max_restarts=3, max_task_retries=1)(ScanActor)
        actors = [actor.remote(every_s) for _ in range(min(workers, max(len(left), 1)))]
        console.print(f"{len(actors)} workers on Ray", soft_wrap=True)
        waiting = long_last(left)
        flying: dict[Any, tuple[Any, ArchiveFile]] = {}
        idle = list(actors)
        while waiting or flying:
            while waiting and idle:
                one, file = idle.pop(), waiting.pop()
                flying[one.scan.remote(str(folder.resolve()), file)] = (one, file)
            finished, _ = ray.wait(list(flying), num_returns=1)
            one, file = flying.pop(finished[0])
            try:
                yield ray.get(finished[0])
            except ray.exceptions.RayActorError:
                yield FileResult(file, "failed", why=DIED)
                ray.kill(one)  # Ray may be starting it again: it would keep the core that the new one waits for
                one = actor.remote(every_s)
            idle.append(one)
    except ray.exceptions.RaySystemError as error:
        mend = "what is finished is kept: the same command goes on"
        raise BadInput(f"--ray {address}", "the cluster went away", mend) from error
    finally:
        if ours:
            ray.shutdown()


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise BadInput("--ray", "Ray is not installed", "pip install 'safeconduct[ray]', or leave --ray out") from error
    return ray


def _join(ray: Any, address: str) -> None:
    quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": "ERROR"}
    try:
        if address == "local":
            ray.init(address="local", num_cpus=LOCAL_WORKERS, **quiet)
        else:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except Exception as error:  # Ray raises bare ones when a node does not start in time
        raise BadInput(f"--ray {address}", "no cluster answers there", "check its address, or give `local`") from error
