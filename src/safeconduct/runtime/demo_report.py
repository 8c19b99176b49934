"""What `safeconduct demo` tells at its end: figures, and the pictures that lie in the record."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from safeconduct.runtime.mission import Mission
from safeconduct.runtime.stage import Stage
from safeconduct.runtime.tally import SignalRow, Tally
from safeconduct.sim import Truth
from safeconduct.station import draw_walk
from safeconduct.witness import VIDEO


class DemoReport(msgspec.Struct):
    """The verb's JSON (docs/reference/cli.md)."""

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
    eyes: str = ""
    pointed_out: int | None = None
    video: str | None = None
    picture: str | None = None
    hurt: bool = False
    resumed: bool = False
    sealed: bool = False
    violations: list[str] = []
    ends_well: list[str] = []
    signs: list[str] = []


def demo_report(stage: Stage, mission: Mission, tally: Tally) -> DemoReport:
    """What the mission came to."""
    truth: Truth = stage.world.truth()
    breaches = mission.verdict.breaches
    return DemoReport(
        outcome=tally.outcome.value if tally.outcome else None,
        scenario=stage.scenario.name,
        seed=stage.seed,
        walked_m=truth.walked_m,
        duration_s=round(tally.duration_s, 1),
        free_walk_s=truth.free_walk_s,
        pauses=len(truth.pauses),
        impacts=len(truth.impacts),
        covers=tally.covers,
        signals=tally.signals,
        interlock_violations=len(breaches),
        record=str(stage.recorder.folder),
        eyes=stage.eyes,
        pointed_out=getattr(stage.operator, "pointed_out", None),
        video=_film_of(stage.recorder.folder),
        hurt=truth.hurt,
        resumed=stage.resumed,
        violations=breaches[:20],
        ends_well=[outcome.value for outcome in stage.scenario.ends_well],
        signs=[str(stage.recorder.folder / picture) for picture in tally.sign_pictures],
    )


def _film_of(folder: Path) -> str | None:
    return str(folder / VIDEO) if (folder / VIDEO).exists() else None


def with_picture(report: DemoReport, stage: Stage, *, quiet: bool) -> DemoReport:
    """Draw the map of the walk into the record's folder."""
    picture = stage.recorder.folder / "walk.png"
    if not quiet:
        sys.stderr.write("drawing the map …\n")
    try:
        draw_walk(stage.recorder.folder, picture)
        report.picture = str(picture)
    except OSError as error:
        sys.stderr.write(f"the map picture could not be written: {error.strerror}\n")
    if not quiet:
        film = f"film:   {report.video}\n" if report.video else ""
        if report.pointed_out is not None:
            sys.stderr.write(f"  eyes      missed him for long {report.pointed_out} times: the operator drew a box\n")
        for sign in report.signs:
            sys.stderr.write(f"sign:   {sign}\n")
        sys.stderr.write(f"map:    {report.picture}\n{film}record: {report.record}\n")
    return report


def ended_well(report: DemoReport) -> bool:
    """Exit code 0: a human closed it as the scenario has it, with somebody who has the person; nothing was breached."""
    return report.outcome in report.ends_well and report.interlock_violations == 0
