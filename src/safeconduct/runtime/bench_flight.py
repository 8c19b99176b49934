"""`safeconduct bench flight`: how well it flies, each figure beside what a simpler way reaches in the same run.

Lag and swings are flown by the real driver on the twin's bytes in driven time and measured on the twin's true
position. Setpoint lateness is measured live: real clock, real UDP, a twin process, and both cores kept busy.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from math import cos, pi, sin
from statistics import mean, quantiles
from typing import Any

from safeconduct.model.commands import Launch, Steer
from safeconduct.model.events import CommandDone, Event
from safeconduct.model.geometry import Enu, add
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Signal
from safeconduct.runtime.bench_table import at_most, bench_report
from safeconduct.runtime.proving_flight import FRAME, ProvingFlight
from safeconduct.signals import manoeuvre_for
from safeconduct.sim.twin import TWIN_OPTIONS, Target
from safeconduct.vehicle import Carrier, Link, MavlinkAircraft, open_link

_HEIGHT_M = 12.0
_WALK_MPS = 1.2
_SETPOINT_ID = 84
_EARLY_MS = 5.0


def lag_behind_a_walk() -> tuple[float, float]:
    """Mean metres behind a point that walks north at 1.2 m/s, once it is followed: (ours, position only at 4 Hz)."""

    def walk(t_s: float) -> tuple[Enu, Enu, Enu]:
        return Enu(0.0, _WALK_MPS * t_s, _HEIGHT_M), Enu(0.0, _WALK_MPS, 0.0), Enu(0.0, 0.0, 0.0)

    def lag(flown: list[tuple[float, Enu]]) -> float:
        return mean(abs(_WALK_MPS * t_s - at.north) for t_s, at in flown if t_s > 15.0)

    ours = lag(ProvingFlight().fly(walk, 45.0))
    simple = lag(ProvingFlight().fly_simply(lambda t_s, t_ns: Target(t_ns, walk(t_s)[0]), 4.0, 45.0))
    return ours, simple


def swings() -> tuple[dict[str, float], float]:
    """Flown share of the asked amplitude, for yes and no as the mission shows them; and for a bare 3 s nod of ±1 m."""
    shares: dict[str, float] = {}
    for name, signal in (("nod", Signal.YES), ("sway", Signal.NO)):
        begin = Enu(0.0, 0.0, _HEIGHT_M)
        m = manoeuvre_for(signal, begin, Enu(20.0, 0.0, 0.0))

        def path(t_s: float, m: Any = m, begin: Enu = begin) -> tuple[Enu, Enu, Enu]:
            dp, dv, da = m.at(t_s)
            return add(begin, dp), dv, da

        flown = ProvingFlight().fly(path, m.duration_s + 1.0)
        along_m = [sum((at[i] - begin[i]) * m.axis[i] for i in range(3)) for _, at in flown]
        shares[name] = (max(along_m) - min(along_m)) / 2.0 / m.amplitude_m

    def bare(t_s: float, t_ns: int) -> Target:
        w = 2.0 * pi / 3.0
        return Target(t_ns, Enu(0.0, 0.0, _HEIGHT_M + sin(w * t_s)), Enu(0.0, 0.0, w * cos(w * t_s)))

    up = [at.up for t_s, at in ProvingFlight().fly_simply(bare, 10.0, 15.0) if t_s > 6.0]
    return shares, (max(up) - min(up)) / 2.0


class _Stamped:
    """A link that notes when setpoints leave."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.address, self.stream = link.address, link.stream
        self.sent_ns: list[int] = []

    def listen(self, on_data: Callable[[bytes, object], None]) -> None:
        self._link.listen(on_data)

    def send(self, data: bytes, to: object = None) -> None:
        self._link.send(data, to)
        if data[7] == _SETPOINT_ID:
            self.sent_ns.append(time.monotonic_ns())


_SIMPLE_LOOP = """
import asyncio, sys, time
async def main():
    begin = last = time.monotonic()
    for n in range(1, int(sys.argv[1]) + 1):
        await asyncio.sleep(0.1)
        now = time.monotonic()
        print((now - last - 0.1) * 1e3, (now - begin - 0.1 * n) * 1e3)
        last = now
asyncio.run(main())
"""
"""The anchor, a program of its own beside ours: how late each round is by itself, and on the schedule (it drifts)."""


