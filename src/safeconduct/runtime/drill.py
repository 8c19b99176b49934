"""`safeconduct drill`: missions with injected faults, each judged on its own record.

A mission runs in a child process, through the MAVLink driver and the twin's bytes in driven time. A kill is a real
SIGKILL at a seeded point of a round; the twin goes on alone for a while, then the mission is taken up from its record.
Judged afterwards: no interlock was breached, the record verifies and replays to the byte, no light was called shown
that was not, and the aircraft ended in a defined state.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from safeconduct.conduct import OPENING, Verdict, step
from safeconduct.runtime.drill_leg import Died, fly_leg
from safeconduct.runtime.faults import Fault, planned
from safeconduct.witness import recheck, values, verify

LEGS_MAX = 8


class Judged(msgspec.Struct, frozen=True):
    """One mission of a drill. problems: in words, empty when all is well."""

    seed: int
    kinds: tuple[str, ...]
    outcome: str | None
    kills: int
    verified: bool
    problems: tuple[str, ...] = ()


class DrillReport(msgspec.Struct):
    """The verb's JSON (docs/reference/cli.md). by_kind: faults and violations of each kind."""

    faults: int
    violations: int
    records_verified: int
    by_kind: dict[str, dict[str, int]]
    missions: int
    kills: int
    closed: int
    problems: list[str] = []

    @property
    def passed(self) -> bool:
        return self.violations == 0 and self.records_verified == self.missions


def run_drill(count: int, seed: int, jobs: int = 2) -> DrillReport:
    """Inject `count` faults. Progress goes to stderr."""
    missions = planned(count, seed)
    report = DrillReport(0, 0, 0, {}, len(missions), 0, 0)
    with tempfile.TemporaryDirectory(prefix="safeconduct-drill-") as folder:
        work = [(Path(folder) / str(i), seed * 1000 + i, faults) for i, faults in enumerate(missions)]
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(jobs, len(work)), mp_context=context) as pool:
            for done, judged in enumerate(pool.map(drill_mission, *zip(*work, strict=True)), 1):
                _count(report, judged)
                sys.stderr.write(f"\rdrill: {done}/{len(missions)} missions, {report.violations} violations")
                sys.stderr.flush()
    sys.stderr.write("\n")
    for problem in report.problems:
        sys.stderr.write(f"  {problem}\n")
    for kind, row in sorted(report.by_kind.items()):
        sys.stderr.write(f"  {kind:20} {row['faults']:4} faults, {row['violations']} violations\n")
    return report


def _count(report: DrillReport, judged: Judged) -> None:
    report.faults += len(judged.kinds)
    report.kills += judged.kills
    report.closed += judged.outcome is not None
    report.records_verified += judged.verified
    report.violations += len(judged.problems)
    for kind in judged.kinds:
        row = report.by_kind.setdefault(kind, {"faults": 0, "violations": 0})
        row["faults"] += 1
        row["violations"] += len(judged.problems)
    report.problems += [f"seed {judged.seed} ({', '.join(judged.kinds)}): {p}" for p in judged.problems]


def drill_mission(folder: Path, seed: int, faults: list[Fault]) -> Judged:
    """One mission to its end, over as many lives of the program as the kills make it take; then judged."""
    folder.mkdir(parents=True)
    record = folder / "record"
    problems: list[str] = []
    kills = 0
    for life in range(LEGS_MAX):
        with warnings.catch_warnings():
            # Python 3.12 warns of threads; this process only waits for the child, which execs nothing of theirs.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            _child(folder, seed, faults, life)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            kills += 1
            continue
        if os.waitstatus_to_exitcode(status) != 0:
            said = (folder / "trouble.txt").read_text() if (folder / "trouble.txt").exists() else "no word"
            problems.append(f"the program ended by itself: {said}")
        break
    else:
        problems.append("the mission did not end")
    died = Died.read(folder)
    problems += died.lies
    problems += _undefined(died)
    return _judge(record, seed, faults, kills, died, problems)


def _child(folder: Path, seed: int, faults: list[Fault], life: int) -> None:
    code = 1
    try:
        fly_leg(folder, seed, faults, life)
        code = 0
    except BaseException as error:  # the child must never return into its parent's code
        (folder / "trouble.txt").write_text(f"{type(error).__name__}: {error}")
    finally:
        os._exit(code)


def _undefined(died: Died) -> list[str]:
    """After our death or our end the aircraft hovers, goes home, lands or stands."""
    calm = not died.flying or died.mode in ("RTL", "SMART_RTL", "LAND") or died.speed_mps < 0.7
    return [] if calm else [f"the aircraft was left in {died.mode} at {died.speed_mps:.1f} m/s"]


def _judge(record: Path, seed: int, faults: list[Fault], kills: int, died: Died, problems: list[str]) -> Judged:
    verdict = Verdict()
    for value in values(record):
        verdict.hear(value)
    problems = problems + verdict.breaches
    verified = verify(record).ok
    replay = recheck(record, step, OPENING)
    if not verified:
        problems.append("the record does not verify")
    if not replay.identical:
        problems.append(f"the replay differs: {replay.first_difference}")
    injected = [f for f in faults if f.number in died.fired]
    problems += [f"fault {f.kind} never struck" for f in faults if f.number not in died.fired]
    kinds = tuple(f.kind for f in injected)
    return Judged(seed, kinds, died.outcome, kills, verified and replay.identical, tuple(problems))
