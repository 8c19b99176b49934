"""A live flight on a machine whose clock is set forward and back, and then drifts: run as a program of its own.

Arguments: the vehicle's address and a folder for the record. The clock that programs ask is exchanged for one that can
be set; nobody may set the real one of the machine that runs the tests.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Event, MissionOpened
from safeconduct.model.mission_time import NS
from safeconduct.model.plan import Settings
from safeconduct.runtime.live import LiveFlight, steady_clock
from safeconduct.runtime.mission import Mission
from safeconduct.sim import ScriptedOperator, World, load_scenario
from safeconduct.sim.twin import TWIN_OPTIONS
from safeconduct.vehicle import MavlinkAircraft
from safeconduct.witness import Recorder, station_key

real_ns = time.time_ns
FORWARD_AT, BACK_AT, DRIFTS_FROM, OVER_AT = 20, 40, 60, 90  # rounds


class Clock:
    """Sets itself as the mission goes on; looks on like a transcript."""

    def __init__(self) -> None:
        self.rounds = self.off_ns = 0

    def time_ns(self) -> int:
        return real_ns() + self.off_ns

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        self.rounds += 1
        self.off_ns += {FORWARD_AT: 3600 * NS, BACK_AT: -7200 * NS}.get(self.rounds, 0)
        if self.rounds >= DRIFTS_FROM:
            self.off_ns += NS // 20

    def done(self) -> bool:
        return self.rounds >= OVER_AT


def main(url: str, record: Path) -> None:
    scenario, clock = load_scenario("short-walk"), Clock()
    time.time_ns = clock.time_ns
    mission_ns, plan = steady_clock(), scenario.plan()
    with Recorder.create(record) as recorder:
        recorder.sign_with(station_key(record.with_name("keys"), {}))
        flight = LiveFlight(
            Mission(recorder),
            MavlinkAircraft(plan.frame, TWIN_OPTIONS),
            World(scenario, 1),
            ScriptedOperator(scenario, 1),
            [clock],
            mission_ns,
            recorder.free_bytes,
        )
        opening = MissionOpened(mission_ns(), plan, Settings(), scenario.name, 1, url)
        asyncio.run(flight.fly(url, [opening], clock.done))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
