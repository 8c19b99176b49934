"""One verb: measure a claim beside its anchor."""

from __future__ import annotations

from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="core, eyes, flight, lead, liaison, scan, signs, talk, witness, world.")],
    json: Json = False,
    short: Annotated[bool, typer.Option("--short", help="Fewer repetitions.")] = False,
) -> None:
    """One claim measured beside its anchor in the same run."""
    from safeconduct.runtime.benches import run_bench

    finish(run_bench(name, short), json, True)
