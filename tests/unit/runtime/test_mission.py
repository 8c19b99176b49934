"""Nothing acts before it is recorded: the loop that drives a mission, and what it does when the disk says no."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from safeconduct.conduct import OPENING, step
from safeconduct.model.commands import Command
from safeconduct.model.events import Event, MissionOpened, Tick
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.runtime.driven import closed_and_settled, rounds, run
from safeconduct.runtime.mission import Mission, NoJournal
from safeconduct.sim import ScriptedOperator, World
from safeconduct.sim.twin import Autopilot, DirectAircraft, TwinSettings
from safeconduct.witness import LOG, Recorder, RecordFailed, values
from unit.runtime.staged import SCENARIO, begun

PLAN = SCENARIO.plan()
OPENING_EVENT = MissionOpened(SIMULATED_START_NS, PLAN, Settings(), SCENARIO.name, 1, "direct")


class Watched(DirectAircraft):
    """The twin without bytes, which also notes what it was told and how much of the record was on the disk then."""

    def __init__(self, record: Path) -> None:
        super().__init__(Autopilot(TwinSettings(home=PLAN.anchor, seed=1)))
        self._log = record / LOG
        self.obeyed: list[tuple[Command, int]] = []

    def obey(self, command: Command, t_ns: int) -> None:
        self.obeyed.append((command, self._log.stat().st_size))
        super().obey(command, t_ns)


def test_what_the_core_answers_is_on_the_disk_only_after_the_commit(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r", durable=False) as recorder:
        mission = Mission(recorder)
        answer = mission.take(OPENING_EVENT)
        assert (tmp_path / "r" / LOG).read_bytes() == b""
        mission.commit()
        assert list(values(tmp_path / "r")) == [OPENING_EVENT, *answer]
    assert (mission.state, answer) == step(OPENING, OPENING_EVENT)


def test_every_command_was_on_the_disk_before_the_aircraft_obeyed_it(tmp_path: Path) -> None:
    record = tmp_path / "r"
    with Recorder.create(record, durable=False) as recorder:
        mission, aircraft = Mission(recorder), Watched(record)
        world, operator = World(SCENARIO, 1), ScriptedOperator(SCENARIO, 1)
        list(islice(rounds(mission, aircraft, world, operator, [], OPENING_EVENT), 250))
    lines = (record / LOG).read_bytes().splitlines(keepends=True)
    ends: list[int] = []
    for line in lines:
        ends.append((ends[-1] if ends else 0) + len(line))
    recorded = [(v, end) for v, end in zip(values(record), ends, strict=True) if isinstance(v, Command)]
    assert len(aircraft.obeyed) > 20
    assert [command for command, _ in aircraft.obeyed] == [command for command, _ in recorded]
    assert all(had >= end for (_, had), (_, end) in zip(aircraft.obeyed, recorded, strict=True))


def test_when_the_record_fails_nothing_of_that_round_acts_or_is_shown(tmp_path: Path) -> None:
    recorder = Recorder.create(tmp_path / "r", durable=False)
    mission, aircraft = Mission(recorder), Watched(tmp_path / "r")
    seen: list[Event] = []

    class Looks:
        def watch(self, events: list[Event], *_: object) -> None:
            seen.extend(events)

    world, operator = World(SCENARIO, 1), ScriptedOperator(SCENARIO, 1)
    flight = rounds(mission, aircraft, world, operator, [Looks()], OPENING_EVENT)  # type: ignore[list-item]
    list(islice(flight, 200))
    obeyed, looked = len(aircraft.obeyed), len(seen)
    assert obeyed > 0
    recorder.close()  # the disk is gone
    with pytest.raises(RecordFailed):
        next(flight)
    assert len(aircraft.obeyed) == obeyed
    assert len(seen) == looked


def test_a_run_ends_when_it_is_done_or_when_its_time_is_over() -> None:
    def flight(rounds_: int) -> list[int]:
        return [SIMULATED_START_NS + i * NS // 10 for i in range(rounds_)]

    taken: list[bool] = []

    def after_three() -> bool:
        taken.append(True)
        return len(taken) == 3

    assert run(iter(flight(100)), after_three, limit_s=60.0)
    assert len(taken) == 3
    assert not run(iter(flight(100)), lambda: False, limit_s=2.0)
    assert not run(iter(flight(5)), lambda: False, limit_s=60.0)
    assert not run(iter(flight(5)), lambda: False, limit_s=60.0, speed=1000.0)


def test_a_mission_is_over_only_when_it_is_closed_and_the_aircraft_has_turned_home(tmp_path: Path) -> None:
    stage, mission = begun(tmp_path / "r", 3.0)
    stage.recorder.close()
    assert not closed_and_settled(mission)()
    assert not closed_and_settled(mission, settle_s=0.0)()


def test_a_campaign_keeps_no_journal_and_decides_the_same() -> None:
    mission = Mission(NoJournal())
    mission.take(OPENING_EVENT)
    mission.take(Tick(SIMULATED_START_NS))
    mission.commit()
    state, _ = step(step(OPENING, OPENING_EVENT)[0], Tick(SIMULATED_START_NS))
    assert mission.state == state
