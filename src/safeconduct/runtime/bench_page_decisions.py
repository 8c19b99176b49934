"""From a key in the browser to the command at the aircraft: a live flight of the twin, decided on its page.

The flight is the real one on the wall clock (`runtime.live`), with the record on the disk before anything acts. Between
driver and twin stands a tap that notes when each datagram passes, so that "at the aircraft" means the wire.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event as Flag
from threading import Thread
from typing import Any

from safeconduct.model.commands import Command, Steer
from safeconduct.model.events import Choice, Event, MissionOpened
from safeconduct.model.plan import Settings
from safeconduct.model.vocabulary import Decision
from safeconduct.runtime.at_the_page import PageOperator
from safeconduct.runtime.live import LiveFlight, steady_clock
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.page import OpenPage, open_page
from safeconduct.runtime.stage import new_stage
from safeconduct.sim import load_scenario
from safeconduct.sim.twin import TWIN_OPTIONS
from safeconduct.vehicle import MavlinkAircraft
from safeconduct.witness import Recorder

SETPOINTS = frozenset({84, 86})
"""SET_POSITION_TARGET_LOCAL_NED and _GLOBAL_INT."""
_FLIES_WITHIN_S = 150.0
Press = Callable[[], int]
"""Presses STOP; returns when the key went down, ns of the wall clock."""


class Tap:
    """Datagrams between a twin that connects to `twin_port` and a driver that listens on `driver_port`."""

    def __init__(self, driver_port: int) -> None:
        self._to_driver = ("127.0.0.1", driver_port)
        self._twin = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._twin.bind(("127.0.0.1", 0))
        self._driver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._driver.bind(("127.0.0.1", 0))
        for one in (self._twin, self._driver):
            one.settimeout(0.2)
        self.twin_port = int(self._twin.getsockname()[1])
        self.setpoints_ns: list[int] = []
        self._twin_at: Any = None
        self._over = Flag()
        self._threads = [Thread(target=run, daemon=True) for run in (self._down, self._up)]
        for thread in self._threads:
            thread.start()

    def _down(self) -> None:
        while not self._over.is_set():
            try:
                data, self._twin_at = self._twin.recvfrom(65535)
                self._driver.sendto(data, self._to_driver)
            except OSError:
                continue

    def _up(self) -> None:
        while not self._over.is_set():
            try:
                data = self._driver.recv(65535)
                if len(data) > 10 and int.from_bytes(data[7:10], "little") in SETPOINTS:
                    self.setpoints_ns.append(time.time_ns())
                self._twin.sendto(data, self._twin_at)
            except OSError:
                continue

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=1.0)
        self._twin.close()
        self._driver.close()


class _Vehicle(MavlinkAircraft):
    """The real driver, which also notes when it took the steer of a moment."""

    def __init__(self, *words: Any) -> None:
        super().__init__(*words)
        self.steered_ns: dict[int, int] = {}

    def obey(self, command: Command, t_ns: int) -> None:
        if isinstance(command, Steer):
            self.steered_ns[command.t_ns] = time.time_ns()
        super().obey(command, t_ns)


class _Operator(PageOperator):
    """The page's, which also notes the moments at which STOP was taken."""

    stopped_t_ns: list[int]

    def decided(self, t_ns: int) -> list[Event]:
        said = super().decided(t_ns)
        if any(isinstance(one, Choice) and one.decision is Decision.STOP for one in said):
            self.stopped_t_ns.append(t_ns)
        return said


class _Human(_Operator):
    """The same without being woken: he waits for the round, as before there was anybody to wake."""

    def wake_with(self, wake: Callable[[], None]) -> None:
        pass


class _Mission(Mission):
    """The real one, which also notes how long the disk took, ms."""

    def __init__(self, recorder: Recorder, took_ms: list[float]) -> None:
        super().__init__(recorder)
        self._took_ms = took_ms

    def commit(self) -> None:
        began_ns = time.monotonic_ns()
        super().commit()
        self._took_ms.append((time.monotonic_ns() - began_ns) / 1e6)


