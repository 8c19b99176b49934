"""`safeconduct campaign`: many simulated missions, judged by what really happened; figures, a report, every failure.

The result of a mission depends on its scenario, seed and pace alone: not on how many workers fly, nor on which.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.runtime.campaign_figures import by_scenario, figures
from safeconduct.runtime.campaign_folder import Begun, CampaignFolder, Spent, results_of, spent_of
from safeconduct.runtime.campaign_pieces import join
from safeconduct.runtime.campaign_result import MissionResult
from safeconduct.runtime.campaign_task import Done, Task, program, scenarios_of, tasks
from safeconduct.runtime.campaign_workers import WorkersGone, here, on_ray

RECORDS = "records"
LISTED_MAX = 20


class CampaignWishes(msgspec.Struct, frozen=True):
    """pace: "" for the scenarios' own, or "0.2-1.5" in m/s. jobs: 0 for one a core. ray: "" for processes here."""

    scenario: str
    missions: int
    seed: int
    out: Path
    jobs: int = 0
    ray: str = ""
    pace: str = ""
    records: bool = False


def run_campaign(wishes: CampaignWishes) -> dict[str, Any]:
    """Fly what is not done yet; returns the verb's JSON (docs/reference/campaign.md). Raises BadInput."""
    pace = _pace(wishes.pace)
    names = scenarios_of(wishes.scenario)
    folder = CampaignFolder.at(wishes.out, Begun(wishes.scenario, wishes.seed, pace, program()))
    records = wishes.out / RECORDS if wishes.records else None
    wanted = tasks(names, wishes.missions, wishes.seed, pace, records)
    left = [task for task in wanted if task.number not in folder.done]
    if len(left) < len(wanted):
        sys.stderr.write(f"campaign: {len(wanted) - len(left)} missions are done already; {len(left)} to fly\n")
    began = perf_counter()
    spent, stopped = Spent(), ""
    try:
        for done in _fly(left, wishes):
            folder.keep(done.result)
            spent = Spent(spent.cpu_s + done.cpu_s, spent.flown_s + done.result.duration_s)
            _progress(folder, len(wanted), perf_counter() - began)
    except WorkersGone as gone:
        stopped = str(gone)
    except KeyboardInterrupt:
        stopped = "stopped by hand"
    finally:
        wall_s, now = perf_counter() - began, spent
        spent = folder.spend(spent)
        folder.close()
    if left:
        sys.stderr.write("\n")
    results = [folder.done[task.number] for task in wanted if task.number in folder.done]
    if stopped:
        sys.stderr.write(f"campaign: {stopped}; {len(results)} missions are kept: run the same command to go on\n")
    speed = {"flown_now_s": round(now.flown_s, 1), "x_real_time_all_workers": _times(now.flown_s, wall_s)}
    return _told(wishes, results, len(wanted), spent, speed)


def join_campaign(pieces: Sequence[Path], out: Path) -> dict[str, Any]:
    """Pieces of a campaign as one, with its report; the same JSON. Raises BadInput."""
    joined = join(pieces, out)
    begun = joined.begun
    low, high = begun.pace_mps
    wishes = CampaignWishes(begun.scenario, joined.missions, begun.seed, out, pace=f"{low:g}-{high:g}" if high else "")
    done = results_of(out)
    speed = {"flown_now_s": 0.0, "x_real_time_all_workers": None}
    return _told(wishes, [done[number] for number in sorted(done)], joined.missions, spent_of(out), speed)


def _told(
    wishes: CampaignWishes, results: list[MissionResult], wanted: int, spent: Spent, speed: dict[str, Any]
) -> dict[str, Any]:
    report = _report(results, wishes, spent, speed)
    report["complete"] = len(results) == wanted
    from safeconduct.runtime.campaign_report import write_report

    report["report"] = str(write_report(wishes.out, report, by_scenario(results), results))
    _tell(report)
    return report


def _times(flown_s: float, in_s: float) -> int | None:
    return round(flown_s / in_s) if flown_s and in_s else None


