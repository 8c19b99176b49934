"""Does a number ever go from one person to another in silence? Two and three rendered people who cross, meet, walk
close, run past and hide behind walls and trees, dressed alike or not, before a camera that turns, zooms and cuts.

The truth is the scene's. A number that is told as doubtful says nothing, and its part is told. A stand-in of the
operator follows the first person and answers by the truth; the baseline is the tracker alone (ByteTrack's two rounds)
on the same pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import atan2, degrees, floor, hypot, sin
from random import Random
from typing import Any, NamedTuple

import msgspec

from safeconduct.model.geometry import Enu, toward
from safeconduct.model.mission_time import NS, seconds_between
from safeconduct.perception import Eyes, Following, Seen
from safeconduct.runtime.bench_world_eyes import overlap
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.ground import Grounds, ground_of
from safeconduct.sim.grounds import Ruin
from safeconduct.sim.land import Land, lay_land
from safeconduct.sim.scene import Act, Build, Cloth, Figure, Garb, Label, Lens, Scene, Season, Shot, Weather
from safeconduct.sim.studio import at_height

_LENS = Lens(rate_hz=5.0, hfov_deg=(2.0, 84.0))
_SECONDS = 20.0
_MIDDLE = (20.0, 9.0)
_IS, _CLEARLY = 0.35, 0.15  # overlap with a true box for the number to be his, and by how much more than another's
_LASTS = 2  # so many reports in a row on another person are a switch; one is a box between two people
_WALKS, _RUNS = 1.3, 3.2
_OLIVE = Garb(jacket=Cloth.OLIVE, trousers=Cloth.OLIVE)
_CLOTHES = (
    (Garb(Build.MAN, Cloth.BLUE, Cloth.BLACK), Garb(Build.MAN, Cloth.BROWN, Cloth.GREY), Garb(Build.MAN, Cloth.RED)),
    (_OLIVE, _OLIVE, _OLIVE),
)
# Ways of two or three people to and fro, metres right of and behind the middle as the camera first sees it.
_WAYS: dict[str, tuple[tuple[tuple[tuple[float, float], ...], float], ...]] = {
    "cross": ((((-5.0, 0.4), (5.0, 0.4)), _WALKS), (((5.0, -0.4), (-5.0, -0.4)), _WALKS)),
    "meet and turn back": ((((-4.0, 0.3), (-0.1, 0.3)), _WALKS), (((4.0, -0.3), (0.1, -0.3)), _WALKS)),
    "walk close": ((((-5.0, 0.0), (5.0, 0.0)), _WALKS), (((-4.4, 0.8), (5.6, 0.4)), _WALKS)),
    "hide": ((((-4.0, 4.0), (4.5, 4.0)), _WALKS), (((4.0, 4.8), (-4.0, 4.5)), 1.0)),
    "run past": ((((-1.0, 0.0), (1.0, 0.3)), 0.4), (((-7.0, -0.8), (7.0, 0.9)), _RUNS)),
    "three": (
        (((-4.0, 0.5), (4.0, 0.5)), _WALKS), (((4.0, -0.6), (-4.0, -0.4)), _WALKS), (((0.0, -4.0), (0.5, 4.0)), 1.1),
    ),
}  # fmt: skip


class Take(NamedTuple):
    """One film of some seconds."""

    way: str
    alike: bool
    azimuth_deg: float
    elevation_deg: float
    tall_px: float
    seed: int


def takes(short: bool) -> Iterator[Take]:
    """20 s each: three of them short, 30 (ten minutes) in full."""
    chance = Random("identity")
    for number in range(4 if short else 30):
        way = (
            tuple(_WAYS)[number % len(_WAYS)] if not short else ("cross", "hide", "three", "meet and turn back")[number]
        )
        angles = (
            chance.uniform(0.0, 360.0),
            chance.choice((18.0, 25.0, 35.0, 45.0)),
            chance.choice((70.0, 100.0, 140.0)),
        )
        yield Take(way, (number // len(_WAYS) + number) % 2 == 1, *angles, 40 + number)


def land_to_hide_in() -> Land:
    """A stump of a wall, trees and bushes about the middle."""
    ruins = (Ruin((_MIDDLE[0], _MIDDLE[1]), 3.0, 3.0, 0.0, 2.3, 1.0),)
    grounds = Grounds(ruins=ruins, bushes_per_ha=25.0, trees_per_ha=25.0, seed=31)
    return lay_land(ground_of(grounds, (), (), ((0.0, 0.0), (40.0, 0.0))), Season.AUTUMN)


def film(take: Take, land: Land) -> Iterator[Shot]:
    camera = FilmCamera(land, Weather(Season.AUTUMN, sun_up_deg=38.0, overcast=0.4), _LENS, take.seed)
    e0, n0 = _MIDDLE if take.way == "hide" else (_MIDDLE[0] + 14.0, _MIDDLE[1] - 3.0)
    middle = Figure(9, _OLIVE, Enu(e0, n0, land.height_m(e0, n0)), 0.0)
    first = at_height(middle, take.azimuth_deg, take.elevation_deg, take.tall_px, _LENS)
    right = toward(first.heading_deg + 90.0)
    back = toward(first.heading_deg)
    for number in range(round(_SECONDS * _LENS.rate_hz)):
        t_s = number / _LENS.rate_hz
        figures = []
        for key, (way, mps) in enumerate(_WAYS[take.way], 1):
            a, b, heading = _on_way(way, mps, t_s)
            e, n = e0 + a * right.east + b * back.east, n0 + a * right.north + b * back.north
            garb = _CLOTHES[take.alike][key - 1]
            act = Act.RUN if mps == _RUNS else Act.WALK
            at = Enu(e, n, land.height_m(e, n))
            facing = first.heading_deg + heading
            figures.append(Figure(key, garb, at, facing, act, 9.0 + t_s, mps * t_s, manner=take.seed * 7 + key))
        cut_deg = 130.0 if take.seed % 5 == 0 and t_s > 0.6 * _SECONDS else 0.0
        azimuth = take.azimuth_deg + 1.5 * t_s + cut_deg
        zoom = 1.0 + 0.2 * sin(0.5 * t_s)
        view = at_height(middle, azimuth, take.elevation_deg, take.tall_px * zoom, _LENS)
        view = view._replace(heading_deg=view.heading_deg + 0.12 * view.hfov_deg * sin(0.9 * t_s))
        yield camera.shoot(Scene(t_s, tuple(figures)), view, NS + round(t_s * NS))


def _on_way(way: tuple[tuple[float, float], ...], mps: float, t_s: float) -> tuple[float, float, float]:
    """Metres right and back after t_s to and fro between two places, and the heading, degrees from back."""
    (a1, b1), (a2, b2) = way
    legs = mps * t_s / hypot(a2 - a1, b2 - b1)
    share = legs % 1.0
    if floor(legs) % 2:
        a1, b1, a2, b2 = a2, b2, a1, b1
    return a1 + share * (a2 - a1), b1 + share * (b2 - b1), degrees(atan2(a2 - a1, b2 - b1))


def owner(box: tuple[float, float, float, float], labels: tuple[Label, ...]) -> int | None:
    """Whose box it is by the truth; None: nobody's, or not clearly one's."""
    shares = sorted(((overlap(box, label.box), label.key) for label in labels if label.seen >= 0.3), reverse=True)
    if not shares or shares[0][0] < _IS or (len(shares) > 1 and shares[0][0] - shares[1][0] < _CLEARLY):
        return None
    return shares[0][1]


class _Tally(msgspec.Struct):
    """Numbers and the people who carry them, and what the operator was asked."""

    silent: int = 0
    silent_followed: int = 0
    numbers: int = 0
    asks: int = 0
    wrong_first: int = 0
    proposed_s: list[float] = msgspec.field(default_factory=list)
    followed: int = 0
    there: int = 0
    reports: int = 0
    doubtful: int = 0


class _Watching:
    """One pair of eyes on one film, with the operator's stand-in."""

    def __init__(self, eyes: Eyes, land: Land, tally: _Tally) -> None:
        self.eyes, self.following, self.tally = eyes, Following(land.height_m), tally
        self._owner: dict[int, int] = {}
        self._other: dict[int, int] = {}
        self._lost_t_ns = 0

    def take(self, shot: Shot) -> None:
        self.eyes.mind(self.following.track, self.following.proposed)
        seen = self.eyes.step(shot.picture, shot.t_ns)
        whose = {one.track: owner(one.box, shot.labels) for one in seen}
        self.tally.reports += len(seen)
        self.tally.doubtful += sum(one.doubtful for one in seen)
        for one in seen:
            if not one.doubtful:  # then the number says nothing, and says so
                self._count(one, whose[one.track])
        sightings = self.following.take(shot.t_ns, seen, shot.view, _LENS.width_px, _LENS.height_px)
        self.tally.there += any(label.key == 1 and label.seen >= 0.3 for label in shot.labels)
        self.tally.followed += whose.get(self.following.track or 0) == 1
        if self.following.track is None:
            first = next((number for number, key in whose.items() if key == 1), None)
            if first is not None:
                self.following.select(first)
            return
        if self.following.track in whose:
            self._lost_t_ns = 0
            return
        self._lost_t_ns = self._lost_t_ns or shot.t_ns
        told = [s for s in sightings if s.candidate and whose[s.track] is not None]
        if told:
            best = max(told, key=lambda s: (s.likeness, -s.track))
            self.tally.asks += 1
            if whose[best.track] != 1:
                self.tally.wrong_first += 1
                self.following.refuse(best.track)
                return
            self.following.select(best.track)
            self.tally.proposed_s.append(seconds_between(self._lost_t_ns, shot.t_ns))
            self._lost_t_ns = 0

    def _count(self, one: Seen, key: int | None) -> None:
        if key is None:
            return
        if one.track not in self._owner:
            self.tally.numbers += 1
            self._owner[one.track] = key
        if key == self._owner[one.track]:
            self._other[one.track] = 0
            return
        self._other[one.track] = self._other.get(one.track, 0) + 1
        if self._other[one.track] >= _LASTS:
            self.tally.silent += 1
            self.tally.silent_followed += one.track == self.following.track
            self._owner[one.track], self._other[one.track] = key, 0


