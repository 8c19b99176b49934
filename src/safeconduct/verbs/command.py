"""What every verb shares: the application, `--json`, exit codes, how a speed is read.

Names, options and JSON keys are a contract (docs/reference/cli.md). Rooms are imported by the verb that needs them, so
that `--help` is quick.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any, NoReturn

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


def finish(report: Any, as_json: bool, well: bool) -> NoReturn:
    if as_json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
        sys.stdout.flush()
    raise typer.Exit(0 if well else 1)


def speed_of(text: str) -> float | None:
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
