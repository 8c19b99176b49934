"""The verbs of the command line, by what they are about. Importing this room gives `app` all of them."""

from __future__ import annotations

from safeconduct.verbs import benches, eyes, missions, outside, plans, records, words
from safeconduct.verbs.command import app

_ORDER = (missions, plans, eyes, words, outside, records, benches)
"""As `--help` shows them: the mission first."""

app.registered_commands.sort(
    key=lambda command: [room.__name__ for room in _ORDER].index(getattr(command.callback, "__module__", ""))
)

__all__ = ["app"]
