"""Those who come with the person, and those who only watch.

A companion follows the person, not the aircraft: he sees what the person does and does the same, at his own pace, and
takes cover by himself. The person waits for the slowest of them (FIELD section 3, N7).
"""

from __future__ import annotations

from math import atan2, cos, degrees, fsum, hypot, radians, sin
from random import Random

import msgspec

from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.body import CRAWL_MPS, TAKEN_OVER, Body, Doing, PersonState, Rest
from safeconduct.sim.ground import Ground
from safeconduct.sim.scene import Act
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.traits import PACE_MPS, Bystander, CompanionTraits, PersonTraits

ROW_M, FILE_M = 1.7, 0.9
"""The gap that people keep by themselves (FIELD section 6), and half of it aside."""
CLOSED_UP = 0.3
FIRST_COMPANION, FIRST_BYSTANDER = 2, 51
JOINS_AFTER_S = 4.0
_WALKS = frozenset({Doing.FOLLOWS, Doing.COMES_IN, Doing.TURNS_BACK})
_RESTS = frozenset({Doing.PAUSES, Doing.WAITS_FOR_HELP})
_DOWN = frozenset({Doing.TAKES_COVER, Doing.COWERS})


class Companion(Body):
    """One of them. number: his place behind the person, two abreast."""

    def __init__(self, traits: CompanionTraits, ground: Ground, rng: Random, number: int) -> None:
        as_person = PersonTraits(
            at=traits.at,
            kind=traits.kind,
            pace_mps=traits.pace_mps,
            soldier=traits.soldier,
            tires=traits.tires,
            wound=traits.wound,
            gestures=traits.gestures,
            garb=traits.garb,
        )
        super().__init__(as_person, ground, rng)
        self.key = FIRST_COMPANION + number
        self._falls_after_m, self._leaves_after_m = traits.falls_after_m, traits.leaves_after_m
        self._goes_to = traits.goes_to
        self._back_m = ROW_M * (number // 2 + 1)
        self._aside_m = FILE_M if number % 2 else -FILE_M

    def live(self, t_s: float, dt_s: float, person: PersonState, aircraft: AircraftTruth) -> None:
        """One step, after the person's own."""
        s = self.state
        self._look_where_he_looks(t_s, person, aircraft)
        if s.gesture is not None:
            self.gesture_ends(t_s)
        if s.followed_from_s < 0.0 <= person.followed_from_s:
            s.followed_from_s = t_s
        doing = person.doing
        if s.doing is Doing.FOLLOWS and 0.0 < self._falls_after_m <= s.walked_m:
            self.become(Doing.LIES_HURT, t_s)
        if s.doing is Doing.LIES_HURT:
            self._lies_hurt(t_s)
        elif self.left:
            if self.step_to(dt_s, self._goes_to, s.pace_mps) < 0.5:
                self.stand(Posture.CROUCHED)
        elif s.doing in TAKEN_OVER:
            self.stand(person.posture)
        elif t_s < s.act_until_s or (doing in _DOWN and not self._open_mission(person)):
            self._keeps_down(t_s, dt_s)
        elif doing in {Doing.SURRENDERS, Doing.LIES_DOWN, Doing.ARRIVED, *TAKEN_OVER}:
            self._comes_in(t_s, dt_s, person)
        elif person.followed_from_s >= 0.0 or doing in _WALKS:
            self._goes_with(t_s, dt_s, person)
        else:
            self._waits(t_s, person)
        self.appear(t_s, dt_s)

    def shell_falls(self, t_s: float, away_m: float) -> None:
        s = self.state
        lying = s.posture in {Posture.PRONE, Posture.CRAWLING}
        if s.doing in TAKEN_OVER or s.doing is Doing.LIES_HURT:
            return
        if away_m <= (1.5 if lying else 4.0):
            s.hurt = True
            self.become(Doing.LIES_HURT, t_s)
        elif away_m <= 60.0:
            if t_s >= s.act_until_s:
                s.cover = None if s.depth_m > 0.3 else self.ground.nearest_cover(s.east, s.north, 10.0)
                s.covers.append(Rest("cover", round(t_s, 1), 0.0, round(s.east, 2), round(s.north, 2)))
                s.gesture = None
                self.become(Doing.TAKES_COVER, t_s)
            s.kneels_since_s = -1.0
            s.act_until_s = t_s + self.rng.uniform(10.0, 18.0)

    @property
    def left(self) -> bool:
        """Whether he goes his own way."""
        return 0.0 < self._leaves_after_m <= self.state.walked_m

    def behind_m(self, person: PersonState) -> float:
        """How far from the person he is; one who lies hurt is not waited for: the aircraft must be told."""
        s = self.state
        return 0.0 if s.doing is Doing.LIES_HURT or self.left else hypot(s.east - person.east, s.north - person.north)

    @staticmethod
    def _open_mission(person: PersonState) -> bool:
        return person.followed_from_s < 0.0

    def _look_where_he_looks(self, t_s: float, person: PersonState, aircraft: AircraftTruth) -> None:
        s, o = self.state, self.onlooker.state
        s.looking = person.looking
        if aircraft.flying and s.looking:
            o.azimuth = atan2(aircraft.position[0] - s.east, aircraft.position[1] - s.north)
            o.seen_s = t_s

    def _spot(self, person: PersonState) -> tuple[float, float]:
        course = radians(person.course_deg)
        e, n = sin(course), cos(course)
        # Where he stops they close up to him, whomever of them the aircraft leads.
        back_m = self._back_m if person.speed_mps > 0.05 else CLOSED_UP * self._back_m
        return person.east - back_m * e + self._aside_m * n, person.north - back_m * n - self._aside_m * e

    def _goes_with(self, t_s: float, dt_s: float, person: PersonState) -> None:
        s = self.state
        if s.doing is not Doing.FOLLOWS:
            self.become(Doing.FOLLOWS, t_s)
        spot = self._spot(person)
        away = hypot(spot[0] - s.east, spot[1] - s.north)
        s.moving = away > (0.5 if s.moving else 1.5)
        if s.moving:
            catches_up = min(1.0, 0.5 + 0.4 * away)
            self.step_to(dt_s, spot, s.pace_mps * self._freshness(s.walked_m) * catches_up)
        else:
            self.stand(Posture.SITTING if person.doing in _RESTS else Posture.STANDING)

    def _waits(self, t_s: float, person: PersonState) -> None:
        """Before the walk: with the person, and showing what he shows, a little later."""
        s = self.state
        if s.doing is not person.doing and person.doing in {Doing.HIDES, Doing.PLEADS, Doing.ASKS, Doing.READY}:
            self.become(person.doing, t_s)
            s.next_gesture_s = t_s + JOINS_AFTER_S + self.rng.uniform(4.0, 10.0)
        if s.doing is Doing.HIDES:
            self.stand(Posture.CROUCHED)
            return
        self.stand()
        gestures = self.traits.gestures
        if s.doing is Doing.PLEADS and gestures and s.gesture is None and t_s >= s.next_gesture_s:
            if self.traits.soldier and not s.weapon_down:
                s.weapon_down = True
                s.weapon_at = self.beside(0.7)
                self.show(t_s, Gesture.WEAPON_DOWN, 3.0)
                s.next_gesture_s = t_s + 6.0
                return
            self.show(t_s, gestures[s.plea % len(gestures)], self.rng.uniform(3.0, 6.0))
            s.plea += 1
            s.next_gesture_s = t_s + self.rng.uniform(10.0, 20.0)

    def _keeps_down(self, t_s: float, dt_s: float) -> None:
        s = self.state
        if s.doing is not Doing.TAKES_COVER:
            self.become(Doing.TAKES_COVER, t_s)
        if s.cover is not None and t_s - s.since_s > 1.2:
            if self.step_to(dt_s, s.cover, CRAWL_MPS, crawl=True) < 0.6:
                s.cover = None
        else:
            self.stand(Posture.PRONE)

    def _comes_in(self, t_s: float, dt_s: float, person: PersonState) -> None:
        """Up to the person; a soldier then kneels beside him, or lies when he lies."""
        s = self.state
        spot = self._spot(person)
        away = hypot(spot[0] - s.east, spot[1] - s.north)
        if s.kneels_since_s < 0.0 and away > 0.8 and self.behind_m(person) > 1.2:
            self.step_to(dt_s, spot, 0.75 * s.pace_mps)
            return
        if s.kneels_since_s < 0.0:
            s.kneels_since_s = t_s
            if self.traits.soldier:
                self.show(t_s, Gesture.HANDS_UP, 6.0)
        lies = person.doing is Doing.LIES_DOWN
        self.stand((Posture.PRONE if lies else Posture.KNEELING) if self.traits.soldier else Posture.STANDING)

    def _lies_hurt(self, t_s: float) -> None:
        s = self.state
        self.stand(Posture.PRONE)
        if s.gesture is None and t_s >= s.next_gesture_s:
            self.show(t_s, Gesture.POINT_LEG, 4.0)
            s.next_gesture_s = t_s + 15.0


class Watcher(msgspec.Struct):
    """A bystander: where he is and what he does."""

    east: float
    north: float
    up: float
    facing_deg: float
    act: Act = Act.STAND
    act_from_s: float = 0.0
    strode_m: float = 0.0


class Bystanders:
    """They stand and look at the aircraft, then walk away. Everything that lasts is in `state`."""

    def __init__(self, bystanders: tuple[Bystander, ...], ground: Ground) -> None:
        self._bystanders = bystanders
        self._ground = ground
        self.state = [Watcher(*b.at, ground.height_m(*b.at), 0.0) for b in bystanders]

    def live(self, t_s: float, dt_s: float, aircraft: AircraftTruth) -> None:
        for traits, one in zip(self._bystanders, self.state, strict=True):
            de, dn = traits.goes_to[0] - one.east, traits.goes_to[1] - one.north
            away = hypot(de, dn)
            if t_s < traits.leaves_after_s or away < 0.5:
                self._be(one, Act.STAND, t_s)
                if aircraft.flying and away >= 0.5:
                    e, n = aircraft.position[0] - one.east, aircraft.position[1] - one.north
                    one.facing_deg = degrees(atan2(e, n)) % 360.0
                continue
            step = min(fsum(PACE_MPS[traits.kind]) / 2.0 * dt_s, away)
            one.east += de / away * step
            one.north += dn / away * step
            one.up = self._ground.height_m(one.east, one.north)
            one.facing_deg = degrees(atan2(de, dn)) % 360.0
            one.strode_m += step
            self._be(one, Act.WALK, t_s)

    @staticmethod
    def _be(one: Watcher, act: Act, t_s: float) -> None:
        if one.act is not act:
            one.act, one.act_from_s = act, t_s
