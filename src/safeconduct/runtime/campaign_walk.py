"""How long the walk really took: his time on his feet and on his way, pauses and shells taken out and kept apart."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from safeconduct.model.vocabulary import Phase
from safeconduct.routes import Way
from safeconduct.sim import Scenario, World
from safeconduct.sim.body import Doing
from safeconduct.sim.free_walk import Walks, free_walk_s
from safeconduct.sim.traits import Place

HEARD_M = 150.0
OUT_OF_IT_M = 0.3
_UNDER_FIRE = frozenset({Doing.TAKES_COVER, Doing.COWERS})
_GOES_BY_HIMSELF = frozenset({Doing.COMES_IN, Doing.SURRENDERS, Doing.LIES_DOWN, Doing.ARRIVED})
_OVER = frozenset({*_GOES_BY_HIMSELF, Doing.LIES_HURT, Doing.IN_CUSTODY, Doing.LED_OUT, Doing.CARED_FOR})


class Leg(msgspec.Struct, frozen=True):
    """A piece of the walk between shells, on one way: its corners, where each of them began, and where he ended it."""

    way: tuple[Place, ...]
    began: tuple[Walks, ...]
    end: Place


class WalkClock:
    """Feed it every round; walking_s, paused_s and shelled_s add up to the time from his first step on the field on.

    legs: what was walked in walking_s, on the ways on which he was led. The same people walk them alone for comparison.

    A shell's time lasts from the burst until he follows and is led again: the quiet time that the crew set and the
    operator's word are part of it. A pause lasts until he gets up; to make him follow again is the guide's affair.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.walking_s = self.paused_s = self.shelled_s = 0.0
        self.by_phase_s: dict[str, float] = {}
        self.began: tuple[Place, ...] = ()
        self.legs: list[Leg] = []
        self.end: tuple[float, float] | None = None  # where he went on to his receivers by himself
        self.follows = False
        self._bursts = 0
        self._shelled = False
        self._breath_until_s = -1.0
        self._next_rest_m = world.bodies[0].state.next_rest_m
        self._on: Way | None = None
        self._began: tuple[Walks, ...] = ()

    def round(self, phase: Phase, dt_s: float, way: Way | None = None) -> None:
        world = self._world
        bodies = world.bodies
        s = bodies[0].state
        self.follows = s.doing is Doing.FOLLOWS
        if s.followed_from_s < 0.0 or self.end is not None:
            return
        if not self.began:
            if s.depth_m > OUT_OF_IT_M and s.doing not in _OVER:
                return  # how he comes out of his trench is his own way, and no walk
            self.began = tuple((b.state.east, b.state.north) for b in bodies)
        if s.doing in _OVER:
            self._leg_ends()
            self.end = (s.east, s.north) if s.doing in _GOES_BY_HIMSELF else None
            return
        if s.next_rest_m != self._next_rest_m:
            self._next_rest_m, self._breath_until_s = s.next_rest_m, s.hesitates_until_s
        for hit in world.impacts[self._bursts :]:
            self._shelled = self._shelled or hit.from_person_m < HEARD_M
        self._bursts = len(world.impacts)
        if s.doing in _UNDER_FIRE:
            self._shelled = True
        elif self._shelled and self.follows and phase is Phase.LEAD and world.now_s >= s.hesitates_until_s:
            self._shelled = False
        if self._shelled or way is not self._on:
            self._leg_ends()
        if not self._shelled and not self._began and way is not None:
            self._on = way
            self._began = tuple(
                Walks(b.traits, b.state.pace_mps, (b.state.east, b.state.north), b.state.walked_m) for b in bodies
            )
        if self._shelled:
            self.shelled_s += dt_s
        elif s.doing is Doing.PAUSES or world.now_s < self._breath_until_s:
            self.paused_s += dt_s
        else:
            self.walking_s += dt_s
            self.by_phase_s[phase.value] = self.by_phase_s.get(phase.value, 0.0) + dt_s

    def _leg_ends(self) -> None:
        if self._began and self._on is not None:
            s = self._world.bodies[0].state
            self.legs.append(Leg(tuple((p[0], p[1]) for p in self._on.points), self._began, (s.east, s.north)))
        self._on, self._began = None, ()


def alone_s(scenario: Scenario, legs: Iterable[Leg]) -> float:
    """Seconds that the same people need alone for all the legs, over the same ground.

    Both walk the same route: each leg is taken alone from where it began to where it ended, on the way on which he was
    led then, with the pace and the tiredness that he had there. So a detour that a human approved is in both, and its
    length is no part of the ratio; what the drone adds (wandering, standing before he follows again, going back to the
    way, slowness) is in the walk with the drone alone. Shells, and the way to cover and out of it, are in neither.
    """
    return sum(free_walk_s(scenario.laid_ground, leg.way, leg.began, leg.end) for leg in legs)
