"""Films of people who show, live and work, as the shipped pose network reads them: for training and for calibrating.

    python tools/train/read_films.py OUT.npz --films 80 --seed 1 [--check]

Four people stand in each film and do one thing after the other (`studio.motions`). Unlike `joint_noise`, errors last as
long as they really do. Arrays, a row a person: read (pictures, 17, 3) px and score; true (pictures, 17, 2) px;
gestures, postures, sure, names, posture_names as in make_motions.py; tall_px, elevation_deg, off_face (rad); doings.
--check: ways of showing, works and clothes that training never sees. The same seed gives the same file.
"""

from __future__ import annotations

import argparse
import sys
from math import exp, log, radians
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from draw_people import garb_of, land_of

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Gesture, Posture
from safeconduct.perception import Found, PoseReader
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Act, Figure, Held, Lens, Scene, Season, Weather
from safeconduct.sim.studio import at_height
from safeconduct.sim.studio.motions import Glimpse, glimpses

SECONDS, RATE_HZ, EACH = 7.0, 8.0, 5  # films of one land
_APART_M = 1.7
_HOLDS: dict[Any, Held] = {
    Gesture.WEAPON_DOWN: Held.RIFLE, Gesture.WHITE_CLOTH: Held.CLOTH, Gesture.SIGN: Held.SIGN,
    Act.READ: Held.NOTE, Act.DRINK: Held.BOTTLE, Act.CARRY: Held.RIFLE,
}  # fmt: skip
_SMALLEST_PX = 34.0
_MADE_UP = 0.55  # of the works
_PLEADS_S = 4.0  # two of the four for so long, the others never


def film(chance: Random, land: Land, season: Season, reader: PoseReader, check: bool) -> list[dict[str, Any]]:
    """One row a person."""
    manners = (10_001, 19_999) if check else (1, 9_999)
    tall_px, elevation = exp(chance.uniform(log(46.0), log(185.0))), chance.uniform(12.0, 60.0)
    wide, high = (round(max(share * tall_px, 128.0) / 2.0) * 2 for share in (4.4, 2.8))
    lens = Lens(
        wide, high, rate_hz=RATE_HZ, hfov_deg=(2.0, 84.0), exposure_s=chance.uniform(0.0, 0.01),
        noise=chance.uniform(0.0, 6.0), quality=chance.choice([0, 45, 60, 80]),
    )  # fmt: skip
    weather = Weather(season, chance.uniform(0.0, 360.0), chance.uniform(6.0, 65.0), chance.random())
    camera = FilmCamera(land, weather, lens, chance.randint(1, 9999))
    e, n = chance.uniform(-40.0, 40.0), chance.uniform(-40.0, 40.0)
    to_camera_deg = chance.uniform(0.0, 360.0)
    people: list[tuple[list[Glimpse], Figure]] = []
    facings = []
    for key in range(4):
        aside, far = (key - 1.5) * _APART_M, (key % 2 - 0.5) * _APART_M
        c, s = np.cos(radians(to_camera_deg)), np.sin(radians(to_camera_deg))
        at = (e + aside * c + far * s, n - aside * s + far * c)
        off = chance.gauss(0.0, 40.0) if chance.random() < 0.6 else chance.uniform(-180.0, 180.0)
        facings.append(abs((off + 180.0) % 360.0 - 180.0))
        shown = _until(chance, manners, pleads=key % 3 == 0)
        place = Enu(*at, land.height_m(*at))
        people.append((shown, Figure(key + 1, garb_of(chance, check), place, (to_camera_deg + off) % 360.0)))
    middle = Figure(9, people[0][1].garb, Enu(e, n, land.height_m(e, n)), to_camera_deg)
    still = at_height(middle, 0.0, elevation, tall_px, lens)
    off_box = np.zeros((4, 3))
    rows: list[dict[str, Any]] = [{"read": [], "true": []} for _ in people]
    for number in range(round(SECONDS * RATE_HZ)):
        t_s = number / RATE_HZ
        figures = []
        for shown, person in people:
            now = shown[number].figure
            turned = now.facing_deg - shown[0].figure.facing_deg
            held = _HOLDS.get(now.gesture) if now.gesture is not None else _HOLDS.get(now.act)
            figures.append(now._replace(
                key=person.key, garb=person.garb, position=person.position, held=held,
                facing_deg=(person.facing_deg + turned) % 360.0,
            ))  # fmt: skip
        view = still._replace(heading_deg=still.heading_deg + 0.05 * still.hfov_deg * float(np.sin(0.6 * t_s + 1.0)))
        shot = camera.shoot(Scene(t_s, tuple(figures)), view, NS + round(t_s * NS))
        labels = {label.key: label for label in shot.labels}
        off_box = 0.8 * off_box + 0.6 * np.array([[chance.gauss(0.0, 0.045) for _ in range(3)] for _ in people])
        for k, row in enumerate(rows):
            label = labels.get(k + 1)
            if label is None or label.seen < 0.4 or max(_size(label.box)) < _SMALLEST_PX:
                row["read"].append(np.zeros((17, 3)))
                row["true"].append(np.zeros((17, 2)))
                continue
            size = max(_size(label.box))
            dx, dy, grow = off_box[k] * size
            x1, y1, x2, y2 = label.box
            pose = reader.read(shot.picture, Found(x1 + dx - grow, y1 + dy - grow, x2 + dx + grow, y2 + dy + grow, 1.0))
            row["read"].append(np.array(pose))
            row["true"].append(np.array([j[:2] for j in label.joints]))
    gestures, postures = list(Gesture), list(Posture)
    for (shown, _), row, facing in zip(people, rows, facings, strict=True):
        row["gestures"] = [-1 if g.gesture is None else gestures.index(g.gesture) for g in shown]
        row["postures"] = [postures.index(g.posture) for g in shown]
        row["sure"] = [g.sure for g in shown]
        row["doings"] = ["" if g.figure.doing is None else g.figure.doing.value for g in shown]
        row["tall_px"], row["elevation_deg"], row["off_face"] = tall_px, elevation, radians(facing)
    return rows


