"""From what the eyes see in pictures to the sightings that the mission acts on.

The eyes know boxes; the mission needs places, and to know whether it is still the same person. One person is followed:
the one whom the operator selected. Lost, he comes back under a new number as a *candidate*, and only the operator
makes him the followed one again: nothing here ever switches by itself.
"""

from __future__ import annotations

from math import exp, hypot
from statistics import median

import msgspec

from safeconduct.model.events import Sighting
from safeconduct.model.geometry import ZERO, Ellipse, Enu, rounded
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Posture
from safeconduct.perception.eyes import Seen
from safeconduct.perception.ground_error import Unsure, on_ground_with_error
from safeconduct.perception.intent import Bearing, Intents
from safeconduct.perception.joints import LEFT_ANKLE, RIGHT_ANKLE
from safeconduct.perception.looks import Look, unlike
from safeconduct.perception.where import Heights, Held, on_ground

_LOST_S = 1.0  # unseen for longer, somebody else may be the one
_TOGETHER_S = 9.0  # seen beside him for longer: another person; less may be a hold that had slipped off him
_FORGOTTEN_S = 3.0  # a number unseen for so long that it counts as new when it comes back
_NEAR_M, _RUNS_MPS = 4.0, 2.5  # how far from where he was lost a candidate may be, and how fast that grows
_KNOWN_S = 0.6  # seen for so long under his number before he is proposed
_ALIKE, _OTHER = 0.15, 0.6  # unlikeness of the same and of another person's looks
_UNJUDGED = 0.5  # likeness where no look was learnt
_GOES_ON_S = 1.5  # for so long who was lost is expected to have gone on as he went
_ANKLE_SURE = 0.35
_FOOT = 0.04  # of his height: how far off the foot of a box is, one standard deviation
_WALKS_MPS = 0.35
_LOOKS_BACK_S = 1.2  # over which pace and posture are taken
_LOW = frozenset({Posture.CRAWLING, Posture.PRONE})


class _Trail(msgspec.Struct):
    """Where one track was in the last second or so, and what its body looked like."""

    first_t_ns: int
    last_t_ns: int
    places: list[tuple[int, Enu]]
    postures: list[Posture]
    intents: Intents
    look: Look | None = None


