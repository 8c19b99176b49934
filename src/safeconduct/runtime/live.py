"""A mission on the wall clock: a real autopilot (or a twin that runs free) over a real link.

One task carries bytes, one takes a round every 0.1 s: events in, decisions out, on the disk before they act. What a
human decides takes the next round at once. Writing to the disk happens in a thread, so that a slow disk delays a
decision and never the stream of setpoints.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol

from msgspec.structs import replace

from safeconduct.model.commands import Command, Steer
from safeconduct.model.events import Event, LinkHealth, RecordTrouble, Telemetry, Tick
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import ZERO
from safeconduct.model.mission_time import NS
from safeconduct.runtime.driven import Operator, PromptOperator
from safeconduct.runtime.lockstep import truth_from
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.surroundings import Surroundings
from safeconduct.runtime.voicing import Voice
from safeconduct.runtime.wall_clock import WallClock
from safeconduct.runtime.watchers import Watcher
from safeconduct.sim import AircraftTruth
from safeconduct.vehicle import Carrier, MavlinkAircraft, open_link
from safeconduct.witness import RecordFailed

ROUND_NS = NS // 10
_PROMPT_NS = NS // 100  # apart at least, however many decisions come
SILENT_FOR_S = 20.0
GIVE_UP_LINK_S = 180.0
LOW_DISK_BYTES = (40_000_000, 7_000_000)  # an hour of log, ten minutes of it
_STALE_STEER_NS = NS // 2
_GIVE_UP_RECORDING_S = 30.0


class LooksLive(Protocol):
    """Eyes on the wall clock: `look` never waits, and returns what was read by then."""

    def look(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]: ...


class LinkDead(Exception):
    """The aircraft has not been heard for minutes; the text says how it goes on."""


def steady_clock() -> Callable[[], int]:
    """UTC nanoseconds that never jump: the wall clock once, then the monotonic one."""
    offset = time.time_ns() - time.monotonic_ns()
    return lambda: time.monotonic_ns() + offset


class LiveFlight:
    """One live mission. `fly` returns when `done()` says so, or raises what ended it; the aircraft then hovers."""

    def __init__(
        self,
        mission: Mission,
        aircraft: MavlinkAircraft,
        world: Surroundings,
        operator: Operator,
        watchers: Sequence[Watcher],
        clock_ns: Callable[[], int],
        free_bytes: Callable[[], int],
    ) -> None:
        self._free_bytes = free_bytes
        self._rounds_until_look = 0
        self._wall_clock = WallClock()
        self._warned_at_bytes = LOW_DISK_BYTES[0] + 1
        self._mission = mission
        self._aircraft = aircraft
        self._world = world
        self._operator = operator
        self._watchers = watchers
        self._clock_ns = clock_ns
        self._inbox: list[Event] = []
        self._waiting: list[Command] = []
        self._failing_since_ns: int | None = None
        self._truth = AircraftTruth(0, ZERO, ZERO, 0.0, False, False)
        self._endurance_s = 0.0
        self._charge_s = 0.0
        self._flown_t_ns = 0
        self._eyes: LooksLive | None = None
        self._voice: Voice | None = None
        self._human = operator if isinstance(operator, PromptOperator) else None

    def look_with(self, eyes: LooksLive) -> None:
        """Let eyes that look at pictures report what the world itself would."""
        self._eyes = eyes

    def speak_with(self, voice: Voice) -> None:
        """Let phrases be played; without a voice they are only shown."""
        self._voice = voice

    def rehearse_battery(self, endurance_s: float, charge_pct: float = 100.0) -> None:
        """Let the scenario's battery stand in for the vehicle's: a simulator's own would end long before the walk.

        The vehicle's failsafes still see its own.
        """
        self._endurance_s = endurance_s
        self._charge_s = endurance_s * charge_pct / 100.0

    async def fly(self, url: str, opening: Sequence[Event], done: Callable[[], bool]) -> None:
        """Raises BadInput: the link cannot be opened, or nobody answers on it."""
        async with open_link(url) as link:
            carrier = Carrier(link, self._aircraft, self._clock_ns)
            with ThreadPoolExecutor(1, "record") as disk:
                carrying = asyncio.create_task(carrier.run(self._inbox.extend))
                try:
                    await self._heard(url, carrying)
                    await self._rounds(list(opening), done, carrier, carrying, disk)
                finally:
                    self._aircraft.close(self._clock_ns())
                    carrier.flush()
                    carrying.cancel()
                    await asyncio.gather(carrying, return_exceptions=True)

    async def _heard(self, url: str, carrying: asyncio.Task[None]) -> None:
        for _ in range(round(SILENT_FOR_S * 20)):
            if self._aircraft.locked:
                return
            _raise_if_over(carrying)
            await asyncio.sleep(0.05)
        raise BadInput(url, f"no autopilot was heard for {SILENT_FOR_S:.0f} s", "check cable, port and power")

    async def _rounds(
        self,
        events: list[Event],
        done: Callable[[], bool],
        carrier: Carrier,
        carrying: asyncio.Task[None],
        disk: ThreadPoolExecutor,
    ) -> None:
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()
        if self._human is not None:
            self._human.wake_with(_from_any_thread(loop, woken))
        due_ns = events[0].t_ns
        while True:
            commands: list[Command] = []
            for event in events:
                commands.extend(self._mission.take(event))
            durable = await loop.run_in_executor(disk, self._commit)
            self._waiting.extend(commands)
            if durable:
                self._act(carrier)
            self._aircraft.healthy(self._can_act(), self._clock_ns())
            for event in events:
                self._world.notice(event)
            choices = self._operator.consider(due_ns, commands, events)
            for watcher in self._watchers:
                watcher.watch(events, commands, self._mission.state)
            if done():
                return
            self._watch_link(events)
            _raise_if_over(carrying)
            due_ns = await self._due(due_ns, woken)
            decided = self._human.decided(due_ns) if self._human is not None else ()
            events = self._became_known(due_ns, [*choices, *decided])

    async def _due(self, last_ns: int, woken: asyncio.Event) -> int:
        """Wait for the next round's time: 0.1 s after the last, or now when a human has decided."""
        due_ns = max(last_ns + ROUND_NS, self._clock_ns() - ROUND_NS)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, (due_ns - self._clock_ns()) / NS)):
                await woken.wait()
            due_ns = min(due_ns, max(last_ns + _PROMPT_NS, self._clock_ns()))
            await asyncio.sleep(max(0.0, (due_ns - self._clock_ns()) / NS))
        woken.clear()
        return due_ns

    def _became_known(self, t_ns: int, choices: Sequence[Event]) -> list[Event]:
        heard = [self._with_battery(event) for event in self._inbox]
        self._inbox.clear()
        self._truth = truth_from(heard, self._truth, self._aircraft.lit, t_ns)
        trouble: list[Event] = []
        if self._failing_since_ns == 0:
            self._failing_since_ns = t_ns
            trouble.append(RecordTrouble(t_ns, "the record cannot be written: nothing acts until it can"))
        trouble.extend(self._look_at_disk(t_ns))
        trouble.extend(self._wall_clock.look(t_ns))
        happened = self._world.advance(t_ns, self._truth)
        seen = self._eyes.look(t_ns, self._truth) if self._eyes is not None else []
        said = self._voice.poll(t_ns) if self._voice is not None else []
        return [*heard, *said, *trouble, *happened, *seen, *choices, Tick(t_ns)]

    def _look_at_disk(self, t_ns: int) -> list[Event]:
        """Once in half a minute; each mark is told once. A record grows by about 40 MB an hour."""
        self._rounds_until_look -= 1
        if self._rounds_until_look > 0:
            return []
        self._rounds_until_look = 300
        free = self._free_bytes()
        mark = min((m for m in LOW_DISK_BYTES if free < m), default=None)
        if mark is None or mark >= self._warned_at_bytes:
            return []
        self._warned_at_bytes = mark
        minutes = free / LOW_DISK_BYTES[0] * 60.0
        return [RecordTrouble(t_ns, f"the disk is nearly full: the record has room for about {minutes:.0f} minutes")]

    def _with_battery(self, event: Event) -> Event:
        if not self._endurance_s or not isinstance(event, Telemetry):
            return event
        if event.armed and self._flown_t_ns:
            self._charge_s = max(self._charge_s - (event.t_ns - self._flown_t_ns) / NS, 0.0)
        self._flown_t_ns = event.t_ns
        pct = round(100.0 * self._charge_s / self._endurance_s, 1)
        return replace(event, battery_pct=pct, battery_s=round(self._charge_s, 1))

    def _commit(self) -> bool:
        try:
            self._mission.commit()
        except RecordFailed:
            if self._failing_since_ns is None:
                self._failing_since_ns = 0
            return False
        self._failing_since_ns = None
        return True

    def _act(self, carrier: Carrier) -> None:
        """Carry out what is durable; steers that waited for a slow disk are stale and let go."""
        now_ns = self._clock_ns()
        for command in self._waiting:
            if not isinstance(command, Steer) or now_ns - command.t_ns < _STALE_STEER_NS:
                self._aircraft.obey(command, now_ns)
            self._world.perform(command)
            if self._voice is not None:
                self._voice.obey(command, now_ns)
        self._waiting.clear()
        carrier.flush()

    def _watch_link(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, LinkHealth) and event.age_s > GIVE_UP_LINK_S:
                words = f"the aircraft has not been heard for {event.age_s:.0f} s: mend the link, then start again"
                raise LinkDead(f"{words} with the same --record")

    def _can_act(self) -> bool:
        """False once nothing could be recorded, and so nothing could act, for long: then the vehicle's failsafe."""
        since = self._failing_since_ns
        return not since or (self._clock_ns() - since) / NS < _GIVE_UP_RECORDING_S


def _from_any_thread(loop: asyncio.AbstractEventLoop, woken: asyncio.Event) -> Callable[[], None]:
    def wake() -> None:
        with suppress(RuntimeError):  # the mission is over, the page still open
            loop.call_soon_threadsafe(woken.set)

    return wake


def _raise_if_over(task: asyncio.Task[None]) -> None:
    if task.done():
        task.result()
        raise RuntimeError("the link's task ended by itself")
