"""The command line: `safeconduct VERB`. Names, options and JSON keys are a contract (docs/reference/cli.md).

Human text goes to stderr. With --json the last line of stdout is one JSON object. Exit codes: 0 done, 1 the check says
no, 2 bad usage or bad input (one line that names the place and the mend). Rooms are imported by the verb that needs
them, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast

import typer

from safeconduct import __version__

app = typer.Typer(
    name="safeconduct",
    help="Accept a surrender, or lead the lost out, safely, and prove what happened.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="The last line of stdout is one JSON object.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Accept a surrender, or lead the lost out, safely, and prove what happened."""


def _finish(report: Any, as_json: bool, well: bool) -> NoReturn:
    if as_json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
        sys.stdout.flush()
    raise typer.Exit(0 if well else 1)


def _speed(text: str) -> float | None:
    from safeconduct.model.faults import BadInput

    if text == "max":
        return None
    try:
        factor = float(text)
    except ValueError:
        factor = -1.0
    if not 0.01 <= factor <= 1000.0:
        raise BadInput(f"--speed {text}", "is no speed", "give `max`, or a factor like 1 or 20")
    return factor


@app.command()
def demo(
    scenario: Annotated[str, typer.Option(help="A scenario's name, or a .toml file of your own.")] = "first-walk",
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same mission.")] = 1,
    speed: Annotated[
        str | None,
        typer.Option(help="Mission seconds in a second, or `max`; 20, or 1 when a human decides. Real autopilots: 1."),
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="No page is served, unless --page says so.")] = False,
    page: Annotated[
        bool | None, typer.Option("--page/--no-page", help="Serve the operator's page, on this machine only.")
    ] = None,
    open_page: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open the page in a browser; by itself where one can be seen."),
    ] = None,
    operator: Annotated[
        str | None, typer.Option(help="Who decides: page or simulated; page where a browser is opened.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Of the page; else 8765 or any other.")] = None,
    eyes: Annotated[
        str, typer.Option(help="camera: rendered pictures, read by the real eyes; truth: quick, for campaigns.")
    ] = "camera",
    vehicle: Annotated[str | None, typer.Option(help="A real autopilot flies, e.g. udpin:127.0.0.1:14550.")] = None,
    record: Annotated[
        Path | None, typer.Option(help="The record's folder; an interrupted one is taken up again.")
    ] = None,
    note_servo: Annotated[int | None, typer.Option(help="With --vehicle: servo channel of the note's slot.")] = None,
    gripper: Annotated[bool, typer.Option("--gripper", help="With --vehicle: a gripper holds the note.")] = False,
    vehicle_battery: Annotated[
        bool, typer.Option("--vehicle-battery", help="With --vehicle: use its own battery, not the scenario's.")
    ] = False,
    system_id: Annotated[int | None, typer.Option(help="With --vehicle: insist on this system id.")] = None,
    json: Json = False,
) -> None:
    """A whole mission in the simulated world, over real MAVLink."""
    from safeconduct.model.faults import BadInput
    from safeconduct.runtime.demo import DemoOptions, run_demo, vehicle_options
    from safeconduct.runtime.demo_report import ended_well
    from safeconduct.runtime.display import page_wishes

    if eyes not in {"camera", "truth"}:
        raise BadInput(f"--eyes {eyes}", "is no kind of eyes", "give camera or truth")
    wishes = page_wishes(headless, page, open_page, operator)
    options = DemoOptions(
        scenario=scenario,
        seed=seed,
        speed=_speed(speed if speed is not None else "1" if wishes.human else "20"),
        eyes=cast(Any, eyes),
        vehicle=vehicle,
        record=record,
        own_battery=vehicle_battery,
        vehicle_options=vehicle_options(note_servo, gripper, system_id),
        page=wishes.served,
        open_browser=wishes.shown,
        human=wishes.human,
        port=port,
    )
    report = run_demo(options)
    _finish(report, json, ended_well(report))


