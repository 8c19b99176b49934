"""An escort's Whiteflag messages, as its mission goes: surrender, request to cease fire, protected zone, dangers, their
updates and their end, and the receipt of what others of the circle say.

A civilian or somebody lost surrenders to nobody: of him only the protected zone and the request are told.

Rehearsals send test messages (T), which must be disregarded for any other purpose than testing (5.5).
"""

from __future__ import annotations

import re
from math import hypot

import msgspec
from msgspec.structs import replace

from safeconduct.liaison.whiteflag.circle import Circle
from safeconduct.liaison.whiteflag.judging import faults, in_words
from safeconduct.liaison.whiteflag.message import LONGEST, NOTHING, Whiteflag, encode, name_of
from safeconduct.liaison.whiteflag.signs import answer, cease_fire_request, danger, protected_zone, surrender
from safeconduct.liaison.whiteflag.subjects import REFERENCES
from safeconduct.model.commands import Command, EndNoFire, MissionClosed, PhaseEntered, RequestNoFire
from safeconduct.model.events import Event, HazardReported, Impact
from safeconduct.model.geometry import Enu, LocalFrame, middle_of
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Phase

UPDATE, DISCONTINUE, RELATE, ACKNOWLEDGE = 2, 4, 5, 7
LASTS_MIN = 15
"""Minutes that a sign is valid: a station that dies leaves none for longer."""
_AGAIN_S = 600.0
_MOVED = 0.5
_IMPACT_M, _DANGER_AGAIN_S, _DANGERS_MAX = 150.0, 60.0, 16
_NAMES_MAX = 512
_ACKNOWLEDGED = "PEDSIMQ"
_REMARK = re.compile(rf"\bWF:([0-9a-fA-F]{{2,{2 * LONGEST}}})\b")
_MADE = {"P03": surrender, "Q10": cease_fire_request, "P30": protected_zone}


class Told(msgspec.Struct, frozen=True):
    """One message: what it says, and the octets that go out for it (of a closed circle two, encrypted)."""

    message: Whiteflag
    octets: tuple[bytes, ...]


class _Standing(msgspec.Struct):
    """A sign of ours that holds. centre: where it was told; name: of the newest message about it."""

    message: Whiteflag
    name: str
    first: str
    centre: Enu
    told_wall_ns: int


