"""A mission in driven time: the simulated clock waits for everybody, so a slow machine is slow and never wrong.

The same loop serves the demo (at any speed, over MAVLink to the twin's process), campaigns (in process, as fast as it
goes), drills and tests. One round is 0.1 s of mission time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Event as Woken
from typing import Protocol, runtime_checkable

from safeconduct.model.commands import Command
from safeconduct.model.events import Event, Tick
from safeconduct.model.vocabulary import Phase
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.surroundings import Surroundings
from safeconduct.runtime.voicing import Voice
from safeconduct.runtime.watchers import Watcher
from safeconduct.sim.seen import AircraftTruth

ROUND_NS = 100_000_000
_BEHIND_MAX_S = 2.0


class FlyingAircraft(Protocol):
    """An aircraft of a driven mission: the vehicle's verbs, and where it really is."""

    def obey(self, command: Command, t_ns: int) -> None: ...

    def poll(self, t_ns: int) -> list[Event]: ...

    def truth(self) -> AircraftTruth: ...


class Operator(Protocol):
    """Who decides: a simulated one, or the pages' (`runtime.at_the_page.PageOperator`)."""

    def consider(self, t_ns: int, commands: Iterable[Command], events: Iterable[Event] = ()) -> Sequence[Event]:
        """Take in what the station shows now; return what was decided by now, oldest first."""


@runtime_checkable
class PromptOperator(Operator, Protocol):
    """A human, whose word does not wait for the next round: `runtime.at_the_page.PageOperator`."""

    def decided(self, t_ns: int) -> Sequence[Event]:
        """What was decided since the last call, STOP first."""

    def wake_with(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever something was decided, from any thread."""


class Looks(Protocol):
    """Eyes of a driven mission that look at pictures: `runtime.pictures.Pictures`."""

    def look(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]: ...


def rounds(
    mission: Mission,
    aircraft: FlyingAircraft,
    world: Surroundings,
    operator: Operator,
    watchers: Sequence[Watcher],
    opening: Event,
    eyes: Looks | None = None,
    voice: Voice | None = None,
    hurry: Callable[[], None] = lambda: None,
    clock_ns: Callable[[], int] | None = None,
) -> Iterator[int]:
    """Fly; yields the mission time after each round. The caller decides when to stop taking rounds.

    eyes: look at pictures; None: the world itself reports what there is to see. operator: a human is asked last before
    each round. hurry: called after his decision was obeyed, so that the aircraft hears it before the next round.
    clock_ns: whose time a round has when it is taken; None: driven time, 0.1 s after the one before.
    """
    human = operator if isinstance(operator, PromptOperator) else None
    t_ns = opening.t_ns
    events: list[Event] = [opening]
    decided: Sequence[Event] = ()
    while True:
        commands: list[Command] = []
        for event in events:
            commands.extend(mission.take(event))
        mission.commit()
        for command in commands:
            aircraft.obey(command, t_ns)
            world.perform(command)
            if voice is not None:
                voice.obey(command, t_ns)
        if decided:
            hurry()
        for event in events:
            world.notice(event)
        choices = operator.consider(t_ns, commands, events)
        for watcher in watchers:
            watcher.watch(events, commands, mission.state)
        yield t_ns
        t_ns = t_ns + ROUND_NS if clock_ns is None else max(t_ns + 1, clock_ns())
        heard = aircraft.poll(t_ns)
        happened = world.advance(t_ns, aircraft.truth())
        seen = eyes.look(t_ns, aircraft.truth()) if eyes is not None else []
        said = voice.poll(t_ns) if voice is not None else []
        decided = human.decided(t_ns) if human is not None else ()
        events = [*heard, *said, *happened, *seen, *choices, *decided, Tick(t_ns)]


def run(
    flight: Iterator[int],
    done: Callable[[], bool],
    *,
    limit_s: float,
    speed: float | Callable[[], float | None] | None = None,
    human: PromptOperator | None = None,
) -> bool:
    """Take rounds until done, or until limit_s of mission time have passed (then False).

    speed: mission seconds a wall-clock second, or what tells it each round; None: as fast as it goes; 0: held.
    human: whose decision takes the next round at once; the rounds after it wait until the wall clock has caught up.
    """
    pace = speed if callable(speed) else lambda: speed
    woken = Woken()
    if human is not None:
        human.wake_with(woken.set)
    due_wall = time.monotonic()
    started_t_ns = last_t_ns = 0
    for t_ns in flight:
        started_t_ns = started_t_ns or t_ns
        if done():
            return True
        if (t_ns - started_t_ns) / 1e9 >= limit_s:
            return False
        while pace() == 0.0:
            time.sleep(0.05)
        if (factor := pace()) is not None:
            due_wall += (t_ns - last_t_ns) / 1e9 / factor if last_t_ns else 0.0
            ahead_s = due_wall - time.monotonic()
            if ahead_s > 0.002:
                # However many decisions come, mission time runs ahead by two rounds at most.
                time.sleep(max(0.0, ahead_s - 2 * ROUND_NS / 1e9 / factor))
                woken.wait(due_wall - time.monotonic())
                woken.clear()
            elif ahead_s < -_BEHIND_MAX_S:
                due_wall = time.monotonic()  # a slow machine is late, and does not run to catch up afterwards
        else:
            due_wall = time.monotonic()
        last_t_ns = t_ns
    return False


def closed_and_settled(mission: Mission, settle_s: float = 8.0) -> Callable[[], bool]:
    """Closed, and the aircraft had a moment to turn home."""

    def done() -> bool:
        state = mission.state
        return state.phase is Phase.CLOSED and (state.t_ns - state.phase_since_t_ns) / 1e9 >= settle_s

    return done
