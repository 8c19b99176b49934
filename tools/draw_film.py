"""Draws the stills and the short film of the documents from a first walk (seed 1), flown with eyes on the truth.

python tools/draw_film.py                # docs/pictures/world-*.jpg, first-walk.webp
python tools/draw_film.py --gestures     # docs/pictures/gestures-*.jpg as well
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import msgspec
import numpy as np

from safeconduct.model.vocabulary import Gesture, Phase
from safeconduct.runtime.outtakes import moments_of
from safeconduct.runtime.world import run_gestures
from safeconduct.sim import Scenario, load_scenario
from safeconduct.sim.camera import FilmCamera, Pinhole
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.land import Land, lay_land
from safeconduct.sim.scene import Act, Lens, Picture, Shot
from safeconduct.sim.studio import Moment, between, carried, shows

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
STILL_BYTES, FILM_BYTES = 120_000, 1_500_000
FPS, PERSON = 10, 1
_TRIED = 24
_BEFORE = frozenset({Phase.WATCH, Phase.OFFERED, Phase.DISCERNED, Phase.PARLEY})


class Part(NamedTuple):
    """name: of a still; "" is in the film only. seconds: of the film."""

    name: str
    fits: Callable[[Moment], bool]
    seconds: float


def _does(moment: Moment, *acts: Act) -> bool:
    return moment.scene.figures[0].act in acts and moment.scene.figures[0].act_s > 1.0


def _pleads(moment: Moment) -> bool:
    person = moment.scene.figures[0]
    pleas = {Gesture.HANDS_UP, Gesture.ARMS_CROSSED}
    return person.gesture in pleas and person.gesture_s > 0.6 and moment.phase in _BEFORE


PARTS = (
    Part("plea", _pleads, 2.0),
    Part("note", lambda m: _does(m, Act.READ), 1.2),
    Part("walk", lambda m: _does(m, Act.WALK) and m.phase is Phase.LEAD and m.scene.figures[0].strode_m > 350.0, 2.0),
    Part("", lambda m: any(0.3 < burst.age_s < 2.5 for burst in m.scene.bursts), 1.6),
    Part("reception", lambda m: _does(m, Act.KNEEL, Act.HANDS_ON_HEAD) and m.phase is Phase.RECEPTION, 1.4),
)


class Set:
    """The flown mission and a camera of one size over it. zoom: closer than the mission's own gimbal."""

    def __init__(self, scenario: Scenario, land: Land, moments: list[Moment], lens: Lens, zoom: float) -> None:
        self.moments, self.lens, self._zoom = moments, lens, zoom
        self._camera = FilmCamera(land, scenario.weather, lens, 1)
        self._carrier = CarriedCamera(lens, 1)

    def shot(self, moment: Moment) -> Shot | None:
        """None: the aircraft's nose points elsewhere."""
        person = moment.scene.figures[0]
        view = carried(self._carrier, moment, person)
        view = view._replace(hfov_deg=view.hfov_deg / self._zoom)
        return self._camera.shoot(moment.scene, view, moment.t_ns) if shows(view, person, self.lens) else None

    def _company(self, moment: Moment, shot: Shot | None) -> int:
        """How much else of the story is in the picture, at most 2: other people, a shell that just fell."""
        if shot is None:
            return 0
        pinhole = Pinhole(shot.view, self.lens.width_px, self.lens.height_px)
        young = [burst.position for burst in moment.scene.bursts if burst.age_s < 4.0]
        fell = pinhole.project(np.array(young)).tolist() if young else []
        wide, high = self.lens.width_px, self.lens.height_px
        inside = sum(0 < x < wide and 0.05 * high < y < high and z > 1.0 for x, y, z in fell)
        others = sum(one.key != PERSON and one.seen > 0.5 for one in shot.labels)
        return min(inside + others, 2)

    def best(self, part: Part) -> int:
        """Where he is seen best: nothing hides him, and he stands near the middle of the picture."""
        fitting = [i for i, moment in enumerate(self.moments) if part.fits(moment) and moment.aircraft.flying]
        scores = []
        for i in fitting[:: max(1, len(fitting) // _TRIED)]:
            shot = self.shot(self.moments[i])
            for one in shot.labels if shot is not None else ():
                if one.key == PERSON:
                    off = abs((one.box[0] + one.box[2]) / 2.0 - self.lens.width_px / 2.0) / self.lens.width_px
                    scores.append((round(one.seen - off + 0.5 * self._company(self.moments[i], shot), 3), i))
        if not scores:
            sys.exit(f"no moment of the walk fits {part.name or 'the shell'}")
        return max(scores)[1]


def film(of: Set, at: int, seconds: float) -> Iterator[Picture]:
    """From half of it before the moment to half of it after, ten pictures a second."""
    begin = max(of.moments[at].t_ns - round(seconds * 5e8), of.moments[0].t_ns)
    for number in range(round(seconds * FPS)):
        t_ns = begin + number * 1_000_000_000 // FPS
        i = max(i for i, moment in enumerate(of.moments[:-1]) if moment.t_ns <= t_ns)
        shot = of.shot(between(of.moments[i], of.moments[i + 1], min(t_ns, of.moments[i + 1].t_ns)))
        if shot is not None:
            yield shot.picture


def walk() -> None:
    scenario = load_scenario("first-walk")
    land, moments = lay_land(scenario.laid_ground, scenario.weather.season), moments_of(scenario, 1)
    large = Set(scenario, land, moments, scenario.lens, 1.4)
    small = Set(scenario, land, moments, msgspec.structs.replace(scenario.lens, width_px=480, height_px=270), 1.3)
    frames: list[Picture] = []
    for part in PARTS:
        at = large.best(part)
        frames += film(small, at, part.seconds)
        shot = large.shot(moments[at])
        if part.name and shot is not None:
            keep(PICTURES / f"world-{part.name}.jpg", shot.picture)
    animation = cv2.Animation()
    animation.frames, animation.durations = frames, [1000 // FPS] * len(frames)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "film.webp"
        for quality in (60, 45, 30, 20):
            cv2.imwriteanimation(str(made), animation, [cv2.IMWRITE_WEBP_QUALITY, quality])
            if made.stat().st_size <= FILM_BYTES:
                break
        shutil.copyfile(made, PICTURES / "first-walk.webp")
    print(f"first-walk.webp: {len(frames)} pictures, {(PICTURES / 'first-walk.webp').stat().st_size} bytes")


def keep(path: Path, picture: Picture) -> None:
    """As good as STILL_BYTES allow."""
    for quality in range(90, 30, -5):
        data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        if len(data) <= STILL_BYTES:
            break
    path.write_bytes(data.tobytes())
    print(f"{path.name}: {len(data)} bytes")


def gestures() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        run_gestures(Path(scratch))
        for made in sorted(Path(scratch).glob("gestures-*.jpg")):
            shutil.copyfile(made, PICTURES / made.name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--gestures", action="store_true", help="the contact sheets of the gestures as well")
    given = parser.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    walk()
    if given.gestures:
        gestures()


if __name__ == "__main__":
    main()
