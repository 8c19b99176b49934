"""The desk of a record that is shown again: pages set the time and the speed, and nothing can be decided."""

from __future__ import annotations

from threading import Lock

from safeconduct.station.page.heard import Heard, Pace, Seek
from safeconduct.station.page.roles import Role
from safeconduct.station.page.told import Answered, LeaseShown

FASTEST = 60.0


class Projector:
    """speed: seconds of the record a second; 0: it stands still. Pages speak in another thread than the player's."""

    def __init__(self, speed: float = 1.0) -> None:
        self._lock = Lock()
        self._open: dict[str, int] = {}
        self._wanted_s: float | None = None
        self.speed = speed

    def arrive(self, who: str, role: Role = Role.WATCHER) -> None:  # noqa: ARG002
        with self._lock:
            self._open[who] = self._open.get(who, 0) + 1

    def leave(self, who: str) -> None:
        with self._lock:
            self._open[who] = self._open.get(who, 1) - 1
            if self._open[who] <= 0:
                del self._open[who]

    def hear(self, who: str, message: Heard) -> Answered:  # noqa: ARG002
        words = ""
        match message:
            case Seek():
                with self._lock:
                    self._wanted_s = message.clock_s
            case Pace():
                self.speed = min(message.speed, FASTEST)
            case _:
                words = "this is a record: it can be looked at, and nothing in it can be decided"
        return Answered(message.number, not words, words)

    def lease(self) -> LeaseShown:
        return LeaseShown("", False, "", len(self._open), self.speed)

    @property
    def stations(self) -> int:
        return len(self._open)

    def take_wanted_s(self) -> float | None:
        """Where a page wants to look, once."""
        with self._lock:
            wanted, self._wanted_s = self._wanted_s, None
        return wanted
