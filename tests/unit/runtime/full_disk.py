"""A live flight on a disk that is full: run as a program of its own, since the limit is the whole process's.

Arguments: the vehicle's address and a folder for the record. Prints what the vehicle was told while the disk was full,
and after there was room again.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command, Launch
from safeconduct.model.events import CommandDone, Event, MissionOpened, RecordTrouble
from safeconduct.model.plan import Settings
from safeconduct.runtime.live import LiveFlight, steady_clock
from safeconduct.runtime.mission import Mission
from safeconduct.sim import ScriptedOperator, World, load_scenario
from safeconduct.sim.twin import TWIN_OPTIONS
from safeconduct.vehicle import MavlinkAircraft
from safeconduct.witness import Recorder

ROOM_BYTES = 700  # the first batch fits only in part
STAYS_FULL_S = 1.5
GIVE_UP_S = 45.0


class Vehicle(MavlinkAircraft):
    """The real driver, which also notes what it was told."""

    def obey(self, command: Command, t_ns: int) -> None:
        obeyed.append(type(command).__name__)
        super().obey(command, t_ns)


class Disk:
    """Full until a launch has been decided for a while; looks on like a transcript."""

    def __init__(self) -> None:
        self.began_s = time.monotonic()
        self.decided_s = 0.0
        self.obeyed_while_full: list[str] | None = None
        self.told: set[type[Event]] = set()
        _, self._hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, self._hard))

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        now_s = time.monotonic()
        self.told |= {type(event) for event in events}
        if not self.decided_s and any(isinstance(command, Launch) for command in commands):
            self.decided_s = now_s
        if self.decided_s and self.obeyed_while_full is None and now_s - self.decided_s > STAYS_FULL_S:
            self.obeyed_while_full = list(obeyed)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self._hard, self._hard))

    def done(self) -> bool:
        return CommandDone in self.told or time.monotonic() - self.began_s > GIVE_UP_S


obeyed: list[str] = []


def main(url: str, record: Path) -> None:
    scenario, clock_ns = load_scenario("short-walk"), steady_clock()
    plan = scenario.plan()
    with Recorder.create(record) as recorder:
        disk = Disk()
        aircraft = Vehicle(plan.frame, TWIN_OPTIONS)
        flight = LiveFlight(
            Mission(recorder),
            aircraft,
            World(scenario, 1),
            ScriptedOperator(scenario, 1),
            [disk],
            clock_ns,
            recorder.free_bytes,
        )
        opening = MissionOpened(clock_ns(), plan, Settings(), scenario.name, 1, url)
        asyncio.run(flight.fly(url, [opening], disk.done))
    print(
        json.dumps(
            {
                "obeyed_while_full": disk.obeyed_while_full,
                "obeyed": sorted(set(obeyed)),
                "told_of_it": RecordTrouble in disk.told,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
