"""What happened, in a line of plain words for each thing: who said or did what. Nothing here prints.

`Sayings.of` is told every round of a mission and answers with the lines that a watching human wants to read: refreshed
requests, repeated gestures and setpoints are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from safeconduct.conduct import MissionState
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import ground_range_m
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Phase, Posture, Signal
from safeconduct.signals import GESTURES, SIGNALS

SAID_AGAIN_S = 30.0
"""A gesture that goes on, or is shown again, is told again after this long."""
_HELD_S = 0.5
_POSTURE_LASTS_S = 2.0
_TOLD_OTHERWISE = frozenset({"acknowledged", "pause"})  # alerts that repeat a gesture or a phase


class Line(NamedTuple):
    """who: person, operator, aircraft, own side, shells, receiver or mission. weight: phase, alarm, warning, plain,
    quiet.
    """

    t_ns: int
    who: str
    words: str
    weight: str = "plain"


PHASE_WORDS: dict[Phase, str] = {
    Phase.WATCH: "watching",
    Phase.OFFERED: "somebody may be surrendering, or in need",
    Phase.DISCERNED: "taken as an offer: he is shown that he is seen",
    Phase.PARLEY: "talking with him",
    Phase.LEAD: "leading",
    Phase.WAIT: "waiting with him",
    Phase.COVER: "under fire",
    Phase.REACQUIRE: "looking for him",
    Phase.RELAY: "another aircraft must take over",
    Phase.STAY: "staying with him: help comes to him",
    Phase.RECEPTION: "at the reception point",
    Phase.CLOSED: "closed",
}
POSTURE_WORDS: dict[Posture, str] = {
    Posture.STANDING: "stands",
    Posture.WALKING: "walks",
    Posture.CRAWLING: "crawls",
    Posture.SITTING: "sits down",
    Posture.CROUCHED: "crouches",
    Posture.KNEELING: "kneels",
    Posture.PRONE: "lies flat",
    Posture.MOTIONLESS: "lies motionless",
}
_FREE_WORDS: dict[Decision, str] = {
    Decision.LAUNCH: "launch",
    Decision.APPROVE_ROUTE: "the route is approved",
    Decision.STOP: "stop",
    Decision.STAY: "stay with him",
    Decision.LEAD: "lead",
    Decision.REPORT_IMPACT: "a shell fell",
    Decision.TAKE_BACK: "take the aircraft back",
    Decision.RETURN_HOME: "fly home",
}


class Sayings:
    """Remembers what was said, so that it is said once."""

    def __init__(self) -> None:
        self._asked: dict[int, c.Propose] = {}
        self._gestures: dict[tuple[int, Gesture], int] = {}
        self._posture = Posture.UNCERTAIN
        self._posture_new = (Posture.UNCERTAIN, 0)
        self._units: dict[str, bool] = {}
        self._slots: dict[int, str] = {}
        self._no_fire_asked = False

    def of(
        self, events: Sequence[e.Event], commands: Sequence[c.Command], state: MissionState | None = None
    ) -> Iterator[Line]:
        for event in events:
            yield from self._event(event, state)
        shown = any(isinstance(event, e.SignalShown) for event in events)
        for command in commands:
            yield from self._command(command, shown)

    def _event(self, event: e.Event, state: MissionState | None) -> Iterator[Line]:
        t = event.t_ns
        match event:
            case e.Tick() | e.Telemetry():
                pass
            case e.Sighting():
                yield from self._sighting(event, state)
            case e.MissionOpened():
                metres = sum(ground_range_m(a, b) for a, b in zip(event.plan.route, event.plan.route[1:], strict=False))
                name = event.scenario or event.plan.name
                yield Line(t, "mission", f"{name}: {metres:.0f} m to the reception point", "phase")
            case e.MissionResumed():
                yield Line(t, "mission", f"resumed from its record after {event.gap_s:.0f} s", "alarm")
            case e.Choice():
                yield Line(t, "operator", self._choice(event))
            case e.Impact():
                near = ""
                if state is not None and state.person is not None:
                    near = f", {ground_range_m(event.position, state.person.position):.0f} m from him"
                yield Line(t, "shells", f"impact{near} (reported by {event.source})", "alarm")
            case e.NoFireAcknowledged():
                if not self._units.get(event.unit):
                    yield Line(t, "own side", f"{event.unit} has read the request and holds its fire")
                self._units[event.unit] = True
            case e.NoFireLost():
                self._units[event.unit] = False
                yield Line(t, "own side", f"{event.unit} no longer holds its fire: {event.why}", "alarm")
            case e.SignalShown():
                yield _shown(event)
            case e.NoteReleased():
                yield Line(t, "aircraft", f"the note is on its way ({event.evidence})")
            case e.NoteLanded():
                yield Line(t, "aircraft", "the note has landed")
            case e.NotePickedUp():
                yield Line(t, "person", f"picks the note up (seen by {event.source})")
            case e.CommandDone():
                yield Line(t, "aircraft", f"{event.command}: done", "quiet")
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
                yield Line(t, "receiver", f"{event.unit} has {event.persons} person(s){state_words}")
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
            if last is None or seconds_between(last, event.t_ns) >= SAID_AGAIN_S:
                self._gestures[key] = event.t_ns
                yield Line(event.t_ns, "person", f"{seen.gesture.value.upper()}: {GESTURES[seen.gesture].meaning}")
        person = None if state is None else state.person
        if person is None or person.track != event.track or event.posture is Posture.UNCERTAIN:
            return
        new, since = self._posture_new
        if event.posture is not new:
            self._posture_new = (event.posture, event.t_ns)
        elif new is not self._posture and seconds_between(since, event.t_ns) >= _POSTURE_LASTS_S:
            self._posture = new
            yield Line(event.t_ns, "person", POSTURE_WORDS[new], "quiet")

    def _choice(self, choice: e.Choice) -> str:
        asked = self._asked.pop(choice.proposal, None)
        option = None if asked is None else next((o for o in asked.options if o.key == choice.option), None)
        if option is not None:
            words = option.words
        elif choice.decision in (Decision.SHOW, Decision.ANSWER):
            words = f"show {choice.option.upper()}"
        else:
            words = _FREE_WORDS.get(choice.decision, choice.decision.value.replace("_", " "))
            words += f" ({choice.option})" if choice.option not in ("", choice.decision.value) else ""
        because = f" – {choice.reason}" if choice.reason not in ("", words) else ""
        return f"{choice.operator}: {words}{because}"

    def _command(self, command: c.Command, shown: bool) -> Iterator[Line]:
        t = command.t_ns
        match command:
            case c.Steer():
                pass
            case c.PhaseEntered(phase=Phase.CLOSED):
                pass  # the close itself is told, with its reason
            case c.PhaseEntered():
                yield Line(t, "mission", f"{command.phase.value.upper()}: {PHASE_WORDS[command.phase]}", "phase")
            case c.Propose():
                self._asked[command.proposal] = command
                yield Line(t, "mission", f"asks: {command.words}", "quiet")
            case c.Alert():
                if command.name in _TOLD_OTHERWISE or (command.name == "not_shown" and shown):
                    return
                weight = {"alarm": "alarm", "warning": "warning"}.get(command.level, "quiet")
                yield Line(t, "mission", command.words, weight)
            case c.Transmit():
                by = " and ".join(channel.value for channel in command.channels)
                meaning = SIGNALS[command.signal].meaning
                yield Line(t, "aircraft", f"shows {command.signal.value.upper()} “{meaning}” by {by} …")
            case c.Speak():
                yield Line(t, "aircraft", f"says “{command.text}”")
            case c.Release():
                yield Line(t, "aircraft", f"opens slot {command.slot}")
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
                yield Line(t, "own side", f"the request to hold fire ends: {command.reason}")
            case c.NotifyReception():
                when = "" if command.eta_s is None else f", about {command.eta_s / 60:.0f} min"
                words = f"told: {command.persons} person(s), {command.distance_m:.0f} m off{when}, {command.state}"
                yield Line(t, "receiver", words, "quiet")
            case c.MissionClosed():
                because = f" – {command.reason}" if command.reason else ""
                yield Line(t, "mission", f"closed: {command.outcome.value.replace('_', ' ')}{because}", "phase")
            case _:
                pass


def _shown(event: e.SignalShown) -> Line:
    name = event.signal.value.upper()
    if not event.ok:
        why = event.why or "no evidence"
        return Line(event.t_ns, "aircraft", f"{name} by {event.channel.value} was NOT shown: {why}", "warning")
    if event.channel is Channel.LIGHT:
        proof = f"{event.flashes} flash{'' if event.flashes == 1 else 'es'} counted"
    elif event.amplitude_m and event.signal not in (Signal.ATTEND, Signal.WAIT):
        proof = f"flown ±{event.amplitude_m:.1f} m, {event.cycles:g} times"
    else:
        proof = "held still"
    return Line(event.t_ns, "aircraft", f"{name} was shown: {proof}")
