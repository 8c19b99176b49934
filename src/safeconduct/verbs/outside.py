"""Verbs that speak with the outside: own side's network, the circle of Whiteflag, an archive of footage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish
from safeconduct.verbs.liaison_options import (
    Ca,
    Callsign,
    Certificate,
    CircleKeyFile,
    InTheOpen,
    Listen,
    Package,
    Password,
    Protobuf,
    Roads,
    Tak,
    Units,
    whiteflag_of,
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
    whiteflag: Roads = None,
    whiteflag_key: CircleKeyFile = None,
    whiteflag_open: InTheOpen = False,
    whiteflag_listen: Listen = "",
    json: Json = False,
) -> None:
    """Rehearse with own side: ask for a no-fire area on their screens, hear who acknowledges, take it off again."""
    from safeconduct.runtime.liaison import LiaisonWishes
    from safeconduct.runtime.liaison_rehearsal import rehearse

    signs = whiteflag_of(whiteflag, whiteflag_key, whiteflag_open, whiteflag_listen, test=True)
    wishes = wishes_of(tak, units, callsign, package, ca, cert, password, protobuf, signs) or LiaisonWishes()
    report = rehearse(wishes, plan, seconds)
    sent = report.sent + report.whiteflag > 0
    finish(report, json, sent and (bool(report.acknowledged) or not wishes.units))


@app.command()
def reception(
    tak: Tak = "",
    callsign: Callsign = "RECEPTION",
    seconds: Annotated[float, typer.Option(min=1.0, help="How long.")] = 8 * 3600.0,
    package: Package = None,
    ca: Ca = None,
    cert: Certificate = None,
    password: Password = "",
    protobuf: Protobuf = False,
    papers: Annotated[Path | None, typer.Option(help="Folder for the papers of each hand-over, to fill in.")] = None,
    languages: Annotated[str, typer.Option(help="Of the papers, side by side: ar, en, fr, ru, uk.")] = "uk,ru,en",
    json: Json = False,
) -> None:
    """The receiving party: hear who comes, when, and what to bring; say that you are ready, and that you have them."""
    from safeconduct.runtime.liaison import LiaisonWishes
    from safeconduct.runtime.reception_desk import Papers, receive

    wishes = wishes_of(tak, "", callsign, package, ca, cert, password, protobuf) or LiaisonWishes()
    named = tuple(code.strip().lower() for code in languages.split(",") if code.strip())
    report = receive(wishes, seconds, papers=Papers(papers, named) if papers is not None else None)
    finish(report, json, True)


@app.command()
def whiteflag(
    files: Annotated[list[Path] | None, typer.Argument(help="Messages: octets, or hexadecimal digits.")] = None,
    key: Annotated[Path | None, typer.Option(help="Key file of the closed circle that they are of.")] = None,
    new_key: Annotated[Path | None, typer.Option(help="Make the key file of a new circle instead.")] = None,
    json: Json = False,
) -> None:
    """Read Whiteflag messages: what they say, and why one must be ignored; or make the key of a closed circle."""
    from safeconduct.liaison.whiteflag import new_key as make_key
    from safeconduct.liaison.whiteflag import read_key
    from safeconduct.model.faults import BadInput
    from safeconduct.runtime.whiteflag_files import read_signs

    if new_key is not None:
        make_key(new_key)
        typer.echo(f"{new_key}: hand it to each of the circle, by hand; whoever has it reads everything", err=True)
        finish({"key": str(new_key)}, json, True)
    if not files:
        raise BadInput("whiteflag", "no file is named", "name messages to read, or --new-key FILE")
    read = read_signs(files, read_key(key) if key is not None else None)
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
