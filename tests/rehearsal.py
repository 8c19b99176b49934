"""A mission told in sentences: an ideal aircraft, a person who stands where he is put, and the real core."""

from __future__ import annotations

from typing import TypeVar

from safeconduct.conduct import OPENING, MissionState, Verdict, step
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS, after
from safeconduct.model.plan import Plan, Settings
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Mode, Phase, Posture

START = Enu(0.0, 0.0, 0.0)
RECEPTION = Enu(0.0, 300.0, 0.0)
PLAN = Plan("rehearsal", Wgs84(48.6, 38.0, 100.0), START, RECEPTION, (START, Enu(0.0, 150.0, 0.0), RECEPTION))

C = TypeVar("C", bound=c.Command)


class Rehearsal:
    """Time passes in tenths of a second; the aircraft is exactly where it was steered."""

    def __init__(self, plan: Plan = PLAN, settings: Settings | None = None, *, light: bool = True) -> None:
        self.t_ns = SIMULATED_START_NS
        self.state: MissionState = OPENING
        self.verdict = Verdict()
        self.said: list[c.Command] = []
        self.here = Enu(0.0, -5.0, 0.0)
        self.velocity = Enu(0.0, 0.0, 0.0)
        self.mode = Mode.GUIDED
        self.armed = False
        self.battery_pct = 90.0
        self.battery_s: float | None = 2000.0
        self.wind: Enu | None = None
        self.person = Enu(0.0, 0.0, 0.0)
        self.walk = Enu(0.0, 0.0, 0.0)
        self.posture = Posture.STANDING
        self.seen = True
        self.gesture: Gesture | None = None
        self.held_s = 0.0
        self.video = True
        self.link = True
        self.gps = True
        self.shows = True  # whether evidence says that signals were really shown
        self.track = 7
        self.happens(e.MissionOpened(self.t_ns, plan, settings or Settings(), "rehearsal", 1))
        self.happens(e.LightPresent(self.t_ns, "a1", light))
        self.happens(e.SlotLoaded(self.t_ns, 1, "note"))

    # -- what happens ---------------------------------------------------------------------------------------------
    def happens(self, event: e.Event) -> tuple[c.Command, ...]:
        self.verdict.hear(event)
        self.state, commands = step(self.state, event)
        for command in commands:
            self.verdict.hear(command)
            self.said.append(command)
            self._obey(command)
        return commands

    def _obey(self, command: c.Command) -> None:
        if isinstance(command, c.Steer):
            self.here, self.velocity = command.position, command.velocity
        elif isinstance(command, c.Launch):
            self.armed, self.here = True, Enu(self.here.east, self.here.north, command.height_m)
            self.happens(e.CommandDone(self.t_ns, "a1", "launch"))
        elif isinstance(command, c.TakeBack):
            self.mode = Mode.GUIDED
            self.happens(e.ModeChanged(self.t_ns, "a1", Mode.GUIDED, "GUIDED", True))
        elif isinstance(command, c.Transmit):
            self._pending = command
            self._due_ns = after(self.t_ns, command.duration_s + 1.0)

    _pending: c.Transmit | None = None
    _due_ns = 0

    def passes(self, seconds: float) -> Rehearsal:
        """Time passes; the person walks with `walk`, shows `gesture`."""
        for _ in range(round(seconds * 10)):
            self.t_ns += 100_000_000
            self.person = Enu(
                self.person.east + self.walk.east * 0.1, self.person.north + self.walk.north * 0.1, self.person.up
            )
            self.happens(
                e.Telemetry(
                    self.t_ns,
                    "a1",
                    self.here,
                    self.velocity,
                    0.0,
                    self.mode,
                    self.armed,
                    self.gps,
                    self.battery_pct,
                    self.battery_s,
                    self.wind,
                )
            )
            self.happens(e.VideoHealth(self.t_ns, self.video, 0.1 if self.video else 5.0))
            self.happens(e.LinkHealth(self.t_ns, "a1", self.link, 0.1 if self.link else 5.0))
            if self.seen:
                self.held_s = self.held_s + 0.1 if self.gesture else 0.0
                gestures = (e.GestureSeen(self.gesture, 0.9, self.held_s),) if self.gesture else ()
                self.happens(e.Sighting(self.t_ns, self.track, self.person, 150.0, self.posture, 0.9, gestures))
            if self._pending is not None and self.t_ns >= self._due_ns:
                shown, self._pending = self._pending, None
                for channel in shown.channels:
                    light = channel is Channel.LIGHT
                    self.happens(
                        e.SignalShown(
                            self.t_ns,
                            shown.transmission,
                            shown.signal,
                            channel,
                            self.shows,
                            0.0 if light else shown.amplitude_m,
                            0.0 if light else shown.cycles,
                            shown.flashes if light else 0,
                            "" if self.shows else "wind",
                        )
                    )
            self.happens(e.Tick(self.t_ns))
        return self

    def decides(self, decision: Decision, option: str = "", **more: str | int) -> tuple[c.Command, ...]:
        """The operator decides freely, or answers the newest open question about it."""
        asked = next((a for a in reversed(self.state.asked) if a.decision is decision), None)
        track = more.get("track", asked.track if asked else None)
        return self.happens(
            e.Choice(
                self.t_ns,
                "operator-1",
                decision,
                asked.proposal if asked else 0,
                option or (asked.options[0] if asked and asked.options else ""),
                track=int(track) if track is not None else None,
                reason=str(more.get("reason", "")),
            )
        )

    # -- the usual way there --------------------------------------------------------------------------------------
    def launched(self) -> Rehearsal:
        self.passes(0.5)
        self.decides(Decision.LAUNCH)
        self.decides(Decision.APPROVE_ROUTE)
        return self.passes(15.0)

    def offered(self) -> Rehearsal:
        self.launched()
        self.gesture = Gesture.HANDS_UP
        self.passes(3.0)
        self.gesture = None
        self.decides(Decision.SELECT_PERSON)
        return self.passes(0.5)

    def in_parley(self, *, acknowledged: bool = True) -> Rehearsal:
        self.offered()
        if acknowledged:
            self.own_side_holds_fire()
        self.decides(Decision.ACCEPT_OFFER)
        return self.passes(20.0)

    def own_side_holds_fire(self, seconds: float = 3600.0) -> None:
        self.happens(e.NoFireAcknowledged(self.t_ns, "2nd company", after(self.t_ns, seconds)))

    def note_picked_up(self) -> Rehearsal:
        self.in_parley()
        self.decides(Decision.RELEASE_NOTE)
        for _ in range(400):
            if self.passes(0.1).last(c.Release) is not None:
                break
        assert self.last(c.Release) is not None, self.words()
        self.happens(e.NoteReleased(self.t_ns, 1, "servo 9 at 1900"))
        self.happens(e.NoteLanded(self.t_ns, self.person))
        self.happens(e.NotePickedUp(self.t_ns, "eyes"))
        return self.passes(40.0)

    def leading(self) -> Rehearsal:
        self.note_picked_up()
        self.decides(Decision.LEAD)
        self.passes(25.0)
        self.walk = Enu(0.0, 1.0, 0.0)
        return self.passes(5.0)

    # -- what was said --------------------------------------------------------------------------------------------
    def is_in(self, *phases: Phase) -> bool:
        return self.state.phase in phases

    def all(self, kind: type[C]) -> list[C]:
        return [s for s in self.said if isinstance(s, kind)]

    def last(self, kind: type[C]) -> C | None:
        found = self.all(kind)
        return found[-1] if found else None

    def words(self) -> str:
        return " | ".join(a.words for a in self.all(c.Alert)[-6:])
