"""An escort's Whiteflag messages, as its commands go: surrender and request to cease fire, their updates and their end.

Whoever is in the closed circle reads them from files or from the remarks of a CoT event; nothing goes to a public
chain.
"""

from __future__ import annotations

import re

from safeconduct.liaison.whiteflag.bits import Unreadable
from safeconduct.liaison.whiteflag.message import LONGEST, Whiteflag, decode, encode, name_of
from safeconduct.liaison.whiteflag.signs import answer, cease_fire_request, surrender
from safeconduct.model.commands import Command, EndNoFire, MissionClosed, RequestNoFire
from safeconduct.model.geometry import LocalFrame
from safeconduct.model.mission_time import seconds_between

DISCONTINUE = 4
UPDATE = 2
_REMARK = re.compile(rf"\bWF:([0-9a-fA-F]{{2,{2 * LONGEST}}})\b")


class EscortSigns:
    """Keeps what stands. wall_ns: of the time that messages carry, which is UTC."""

    def __init__(self, frame: LocalFrame) -> None:
        self._frame = frame
        self._standing: dict[str, tuple[str, Whiteflag]] = {}

    def obey(self, command: Command, wall_ns: int) -> list[bytes]:
        """The messages to send now, as octets; none when nothing changed."""
        if isinstance(command, RequestNoFire):
            minutes = max(round(seconds_between(command.t_ns, command.until_t_ns) / 60.0), 1)
            centre = self._frame.to_wgs84(command.centre)
            made = (
                surrender(centre, command.radius_m, wall_ns, minutes),
                cease_fire_request(centre, command.radius_m, wall_ns, minutes),
            )
            return [octets for message in made for octets in self._tell(message)]
        if isinstance(command, (EndNoFire, MissionClosed)):
            ended = [encode(answer(message, name, DISCONTINUE)) for name, message in self._standing.values()]
            self._standing.clear()
            return ended
        return []

    def _tell(self, message: Whiteflag) -> list[bytes]:
        before = self._standing.get(message.subject)
        if before is not None:
            message = Whiteflag(message.code, message.body, UPDATE, before[0])
        octets = encode(message)
        self._standing[message.subject] = (name_of(octets), Whiteflag(message.code, message.body))
        return [octets]


def to_remark(octets: bytes) -> str:
    """As a word in the remarks of a CoT event."""
    return f"WF:{octets.hex()}"


def from_remarks(text: str) -> list[Whiteflag]:
    """All messages that can be read in remarks; the others are let pass."""
    found = []
    for word in _REMARK.findall(text[: 8 * LONGEST]):
        try:
            found.append(decode(bytes.fromhex(word)))
        except (Unreadable, ValueError):
            continue
    return found
