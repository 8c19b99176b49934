"""What a rehearsal keeps beside its record, so that it can go on after a crash: the simulated world and operator.

This is scenery, not evidence: the record proves itself without it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.model.faults import BadInput
from safeconduct.sim import ScriptedOperator, World

EyesOn = Literal["camera", "truth"]
"""What a rehearsal's eyes read: pictures, or the truth with the limits and the noise of a camera."""

FILE = "rehearsal.json"
KEEP_EVERY_NS = 5_000_000_000


class Rehearsal(msgspec.Struct, frozen=True):
    scenario: str
    seed: int
    world: dict[str, Any]
    operator: dict[str, Any]
    eyes: EyesOn = "truth"


class KeepsRehearsal:
    """A watcher that writes the scenery down every five seconds of mission time."""

    def __init__(
        self,
        folder: Path,
        scenario: str,
        seed: int,
        world: World,
        operator: ScriptedOperator,
        eyes: EyesOn = "truth",
    ) -> None:
        self._file = folder / FILE
        self._scenario = scenario
        self._seed = seed
        self._world = world
        self._operator = operator
        self._eyes = eyes
        self._kept_t_ns = 0
        if not self._file.exists():
            self._keep()  # before the first entry: no moment to die in without being able to go on

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:  # noqa: ARG002
        if state.t_ns - self._kept_t_ns < KEEP_EVERY_NS:
            return
        self._kept_t_ns = state.t_ns
        self._keep()

    def _keep(self) -> None:
        scenery = Rehearsal(self._scenario, self._seed, self._world.snapshot(), self._operator.snapshot(), self._eyes)
        beside = self._file.with_suffix(".new")
        try:
            beside.write_bytes(msgspec.json.encode(scenery))
            os.replace(beside, self._file)
        except OSError:
            return  # a full disk must not end a mission for the sake of its scenery


def read_rehearsal(folder: Path) -> Rehearsal:
    """Raises BadInput: none there, or not readable."""
    file = folder / FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=Rehearsal)
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(str(file), f"cannot be read ({error})", "only a rehearsal can be resumed by `demo`") from error
