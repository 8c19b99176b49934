"""What the default eyes make of a rendered person on open ground: found, wrists, place on the ground."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot
from typing import Any, NamedTuple

import numpy as np

from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture
from safeconduct.perception import Eyes, Following, PersonDetector, look, tiles
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Build, Cloth, Figure, Garb, Label, Lens, Scene, Shot
from safeconduct.sim.studio import DAY, MIDDLE, at_height, open_ground

GESTURES: tuple[Gesture | None, ...] = (None, Gesture.HANDS_UP, Gesture.ARMS_CROSSED)
ELEVATIONS_DEG = (20.0, 30.0, 45.0)
TALL_PX = 100.0
_GARBS = (
    Garb(),
    Garb(jacket=Cloth.CAMOUFLAGE, trousers=Cloth.CAMOUFLAGE, helmet=True, vest=True),
    Garb(build=Build.WOMAN, jacket=Cloth.BLUE, trousers=Cloth.GREY),
    Garb(jacket=Cloth.BROWN, trousers=Cloth.BLACK, bag=True),
)
_FACINGS_DEG = (0.0, 35.0, -50.0, 15.0)  # off the camera, the same for each garb
_ALONE_EVERY = 5  # the detector alone looks at every tile, which is slow
_IOU = 0.4  # the detector's boxes cut raised arms off
_WRISTS, _WITHIN = (9, 10), 0.1


class Clip(NamedTuple):
    """One person on open ground shows one gesture after the other; a camera drifts slowly about him."""

    elevation_deg: float
    garb: int


def clips(short: bool) -> Iterator[Clip]:
    for number, elevation in enumerate(ELEVATIONS_DEG):
        for garb in [number] if short else range(len(_GARBS)):
            yield Clip(elevation, garb)


def shots(clip: Clip, land: Land, lens: Lens, each_s: float) -> Iterator[tuple[Shot, Figure]]:
    """Pictures at the lens's rate: he stands, then each gesture, each for each_s; one takes him half a second."""
    camera = FilmCamera(land, DAY, lens, 1 + clip.garb)
    for number in range(round(each_s * lens.rate_hz) * len(GESTURES)):
        t_s = number / lens.rate_hz
        turn = int(t_s / each_s + 1e-6)
        gesture = GESTURES[turn]
        figure = Figure(1, _GARBS[clip.garb], MIDDLE, 250.0, act_s=9.0 + t_s, gesture=gesture)
        if gesture is not None:
            figure = figure._replace(gesture_s=0.5 + t_s - turn * each_s)
        view = at_height(figure, _FACINGS_DEG[clip.garb] + 2.0 * t_s, clip.elevation_deg, TALL_PX, lens)
        # The lens looks past him: eyes that only look at the middle would be found out.
        view = view._replace(heading_deg=view.heading_deg + 0.15 * view.hfov_deg)
        yield camera.shoot(Scene(t_s, (figure,)), view, NS + round(t_s * NS)), figure


def eyes_on_open_ground(short: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures of the eyes as the mission uses them, from the first picture on, and of the detector alone."""
    land, lens = open_ground(), Lens()
    detector = PersonDetector()
    every_tile = tiles(lens.width_px, lens.height_px, detector.size_px)
    found: dict[str, list[bool]] = {"all": []}
    wrists: dict[str, list[bool]] = {"all": []}
    either: list[bool] = []
    alone: list[bool] = []
    late: list[int] = []
    off_m: list[float] = []
    for clip in clips(short):
        eyes, following = Eyes(), Following(land.height_m)
        unseen = 0
        for number, (shot, figure) in enumerate(shots(clip, land, lens, 3.0 if short else 5.0)):
            label = shot.labels[0]
            seen = eyes.step(shot.picture, shot.t_ns)
            best = max(seen, key=lambda one: overlap(one.box, label.box), default=None)
            hit = best is not None and overlap(best.box, label.box) >= _IOU
            if number % _ALONE_EVERY == 0:
                boxes = [f[:4] for f in look(detector, shot.picture, every_tile)]
                alone.append(any(overlap(box, label.box) >= _IOU for box in boxes))
            kinds = ("all", str(figure.gesture or "standing"), f"{clip.elevation_deg:.0f} deg")
            for kind in kinds:
                found.setdefault(kind, []).append(hit)
            if best is None or not hit:
                unseen += unseen == number
                continue
            if best.joints is not None:
                held = [(j.x, j.y) for j in best.joints]
                shown = [i for i in _WRISTS if label.joints[i].visible == 2]
                near = [_near(held[i], label, i) for i in shown]
                # Crossed arms are often read with left and right exchanged, at the right places.
                either += [any(_near(held[k], label, i) for k in _WRISTS) for i in shown]
                for kind in kinds:
                    wrists.setdefault(kind, []).extend(near)
            for sighting in following.take(shot.t_ns, [best], shot.view, lens.width_px, lens.height_px):
                p = sighting.position
                off_m.append(hypot(p.east - figure.position.east, p.north - figure.position.north))
        late.append(unseen)
    p50, p95 = np.percentile(off_m, [50, 95]) if off_m else (-1.0, -1.0)
    figures = {
        "pictures": len(found["all"]),
        "found": _share(found.pop("all")),
        "found_by": {kind: _share(hits) for kind, hits in found.items()},
        "pictures_until_found": max(late),
        "wrists": _share(wrists.pop("all")),
        "wrists_either_side": _share(either),
        "wrists_by": {kind: _share(near) for kind, near in wrists.items()},
        "ground_error_m": {"p50": round(float(p50), 2), "p95": round(float(p95), 2)},
    }
    return figures, {"found": _share(alone), "looks": len(every_tile)}


def _near(place: tuple[float, float], label: Label, joint: int) -> bool:
    """Within a tenth of the height at which he would stand."""
    truth = label.joints[joint]
    return hypot(place[0] - truth.x, place[1] - truth.y) <= _WITHIN * TALL_PX


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection over union of two boxes (left, top, right, bottom)."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0.0 or high <= 0.0:
        return 0.0
    both = wide * high
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 3) if hits else 0.0
