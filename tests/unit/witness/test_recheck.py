"""A record replays: the same facts give the same decisions, and where they do not, the line is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from safeconduct.model.commands import Alert, AnyCommand, Command, PhaseEntered, Steer
from safeconduct.model.events import AnyEvent, Event, MissionOpened, MissionResumed, Tick, VehicleText
from safeconduct.model.geometry import ZERO, Enu, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.model.plan import Plan, Settings
from safeconduct.model.vocabulary import Phase
from safeconduct.witness import LOG, ChainBroken, Recorder, rebuild, recheck, values

PLAN = Plan("field", Wgs84(48.6, 38.0, 120.0), ZERO, Enu(0.0, 950.0, 0.0), ())


def answer(state: int, fact: AnyEvent) -> tuple[int, tuple[AnyCommand, ...]]:
    """A pure core that is small enough to read: it counts, and steers at every tick."""
    state += 1
    if isinstance(fact, MissionOpened):
        return state, (PhaseEntered(fact.t_ns, Phase.WATCH, "opened"),)
    if isinstance(fact, Tick):
        return state, (Steer(fact.t_ns, Enu(state, 0.0, 5.0)), Steer(fact.t_ns, Enu(state, 1.0, 5.0)))
    return state, ()


def steps(count: int) -> Iterator[tuple[AnyEvent, tuple[AnyCommand, ...]]]:
    state = 0
    for n in range(count):
        t_ns = SIMULATED_START_NS + n
        fact: AnyEvent = Tick(t_ns) if n % 3 == 0 else VehicleText(t_ns, "a", 6, "flying")
        fact = MissionOpened(t_ns, PLAN, Settings(), seed=7) if n == 0 else fact
        state, commands = answer(state, fact)
        yield fact, commands


def batch(fact: Event, commands: Sequence[Command]) -> list[Event | Command]:
    return [fact, *commands]


def write(folder: Path, count: int) -> Path:
    with Recorder.create(folder, durable=False) as recorder:
        for fact, commands in steps(count):
            recorder.append(batch(fact, commands))
    return folder


def test_an_honest_record_is_identical(tmp_path: Path) -> None:
    replay = recheck(write(tmp_path / "r", 40), answer, 0)
    assert replay.identical
    assert replay.events == 40
    assert replay.commands == sum(len(commands) for _, commands in steps(40))
    assert replay.first_difference is None


def test_the_state_is_where_it_was(tmp_path: Path) -> None:
    assert rebuild(write(tmp_path / "r", 40), answer, 0)[0] == 40


def test_facts_and_decisions_come_back_in_order(tmp_path: Path) -> None:
    record = write(tmp_path / "r", 10)
    assert list(values(record)) == [value for fact, commands in steps(10) for value in (fact, *commands)]


def test_a_core_that_decides_otherwise_is_shown_with_line_and_both_answers(tmp_path: Path) -> None:
    def other(state: int, fact: AnyEvent) -> tuple[int, tuple[AnyCommand, ...]]:
        state, commands = answer(state, fact)
        if state == 7:
            commands = (commands[0], Steer(fact.t_ns, Enu(7.0, 1.001, 5.0)))
        return state, commands

    replay = recheck(write(tmp_path / "r", 40), other, 0)
    assert not replay.identical
    first = replay.first_difference
    assert first is not None
    assert first.recorded is not None
    assert first.computed is not None
    assert "1.001" in first.computed
    assert "1.001" not in first.recorded
    assert first.event.startswith("tick")
    assert f"line {first.line - 2}" in first.event


def test_a_command_that_the_core_would_not_give_is_a_difference(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r", durable=False) as recorder:
        recorder.append([Tick(SIMULATED_START_NS), Alert(SIMULATED_START_NS, "info", "x", "x")])
    first = recheck(tmp_path / "r", lambda state, fact: (state, ()), 0).first_difference
    assert first is not None
    assert first.computed is None


def test_a_command_that_is_missing_in_the_middle_is_a_difference(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r", durable=False) as recorder:
        for fact, commands in steps(10):
            recorder.append(batch(fact, commands[:1]))
    first = recheck(tmp_path / "r", answer, 0).first_difference
    assert first is not None
    assert first.recorded is None


@pytest.mark.parametrize("kept", [0, 1, 2])
@pytest.mark.parametrize("resumed", [False, True])
def test_a_crash_between_an_event_and_its_commands_is_no_difference(tmp_path: Path, kept: int, resumed: bool) -> None:
    """What was not durable was not carried out."""
    *before, (fact, commands) = steps(10)
    assert len(commands) == 2
    with Recorder.create(tmp_path / "r", durable=False) as recorder:
        for earlier in before:
            recorder.append(batch(*earlier))
        recorder.append(batch(fact, commands[:kept]))
        if resumed:
            recorder.append([MissionResumed(fact.t_ns, 4.0, "killed")])
    replay = recheck(tmp_path / "r", answer, 0)
    assert replay.identical, replay.first_difference
    assert replay.events == 10 + resumed


def test_a_changed_record_is_refused_and_not_replayed(tmp_path: Path) -> None:
    record = write(tmp_path / "r", 40)
    log = record / LOG
    log.write_bytes(log.read_bytes().replace(b'"seed":7', b'"seed":9'))
    with pytest.raises(ChainBroken):
        recheck(record, answer, 0)


def test_a_record_of_another_version_is_named_as_such(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r", durable=False) as recorder:
        recorder.append([Tick(5)])
    log = tmp_path / "r" / LOG
    log.write_bytes(log.read_bytes().replace(b'"kind":"tick"', b'"kind":"tock"'))
    with pytest.raises(ChainBroken, match=r"line 1: no event of this version.*tock"):
        recheck(tmp_path / "r", answer, 0)
