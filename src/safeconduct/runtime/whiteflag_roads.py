"""A mission's Whiteflag messages: on every road that was named, and back from each, without ever holding it up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from safeconduct.liaison.whiteflag import Circle, CircleKey, EscortSigns, Told, Unreadable, from_remarks, read_key
from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import LocalFrame
from safeconduct.runtime.whiteflag_files import FolderRoad
from safeconduct.runtime.whiteflag_http import ListeningDoor, PostRoad, RemarkRoad

REMARK = "remark"
_WORDS_MAX = 200


class WhiteflagWishes(msgspec.Struct, frozen=True):
    """roads: folders, http(s) addresses, `remark`. open: in the clear, for all to read. test: a rehearsal's.

    civilian: who is led surrenders to nobody.
    """

    roads: tuple[str, ...] = ()
    key: Path | None = None
    open: bool = False
    listen: str = ""
    test: bool = True
    civilian: bool = False


class Road(Protocol):
    trouble: str

    def send(self, told: Told) -> None: ...

    def poll(self) -> list[bytes]: ...

    def close(self) -> None: ...


def circle_key(wishes: WhiteflagWishes) -> CircleKey | None:
    """None: it was said that the messages go in the clear. Raises BadInput: closed, and no key."""
    if wishes.key is not None:
        return read_key(wishes.key)
    if wishes.open:
        return None
    mend = "give --whiteflag-key FILE (`safeconduct whiteflag --new-key FILE` makes one), or --whiteflag-open"
    raise BadInput("--whiteflag", "goes to a closed circle, and no key of it is given", mend)


class SignRoads:
    """say: puts a line on own side's network; None where there is none. Raises BadInput before anything is sent."""

    def __init__(self, wishes: WhiteflagWishes, frame: LocalFrame, say: Callable[[str], None] | None) -> None:
        key = circle_key(wishes)
        address = key.address.hex() if key is not None else ""
        if REMARK in wishes.roads and say is None:
            raise BadInput("--whiteflag remark", "needs own side's network", "name it: --tak tls://HOST:8089")
        self._signs = EscortSigns(frame, Circle(key), test=wishes.test, civilian=wishes.civilian)
        self._roads: list[Road] = []
        self._told_trouble: set[str] = set()
        self.sent = 0
        try:
            for road in wishes.roads:
                if road == REMARK and say is not None:
                    self._roads.append(RemarkRoad(say))
                elif "://" in road:
                    self._roads.append(PostRoad(road, address))
                else:
                    self._roads.append(FolderRoad(Path(road)))
            self.door = ListeningDoor(wishes.listen) if wishes.listen else None
        except BadInput:
            self.close()
            raise
        if self.door is not None:
            self._roads.append(self.door)

    def obey(self, command: Command, wall_ns: int) -> None:
        self._send(self._signs.obey(command, wall_ns))

    def notice(self, event: Event, wall_ns: int) -> None:
        self._send(self._signs.notice(event, wall_ns))

    def hear_remarks(self, text: str, who: str) -> list[str]:
        """Words for the station about messages in what somebody said on own side's network."""
        return [words for octets in from_remarks(text) for words in self._hear(octets, who)]

    def poll(self) -> list[str]:
        """Words for the station: what others of the circle say, and which road does not carry."""
        words: list[str] = []
        for road in self._roads:
            words += [said for octets in road.poll() for said in self._hear(octets, "the circle")]
            if road.trouble and road.trouble not in self._told_trouble and len(self._told_trouble) < _WORDS_MAX:
                self._told_trouble.add(road.trouble)
                words.append(road.trouble)
        return words

    def close(self) -> None:
        for road in self._roads:
            road.close()

    def _hear(self, octets: bytes, who: str) -> list[str]:
        try:
            words, receipts = self._signs.hear(octets)
        except Unreadable as why:
            refused = f"a Whiteflag message from {who} {why}"
            if refused in self._told_trouble or len(self._told_trouble) >= _WORDS_MAX:
                return []
            self._told_trouble.add(refused)
            return [refused]
        self._send(receipts)
        return [f"Whiteflag from {who}: {words}"] if words else []

    def _send(self, told: list[Told]) -> None:
        for one in told:
            self.sent += 1
            for road in self._roads:
                road.send(one)
