"""A tiny ideal leader for tests: flies without any fault and sees only the events that the world tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from math import hypot

from safeconduct.model.commands import NotifyReception, RequestNoFire
from safeconduct.model.events import Event, NotePickedUp, NoteReleased, ReceiverConfirmed, Sighting
from safeconduct.model.geometry import ZERO, Enu, add, bearing_deg, minus, toward
from safeconduct.model.mission_time import NS, SIMULATED_START_NS, after
from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim import AircraftTruth, Scenario, World
from unit.world.flights import Offset, away_and_back, left_right, still, up_down

_UPRIGHT = {Posture.STANDING, Posture.WALKING}


class Leader:
    """Runs a whole mission against a world. `events` keeps what the world told, `steps` how often it was asked."""

    def __init__(self, scenario: Scenario, world: World) -> None:
        self.route = [Enu(e, n, 0.0) for e, n in scenario.route]
        self.world = world
        self.t_ns = SIMULATED_START_NS
        self.at = Enu(0.0, 0.0, 15.0)
        self.person = self.route[0]
        self.gestures: Counter[Gesture] = Counter()
        self.gesture: Gesture | None = None
        self.posture = Posture.UNCERTAIN
        self.events: list[Event] = []
        self.picked_up = False
        self.done = False
        self.along_m = 0.0
        self.axis = ZERO

    def mission(self, until_s: float = 5400.0) -> None:
        """All of it; ends when the receivers have the person, or after so much mission time."""
        limit_ns = after(SIMULATED_START_NS, until_s)
        self.world.perform(NotifyReception(self.t_ns, 1, 900.0, None, "unhurt"))
        self.go(self._watch_point(), 40.0)
        self.until(lambda: self.gesture is Gesture.HANDS_UP, 60.0)
        self.show(up_down(1.0), 12.0)
        self.go(add(self.person, toward(200.0, 6.0), 1.0), 15.0, height_m=10.0)
        self.world.notice(NoteReleased(self.t_ns, 1, "test"))
        self.go(self._watch_point(), 10.0)
        self.until(lambda: self.picked_up, 150.0)
        while self.t_ns < limit_ns and not self.done and self.gestures[Gesture.THROAT] < 50:
            self.hold(1.0)
            if self.picked_up and self.gesture is Gesture.THROAT:
                self.show(left_right(2.0), 15.0)
                break
        self.go(self._ahead(), 12.0, height_m=5.0)
        stood_s = 100.0
        while self.t_ns < limit_ns and not self.done:
            before = self.person
            if stood_s > 20.0 and self.posture in _UPRIGHT:
                self.show(away_and_back(), 24.0)
                stood_s = 0.0
            self.step(self._toward(self._ahead(), 0.16, 5.0))
            moved = hypot(self.person.east - before.east, self.person.north - before.north)
            walking = self.posture is Posture.WALKING or moved > 1.0
            stood_s = 0.0 if walking else stood_s + 0.1

    def step(self, position: Enu) -> None:
        self.t_ns += NS // 10
        if (self.t_ns - SIMULATED_START_NS) % (30 * NS) == 0:
            self.world.perform(RequestNoFire(self.t_ns, self.person, 150.0, self.t_ns + 90 * NS))
        aircraft = AircraftTruth(self.t_ns, position, ZERO, bearing_deg(position, self.person), False, True)
        self.at = position
        for event in self.world.advance(self.t_ns, aircraft):
            self.events.append(event)
            if isinstance(event, Sighting):
                self.person, self.posture = event.position, event.posture
                self.gesture = event.gestures[0].gesture if event.gestures else None
                if self.gesture is not None:
                    self.gestures[self.gesture] += 1
            elif isinstance(event, NotePickedUp):
                self.picked_up = True
            elif isinstance(event, ReceiverConfirmed):
                self.done = True

    def go(self, to: Enu, seconds: float, height_m: float = 15.0) -> None:
        for _ in range(round(seconds * 10)):
            self.step(self._toward(to, 0.4, height_m))

    def hold(self, seconds: float) -> None:
        self.show(still, seconds)

    def until(self, seen: Callable[[], bool], at_most_s: float) -> None:
        for _ in range(round(at_most_s)):
            self.hold(1.0)
            if seen():
                return

    def show(self, offset: Offset, seconds: float) -> None:
        """Fly a signal about the present place, for the person."""
        base = self.at
        bearing = bearing_deg(self.person, base)
        away, across = toward(bearing), toward(bearing + 90.0)
        for i in range(round(seconds * 10)):
            x, z, y = offset(i / 10.0)
            self.step(add(add(add(base, across, x), away, y), Enu(0.0, 0.0, 1.0), z))

    def _toward(self, to: Enu, step_m: float, height_m: float) -> Enu:
        d = minus(Enu(to[0], to[1], height_m), self.at)
        length = (d[0] ** 2 + d[1] ** 2 + d[2] ** 2) ** 0.5
        return add(self.at, d, min(1.0, step_m / length) if length > 0.0 else 0.0)

    def _watch_point(self) -> Enu:
        return add(self.person, toward(bearing_deg(self.route[0], self.route[1]), 17.0))

    def _ahead(self) -> Enu:
        """Seven metres further along the route than the person, who is taken to be near it."""
        best, place, left = 1e9, self.route[-1], 0.0
        for i, (a, b) in enumerate(pairwise(self.route)):
            length = hypot(b[0] - a[0], b[1] - a[1])
            unit = Enu((b[0] - a[0]) / length, (b[1] - a[1]) / length, 0.0)
            s = (self.person[0] - a[0]) * unit[0] + (self.person[1] - a[1]) * unit[1]
            s = min(max(s, 0.0), length)
            near = add(a, unit, s)
            away = hypot(near[0] - self.person[0], near[1] - self.person[1])
            if away < best:
                best, left = away, s + 7.0
                leg = i
                while left > length and leg + 2 < len(self.route):
                    left -= length
                    leg += 1
                    c, d = self.route[leg], self.route[leg + 1]
                    length = hypot(d[0] - c[0], d[1] - c[1])
                c, d = self.route[leg], self.route[leg + 1]
                share = min(left, length) / length
                place = Enu(c[0] + (d[0] - c[0]) * share, c[1] + (d[1] - c[1]) * share, 0.0)
        return place
