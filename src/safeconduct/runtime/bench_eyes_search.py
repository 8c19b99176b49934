"""How many people the searching eyes have in each picture, and how many boxes hold nobody, by how tall people are.

720p, a slowly panning camera, lands and people that training never sees. The baseline is one look of the detector at
the whole picture, on the same pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import msgspec

from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, PersonDetector, in_picture, look, on_ground, tiles
from safeconduct.runtime.bench_eyes_gestures import unseen_land
from safeconduct.runtime.bench_world_eyes import overlap
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Act, Build, Cloth, Figure, Garb, Lens, Palette, Scene, Season, Shot, Weather
from safeconduct.sim.studio import MIDDLE, at_height

SIZES_PX = (20.0, 30.0, 40.0, 77.0, 160.0)
WIDE, HIGH, RATE_HZ = 1280, 720, 10.0
_IOU = 0.4
_SETTLED_S = 0.6  # from the first picture until a person who is there may be asked for
_SECONDS = 2.5
_ACTS = (Act.STAND, Act.WALK, Act.STAND, Act.KNEEL, Act.RUN, Act.STAND, Act.CROUCH, Act.SIT)
_CLOTHS = (Cloth.CAMOUFLAGE, Cloth.BROWN, Cloth.BLUE, Cloth.OLIVE)


class Sight(NamedTuple):
    """One row of conditions under which people are searched for."""

    name: str
    palette: Palette = Palette.VISIBLE
    weather: Weather = Weather(Season.AUTUMN, sun_up_deg=38.0, overcast=0.4)
    noise: float = 2.0


DAY = Sight("day")
NIGHT = (
    Sight("white hot", Palette.WHITE_HOT, Weather(sun_up_deg=-20.0)),
    Sight("black hot", Palette.BLACK_HOT, Weather(sun_up_deg=-20.0)),
    Sight("dusk", weather=Weather(Season.AUTUMN, sun_up_deg=3.0, overcast=0.8), noise=6.0),
)


def people(chance: Random, tall_px: float, elevation_deg: float, land: Land, lens: Lens) -> tuple[Figure, ...]:
    """One in the middle and up to three more about him, where the camera sees about the same height."""
    first = _somebody(chance, 1)._replace(position=MIDDLE._replace(up=land.height_m(*MIDDLE[:2])))
    found = [first]
    view = at_height(first, 0.0, elevation_deg, tall_px, lens)
    for key in range(2, 2 + chance.randint(1, 3)):
        x, y = chance.uniform(0.15, 0.85) * WIDE, chance.uniform(0.35, 0.75) * HIGH
        at = on_ground(view, x, y, WIDE, HIGH, land.height_m)
        spots = [in_picture(view, one.position, WIDE, HIGH) for one in found]
        if at is None or any(s is not None and abs(s[0] - x) < tall_px and abs(s[1] - y) < tall_px for s in spots):
            continue
        found.append(_somebody(chance, key)._replace(position=at))
    return tuple(found)


def _somebody(chance: Random, key: int) -> Figure:
    soldier = chance.random() < 0.5
    cloth = chance.choice((Cloth.CAMOUFLAGE, Cloth.OLIVE)) if soldier else chance.choice(_CLOTHS)
    build = Build.MAN if soldier else chance.choice((Build.OLD, Build.WOMAN, Build.MAN))
    garb = Garb(build, cloth, cloth if soldier else chance.choice(_CLOTHS), helmet=soldier, vest=soldier)
    return Figure(
        key, garb, MIDDLE, chance.uniform(0.0, 360.0), chance.choice(_ACTS), manner=chance.randint(30_000, 39_999)
    )


def film(tall_px: float, elevation_deg: float, land: Land, sight: Sight, seed: int) -> Iterator[Shot]:
    lens = Lens(WIDE, HIGH, rate_hz=RATE_HZ, palette=sight.palette, noise=sight.noise, hfov_deg=(2.0, 84.0))
    chance = Random(f"search {seed} {tall_px} {elevation_deg}")
    crowd = people(chance, tall_px, elevation_deg, land, lens)
    camera = FilmCamera(land, sight.weather, lens, seed)
    middle = at_height(crowd[0], 0.0, elevation_deg, tall_px, lens)
    for number in range(round(_SECONDS * RATE_HZ)):
        t_s = number / RATE_HZ
        moved = tuple(f._replace(act_s=9.0 + t_s, strode_m=t_s) for f in crowd)
        view = middle._replace(heading_deg=middle.heading_deg + (0.5 - t_s / _SECONDS) * 0.12 * middle.hfov_deg)
        yield camera.shoot(Scene(t_s, moved), view, NS + round(t_s * NS))


class _Count(msgspec.Struct):
    there: int = 0
    had: int = 0
    anew: int = 0  # there after the first moments
    anew_had: int = 0
    false: int = 0
    pictures: int = 0
    naive_had: int = 0
    naive_false: int = 0
    naive_pictures: int = 0
    naive_there: int = 0

    def figures(self) -> dict[str, float]:
        return {
            "recall": round(self.anew_had / max(1, self.anew), 3),
            "recall_from_the_first_picture": round(self.had / max(1, self.there), 3),
            "false_a_picture": round(self.false / max(1, self.pictures), 3),
        }


def search(short: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures by height by day, and at 77 px by night; and the baseline's."""
    detector = PersonDetector()
    lands = [unseen_land()] if short else [unseen_land(), unseen_land(Season.SUMMER), unseen_land(Season.WINTER)]
    rows: dict[str, Any] = {}
    naive: dict[str, Any] = {}
    for sight in (DAY, *NIGHT):
        for tall_px in SIZES_PX if sight is DAY else (77.0,):
            count = _Count()
            for number, land in enumerate(lands):
                for elevation in (20.0, 35.0, 50.0):
                    _look_through(count, detector, film(tall_px, elevation, land, sight, 7 + number))
            name = f"{tall_px:.0f} px" if sight is DAY else f"{tall_px:.0f} px {sight.name}"
            rows[name] = count.figures()
            naive[name] = {
                "recall": round(count.naive_had / max(1, count.naive_there), 3),
                "false_a_picture": round(count.naive_false / max(1, count.naive_pictures), 3),
            }
    return rows, {"one look a picture": naive}


