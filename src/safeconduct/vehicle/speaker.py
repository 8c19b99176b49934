"""A loudspeaker as the mission sees it: it takes a phrase, and says afterwards whether it was played to its end.

No autopilot speaks MAVLink to a loudspeaker, so this is a device of its own beside `Aircraft`: on the aircraft where a
maker offers one, else at the station.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from safeconduct.model.events import Spoken


class Speech(msgspec.Struct, frozen=True):
    """Words ready to be played. sound: a WAV file, or b"" where none could be made. how: where the sound is from."""

    utterance: int
    phrase: str
    language: str
    text: str
    sound: bytes = b""
    lasts_s: float = 0.0
    how: str = ""

    def spoken(self, t_ns: int, place: str, why: str = "") -> Spoken:
        """The evidence for it; why: it was not played to its end."""
        return Spoken(t_ns, self.utterance, self.phrase, self.language, not why, self.text, place, self.how, why)


class Speaker(Protocol):
    """place: aircraft or station. needs_sound: false for one that has its own voice (or only writes down)."""

    place: str
    needs_sound: bool

    def absent(self) -> str:
        """Why nothing can be played here, "" where it can."""

    def play(self, speech: Speech, t_ns: int) -> None:
        """Begin; what is being played is cut off and reported as not said."""

    def hush(self, t_ns: int, why: str) -> None:
        """Be silent now; what was being played is reported as not said."""

    def poll(self, t_ns: int) -> list[Spoken]:
        """What ended since the last call."""

    def close(self) -> None:
        """Be silent."""
