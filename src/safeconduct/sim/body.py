"""The person's body and memory: place, steps, gestures, gaze, and everything about him that lasts.

What he does with them is in `in_the_trench` and `person`, how he takes a signal in `understanding`. Fear and trust
are design assumptions (docs/explanation/the-simulated-person.md); paces and distances are those of FIELD section 6.
"""

from __future__ import annotations

from enum import StrEnum
from math import atan2, cos, degrees, hypot, radians, sin
from random import Random

import msgspec

from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Gesture, Posture, Signal
from safeconduct.sim.ground import Ground
from safeconduct.sim.onlooker import Onlooker
from safeconduct.sim.scene import Act
from safeconduct.sim.surroundings import Note
from safeconduct.sim.traits import PACE_MPS, PauseKind, PersonTraits, Wound

TIRED_AFTER_M = 1000.0
CRAWL_MPS = 0.45
CLIMB_MPS = 0.3
FEAR_CALMS_S = 150.0
TURNS_DPS = 150.0
DIVES_S = 1.0
_POSTURE_EYES_M = {Posture.PRONE: 0.25, Posture.CRAWLING: 0.4, Posture.SITTING: 0.8, Posture.CROUCHED: 0.9}


class Doing(StrEnum):
    HIDES = "hides"
    PLEADS = "pleads"
    FETCHES = "fetches"
    GOES_BACK = "goes_back"
    READS = "reads"
    ASKS = "asks"
    READY = "ready"
    FOLLOWS = "follows"
    PAUSES = "pauses"
    TAKES_COVER = "takes_cover"
    TURNS_BACK = "turns_back"
    COMES_IN = "comes_in"
    COWERS = "cowers"
    SURRENDERS = "surrenders"
    LIES_DOWN = "lies_down"
    ARRIVED = "arrived"
    WAITS_FOR_HELP = "waits_for_help"
    LIES_HURT = "lies_hurt"
    IN_CUSTODY = "in_custody"
    LED_OUT = "led_out"
    CARED_FOR = "cared_for"


TAKEN_OVER = frozenset({Doing.IN_CUSTODY, Doing.LED_OUT, Doing.CARED_FOR})


class Rest(msgspec.Struct):
    """A pause or a stay under cover: why, from when, for how long (world seconds), where."""

    kind: str
    t_s: float
    lasted_s: float
    east: float
    north: float


class PlannedPause(msgspec.Struct):
    kind: PauseKind
    at_m: float
    lasts_s: float


class PersonState(msgspec.Struct):
    east: float
    north: float
    up: float
    pace_mps: float
    fear: float
    trust: float
    pauses_to_come: list[PlannedPause]
    doing: Doing = Doing.HIDES
    since_s: float = 0.0
    before: Doing = Doing.PLEADS
    posture: Posture = Posture.CROUCHED
    speed_mps: float = 0.0
    walked_m: float = 0.0
    gesture: Gesture | None = None
    gesture_from_s: float = 0.0
    gesture_until_s: float = 0.0
    next_gesture_s: float = 0.0
    plea: int = 0
    weapon_down: bool = False
    asked: Gesture | None = None
    asked_s: float = -1e9
    asks: int = 0
    answered: bool = False
    heard: Signal | None = None
    heard_s: float = -1e9
    looking: bool = True
    look_until_s: float = 0.0
    note: tuple[float, float] | None = None
    note_seen_s: float = -1e9
    has_note: bool = False
    read_note: bool = False
    act_until_s: float = 0.0
    moving: bool = False
    far: bool = False
    halted_at: tuple[float, float] | None = None
    halted_until_s: float = 0.0
    hesitates_until_s: float = -1e9
    last_shell_s: float = -1e9
    cover: tuple[float, float] | None = None
    followed_from_s: float = -1.0
    kneels_since_s: float = -1.0
    hurt: bool = False
    picked_up: bool = False
    depth_m: float = 0.0
    next_rest_m: float = 0.0
    waits_for_them: bool = False
    trail: list[tuple[float, float]] = []
    throws_s: float = -1.0
    thrown_to: tuple[float, float] | None = None
    rests: list[Rest] = []
    covers: list[Rest] = []
    # How he looks (`scene`): nothing below changes what he does.
    facing_deg: float = 0.0
    course_deg: float = 0.0
    act: Act = Act.CROUCH
    act_from_s: float = 0.0
    strode_m: float = 0.0
    weapon_at: tuple[float, float, float] | None = None  # east, north, facing, once he has laid it down


