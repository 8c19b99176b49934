"""`safeconduct bench signs`: cardboard held up, found and straightened, beside a naive anchor; and white cloth.

The pictures are kept back: words, garbs, lands and angles on which no rule was made (`kept_back`). The anchor takes the
largest bright quadrilateral of the same part of the picture (Otsu's threshold, an outline with four corners), as a
first attempt would. A look is timed in milliseconds of the processor, as machines are busy.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import product
from random import Random
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture
from safeconduct.perception import Picture
from safeconduct.perception.sign_looks import held_signs
from safeconduct.perception.straightening import READABLE_PX
from safeconduct.runtime.bench_cloth import SEASONS, cloth_figures
from safeconduct.runtime.bench_eyes_gestures import unseen_land
from safeconduct.runtime.bench_table import bench_report
from safeconduct.sim.camera import FilmCamera, Pinhole
from safeconduct.sim.figure import sign_corners
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Build, Cloth, Figure, Garb, Held, Lens, Scene, Season, Weather
from safeconduct.sim.studio import MIDDLE, at_height

TALL_PX = (60.0, 100.0, 160.0, 250.0)
WORDS = ("WATER", "2 MEN", "ЖИВІ", "NO ARMS HERE")
_GARBS = (
    Garb(Build.OLD, Cloth.BROWN, Cloth.BLUE),
    Garb(Build.MAN, Cloth.CAMOUFLAGE, Cloth.OLIVE, helmet=True),
    Garb(Build.WOMAN, Cloth.ORANGE, Cloth.BLACK),
    Garb(Build.MAN, Cloth.WHITE, Cloth.GREY, bag=True),
)
_WEATHERS = (Weather(sun_up_deg=50.0, overcast=0.1), Weather(overcast=0.9), Weather(sun_up_deg=10.0, overcast=0.4))
_OTHERS = tuple(g for g in Gesture if g is not Gesture.SIGN)
_MANNERS = (40_001, 49_999)
_LENS = Lens(shake_deg=0.0)
_FOUND = 0.6  # intersection over union with the true corners
_GROWN = 0.3  # of his height, about him: where the anchor looks

Points = npt.NDArray[np.float64]


class _Result(NamedTuple):
    found: bool
    off_px: float
    readable: bool
    naive: bool
    false: int
    ms: float


class _Picture(NamedTuple):
    """kind: by which it is counted. truth: where the corners of the cardboard are, px; None: nobody holds one."""

    tall_px: float
    elevation_deg: float
    words: str
    season: Season
    picture: Picture
    box: tuple[float, float, float, float]
    truth: Points | None


def kept_back(lands: Mapping[Season, Land], short: bool, seed: int = 73) -> Iterator[_Picture]:
    """Pictures with a sign, 192 or 48; then as many of people who do everything else."""
    chance = Random(f"signs {seed}")
    every = list(product(TALL_PX, WORDS, SEASONS, _WEATHERS))
    cameras = {
        (season, number): FilmCamera(lands[season], weather, _LENS, 1 + number)
        for (season, (number, weather)) in product(SEASONS, enumerate(_WEATHERS))
    }
    for with_sign in (True, False):
        for number, (tall_px, words, season, _) in enumerate(every):
            figure = Figure(chance.randint(1, 96), _GARBS[number % 4], MIDDLE, chance.uniform(0.0, 360.0), act_s=9.0)
            figure = figure._replace(gesture_s=2.0, manner=chance.randint(*_MANNERS))
            angles = chance.gauss(0.0, 22.0), chance.uniform(20.0, 50.0)
            if short and number % 4 != number // 4 % 4:
                continue
            if with_sign:
                figure = figure._replace(gesture=Gesture.SIGN, held=Held.SIGN, sign=words)
            else:
                figure = figure._replace(gesture=_OTHERS[number % len(_OTHERS)])
            ground_m = lands[season].height_m(*MIDDLE[:2])
            figure = figure._replace(position=figure.position._replace(up=ground_m))
            view = at_height(figure, *angles, tall_px, _LENS)
            camera = cameras[season, number % len(_WEATHERS)]
            shot = camera.shoot(Scene(9.0, (figure,)), view, (1 + number) * NS)
            truth = None
            if with_sign:
                pinhole = Pinhole(view, _LENS.width_px, _LENS.height_px)
                truth = pinhole.project(sign_corners(figure))[:, :2].astype(np.float64)
            yield _Picture(tall_px, angles[1], words, season, shot.picture, shot.labels[0].box, truth)


def bench_signs(short: bool = False) -> dict[str, Any]:
    """Returns name, figures, baseline and ratio (share found over that of the anchor)."""
    results: dict[str, list[_Result]] = {}
    alone: list[int] = []
    lands = {season: unseen_land(season) for season in SEASONS}
    for one in kept_back(lands, short):
        if one.truth is None:
            alone.append(len(held_signs(one.picture, one.box)))
            continue
        result = _looked(one.picture, one.box, one.truth)
        down = f"{10.0 * (one.elevation_deg // 10.0):.0f}-{10.0 * (one.elevation_deg // 10.0) + 10.0:.0f} deg"
        for kind in ("all", f"{one.tall_px:.0f} px", down, one.words, one.season.value):
            results.setdefault(kind, []).append(result)
    every = results.pop("all")
    found, naive = (_share([getattr(r, what) for r in every]) for what in ("found", "naive"))
    off = [r.off_px for r in every if r.found]
    ms = [r.ms for r in every]
    figures = {
        "signs": len(every),
        "found": found,
        "found_by": {kind: _share([r.found for r in many]) for kind, many in sorted(results.items())},
        "corners_off_px": {"p50": _at(off, 50), "p90": _at(off, 90)},
        "readable_by": {kind: _share([r.readable for r in many]) for kind, many in results.items() if "px" in kind},
        "false_a_picture": round(sum(r.false for r in every) / len(every), 3),
        "false_a_look_without_a_sign": round(sum(alone) / len(alone), 3),
        "ms_a_look": {"p50": _at(ms, 50), "p95": _at(ms, 95)},
        **cloth_figures(lands, short),
    }
    ratio = round(found / max(naive, 1.0 / len(every)), 2)
    return bench_report("signs", figures, {"largest_bright_quadrilateral_found": naive}, ratio)


def _looked(picture: Picture, box: tuple[float, float, float, float], truth: Points) -> _Result:
    begin = time.process_time()
    seen = held_signs(picture, box)
    ms = (time.process_time() - begin) * 1e3
    best = max(seen, key=lambda c: _overlap(c.corners, truth), default=None)
    found = best is not None and _overlap(best.corners, truth) >= _FOUND
    off_px = float(np.hypot(*(best.corners - truth).T).mean()) if best is not None else -1.0
    readable = found and best is not None and best.view.letters_px >= READABLE_PX
    return _Result(found, off_px, readable, _naive(picture, box, truth), len(seen) - found, ms)


def _naive(picture: Picture, box: tuple[float, float, float, float], truth: Points) -> bool:
    room = _GROWN * (box[3] - box[1])
    left, top = max(0, int(box[0] - room)), max(0, int(box[1] - room))
    grey = cv2.cvtColor(picture[top : int(box[3] + room), left : int(box[2] + room)], cv2.COLOR_BGR2GRAY)
    mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    quads = [cv2.approxPolyDP(o, 0.05 * cv2.arcLength(o, True), True)[:, 0] for o in outlines]
    quads = [q for q in quads if len(q) == 4 and cv2.isContourConvex(q)]
    largest = max(quads, key=cv2.contourArea, default=None)
    return largest is not None and _overlap(largest + np.array([left, top], float), truth) >= _FOUND


def _overlap(a: Points, b: Points) -> float:
    first, second = a.astype(np.float32), b.astype(np.float32)
    both, _ = cv2.intersectConvexConvex(first, second)
    union = cv2.contourArea(first) + cv2.contourArea(second) - both
    return float(both / union) if union > 0.0 else 0.0


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 3) if hits else 0.0


def _at(values: list[float], part: int) -> float:
    return round(float(np.percentile(values, part)), 2) if values else -1.0
