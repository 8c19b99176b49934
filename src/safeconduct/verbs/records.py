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
def verify(
    record: Annotated[Path, typer.Argument(help="The folder of a record.")],
    certificate: Annotated[Path | None, typer.Option(help="The station's certificate, as you were given it.")] = None,
    json: Json = False,
) -> None:
    """Is the record as it was written, and by whom was it sealed?"""
    from safeconduct.runtime.replay import run_verify

    report = run_verify(record, certificate)
    finish(report, json, report.ok)


@app.command()
def recover(
    record: Annotated[Path, typer.Argument(help="The folder of a record.")],
    timestamp: Annotated[str | None, typer.Option(help="Address of a time-stamping authority (RFC 3161).")] = None,
    json: Json = False,
) -> None:
    """After a crash: make a record whole and seal it. Or ask for a time-stamp that had to wait for a network."""
    from safeconduct.runtime.witnessing import run_recover

    report = run_recover(record, timestamp)
    finish(report, json, report.ok)
