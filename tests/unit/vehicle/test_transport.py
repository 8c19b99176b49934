"""Real sockets and a real terminal line: bytes go both ways, and what is dead is silent."""

from __future__ import annotations

import asyncio
import os
import pty
import socket

import pytest

from safeconduct.model.faults import BadInput
from safeconduct.vehicle import open_link


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


class Heard:
    def __init__(self) -> None:
        self.data = bytearray()
        self.sources: list[object] = []
        self._more = asyncio.Event()

    def __call__(self, data: bytes, source: object) -> None:
        self.data += data
        self.sources.append(source)
        self._more.set()

    async def until(self, data: bytes) -> None:
        async with asyncio.timeout(10):
            while data not in self.data:
                self._more.clear()
                await self._more.wait()


def test_udp_carries_both_ways_and_answers_go_to_whom_was_heard() -> None:
    async def run() -> None:
        port = free_port()
        ground, vehicle = Heard(), Heard()
        async with open_link(f"udpin:127.0.0.1:{port}") as ours, open_link(f"udpout:127.0.0.1:{port}") as theirs:
            ours.listen(ground)
            theirs.listen(vehicle)
            ours.send(b"nobody is there yet")
            theirs.send(b"heartbeat")
            await ground.until(b"heartbeat")
            ours.send(b"to all")
            await vehicle.until(b"to all")
            ours.send(b"to you", ground.sources[0])
            await vehicle.until(b"to you")

    asyncio.run(run())


def test_a_second_program_on_the_port_is_told_so_in_one_line() -> None:
    async def run() -> None:
        port = free_port()
        async with open_link(f"udpin:127.0.0.1:{port}"):
            with pytest.raises(BadInput) as taken:
                async with open_link(f"udpin:127.0.0.1:{port}"):
                    pass
        assert str(taken.value) == (
            f"udpin:127.0.0.1:{port}: port {port} is taken; end the other program on it or give another port"
        )

    asyncio.run(run())


def test_an_unknown_host_is_bad_input() -> None:
    async def run() -> None:
        async with open_link("tcp:no.such.host.invalid:5760"):
            pass

    with pytest.raises(BadInput, match="is not known"):
        asyncio.run(run())


def test_sending_to_a_dead_port_is_silence() -> None:
    async def run() -> None:
        async with open_link(f"udpout:127.0.0.1:{free_port()}") as link:
            for _ in range(5):
                link.send(b"anybody?")
                await asyncio.sleep(0.01)

    asyncio.run(run())


def test_a_closed_tcp_link_connects_again() -> None:
    async def run() -> None:
        port = free_port(socket.SOCK_STREAM)
        served = 0

        async def vehicle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal served
            served += 1
            writer.write(b"boot %d" % served)
            await writer.drain()
            await reader.read(100)
            writer.close()

        heard = Heard()
        async with open_link(f"tcp:127.0.0.1:{port}") as link:  # nobody serves yet: that is no error
            link.listen(heard)
            link.send(b"lost")
            server = await asyncio.start_server(vehicle, "127.0.0.1", port)
            async with server:
                await heard.until(b"boot 1")
                link.send(b"hang up")
                await heard.until(b"boot 2")

    asyncio.run(run())


def test_a_serial_line_carries_both_ways_and_survives_being_pulled() -> None:
    async def run() -> None:
        master, slave = pty.openpty()
        name = os.ttyname(slave)
        heard = Heard()
        async with open_link(f"serial:{name}:115200") as link:
            link.listen(heard)
            os.write(master, b"heartbeat")
            await heard.until(b"heartbeat")
            link.send(b"order")
            assert await asyncio.to_thread(os.read, master, 100) == b"order"
            os.close(slave)
            os.close(master)
            await asyncio.sleep(0.3)
            link.send(b"into the void")

    asyncio.run(run())


def test_a_serial_device_that_is_not_there_is_bad_input() -> None:
    async def run() -> None:
        async with open_link("/dev/no-such-radio"):
            pass

    with pytest.raises(BadInput, match="cannot be opened"):
        asyncio.run(run())
