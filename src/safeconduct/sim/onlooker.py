"""How a person on the ground reads the aircraft: from where he sees it, and from nothing else.

Ten glances a second give direction, elevation and, from apparent size, distance, each with noise. They are smoothed,
cut into *strokes* (up or down, across his view, away or nearer) and strokes into signals. Nothing here knows what the
mission meant to say. The numbers: FIELD section 6; those marked (assumed) are design assumptions.
"""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin, sqrt
from random import Random

import msgspec

from safeconduct.model.vocabulary import Signal
from safeconduct.sim.light_reader import LightReader, LightState
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.strokes import (
    ACROSS,
    AWAY,
    UP,
    Stroke,
    Swing,
    chain,
    feed,
    largest_m,
    swings_to_and_fro,
    usual_size_rad,
)

SEEN_M = 245.0  # a small quadcopter is seen by half the observers (Li 2019)
READ_FULLY_M = 40.0  # motion is read fully to here …
READ_NEVER_M = 75.0  # … and not at all from here (Jelonek 2022)
DARK_SEEN_M = 60.0  # without its light, as a shape before the sky (assumed)
DARK_FULLY_M, DARK_NEVER_M = 25.0, 40.0  # motion by night (assumed)
LIGHT_BY_DAY_M, LIGHT_BY_NIGHT_M = 60.0, 400.0  # (assumed)
APPARENT_NONE_DEG = 1.5  # strokes smaller than this are not noticed (assumed)
APPARENT_BEST_DEG = 4.0  # strokes of this size are read best
DIRECTION_NOISE_RAD = 0.0013  # 0.075° a glance (assumed)
DISTANCE_NOISE = 0.012  # share of the distance a glance (assumed)
MEMORY_S = 20.0  # (assumed)
BREAK_S = 1.3  # eyes off it for longer: what was begun is lost (assumed)
SETTLED_S = 1.2  # so long after its end a single rise or fall is a sign by itself (assumed)
CROSSES_S = 9.0  # what drifts across his view for longer, while he walks after it, is no crossing (assumed)
_SMOOTHING = 0.35
_DEG = pi / 180.0


class OnlookerState(msgspec.Struct):
    begun: bool = False
    seen_s: float = -1e9
    azimuth: float = 0.0
    ground_m: float = 0.0
    height_m: float = 0.0
    east: float = 0.0
    north: float = 0.0
    slant_m: float = 1e9
    facing_s: float = -1e9
    still_since_s: float = 0.0
    still_at: list[float] = []
    told_still: bool = False
    understood_s: float = -1e9
    fastest_fall_mps: float = 0.0
    heights: list[float] = []
    swings: list[Swing] = []
    strokes: list[Stroke] = []
    light: LightState = msgspec.field(default_factory=LightState)


