"""Verbs of the way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish


@app.command()
def plan(
    plan: Annotated[Path, typer.Argument(help="GeoJSON or KML.")],
    out: Annotated[Path | None, typer.Option(help="Write it out again as GeoJSON.")] = None,
    json: Json = False,
) -> None:
    """Read a plan: what is wrong with it, or how long and how exposed the way is."""
    from safeconduct.runtime.plan import run_plan

    finish(run_plan(plan, out), json, True)
