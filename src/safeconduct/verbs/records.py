"""Verbs of the record: replay, verify, recover, export, records, keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish
from safeconduct.verbs.map_options import Terrain, Tiles


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
    tiles: Tiles = None,
    terrain: Terrain = None,
    json: Json = False,
) -> None:
    """Show a record on the operator's page, with a timeline; --check: feed it to the core again."""
    from safeconduct.model.faults import BadInput
    from safeconduct.runtime.replay import run_replay

    if not (check or text or json):
        from safeconduct.runtime.display import has_display
        from safeconduct.runtime.replay_page import show_record

        shown = has_display() if opened is None else opened
        show_record(record, port=port, opened=shown, tiles=tiles, terrain=terrain)
        return
    for given, name in ((tiles, "--tiles"), (terrain, "--terrain")):
        if given is not None:
            raise BadInput(name, "is for the page's map", "leave --check, --text and --json out")
    report = run_replay(record, read_out=text)
    finish(report, json, report.identical)


@app.command()
def verify(
    record: Annotated[Path, typer.Argument(help="The folder of a record, or a copy that `export` made.")],
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


@app.command()
def export(
    record: Annotated[Path, typer.Argument(help="The folder of a record.")],
    to: Annotated[str, typer.Option("--to", help="redacted, mcap, klv, report or papers.")],
    out: Annotated[Path, typer.Option(help="A new file.")],
    languages: Annotated[str, typer.Option(help="Of papers, side by side: ar, en, fr, ru, uk.")] = "uk,ru,en",
    cover: Annotated[
        list[str] | None, typer.Option(help="LEFT,TOP,WIDTH,HEIGHT in px, covered in every picture; again for more.")
    ] = None,
    identifiable: Annotated[bool, typer.Option("--identifiable", help="Let persons be recognised.")] = False,
    reason: Annotated[str, typer.Option(help="With --identifiable: why; it is recorded.")] = "",
    second_key: Annotated[
        Path | None, typer.Option(help="With --identifiable: the key file of a second person who agrees.")
    ] = None,
    look_over: Annotated[
        bool,
        typer.Option(
            "--look-over", help="Of a redacted film, new or there already: look it over on a page, cover more."
        ),
    ] = False,
    opened: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open that page in a browser; by itself where one is seen.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Of that page; else 8765 or any other.")] = None,
    json: Json = False,
) -> None:
    """A copy for others. Faces, voices, names and places are left out unless two persons decide otherwise."""
    from safeconduct.runtime.display import has_display
    from safeconduct.runtime.export import ExportWishes, run_export

    shown = has_display() if opened is None else opened
    covers = tuple(cover or ())
    wishes = ExportWishes(record, to, out, languages, covers, identifiable, reason, second_key, look_over, port, shown)
    report = run_export(wishes)
    finish(report, json, not look_over or bool(report.looked_over))


@app.command()
def records(
    words: Annotated[str, typer.Argument(help="Only those with all of these words in path, scenario or end.")] = "",
    home: Annotated[Path | None, typer.Option(help="The folder in which they lie, instead of the usual one.")] = None,
    json: Json = False,
) -> None:
    """What is recorded, newest first, and for how many hours there is room."""
    from safeconduct.runtime.keeping import run_records

    finish(run_records(words, home), json, True)


@app.command()
def keys(
    certificate: Annotated[Path | None, typer.Option(help="Write the station's certificate, to give away.")] = None,
    rotate: Annotated[bool, typer.Option("--rotate", help="A new key, vouched for by the same root.")] = False,
    protect: Annotated[
        bool, typer.Option("--protect", help="Keep it by the keyring, or by SAFECONDUCT_PASSPHRASE.")
    ] = False,
    request: Annotated[Path | None, typer.Option(help="Write a request for a unit's own authority.")] = None,
    install: Annotated[Path | None, typer.Option(help="Take the certificate that the authority made.")] = None,
    second: Annotated[Path | None, typer.Option(help="Make a second person's key, for --identifiable.")] = None,
    lock: Annotated[Path | None, typer.Option(help="Encrypt a record at rest (age).")] = None,
    for_: Annotated[list[str] | None, typer.Option("--for", help="With --lock: a further recipient, age1….")] = None,
    unlock: Annotated[Path | None, typer.Option(help="Open a record that was locked.")] = None,
    json: Json = False,
) -> None:
    """The station's key and certificate, and records locked with them."""
    from safeconduct.runtime.keeping import KeysWishes, run_keys

    wishes = KeysWishes(certificate, rotate, protect, request, install, second, lock, tuple(for_ or ()), unlock)
    finish(run_keys(wishes), json, True)