class Following:
    """heights: of the ground as the map knows it; trenches are not on it: who stands in one seems a little nearer.

    unsure: how well the camera's attitude and place are known; its foot_px is what is unsure even about a clear foot.
    """

    def __init__(self, heights: Heights, unsure: Unsure | None = None) -> None:
        self._heights = heights
        self._unsure = unsure or Unsure()
        self._trails: dict[int, _Trail] = {}
        self._refused: set[int] = set()
        self.track: int | None = None
        self.proposed: int | None = None
        """Who is proposed to be the one who was lost: one at a time, the likest."""

    def select(self, track: int) -> None:
        """The operator selected this person, or confirmed that it is the one who was lost."""
        self.track = track

    def refuse(self, track: int) -> None:
        """The operator said that this is somebody else."""
        self._refused.add(track)

    def point_out(self, track: int) -> None:
        """A human drew a box about him: whatever was said of that number before, he may be proposed again."""
        self._refused.discard(track)

    def place(self, track: int | None) -> Enu | None:
        """Where that track was last, ENU metres."""
        trail = self._trails.get(track) if track is not None else None
        return trail.places[-1][1] if trail is not None else None

    def take(self, t_ns: int, seen: list[Seen], held: Held, width_px: int, height_px: int) -> list[Sighting]:
        """One picture. t_ns: now, when it became known. held: of the camera at the moment of the picture."""
        sightings: list[Sighting] = []
        for one in seen:
            place = on_ground(held, *_feet(one), width_px, height_px, self._heights)
            if place is None:
                continue
            trail = self._trails.get(one.track)
            if trail is None or seconds_between(trail.last_t_ns, t_ns) > _FORGOTTEN_S:
                trail = self._trails[one.track] = _Trail(t_ns, t_ns, [], [], Intents())
            trail.last_t_ns = t_ns
            trail.places.append((t_ns, place))
            trail.postures.append(one.posture)
            while len(trail.places) > 2 and seconds_between(trail.places[0][0], t_ns) > _LOOKS_BACK_S:
                del trail.places[0], trail.postures[0]
            pace = _pace(trail)
            posture = _posture(trail, pace)
            trail.look = one.look if one.look is not None else trail.look
            candidate = not one.doubtful and self._candidate(one.track, trail, t_ns)
            sightings.append(
                Sighting(
                    t_ns,
                    one.track,
                    rounded(place, 2),
                    round(one.height_px, 1),
                    posture,
                    round(one.score, 2),
                    one.gestures,
                    one.cannot_tell,
                    candidate,
                    self._error(one, held, width_px, height_px),
                    likeness=self._likeness(trail, t_ns) if candidate else 0.0,
                    intents=trail.intents.step(t_ns, one.gestures, posture, _bearing(pace, place, held.position)),
                )
            )
        return self._one_proposed(t_ns, sightings)

    def _one_proposed(self, t_ns: int, sightings: list[Sighting]) -> list[Sighting]:
        """Of several candidates the likest; the operator is left time with him, as long as he is there."""
        could = [s for s in sightings if s.candidate]
        if self.proposed is not None and self.proposed not in {s.track for s in could}:
            trail = self._trails.get(self.proposed)
            there = trail is not None and seconds_between(trail.last_t_ns, t_ns) <= _LOST_S
            gone = not there or self.proposed in self._refused or self.proposed == self.track
            self.proposed = None if gone else self.proposed
        if self.proposed is None and could:
            self.proposed = max(could, key=lambda s: (s.likeness, -s.track)).track
        return [
            msgspec.structs.replace(s, candidate=False, likeness=0.0) if s.candidate and s.track != self.proposed else s
            for s in sightings
        ]

    def _error(self, one: Seen, held: Held, width_px: int, height_px: int) -> Ellipse | None:
        foot_px = max(self._unsure.foot_px, _FOOT * one.height_px)
        unsure = self._unsure._replace(foot_px=foot_px)
        told = on_ground_with_error(held, *_feet(one), width_px, height_px, self._heights, unsure)
        if told is None:
            return None
        return Ellipse(round(told[1].major_m, 2), round(told[1].minor_m, 2), round(told[1].bearing_deg, 1) % 180.0)

    def _candidate(self, track: int, trail: _Trail, t_ns: int) -> bool:
        """Could this be the followed person, come out again? Near enough, and not seen beside him for long."""
        if self.track is None or track == self.track or track in self._refused:
            return False
        lost = self._trails.get(self.track)
        if lost is None:
            return True
        away_s = seconds_between(lost.last_t_ns, t_ns)
        if seconds_between(trail.first_t_ns, t_ns) < _KNOWN_S:
            return False
        if away_s < _LOST_S or seconds_between(trail.first_t_ns, lost.last_t_ns) > _TOGETHER_S:
            return False
        last, now = lost.places[-1][1], trail.places[-1][1]
        return hypot(now.east - last.east, now.north - last.north) <= _NEAR_M + _RUNS_MPS * away_s

    def _likeness(self, trail: _Trail, t_ns: int) -> float:
        """How far looks, place and motion say that it is the followed one, above 0 to 1."""
        lost = self._trails.get(self.track) if self.track is not None else None
        if lost is None:
            return _UNJUDGED
        looks = _UNJUDGED
        if lost.look is not None and trail.look is not None:
            looks = min(1.0, max(0.05, 1.0 - (unlike(lost.look, trail.look) - _ALIKE) / (_OTHER - _ALIKE)))
        away_s = seconds_between(lost.last_t_ns, t_ns)
        pace, last, now = _pace(lost) or ZERO, lost.places[-1][1], trail.places[-1][1]
        on_s = min(away_s, _GOES_ON_S)
        off_m = hypot(now.east - last.east - on_s * pace.east, now.north - last.north - on_s * pace.north)
        return round(max(0.01, looks * exp(-((off_m / (_NEAR_M + _RUNS_MPS * away_s)) ** 2))), 2)


def _feet(one: Seen) -> tuple[float, float]:
    """Where he touches the ground, px: between the ankles where both are sure, else the middle of the box's foot."""
    x1, _, x2, y2 = one.box
    if one.joints is not None:
        ankles = [one.joints[i] for i in (LEFT_ANKLE, RIGHT_ANKLE)]
        if min(a.score for a in ankles) >= _ANKLE_SURE:
            return sum(a.x for a in ankles) / 2.0, max(*(a.y for a in ankles), min(y2, max(a.y for a in ankles) + 3.0))
    return (x1 + x2) / 2.0, y2


def _pace(trail: _Trail) -> Enu | None:
    """How he moves over the ground, m/s; None: seen too shortly to tell."""
    (t0_ns, _), (t1_ns, _) = trail.places[0], trail.places[-1]
    dt = seconds_between(t0_ns, t1_ns)
    if dt < 0.5 * _LOOKS_BACK_S:
        return None
    half = len(trail.places) // 2
    early, late = trail.places[:half], trail.places[half:]
    e = median(p.east for _, p in late) - median(p.east for _, p in early)
    n = median(p.north for _, p in late) - median(p.north for _, p in early)
    return Enu(e / (dt / 2.0), n / (dt / 2.0), 0.0)


def _bearing(pace: Enu | None, place: Enu, camera: Enu) -> Bearing | None:
    if pace is None:
        return None
    e, n = place.east - camera.east, place.north - camera.north
    return Bearing(hypot(pace.east, pace.north), (pace.east * e + pace.north * n) / max(hypot(e, n), 1e-6))


def _posture(trail: _Trail, pace: Enu | None) -> Posture:
    """Who moves over the ground walks, whatever one picture's joints say; else what most of the last pictures say."""
    most = max(sorted(set(trail.postures)), key=trail.postures.count)
    if pace is not None and hypot(pace.east, pace.north) > _WALKS_MPS:
        return Posture.CRAWLING if most in _LOW else Posture.WALKING
    if trail.postures.count(most) * 2 <= len(trail.postures):
        return Posture.UNCERTAIN
    return Posture.STANDING if most is Posture.WALKING else most