class Body:
    """What every doing needs: place, steps, gestures, gaze. Everything that lasts is in `state`."""

    def __init__(
        self, traits: PersonTraits, ground: Ground, rng: Random, note: Note | None = None, *, dark: bool = False
    ) -> None:
        self.traits = traits
        self.ground = ground
        self.rng = rng
        self.note = note or Note()
        self.reads_words = not set(self.note.languages).isdisjoint(traits.reads)
        pauses = [
            PlannedPause(p.kind, rng.uniform(*p.between_m), rng.uniform(*p.lasts_s))
            for p in sorted(traits.pauses, key=lambda p: p.between_m)
        ]
        self.onlooker = Onlooker(rng, dark=dark)
        self.state = PersonState(
            east=traits.at[0],
            north=traits.at[1],
            up=ground.height_m(*traits.at),
            depth_m=ground.depth_m(*traits.at),
            pace_mps=rng.uniform(*(traits.pace_mps or PACE_MPS[traits.kind])),
            fear=rng.uniform(*traits.fear),
            trust=rng.uniform(*traits.trust),
            pauses_to_come=pauses,
            next_rest_m=traits.rests_every_m,
            facing_deg=degrees(atan2(-traits.at[0], -traits.at[1])) % 360.0,
        )

    @property
    def position(self) -> Enu:
        s = self.state
        return Enu(s.east, s.north, s.up)

    def eye(self) -> tuple[float, float, float]:
        """Where his eyes are, ENU metres."""
        s = self.state
        return s.east, s.north, s.up + _POSTURE_EYES_M.get(s.posture, 1.6)

    def free_walk_s(self, route_m: float) -> float:
        """Seconds that he would need for so long a way alone, without pauses and shells, tiring all the same."""
        walked, seconds = 0.0, 0.0
        while walked < route_m:
            step = min(10.0, route_m - walked)
            seconds += step / (self.state.pace_mps * self._freshness(walked + step / 2.0))
            walked += step
        return seconds

    def _freshness(self, walked_m: float) -> float:
        return 1.0 - self.traits.tires * min(walked_m / TIRED_AFTER_M, 1.0)

    def become(self, doing: Doing, t_s: float) -> None:
        s = self.state
        s.doing, s.since_s = doing, t_s
        s.speed_mps = 0.0
        s.moving = False

    def show(self, t_s: float, gesture: Gesture, seconds: float) -> None:
        s = self.state
        if s.gesture is not gesture:
            s.gesture, s.gesture_from_s = gesture, t_s
        s.gesture_until_s = t_s + seconds

    def gesture_ends(self, t_s: float) -> None:
        s = self.state
        if s.gesture is not None and t_s >= s.gesture_until_s:
            s.gesture = None

    def gaze(self, t_s: float, attention: float) -> None:
        """Look towards the aircraft for so large a share of the time: glances of seconds, not noise."""
        s = self.state
        if t_s < s.look_until_s:
            return
        s.looking = not s.looking
        away_s = self.rng.uniform(0.4, 1.1)
        s.look_until_s = t_s + (away_s * attention / max(1.0 - attention, 0.01) if s.looking else away_s)

    def step_to(self, dt_s: float, to: tuple[float, float], pace_mps: float, crawl: bool = False) -> float:
        """One step towards (east, north); returns how far it still is. Walls of trenches and craters slow him."""
        s = self.state
        de, dn = to[0] - s.east, to[1] - s.north
        away = hypot(de, dn)
        deep = s.depth_m > 0.8
        pace = min(pace_mps, CLIMB_MPS) if deep else (pace_mps * 0.7 if s.depth_m > 0.2 else pace_mps)
        # He takes up and drops his pace within about a second.
        s.speed_mps += (pace - s.speed_mps) * min(1.0, 1.6 * dt_s)
        step = min(s.speed_mps * dt_s, away)
        if away > 1e-6 and step > 0.0:
            # Nobody walks a ruler's line.
            sway = 0.06 * sin(s.walked_m / 4.0) * step / away
            s.east += de / away * step - dn * sway
            s.north += dn / away * step + de * sway
            s.up = self.ground.height_m(s.east, s.north)
            s.depth_m = max(self.ground.field_m(s.east, s.north) - s.up, 0.0)
            s.strode_m += step
            s.course_deg = degrees(atan2(de, dn))
            if s.followed_from_s >= 0.0:
                s.walked_m += step
        s.posture = Posture.CRAWLING if crawl else Posture.WALKING
        return away - step

    def stand(self, posture: Posture = Posture.STANDING) -> None:
        """Stay where he is, upright or otherwise; who cannot stand sits."""
        if posture is Posture.STANDING and self.traits.cannot_walk:
            posture = Posture.SITTING
        self.state.posture = posture
        self.state.speed_mps = 0.0

    def beside(self, away_m: float) -> tuple[float, float, float]:
        """A place to his right (east, north), and the direction in which a thing then lies."""
        s = self.state
        right = radians(s.facing_deg + 90.0)
        return round(s.east + away_m * sin(right), 2), round(s.north + away_m * cos(right), 2), round(s.facing_deg, 1)

    def appear(self, t_s: float, dt_s: float) -> None:
        """What his whole body does now, since when, and where he faces: for pictures only."""
        s = self.state
        act = self._act(t_s)
        if act is not s.act:
            s.act, s.act_from_s = act, t_s
        o = self.onlooker.state
        if s.speed_mps > 0.05 and s.posture in _GOING:
            wanted = s.course_deg
        elif (s.looking or s.gesture is not None) and t_s - o.seen_s < 3.0:
            wanted = degrees(o.azimuth)
        else:
            return
        turn = (wanted - s.facing_deg + 180.0) % 360.0 - 180.0
        most = TURNS_DPS * dt_s
        s.facing_deg = (s.facing_deg + min(max(turn, -most), most)) % 360.0

    def _act(self, t_s: float) -> Act:
        s = self.state
        if s.doing is Doing.PAUSES and s.posture is Posture.SITTING:
            return _RESTS.get(s.rests[-1].kind, Act.SIT) if s.rests else Act.SIT
        if s.doing is Doing.READS and s.posture is Posture.STANDING:
            return Act.READ
        if s.doing is Doing.IN_CUSTODY and s.posture is Posture.KNEELING:
            return Act.HANDS_ON_HEAD
        if s.doing is Doing.TAKES_COVER and s.posture is Posture.PRONE and t_s - s.since_s < DIVES_S:
            return Act.DIVE
        if s.doing in {Doing.LIES_HURT, Doing.CARED_FOR} and s.posture is Posture.PRONE:
            return Act.LIE_ON_BACK if s.gesture is None else Act.SIT
        if s.posture is Posture.WALKING:
            if s.speed_mps <= 0.05:
                return Act.STAND
            return Act.LIMP if self.traits.wound is Wound.LEG else Act.WALK
        return _ACTS.get(s.posture, Act.STAND)


_GOING = frozenset({Posture.WALKING, Posture.CRAWLING})
_RESTS = {"drink": Act.DRINK, "smoke": Act.SMOKE}
_ACTS = {
    Posture.CRAWLING: Act.CRAWL,
    Posture.CROUCHED: Act.CROUCH,
    Posture.KNEELING: Act.KNEEL,
    Posture.SITTING: Act.SIT,
    Posture.PRONE: Act.LIE_FACE_DOWN,
    Posture.MOTIONLESS: Act.LIE_FACE_DOWN,
}
