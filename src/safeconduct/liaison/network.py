"""The wire to own side's screens: a TAK server over TCP or TLS, or the mesh over UDP. A dead network is silence.

A server may take the first event with a contact as the client's identity, and drop what comes in the first seconds: our
own position goes first, the rest waits `SETTLES_S`. While the network is away only the newest event of each name is
kept; it goes out when the network is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Callable

from safeconduct.liaison.cot import CotEvent, NotCot, write_xml
from safeconduct.liaison.tak_address import TakAddress
from safeconduct.liaison.tak_frames import Stream, read_datagram, write_mesh, write_stream
from safeconduct.model.faults import BadInput

SETTLES_S = 3.0
_WAIT_S = (1.0, 2.0, 4.0, 8.0, 15.0)
_CONNECTS_WITHIN_S = 10.0
_KEPT_MAX = 64
_HOPS = 8
_UNREAD_MAX = 256 * 1024


class TakNetwork:
    """Runs in an event loop; `send` only from there. on_heard(event) for each event; state: how it stands, in words."""

    def __init__(
        self,
        address: TakAddress,
        on_heard: Callable[[CotEvent], None],
        tls: ssl.SSLContext | None = None,
        *,
        protobuf: bool = False,
        settles_s: float = SETTLES_S,
    ) -> None:
        self._address, self._on_heard, self._tls = address, on_heard, tls
        self._protobuf, self._settles_s = protobuf, settles_s
        self._kept: dict[str, CotEvent] = {}
        self._write: Callable[[bytes], None] | None = None
        self._identity: CotEvent | None = None
        self.state = "not connected yet"
        self.sent = self.heard = 0
        self.refused: list[str] = []

    @property
    def up(self) -> bool:
        return self._write is not None

    def introduce(self, identity: CotEvent) -> None:
        """Our own position: what a server hears first."""
        self._identity = identity

    def send(self, event: CotEvent) -> None:
        """Send now, or keep the newest of its name until the network is there."""
        if self._write is None:
            self._kept.pop(event.uid, None)
            self._kept[event.uid] = event
            while len(self._kept) > _KEPT_MAX:
                del self._kept[next(iter(self._kept))]
            return
        self._put(self._write, event)

    async def run(self) -> None:
        """Until cancelled. Raises BadInput: waiting cannot mend it (no such host, certificate refused at first)."""
        if self._address.kind == "udp":
            await self._mesh()
            return
        tries = 0
        while True:
            try:
                await self._one_connection()
                tries = 0
                self.state = "the server closed the connection; trying again"
            except ssl.SSLCertVerificationError as error:
                self.state = f"the server's certificate is refused: {error.verify_message}"
                raise BadInput(str(self._address), self.state, "check that it is your unit's server and CA") from error
            except (OSError, TimeoutError) as error:
                self.state = f"no connection ({_in_words(error)}); trying again"
            await asyncio.sleep(_WAIT_S[min(tries, len(_WAIT_S) - 1)])
            tries += 1

    async def _one_connection(self) -> None:
        connecting = asyncio.open_connection(
            self._address.host, self._address.port, ssl=self._tls if self._address.kind == "tls" else None
        )
        reader, writer = await asyncio.wait_for(connecting, _CONNECTS_WITHIN_S)
        _low_delay(writer)
        if self._identity is not None:
            self._put(writer.write, self._identity)
        self.state = "connected; waiting until the server knows us"
        settling = asyncio.get_running_loop().call_later(self._settles_s, self._settled, writer)
        stream = Stream()
        try:
            while octets := await reader.read(65536):
                for event in stream.take(octets):
                    self._take(event)
                self.refused = stream.refused
        finally:
            settling.cancel()
            self._write = None
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    def _settled(self, writer: asyncio.StreamWriter) -> None:
        def write(octets: bytes) -> None:
            if writer.transport.get_write_buffer_size() > _UNREAD_MAX:
                writer.transport.abort()  # a server that takes nothing more is no server: come again
            else:
                writer.write(octets)

        self._open(write)

    def _open(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self.state = "connected"
        kept, self._kept = self._kept, {}
        for event in kept.values():
            self._put(write, event)

    async def _mesh(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            hearing = _mesh_socket(self._address)
            transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self._datagram), sock=hearing)
        except OSError as error:
            mend = "check the address, and that a network interface is up"
            raise BadInput(str(self._address), f"cannot be used ({_in_words(error)})", mend) from error
        try:
            self._open(lambda octets: transport.sendto(octets, (self._address.host, self._address.port)))
            if self._identity is not None:
                self.send(self._identity)
            await asyncio.get_running_loop().create_future()
        finally:
            self._write = None
            transport.close()

    def _datagram(self, octets: bytes) -> None:
        try:
            event = read_datagram(octets)
        except NotCot as why:
            self.refused = [*self.refused[-9:], str(why)]
            return
        self._take(event)

    def _take(self, event: CotEvent) -> None:
        self.heard += 1
        self._on_heard(event)

    def _put(self, write: Callable[[bytes], None], event: CotEvent) -> None:
        if not self._protobuf:
            octets = write_xml(event)
        elif self._address.kind == "udp":
            octets = write_mesh(event)
        else:
            octets = write_stream(event)
        with contextlib.suppress(OSError, RuntimeError):
            write(octets)
            self.sent += 1


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        self._take(data)

    def error_received(self, exc: Exception) -> None:
        """A datagram that could not be sent is silence, like one that was lost."""


def _mesh_socket(address: TakAddress) -> socket.socket:
    hearing = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    hearing.setblocking(False)
    if address.multicast:
        hearing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        hearing.bind(("", address.port))
        group = struct.pack("4s4s", socket.inet_aton(address.host), socket.inet_aton("0.0.0.0"))
        hearing.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        hearing.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, _HOPS)
    else:
        hearing.bind(("", 0))
    return hearing


def _low_delay(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _in_words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
