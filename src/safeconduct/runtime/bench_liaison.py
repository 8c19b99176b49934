"""From the latch to own side's network, our own share of the work, eight hours of refresh, and a million odd messages.

Beside it in the same run: a bare socket that sends the same octets.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import time
from random import Random
from typing import Any

import numpy as np

from safeconduct.liaison import HoldFire, OurStation, TakNetwork, chat_line, own_position, parse_tak, write_xml
from safeconduct.liaison.cot import CotEvent
from safeconduct.liaison.whiteflag import Unreadable, decode, encode, faults, surrender
from safeconduct.model.commands import RequestNoFire
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS, after
from safeconduct.sim.tak_server import TakServer

_FRAME = LocalFrame(Wgs84(48.6, 38.0, 180.0))
_US = OurStation("SAFE-77", "SAFE", Wgs84(48.6, 38.0))
_ALPHA = OurStation("ANDROID-1", "ALPHA", Wgs84(48.6, 38.0))


def bench_liaison(short: bool = False) -> dict[str, Any]:
    sent_ms, own_ms = asyncio.run(_latches(40 if short else 200))
    bare_ms = _bare_socket(200)
    growth_kb, minutes = _eight_hours(60 if short else 480)
    read, refused, a_second = _odd_messages(100_000 if short else 1_000_000)
    figures = {
        "latch_to_server_ms": {"p50": _at(sent_ms, 50), "p95": _at(sent_ms, 95), "max": _at(sent_ms, 100)},
        "own_share_ms": {"p50": _at(own_ms, 50), "p95": _at(own_ms, 95)},
        f"growth_in_{minutes}_minutes_kb": growth_kb,
        "whiteflag_odd_messages": {"read": read, "refused": refused, "crashed": 0, "a_second": a_second},
    }
    baseline = {"bare_socket_ms": {"p50": _at(bare_ms, 50), "p95": _at(bare_ms, 95)}}
    ratio = round(_at(sent_ms, 50) / max(_at(bare_ms, 50), 1e-3), 2)
    return {"name": "liaison", "figures": figures, "baseline": baseline, "ratio": ratio}


async def _latches(times: int) -> tuple[list[float], list[float]]:
    """Each a request of its own: from the core's command to the server's having read the mark and the circle."""
    server = TakServer()
    await server.start()
    network = TakNetwork(parse_tak(f"tcp://127.0.0.1:{server.port}"), lambda _: None, settles_s=0.05)
    network.introduce(own_position(_US, time.time_ns(), 90.0))
    running = asyncio.create_task(network.run())
    while not network.up:
        await asyncio.sleep(0.01)
    sent_ms, own_ms = [], []
    for number in range(times):
        hold = HoldFire(_US, _FRAME, ("ALPHA",), f"m{number}")
        server.passed.clear()
        begin = time.perf_counter()
        now = time.time_ns()
        hold.obey(RequestNoFire(now, Enu(float(number), 0.0, 0.0), 150.0, after(now, 180.0)), now)
        for event in hold.take_sends():
            network.send(event)
        own_ms.append((time.perf_counter() - begin) * 1e3)
        while sum(e.circle is not None for e in server.passed) < 2:
            await asyncio.sleep(0)
        sent_ms.append((time.perf_counter() - begin) * 1e3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await server.die()
    return sent_ms, own_ms


def _bare_socket(times: int) -> list[float]:
    event = CotEvent("x", "u-d-c-c", "h-e", 0, 0, 0, 48.6, 38.0, remarks="x" * 200)
    octets = write_xml(event)
    here, there = socket.socketpair()
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        here.sendall(octets)
        left = len(octets)
        while left:
            left -= len(there.recv(left))
        spent.append((time.perf_counter() - begin) * 1e3)
    here.close()
    there.close()
    return spent


def _eight_hours(minutes: int) -> tuple[int, int]:
    """Requests every minute, refreshes, answers and other people's chatter, in driven time."""
    hold = HoldFire(_US, _FRAME, ("ALPHA",), "long")
    grown = 0
    for minute in range(minutes):
        for second in range(0, 60, 5):
            t_ns = after(SIMULATED_START_NS, 60.0 * minute + second)
            if second == 0:
                hold.obey(RequestNoFire(t_ns, Enu(float(minute), 0.0, 0.0), 150.0, after(t_ns, 180.0)), t_ns)
                hold.hear(chat_line(_ALPHA, f"ACK {hold.code}", t_ns), t_ns)
            stranger = OurStation(f"N-{minute}-{second}", f"N{minute}", _US.place)
            hold.hear(own_position(stranger, t_ns, 60.0), t_ns)
            hold.tick(t_ns)
            hold.take_sends()
            hold.take_facts()
        if minute == minutes // 4:
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown, minutes


def _odd_messages(times: int) -> tuple[int, int, int]:
    luck = Random(11)
    head = encode(surrender(_US.place, 150, SIMULATED_START_NS, 30))
    read = refused = 0
    begin = time.perf_counter()
    for number in range(times):
        octets = bytearray(head if number % 3 else b"WF10" + luck.randbytes(luck.randrange(100)))
        octets[luck.randrange(4, len(octets)) if len(octets) > 4 else 0] ^= luck.randrange(1, 256)
        if number % 5 == 0:
            del octets[luck.randrange(len(octets)) :]
        try:
            faults(decode(bytes(octets)))
            read += 1
        except Unreadable:
            refused += 1
    return read, refused, round(times / (time.perf_counter() - begin))


def _at(values: list[float], part: float) -> float:
    return round(float(np.percentile(values, part)), 3)