def _fly(left: list[Task], wishes: CampaignWishes) -> Iterator[Done]:
    jobs = wishes.jobs or len(os.sched_getaffinity(0))
    if not left:
        return iter(())
    return on_ray(left, wishes.ray, jobs) if wishes.ray else here(left, jobs, _say)


def _say(line: str) -> None:
    sys.stderr.write(f"\ncampaign: {line}\n")


def _pace(text: str) -> tuple[float, float]:
    if not text:
        return (0.0, 0.0)
    low, _, high = text.partition("-")
    try:
        pace = (float(low), float(high or low))
    except ValueError:
        pace = (-1.0, -1.0)
    if not 0.1 <= pace[0] <= pace[1] <= 2.0:
        raise BadInput(f"--pace {text}", "is no range of paces", "give metres a second from 0.1 to 2, like 0.2-1.5")
    return pace


def _report(
    results: list[MissionResult], wishes: CampaignWishes, spent: Spent, speed: dict[str, Any]
) -> dict[str, Any]:
    """x_real_time: mission seconds in a second of one core, of all that was flown into this folder."""
    return {
        "scenario": wishes.scenario,
        "seed": wishes.seed,
        "pace": wishes.pace,
        **figures(results),
        "x_real_time": _times(spent.flown_s, spent.cpu_s),
        **speed,
        "failures": [failure(result, wishes.pace) for result in results if result.ended != "arrived" or _odd(result)],
        "out": str(wishes.out),
    }


def _odd(result: MissionResult) -> bool:
    """Arrived, and still something that must never be."""
    late = result.relieved is not None and not result.relieved.before
    return bool(result.person_switches or result.abandoned or result.breaches or late)


def failure(result: MissionResult, pace: str) -> dict[str, Any]:
    """A mission that a human should look at, and the command that flies it again and keeps its record."""
    odd = [
        f"silent switches to another person: {result.person_switches}" if result.person_switches else "",
        f"people abandoned: {result.abandoned}" if result.abandoned else "",
        *result.breaches[:1],
    ]
    return {
        "scenario": result.scenario,
        "seed": result.seed,
        "pace_mps": result.pace_mps,
        "ended": result.ended,
        "outcome": result.outcome,
        "cause": "; ".join(part for part in (result.cause, *odd) if part),
        "again": again(result, pace),
    }


def again(result: MissionResult, pace: str) -> str:
    paced = f" --pace {pace}" if pace else ""
    name, out = shlex.quote(result.scenario), shlex.quote(f"{Path(result.scenario).stem}-{result.seed}")
    return f"safeconduct campaign --scenario {name} --missions 1 --seed {result.seed}{paced} --records --out {out}"


def _progress(folder: CampaignFolder, wanted: int, wall_s: float) -> None:
    done = len(folder.done)
    arrived = sum(result.ended == "arrived" for result in folder.done.values())
    bar = "█" * round(24 * done / wanted)
    sys.stderr.write(f"\rcampaign: {bar:░<24} {done}/{wanted} missions, {arrived} arrived, {wall_s:.0f} s ")
    sys.stderr.flush()


def _tell(report: dict[str, Any]) -> None:
    for key in (
        "arrived",
        "hurt",
        "lost",
        "arrived_share",
        "person_switches",
        "abandoned",
        "interlock_violations",
        "gap_m",
        "reacquired",
        "overhead",
        "first_impact_to_cover_s",
        "relief_before_departure",
        "x_real_time",
    ):
        sys.stderr.write(f"  {key:26} {report[key]}\n")
    for row in report["failures"][:LISTED_MAX]:
        sys.stderr.write(f"  {row['scenario']} {row['seed']}: {row['ended']}: {row['cause']}\n    {row['again']}\n")
    if len(report["failures"]) > LISTED_MAX:
        sys.stderr.write(f"  … {len(report['failures']) - LISTED_MAX} more in the report\n")
    sys.stderr.write(f"  report: {report['report']}\n")
