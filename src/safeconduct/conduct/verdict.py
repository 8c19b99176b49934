"""An independent judge: reads a record's events and commands in order and names every breach of an interlock.

It shares no code with the interlocks that it judges, only the words of the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu, ground_range_m, inside
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import (
    FOLLOWS_US,
    PROTECTIVE_GESTURES,
    Channel,
    Decision,
    Mode,
    Outcome,
    Phase,
    PlanRole,
    Signal,
)

_TAKEN_OVER = (Outcome.IN_CUSTODY, Outcome.LED_OUT, Outcome.LEFT_WITH_CARE)
_LATCH_WITHIN_S = 1.0
_WORD_LASTS_S = 600.0
_LEAVES_WITH_S = 30.0
_SAID_PROMISES = frozenset(
    ["not-attacked", "not-killed", "cannot-walk", "help-comes", "soldier-receives", "water-and-care", "rights"]
)

_ASKED_WITH = {
    "cannot-walk": ("cannot-walk-question", "legs-question"),
    "wounded": ("wounded-question", "bleeding-question"),
    "how-many": ("how-many", "others-question"),
    "mean-yes": ("mean-yes-question", "show-again-question"),
    "understood": ("understood-question", "understood-again-question"),
    "rest": ("rest-question", "tired-question"),
}


class Verdict:
    """Feed it everything in record order with `hear`; `breaches` then holds one line for each breach."""

    def __init__(self) -> None:
        self.breaches: list[str] = []
        self._mode = Mode.UNKNOWN
        self._ours = False
        self._telemetry: e.Telemetry | None = None
        self._no_fire_until: int | None = None
        self._no_fire_unit = ""
        self._slots: dict[int, str] = {}
        self._to_say: list[str] = []
        self._saying = ""
        self._answering = 0
        self._asking: tuple[str, str] | None = None
        self._may_ask: dict[str, int] = {}
        self._legend = False
        self._answers = 0
        self._promises = True
        self._decided: set[Decision] = set()
        self._track: int | None = None
        self._track_before: int | None = None
        self._proposed: dict[int, int | None] = {}
        self._person: Enu | None = None
        self._person_t_ns = 0
        self._video_ok = False
        self._link_ok = True
        self._received = False
        self._relief = False
        self._told_to_wait = False
        self._reserve_pct = 0.0
        self._protect_due: int | None = None
        self._protected = False
        self._closed = False
        self._way: tuple[Enu, ...] = ()
        self._way_word = True
        self._mined: list[Area] = []

    def hear(self, value: e.Event | c.Command) -> None:
        if isinstance(value, e.Event):
            self._event(value)
        else:
            self._command(value)

    def _breach(self, t_ns: int, what: str) -> None:
        self.breaches.append(f"{t_ns}: {what}")

    def _event(self, event: e.Event) -> None:
        match event:
            case e.MissionOpened():
                self._reserve_pct = event.settings.battery_reserve_pct
                self._way = event.plan.route
            case e.Telemetry():
                self._telemetry = event
                self._mode = event.mode
            case e.ModeChanged():
                self._mode = event.mode
                if not event.ours:
                    self._ours = False
            case e.VehicleRebooted() | e.MissionResumed():
                self._ours = False
                self._answers = 0
            case e.Choice():
                self._choice(event)
                if event.decision is Decision.REPORT_IMPACT:
                    self._fire()
            case e.Impact():
                self._fire()
            case e.Spoken():
                self._saying = ""
            case e.SignalShown() if event.transmission == self._answering:
                self._answering = 0
            case e.Sighting():
                self._sighting(event)
            case e.NoFireAcknowledged():
                self._no_fire_until, self._no_fire_unit = event.until_t_ns, event.unit
            case e.NoFireLost() if event.unit == self._no_fire_unit:
                self._no_fire_until = None
            case e.SlotLoaded():
                self._slots[event.slot] = event.holds
            case e.NoteReleased():
                self._slots.pop(event.slot, None)
                self._legend = False
            case e.NotePickedUp():
                self._legend = True
            case e.VideoHealth():
                self._video_ok = event.ok
            case e.LinkHealth():
                self._link_ok = event.ok
            case e.HazardReported(area=Area(role=PlanRole.MINES | PlanRole.NO_GO)):
                self._mined.append(event.area)
            case e.ReceiverConfirmed():
                self._received = True
            case e.SignalShown(signal=Signal.WAIT, ok=True):
                self._told_to_wait = True
            case e.SignalShown(signal=Signal.FOLLOW):
                self._told_to_wait = False
            case e.ReliefOnStation():
                self._relief = self._relief or event.person_confirmed
            case _:
                pass
        if self._protect_due is not None and not self._protected and event.t_ns > self._protect_due:
            self._breach(event.t_ns, "a protective gesture was seen and protection was not latched within a second")
            self._protect_due = None

    def _choice(self, choice: e.Choice) -> None:
        self._decided.add(choice.decision)
        if choice.decision is Decision.APPROVE_ROUTE:
            self._way_word = choice.option == "take"
        if choice.decision is Decision.ANSWER:
            self._answers += 6  # twice, each in up to three tries
            self._promises = not choice.option.endswith(("/accept-code", "/may-i-drink"))
        elif choice.decision is Decision.NO_FIRE_HEARD and choice.reason.strip() and self._protected:
            self._no_fire_until = choice.t_ns + round(_WORD_LASTS_S * 1e9)
            self._no_fire_unit = choice.reason.strip()
        elif choice.decision is Decision.RECEIVER_HEARD and choice.reason.strip():
            self._received = True
        elif choice.decision is Decision.SAY:
            self._to_say = [*self._to_say[-9:], choice.option]
        elif choice.decision is Decision.ASK:
            self._ask(choice.option)
        elif choice.decision is Decision.CONFIRM_PICKED_UP and choice.option != "no":
            self._legend = True
        elif choice.decision in (Decision.LAUNCH, Decision.TAKE_BACK) and choice.option != "no":
            self._ours = True
        elif choice.decision in (Decision.SELECT_PERSON, Decision.CONFIRM_PERSON) and choice.option != "no":
            self._track_before = self._track
            self._track = choice.track if choice.track is not None else self._proposed.get(choice.proposal)

    def _sighting(self, sighting: e.Sighting) -> None:
        if sighting.track == self._track and not sighting.candidate:
            self._person, self._person_t_ns = sighting.position, sighting.t_ns
        due = any(g.gesture in PROTECTIVE_GESTURES and g.held_s >= 2.0 for g in sighting.gestures)
        if due and not self._protected and not self._closed and self._protect_due is None:
            self._protect_due = sighting.t_ns + round(_LATCH_WITHIN_S * 1e9)

    def _command(self, command: c.Command) -> None:
        t = command.t_ns
        match command:
            case c.Steer():
                if not self._ours or self._mode not in FOLLOWS_US:
                    self._breach(t, f"steered while the aircraft was not ours (mode {self._mode.value})")
            case c.Transmit():
                self._transmit(command)
            case c.Release():
                self._release(command)
            case c.Speak():
                self._speak(t, f"{command.phrase}/{command.language}")
                if command.phrase in _SAID_PROMISES and self._promise_open(t):
                    self._breach(t, f"{command.phrase} was promised aloud before own side held its fire")
                self._saying = f"{command.phrase}/{command.language}"
            case c.NewWay(taken=False):
                self._way_word = False
            case c.NewWay():
                if not self._way_word:
                    self._breach(t, "another way was taken without a human's decision")
                self._way, self._way_word = command.points, False
            case c.PhaseEntered(phase=Phase.LEAD):
                self._lead(t)
            case c.RequestNoFire():
                self._protected, self._protect_due = True, None
            case c.EndNoFire():
                if Decision.CLOSE not in self._decided:
                    self._breach(t, "protection ended without a human closing the mission")
            case c.MissionClosed():
                self._closed = True
                if Decision.CLOSE not in self._decided:
                    self._breach(t, "closed without a human's decision")
                if command.outcome in _TAKEN_OVER and not self._received:
                    self._breach(t, f"closed as {command.outcome.value} without the receiver's confirmation")
                if command.outcome is Outcome.HANDED_OVER and not (self._relief or self._received):
                    self._breach(t, "closed as handed over with nobody to take over")
            case c.Propose():
                self._proposed[command.proposal] = command.track
            case c.Alert(name="refused:select_person" | "refused:confirm_person"):
                self._track = self._track_before
            case c.Launch():
                self._needs(t, Decision.LAUNCH)
            case c.TakeBack():
                self._needs(t, Decision.TAKE_BACK)
            case c.ReturnHome():
                self._needs(t, Decision.RETURN_HOME)
                if not self._closed and (why := self._stays_for()):
                    self._breach(t, f"sent home while somebody may follow: {why}")
            case _:
                pass

    def _ask(self, option: str) -> None:
        """A question may be said twice, then once otherwise, and each of these again where fire cut it off."""
        key, _, language = option.partition("/")
        if key in _ASKED_WITH:
            self._asking = (key, language)
        if self._asking is None or (key not in _ASKED_WITH and option not in ("again", "otherwise")):
            return
        first, otherwise = (f"{phrase}/{self._asking[1]}" for phrase in _ASKED_WITH[self._asking[0]])
        self._may_ask = {otherwise: 3} if option == "otherwise" else {first: 4, otherwise: 3}

    def _speak(self, t_ns: int, said: str) -> None:
        if said in self._to_say:
            self._to_say.remove(said)
        elif self._may_ask.get(said, 0) > 0:
            self._may_ask[said] -= 1
        else:
            self._breach(t_ns, f"said {said.partition('/')[0]} without a human's decision")

    def _fire(self) -> None:
        """What fire cut off is said and shown again."""
        if self._saying:
            self._to_say.append(self._saying)
        if self._answering:
            self._answers += 3

    def _needs(self, t_ns: int, decision: Decision) -> None:
        if decision not in self._decided:
            self._breach(t_ns, f"{decision.value} without a human's decision")

    def _transmit(self, command: c.Transmit) -> None:
        if Channel.LIGHT in command.channels and not self._legend and command.signal is not Signal.IDENTIFY:
            self._breach(command.t_ns, "the light code was used before its legend was picked up")
        if command.signal in (Signal.YES, Signal.NO):
            self._answers -= 1
            self._answering = command.transmission
            if self._answers < 0:
                self._breach(command.t_ns, f"a bare {command.signal.value} that answers no question")
            if self._promises and self._promise_open(command.t_ns):
                self._breach(command.t_ns, f"{command.signal.value} promised safety before own side held its fire")

    def _promise_open(self, t_ns: int) -> bool:
        return self._no_fire_until is None or t_ns > self._no_fire_until

    def _release(self, command: c.Release) -> None:
        t = command.t_ns
        if self._promise_open(t):
            self._breach(t, "the note was released without a valid no-fire acknowledgement")
        if self._slots.get(command.slot) not in ("note", "aid"):
            self._breach(t, f"slot {command.slot} was released and holds no note or aid")
        if self._telemetry is None or self._person is None:
            self._breach(t, "released without knowing where aircraft and person are")
            return
        v = self._telemetry.velocity
        if v.east**2 + v.north**2 + v.up**2 > 0.6**2:
            self._breach(t, "released while moving")
        if ground_range_m(self._telemetry.position, self._person) < 2.5:
            self._breach(t, "released overhead")

    def _stays_for(self) -> str:
        """Why it may not leave an open mission: only for another battery, and only when he was told to wait."""
        if not self._told_to_wait:
            return "he was not shown WAIT since he was led"
        if self._relief:
            return "a relief has him, and it was not handed over"
        now = self._telemetry
        if now is None or now.battery_s is None or now.battery_pct < 0.0:
            return "its battery is not known to end"
        left_s = now.battery_s * (1.0 - self._reserve_pct / max(now.battery_pct, 1.0))
        return "" if left_s <= _LEAVES_WITH_S else f"its battery lasts {left_s:.0f} s more"

    def _lead(self, t_ns: int) -> None:
        self._told_to_wait = False
        for decision in (Decision.SELECT_PERSON, Decision.ACCEPT_OFFER, Decision.APPROVE_ROUTE, Decision.LEAD):
            if decision not in self._decided:
                self._breach(t_ns, f"led without the decision {decision.value}")
        if self._promise_open(t_ns):
            self._breach(t_ns, "led without a valid no-fire acknowledgement")
        if not self._video_ok:
            self._breach(t_ns, "led while the picture was stale")
        if not self._link_ok:
            self._breach(t_ns, "led while the link was poor")
        if self._mode not in FOLLOWS_US or not self._ours:
            self._breach(t_ns, "led while the aircraft was not ours")
        if self._telemetry is not None and 0.0 <= self._telemetry.battery_pct <= self._reserve_pct:
            self._breach(t_ns, "led with the battery at its reserve")
        if self._person is None or seconds_between(self._person_t_ns, t_ns) > 5.0:
            self._breach(t_ns, "led without seeing the selected person")
        for area in self._mined:
            if _enters(self._way, self._person, area):
                self._breach(t_ns, f"led toward {area.role} '{area.name}' that had been reported on the way")


def _enters(way: tuple[Enu, ...], person: Enu | None, area: Area) -> bool:
    """Whether what lies before him of a way enters an area: looked at every half metre, from where he is nearest."""
    places: list[Enu] = []
    for a, b in pairwise(way):
        parts = max(int(ground_range_m(a, b) / 0.5), 1)
        places += [Enu(a[0] + (b[0] - a[0]) * n / parts, a[1] + (b[1] - a[1]) * n / parts, 0.0) for n in range(parts)]
    places += way[-1:]
    first = 0
    if person is not None and places:
        first = min(range(len(places)), key=lambda n: ground_range_m(places[n], person))
    if len(area.ring) == 1:
        return any(ground_range_m(p, area.ring[0]) < area.radius_m for p in places[first:])
    return any(inside(p, area.ring) for p in places[first:])


def breaches(values: Iterable[e.Event | c.Command]) -> list[str]:
    """All breaches in a whole record, in order."""
    verdict = Verdict()
    for value in values:
        verdict.hear(value)
    return verdict.breaches
