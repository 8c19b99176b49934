"""The places where the aircraft contract is played: every one brings an `Aircraft` and lets its time pass.

bytes: driver and twin hand datagrams over in driven time. direct: the twin without bytes. process: the twin as a
process of its own over UDP, in lockstep. real: an autopilot named by SAFECONDUCT_SITL, in real time.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.commands import Command, Launch, Steer
from safeconduct.model.events import CommandDone, CommandFailed, Event, Telemetry
from safeconduct.model.geometry import Enu, LocalFrame
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.runtime.survey import survey
from safeconduct.sim.twin import HOME, MODE_NUMBERS, TWIN_OPTIONS, Autopilot, DirectAircraft, TwinLink, TwinSettings
from safeconduct.vehicle import Aircraft, Carrier, MavlinkAircraft, open_link

STEP_NS = NS // 20
FRAME = LocalFrame(HOME)
Kind = TypeVar("Kind", bound=Event)


class Place(Protocol):
    """Where bytes and time come from."""

    @property
    def aircraft(self) -> Aircraft: ...

    @property
    def t_ns(self) -> int: ...

    def step(self) -> list[Event]:
        """Let one step pass."""

    def order(self, command: Command) -> None: ...

    def other_station(self, command: int, *params: float) -> None:
        """A COMMAND_LONG by another ground station than ours."""


class Arena:
    """What tests say: let time pass, order, look at what was told."""

    def __init__(self, name: str, place: Place) -> None:
        self.name = name
        self.place = place
        self.events: list[Event] = []

    @property
    def t_ns(self) -> int:
        return self.place.t_ns

    @property
    def telemetry(self) -> Telemetry:
        return next(e for e in reversed(self.events) if isinstance(e, Telemetry))

    @property
    def position(self) -> Enu:
        return self.telemetry.position

    def order(self, command: Command) -> None:
        self.place.order(command)

    def pass_time(self, seconds: float) -> list[Event]:
        told: list[Event] = []
        end_ns = self.t_ns + round(seconds * NS)
        while self.t_ns < end_ns:
            told += self.place.step()
        self.events += told
        return told

    def until(self, kind: type[Kind] | tuple[type[Kind], ...], seconds: float) -> Kind:
        """Let time pass until such an event is told."""
        end_ns = self.t_ns + round(seconds * NS)
        while self.t_ns < end_ns:
            told = self.place.step()
            self.events += told
            for event in told:
                if isinstance(event, kind):
                    return event
        raise AssertionError(f"no {kind} within {seconds} s; last told: {self.events[-5:]}")

    def follow(self, path: list[Steer] | Iterator[Steer], *, every_s: float = 0.1) -> list[Event]:
        """Give steers, ten a second, each stamped with the time at which it is given."""
        told: list[Event] = []
        for steer in path:
            self.order(Steer(self.t_ns, steer.position, steer.velocity, steer.acceleration, steer.heading_deg))
            told += self.pass_time(every_s)
        return told

    def launched(self, height_m: float = 10.0) -> Arena:
        """In the air at that height, in GUIDED, whatever was before."""
        self.pass_time(3.0)
        self.order(Launch(self.t_ns, height_m))
        ended = self.until((CommandDone, CommandFailed), 150.0)
        assert isinstance(ended, CommandDone), ended
        hold = Steer(0, self.position._replace(up=height_m))
        self.follow([hold] * 30)
        return self

    def somebody_chooses(self, mode: str) -> None:
        self.place.other_station(dialect.MAV_CMD_DO_SET_MODE, 1.0, float(MODE_NUMBERS[mode]))

    def reboot(self) -> None:
        self.place.other_station(dialect.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, 1.0, 0.0, 0.0, 0.0, 0.0, 20190226.0)


def _by_other_station(command: int, params: tuple[float, ...]) -> bytes:
    station = dialect.MAVLink(None, srcSystem=254, srcComponent=190)
    filled = (*params, *(0.0,) * (7 - len(params)))
    frame: bytes = dialect.MAVLink_command_long_message(1, 1, command, 0, *filled).pack(station)
    return frame


class BytesPlace:
    """Driver and twin's link in one process: datagrams handed over, driven time."""

    def __init__(self, settings: TwinSettings) -> None:
        self.link = TwinLink(Autopilot(settings))
        self.aircraft = self.driver = MavlinkAircraft(FRAME, TWIN_OPTIONS)
        self.t_ns = SIMULATED_START_NS
        self.link.advance(self.t_ns)

    def step(self) -> list[Event]:
        self.t_ns += STEP_NS
        self._exchange()
        events = self.aircraft.poll(self.t_ns)
        self._exchange()
        return events

    def order(self, command: Command) -> None:
        self.aircraft.obey(command, self.t_ns)
        self._exchange()

    def other_station(self, command: int, *params: float) -> None:
        self.link.receive(_by_other_station(command, params))

    def new_driver(self) -> None:
        """The program was killed and starts again."""
        self.aircraft = self.driver = MavlinkAircraft(FRAME, TWIN_OPTIONS)

    def _exchange(self) -> None:
        for datagram in self.driver.outgoing():
            self.link.receive(datagram)
        self.link.advance(self.t_ns)
        for datagram in self.link.outgoing():
            self.driver.receive(datagram, self.t_ns, "twin")
        for datagram in self.driver.outgoing():
            self.link.receive(datagram)


