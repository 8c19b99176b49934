"""Pictures on their way to one viewer: a few, the newest. Who reads slowly loses pictures, and costs nobody memory."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from safeconduct.station.page.reel import Framed

WAITING_MAX = 3


class Lane:
    """`take` may be called from any thread and never waits; `next` belongs to `loop`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Framed] = deque()
        self._skipped = False
        self._came = asyncio.Event()

    def take(self, picture: Framed) -> None:
        with suppress(RuntimeError):  # the server is closing
            self._loop.call_soon_threadsafe(self._put, picture)

    def _put(self, picture: Framed) -> None:
        if len(self._waiting) >= WAITING_MAX:
            self._waiting.clear()  # they build upon each other: what follows a gap needs a whole picture first
            self._skipped = True
        self._waiting.append(picture)
        self._came.set()

    async def next(self) -> tuple[Framed, bool]:
        """(the next picture, whether some before it were lost)."""
        while not self._waiting:
            self._came.clear()
            await self._came.wait()
        skipped, self._skipped = self._skipped, False
        return self._waiting.popleft(), skipped