class Onlooker:
    """The eyes and the understanding of one person."""

    def __init__(self, rng: Random, *, dark: bool = False) -> None:
        self._rng = rng
        self._dark = dark
        self._fully_m, self._never_m = (DARK_FULLY_M, DARK_NEVER_M) if dark else (READ_FULLY_M, READ_NEVER_M)
        self._light_m = LIGHT_BY_NIGHT_M if dark else LIGHT_BY_DAY_M
        self.state = OnlookerState(swings=[Swing(), Swing(), Swing()])
        self.light = LightReader()

    def look(
        self,
        t_s: float,
        eye: tuple[float, float, float],
        aircraft: AircraftTruth,
        *,
        looking: bool,
        follows: bool,
        legend: bool,
    ) -> Signal | None:
        """One glance (or none, when not looking). Returns a signal at the moment at which he understands it.

        eye: ENU metres. follows: he expects to be led. legend: he has read the note that explains the lights.
        """
        s = self.state
        if not looking or not aircraft.flying:
            self.light.not_looking(s.light)
            return None
        position = aircraft.position
        de = position[0] - eye[0]
        dn = position[1] - eye[1]
        du = position[2] - eye[2]
        ground = hypot(de, dn)
        slant = sqrt(ground * ground + du * du)
        if slant > (SEEN_M if not self._dark or aircraft.light_on else DARK_SEEN_M):
            self.light.not_looking(s.light)
            return None
        gauss = self._rng.gauss
        azimuth = atan2(de, dn) + gauss(0.0, DIRECTION_NOISE_RAD) * slant / max(ground, 1.0)
        elevation = atan2(du, ground) + gauss(0.0, DIRECTION_NOISE_RAD)
        seen_m = slant * (1.0 + gauss(0.0, DISTANCE_NOISE))
        seen_ground = seen_m * cos(elevation)
        # Heights are kept above the field, not above his eyes: to stand up must not look like a fall of the aircraft.
        seen_height = eye[2] + seen_m * sin(elevation)
        if not s.begun or t_s - s.seen_s > BREAK_S:
            self._begin(t_s, azimuth, seen_ground, seen_height)
        s.seen_s = t_s
        turn = (azimuth - s.azimuth + pi) % (2.0 * pi) - pi
        s.azimuth += _SMOOTHING * turn
        s.ground_m += _SMOOTHING * (seen_ground - s.ground_m)
        s.height_m += _SMOOTHING * (seen_height - s.height_m)
        s.slant_m = slant = hypot(s.ground_m, s.height_m - eye[2])
        s.east = eye[0] + s.ground_m * sin(s.azimuth)
        s.north = eye[1] + s.ground_m * cos(s.azimuth)
        if slant < self._fully_m:
            off = (aircraft.heading_deg * _DEG - s.azimuth) % (2.0 * pi) - pi
            if -0.6 < off < 0.6:
                s.facing_s = t_s
        said = self.light.look(t_s, s.light, aircraft.light_on and slant < self._light_m, legend)
        if slant >= self._never_m:
            s.strokes.clear()
            return said
        moved = self._cut(t_s, slant)
        self._note_fall(s.height_m)
        self._note_still(t_s, slant)
        read = self._judge(t_s) if moved else self._judge_stillness(t_s, follows)
        if s.strokes and t_s - s.strokes[0].ended_s > MEMORY_S:
            del s.strokes[0]
        return said or read

    def _begin(self, t_s: float, azimuth: float, ground: float, height: float) -> None:
        s = self.state
        s.begun = True
        s.azimuth, s.ground_m, s.height_m = azimuth, ground, height
        s.strokes.clear()
        s.heights.clear()
        s.fastest_fall_mps = 0.0
        for swing, value in zip(s.swings, (azimuth, height, ground), strict=True):
            swing.direction = 0
            swing.pivot = swing.low = swing.extreme = value
            swing.extreme_s = t_s
        s.still_since_s = t_s
        s.still_at = []
        s.told_still = False

    def _note_fall(self, height: float) -> None:
        """Keep the fastest fall over one second of the downward stroke that goes on."""
        s = self.state
        s.heights.append(height)
        if len(s.heights) > 10:
            fall = s.heights[0] - height
            del s.heights[0]
            if s.swings[UP].direction < 0:
                s.fastest_fall_mps = max(s.fastest_fall_mps, fall)

    def _note_still(self, t_s: float, slant: float) -> None:
        s = self.state
        at = s.still_at
        if (
            not at
            or abs(s.east - at[0]) + abs(s.north - at[1]) > 0.045 * slant + 0.2
            or abs(s.height_m - at[2]) > 0.03 * slant
        ):
            s.still_at = [s.east, s.north, s.height_m]
            s.still_since_s = t_s
            s.told_still = False

    def _cut(self, t_s: float, slant: float) -> bool:
        """Feed the three channels; True when a stroke has ended now."""
        s = self.state
        level = max(s.ground_m, 1.0)
        cos_el = level / slant if slant > level else 1.0
        across, up, away = s.swings
        falling = up.direction < 0
        ended = feed(across, s.azimuth, t_s, 0.016 * slant / level)
        ended_up = feed(up, s.height_m, t_s, 0.016 * slant)
        ended_away = feed(away, s.ground_m, t_s, 0.035 * slant)
        if up.direction < 0 and not falling:
            s.fastest_fall_mps = 0.0
        if ended == ended_up == ended_away == 0.0:
            return False
        if ended:
            self._keep(ACROSS, ended * level / slant, ended * level, t_s)
        if ended_up:
            self._keep(UP, ended_up * cos_el / slant, ended_up, t_s)
        if ended_away:
            self._keep(AWAY, ended_away / slant, ended_away, t_s)
        return True

    def _keep(self, channel: int, looked: float, metres: float, t_s: float) -> None:
        sign = 1 if metres > 0.0 else -1
        took_s = self.state.swings[channel].took_s
        self.state.strokes.append(Stroke(channel, sign, abs(looked), abs(metres), t_s, took_s))
        if len(self.state.strokes) > 16:
            del self.state.strokes[0]

    def _judge(self, t_s: float) -> Signal | None:
        """What the last strokes mean, when one of them has just ended."""
        s = self.state
        last = s.strokes[-1]
        across, up, away = chain(s.strokes, ACROSS), chain(s.strokes, UP), chain(s.strokes, AWAY)
        across_m, up_m, away_m = largest_m(across), largest_m(up), largest_m(away)
        if last.channel == AWAY and len(away) >= 3 and away_m > max(0.5 * across_m, up_m, 2.0):
            signs = [k.sign for k in away[-3:]]
            alike = min(k.metres for k in away[-3:]) > 0.4 * away_m
            # What comes towards him first is no invitation to follow.
            if signs == [1, -1, 1] and away[0].sign > 0 and alike and t_s - s.facing_s < 12.0:
                return self._understood(t_s, Signal.FOLLOW, last.looked_rad)
        if any(swing.direction for swing in s.swings):
            return None  # wait until all has come to rest
        if swings_to_and_fro(up, up_m) and up_m > max(1.6 * across_m, 0.8 * away_m):
            return self._understood(t_s, Signal.YES, usual_size_rad(up))
        if swings_to_and_fro(across, across_m) and across_m > max(1.6 * up_m, 1.4 * away_m):
            return self._understood(t_s, Signal.NO, usual_size_rad(across))
        return None

    def _one_rise_or_fall(self, t_s: float, stroke: Stroke, follows: bool) -> Signal | None:
        """A single stroke up or down that stays there; a swing would have turned by now."""
        s = self.state
        fall = s.fastest_fall_mps
        others_m = max((k.metres for k in s.strokes if k is not stroke and t_s - k.ended_s < 8.0), default=0.0)
        if stroke.metres < 1.2 or others_m > 0.7 * stroke.metres or t_s - s.understood_s < 8.0:
            return None
        if stroke.sign > 0:
            climbs = follows and stroke.metres > 3.0
            return self._understood(t_s, Signal.WAIT, stroke.looked_rad) if climbs else None
        quick_light = t_s - s.light.quick_s < 6.0 and s.light.quick >= 2
        if fall > 1.0 and (quick_light or stroke.metres < 4.0):
            # Without flashes a quick descent is a weak sign: the person decides whether he takes it so.
            return self._understood(t_s, Signal.COVER, stroke.looked_rad)
        if fall < 0.85 and follows and stroke.metres < 4.0:
            return self._understood(t_s, Signal.HERE, stroke.looked_rad)
        return None

    def _judge_stillness(self, t_s: float, follows: bool) -> Signal | None:
        s = self.state
        if s.strokes:
            last = s.strokes[-1]
            stays_s = t_s - last.ended_s
            if last.channel == UP and SETTLED_S <= stays_s < SETTLED_S + 0.5 and s.swings[UP].direction == 0:
                read = self._one_rise_or_fall(t_s, last, follows)
                if read is not None:
                    return read
        still_s = t_s - s.still_since_s
        if s.told_still or still_s < 1.8:
            return None
        if follows and s.strokes and t_s - s.strokes[-1].ended_s < 6.0:
            across = [k for k in s.strokes if k.channel == ACROSS and t_s - k.ended_s < 14.0 and k.took_s < CROSSES_S]
            largest = max(across, key=lambda k: k.looked_rad, default=None)
            others = max((k.metres for k in s.strokes if k.channel != ACROSS), default=0.0)
            if largest and largest.metres >= 3.0 and largest.metres > 1.4 * others and still_s < 4.0:
                s.told_still = True
                return self._understood(t_s, Signal.STOP, largest.looked_rad)
        if still_s >= (5.0 if follows else 3.0) and t_s - s.facing_s < 0.5:
            s.told_still = True
            return Signal.WAIT if follows else (Signal.ATTEND if 10.0 <= s.slant_m <= 32.0 else None)
        return None

    def _understood(self, t_s: float, signal: Signal, looked_rad: float) -> Signal | None:
        """The signal, or None when it looked too small or too far away this time; the strokes are used up."""
        s = self.state
        s.strokes.clear()
        s.understood_s = t_s
        size = (looked_rad / _DEG - APPARENT_NONE_DEG) / (APPARENT_BEST_DEG - APPARENT_NONE_DEG)
        far = (self._never_m - s.slant_m) / (self._never_m - self._fully_m)
        chance = min(max(size, 0.0), 0.98) * min(max(far, 0.0), 1.0)
        return signal if self._rng.random() < chance else None
