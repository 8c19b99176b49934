"""Who looks on: the transcript, the tally, a test. They see each round after it became durable and change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Event


class Watcher(Protocol):
    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None: ...
