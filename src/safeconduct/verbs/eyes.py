"""Verbs of the eyes: watch a source, write labelled pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from safeconduct.verbs.command import Json, app, finish


@app.command()
def watch(
    source: Annotated[str, typer.Argument(help="A clip, a stream's address or a camera.")],
    out: Annotated[Path | None, typer.Option(help="An annotated copy (.mp4).")] = None,
    detector: Annotated[Path | None, typer.Option(help="Another detector, an ONNX file.")] = None,
    pose: Annotated[Path | None, typer.Option(help="Another pose network, an ONNX file.")] = None,
    signs: Annotated[Path | None, typer.Option(help="A folder for straightened pictures of signs.")] = None,
    ocr: Annotated[
        str, typer.Option(help="Who reads signs for a hint: tesseract, an ONNX file, none; auto: tesseract if there.")
    ] = "auto",
    patience_s: Annotated[
        float, typer.Option("--patience", help="For so long a stream that died is tried again, s.")
    ] = 10.0,
    json: Json = False,
) -> None:
    """Eyes alone: find and follow people, read their joints, report HANDS_UP."""
    from safeconduct.runtime.watch import run_watch

    raise typer.Exit(run_watch(source, out, json, detector, pose, signs, ocr, patience_s))


@app.command()
def world(
    out: Annotated[Path, typer.Option(help="A new or empty folder.")],
    scenario: Annotated[str, typer.Option(help="A scenario's name, or a .toml file of your own.")] = "first-walk",
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same files.")] = 1,
    pictures: Annotated[int, typer.Option(min=1, help="How many pictures.")] = 120,
    clips: Annotated[int, typer.Option(min=0, help="How many clips, 25 pictures a second.")] = 4,
    seconds: Annotated[float, typer.Option(help="How long each clip is.")] = 6.0,
    size: Annotated[str, typer.Option(help="Of the pictures, px.")] = "960x540",
    views: Annotated[
        str, typer.Option(help="drone: as the mission's camera sees; around: random views about people.")
    ] = "drone",
    gestures: Annotated[
        bool, typer.Option("--gestures", help="Instead: contact sheets of every gesture, for a person to look at.")
    ] = False,
    json: Json = False,
) -> None:
    """Labelled pictures and clips of the simulated world, for training and testing eyes."""
    from safeconduct.runtime.outtakes import WorldOptions
    from safeconduct.runtime.world import run_gestures, run_world

    if gestures:
        finish(run_gestures(out), json, True)
    options = WorldOptions(scenario, seed, pictures, clips, seconds, size, cast(Any, views))
    finish(run_world(out, options), json, True)
