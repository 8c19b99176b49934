"""Verbs of the way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish


@app.command()
def plan(
    plan: Annotated[Path, typer.Argument(help="GeoJSON or KML.")],
    terrain: Annotated[Path | None, typer.Option(help="Heights of the ground, a GeoTIFF of any projection.")] = None,
    out: Annotated[Path | None, typer.Option(help="The plan with its way, as GeoJSON.")] = None,
    picture: Annotated[Path | None, typer.Option(help="A map to sign (.png).")] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Look for a way although the plan has a route.")] = False,
    pace_mps: Annotated[float, typer.Option("--pace", help="Of who walks, on level ground, m/s.")] = 0.8,
    persons: Annotated[int, typer.Option(help="How many walk together.")] = 1,
    endurance_min: Annotated[float, typer.Option("--endurance", help="Of one full battery, minutes.")] = 25.0,
    json: Json = False,
) -> None:
    """A way with its price: length, exposure, cover and the time to it, batteries; or what is wrong with a plan."""
    from safeconduct.runtime.plan import PlanOptions, run_plan

    options = PlanOptions(plan, terrain, out, picture, anew, pace_mps, persons, endurance_min)
    finish(run_plan(options), json, True)