def _until(chance: Random, manners: tuple[int, int], pleads: bool) -> list[Glimpse]:
    """Somebody who pleads for long enough, or who never does."""
    while True:
        shown = glimpses(chance, SECONDS, RATE_HZ, manners, _MADE_UP)
        pleas = sum(g.gesture in PROTECTIVE_GESTURES for g in shown) / RATE_HZ
        if (pleas >= _PLEADS_S) if pleads else pleas == 0.0:
            return shown


def _size(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def save(out: Path, rows: list[dict[str, Any]]) -> None:
    np.savez_compressed(
        out,
        read=np.array([r["read"] for r in rows], np.float32),
        true=np.array([r["true"] for r in rows], np.float32),
        gestures=np.array([r["gestures"] for r in rows], np.int8),
        postures=np.array([r["postures"] for r in rows], np.int8),
        sure=np.array([r["sure"] for r in rows]),
        doings=np.array([r["doings"] for r in rows]),
        tall_px=np.array([r["tall_px"] for r in rows], np.float32),
        elevation_deg=np.array([r["elevation_deg"] for r in rows], np.float32),
        off_face=np.array([r["off_face"] for r in rows], np.float32),
        names=np.array([g.value for g in Gesture]),
        posture_names=np.array([p.value for p in Posture]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--films", type=int, default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    reader = PoseReader(None, threads=1)
    rows: list[dict[str, Any]] = []
    for number in range(args.films):
        if number % EACH == 0:
            place = Random(f"film land {args.seed} {number} {args.check}")
            season = place.choice(list(Season))
            land, _ = land_of(place, season)
        rows += film(Random(f"film {args.seed} {number} {args.check}"), land, season, reader, args.check)
        if number % 10 == 9:
            save(args.out, rows)  # what there is so far: a long work may be cut short
            sys.stderr.write(f"{number + 1} of {args.films} films\n")
    save(args.out, rows)


if __name__ == "__main__":
    main()
