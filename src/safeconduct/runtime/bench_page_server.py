"""The page's server in a process of its own, as `bench page` measures it: a camera, and missions that are really flown.

Started by `Served`; it answers a few questions over a pipe and ends with it.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from threading import Event as Flag
from threading import Thread
from typing import Any

import msgspec

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.runtime.bench_page_anchors import anchor_routes
from safeconduct.runtime.bench_page_film import Camera
from safeconduct.runtime.campaign_mission import fly_through
from safeconduct.runtime.serving import serving
from safeconduct.sim import load_scenario
from safeconduct.station.page import Board, Desk, Reel, Station, shade


class Wish(msgspec.Struct, frozen=True):
    """speed: mission seconds a second, None as fast as it goes. every_s: how often pages are told, at most."""

    scenario: str = "first-walk"
    speed: float | None = 1.0
    every_s: float = 0.1


class Asked:
    """The other end of the pipe: what the bench may ask of the server."""

    def __init__(self, pipe: Connection, address: str) -> None:
        self._pipe, self.address = pipe, address

    def _ask(self, what: str) -> Any:
        self._pipe.send(what)
        return self._pipe.recv()

    def processor_s(self) -> float:
        return float(self._ask("processor_s"))

    def captured_ns(self) -> dict[int, int]:
        """The time of the wall at which each picture was taken, by its number."""
        return dict(self._ask("captured_ns"))

    def flown_s(self) -> float:
        """Mission time since the start."""
        return float(self._ask("flown_s"))

    def told(self) -> int:
        """Rounds that the board was told."""
        return int(self._ask("told"))


@contextmanager
def page_served(wish: Wish) -> Iterator[Asked]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, wish), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Asked(ours, ours.recv())
    finally:
        ours.close()
        process.join(timeout=15.0)
        if process.is_alive():
            process.kill()


def serve(pipe: Connection, wish: Wish) -> None:
    """In the new process: until the other end of the pipe is closed."""
    scenario = load_scenario(wish.scenario)
    plan = scenario.plan()
    missions = _Missions(wish)
    desk = Desk(time.monotonic, simulated=True, paced=False, speed=wish.speed)
    reel, camera = Reel(), Camera()
    camera.show_to(lambda _, picture: reel.show(missions.t_ns, picture, ()))
    station = Station(
        missions.board,
        desk,
        reel,
        simulated=True,
        software="bench page",
        shade=shade(plan, scenario.laid_ground.field_m),
        routes=anchor_routes(camera),
        every_s=wish.every_s,
    )
    answers: dict[str, Callable[[], Any]] = {
        "processor_s": time.process_time,
        "captured_ns": lambda: list(camera.captured_ns),
        "flown_s": lambda: missions.flown_s,
        "told": lambda: missions.board.rounds,
    }
    try:
        with serving(station, 0) as address:
            missions.begin()
            pipe.send(address)
            while True:
                pipe.send(answers[pipe.recv()]())
    except (EOFError, OSError):
        pass  # the bench is through
    finally:
        missions.end()
        camera.close()
        reel.close()


class _Missions:
    """One mission after the other for one board: to its pages it is one that goes on for hours."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._over = Flag()
        self._began_s = 0.0
        self._before_s = 0.0
        self._first_t_ns = 0
        self.t_ns = 0
        self.board = Board(lambda: self.board.rounds)
        self._thread = Thread(target=self._fly, name="bench missions", daemon=True)

    @property
    def flown_s(self) -> float:
        return self._before_s + (self.t_ns - self._first_t_ns) / 1e9

    def begin(self) -> None:
        self._began_s = time.monotonic()
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5.0)

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        if self._over.is_set():
            raise _Over
        self._first_t_ns = self._first_t_ns or state.t_ns
        self.t_ns = state.t_ns
        self.board.watch(events, commands, state)
        if self._wish.speed is not None:
            late_s = time.monotonic() - self._began_s - self.flown_s / self._wish.speed
            self._over.wait(max(0.0, -late_s))
            self._began_s += max(0.0, late_s)  # what was late is not caught up
        else:
            time.sleep(0.0005)  # the server's thread has its turn

    def _fly(self) -> None:
        seed = 0
        try:
            while True:
                seed += 1
                fly_through(load_scenario(self._wish.scenario), seed, watchers=[self])
                self._before_s, self._first_t_ns = self.flown_s, 0
        except _Over:
            return


class _Over(Exception):
    pass
