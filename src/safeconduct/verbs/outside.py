"""Verbs that speak with the outside: own side's network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish

Tak = Annotated[str, typer.Option("--tak", help="tls://HOST:8089, tcp://HOST:8087 or udp://239.2.3.1:6969.")]
Units = Annotated[str, typer.Option("--units", help="Callsigns whose word counts, with commas.")]
Callsign = Annotated[str, typer.Option("--callsign", help="Ours, as others see it.")]
Package = Annotated[Path | None, typer.Option("--package", help="The TAK server's enrolment package (.zip).")]
Ca = Annotated[Path | None, typer.Option("--ca", help="The unit's authority (.pem or .p12).")]
Certificate = Annotated[Path | None, typer.Option("--cert", help="Our certificate with its key (.pem or .p12).")]
Password = Annotated[str, typer.Option("--password", envvar="SAFECONDUCT_TAK_PASSWORD", help="Of the .p12 files.")]
Protobuf = Annotated[bool, typer.Option("--protobuf", help="Send TAK protocol version 1 instead of XML.")]
Circle = Annotated[Path | None, typer.Option("--whiteflag", help="A folder for Whiteflag messages of a closed circle.")]


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
    from safeconduct.runtime.liaison import LiaisonWishes, rehearse

    named = tuple(u.strip() for u in units.split(",") if u.strip())
    wishes = LiaisonWishes(tak, named, callsign, package, ca, cert, password, protobuf, whiteflag)
    report = rehearse(wishes, plan, seconds)
    finish(report, json, report.sent > 0 and (bool(report.acknowledged) or not named))


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
