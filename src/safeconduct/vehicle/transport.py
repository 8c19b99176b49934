"""Links that carry MAVLink bytes: UDP both ways, TCP, serial. A dead link is silence, never an exception.

What cannot be mended by waiting (no such host, port taken, no such device) is a `BadInput` when the link is opened;
all that happens later shows as the age of the vehicle's heartbeat.
"""

from __future__ import annotations

import asyncio
import errno
import queue
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast

from safeconduct.model.faults import BadInput
from safeconduct.vehicle.address import LinkAddress, parse_address

OnData = Callable[[bytes, object], None]
_RECONNECT_S = 1.0
_PEERS_MAX = 8
_OUT_MAX = 256


class Link(Protocol):
    """An open link. stream: bytes arrive cut anywhere, else each piece of data is one datagram."""

    address: LinkAddress
    stream: bool

    def listen(self, on_data: OnData) -> None:
        """From now on every piece of data goes to `on_data(data, source)`, in the event loop's thread."""

    def send(self, data: bytes, to: object = None) -> None:
        """Send now or drop; `to`: a source as given to `on_data`, None for everybody heard."""


@asynccontextmanager
async def open_link(url: str) -> AsyncIterator[Link]:
    """Open the link that `url` names. Raises BadInput."""
    address = parse_address(url)
    if address.kind == "serial":
        serial_link = _SerialLink(address)
        serial_link.open()
        try:
            yield serial_link
        finally:
            serial_link.close()
    elif address.kind == "tcp":
        await _resolve(address, socket.SOCK_STREAM)
        tcp_link = _TcpLink(address)
        task = asyncio.create_task(tcp_link.run())
        try:
            yield tcp_link
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    else:
        udp_link = await _open_udp(address)
        try:
            yield udp_link
        finally:
            await udp_link.close()


async def _resolve(address: LinkAddress, kind: socket.SocketKind) -> tuple[socket.AddressFamily, Any]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=kind)
    except (OSError, UnicodeError) as error:
        raise BadInput(str(address), f"host {address.host!r} is not known", "check its name") from error
    family, _, _, _, place = found[0]
    return family, place


