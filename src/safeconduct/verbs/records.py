"""Verbs of the record: replay and verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish


@app.command()
def replay(
    record: Annotated[Path, typer.Argument(help="The folder of a record.")],
    check: Annotated[
        bool, typer.Option("--check", help="Feed the facts to the core again, compare to the byte.")
    ] = False,
    json: Json = False,
) -> None:
    """Feed a record to the core again, or read it out."""
    from safeconduct.runtime.replay import run_replay

    report = run_replay(record, read_out=not check and not json)
    finish(report, json, report.identical)


@app.command()
def verify(record: Annotated[Path, typer.Argument(help="The folder of a record.")], json: Json = False) -> None:
    """Is the record as it was written?"""
    from safeconduct.runtime.replay import run_verify

    report = run_verify(record)
    finish(report, json, report.ok)
