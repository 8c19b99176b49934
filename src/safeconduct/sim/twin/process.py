"""The twin as a process of its own on real UDP: free running at a speed, or in lockstep with its ground station.

The clock stands at 0 until somebody speaks; heartbeats go out meanwhile, so that the twin can be found. Free running:
twin time is wall-clock time × speed, from one second after the first word. **Lockstep** begins when the ground station
sends SYSTEM_TIME with time_unix_usec 0 and time_boot_ms T: the twin stops its own clock, advances to T (ms of twin
time), sends all that fell due, then the same SYSTEM_TIME back as end marker. So a mission over real UDP is
deterministic and as fast as the machine allows. After `lockstep_timeout_s` without one the twin runs free again
(never, if that is not set).
"""

from __future__ import annotations

import os
import select
import socket
import time

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.sim.twin.autopilot import Autopilot
from safeconduct.sim.twin.control import answer
from safeconduct.sim.twin.mavlink_face import TwinLink
from safeconduct.sim.twin.settings import TwinSettings

Address = tuple[str, int]

_FREE_STEP_NS = 10_000_000
_BEHIND_MAX_NS = NS
_GRACE_NS = NS
_LOCKSTEP_SPAN_NS = 3600 * NS
_DATAGRAM_MAX = 65535
_BUFFER_BYTES = 1 << 22
_PEERS_MAX = 4


class TwinOptions(msgspec.Struct, frozen=True):
    """connect: where to send, as an autopilot's `udpclient`. listen: where to wait for whoever speaks first.

    control: UDP port on the loopback for fault injection, 0 for one that the system picks. with_parent: end when the
    parent process does. Exactly one of connect and listen is needed.
    """

    settings: TwinSettings = TwinSettings()
    connect: Address | None = None
    listen: Address | None = None
    control: int | None = None
    speed: float = 1.0
    with_parent: bool = False
    lockstep_timeout_s: float | None = None
    signing_key: bytes | None = None


