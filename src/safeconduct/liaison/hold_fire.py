"""The request to hold fire, from the core's command to own side's screens, and their answers back as facts.

No socket and no clock: commands and what was heard go in with their times, `sends` and `facts` are taken out. A unit's
word is taken from a chat line with the request's code (`answers`), never from a relay or a receipt. It holds for the
area as it moves, until the unit takes it back, falls silent, or its time is over; each loss is told as `NoFireLost`.
"""

from __future__ import annotations

import msgspec

from safeconduct.liaison.answers import Answer, read_answer
from safeconduct.liaison.cot import Chat, CotEvent
from safeconduct.liaison.no_fire_area import (
    CHAT_TYPE,
    EXERCISE,
    NoFireArea,
    OurStation,
    area_events,
    chat_line,
    code_of,
    deletions,
    own_position,
    uids,
)
from safeconduct.model.commands import Command, EndNoFire, MissionClosed, RequestNoFire
from safeconduct.model.events import Event, NoFireAcknowledged, NoFireLost
from safeconduct.model.geometry import LocalFrame
from safeconduct.model.mission_time import after, seconds_between

AREA_EVERY_S, AREA_LASTS_S = 15.0, 60.0
POSITION_EVERY_S, POSITION_LASTS_S = 20.0, 90.0
ASK_EVERY_S = 60.0
WORD_LASTS_S = 1800.0
SILENT_AFTER_S = 300.0
DEAF_AFTER_S = 60.0
BY_HAND = "by the word of "
_TROUBLES_MAX = 100


class Word(msgspec.Struct, frozen=True):
    """One unit's word: when it was given, by which device, and when that device was last heard."""

    given_t_ns: int
    sender_uid: str
    heard_t_ns: int