def identity(short: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures of the eyes, and of the tracker alone on the same pictures."""
    land = land_to_hide_in()
    ours, alone = _Tally(), _Tally()
    films = list(takes(short))
    by_way: dict[str, int] = {}
    for take in films:
        before = ours.silent
        pair = _Watching(Eyes(threads=1, doubting=True), land, ours), _Watching(Eyes(threads=1), land, alone)
        for shot in film(take, land):
            for one in pair:
                one.take(shot)
        by_way[take.way] = by_way.get(take.way, 0) + ours.silent - before
    minutes = len(films) * _SECONDS / 60.0
    figures = {"minutes": round(minutes, 2), **_told(ours, minutes), "silent_switches_by_way": by_way}
    return figures, {"tracker alone": _told(alone, minutes)}


def _told(tally: _Tally, minutes: float) -> dict[str, Any]:
    waits = sorted(tally.proposed_s)
    return {
        "silent_switches": tally.silent,
        "silent_switches_of_the_followed": tally.silent_followed,
        "numbers": tally.numbers,
        "doubtful_part": round(tally.doubtful / max(1, tally.reports), 3),
        "asks_a_minute": round(tally.asks / minutes, 2),
        "first_proposed_was_another": tally.wrong_first,
        "proposed_after_s": {
            "p50": round(waits[len(waits) // 2], 1) if waits else 0.0,
            "most": round(waits[-1], 1) if waits else 0.0,
        },
        "followed_part": round(tally.followed / max(1, tally.there), 3),
    }
