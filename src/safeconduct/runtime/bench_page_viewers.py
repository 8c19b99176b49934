"""Ten viewers beside one: what they cost the server's processor. Each takes the picture and what is told.

They live in a process of their own, so that what reading costs is not counted.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from statistics import median
from typing import Any, NamedTuple

from safeconduct.runtime.bench_page_server import Asked


class Cost(NamedTuple):
    """Shares of one processor core. pictures_hz: that each viewer got, at the median."""

    nobody: float
    one: float
    ten: float
    pictures_hz: float


def cost_of_ten(server: Asked, seconds: float, rounds: int = 2) -> Cost:
    """Nobody, one, ten, again and again: what changes on the machine meanwhile changes for all."""
    costs: dict[int, list[float]] = {0: [], 1: [], 10: []}
    rates: list[float] = []
    for _ in range(rounds):
        for viewers, took in costs.items():
            with _looking(server.address, viewers) as look:
                look(1.0)
                before_s = server.processor_s()
                seen = look(seconds)
                took.append((server.processor_s() - before_s) / seconds)
                rates += [n / seconds for n in seen]
    nobody, one, ten = (median(took) for took in costs.values())
    return Cost(round(nobody, 4), round(one, 4), round(ten, 4), round(median(rates), 1))


def cost_of_ten_mjpeg(server: Asked, seconds: float) -> tuple[float, float]:
    """(one, ten) viewers of the MJPEG anchor, which encodes for each."""
    found = []
    for viewers in (1, 10):
        with _looking(server.address, viewers, mjpeg=True) as look:
            look(1.0)
            before_s = server.processor_s()
            look(seconds)
            found.append(round((server.processor_s() - before_s) / seconds, 4))
    return found[0], found[1]


class _Look:
    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def __call__(self, seconds: float) -> list[int]:
        """Look for so long; the number of pictures that each viewer got meanwhile."""
        self._pipe.send(seconds)
        return list(self._pipe.recv())


@contextmanager
def _looking(address: str, viewers: int, *, mjpeg: bool = False) -> Iterator[_Look]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_look_on, args=(theirs, address, viewers, mjpeg), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.recv()
        yield _Look(ours)
    finally:
        process.kill()  # it only reads: there is nothing to end well
        process.join()
        ours.close()


def _look_on(pipe: Connection, address: str, viewers: int, mjpeg: bool) -> None:
    asyncio.run(_all_look(pipe, address, viewers, mjpeg))


async def _all_look(pipe: Connection, address: str, viewers: int, mjpeg: bool) -> None:
    got: Counter[int] = Counter()
    look = _mjpeg if mjpeg else _page
    tasks = [asyncio.create_task(look(address, n, got)) for n in range(viewers)]
    await asyncio.sleep(0.5)
    pipe.send("ready")
    while not any(task.done() for task in tasks):
        while not pipe.poll():
            await asyncio.sleep(0.01)
        seconds = pipe.recv()
        got.clear()
        await asyncio.sleep(seconds)
        pipe.send([got[n] for n in range(viewers)])


async def _page(address: str, n: int, got: Counter[int]) -> None:
    """As the page does it: its cookie first, then both sockets."""
    import websockets

    page = await asyncio.to_thread(urllib.request.urlopen, address)
    cookie = page.headers["set-cookie"].partition(";")[0]
    where = address.replace("http", "ws", 1)
    more: Any = {
        "additional_headers": {"cookie": cookie}, "origin": address.rstrip("/"), "compression": None, "max_size": None,
    }  # fmt: skip
    async with websockets.connect(f"{where}station", **more) as told:
        hearing = asyncio.create_task(_hear(told))
        async with websockets.connect(f"{where}picture", **more) as picture:
            await picture.send(json.dumps({"kind": "watch", "codec": "h264"}))
            async for _ in picture:
                got[n] += 1
        hearing.cancel()


async def _hear(told: Any) -> None:
    async for _ in told:
        pass


async def _mjpeg(address: str, n: int, got: Counter[int]) -> None:
    host = address.split("/")[2]
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    writer.write(f"GET /anchor.mjpeg HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    while data := await reader.read(1 << 18):
        got[n] += data.count(b"Content-Type: image/jpeg")
