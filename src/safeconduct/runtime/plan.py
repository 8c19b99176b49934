"""`safeconduct plan`: read a plan, say in one line what is wrong with it, or what it asks of him who walks it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec

from safeconduct.maps import plan_to_geojson, read_plan
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, ground_range_m
from safeconduct.model.plan import Plan
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes import Way, way_through

COVER_WITHIN_M = 15.0


class PlanReport(msgspec.Struct):
    """exposed_m: metres of the way farther than 15 m from any cover of the plan. seconds: what the reading took."""

    length_m: float
    exposed_m: float
    cover_points: int
    seconds: float
    name: str
    mines: int
    no_go: int


def run_plan(plan: Path, out: Path | None) -> PlanReport:
    """Raises BadInput: whatever is wrong with the plan, or `out` cannot be written."""
    began = time.perf_counter()
    read = read_plan(plan)
    way = way_through(read.route)
    covers = [_middle(area.ring) for area in read.areas if area.role == PlanRole.COVER]
    report = PlanReport(
        length_m=round(way.length_m, 1),
        exposed_m=float(_exposed_m(way, covers)),
        cover_points=len(covers),
        seconds=0.0,
        name=read.name,
        mines=_count(read, PlanRole.MINES),
        no_go=_count(read, PlanRole.NO_GO),
    )
    if out is not None:
        try:
            out.write_text(plan_to_geojson(read), encoding="utf-8")
        except OSError as error:
            raise BadInput(str(out), f"cannot be written ({error.strerror})", "name a file that can") from error
    report.seconds = round(time.perf_counter() - began, 3)
    sys.stderr.write(
        f"{read.name}: {report.length_m:.0f} m to walk, {report.exposed_m:.0f} m of it far from cover; "
        f"{report.cover_points} covers, {report.mines} mined areas, {report.no_go} no-go areas\n"
    )
    return report


def _count(plan: Plan, role: PlanRole) -> int:
    return sum(area.role == role for area in plan.areas)


def _middle(ring: tuple[Enu, ...]) -> Enu:
    n = len(ring)
    return Enu(sum(p.east for p in ring) / n, sum(p.north for p in ring) / n, 0.0)


def _exposed_m(way: Way, covers: list[Enu]) -> int:
    """Metre by metre along the way."""
    return sum(
        all(ground_range_m(way.point(metre + 0.5), cover) > COVER_WITHIN_M for cover in covers)
        for metre in range(int(way.length_m))
    )
