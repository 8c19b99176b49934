"""From the latch to own side's network, our own share of the work, eight hours of refresh, and a million odd messages.

Beside it in the same run: a bare socket that sends the same octets.
"""

from __future__ import annotations

import asyncio
import socket
import time
import tracemalloc
from random import Random
from typing import Any

import numpy as np

from safeconduct.liaison import (
    HoldFire,
    OurStation,
    OwnUnits,
    TakNetwork,
    chat_line,
    own_position,
    parse_tak,
    write_xml,
)
from safeconduct.liaison.cot import CotEvent
from safeconduct.liaison.whiteflag import (
    Circle,
    CircleKey,
    EscortSigns,
    Unreadable,
    decode,
    encode,
    faults,
    surrender,
)
from safeconduct.model.commands import RequestNoFire
from safeconduct.model.events import Impact
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS, after
from safeconduct.runtime.bench_table import bench_report
from safeconduct.sim.tak_server import TakServer

_FRAME = LocalFrame(Wgs84(48.6, 38.0, 180.0))
_US = OurStation("SAFE-77", "SAFE", Wgs84(48.6, 38.0))
_KEY = CircleKey(b"sixteen octets and more", b"address")
_ALPHA = OurStation("ANDROID-1", "ALPHA", Wgs84(48.6, 38.0))


def bench_liaison(short: bool = False) -> dict[str, Any]:
    sent_ms, own_ms, cpu_ms = asyncio.run(_latches(40 if short else 200))
    bare_ms = _bare_socket(200)
    growth_kb, peak_kb, minutes = _eight_hours(60 if short else 480)
    sealed_a_second = _sealed_and_opened(500 if short else 5000)
    read, refused, a_second = _odd_messages(100_000 if short else 1_000_000)
    figures = {
        "latch_to_server_ms": {"p50": _at(sent_ms, 50), "p95": _at(sent_ms, 95), "max": _at(sent_ms, 100)},
        "own_share_ms": {"p50": _at(own_ms, 50), "p95": _at(own_ms, 95)},
        "own_share_processor_ms": {"p50": _at(cpu_ms, 50), "p95": _at(cpu_ms, 95)},
        f"growth_in_{minutes}_minutes_kb": growth_kb,
        f"peak_in_{minutes}_minutes_kb": peak_kb,
        "whiteflag_sealed_and_opened_a_second": sealed_a_second,
        "whiteflag_odd_messages": {"read": read, "refused": refused, "crashed": 0, "a_second": a_second},
    }
    baseline = {"bare_socket_ms": {"p50": _at(bare_ms, 50), "p95": _at(bare_ms, 95)}}
    ratio = round(_at(sent_ms, 50) / max(_at(bare_ms, 50), 1e-3), 2)
    return bench_report("liaison", figures, baseline, ratio)


async def _latches(times: int) -> tuple[list[float], list[float], list[float]]:
    """Each a request of its own: from the core's command to the server's having read the mark and the circle.

    Then our own share of it, by the wall's clock and by the processor's, which other programs do not move.
    """
    server = TakServer()
    await server.start()
    network = TakNetwork(parse_tak(f"tcp://127.0.0.1:{server.port}"), lambda _: None, settles_s=0.05)
    network.introduce(own_position(_US, time.time_ns(), 90.0))
    running = asyncio.create_task(network.run())
    while not network.up:
        await asyncio.sleep(0.01)
    sent_ms, own_ms, cpu_ms = [], [], []
    for number in range(times):
        hold = HoldFire(_US, _FRAME, ("ALPHA",), f"m{number}")
        server.passed.clear()
        begin, work = time.perf_counter(), time.thread_time()
        now = time.time_ns()
        hold.obey(RequestNoFire(now, Enu(float(number), 0.0, 0.0), 150.0, after(now, 180.0)), now)
        for event in hold.take_sends():
            network.send(event)
        own_ms.append((time.perf_counter() - begin) * 1e3)
        cpu_ms.append((time.thread_time() - work) * 1e3)
        while sum(e.circle is not None for e in server.passed) < 2:
            await asyncio.sleep(0)
        sent_ms.append((time.perf_counter() - begin) * 1e3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await server.die()
    return sent_ms, own_ms, cpu_ms


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


def _eight_hours(minutes: int) -> tuple[int, int, int]:
    """Requests every minute, refreshes, answers, shells, other people's chatter, the network away half of the time.

    Driven time; what Python holds: its growth from the first quarter to the end, and the most that it held.
    """
    hold, near = HoldFire(_US, _FRAME, ("ALPHA",), "long"), OwnUnits(_US, _FRAME)
    signs = EscortSigns(_FRAME, Circle(_KEY), test=False)
    network = TakNetwork(parse_tak("tcp://127.0.0.1:1"), lambda _: None)  # never run: it keeps the newest of each name
    grown = 0
    tracemalloc.start()
    for minute in range(minutes):
        for second in range(0, 60, 5):
            t_ns = after(SIMULATED_START_NS, 60.0 * minute + second)
            if second == 0:
                asked = RequestNoFire(t_ns, Enu(100.0 * minute, 0.0, 0.0), 150.0, after(t_ns, 180.0))
                hold.obey(asked, t_ns)
                signs.obey(asked, t_ns)
                signs.notice(Impact(t_ns, asked.centre, "eyes"), t_ns)
                hold.hear(chat_line(_ALPHA, f"ACK {hold.code}", t_ns), t_ns)
            stranger = own_position(OurStation(f"N-{minute}-{second}", f"N{minute}", _US.place), t_ns, 60.0)
            hold.hear(stranger, t_ns)
            near.hear(stranger, hold.area, t_ns)
            hold.tick(t_ns, network_up=bool(minute % 2))
            for event in hold.take_sends():
                network.send(event)
            hold.take_facts()
            hold.take_troubles()
        if minute == minutes // 4:
            grown = tracemalloc.get_traced_memory()[0]
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return round((held - grown) / 1024), round(peak / 1024), minutes


def _sealed_and_opened(times: int) -> int:
    ours, theirs = Circle(_KEY), Circle(_KEY)
    octets = encode(surrender(_US.place, 150, SIMULATED_START_NS, 30))
    begin = time.perf_counter()
    for _ in range(times):
        for half in ours.send(octets):
            theirs.hear(half)
    return round(times / (time.perf_counter() - begin))


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
