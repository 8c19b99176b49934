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
    text: Annotated[bool, typer.Option("--text", help="Read the record out instead, line by line.")] = False,
    opened: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open the page in a browser; by itself where one can be seen."),
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Of the page; else 8765 or any other.")] = None,
    json: Json = False,
) -> None:
    """Show a record on the operator's page, with a timeline; --check: feed it to the core again."""
    from safeconduct.runtime.replay import run_replay

    if not (check or text or json):
        from safeconduct.runtime.display import has_display
        from safeconduct.runtime.replay_page import show_record

        show_record(record, port=port, opened=has_display() if opened is None else opened)
        return
    report = run_replay(record, read_out=text)
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
