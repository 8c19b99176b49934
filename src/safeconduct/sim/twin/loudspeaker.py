"""The twin's loudspeaker: it keeps what was played, takes as long as a voice would, and can be broken."""

from __future__ import annotations

from safeconduct.model.events import Spoken
from safeconduct.model.mission_time import after
from safeconduct.vehicle import Speech

LETTERS_A_SECOND = 12.0


class TwinSpeaker:
    """Implements `vehicle.Speaker`. broken: why it says nothing; it may break at any time."""

    place = "aircraft"
    needs_sound = False

    def __init__(self, broken: str = "") -> None:
        self.broken = broken
        self.played: list[Speech] = []
        self._playing: tuple[Speech, int] | None = None
        self._ended: list[Spoken] = []

    def absent(self) -> str:
        return self.broken

    def play(self, speech: Speech, t_ns: int) -> None:
        self._cut(t_ns, "cut off by the next phrase")
        self._playing = (speech, after(t_ns, speech.lasts_s or 1.0 + len(speech.text) / LETTERS_A_SECOND))

    def poll(self, t_ns: int) -> list[Spoken]:
        if self.broken:
            self._cut(t_ns, self.broken)
        if self._playing is not None and t_ns >= self._playing[1]:
            speech, self._playing = self._playing[0], None
            self.played.append(speech)
            self._ended.append(speech.spoken(t_ns, self.place))
        ended, self._ended = self._ended, []
        return ended

    def hush(self, t_ns: int, why: str) -> None:
        self._cut(t_ns, why)

    def close(self) -> None:
        self._playing = None

    def _cut(self, t_ns: int, why: str) -> None:
        if self._playing is not None:
            self._ended.append(self._playing[0].spoken(t_ns, self.place, why))
            self._playing = None