async def _live(setpoints: int) -> tuple[list[float], int, list[tuple[float, float]], str]:
    """Lateness in ms of every setpoint and how many were missed; (late, drift) in ms of every round of a plain sleep
    loop beside it; the scheduling granted."""
    with ExitStack() as stack:
        port = 20_000 + os.getpid() % 20_000
        async with open_link(f"udpin:127.0.0.1:{port}") as link:
            stamped = _Stamped(link)
            twin = [sys.executable, "-m", "safeconduct.sim.twin", "--connect", f"127.0.0.1:{port}"]
            for words in (twin, *[[sys.executable, "-c", "while True: pass"]] * (os.cpu_count() or 2)):
                process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
                stack.callback(process.wait)
                stack.callback(process.kill)
            rounds = [sys.executable, "-c", _SIMPLE_LOOP, str(setpoints)]
            simple = subprocess.Popen(rounds, stdout=subprocess.PIPE, text=True)
            stack.callback(simple.kill)
            driver = MavlinkAircraft(FRAME, TWIN_OPTIONS)
            carrier = Carrier(stamped, driver, time.monotonic_ns)
            flying = False
            launched = False

            def on_events(events: list[Event]) -> None:
                nonlocal flying
                flying = flying or any(isinstance(e, CommandDone) for e in events)

            async def tell() -> None:
                """What the core does: a new steer every 0.1 s."""
                nonlocal launched
                while True:
                    now_ns = time.monotonic_ns()
                    if flying:
                        place = Enu(0.0, 0.5 * sin(now_ns / NS), _HEIGHT_M)
                        driver.obey(Steer(now_ns, place), now_ns)
                        carrier.flush()
                    elif driver.locked and not launched:
                        launched = True
                        driver.obey(Launch(now_ns, _HEIGHT_M), now_ns)
                    await asyncio.sleep(0.1)

            telling = asyncio.create_task(tell())
            try:
                limit_ns = time.monotonic_ns() + round((120.0 + setpoints / 10) * NS)
                done = lambda: len(stamped.sent_ns) > setpoints or time.monotonic_ns() > limit_ns  # noqa: E731
                await carrier.run(on_events, done)
            finally:
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)
            lines = simple.communicate(timeout=60)[0].splitlines()
    sent = stamped.sent_ns
    # Each against its own slot of the schedule that began with the first; a slot without a setpoint is counted apart.
    since_ms = [(t - sent[0]) / 1e6 for t in sent[1:]]
    late_ms = [(ms + _EARLY_MS) % 100.0 - _EARLY_MS for ms in since_ms]
    missed = round(since_ms[-1] / 100.0 - 0.4) - len(since_ms) if since_ms else 0
    simple_ms = [(float(own), float(drift)) for own, drift in (line.split() for line in lines)]
    return late_ms, missed, simple_ms, carrier.scheduling


def _percentiles(ms: list[float]) -> dict[str, float]:
    cuts = quantiles(ms, n=1000, method="inclusive")
    return {"p50": round(cuts[499], 2), "p99": round(cuts[989], 2), "p99_9": round(cuts[998], 2)}


def bench_flight(setpoints: int = 1000) -> dict[str, Any]:
    """name, figures, baseline, ratio. ratio: how many times better than the baseline, by figure."""
    lag_m, simple_lag_m = lag_behind_a_walk()
    shares, bare_nod = swings()
    late_ms, missed, simple_late_ms, scheduling = asyncio.run(_live(setpoints))
    late = _percentiles(late_ms)
    simple_late = _percentiles([own for own, _ in simple_late_ms])
    figures = {
        "lag_m": round(lag_m, 4),
        "nod_share": round(shares["nod"], 3),
        "sway_share": round(shares["sway"], 3),
        "setpoints": len(late_ms),
        "late_ms": late,
        "missed": missed,
        "scheduling": scheduling,
    }
    baseline = {
        "lag_m_position_only_4_hz": round(simple_lag_m, 3),
        "nod_share_bare_3_s": round(bare_nod, 3),
        "late_ms_sleep_loop": simple_late,
        "drift_ms_sleep_loop": round(simple_late_ms[-1][1], 1),
    }
    ratio = {
        "lag": round(simple_lag_m / max(lag_m, 1e-4), 1),
        "nod": round(abs(1.0 - bare_nod) / max(abs(1.0 - shares["nod"]), 1e-3), 1),
        "late_p99_9": round(simple_late["p99_9"] / max(late["p99_9"], 0.01), 1),
    }
    bars = {"lag_m": at_most(0.05), "share_within": 0.1, "late_ms_p99_9": 10.0}
    return bench_report("flight", figures, baseline, ratio, bars)
