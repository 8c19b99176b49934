"""Sightings without pictures: the truth about the person, seen with the limits and the noise of a camera.

The picture: a gimbal that nods to the person and does not turn, so the nose must point at him within half the field of
view. Sizes follow FIELD section 6: 106 px at 30 m, 45° down, in a 3840 px picture of 84°.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, degrees, hypot, radians, sqrt, tan
from random import Random
from typing import NamedTuple

import msgspec

from safeconduct.model.events import GestureSeen, Sighting
from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.artillery import Artillery
from safeconduct.sim.body import PersonState
from safeconduct.sim.ground import Ground
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.surroundings import Camera

CANNOT_TELL_PX = 80.0
NOT_FOUND_PX = 20.0
SURELY_FOUND_PX = 60.0
FORGOTTEN_S = 10.0
"""Out of sight for longer, the person comes back as a new track: a candidate, for the operator to confirm (assumed)."""
NOTICED_S = 0.3
# How tall he stands and how deep he lies from the side, metres.
_SIZE_M = {
    Posture.STANDING: (1.75, 0.4),
    Posture.WALKING: (1.75, 0.5),
    Posture.SITTING: (1.0, 0.8),
    Posture.CROUCHED: (1.0, 0.7),
    Posture.KNEELING: (1.25, 0.6),
    Posture.CRAWLING: (0.6, 1.4),
    Posture.PRONE: (0.4, 1.6),
}


class InView(NamedTuple):
    """One who may be in the picture, under the track that the eyes give him. size: of his body, 1 for a grown man."""

    track: int
    east: float
    north: float
    up: float
    posture: Posture
    gesture: Gesture | None = None
    gesture_from_s: float = 0.0
    size: float = 1.0


class EyesState(msgspec.Struct):
    track: int = 1
    candidate: bool = False
    seen_s: float = -1.0
    next_s: float = 0.0
    blind_until_s: float = -1.0


class PlainEyes:
    """What a perfect detector of an imperfect picture would say."""

    def __init__(self, camera: Camera, ground: Ground, rng: Random) -> None:
        self._focal_px = camera.width_px / 2.0 / tan(radians(camera.hfov_deg) / 2.0)
        self._half_view_deg = camera.hfov_deg / 2.0
        self._period_s = 1.0 / camera.rate_hz
        self._ground = ground
        self._rng = rng
        self.state = EyesState()

    def see(
        self,
        t_s: float,
        t_ns: int,
        aircraft: AircraftTruth,
        person: PersonState,
        artillery: Artillery,
        others: Sequence[InView] = (),
    ) -> list[Sighting]:
        """Whom the picture taken now shows, the person first; nobody between pictures."""
        s = self.state
        if t_s < s.next_s - 1e-6:
            return []
        s.next_s = t_s + self._period_s
        if not aircraft.flying or t_s < s.blind_until_s:
            return []
        found = []
        he = InView(
            s.track, person.east, person.north, person.up, person.posture, person.gesture, person.gesture_from_s
        )
        sighting = self._found(t_s, t_ns, aircraft.position, aircraft.heading_deg, he, artillery)
        if sighting is not None:
            if 0.0 <= s.seen_s < t_s - FORGOTTEN_S:
                s.track += 1
                s.candidate = True
            s.seen_s = t_s
            found.append(msgspec.structs.replace(sighting, track=s.track, candidate=s.candidate))
        for other in others:
            sighting = self._found(t_s, t_ns, aircraft.position, aircraft.heading_deg, other, artillery)
            if sighting is not None:
                found.append(sighting)
        return found

    def _found(
        self, t_s: float, t_ns: int, position: Enu, heading_deg: float, one: InView, artillery: Artillery
    ) -> Sighting | None:
        de, dn = one.east - position[0], one.north - position[1]
        ground_m = hypot(de, dn)
        off = (degrees(atan2(de, dn)) - heading_deg + 180.0) % 360.0 - 180.0
        if abs(off) > self._half_view_deg and ground_m > 2.0:
            return None
        down = position[2] - one.up
        slant = sqrt(ground_m * ground_m + down * down) or 0.1
        tall, deep = _SIZE_M.get(one.posture, (1.75, 0.4))
        tall, deep = tall * one.size, deep * one.size
        height_px = self._focal_px * (tall * ground_m + deep * abs(down)) / (slant * slant)
        rng = self._rng
        found = min((height_px - NOT_FOUND_PX) / (SURELY_FOUND_PX - NOT_FOUND_PX), 0.99)
        if rng.random() > found:
            return None
        if self._ground.hides(one.east, one.north, 0.8 * tall, position):
            return None
        if artillery.hazy and artillery.smoke_between(one.east, one.north, position[0], position[1]):
            return None
        noise = 0.05 + 0.006 * slant
        cannot_tell = height_px < CANNOT_TELL_PX
        gestures: tuple[GestureSeen, ...] = ()
        if one.gesture is not None and not cannot_tell:
            held_s = t_s - one.gesture_from_s
            if held_s >= NOTICED_S:
                sure = min(max(0.93 - 0.004 * max(slant - 20.0, 0.0) + rng.gauss(0.0, 0.02), 0.5), 0.99)
                gestures = (GestureSeen(one.gesture, round(sure, 2), round(held_s, 1)),)
        return Sighting(
            t_ns,
            one.track,
            Enu(
                round(one.east + rng.gauss(0.0, noise), 2),
                round(one.north + rng.gauss(0.0, noise), 2),
                round(one.up, 2),
            ),
            round(height_px, 1),
            Posture.UNCERTAIN if height_px < 50.0 else one.posture,
            round(min(0.6 + height_px / 300.0, 0.97), 2),
            gestures,
            cannot_tell,
        )
