"""`safeconduct bench signs`: cardboard held up on open ground, found and straightened, beside a naive anchor.

The anchor takes the largest bright quadrilateral of the same part of the picture (Otsu's threshold, an outline with
four corners), as a first attempt would. A look is timed in milliseconds of the processor, as machines are busy.
"""

from __future__ import annotations

import time
from itertools import product
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture
from safeconduct.perception import Picture
from safeconduct.perception.sign_looks import held_signs
from safeconduct.perception.straightening import READABLE_PX
from safeconduct.sim.camera import FilmCamera, Pinhole
from safeconduct.sim.figure import sign_corners
from safeconduct.sim.scene import Build, Cloth, Figure, Garb, Held, Lens, Scene, Weather
from safeconduct.sim.studio import MIDDLE, at_height, open_ground

TALL_PX = (60.0, 100.0, 160.0, 250.0)
ELEVATIONS_DEG = (20.0, 35.0, 50.0)
WORDS = ("300", "HELP", "СДАЮСЬ", "WE ARE FIVE")
_GARBS = (
    Garb(helmet=True, vest=True),
    Garb(build=Build.WOMAN, jacket=Cloth.BLUE, trousers=Cloth.GREY),
    Garb(jacket=Cloth.WHITE),
    Garb(jacket=Cloth.BROWN, trousers=Cloth.BROWN, bag=True),
)
_WEATHERS = (Weather(), Weather(overcast=1.0), Weather(sun_up_deg=7.0, overcast=0.6))
_ASIDE_DEG = (0.0, 30.0, -45.0, 15.0, -20.0)  # off the holder's front
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


def bench_signs(short: bool = False) -> dict[str, Any]:
    """Returns name, figures, baseline and ratio (share found over that of the anchor)."""
    land = open_ground()
    cameras = [FilmCamera(land, weather, _LENS, 1 + k) for k, weather in enumerate(_WEATHERS)]
    results: dict[str, list[_Result]] = {}
    for number, (tall_px, down_deg, words) in enumerate(product(TALL_PX, ELEVATIONS_DEG, WORDS)):
        if short and number % 4:
            continue
        figure = Figure(1 + number % 5, _GARBS[number % 4], MIDDLE, 220.0, act_s=9.0)
        figure = figure._replace(gesture=Gesture.SIGN, gesture_s=2.0, held=Held.SIGN, sign=words)
        view = at_height(figure, _ASIDE_DEG[number % 5], down_deg, tall_px, _LENS)
        shot = cameras[number % 3].shoot(Scene(9.0, (figure,)), view, NS + number * NS)
        corners = sign_corners(figure._replace(position=figure.position._replace(up=land.height_m(*MIDDLE[:2]))))
        truth = Pinhole(view, _LENS.width_px, _LENS.height_px).project(corners)[:, :2].astype(np.float64)
        result = _looked(shot.picture, shot.labels[0].box, truth)
        for kind in ("all", f"{tall_px:.0f} px", f"{down_deg:.0f} deg", words):
            results.setdefault(kind, []).append(result)
    every = results.pop("all")
    found, naive = (_share([getattr(r, what) for r in every]) for what in ("found", "naive"))
    off = [r.off_px for r in every if r.found]
    ms = [r.ms for r in every]
    figures = {
        "signs": len(every),
        "found": found,
        "found_by": {kind: _share([r.found for r in many]) for kind, many in results.items()},
        "corners_off_px": {"p50": _at(off, 50), "p90": _at(off, 90)},
        "readable_by": {kind: _share([r.readable for r in many]) for kind, many in results.items() if "px" in kind},
        "false_a_picture": round(sum(r.false for r in every) / len(every), 3),
        "ms_a_look": {"p50": _at(ms, 50), "p95": _at(ms, 95)},
    }
    return {
        "name": "signs",
        "figures": figures,
        "baseline": {"largest_bright_quadrilateral_found": naive},
        "ratio": round(found / max(naive, 1.0 / len(every)), 2),
    }


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
