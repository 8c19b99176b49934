"""The hand-over told to the reception over own side's network: how many come, when, in what state, what to bring.

No name, no face, no unit, no words of his: only what a receiving party needs to be ready (GC III 13, 17). What leaves
the station is encrypted to the reception's key (age, X25519). Its answers count only from the callsign that the crew
named, from the device on which that callsign was first heard, with the hand-over's four digits. What the papers need
goes along, and is complete once the reception has said that it has them: it prints them itself.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import pyrage

from safeconduct.liaison.cot import Chat, CotEvent
from safeconduct.liaison.no_fire_area import CHAT_TYPE, OurStation, chat_line
from safeconduct.liaison.seen_of_him import SeenOfHim
from safeconduct.model.commands import Command, MissionClosed, NotifyReception
from safeconduct.model.events import Event, ReceiverConfirmed, ReceiverReady, Sighting
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS, after

AGAIN_S, TIMES_MAX = 30.0, 20
_PAPERS_TIMES = 3
_LONGEST = 8 * 1024
_PERSONS_MAX = 200
_ON_THE_WAY = "on the way"
"""What the core says of a walk that has not arrived: nobody can be in the reception's hands yet."""
_LINE = re.compile(rf"HANDOVER:([A-Za-z0-9+/=]{{1,{_LONGEST}}})")
_ANSWER = re.compile(r"(READY|HAVE)\s+(\d{4})(?:\s+(\d{1,3}))?(?:\s+(.{1,200}))?", re.IGNORECASE)


class OnPapers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands printed on the papers: facts of the hand-over itself. date, time: UTC. persons 0, texts "": unknown.

    All about the person is left to him and to the pen.
    """

    persons: int = 0
    date: str = ""
    time: str = ""
    unit: str = ""
    condition: str = ""


class Coming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is told. eta_s: None where nobody knows. bring: what they need there. rehearsal: nobody comes."""

    code: str
    persons: int
    distance_m: int
    eta_s: int | None
    state: str
    posture: str
    weapon: str
    bring: tuple[str, ...]
    papers: OnPapers = OnPapers()
    rehearsal: bool = False


