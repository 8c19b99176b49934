"""Verbs of the way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish
from safeconduct.verbs.map_options import Tiles


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
    page: Annotated[
        bool, typer.Option("--page", help="Draw it on a map in a browser; the file need not exist yet.")
    ] = False,
    tiles: Tiles = None,
    open_page: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open the page in a browser; by itself where one can be seen."),
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Of the page; else 8765 or any other.")] = None,
    json: Json = False,
) -> None:
    """A way with its price: length, exposure, cover and the time to it, batteries; or what is wrong with a plan."""
    from safeconduct.model.faults import BadInput
    from safeconduct.runtime.plan import PlanOptions, run_plan

    if page:
        from safeconduct.runtime.display import page_wishes
        from safeconduct.runtime.plan_page import PlanPageOptions, run_plan_page

        if picture is not None or anew:
            raise BadInput("--page", "goes without --picture and --anew", "save the plan, then ask for them")
        shown = page_wishes(False, True, open_page, None).shown
        wishes = PlanPageOptions(
            plan, out, terrain, tiles, pace_mps, persons, endurance_min, port=port, open_browser=shown
        )
        finish(run_plan_page(wishes), json, True)
    if tiles is not None:
        raise BadInput("--tiles", "is for the page's map", "add --page")
    options = PlanOptions(plan, terrain, out, picture, anew, pace_mps, persons, endurance_min)
    finish(run_plan(options), json, True)
