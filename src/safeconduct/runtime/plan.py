"""`safeconduct plan`: a plan becomes a way with its price, or one line that says what is wrong with it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from safeconduct.maps import plan_to_geojson, read_plan
from safeconduct.maps.terrain import read_terrain
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Area, Plan
from safeconduct.model.terrain import Terrain, terrain_about
from safeconduct.model.vocabulary import PlanRole
from safeconduct.routes import Grid, Ground, Planned, Rules, Walk, Walker, grid_of, plan_way

MOST_PERSONS = 12
"""One aircraft shows three men at once in the published procedure; a dozen is the most ever led together."""


class PlanOptions(msgspec.Struct, frozen=True):
    """anew: look for a way even where the plan has a route, and take it."""

    plan: Path
    terrain: Path | None = None
    out: Path | None = None
    picture: Path | None = None
    anew: bool = False
    pace_mps: float = 0.8
    persons: int = 1
    endurance_min: float = 25.0


class PlanReport(msgspec.Struct):
    """exposed_m: metres farther than 15 m from cover that a known or assumed fire position sees (all such metres where
    none is known). seconds: of walking with rests. took_s: what the planning took."""

    length_m: float
    exposed_m: float
    cover_points: int
    seconds: float
    name: str
    mines: int
    no_go: int
    price: float
    longest_m: float
    tolerance_m: float
    climb_m: float
    covers: list[dict[str, Any]]
    low: list[list[float]]
    legs: list[dict[str, Any]]
    fire_positions: list[dict[str, Any]]
    drawn: bool
    warnings: list[str]
    took_s: float
    out: str = ""
    picture: str = ""


def run_plan(options: PlanOptions) -> PlanReport:
    """Raises BadInput: whatever is wrong with the plan or its terrain, no way exists, or a file cannot be written."""
    began = time.perf_counter()
    walker = walker_of(options.pace_mps, options.persons, options.endurance_min)
    read = read_plan(options.plan, route_needed=False, anew=options.anew)
    ground, told = ground_of(read, options.terrain)
    read = on_ground(read, ground) if ground is not None else msgspec.structs.replace(read, terrain=None)
    try:
        planned = plan_way(read, ground, Rules(), walker)
    except BadInput as no:
        raise BadInput(f"{options.plan} ({no.place})", no.what, no.mend) from no
    took_s = time.perf_counter() - began
    signed = with_way(read, planned.walk)
    if options.out is not None:
        try:
            options.out.write_text(plan_to_geojson(signed), encoding="utf-8")
        except OSError as error:
            raise BadInput(str(options.out), f"cannot be written ({error.strerror})", "name a file that can") from error
    if options.picture is not None:
        from safeconduct.station.plan_picture import draw_plan_picture

        try:
            draw_plan_picture(signed, planned, ground, options.picture, walker)
        except OSError as error:
            raise BadInput(
                str(options.picture), f"cannot be written ({error.strerror})", "name a file that can"
            ) from error
    report = _report(read, planned, (*told, *planned.walk.warnings), took_s)
    report.out, report.picture = (str(p) if p is not None else "" for p in (options.out, options.picture))
    sys.stderr.write(in_words(report))
    return report


def walker_of(pace_mps: float, persons: int, endurance_min: float) -> Walker:
    """Raises BadInput: nobody walks like that."""
    if not 1 <= persons <= MOST_PERSONS:
        what = "nobody is to be led" if persons < 1 else f"one aircraft leads at most {MOST_PERSONS}"
        raise BadInput(f"--persons {persons}", what, "give 1 to 12, and plan the rest as walks of their own")
    if not 0.1 <= pace_mps <= 2.0:
        raise BadInput(f"--pace {pace_mps:g}", "is no walking pace", "give 0.1 to 2 metres a second")
    if not 5.0 <= endurance_min <= 600.0:
        raise BadInput(f"--endurance {endurance_min:g}", "is no battery", "give 5 to 600 minutes")
    return Walker(pace_mps=pace_mps, persons=persons, endurance_s=endurance_min * 60.0)


def ground_of(plan: Plan, terrain: Path | None) -> tuple[Ground | None, tuple[str, ...]]:
    """Heights on the plan's own grid, from the model or those in the plan, and what is to be told. Raises BadInput."""
    grid = grid_of(plan)
    if terrain is None:
        held = plan.terrain
        if held is None:
            return None, ("no terrain: the ground is taken as level and open to view",)
        if not all(map(held.covers, (plan.start, plan.reception, *plan.route))):
            return None, ("the heights in the plan do not hold this walk and are left out: plan it with --terrain",)
        return _laid_on(grid, held), (f"heights are those in the plan, every {held.step_m:g} m",)
    read = read_terrain(terrain, plan.frame, grid.west, grid.south, grid.rows, grid.cols, grid.step_m)
    return Ground(grid, read.heights_m), read.warnings


