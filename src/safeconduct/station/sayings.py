"""What happened, in a line of plain words for each thing: who said or did what. Nothing here prints.

`Sayings.of` is told every round of a mission and answers with the lines that a watching human wants to read: refreshed
requests, repeated gestures and setpoints are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import fsum
from typing import NamedTuple

from safeconduct.conduct import MissionState
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu, ground_range_m
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Phase, Posture, Signal
from safeconduct.signals import GESTURES, LANGUAGES, SIGNALS
from safeconduct.station.plain_words import BY, PHASE_WORDS, POSTURE_WORDS, WAIT_WORDS, counted, unasked

SAID_AGAIN_S = 30.0
"""A gesture that goes on, or is shown again, is told again after this long."""
_SAME_PLACE_M = 3.0
_HELD_S = 0.5
_POSTURE_LASTS_S, _STEP_LASTS_S = 2.0, 5.0  # standing and walking change often and mean little
_TOLD_AGAIN_M = 200.0
_TOLD_OTHERWISE = frozenset({"acknowledged", "pause", "cover"})  # alerts that repeat a gesture or a phase
_PATIENCE_S = 10.0
"""What has not begun yet is no trouble: these alerts are told if nothing good is heard within this time."""
_BEGINNING = frozenset({"video_stale", "link_poor"})
_ASKED_ANEW = frozenset({"no_fire_open"})


class Line(NamedTuple):
    """who: person, operator, aircraft, own side, shells, receiver or mission. weight: phase, alarm, warning, plain,
    quiet.
    """

    t_ns: int
    who: str
    words: str
    weight: str = "plain"


_CUT_SHORT = "cut short: "


class Sayings:
    """Remembers what was said, so that it is said once."""

    def __init__(self) -> None:
        self._asked: dict[int, c.Propose] = {}
        self._gestures: dict[tuple[int, Gesture], int] = {}
        self._told_at: list[tuple[Gesture, int, Enu]] = []
        self._posture = Posture.UNCERTAIN
        self._posture_new = (Posture.UNCERTAIN, 0)
        self._units: dict[str, bool] = {}
        self._slots: dict[int, str] = {}
        self._no_fire_asked = False
        self._operator = ""
        self._reason = ""
        self._notified: tuple[str, float] = ("", 0.0)
        self._good: set[str] = set()
        self._waiting: dict[str, Line] = {}

    def of(
        self, events: Sequence[e.Event], commands: Sequence[c.Command], state: MissionState | None = None
    ) -> Iterator[Line]:
        for event in events:
            yield from self._event(event, state)
            yield from self._out_of_patience(event.t_ns)
        told = {"not_shown"} if any(isinstance(event, e.SignalShown) for event in events) else set()
        if any(isinstance(command, c.PhaseEntered) and command.phase is Phase.REACQUIRE for command in commands):
            told.add("person_lost")
        for command in sorted(commands, key=lambda command: isinstance(command, c.Propose)):  # first what is so
            if not (isinstance(command, c.Alert) and command.name in told):
                yield from self._command(command, state)

    def _out_of_patience(self, t_ns: int) -> Iterator[Line]:
        for name, line in list(self._waiting.items()):
            if seconds_between(line.t_ns, t_ns) >= _PATIENCE_S:
                del self._waiting[name]
                self._good.add(name)
                yield line._replace(t_ns=t_ns)

    def _is_good(self, name: str) -> None:
        self._good.add(name)
        self._waiting.pop(name, None)

    def _event(self, event: e.Event, state: MissionState | None) -> Iterator[Line]:
        t = event.t_ns
        match event:
            case e.Tick() | e.Telemetry():
                pass
            case e.LinkHealth(ok=True):
                self._is_good("link_poor")
            case e.VideoHealth(ok=True):
                self._is_good("video_stale")
            case e.Sighting():
                yield from self._sighting(event, state)
            case e.MissionOpened():
                metres = fsum(ground_range_m(a, b) for a, b in pairwise(event.plan.route))
                name = event.scenario or event.plan.name
                yield Line(t, "mission", f"{name}: {metres:.0f} m to the reception point", "phase")
            case e.MissionResumed():
                yield Line(t, "mission", f"resumed from its record after {event.gap_s:.0f} s", "alarm")
            case e.Choice():
                if event.decision is Decision.NO_FIRE_HEARD and event.reason.strip():
                    self._is_good("no_fire_open")
                    self._units[event.reason.strip()] = True
                yield Line(t, "operator", self._choice(event))
            case e.Impact():
                near = ""
                if state is not None and state.person is not None:
                    near = f", {ground_range_m(event.position, state.person.position):.0f} m from him"
                by = "" if event.source == "eyes" else f" (reported by {event.source})"
                yield Line(t, "shells", f"impact{near}{by}", "alarm")
            case e.NoFireAcknowledged():
                self._is_good("no_fire_open")
                if not self._units.get(event.unit):
                    yield Line(t, "own side", f"{event.unit} has read the request and holds its fire")
                self._units[event.unit] = True
            case e.NoFireLost():
                self._units[event.unit] = False
                yield Line(t, "own side", f"{event.unit} no longer holds its fire: {event.why}", "alarm")
            case e.SignalShown():
                yield _shown(event)
            case e.Prompted():
                yield Line(t, "mission", f"to the pilot: {event.words}  {event.signs}".rstrip(), "phase")
            case e.Flown():
                what = event.read.value.upper() if event.read is not None else "nothing sure"
                if event.by == "picture":
                    yield Line(t, "aircraft", f"the picture's motion reads as {what}", "quiet")
                else:
                    yield Line(t, "aircraft", f"the pilot says that he flew {what}", "quiet")
            case e.Spoken(ok=True):
                yield Line(t, "aircraft", f"“{event.text}” was played by the {event.place}'s speaker ({event.how})")
            case e.NoteReleased():
                yield Line(t, "aircraft", f"the note is on its way ({event.evidence})")
            case e.NoteLanded():
                yield Line(t, "aircraft", "the note has landed")
            case e.NotePickedUp():
                yield Line(t, "person", f"picks the note up (seen by {event.source})")
            case e.CommandDone(command="launch"):
                yield Line(t, "aircraft", "is in the air", "quiet")
            case e.ModeChanged():
                by = "as asked" if event.ours else "not by us: its pilot or autopilot decided"
                yield Line(t, "aircraft", f"mode {event.name}, {by}", "quiet" if event.ours else "alarm")
            case e.LightPresent():
                words = "a light whose flashes can be counted" if event.present else "no light that can be counted"
                yield Line(t, "aircraft", f"has {words}", "quiet")
            case e.SlotLoaded():
                if self._slots.get(event.slot) != event.holds:
                    self._slots[event.slot] = event.holds
                    yield Line(t, "aircraft", f"slot {event.slot} holds: {event.holds}", "quiet")
            case e.ReceiverReady():
                yield Line(t, "receiver", f"{event.unit} is ready, in cover")
            case e.ReceiverConfirmed():
                state_words = f", {event.condition}" if event.condition else ""
                yield Line(t, "receiver", f"{event.unit} has {counted(event.persons, 'person')}{state_words}")
            case e.ReliefOnStation():
                sees = "and sees the same person" if event.person_confirmed else "and does not see the person yet"
                yield Line(t, "aircraft", f"relief {event.aircraft} is on station {sees}")
            case e.AuditFound(ok=True):
                yield Line(t, "aircraft", "audit passed: our death would leave it in a safe state", "quiet")
            case _:
                pass  # the core answers the rest with alerts

    def _sighting(self, event: e.Sighting, state: MissionState | None) -> Iterator[Line]:
        for seen in event.gestures:
            if seen.held_s < _HELD_S:
                continue
            key = (event.track, seen.gesture)
            last = self._gestures.get(key)
            self._gestures[key] = event.t_ns if last is None else last
            if last is None and self._just_told(seen.gesture, event):
                continue
            if last is None or seconds_between(last, event.t_ns) >= SAID_AGAIN_S:
                self._gestures[key] = event.t_ns
                self._told_at.append((seen.gesture, event.t_ns, event.position))
                meaning = GESTURES[seen.gesture].meaning.replace(": ", " – ")
                yield Line(event.t_ns, "person", f"{seen.gesture.value.upper()}: {meaning}")
        person = None if state is None else state.person
        if person is None or person.track != event.track or event.posture is Posture.UNCERTAIN:
            return
        new, since = self._posture_new
        if event.posture is not new:
            self._posture_new = (event.posture, event.t_ns)
            return
        lasts_s = _STEP_LASTS_S if new in (Posture.STANDING, Posture.WALKING) else _POSTURE_LASTS_S
        if new is not self._posture and seconds_between(since, event.t_ns) >= lasts_s:
            self._posture = new
            yield Line(event.t_ns, "person", POSTURE_WORDS[new], "quiet")

    def _just_told(self, gesture: Gesture, event: e.Sighting) -> bool:
        """Of somebody who stood here, under a number that he has given up meanwhile."""
        self._told_at = [told for told in self._told_at if seconds_between(told[1], event.t_ns) < SAID_AGAIN_S]
        return any(g is gesture and ground_range_m(at, event.position) < _SAME_PLACE_M for g, _, at in self._told_at)

    def _choice(self, choice: e.Choice) -> str:
        asked = self._asked.pop(choice.proposal, None)
        option = None if asked is None else next((o for o in asked.options if o.key == choice.option), None)
        words = option.words if option is not None else unasked(choice)
        because = f" – {choice.reason}" if choice.reason not in ("", words) else ""
        self._reason = choice.reason
        who = "" if choice.operator == self._operator else f"{choice.operator}: "
        self._operator = choice.operator
        return f"{who}{words}{because}"

    def _question(self, proposal: c.Propose) -> str:
        """Without the gesture, where that was just told."""
        for (_, gesture), told_t_ns in self._gestures.items():
            just_told = seconds_between(told_t_ns, proposal.t_ns) < _POSTURE_LASTS_S
            if just_told and gesture.value.upper() in proposal.words:
                return proposal.words.rpartition(". ")[2]
        return proposal.words

    def _alert(self, alert: c.Alert) -> Iterator[Line]:
        if alert.name in _TOLD_OTHERWISE:
            return
        weight = {"alarm": "alarm", "warning": "warning"}.get(alert.level, "quiet")
        who = "aircraft" if alert.name == "vehicle" else "mission"
        line = Line(alert.t_ns, who, alert.words, weight)
        if alert.name in _ASKED_ANEW or (alert.name in _BEGINNING and alert.name not in self._good):
            self._waiting[alert.name] = line
        else:
            yield line

    def _command(self, command: c.Command, state: MissionState | None) -> Iterator[Line]:
        t = command.t_ns
        match command:
            case c.Steer():
                pass
            case c.PhaseEntered(phase=Phase.CLOSED):
                pass  # the close itself is told, with its reason
            case c.PhaseEntered():
                words = PHASE_WORDS[command.phase]
                if command.phase is Phase.WAIT:
                    words = WAIT_WORDS.get(command.why, words)
                weight = "alarm" if command.phase in (Phase.COVER, Phase.REACQUIRE) else "phase"
                yield Line(t, "mission", f"{command.phase.value.upper()}: {words}", weight)
            case c.Propose():
                self._asked[command.proposal] = command
                yield Line(t, "mission", f"asks: {self._question(command)}")
            case c.Alert():
                yield from self._alert(command)
            case c.Transmit():
                by = " and ".join(BY[channel] for channel in command.channels)
                yield Line(t, "aircraft", f"shows {command.signal.value.upper()} “{_meant(command, state)}” by {by} …")
            case c.Speak():
                language = f" in {LANGUAGES[command.language].name}" if command.language in LANGUAGES else ""
                yield Line(t, "aircraft", f"says “{command.text}”{language} …")
            case c.Release():
                yield Line(t, "aircraft", f"opens slot {command.slot}", "quiet")
            case c.Launch():
                yield Line(t, "aircraft", f"takes off to {command.height_m:.0f} m")
            case c.TakeBack():
                yield Line(t, "aircraft", "is taken back")
            case c.ReturnHome():
                yield Line(t, "aircraft", "flies home")
            case c.RequestNoFire():
                if not self._no_fire_asked:
                    self._no_fire_asked = True
                    yield Line(t, "mission", f"asks own side to hold fire within {command.radius_m:.0f} m")
            case c.EndNoFire():
                self._no_fire_asked = False
                why = "" if command.reason.startswith("mission closed") else f": {command.reason}"
                yield Line(t, "own side", f"the request to hold fire ends{why}")
            case c.NotifyReception():
                told, at_m = self._notified
                if command.state != told or abs(at_m - command.distance_m) >= _TOLD_AGAIN_M:
                    self._notified = (command.state, command.distance_m)
                    when = "" if command.eta_s is None else f", about {max(command.eta_s / 60, 1.0):.0f} min"
                    words = f"{counted(command.persons, 'person')}, {command.distance_m:.0f} m off{when}"
                    yield Line(t, "receiver", f"is told: {words}, {command.state}", "quiet")
            case c.MissionClosed():
                because = f" – {command.reason}" if command.reason not in ("", self._reason) else ""
                yield Line(t, "mission", f"CLOSED: {command.outcome.value.replace('_', ' ')}{because}", "phase")
            case _:
                pass


def _times(cycles: float) -> str:
    if cycles < 1.0:
        return ""
    return ", once" if cycles == 1.0 else f", {cycles:g} times"


def _meant(command: c.Transmit, state: MissionState | None) -> str:
    """An answer with the question that it answers; else what the signal means."""
    showing = None if state is None else state.showing
    if showing is not None and showing.transmission == command.transmission and showing.queued.answers:
        return showing.queued.answers
    return SIGNALS[command.signal].meaning


def _shown(event: e.SignalShown) -> Line:
    name = event.signal.value.upper()
    if not event.ok:
        why = event.why or "no evidence"
        if why.startswith(_CUT_SHORT):
            return Line(event.t_ns, "aircraft", f"{name} ends early: {why.removeprefix(_CUT_SHORT)}", "quiet")
        return Line(event.t_ns, "aircraft", f"{name} by {BY[event.channel]} was NOT shown: {why}", "warning")
    if event.channel is Channel.LIGHT:
        proof = f"{counted(event.flashes, 'flash', 'flashes')} counted"
    elif event.amplitude_m and event.signal not in (Signal.ATTEND, Signal.WAIT):
        proof = f"flown ±{event.amplitude_m:.1f} m" + _times(event.cycles)
    else:
        proof = "held still"
    return Line(event.t_ns, "aircraft", f"{name} was shown: {proof}")