async def _open_udp(address: LinkAddress) -> _UdpLink:
    loop = asyncio.get_running_loop()
    family, place = await _resolve(address, socket.SOCK_DGRAM)
    link = _UdpLink(address)
    try:
        if address.kind == "udpin":
            await loop.create_datagram_endpoint(lambda: link, local_addr=place[:2], family=family)
        else:
            await loop.create_datagram_endpoint(lambda: link, remote_addr=place[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            what, mend = f"port {address.port} is taken", "end the other program on it or give another port"
        elif error.errno == errno.EADDRNOTAVAIL:
            what, mend = f"{address.host} is no address of this machine", "use 0.0.0.0 to listen on all of them"
        elif error.errno in {errno.EACCES, errno.EPERM}:
            what, mend = f"port {address.port} is not allowed", "use a port above 1023"
        else:
            what, mend = str(error.strerror or error), "check host, port and network"
        raise BadInput(str(address), what, mend) from error
    return link


class _UdpLink(asyncio.DatagramProtocol):
    stream = False

    def __init__(self, address: LinkAddress) -> None:
        self.address = address
        self._transport: asyncio.DatagramTransport | None = None
        self._on_data: OnData | None = None
        self._peers: dict[object, None] = {}
        self._closed = asyncio.Event()

    def listen(self, on_data: OnData) -> None:
        self._on_data = on_data

    def send(self, data: bytes, to: object = None) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self.address.kind == "udpout":
            self._transport.sendto(data)
            return
        for peer in [to] if to is not None else list(self._peers):
            self._transport.sendto(data, cast(Any, peer))

    async def close(self) -> None:
        """Returns when the port is free again."""
        if self._transport is not None:
            self._transport.close()
            await self._closed.wait()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - closed is closed
        self._closed.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A cast: the event loop's own datagram transport does not inherit from that class before Python 3.12.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if addr not in self._peers:
            if len(self._peers) >= _PEERS_MAX:
                self._peers.pop(next(iter(self._peers)))
            self._peers[addr] = None
        if self._on_data is not None:
            self._on_data(data, addr)

    def error_received(self, exc: Exception) -> None:
        """Port unreachable and the like: the vehicle is not there yet, or no more. LinkHealth tells."""


class _TcpLink:
    stream = True

    def __init__(self, address: LinkAddress) -> None:
        self.address = address
        self._on_data: OnData | None = None
        self._writer: asyncio.StreamWriter | None = None

    def listen(self, on_data: OnData) -> None:
        self._on_data = on_data

    def send(self, data: bytes, to: object = None) -> None:  # noqa: ARG002 - one peer only
        writer = self._writer
        if writer is not None and not writer.is_closing() and writer.transport.get_write_buffer_size() < 65_536:
            writer.write(data)

    async def run(self) -> None:
        """Connect, read until it closes, connect again."""
        while True:
            try:
                reader, self._writer = await asyncio.open_connection(self.address.host, self.address.port)
            except OSError:
                await asyncio.sleep(_RECONNECT_S)
                continue
            try:
                await self._read(reader)
            except OSError:
                pass
            finally:
                self._writer.close()
                self._writer = None
            await asyncio.sleep(_RECONNECT_S)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        connection = object()  # what one connection left unfinished must not meet the next one's bytes
        while data := await reader.read(4096):
            if self._on_data is not None:
                self._on_data(data, connection)


class _SerialLink:
    """pyserial in two threads: reading, and writing, which blocks when a radio holds its flow control."""

    stream = True

    def __init__(self, address: LinkAddress) -> None:
        self.address = address
        self._on_data: OnData | None = None
        self._loop = asyncio.get_running_loop()
        self._out: queue.Queue[bytes | None] = queue.Queue(_OUT_MAX)
        self._closing = threading.Event()
        self._port: Any = None
        self._threads: list[threading.Thread] = []

    def open(self) -> None:
        import serial

        try:
            self._port = self._connect()
        except (serial.SerialException, OSError, ValueError) as error:
            mend = "plug it in, name the right device, and be in its group (dialout)"
            raise BadInput(str(self.address), "cannot be opened", mend) from error
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._read, self._write)]
        for thread in self._threads:
            thread.start()

    def listen(self, on_data: OnData) -> None:
        self._on_data = on_data

    def send(self, data: bytes, to: object = None) -> None:  # noqa: ARG002 - one peer only
        try:
            self._out.put_nowait(data)
        except queue.Full:  # the line is slower than we talk: old setpoints are worth nothing
            return

    def close(self) -> None:
        self._closing.set()
        self._out.put(None) if not self._out.full() else None
        for thread in self._threads:
            thread.join(2.0)
        if self._port is not None:
            self._port.close()

    def _connect(self) -> Any:
        import serial

        return serial.Serial(self.address.device, self.address.baud, timeout=0.1, write_timeout=1.0)

    def _read(self) -> None:
        import serial

        while not self._closing.is_set():
            port = self._port
            try:
                if port is None:
                    self._port = self._connect()
                    continue
                data = port.read(max(1, port.in_waiting))
            except (serial.SerialException, OSError):
                self._port = None
                if port is not None:
                    port.close()
                self._closing.wait(_RECONNECT_S)
                continue
            if data:
                self._loop.call_soon_threadsafe(self._deliver, data)

    def _deliver(self, data: bytes) -> None:
        if self._on_data is not None:
            self._on_data(data, self.address.device)

    def _write(self) -> None:
        import serial

        while not self._closing.is_set():
            data = self._out.get()
            port = self._port
            if data is None or port is None:
                continue
            try:
                port.write(data)
            except (serial.SerialException, OSError):
                continue
