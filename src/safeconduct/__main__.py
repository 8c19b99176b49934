"""The command line: `safeconduct VERB`. Names, options and JSON keys are a contract (docs/reference/cli.md).

Human text goes to stderr. With --json the last line of stdout is one JSON object. Exit codes: 0 done, 1 the check says
no, 2 bad usage or bad input (one line that names the place and the mend). The verbs themselves stand in `verbs/`.
"""

from __future__ import annotations

import sys
from typing import Any, cast

import typer

from safeconduct.verbs import app


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
