"""A judge of a simulated mission: looks at what really is, and never at what the core believes, where the two differ.

It watches each round after it has happened and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import hypot

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command, MissionClosed, Transmit
from safeconduct.model.events import Choice, Event, Impact, ReliefOnStation, SignalShown, Telemetry
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Channel, Decision, Outcome, Phase, Signal
from safeconduct.runtime.campaign_result import GAP_BIN_M, Hiding, Relieved, UnderFire
from safeconduct.runtime.campaign_walk import WalkClock
from safeconduct.sim import World

HIDDEN_S = 2.0
QUIET_S = 30.0
COVER_WITHIN_S = 10.0
ALONE_M, ALONE_S = 60.0, 30.0
OVER_M, OVER_UP_M = 2.0, 40.0
_NOBODY_YET = frozenset({Phase.WATCH, Phase.OFFERED})
_CHANGES_PERSON = frozenset({Decision.SELECT_PERSON, Decision.CONFIRM_PERSON})
_ROUND_S = 0.1


class Judge:
    """Feed it as a watcher; read its figures when the mission is over."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.walk = WalkClock(world)
        self.gaps: Counter[int] = Counter()
        self.hidings: list[Hiding] = []
        self.under_fire: list[UnderFire] = []
        self.relieved: Relieved | None = None
        self.battery_min_pct = self.battery_end_pct = 100.0
        self.switches = 0
        self.overhead_s = 0.0
        self.left_alone: set[int] = set()
        self._alone_s = [0.0] * len(world.bodies)
        self._led: int | None = None  # key of him who is led: 1 the person
        self._phase = Phase.WATCH
        self._was_led = False
        self._closed = False
        self._seen_ns = 0
        self._seen_phase = Phase.WATCH
        self._impact_ns = 0
        self._fire: tuple[int, str, float] | None = None  # a first impact without its COVER: when seen, phase, fell
        self._cover_number = -1
        self._relief_has_him = False
        self._wait_shown = False

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        chosen = False
        for event in events:
            kind = type(event)
            if kind is Telemetry:
                self._battery(event)  # type: ignore[arg-type]
            elif kind is Choice:
                chosen = chosen or event.decision in _CHANGES_PERSON  # type: ignore[attr-defined]
            elif kind is Impact:
                self._impact(event)  # type: ignore[arg-type]
            elif kind is ReliefOnStation:
                self._relief_has_him = self._relief_has_him or event.person_confirmed  # type: ignore[attr-defined]
            elif kind is SignalShown:
                self._shown(event)  # type: ignore[arg-type]
        for command in commands:
            if isinstance(command, Transmit):
                if command.signal is Signal.COVER:
                    self._covers(command)
            elif isinstance(command, MissionClosed):
                self._closes(command)
        if self._closed:
            return
        self._who(state, chosen)
        self._seen(state)
        self._phase = state.phase
        self._where(state)
        self.walk.round(state.phase, _ROUND_S, state.way)

    def ends(self, state: MissionState) -> None:
        """The mission is over: what is still open stays so."""
        person = state.person
        if person is not None and not self._closed and self._seen_phase not in _NOBODY_YET:
            hidden_s = seconds_between(person.seen_t_ns, state.t_ns)
            if hidden_s > HIDDEN_S:
                self.hidings.append(Hiding(self._seen_phase.value, -1.0))
        if self._fire is not None:
            self._never_covered()

    @property
    def led(self) -> int:
        """Index of him who is led among the world's bodies."""
        return min(max((self._led or 1) - 1, 0), len(self._alone_s) - 1)

    def _battery(self, event: Telemetry) -> None:
        if not self._closed and event.armed and event.battery_pct >= 0.0:
            self.battery_end_pct = event.battery_pct
            self.battery_min_pct = min(self.battery_min_pct, event.battery_pct)

    def _impact(self, event: Impact) -> None:
        quiet = self._impact_ns == 0 or seconds_between(self._impact_ns, event.t_ns) > QUIET_S
        self._impact_ns = event.t_ns
        if not quiet or self._phase in _NOBODY_YET or self._phase in (Phase.CLOSED, Phase.COVER):
            return
        if self._fire is not None:
            self._never_covered()
        fell_s = self._world.impacts[-1].t_s
        for hit in self._world.impacts:
            if event.position is not None and hypot(hit.east - event.position[0], hit.north - event.position[1]) < 0.1:
                fell_s = hit.t_s
        self._fire = (event.t_ns, self._phase.value, round(self._world.now_s - fell_s, 1))

    def _covers(self, command: Transmit) -> None:
        if self._fire is None:
            return
        seen_ns, phase, since_burst_s = self._fire
        self._fire = None
        cover_s = seconds_between(seen_ns, command.t_ns)
        if cover_s > COVER_WITHIN_S:
            self.under_fire.append(UnderFire(phase, -1.0, -1.0, -1.0))
            return
        self._cover_number = command.transmission
        self.under_fire.append(UnderFire(phase, round(cover_s, 1), round(cover_s + since_burst_s, 1), -1.0))
        self._cover_seen_ns = seen_ns

    def _never_covered(self) -> None:
        assert self._fire is not None
        self.under_fire.append(UnderFire(self._fire[1], -1.0, -1.0, -1.0))
        self._fire = None

    def _shown(self, event: SignalShown) -> None:
        if not event.ok:
            return
        if event.signal is Signal.WAIT:
            self._wait_shown = True
        if event.transmission == self._cover_number and event.channel is Channel.MANOEUVRE:
            last = self.under_fire[-1]
            shown_s = round(seconds_between(self._cover_seen_ns, event.t_ns), 1)
            self.under_fire[-1] = UnderFire(last.phase, last.cover_s, last.burst_s, shown_s)
            self._cover_number = -1

    def _closes(self, command: MissionClosed) -> None:
        self._closed = True
        if command.outcome is Outcome.HANDED_OVER:
            self.relieved = Relieved(self._relief_has_him, self._wait_shown, round(self.battery_end_pct, 1))

    def _who(self, state: MissionState, chosen: bool) -> None:
        """A switch is silent when no human chose another, whatever number the eyes gave him."""
        person = state.person
        if person is None:
            return
        key = self._world.who(person.track)
        if self._led is not None and key != self._led and not chosen:
            self.switches += 1
        self._led = key

    def _seen(self, state: MissionState) -> None:
        person = state.person
        if person is None:
            return
        if person.seen_t_ns != self._seen_ns:
            hidden_s = seconds_between(self._seen_ns, person.seen_t_ns) if self._seen_ns else 0.0
            if hidden_s > HIDDEN_S:
                self.hidings.append(Hiding(self._seen_phase.value, round(hidden_s, 1)))
            self._seen_ns = person.seen_t_ns
            self._seen_phase = state.phase

    def _where(self, state: MissionState) -> None:
        bodies = self._world.bodies
        east, north, up = self._world.aircraft_at
        led = bodies[self.led].state
        if state.phase is Phase.LEAD:
            self._was_led = True
            if led.walked_m > 0.0 and led.speed_mps > 0.15 and self.walk.follows:
                self.gaps[int(hypot(led.east - east, led.north - north) / GAP_BIN_M)] += 1
        for i, body in enumerate(bodies):
            s = body.state
            de, dn = s.east - east, s.north - north
            if abs(de) < OVER_M and abs(dn) < OVER_M and 0.5 < up - s.up < OVER_UP_M and hypot(de, dn) < OVER_M:
                self.overhead_s += _ROUND_S
            if self._was_led and hypot(de, dn) > ALONE_M:
                self._alone_s[i] += _ROUND_S
                if self._alone_s[i] > ALONE_S:
                    self.left_alone.add(i + 1)
            else:
                self._alone_s[i] = 0.0
