"""A TAK server's twin, and a unit on its network: for tests, benches and rehearsal.

The server passes on to everybody else what a client sends, as real ones do; it takes a client's first contact as its
identity and drops what comes in its first moments. It can drop, delay, reorder, give back, and die.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Sequence
from random import Random
from threading import Event, Thread

import msgspec

from safeconduct.liaison import CotEvent, OurStation, Stream, chat_line, own_position, write_xml


class Faults(msgspec.Struct, frozen=True):
    """drops: share of events lost. delay_s: least and most. echoes: the sender hears his own events too."""

    drops: float = 0.0
    delay_s: tuple[float, float] = (0.0, 0.0)
    echoes: bool = False
    deaf_s: float = 0.0
    seed: int = 1


class TakServer:
    """Serves on loopback while running. identities: what the clients' first contacts were. passed: events seen."""

    def __init__(self, faults: Faults | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._faults = faults or Faults()
        self._luck = Random(self._faults.seed)
        self._tls = tls
        self._clients: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.identities: list[str] = []
        self.passed: list[CotEvent] = []
        self.port = 0

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def die(self) -> None:
        """All connections break; nobody answers until it is started again."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._clients):
            writer.transport.abort()
        self._clients.clear()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        since, known, stream = loop.time(), False, Stream()
        self._clients.add(writer)
        with contextlib.suppress(OSError):
            while octets := await reader.read(65536):
                for event in stream.take(octets):
                    if not known and event.callsign:
                        known = True
                        self.identities.append(event.callsign)
                    elif loop.time() - since < self._faults.deaf_s:
                        continue
                    self.passed.append(event)
                    self._pass_on(event, writer)
        self._clients.discard(writer)
        writer.close()

    def _pass_on(self, event: CotEvent, sender: asyncio.StreamWriter) -> None:
        faults = self._faults
        for writer in self._clients:
            if (writer is sender and not faults.echoes) or self._luck.random() < faults.drops:
                continue
            delay_s = self._luck.uniform(*faults.delay_s)
            if delay_s <= 0.0:
                writer.write(write_xml(event))
            else:
                asyncio.get_running_loop().call_later(delay_s, _write, writer, write_xml(event))


class Unit:
    """A unit's device: it tells its position, and answers a request to hold fire as `answer` says (ACK, UNABLE).

    clock_ns: of the network's times. answer "": it only listens.
    """

    def __init__(self, station: OurStation, answer: str, clock_ns: Callable[[], int], after_s: float = 0.0) -> None:
        self._station, self._answer, self._clock_ns, self._after_s = station, answer, clock_ns, after_s
        self._writer: asyncio.StreamWriter | None = None
        self.heard: list[CotEvent] = []
        self.screen: dict[str, CotEvent] = {}
        """What its screen shows: drawn shapes stay until they are deleted, marks until they run out."""

    async def run(self, port: int) -> None:
        """Until cancelled or the server dies."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self.say(own_position(self._station, self._clock_ns(), 60.0))
        stream = Stream()
        try:
            while octets := await reader.read(65536):
                for event in stream.take(octets):
                    self._hear(event)
        finally:
            self._writer.close()

    def say(self, event: CotEvent) -> None:
        if self._writer is not None:
            self._writer.write(write_xml(event))

    def _hear(self, event: CotEvent) -> None:
        self.heard.append(event)
        if event.deletes is not None:
            self.screen.pop(event.deletes[0], None)
        elif event.chat is None:
            self.screen[event.uid] = event
        elif self._answer and " ACK " in event.chat.text:
            code = event.chat.text.split(" ACK ", 1)[1][:4]
            line = chat_line(self._station, f"{self._answer} {code}", self._clock_ns())
            asyncio.get_running_loop().call_later(self._after_s, self.say, line)


class Town:
    """Own side's server and the units on it, in a thread of their own. Made, it serves; raises TimeoutError: not so.

    every: called in that thread some fifty times a second, for what somebody there does of himself.
    """

    def __init__(
        self, units: Sequence[Unit] = (), faults: Faults | None = None, every: Callable[[Town], None] = lambda _: None
    ) -> None:
        self.server, self.units = TakServer(faults), list(units)
        self._every = every
        self._ready, self._over = Event(), Event()
        self._thread = Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        if not self._ready.wait(10.0):
            raise TimeoutError("own side's server did not begin within 10 s")

    async def _live(self) -> None:
        await self.server.start()
        listening = [asyncio.create_task(unit.run(self.server.port)) for unit in self.units]
        self._ready.set()
        while not self._over.is_set():
            await asyncio.sleep(0.02)
            self._every(self)
        for one in listening:
            one.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        await self.server.die()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.server.port}"

    def lines(self, sender: str = "") -> list[str]:
        """What was said in words, by everybody or by one."""
        chats = [event.chat for event in list(self.server.passed) if event.chat is not None]
        return [chat.text for chat in chats if not sender or chat.sender == sender]

    def close(self) -> None:
        self._over.set()
        self._thread.join(10.0)


def _write(writer: asyncio.StreamWriter, octets: bytes) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        writer.write(octets)