def stop_to_command_ms(
    count: int, pressing: Callable[[OpenPage], Iterator[Press]], disk_ms: list[float], *, woken: bool
) -> list[float]:
    """How long each STOP took to the first setpoint on the wire that knows of it, ms. woken: as it is; False: as if
    rounds were waited for, the baseline. pressing: a context that opens the page and gives what presses. disk_ms: takes
    in how long each round waited for the record's disk, which it has to before it acts."""
    scenario, clock_ns = load_scenario("short-walk"), steady_clock()
    port = _free_port()
    tap = Tap(port)
    twin = _twin(tap.twin_port)
    took: list[float] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            stage = new_stage(scenario, 1, Path(folder) / "r", durable=True)
            with open_page(stage, human=False, paced=False, speed=None, port=0) as page:
                operator = (_Operator if woken else _Human)(page.desk, page.board, stage.operator)
                operator.stopped_t_ns = []
                aircraft = _Vehicle(scenario.plan().frame, TWIN_OPTIONS)
                flight = LiveFlight(
                    _Mission(stage.recorder, disk_ms), aircraft, stage.world, operator, [page.board], clock_ns,
                    stage.recorder.free_bytes,
                )  # fmt: skip
                over = Flag()

                def press_on() -> None:
                    try:
                        with contextmanager(pressing)(page) as press:
                            _until(lambda: len(tap.setpoints_ns) > 30)
                            took.extend(_presses(count, press, operator, aircraft, tap))
                    finally:
                        over.set()

                hand = Thread(target=press_on)
                hand.start()
                opening = MissionOpened(clock_ns(), scenario.plan(), Settings(), scenario.name, 1, "twin")
                asyncio.run(flight.fly(f"udpin:127.0.0.1:{port}", [opening], over.is_set))
                hand.join()
                stage.recorder.close()
    finally:
        twin.terminate()
        twin.wait(10.0)
        tap.close()
    return took


def _presses(count: int, press: Press, operator: _Operator, aircraft: _Vehicle, tap: Tap) -> Iterator[float]:
    rng = Random(5)
    for _ in range(count):
        time.sleep(rng.uniform(0.35, 0.55))  # a hand keeps no beat with the rounds
        known = len(operator.stopped_t_ns)
        down_ns = press()
        _until(lambda known=known: len(operator.stopped_t_ns) > known)  # type: ignore[misc]
        t_ns = operator.stopped_t_ns[known]
        _until(lambda t_ns=t_ns: max(aircraft.steered_ns) >= t_ns)  # type: ignore[misc]
        # A disk that hangs can make one steer too old to be flown: then the next one is the first that knows of it.
        steered_ns = next(at for steer_t_ns, at in list(aircraft.steered_ns.items()) if steer_t_ns >= t_ns)
        _until(lambda at=steered_ns: tap.setpoints_ns[-1] >= at)  # type: ignore[misc]
        arrived_ns = next(at for at in tap.setpoints_ns if at >= steered_ns)
        yield (arrived_ns - down_ns) / 1e6


def _until(reached: Callable[[], bool], within_s: float = _FLIES_WITHIN_S) -> None:
    until = time.monotonic() + within_s
    while not reached():
        if time.monotonic() > until:
            raise TimeoutError("the flight did not come so far")
        time.sleep(0.001)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _twin(port: int) -> subprocess.Popen[bytes]:
    words = ["-m", "safeconduct.sim.twin", "--connect", f"127.0.0.1:{port}", "--with-parent", "--seed", "1"]
    return subprocess.Popen([sys.executable, *words], stderr=subprocess.DEVNULL)


def at_the_desk(page: OpenPage) -> Iterator[Press]:
    """Without a browser: straight at the desk, what the way through the mission costs alone."""
    from safeconduct.station.page.heard import Decide

    page.desk.arrive("bench")

    def press() -> int:
        now_ns = time.time_ns()
        page.desk.hear("bench", Decide(decision=Decision.STOP))
        return now_ns

    yield press


def share(took: Sequence[float], q: float) -> float:
    ordered = sorted(took)
    return round(ordered[min(int(q * len(ordered)), len(ordered) - 1)], 1)
