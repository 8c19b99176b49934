"""How others would lead him: guides that stand beside ours in `bench lead`, on the same aircraft in the same missions.

Up to his first step everything is ours: the words, the note, the answer, the hold of fire. From then on such a guide
flies, to the end, and shows nothing more; neighbours, operator and receivers go on as ever. That is kinder to it than
any real one, which has none of this.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

import msgspec

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command, CutShort, ReturnHome, StandDown, Steer, Transmit
from safeconduct.model.events import Event, Sighting
from safeconduct.model.geometry import ZERO, Enu, bearing_deg, rounded, toward
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Channel
from safeconduct.routes import Way, way_through
from safeconduct.sim import World
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.twin import DirectAircraft

HEIGHT_M, AHEAD_M = 5.0, 7.0
ROUTE_MPS = 1.2
"""A procedure that was published leads at walking pace."""
COASTS_S, FORGETS_S = 3.0, 10.0
"""ArduPilot's Follow: a position is believed for 3 s, a target for 10 s; then the aircraft hovers where it is."""


class OtherGuide:
    """An aircraft that obeys us until he follows, and then leads by itself. Also a watcher, for what its eyes see."""

    def __init__(self, aircraft: DirectAircraft, world: World) -> None:
        self._aircraft = aircraft
        self._world = world
        points = tuple(Enu(e, n, world.scenario.laid_ground.field_m(e, n)) for e, n in world.scenario.route)
        self._way: Way = way_through(points)
        self._leads = False

    def obey(self, command: Command, t_ns: int) -> None:
        if self._leads and isinstance(command, ReturnHome):
            self._leads = False  # the mission is over, or the battery
        if not self._leads:
            self._aircraft.obey(command, t_ns)
        elif isinstance(command, Transmit):  # it has no signals: what was asked for is measured, and was not flown
            self._aircraft.obey(msgspec.structs.replace(command, channels=(Channel.MANOEUVRE,)), t_ns)
        elif not isinstance(command, (Steer, StandDown, CutShort)):
            self._aircraft.obey(command, t_ns)

    def poll(self, t_ns: int) -> list[Event]:
        if self._leads:
            place, heading_deg = self._wanted(t_ns)
            self._aircraft.obey(Steer(t_ns, rounded(place), ZERO, ZERO, round(heading_deg, 1)), t_ns)
        return self._aircraft.poll(t_ns)

    def truth(self) -> AircraftTruth:
        return self._aircraft.truth()

    def watch(self, events: Sequence[Event], _commands: Sequence[Command], state: MissionState) -> None:
        for event in events:
            if isinstance(event, Sighting) and state.person is not None and event.track == state.person.track:
                self._sees(event)
        if not self._leads and self._begins():
            self._leads = True
            self._starts(state.t_ns)

    def _begins(self) -> bool:
        person = self._world.bodies[0].state
        return person.followed_from_s >= 0.0 and person.walked_m > 0.0 and self.truth().flying

    def _sees(self, sighting: Sighting) -> None: ...

    def _starts(self, t_ns: int) -> None: ...

    def _wanted(self, t_ns: int) -> tuple[Enu, float]:
        raise NotImplementedError


class FliesTheRoute(OtherGuide):
    """Flies the route at walking pace, looking back, and hopes that he comes along; hovers at its end."""

    def _starts(self, t_ns: int) -> None:
        at = self.truth().position
        self._from_m, self._from_ns = self._way.progress_m(at, 0.0, self._way.length_m), t_ns

    def _wanted(self, t_ns: int) -> tuple[Enu, float]:
        at_m = min(self._from_m + ROUTE_MPS * seconds_between(self._from_ns, t_ns), self._way.length_m)
        place = self._way.point(at_m)
        return place._replace(up=place.up + HEIGHT_M), (self._way.bearing_deg(at_m) + 180.0) % 360.0


class Follows(OtherGuide):
    """Keeps an offset to him, as ArduPilot's Follow does to its target: ahead along the way, nose to him.

    Where he is comes from the eyes. It coasts on his last speed for 3 s, then hovers; after 10 s it has forgotten him,
    and he who is seen again is nobody to it.
    """

    _seen: Sighting | None = None
    _velocity = ZERO
    _made_m = 0.0
    _forgotten = False
    _held: tuple[Enu, float] | None = None

    def _sees(self, sighting: Sighting) -> None:
        before, self._seen = self._seen, sighting
        if before is None:
            return
        dt_s = seconds_between(before.t_ns, sighting.t_ns)
        if dt_s > COASTS_S:
            self._velocity = ZERO
        elif dt_s > 0.0:
            part = min(dt_s / 2.0, 1.0)
            now, then, kept = sighting.position, before.position, self._velocity
            self._velocity = Enu(
                kept.east + part * ((now.east - then.east) / dt_s - kept.east),
                kept.north + part * ((now.north - then.north) / dt_s - kept.north),
                0.0,
            )

    def _wanted(self, t_ns: int) -> tuple[Enu, float]:
        unseen_s = seconds_between(self._seen.t_ns, t_ns) if self._seen is not None else FORGETS_S + 1.0
        self._forgotten = self._forgotten or unseen_s > FORGETS_S
        if self._seen is None or self._forgotten or unseen_s > COASTS_S:
            if self._held is None:
                truth = self.truth()
                self._held = truth.position, truth.heading_deg
            return self._held
        self._held = None
        p, v = self._seen.position, self._velocity
        him = Enu(p.east + v.east * unseen_s, p.north + v.north * unseen_s, p.up)
        self._made_m = self._way.progress_m(him, self._made_m, self._way.length_m)
        along_m = self._made_m
        out = toward(self._way.bearing_deg(along_m), AHEAD_M)
        ground = self._way.point(min(along_m + AHEAD_M, self._way.length_m)).up
        place = Enu(him.east + out.east, him.north + out.north, ground + HEIGHT_M)
        near = hypot(place.east - him.east, place.north - him.north) < 0.5
        return place, self.truth().heading_deg if near else bearing_deg(self.truth().position, him)


GUIDES: dict[str, type[OtherGuide]] = {"route": FliesTheRoute, "follow": Follows}