class HoldFire:
    """One mission's request. units: callsigns whose word counts. name: of the area, unlike that of any other mission.
    exercise: nobody is led; what goes out says so.

    Troubles are what somebody must look into: another station uses our id, a stranger deletes our area.
    """

    def __init__(
        self, us: OurStation, frame: LocalFrame, units: tuple[str, ...], name: str, *, exercise: bool = False
    ) -> None:
        self._us, self._frame, self._units, self._name, self._exercise = us, frame, units, name, exercise
        self._area: NoFireArea | None = None
        self._words: dict[str, Word] = {}
        self._devices: dict[str, str] = {}
        self._sent: dict[str, CotEvent] = {}
        self._area_due_ns = self._position_due_ns = self._ask_due_ns = self._deaf_since_ns = 0
        self._sends: list[CotEvent] = []
        self._facts: list[Event] = []
        self._shown = False
        self._told: set[str] = set()
        self._troubles: list[str] = []

    @property
    def code(self) -> str:
        return code_of(self._us.uid, self._name)

    @property
    def area(self) -> NoFireArea | None:
        return self._area

    @property
    def holding(self) -> tuple[str, ...]:
        """Units whose word stands."""
        return tuple(self._words)

    def take_sends(self) -> list[CotEvent]:
        sends, self._sends = self._sends, []
        return sends

    def take_facts(self) -> list[Event]:
        facts, self._facts = self._facts, []
        return facts

    def take_troubles(self) -> list[str]:
        troubles, self._troubles = self._troubles, []
        return troubles

    def obey(self, command: Command, t_ns: int) -> None:
        """Every command may be handed over; all but requests and their end are let pass."""
        if isinstance(command, RequestNoFire):
            first = self._area is None
            centre = self._frame.to_wgs84(command.centre)
            self._area = NoFireArea(self._name, centre, command.radius_m, command.until_t_ns, self._exercise)
            self._tell_area(t_ns)
            if first or (not self._words and t_ns >= self._ask_due_ns):
                self._ask(t_ns)
            for unit in self._words:
                self._facts.append(NoFireAcknowledged(t_ns, unit, command.until_t_ns))
        elif isinstance(command, (EndNoFire, MissionClosed)) and self._area is not None:
            self._end(t_ns)

    def hear(self, event: CotEvent, t_ns: int) -> None:
        """An event from the network, ours or anybody's."""
        if self._is_ours(event):
            return
        self._watch_our_names(event, t_ns)
        device = event.chat.sender_uid if event.chat is not None else event.uid
        for unit, word in self._words.items():
            if word.sender_uid == device:
                self._words[unit] = msgspec.structs.replace(word, heard_t_ns=t_ns)
        if event.callsign in self._units and event.type.startswith("a-f-"):
            self._device_of(event.callsign, event.uid)
        if event.type == CHAT_TYPE and event.chat is not None and self._area is not None:
            self._hear_chat(event.chat, t_ns)

    def tick(self, t_ns: int, *, network_up: bool = True) -> None:
        """Time passed: refresh what runs out, and notice who fell silent, or that nobody can be heard at all."""
        if network_up:
            self._deaf_since_ns = 0
        elif not self._deaf_since_ns:
            self._deaf_since_ns = t_ns
        if t_ns >= self._position_due_ns:
            self._position_due_ns = after(t_ns, POSITION_EVERY_S)
            self._send(own_position(self._us, t_ns, POSITION_LASTS_S))
        area = self._area
        if area is None:
            return
        deaf = self._deaf_since_ns > 0 and seconds_between(self._deaf_since_ns, t_ns) > DEAF_AFTER_S
        if deaf:
            self._trouble("the network to own side is away: nobody sees the request. Call the units")
        for unit, word in list(self._words.items()):
            if deaf and not word.sender_uid.startswith(BY_HAND):
                self._lose(unit, "the network to the unit is away", t_ns)
            elif seconds_between(word.heard_t_ns, t_ns) > SILENT_AFTER_S and not word.sender_uid.startswith(BY_HAND):
                self._lose(unit, f"not heard for {SILENT_AFTER_S / 60.0:.0f} minutes", t_ns)
            elif seconds_between(word.given_t_ns, t_ns) > WORD_LASTS_S:
                self._lose(unit, f"its word is {WORD_LASTS_S / 60.0:.0f} minutes old and was not given again", t_ns)
        if t_ns >= self._area_due_ns and t_ns < area.until_t_ns:
            self._tell_area(t_ns)

    def last_words(self, t_ns: int) -> list[CotEvent]:
        """What takes the area off every screen, once more; nothing if it never stood on any."""
        return deletions(self._us, self._name, t_ns) if self._shown else []

    def confirm(self, unit: str, by: str, t_ns: int) -> None:
        """A person at the station heard the unit's word by other means (radio) and says so. by: his pseudonym."""
        self._facts.append(NoFireAcknowledged(t_ns, unit, self._area.until_t_ns if self._area else t_ns))
        self._words[unit] = Word(t_ns, f"{BY_HAND}{by}", t_ns)

    def _hear_chat(self, chat: Chat, t_ns: int) -> None:
        answer = read_answer(chat.text, self.code)
        if answer is Answer.NONE:
            return
        if chat.sender not in self._units:
            self._trouble(
                f"{chat.sender[:40]} answers, but is none of the units that were named: its word is not taken"
            )
        elif not self._device_of(chat.sender, chat.sender_uid):
            self._trouble(f"another device speaks as {chat.sender}: its word is not taken. Call the unit")
        elif answer is Answer.HOLDS:
            assert self._area is not None
            self._words[chat.sender] = Word(t_ns, chat.sender_uid, t_ns)
            self._facts.append(NoFireAcknowledged(t_ns, chat.sender, self._area.until_t_ns))
        elif chat.sender in self._words:
            self._lose(chat.sender, "the unit takes its word back", t_ns)
        else:
            self._trouble(f"{chat.sender} cannot hold its fire. Call the unit")

    def _device_of(self, unit: str, uid: str) -> bool:
        """Whether this device is the one that the unit was first heard on."""
        return self._devices.setdefault(unit, uid) == uid

    def _lose(self, unit: str, why: str, t_ns: int) -> None:
        del self._words[unit]
        self._facts.append(NoFireLost(t_ns, unit, why))
        if self._area is not None:
            for other in self._words:  # another unit's word still stands: the core hears it again
                self._facts.append(NoFireAcknowledged(t_ns, other, self._area.until_t_ns))
        self._ask(t_ns)

    def _ask(self, t_ns: int) -> None:
        area = self._area
        if area is None:
            return
        self._ask_due_ns = after(t_ns, ASK_EVERY_S)
        named = ", ".join(self._units) or "all units"
        begins = EXERCISE if self._exercise else ""
        words = (
            f"{begins}{named}: REQUEST TO HOLD FIRE within {area.radius_m:.0f} m of the mark NO-FIRE "
            f"{self._us.callsign}; it moves with us. A person under protection is led. "
            f"Answer: ACK {self.code}, or UNABLE {self.code}."
        )
        self._send(chat_line(self._us, words, t_ns))

    def _end(self, t_ns: int) -> None:
        for event in deletions(self._us, self._name, t_ns):
            self._send(event)
        self._send(chat_line(self._us, f"Request {self.code} to hold fire has ended. Thank you.", t_ns))
        self._area = None
        self._words.clear()

    def _tell_area(self, t_ns: int) -> None:
        assert self._area is not None
        self._shown = True
        self._area_due_ns = after(t_ns, AREA_EVERY_S)
        for event in area_events(self._us, self._area, t_ns, AREA_LASTS_S):
            self._send(event)

    def _send(self, event: CotEvent) -> None:
        if event.chat is None:
            self._sent[event.uid] = event
        self._sends.append(event)

    def _is_ours(self, event: CotEvent) -> bool:
        """A server gives back what we sent; only what we never sent under our names is somebody else's."""
        if event.uid.startswith(f"GeoChat.{self._us.uid}."):
            return True
        sent = self._sent.get(event.uid)
        if sent is None:
            return False
        same = (sent.lat_deg, sent.lon_deg, sent.circle) == (event.lat_deg, event.lon_deg, event.circle)
        return event.time_ns < sent.time_ns or (event.time_ns == sent.time_ns and same)

    def _watch_our_names(self, event: CotEvent, t_ns: int) -> None:
        if event.uid == self._us.uid or event.uid.startswith(f"{self._us.uid}."):
            self._trouble("another station sends under our id: its area may be taken for ours. Ours is sent again")
        elif event.deletes is not None and event.deletes[0] in uids(self._us, self._name):
            self._trouble(f"{event.uid[:40]} deletes our area: it is sent again")
        else:
            return
        if self._area is not None:
            self._tell_area(t_ns)

    def _trouble(self, words: str) -> None:
        if words not in self._told and len(self._told) < _TROUBLES_MAX:
            self._told.add(words)
            self._troubles.append(words)