def _laid_on(grid: Grid, held: Terrain) -> Ground:
    """Coarse heights at every cell's middle, bilinear; beyond them those of their edge."""
    from scipy.ndimage import map_coordinates

    nodes = np.reshape(held.heights_m, (-1, held.columns))
    row = (grid.south + np.arange(grid.rows) * grid.step_m - held.south) / held.step_m
    col = (grid.west + np.arange(grid.cols) * grid.step_m - held.west) / held.step_m
    return Ground(grid, map_coordinates(nodes, np.meshgrid(row, col, indexing="ij"), order=1, mode="nearest"))


def on_ground(plan: Plan, ground: Ground) -> Plan:
    """The plan with its points at the height of the ground, and the heights about its way."""

    def lay(points: tuple[Enu, ...]) -> tuple[Enu, ...]:
        return tuple(p._replace(up=round(ground.height_m(p.east, p.north), 2)) for p in points)

    areas = tuple(msgspec.structs.replace(area, ring=lay(area.ring)) for area in plan.areas)
    return msgspec.structs.replace(
        plan,
        start=lay((plan.start,))[0],
        reception=lay((plan.reception,))[0],
        route=lay(plan.route),
        fence=lay(plan.fence),
        areas=areas,
        terrain=terrain_about((plan.start, plan.reception, *plan.route), ground.height_m),
    )


def with_way(plan: Plan, walk: Walk) -> Plan:
    """The plan as it is signed: the way as its route, and hollows that the way counts on as cover."""
    found = tuple(
        Area(f"cover {stop.number} ({stop.name})", PlanRole.COVER, (stop.place,), 3.0)
        for stop in walk.covers
        if stop.name == "hollow"
    )
    return msgspec.structs.replace(plan, route=walk.points, areas=(*plan.areas, *found))


def _report(plan: Plan, planned: Planned, warnings: tuple[str, ...], took_s: float) -> PlanReport:
    walk = planned.walk
    return PlanReport(
        length_m=walk.length_m,
        exposed_m=walk.exposed_m,
        cover_points=len(walk.covers),
        seconds=walk.seconds,
        name=plan.name,
        mines=sum(area.role == PlanRole.MINES for area in plan.areas),
        no_go=sum(area.role == PlanRole.NO_GO for area in plan.areas),
        price=walk.price,
        longest_m=walk.longest_m,
        tolerance_m=walk.tolerance_m,
        climb_m=walk.climb_m,
        covers=[
            {
                "number": stop.number,
                "name": stop.name,
                "at_m": stop.at_m,
                "off_m": stop.off_m,
                "seconds": stop.seconds,
                "enu_m": [round(stop.place.east, 1), round(stop.place.north, 1)],
            }
            for stop in walk.covers
        ],
        low=[[part.from_m, part.to_m] for part in walk.low],
        legs=[msgspec.to_builtins(leg) for leg in walk.legs],
        fire_positions=[{"name": f.name, "reach_m": f.reach_m, "assumed": f.assumed} for f in planned.priced.fire],
        drawn=walk.drawn,
        warnings=list(warnings),
        took_s=round(took_s, 3),
    )


def in_words(report: PlanReport) -> str:
    """What a commander reads before he signs."""
    lines = [
        f"{report.name}: {report.length_m:.0f} m to walk, {_minutes(report.seconds)} with rests, "
        f"{report.exposed_m:.0f} m of it exposed",
        f"  price      {report.price:.0f} metres of easy walking, {'as drawn' if report.drawn else 'the cheapest way'}",
        f"  stray      up to {report.tolerance_m:g} m without entering a margin",
    ]
    for f in report.fire_positions:
        lines.append(f"  fire       {f['name']}, sees {f['reach_m']:.0f} m{', assumed' if f['assumed'] else ''}")
    for cover in report.covers:
        lines.append(
            f"  cover {cover['number']:>2}   {cover['at_m']:>5.0f} m, after {_minutes(cover['seconds'])}: "
            f"{cover['name']}, {cover['off_m']:.0f} m off"
        )
    for from_m, to_m in report.low:
        lines.append(f"  mines near {from_m:>5.0f} to {to_m:.0f} m: the aircraft flies the way itself, low and slow")
    for n, leg in enumerate(report.legs, start=1):
        last = n == len(report.legs)
        change = "to the end" if last else f"relief takes over {'at ' + leg['at'] if leg['at'] else 'in the open'}"
        lines.append(f"  battery {n}  {leg['from_m']:>5.0f} to {leg['to_m']:.0f} m, {change}")
    if not report.legs:
        lines.append("  battery    no battery of this endurance can cover the walk")
    lines += [f"  mind       {warning}" for warning in report.warnings]
    return "\n".join(lines) + "\n"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60.0:.0f} min" if seconds >= 120.0 else f"{seconds:.0f} s"