class DirectPlace:
    """The twin without bytes."""

    def __init__(self, settings: TwinSettings) -> None:
        self.autopilot = Autopilot(settings)
        self.aircraft: Aircraft = DirectAircraft(self.autopilot)
        self.t_ns = SIMULATED_START_NS
        self._first = self.aircraft.poll(self.t_ns)

    def step(self) -> list[Event]:
        self.t_ns += STEP_NS
        first, self._first = self._first, []
        return first + self.aircraft.poll(self.t_ns)

    def order(self, command: Command) -> None:
        self.aircraft.obey(command, self.t_ns)

    def other_station(self, command: int, *params: float) -> None:
        if command == dialect.MAV_CMD_DO_SET_MODE:
            self.autopilot.set_mode(int(params[1]))
        else:
            self.autopilot.reboot(force=True)


class ProcessPlace:
    """The twin in a process of its own over UDP. SYSTEM_TIME keeps both clocks together (lockstep)."""

    def __init__(self, listener: socket.socket) -> None:
        self._socket = listener
        self._peer: Any = None
        self._clock = dialect.MAVLink(None, srcSystem=255, srcComponent=191)
        self._ms = 0
        self.aircraft = self.driver = MavlinkAircraft(FRAME, TWIN_OPTIONS)
        self.t_ns = SIMULATED_START_NS
        self._hear_first()

    def step(self) -> list[Event]:
        self._ms += STEP_NS // 1_000_000
        self.t_ns += STEP_NS
        self._send_all()
        self._send(dialect.MAVLink_system_time_message(0, self._ms).pack(self._clock))
        while not self._take(self._socket.recvfrom(2048)):
            pass
        events = self.aircraft.poll(self.t_ns)
        self._send_all()
        return events

    def order(self, command: Command) -> None:
        self.aircraft.obey(command, self.t_ns)
        self._send_all()

    def other_station(self, command: int, *params: float) -> None:
        self._send(_by_other_station(command, params))

    def _hear_first(self) -> None:
        self._peer = self._socket.recvfrom(2048)[1]

    def _send(self, data: bytes) -> None:
        self._socket.sendto(data, self._peer)

    def _send_all(self) -> None:
        for datagram in self.driver.outgoing():
            self._send(datagram)

    def _take(self, heard: tuple[bytes, object]) -> bool:
        """True at the end marker of the step."""
        data, _ = heard
        message = dialect.MAVLink(None).decode(bytearray(data))
        if message.get_msgId() == dialect.MAVLINK_MSG_ID_SYSTEM_TIME and message.time_unix_usec == 0:
            return bool(message.time_boot_ms == self._ms)
        self.driver.receive(data, self.t_ns, "twin")
        return False


class RealPlace:
    """An autopilot that flies in real time, over a real link."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        # Wherever it stands is the frame's anchor: a flat frame is true only about its anchor.
        place = self._loop.run_until_complete(survey(url, TWIN_OPTIONS)).place
        self._opening = open_link(url)
        self._link = self._loop.run_until_complete(self._opening.__aenter__())
        self.aircraft = self.driver = MavlinkAircraft(LocalFrame(place), TWIN_OPTIONS)
        self._carrier = Carrier(self._link, self.driver, time.time_ns)

    @property
    def t_ns(self) -> int:
        return time.time_ns()

    def step(self) -> list[Event]:
        told: list[Event] = []
        until_ns = self.t_ns + STEP_NS
        self._loop.run_until_complete(self._carrier.run(told.extend, lambda: self.t_ns >= until_ns))
        return told

    def order(self, command: Command) -> None:
        self.aircraft.obey(command, self.t_ns)
        self._carrier.flush()

    def other_station(self, command: int, *params: float) -> None:
        self._link.send(_by_other_station(command, params), self.driver.source)

    def close(self) -> None:
        self._loop.run_until_complete(self._opening.__aexit__(None, None, None))
        self._loop.close()


@contextmanager
def arena_named(name: str, settings: TwinSettings) -> Iterator[Arena]:
    if name == "bytes":
        yield Arena(name, BytesPlace(settings))
    elif name == "direct":
        yield Arena(name, DirectPlace(settings))
    elif name == "process":
        with _process(settings) as place:
            yield Arena(name, place)
    else:
        real = RealPlace(os.environ["SAFECONDUCT_SITL"])
        try:
            yield Arena(name, real)
        finally:
            real.close()


@contextmanager
def _process(settings: TwinSettings) -> Iterator[ProcessPlace]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(20.0)
        port = listener.getsockname()[1]
        words = [sys.executable, "-m", "safeconduct.sim.twin", "--connect", f"127.0.0.1:{port}"]
        for parameter, value in settings.parameters.items():
            words += ["--param", f"{parameter}={value:g}"]
        twin = subprocess.Popen(words)
        try:
            yield ProcessPlace(listener)
        finally:
            twin.terminate()
            twin.wait(10)