class EscortSigns:
    """Keeps what stands. wall_ns: UTC, which messages carry. test: nothing of it is so, a rehearsal.

    civilian: who is led is no combatant (a lost walker, a family): a white flag would tell what is not so.
    """

    def __init__(self, frame: LocalFrame, circle: Circle, *, test: bool, civilian: bool = False) -> None:
        self._frame, self._circle, self._test, self._civilian = frame, circle, test, civilian
        self._standing: dict[str, _Standing] = {}
        self._dangers = 0
        self._led = False
        self._ours: dict[str, str] = {}
        self._answered: dict[str, str] = {}

    def obey(self, command: Command, wall_ns: int) -> list[Told]:
        """What to send now; nothing when nothing changed."""
        if isinstance(command, PhaseEntered):
            self._led = self._led or command.phase is Phase.LEAD
        if isinstance(command, RequestNoFire):
            return [t for s in self._subjects() for t in self._hold(s, command.centre, command.radius_m, wall_ns)]
        if isinstance(command, (EndNoFire, MissionClosed)):
            return self._end()
        return []

    def _subjects(self) -> tuple[str, ...]:
        if self._civilian:
            return "P30", "Q10"
        return ("P03", "Q10", "P30") if self._led else ("P03", "Q10")

    def notice(self, event: Event, wall_ns: int) -> list[Told]:
        """A danger that the mission knows of, told while somebody is protected."""
        if not self._standing:
            return []
        if isinstance(event, Impact):
            return self._endanger("D12", "D12", event.position, _IMPACT_M, wall_ns)
        if isinstance(event, HazardReported) and event.area.role == "mines" and event.area.ring:
            ring = event.area.ring
            middle = Enu(*middle_of(ring), ring[0].up)
            reach = max(hypot(p.east - middle.east, p.north - middle.north) for p in ring) + event.area.radius_m
            return self._endanger(f"D21 {event.area.name}", "D21", middle, min(max(reach, 10.0), 9000.0), wall_ns)
        return []

    def hear(self, octets: bytes) -> tuple[str, list[Told]]:
        """What another of the circle says, in words ("": nothing to tell), and our receipt for it.

        A receipt (7) says that it arrived, and nothing more: nobody has read it, nobody promises anything by it.
        Raises Unreadable.
        """
        heard = self._circle.hear(octets)
        if heard is None or heard[0] in self._ours:
            return "", []
        name, message = heard
        if (message.of_test and not self._test) or message.code == "K" or faults(message):
            return "", []
        ours = self._ours.get(message.referenced)
        if message.reference >= ACKNOWLEDGE and ours is not None:
            done = {7: "has received", 8: "will comply with", 9: "rejects"}[message.reference]
            under = ", SENT UNDER DURESS" if message.duress else ""
            return f"somebody of the circle {done} our sign {ours}{under}", []
        if name in self._answered:
            return "", []
        _remember(self._answered, name, "")
        code = message.of_test or message.code
        answers = message.reference in (0, UPDATE, RELATE) and code in _ACKNOWLEDGED
        receipt = [self._tell(answer(message, name, ACKNOWLEDGE))] if answers else []
        return in_words(message), receipt

    def _hold(self, subject: str, centre: Enu, radius_m: float, wall_ns: int) -> list[Told]:
        """Told at once, and again when it moved or is about to run out."""
        before = self._standing.get(subject)
        if before is not None:
            moved_m = hypot(centre.east - before.centre.east, centre.north - before.centre.north)
            if moved_m < _MOVED * radius_m and seconds_between(before.told_wall_ns, wall_ns) < _AGAIN_S:
                return []
        made = _MADE[subject](self._frame.to_wgs84(centre), radius_m, wall_ns, LASTS_MIN)
        return [self._stand(subject, made, before, centre, wall_ns)]

    def _endanger(self, key: str, subject: str, centre: Enu, radius_m: float, wall_ns: int) -> list[Told]:
        before = self._standing.get(key)
        if before is None:
            if self._dangers >= _DANGERS_MAX:
                return []
            self._dangers += 1
        elif seconds_between(before.told_wall_ns, wall_ns) < _DANGER_AGAIN_S:
            return []
        made = danger(subject, self._frame.to_wgs84(centre), radius_m, wall_ns, LASTS_MIN)
        whom = self._standing.get("P30" if self._civilian else "P03")
        if before is None and whom is not None:  # 5.4.1.1: a danger may relate to a protective sign
            made = replace(made, reference=RELATE, referenced=whom.first)
        return [self._stand(key, made, before, centre, wall_ns)]

    def _stand(self, key: str, made: Whiteflag, before: _Standing | None, centre: Enu, wall_ns: int) -> Told:
        if before is not None:  # 5.4.1.2: an update refers to the original, never to another update
            made = replace(made, reference=UPDATE, referenced=before.first)
        told = self._tell(made)
        name = name_of(told.octets[0])
        first = name if before is None else before.first
        self._standing[key] = _Standing(replace(made, reference=0, referenced=NOTHING), name, first, centre, wall_ns)
        return told

    def _end(self) -> list[Told]:
        ended = [self._tell(answer(sign.message, sign.first, DISCONTINUE)) for sign in self._standing.values()]
        self._standing.clear()
        self._dangers, self._led = 0, False
        return ended

    def _tell(self, message: Whiteflag) -> Told:
        if self._test and message.code != "T":
            message = replace(message, code="T", of_test=message.code)
        octets = tuple(self._circle.send(encode(message)))
        _remember(self._ours, name_of(octets[0]), f"{message.subject} ({REFERENCES[message.reference]})")
        for more in octets[1:]:
            _remember(self._ours, name_of(more), "")
        return Told(message, octets)


def _remember(names: dict[str, str], name: str, what: str) -> None:
    names[name] = what
    while len(names) > _NAMES_MAX:
        del names[next(iter(names))]


def to_remark(octets: bytes) -> str:
    """As a word in the remarks of a CoT event."""
    return f"WF:{octets.hex()}"


def from_remarks(text: str) -> list[bytes]:
    """The octets of all messages in remarks, unread."""
    return [bytes.fromhex(word) for word in _REMARK.findall(text[: 8 * LONGEST]) if len(word) % 2 == 0]
