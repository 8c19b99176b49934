"""`safeconduct scan FOLDER --out DIR`: an archive of footage searched, by worker processes or on a Ray cluster.

Each worker holds its own networks. A finished file is on the disk before the next is told; a worker that dies takes one
file with it, which is tried once more alone and then told as failed.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from hashlib import sha256
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from safeconduct import __version__
from safeconduct.archive import (
    DIED,
    EVERY_S,
    FIRST_LOOK,
    RATE_HZ,
    ArchiveFile,
    FileResult,
    Ledger,
    Scanner,
    inventory,
    long_last,
    make_report,
    write_report,
)
from safeconduct.model.faults import BadInput

_WEIGHTS = ("nanodet.onnx", "movenet-lightning-tuned.onnx", "gestures.onnx")
_scanner: Scanner | None = None


class ScanOutcome(msgspec.Struct, frozen=True):
    """x_real_time: of the files that were looked at in this run, by the wall clock."""

    files: int
    video_s: float
    hits: int
    failed: int
    x_real_time: float | None
    resumed: int
    out: str


def run_scan(
    folder: Path, out: Path, jobs: int = 0, ray: str = "", feedback: Path | None = None, *, every_s: float = EVERY_S
) -> ScanOutcome:
    """jobs: worker processes, 0 for one a core. ray: a cluster's address, or `local`. Raises BadInput."""
    answers = _answers(feedback)
    files, others = inventory(folder, out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(str(out), f"cannot be made ({error.strerror})", "give another --out") from error
    settings = settings_of(every_s)
    ledger = Ledger(out / "ledger.jsonl", settings["settings"])
    console = Console(stderr=True, highlight=False)
    left = [f for f in files if f not in ledger.done]
    if len(left) < len(files):
        console.print(f"{len(files) - len(left)} of {len(files)} files were done before", soft_wrap=True)
    began, looked_s = time.monotonic(), 0.0
    columns = (TextColumn("scanning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    stopped = False
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("scanning", total=len(left))
            for result in _results(folder, left, jobs, ray, every_s, console):
                ledger.add(result)
                looked_s += result.duration_s
                progress.advance(task)
                if line := _line(result):
                    console.print(line, markup=False, soft_wrap=True)
    except KeyboardInterrupt:
        stopped = True
        console.print("stopped by hand: the report tells what was done; the same command goes on", soft_wrap=True)
    finally:
        ledger.close()
    spent_s = time.monotonic() - began
    results = [ledger.done[f] for f in files if f in ledger.done]
    report = make_report(results, others, settings, answers)
    write_report(report, results, out)
    console.print(
        f"{report.files} files, {report.video_s / 60.0:.1f} minutes: {len(report.hits)} hits, "
        f"{report.endings['nothing']} with nobody, {report.endings['failed']} failed"
        f"{'' if not stopped else f', {len(files) - len(results)} not looked at yet'}; see {out / 'index.html'}",
        soft_wrap=True,
    )
    speed = round(looked_s / spent_s, 2) if looked_s and spent_s > 0.0 else None
    failed = report.endings["failed"]
    return ScanOutcome(report.files, report.video_s, len(report.hits), failed, speed, len(files) - len(left), str(out))


def settings_of(every_s: float) -> dict[str, str]:
    """All that may change a result; `settings` is the hash of the rest."""
    from safeconduct.perception.network import WEIGHTS

    kept = {
        "software": f"safeconduct {__version__}",
        "first_look_every_s": f"{every_s:g}",
        "first_look": FIRST_LOOK,
        "dense_hz": f"{RATE_HZ:g}",
    }
    for name in _WEIGHTS:
        kept[name] = f"sha256 {sha256((WEIGHTS / name).read_bytes()).hexdigest()}"
    return {"settings": sha256(msgspec.json.encode(sorted(kept.items()))).hexdigest()[:16], **kept}


def _results(
    folder: Path, left: Sequence[ArchiveFile], jobs: int, ray: str, every_s: float, console: Console
) -> Iterator[FileResult]:
    if ray:
        from safeconduct.runtime.scan_on_ray import results_from_ray

        yield from results_from_ray(folder, left, ray, every_s, console)
        return
    workers = min(jobs or os.cpu_count() or 1, max(len(left), 1))
    yield from scanned(folder, left, workers, every_s)


def scanned(
    folder: Path,
    left: Sequence[ArchiveFile],
    workers: int,
    every_s: float,
    start: Callable[[float], None] | None = None,
) -> Iterator[FileResult]:
    """Results as they come. A file on which a worker died is tried alone, last, and fails if it kills that one too."""
    begin = start or begin_worker
    suspects: list[ArchiveFile] = []
    waiting = long_last(left)
    while waiting:
        pool, flying = _pool(workers, begin, every_s), dict[Future[FileResult], ArchiveFile]()
        try:
            while waiting or flying:
                while waiting and len(flying) < 2 * workers:
                    file = waiting.pop()
                    flying[pool.submit(scan_one, folder, file)] = file
                for done in wait(flying, return_when=FIRST_COMPLETED).done:
                    result = done.result()
                    del flying[done]
                    yield result
        except BrokenProcessPool:
            suspects.extend(flying.values())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    for file in suspects:
        alone = _pool(1, begin, every_s)
        try:
            yield alone.submit(scan_one, folder, file).result()
        except BrokenProcessPool:
            yield FileResult(file, "failed", why=DIED)
        finally:
            alone.shutdown(wait=False, cancel_futures=True)


def _pool(workers: int, begin: Callable[[float], None], every_s: float) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), begin, (every_s,))


def begin_worker(every_s: float) -> None:
    global _scanner
    _scanner = Scanner(every_s=every_s)


def scan_one(folder: Path, file: ArchiveFile) -> FileResult:
    assert _scanner is not None
    return _scanner.scan(folder, file)


def _answers(feedback: Path | None) -> Mapping[str, str]:
    if feedback is None:
        return {}
    try:
        return msgspec.json.decode(feedback.read_bytes(), type=dict[str, dict[str, str]])["answers"]
    except (OSError, msgspec.MsgspecError, KeyError) as error:
        mend = "give the feedback.json that the review page saved"
        raise BadInput(str(feedback), "is no reviewer's feedback", mend) from error


def _line(result: FileResult) -> str:
    if result.ending == "failed":
        return f"{result.file.name}: {result.why}"
    if result.hits:
        return f"{result.file.name}: {len(result.hits)} to review"
    return ""