def address(text: str, option: str) -> Address:
    """HOST:PORT; raises BadInput."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise BadInput(f"{option} {text}", "no address", "write HOST:PORT, for example 127.0.0.1:14550")
    return host, int(port)


def _bound(where: Address, option: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        sock.bind(where)
    except OSError as error:
        sock.close()
        what = f"cannot be opened ({error.strerror or error})"
        raise BadInput(f"{option} {where[0]}:{where[1]}", what, "stop the other program or take a free port") from None
    sock.setblocking(False)
    return sock


class TwinProcess:
    """One twin and its sockets. `serve` runs until `stop`, or until the parent is gone."""

    def __init__(self, options: TwinOptions) -> None:
        if (options.connect is None) == (options.listen is None):
            raise BadInput("twin", "no address, or two", "give either --connect or --listen")
        if not 0.0 < options.speed <= 1000.0:
            raise BadInput(f"--speed {options.speed:g}", "out of range", "give a factor from above 0 to 1000")
        self.options = options
        self.link = TwinLink(Autopilot(options.settings), options.signing_key)
        self._sock = _bound(options.listen or ("0.0.0.0", 0), "--listen")
        try:
            self._peers = [] if options.connect is None else [_resolved(options.connect)]
            self._control = None if options.control is None else _bound(("127.0.0.1", options.control), "--control")
        except BadInput:
            self._sock.close()
            raise
        self.link.advance(0)
        self._parent = os.getppid()
        self._t_ns = 0
        self._wall_ns = self._found_ns = time.monotonic_ns()
        self._spoken_to = False
        self._locked_since_ns: int | None = None
        self._running = True

    @property
    def port(self) -> int:
        """The UDP port that MAVLink goes in and out of."""
        port: int = self._sock.getsockname()[1]
        return port

    @property
    def control_port(self) -> int | None:
        return None if self._control is None else int(self._control.getsockname()[1])

    def stop(self) -> None:
        self._running = False

    def close(self) -> None:
        self._sock.close()
        if self._control is not None:
            self._control.close()

    def serve(self) -> None:
        """Run. Nothing that comes in over the network ends it."""
        socks = [s for s in (self._sock, self._control) if s is not None]
        pause_s = max(0.001, min(_FREE_STEP_NS * 1e-9 / self.options.speed, 0.02))
        while self._running:
            ready, _, _ = select.select(socks, [], [], 0.25 if self._locked_since_ns is not None else pause_s)
            if self._control is not None and self._control in ready:
                self._serve_control(self._control)
            if self._sock in ready:
                self._serve_link()
            self._run_free()
            if self.options.with_parent and os.getppid() != self._parent:
                return

    def _serve_control(self, sock: socket.socket) -> None:
        while True:
            try:
                datagram, sender = sock.recvfrom(_DATAGRAM_MAX)
            except BlockingIOError:
                return
            except OSError:
                continue
            self._catch_up()
            reply = answer(self.link.autopilot, datagram)
            self._flush()
            _send(sock, reply, sender)

    def _serve_link(self) -> None:
        link = self.link
        while True:
            try:
                datagram, sender = self._sock.recvfrom(_DATAGRAM_MAX)
            except BlockingIOError:
                return
            except OSError:  # an ICMP refusal of what was sent before: nobody listens yet
                continue
            if not self._spoken_to:
                self._spoken_to = True
                self._wall_ns = time.monotonic_ns() + _GRACE_NS
            self._catch_up()
            self._remember(sender)
            link.receive(datagram)
            if link.lockstep_ms is not None:
                self._step_to(link.lockstep_ms * 1_000_000)
            self._flush()

    def _step_to(self, t_ns: int) -> None:
        """A step of the lockstep. A time that is long past or absurdly far is only echoed."""
        self._locked_since_ns = time.monotonic_ns()
        if self._t_ns < t_ns <= self._t_ns + _LOCKSTEP_SPAN_NS:
            self._t_ns = t_ns
            self.link.advance(t_ns)
        self.link.end_of_step()

    def _catch_up(self) -> None:
        """Free running: let the twin's time come to the wall's, so that what arrives acts when it arrived."""
        if self._locked_since_ns is not None:
            return
        now_ns = time.monotonic_ns()
        if not self._spoken_to or now_ns < self._wall_ns:
            return
        passed_ns = round((now_ns - self._wall_ns) * self.options.speed)
        self._wall_ns = now_ns
        # After a pause of the whole process it goes on from where it was instead of leaping.
        self._t_ns += min(passed_ns, max(_BEHIND_MAX_NS, round(_BEHIND_MAX_NS * self.options.speed)))
        self.link.advance(self._t_ns)

    def _run_free(self) -> None:
        patience_s = self.options.lockstep_timeout_s
        if self._locked_since_ns is not None:
            waited_ns = time.monotonic_ns() - self._locked_since_ns
            if patience_s is None or waited_ns < patience_s * NS:
                return
            self._locked_since_ns = None
            self._wall_ns = time.monotonic_ns()
        self._catch_up()
        now_ns = time.monotonic_ns()
        if not self._spoken_to and now_ns - self._found_ns >= NS:
            self._found_ns = now_ns
            self.link.be_found()
        self._flush()

    def _remember(self, sender: Address) -> None:
        """Answers go to everybody who spoke, the four that came last."""
        if self.options.connect is None and sender not in self._peers:
            self._peers.append(sender)
            del self._peers[:-_PEERS_MAX]

    def _flush(self) -> None:
        for datagram in self.link.outgoing():
            for peer in self._peers:
                _send(self._sock, datagram, peer)


def _resolved(where: Address) -> Address:
    try:
        return socket.gethostbyname(where[0]), where[1]
    except OSError:
        place = f"--connect {where[0]}:{where[1]}"
        raise BadInput(place, "unknown host", "give an IPv4 address or a name that resolves") from None


def _send(sock: socket.socket, data: bytes, to: Address) -> None:
    """A datagram that cannot be sent is a lost datagram."""
    try:
        sock.sendto(data, to)
    except BlockingIOError:
        select.select([], [sock], [], 0.05)
        try:
            sock.sendto(data, to)
        except OSError:
            return
    except OSError:
        return
