"""`safeconduct bench lead`, rows of the mission: all scenarios, people of 0.2-1.5 m/s, beside other guides.

The same people in the same missions are led by ours and by two other guides (`other_guides`), in the same run, so that
the table shows what others reach. Judged by what really happened, as a campaign is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from safeconduct.runtime.bench_table import Bar, at_least, at_most
from safeconduct.runtime.campaign_figures import figures
from safeconduct.runtime.campaign_result import MissionResult
from safeconduct.runtime.campaign_task import ALL, Done, Task, fly_task, tasks
from safeconduct.runtime.other_guides import GUIDES

PACE_MPS = (0.2, 1.5)
RESERVE_PCT = 25.0
BARS: dict[str, Bar] = {
    "arrived_share": at_least(0.995),
    "person_switches": at_most(0),
    "abandoned": at_most(0),
    "interlock_violations": at_most(0),
    "found_again_5_s": at_least(0.80),
    "found_again_10_s": at_least(0.90),
    "found_again_30_s": at_least(0.95),
    "found_again_60_s": at_least(0.98),
    "walk_over_free_walk": at_most(1.05),
    "gap_p5_m": at_least(3),
    "gap_p95_m": at_most(12),
    "impact_seen_to_cover_p95_s": at_most(0.5),
    "never_covered": at_most(0),
    "relief_before_departure": at_least(1),
    "relief_reserve_kept": at_least(1),
    "x_real_time_a_core": at_least(300),
}
"""arrived_share: of those whom no shell hurt; each who did not is named."""
_OF_OURS_ONLY = ("impact_seen_to_cover_p95_s", "never_covered", "relief_before_departure", "relief_reserve_kept")


def bench_missions(seeds: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures of ours, and the anchors' by guide: so many missions of every scenario each, in this process."""
    wanted = tasks(ALL, seeds * len(ALL), 1, PACE_MPS, None)
    made = rows(list(_flown(wanted, "")))
    anchors: dict[str, Any] = {}
    for guide in GUIDES:
        theirs = rows(list(_flown(wanted, guide)))
        anchors |= {f"{guide}_{key}": value for key, value in theirs.items() if key not in _OF_OURS_ONLY}
    return made, anchors


def _flown(wanted: Sequence[Task], guide: str) -> Iterator[Done]:
    for task in wanted:
        yield fly_task(msgspec.structs.replace(task, guide=guide))
        sys.stderr.write(f"\rbench lead: {guide or 'ours'} {task.number + 1}/{len(wanted)} missions ")
        sys.stderr.flush()
    sys.stderr.write("\n")


def rows(flown: Sequence[Done]) -> dict[str, Any]:
    """The keys of BARS, how many missions, and each that was lost with its cause."""
    results = [done.result for done in flown]
    made = figures(results)
    cover = made["first_impact_to_cover_s"]
    cpu_s = sum(done.cpu_s for done in flown)
    return {
        "missions": made["missions"],
        "arrived": made["arrived"],
        "hurt_by_shells": made["hurt"],
        "lost": made["lost"],
        "arrived_share": made["arrived_share"],
        "person_switches": made["person_switches"],
        "abandoned": made["abandoned"],
        "interlock_violations": made["interlock_violations"],
        **{f"found_again_{within}_s": share for within, share in made["reacquired"].items()},
        "hidings": made["hidings"],
        "walk_over_free_walk": made["overhead"],
        "gap_p5_m": made["gap_m"]["p5"],
        "gap_p95_m": made["gap_m"]["p95"],
        "impact_seen_to_cover_p95_s": cover["p95"] if cover is not None else None,
        "never_covered": made["never_covered"],
        "relief_before_departure": made["relief_before_departure"],
        "relief_reserve_kept": reserve_kept(results),
        "x_real_time_a_core": round(made["simulated_s"] / cpu_s) if cpu_s else None,
        "causes": [f"{r.scenario} {r.seed}: {r.cause}" for r in results if r.ended == "lost"],
    }


def reserve_kept(results: Sequence[MissionResult]) -> float | None:
    """Of the missions that a relief took over: the share whose battery had the crew's reserve left then."""
    left = [one.relieved.battery_pct for one in results if one.relieved is not None]
    return round(sum(pct >= RESERVE_PCT for pct in left) / len(left), 5) if left else None