@app.command()
def audit(
    vehicle: Annotated[str, typer.Option(help="e.g. udpin:127.0.0.1:14550, tcp:HOST:PORT, serial:/dev/ttyACM0:57600")],
    json: Json = False,
) -> None:
    """Preflight: would the death of this program leave the aircraft in a defined, safe state?"""
    from safeconduct.runtime.audit import run_audit

    raise typer.Exit(run_audit(vehicle, json))


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
    _finish(report, json, report["shown"])


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
    _finish(report, json, report.identical)


@app.command()
def verify(record: Annotated[Path, typer.Argument(help="The folder of a record.")], json: Json = False) -> None:
    """Is the record as it was written?"""
    from safeconduct.runtime.replay import run_verify

    report = run_verify(record)
    _finish(report, json, report.ok)


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
    _finish(run_note(wishes), json, True)


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
        _finish(found, json, found.ok)
    if not phrase:
        raise BadInput("say", "no phrase is named", "see `safeconduct say --list`")
    wishes = SayWishes(phrase, language, through, recordings, tuple(piper or ()), tuple(phrases or ()), out, no_fire)
    report = run_say(wishes)
    _finish(report, json, report.said)


@app.command()
def plan(
    plan: Annotated[Path, typer.Argument(help="GeoJSON or KML.")],
    out: Annotated[Path | None, typer.Option(help="Write it out again as GeoJSON.")] = None,
    json: Json = False,
) -> None:
    """Read a plan: what is wrong with it, or how long and how exposed the way is."""
    from safeconduct.runtime.plan import run_plan

    _finish(run_plan(plan, out), json, True)


@app.command()
def drill(
    faults: Annotated[int, typer.Option(min=1, help="How many faults.")] = 200,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 2,
    json: Json = False,
) -> None:
    """Injected faults: kill -9 in every phase, lost links, reboots, lost positions, other modes, lost people."""
    from safeconduct.runtime.drill import run_drill

    report = run_drill(faults, seed, jobs)
    _finish(report, json, report.passed)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="core, flight, eyes, signs, talk or world.")],
    json: Json = False,
    short: Annotated[bool, typer.Option("--short", help="Fewer repetitions.")] = False,
) -> None:
    """One claim measured beside its anchor in the same run."""
    from safeconduct.runtime.benches import run_bench

    _finish(run_bench(name, short), json, True)


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
        _finish(run_gestures(out), json, True)
    options = WorldOptions(scenario, seed, pictures, clips, seconds, size, cast(Any, views))
    _finish(run_world(out, options), json, True)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def twin(ctx: typer.Context) -> None:
    """The aircraft's twin as a process of its own on UDP (`safeconduct twin --help`)."""
    from safeconduct.runtime.twin import run_twin

    raise typer.Exit(run_twin(ctx.args))


def main() -> None:
    """Entry point; bad input and bad usage are one line and exit code 2, never a traceback."""
    from safeconduct.model.faults import BadInput

    usage_error = cast(
        type[Exception], typer.BadParameter.__mro__[1]
    )  # where it lives differs between versions of typer
    try:
        code = app(prog_name="safeconduct", standalone_mode=False)
    except BadInput as bad:
        sys.stderr.write(f"safeconduct: {bad}\n")
        sys.exit(2)
    except usage_error as wrong:
        _say_usage(wrong)
        sys.exit(2)
    except typer.Abort:
        sys.stderr.write("safeconduct: stopped\n")
        sys.exit(1)
    sys.exit(code)


def _say_usage(wrong: Any) -> None:
    """One line; but the whole help to who named no verb at all."""
    said = wrong.format_message().rstrip(".\n")
    verb = wrong.ctx.command_path if wrong.ctx is not None else "safeconduct"
    sys.stderr.write(f"{said}\n" if "\n" in said else f"safeconduct: {said}; see `{verb} --help`\n")


if __name__ == "__main__":
    main()