def _look_through(count: _Count, detector: PersonDetector, shots: Iterator[Shot]) -> None:
    eyes = Eyes()
    for number, shot in enumerate(shots):
        boxes = [one.box for one in eyes.step(shot.picture, shot.t_ns)]
        there = [label for label in shot.labels if label.seen >= 0.5 and not _at_edge(label.box)]
        had = [any(overlap(box, label.box) >= _IOU for box in boxes) for label in there]
        count.there, count.had, count.pictures = count.there + len(had), count.had + sum(had), count.pictures + 1
        if number >= _SETTLED_S * RATE_HZ:
            count.anew, count.anew_had = count.anew + len(had), count.anew_had + sum(had)
        count.false += sum(all(overlap(box, label.box) < 0.1 for label in shot.labels) for box in boxes)
        if number % 8 == 0:
            plain = [f[:4] for f in look(detector, shot.picture, tiles(WIDE, HIGH, WIDE)[:1]) if f.score >= 0.4]
            count.naive_pictures += 1
            count.naive_there += len(there)
            count.naive_had += sum(any(overlap(box, label.box) >= _IOU for box in plain) for label in there)
            count.naive_false += sum(all(overlap(box, label.box) < 0.1 for label in shot.labels) for box in plain)


def _at_edge(box: tuple[float, float, float, float]) -> bool:
    return box[0] <= 4.0 or box[1] <= 4.0 or box[2] >= WIDE - 4.0 or box[3] >= HIGH - 4.0
