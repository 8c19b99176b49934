"""Verbs of the conversation: show a signal, print a note, say a phrase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from safeconduct.verbs.command import Json, app, finish


@app.command()
def signal(
    name: Annotated[str, typer.Argument(help="yes, no, follow, stop, wait, cover, here, identify, trace, …")],
    range_m: Annotated[float, typer.Option("--range", help="Slant distance to the person, m.")] = 20.0,
    height_m: Annotated[float, typer.Option("--height", help="Of the aircraft above him, m.")] = 8.0,
    night: Annotated[bool, typer.Option("--night", help="By night.")] = False,
    note: Annotated[bool, typer.Option("--note", help="He has read the note, so the light talks too.")] = False,
    wind_mps: Annotated[float, typer.Option("--wind", help="Of the twin's air, m/s.")] = 0.0,
    vehicle: Annotated[str | None, typer.Option(help="A real aircraft that hovers in GUIDED; else the twin.")] = None,
    json: Json = False,
) -> None:
    """Show one signal, on the twin or on a hovering aircraft: what was really shown, and who would understand it?"""
    from safeconduct.runtime.signal_trial import run_signal, trial_of

    report = run_signal(trial_of(name, range_m, height_m, night, note, wind_mps), vehicle)
    finish(report, json, report["shown"])


@app.command()
def note(
    languages: Annotated[str, typer.Option(help="Codes with commas; two share a note: ru,uk,en,fr.")],
    out: Annotated[Path, typer.Option(help="The PDF.")],
    form: Annotated[str, typer.Option(help="a6: a card; strip: eight panels in large letters.")] = "a6",
    single: Annotated[
        bool, typer.Option("--single", help="Each note on a page of its size, not several on A4.")
    ] = False,
    preview: Annotated[Path | None, typer.Option(help="Pictures of the pages (.png).")] = None,
    phrases: Annotated[list[Path] | None, typer.Option(help="A phrase file instead of ours; again for more.")] = None,
    font: Annotated[list[str] | None, typer.Option(help="CODE=FILE: another font for a language.")] = None,
    who: Annotated[str, typer.Option(help="Who speaks: a line above the order, in the note's first language.")] = "",
    json: Json = False,
) -> None:
    """Printable notes that can be followed by their pictures alone."""
    from safeconduct.runtime.note import NoteWishes, run_note

    wishes = NoteWishes(languages, out, form, single, preview, tuple(phrases or ()), tuple(font or ()), who)
    finish(run_note(wishes), json, True)


@app.command()
def say(
    phrase: Annotated[str, typer.Argument(help="Which phrase; see --list.")] = "",
    language: Annotated[str, typer.Option(help="Its code: uk, ru, en, …")] = "en",
    through: Annotated[str, typer.Option(help="station: this machine's speaker; twin: the simulated aircraft's.")] = (
        "station"
    ),
    out: Annotated[Path | None, typer.Option(help="Write the sound (.wav) instead of playing it.")] = None,
    recordings: Annotated[Path | None, typer.Option(help="A folder with uk/follow.wav and the like.")] = None,
    piper: Annotated[list[str] | None, typer.Option(help="CODE=FILE: a piper voice for a language.")] = None,
    phrases: Annotated[list[Path] | None, typer.Option(help="A phrase file instead of ours; again for more.")] = None,
    no_fire: Annotated[str, typer.Option(help="The own unit that has acknowledged to hold its fire.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="List phrases and languages.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Hold our phrases, or those of --phrases, to the law.")
    ] = False,
    json: Json = False,
) -> None:
    """Try a phrase aloud. Promises stay locked until a named own unit holds its fire."""
    from safeconduct.model.faults import BadInput
    from safeconduct.runtime.say import SayWishes, run_check, run_list, run_say

    if list_:
        run_list()
        return
    if check:
        found = run_check(phrases or (), recordings)
        finish(found, json, found.ok)
    if not phrase:
        raise BadInput("say", "no phrase is named", "see `safeconduct say --list`")
    wishes = SayWishes(phrase, language, through, recordings, tuple(piper or ()), tuple(phrases or ()), out, no_fire)
    report = run_say(wishes)
    finish(report, json, report.said)
