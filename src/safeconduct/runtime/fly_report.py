"""What `safeconduct fly` tells at its end: the figures of `demo`, as far as a real mission knows them."""

from __future__ import annotations

import msgspec

from safeconduct.model.vocabulary import Outcome
from safeconduct.runtime.mission import Mission, NoJournal
from safeconduct.runtime.tally import SignalRow, Tally

_ENDS_WELL = frozenset(
    {Outcome.IN_CUSTODY.value, Outcome.LED_OUT.value, Outcome.LEFT_WITH_CARE.value, Outcome.HANDED_OVER.value}
)


class FlyReport(msgspec.Struct):
    """The verb's JSON (docs/reference/cli.md). walked_m: along the way, as the core followed him.

    free_walk_s: how long he would have walked without a rest, at the pace that was seen. refused: why nothing was
    begun, from the audit.
    """

    outcome: str | None
    scenario: str
    seed: int
    walked_m: float
    duration_s: float
    free_walk_s: float
    pauses: int
    impacts: int
    covers: int
    signals: list[SignalRow]
    interlock_violations: int
    record: str
    video: str | None = None
    pictures: int = 0
    hand_flown: bool = False
    prompts: int = 0
    resumed: bool = False
    violations: list[str] = []
    refused: list[str] = []


def report_of(mission: Mission, tally: Tally, name: str, record: str, **more: object) -> FlyReport:
    person, verdict = mission.state.person, mission.verdict
    walked_m = round(person.progress_m, 1) if person is not None else 0.0
    pace_mps = person.pace_mps if person is not None else 0.0
    report = FlyReport(
        outcome=tally.outcome.value if tally.outcome else None,
        scenario=name,
        seed=0,
        walked_m=walked_m,
        duration_s=round(tally.duration_s, 1),
        free_walk_s=round(walked_m / pace_mps, 1) if pace_mps > 0.2 else 0.0,
        pauses=tally.waits,
        impacts=tally.impacts,
        covers=tally.covers,
        signals=tally.signals,
        interlock_violations=len(verdict.breaches),
        record=record,
        violations=verdict.breaches[:20],
    )
    for field, value in more.items():
        setattr(report, field, value)
    return report


def refused_report(why: list[str], name: str) -> FlyReport:
    """Nothing was begun."""
    report = report_of(Mission(NoJournal()), Tally(), name, "")
    report.refused = why
    return report


def ended_well(report: FlyReport) -> bool:
    """Exit code 0: a human closed it with somebody who has the person; nothing was breached."""
    return report.outcome in _ENDS_WELL and report.interlock_violations == 0
