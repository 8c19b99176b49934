"""Carries bytes between a link and the driver, and time with them: the one loop that a live aircraft needs.

It wakes on an absolute schedule, at the driver's own deadlines and at least fifty times a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from safeconduct.model.events import Event
from safeconduct.model.mission_time import NS
from safeconduct.vehicle.mavlink_aircraft import MavlinkAircraft
from safeconduct.vehicle.punctual import punctual
from safeconduct.vehicle.transport import Link

_TICK_NS = NS // 50


class Carrier:
    """clock_ns: mission time; the driver's, the record's and the events' alike. scheduling: what the kernel granted."""

    def __init__(self, link: Link, aircraft: MavlinkAircraft, clock_ns: Callable[[], int]) -> None:
        self._link = link
        self._aircraft = aircraft
        self._clock_ns = clock_ns
        self.scheduling = ""
        link.listen(self._on_data)

    def flush(self) -> None:
        """Send what the driver wants sent; call it after `obey` so that nothing waits for the next tick."""
        to = self._aircraft.source
        for datagram in self._aircraft.outgoing():
            self._link.send(datagram, to)

    async def run(self, on_events: Callable[[list[Event]], None], until: Callable[[], bool] = lambda: False) -> None:
        """Poll, hand over what became known, send; until `until()` is true or the task is cancelled."""
        with punctual() as self.scheduling:
            await self._run(on_events, until)

    async def _run(self, on_events: Callable[[list[Event]], None], until: Callable[[], bool]) -> None:
        due_ns = self._clock_ns()
        while not until():
            now_ns = self._clock_ns()
            events = self._aircraft.poll(now_ns)
            if events:
                on_events(events)
            self.flush()
            due_ns = max(due_ns + _TICK_NS, now_ns)
            deadline_ns = self._aircraft.next_deadline_ns()
            wake_ns = due_ns if deadline_ns is None else min(due_ns, deadline_ns)
            await asyncio.sleep(max(0.0, (wake_ns - self._clock_ns()) / NS))

    def _on_data(self, data: bytes, source: object) -> None:
        self._aircraft.receive(data, self._clock_ns(), source, stream=self._link.stream)
        self.flush()