def reception_key(text: str) -> pyrage.x25519.Recipient:
    """Raises BadInput."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        mend = "give age1…, as `safeconduct reception` prints it"
        raise BadInput(f"--reception-key {text[:20]}", "is no key of a reception", mend) from error


def seal(coming: Coming, to: pyrage.x25519.Recipient) -> str:
    """As one chat line."""
    return "HANDOVER:" + b64encode(pyrage.encrypt(msgspec.json.encode(coming), [to])).decode("ascii")


def unseal(text: str, own: pyrage.x25519.Identity) -> Coming | None:
    """None: no hand-over, or not for us."""
    found = _LINE.fullmatch(text.strip()[: _LONGEST + 16])
    if found is None:
        return None
    try:
        return msgspec.json.decode(pyrage.decrypt(b64decode(found[1], validate=True), [own]), type=Coming)
    except (ValueError, pyrage.DecryptError, msgspec.DecodeError):
        return None


class HandOver:
    """One mission's side. reception: the callsign that is told and may answer. name: of the mission.

    rehearsal: what is told says that nobody comes.
    """

    def __init__(
        self, us: OurStation, reception: str, key: pyrage.x25519.Recipient, name: str, *, rehearsal: bool = False
    ) -> None:
        self._us, self._reception, self._key, self._rehearsal = us, reception, key, rehearsal
        digest = sha256(f"{us.uid}/hand-over/{name}".encode()).digest()
        self.code = f"{int.from_bytes(digest[:4], 'big') % 10_000:04d}"
        self._seen = SeenOfHim()
        self._device = ""
        self._told: NotifyReception | None = None
        self._due_ns = self._times = 0
        self._papers: OnPapers | None = None
        self._ready = self._has = False
        self._wrong: set[str] = set()

    def notice(self, event: Event) -> None:
        if isinstance(event, Sighting) and not event.candidate:
            self._seen = self._seen.with_sight(event)

    def obey(self, command: Command, t_ns: int) -> list[CotEvent]:
        if isinstance(command, NotifyReception):
            self._told, self._times = command, 0
            return self._tell(t_ns)
        if isinstance(command, MissionClosed) and self._told is not None:
            last = self._tell(t_ns) if self._papers is not None else []
            self._told = None
            return last
        return []

    def tick(self, t_ns: int) -> list[CotEvent]:
        """Told again until somebody there has answered; what the papers need, a few times, for a line may be lost."""
        if self._told is None or t_ns < self._due_ns:
            return []
        times_max = _PAPERS_TIMES if self._papers is not None else 0 if self._ready else TIMES_MAX
        if self._times >= times_max:
            return []
        return self._tell(t_ns)

    def hear(self, event: CotEvent, t_ns: int) -> tuple[list[Event], str]:
        """Facts from the reception's own word, and what somebody must look into ("": nothing)."""
        if event.callsign == self._reception and event.type.startswith("a-f-"):
            self._device = self._device or event.uid
        if event.type != CHAT_TYPE or event.chat is None:
            return [], ""
        answer = _ANSWER.fullmatch(event.chat.text.strip()[:300])
        if answer is None or answer[2] != self.code:
            return [], ""
        return self._answer(event.chat, answer, t_ns)

    def _answer(self, chat: Chat, answer: re.Match[str], t_ns: int) -> tuple[list[Event], str]:
        if chat.sender != self._reception:
            return [], self._once(f"{chat.sender[:40]} answers for the reception, and is not it: not taken")
        self._device = self._device or chat.sender_uid
        if chat.sender_uid != self._device:
            return [], self._once(f"another device speaks as {self._reception}: not taken. Call the reception")
        if answer[1].upper() == "READY":
            first, self._ready = not self._ready, True
            return ([ReceiverReady(t_ns, self._reception)], "") if first else ([], "")
        if self._told is not None and self._told.state == _ON_THE_WAY:
            return [], self._once(f"{self._reception} says that it has them, and they are still on the way: call it")
        persons = int(answer[3] or 1)
        if not 1 <= persons <= _PERSONS_MAX:
            return [], self._once(f"the reception says that it has {persons}: call it")
        first, self._has, self._ready = not self._has, True, True
        if first:
            self._papers, self._times, self._due_ns = self._on_papers(persons, answer[4] or "", t_ns), 0, t_ns
        return ([ReceiverConfirmed(t_ns, self._reception, persons, answer[4] or "")], "") if first else ([], "")

    def _tell(self, t_ns: int) -> list[CotEvent]:
        told = self._told
        assert told is not None
        self._times += 1
        self._due_ns = after(t_ns, AGAIN_S)
        coming = Coming(
            self.code,
            told.persons,
            10 * round(told.distance_m / 10.0),
            None if told.eta_s is None else round(told.eta_s),
            told.state,
            self._seen.posture.value,
            self._seen.weapon,
            self._seen.bring(told.state, told.persons),
            self._papers or OnPapers(told.persons),
            self._rehearsal,
        )
        line = seal(coming, self._key)
        return (
            [chat_line(self._us, line, t_ns, room=self._device)] if self._device else [chat_line(self._us, line, t_ns)]
        )

    def _on_papers(self, persons: int, condition: str, t_ns: int) -> OnPapers:
        """Of a rehearsal no moment stands on papers that somebody might keep."""
        at = datetime.fromtimestamp(t_ns // NS, UTC)
        date, time = ("", "") if self._rehearsal else (f"{at:%Y-%m-%d}", f"{at:%H:%M} UTC")
        return OnPapers(persons, date, time, self._reception, condition)

    def _once(self, words: str) -> str:
        if words in self._wrong or len(self._wrong) >= 50:
            return ""
        self._wrong.add(words)
        return words
