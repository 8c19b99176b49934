"""Verbs that speak with the outside: own side's network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish
from safeconduct.verbs.liaison_options import (
    Ca,
    Callsign,
    Certificate,
    Circle,
    Package,
    Password,
    Protobuf,
    Tak,
    Units,
    wishes_of,
)


@app.command()
def liaison(
    tak: Tak = "",
    units: Units = "",
    plan: Annotated[Path | None, typer.Option(help="GeoJSON or KML: where the area walks; else an example.")] = None,
    seconds: Annotated[float, typer.Option(min=1.0, help="How long.")] = 60.0,
    callsign: Callsign = "SAFECONDUCT",
    package: Package = None,
    ca: Ca = None,
    cert: Certificate = None,
    password: Password = "",
    protobuf: Protobuf = False,
    whiteflag: Circle = None,
    json: Json = False,
) -> None:
    """Rehearse with own side: ask for a no-fire area on their screens, hear who acknowledges, take it off again."""
    from safeconduct.runtime.liaison import LiaisonWishes
    from safeconduct.runtime.liaison_rehearsal import rehearse

    wishes = wishes_of(tak, units, callsign, package, ca, cert, password, protobuf, whiteflag) or LiaisonWishes()
    report = rehearse(wishes, plan, seconds)
    finish(report, json, report.sent > 0 and (bool(report.acknowledged) or not wishes.units))


@app.command()
def whiteflag(
    files: Annotated[list[Path], typer.Argument(help="Messages: octets, or hexadecimal digits.")],
    json: Json = False,
) -> None:
    """Read Whiteflag messages: what they say, and why one must be ignored."""
    from safeconduct.runtime.whiteflag_files import read_signs

    read = read_signs(files)
    for one in read:
        typer.echo(f"{one.file}: {one.subject}: {one.says}", err=True)
        for fault in one.faults:
            typer.echo(f"  ignored: {fault}", err=True)
    finish({"messages": read}, json, not any(one.faults for one in read))


@app.command()
def scan(
    folder: Annotated[Path, typer.Argument(help="The archive: it is only read.")],
    out: Annotated[Path, typer.Option(help="Where the results go; a scan that was stopped goes on there.")],
    jobs: Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core.")] = 0,
    ray: Annotated[str, typer.Option(help="A Ray cluster's address, or `local`.")] = "",
    feedback: Annotated[Path | None, typer.Option(help="A reviewer's feedback.json: it re-ranks the hits.")] = None,
    json: Json = False,
) -> None:
    """Search an archive of footage for people who tried to surrender: a page for a reviewer, blurred, best first."""
    from safeconduct.runtime.scan import run_scan

    finish(run_scan(folder, out, jobs, ray, feedback), json, True)
