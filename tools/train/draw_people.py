"""Draws the labelled pictures that detector and pose network are tuned on: crowds on many lands, from many heights.

    python tools/train/draw_people.py OUT --pictures 5000 --seed 1 [--check] [--pleas] [--jobs 2]

Writes OUT/NNNNNN.jpg and, beside each picture, one line of OUT/labels.jsonl: file, palette, people [box, seen, joints
(17 of COCO: x, y, 2 seen 1 hidden 0 outside), elevation_deg, tall_px (as he would stand), gesture, doing, act].
--check draws from what training never sees: other clothes, another build, other ways of showing, other lands. --pleas
draws those with free hands pleading, mostly with forearms that cross or meet. The same seed gives the same pictures.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from math import atan2, cos, degrees, exp, log, radians
from pathlib import Path
from random import Random
from typing import Any

import cv2

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture
from safeconduct.perception import in_picture, on_ground
from safeconduct.sim.camera import FilmCamera, focal_px
from safeconduct.sim.ground import ground_of
from safeconduct.sim.grounds import Crater, Grounds, Ruin, Trench
from safeconduct.sim.land import Land, lay_land
from safeconduct.sim.scene import (
    TRAINED_ON,
    Act,
    Build,
    Cloth,
    Figure,
    Garb,
    Held,
    Lens,
    Palette,
    Scene,
    Season,
    Smoke,
    View,
    Weather,
)  # fmt: skip
from safeconduct.sim.studio import angles
from safeconduct.sim.studio.views import stand, tall_m

WIDE, HIGH, EACH = 960, 540, 40  # pictures from each land
_ACTS = {
    Act.STAND: 40, Act.KNEEL: 13, Act.WALK: 11, Act.RUN: 5, Act.LIMP: 3, Act.SIT: 4, Act.DRINK: 4, Act.SMOKE: 3,
    Act.CROUCH: 5, Act.CRAWL: 4, Act.LIE_FACE_DOWN: 2, Act.LIE_ON_BACK: 2, Act.READ: 2, Act.CARRY: 3,
    Act.HANDS_ON_HEAD: 3, Act.DIVE: 1,
}  # fmt: skip
_GESTURES = dict.fromkeys(Gesture, 2) | {
    Gesture.HANDS_UP: 14, Gesture.ARMS_CROSSED: 14, Gesture.HANDS_CLASPED: 12, Gesture.WAVE_BOTH: 6,
    Gesture.WEAPON_DOWN: 3, Gesture.WHITE_CLOTH: 4, Gesture.WAVE_ONE: 4, Gesture.ONE_HAND_UP: 4, Gesture.THROAT: 4,
}  # fmt: skip
_PLEADING = {
    Gesture.ARMS_CROSSED: 10, Gesture.HANDS_CLASPED: 6, Gesture.HANDS_UP: 4, Gesture.THROAT: 1, Gesture.WAVE_BOTH: 1,
}  # fmt: skip
_HOLDS = {
    Gesture.WEAPON_DOWN: Held.RIFLE, Gesture.WHITE_CLOTH: Held.CLOTH, Gesture.SIGN: Held.SIGN,
    Act.READ: Held.NOTE, Act.DRINK: Held.BOTTLE, Act.CARRY: Held.RIFLE,
}  # fmt: skip
_FREE_HANDS = frozenset({Act.STAND, Act.KNEEL, Act.SIT, Act.WALK, Act.CROUCH, Act.LIE_ON_BACK})
_CLOTHS = {
    False: (Cloth.OLIVE, Cloth.CAMOUFLAGE, Cloth.GREY, Cloth.BLACK, Cloth.RED, Cloth.WHITE),
    True: (Cloth.CAMOUFLAGE, Cloth.BROWN, Cloth.BLUE, Cloth.ORANGE, Cloth.OLIVE),
}
_BUILDS = {False: (Build.MAN, Build.MAN, Build.MAN, Build.WOMAN, Build.CHILD), True: (Build.MAN, Build.MAN, Build.OLD)}


def pick(chance: Random, weights: dict[Any, int]) -> Any:
    return chance.choices(list(weights), list(weights.values()))[0]


def land_of(chance: Random, season: Season) -> tuple[Land, list[Trench]]:
    """160 by 160 m about the middle, with holes, growth and ruins by chance."""

    def place() -> tuple[float, float]:
        return chance.uniform(-60.0, 60.0), chance.uniform(-60.0, 60.0)

    trenches = []
    for number in range(chance.randint(0, 3)):
        e, n = place()
        points = [(e, n)]
        for _ in range(4):
            e, n = e + chance.uniform(2.0, 12.0), n + chance.uniform(-8.0, 8.0)
            points.append((e, n))
        trenches.append(Trench(f"t{number}", tuple(points), chance.uniform(0.9, 2.0), chance.uniform(0.6, 1.7)))
    craters = tuple(
        Crater(place(), chance.uniform(0.8, 4.0), chance.uniform(0.2, 1.2)) for _ in range(chance.randint(0, 9))
    )
    lines = tuple((place(), place()) for _ in range(chance.randint(0, 2)))
    grounds = Grounds(
        relief_m=chance.choice([0.0, 0.0, 3.0, 8.0]), spoil_m=chance.choice([0.0, 0.3]), tracks=lines,
        ruins=tuple(Ruin(place(), heading_deg=chance.uniform(0, 360)) for _ in range(chance.choice([0, 0, 1, 3]))),
        bushes_per_ha=chance.choice([0.0, 0.0, 15.0, 60.0]), trees_per_ha=chance.choice([0.0, 0.0, 6.0, 30.0]),
        stumps_per_ha=chance.choice([0.0, 20.0]), seed=chance.randint(1, 2**30),
    )  # fmt: skip
    corners = ((-60.0, -60.0), (60.0, 60.0))
    return lay_land(ground_of(grounds, tuple(trenches), craters, (), near=corners), season), trenches


def garb_of(chance: Random, check: bool) -> Garb:
    cloths = _CLOTHS[check]
    if chance.random() < 0.5:
        cloth = chance.choice((Cloth.OLIVE, Cloth.CAMOUFLAGE, Cloth.CAMOUFLAGE))
        return Garb(Build.MAN, cloth, cloth, chance.random() < 0.7, chance.random() < 0.6, chance.random() < 0.2)
    bandage = chance.choice(("", "", "", "head", "arm", "leg"))
    return Garb(
        chance.choice(_BUILDS[check]), chance.choice(cloths), chance.choice(cloths), chance.random() < 0.15,
        chance.random() < 0.15, chance.random() < 0.25, bandage,
    )  # fmt: skip


def figure_of(chance: Random, key: int, at: Enu, to_camera_deg: float, check: bool, pleas: bool = False) -> Figure:
    act = pick(chance, _ACTS)
    facing = to_camera_deg + (chance.gauss(0.0, 40.0) if chance.random() < 0.6 else chance.uniform(0.0, 360.0))
    figure = Figure(
        key, garb_of(chance, check), at, facing % 360.0, act, chance.uniform(0.0, 20.0), chance.uniform(0.0, 30.0),
        held=_HOLDS.get(act), manner=chance.randint(1, 9999) + (10_000 if check else 0),
    )  # fmt: skip
    if act not in _FREE_HANDS:
        return figure
    what = chance.random()
    if what < (0.8 if pleas else 0.6):
        gesture = pick(chance, _PLEADING if pleas else _GESTURES)
        sign = chance.choice(("300", "HELP", "2", "ЖИТИ")) if gesture in (Gesture.SIGN, Gesture.COUNT) else ""
        return figure._replace(gesture=gesture, gesture_s=chance.uniform(0.1, 9.0), held=_HOLDS.get(gesture), sign=sign)
    return figure._replace(doing=chance.choice(TRAINED_ON)) if what < 0.85 else figure


def view_of(chance: Random, land: Land) -> tuple[View, float]:
    elevation = chance.uniform(8.0, 66.0)
    tall_px = exp(chance.uniform(log(18.0), log(230.0)))
    away = chance.uniform(10.0, 45.0)
    focal = max(tall_px * away / tall_m(elevation), focal_px(84.0, WIDE))
    away = max(focal * tall_m(elevation) / tall_px, 5.0)
    e, n = chance.uniform(-40.0, 40.0), chance.uniform(-40.0, 40.0)
    target = Enu(e, n, land.height_m(e, n) + 0.9)
    hfov = 2.0 * degrees(atan2(WIDE / 2.0, focal))
    view = stand(target, chance.uniform(0.0, 360.0), elevation, away, hfov)
    floor = land.height_m(view.position.east, view.position.north) + 1.8
    view = view._replace(position=view.position._replace(up=max(view.position.up, floor)))
    return view._replace(roll_deg=chance.gauss(0.0, 3.0)), tall_px


def crowd(
    chance: Random, view: View, land: Land, trenches: list[Trench], tall_px: float, check: bool, pleas: bool
) -> list[Figure]:
    figures: list[Figure] = []
    most = max(3, min(18, round(1500.0 / tall_px)))
    for key in range(1, chance.randint(max(1, most // 2), most) + 1):
        if trenches and chance.random() < 0.3:
            e, n = chance.choice(chance.choice(trenches).points)
            at: Enu | None = Enu(e, n, land.height_m(e, n))
            if at is not None and in_picture(view, at, WIDE, HIGH) is None:
                continue
        else:
            x, y = chance.uniform(10.0, WIDE - 10.0), chance.uniform(0.1 * HIGH, HIGH + 0.3 * tall_px)
            at = on_ground(view, x, y, WIDE, HIGH, land.height_m)
        if at is None:
            continue
        back = degrees(atan2(view.position.east - at.east, view.position.north - at.north))
        figures.append(figure_of(chance, key, at, back, check, pleas))
    return figures


def one_land(args: tuple[Path, int, int, int, bool, bool]) -> list[str]:
    """All pictures of one land; returns their lines for labels.jsonl."""
    out, seed, first, many, check, pleas = args
    chance = Random(f"people {seed} {first} {check}")
    season = chance.choice(list(Season))
    dusk = chance.random() < 0.12
    weather = Weather(
        season, chance.uniform(0.0, 360.0), chance.uniform(2.0, 8.0) if dusk else chance.uniform(12.0, 65.0),
        chance.random(), exp(chance.uniform(log(300.0), log(20_000.0))), chance.choice([0.0, 0.0, 0.0, 4.0]),
    )  # fmt: skip
    palette = chance.choice([Palette.VISIBLE] * 7 + [Palette.WHITE_HOT, Palette.BLACK_HOT])
    lens = Lens(
        WIDE, HIGH, palette=palette, hfov_deg=(3.0, 84.0), shake_deg=0.0, exposure_s=chance.uniform(0.0, 0.01),
        noise=chance.uniform(0.0, 9.0), quality=chance.choice([0, 45, 60, 80]),
    )  # fmt: skip
    land, trenches = land_of(chance, season)
    camera = FilmCamera(land, weather, lens, seed + first)
    lines = []
    for number in range(first, first + many):
        view, tall_px = view_of(chance, land)
        figures = crowd(chance, view, land, trenches, tall_px, check, pleas)
        smokes = (Smoke(figures[0].position, 2.0, 0.4),) if figures and chance.random() < 0.05 else ()
        shot = camera.shoot(Scene(chance.uniform(0.0, 60.0), tuple(figures), smokes=smokes), view, NS * (number + 1))
        known = {f.key: f for f in figures}
        people = []
        for label in shot.labels:
            figure = known[label.key]
            seen = angles(figure, view)
            stands_px = focal_px(view.hfov_deg, WIDE) * 1.75 * cos(radians(seen.elevation_deg)) / seen.distance_m
            people.append({
                "box": [round(v, 1) for v in label.box], "seen": label.seen,
                "joints": [list(j) for j in label.joints], "elevation_deg": round(seen.elevation_deg, 1),
                "tall_px": round(max(stands_px, label.height_px * 0.6), 1), "gesture": label.gesture,
                "doing": figure.doing, "act": label.act,
            })  # fmt: skip
        name = f"{number:06d}.jpg"
        cv2.imwrite(str(out / name), shot.picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
        lines.append(json.dumps({"file": name, "palette": palette, "people": people}))
    with (out / "labels.jsonl").open("a") as file:
        file.write("".join(line + "\n" for line in lines))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--pleas", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "labels.jsonl").write_text("")
    parts = [
        (args.out, args.seed, first, min(EACH, args.pictures - first), args.check, args.pleas)
        for first in range(0, args.pictures, EACH)
    ]
    with ProcessPoolExecutor(args.jobs) as pool:
        lines = [line for part in pool.map(one_land, parts) for line in part]
    (args.out / "labels.jsonl").write_text("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main()
