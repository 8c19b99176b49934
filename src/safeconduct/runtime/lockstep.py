"""The MAVLink driver against the twin in driven time: bytes are exchanged once a round, then both are at the same time.

The twin is either a process of its own over UDP (the demo) or in this process (drills and tests): the same bytes.
"""

from __future__ import annotations

import select
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.commands import Command
from safeconduct.model.events import Event, Telemetry
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import ZERO, Enu, LocalFrame
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.twin import TwinLink
from safeconduct.vehicle import MavlinkAircraft, VehicleOptions

_ANSWER_WITHIN_S = 30.0  # a busy machine takes seconds to load the twin; a dead one is noticed all the same


class Pipe(Protocol):
    def exchange(self, datagrams: Sequence[bytes], t_ns: int) -> list[bytes]:
        """Hand datagrams over, let the twin's own time (from 0) come to t_ns, take what it sent."""

    def hand_over(self, datagrams: Sequence[bytes]) -> None:
        """Only hand them over: the twin acts on them at the time where it stands."""


class InProcessPipe:
    def __init__(self, link: TwinLink) -> None:
        self.link = link

    def exchange(self, datagrams: Sequence[bytes], t_ns: int) -> list[bytes]:
        self.hand_over(datagrams)
        self.link.advance(t_ns)
        return self.link.outgoing()

    def hand_over(self, datagrams: Sequence[bytes]) -> None:
        for datagram in datagrams:
            self.link.receive(datagram)


class UdpPipe:
    """The twin's process on the loopback, in lockstep by SYSTEM_TIME. Ends the process when closed."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.bind(("127.0.0.1", 0))
        port = self._socket.getsockname()[1]
        self._codec = dialect.MAVLink(None, srcSystem=255, srcComponent=190)
        self._twin = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "safeconduct.sim.twin",
                "--connect",
                f"127.0.0.1:{port}",
                "--with-parent",
                *arguments,
            ],
            stderr=subprocess.DEVNULL,
        )
        self._twin_address: Any = None
        self._until_ready()

    def _until_ready(self) -> None:
        """The twin speaks first; from its first datagram we know where it lives."""
        ready, _, _ = select.select([self._socket], [], [], _ANSWER_WITHIN_S)
        if not ready:
            self.close()
            raise BadInput("the twin's process", "did not start", "run `safeconduct twin` by hand to see why")
        _, self._twin_address = self._socket.recvfrom(65535)

    def exchange(self, datagrams: Sequence[bytes], t_ns: int) -> list[bytes]:
        t_ms = t_ns // 1_000_000
        sock, to = self._socket, self._twin_address
        self.hand_over(datagrams)
        sock.sendto(self._codec.system_time_encode(0, t_ms).pack(self._codec), to)
        got: list[bytes] = []
        while True:
            ready, _, _ = select.select([sock], [], [], _ANSWER_WITHIN_S)
            if not ready:
                raise BadInput("the twin's process", "stopped answering", "start the demo again with the same --record")
            data = sock.recv(65535)
            if _is_end(data, t_ms):
                return got
            got.append(data)

    def hand_over(self, datagrams: Sequence[bytes]) -> None:
        for datagram in datagrams:
            self._socket.sendto(datagram, self._twin_address)

    def close(self) -> None:
        self._twin.terminate()
        self._twin.wait(timeout=10)
        self._socket.close()


def _is_end(data: bytes, t_ms: int) -> bool:
    """SYSTEM_TIME (id 2) of a MAVLink 2 frame whose time_boot_ms is the one asked for. Trailing zeros may be cut."""
    if len(data) < 12 or data[0] != 0xFD or data[7:10] != b"\x02\x00\x00":
        return False
    payload = data[10 : 10 + data[1]].ljust(12, b"\0")
    return payload[:8] == bytes(8) and int.from_bytes(payload[8:12], "little") == t_ms


class LockstepAircraft:
    """A driver and a pipe as one aircraft of a driven mission. Where it is, the world knows from its telemetry."""

    def __init__(self, frame: LocalFrame, pipe: Pipe, start_t_ns: int, options: VehicleOptions) -> None:
        self.driver = MavlinkAircraft(frame, options)
        self._pipe = pipe
        self._start_t_ns = start_t_ns
        self._truth = AircraftTruth(start_t_ns, ZERO, ZERO, 0.0, False, False)

    def obey(self, command: Command, t_ns: int) -> None:
        self.driver.obey(command, t_ns)

    def hurry(self) -> None:
        """Let the aircraft hear now what it was told; else it hears it with the next round."""
        self._pipe.hand_over(self.driver.outgoing())

    def poll(self, t_ns: int) -> list[Event]:
        for data in self._pipe.exchange(self.driver.outgoing(), t_ns - self._start_t_ns):
            self.driver.receive(data, t_ns, "twin")
        events = self.driver.poll(t_ns)
        self._truth = truth_from(events, self._truth, self.driver.lit, t_ns)
        return events

    def truth(self) -> AircraftTruth:
        return self._truth


def truth_from(events: Sequence[Event], before: AircraftTruth, lit: bool, t_ns: int) -> AircraftTruth:
    """Where a simulated person sees an aircraft that is known by its telemetry alone."""
    for event in reversed(events):
        if isinstance(event, Telemetry):
            flying = event.armed and event.position.up > 0.3
            return AircraftTruth(t_ns, event.position, event.velocity, event.heading_deg, lit, flying)
    return before._replace(t_ns=t_ns, light_on=lit)


def start_at(position: Enu, heading_deg: float) -> list[str]:
    """Arguments that begin a twin hovering in the air, where a mission was interrupted."""
    return ["--hover", f"{position.east:.3f},{position.north:.3f},{position.up:.3f},{heading_deg:.1f}"]
