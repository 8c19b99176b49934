"""What a rehearsal on pictures needs: the land laid out, the camera, the eyes, and the film that is kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import cv2
import msgspec

from safeconduct.model.events import Event
from safeconduct.perception import Eyes
from safeconduct.runtime.frame_marks import frame_mark, plan_frame
from safeconduct.runtime.mission_signs import HINT_AFTER_S, MissionSigns
from safeconduct.runtime.pictures import Box, OnScreen, Pictures
from safeconduct.runtime.sign_reading import sign_reader
from safeconduct.runtime.stage import Stage
from safeconduct.sim import World
from safeconduct.sim.at_the_screen import OperatorAtScreen
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.land import lay_land
from safeconduct.sim.scene import Scene
from safeconduct.sim.seen import AircraftTruth
from safeconduct.witness import Film

if TYPE_CHECKING:
    from safeconduct.runtime.page import OpenPage


class _Scenes:
    """The scene that is to be filmed: asked of the world in its own thread, drawn in another."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.held: Scene | None = None

    def now(self) -> Scene:
        return self.held if self.held is not None else self._world.scene()

    def hold(self) -> None:
        self.held = self._world.scene()


class LivePictures:
    """Pictures on the wall clock: drawing and reading go on in a thread, rounds take what is finished."""

    def __init__(self, pictures: Pictures, scenes: _Scenes) -> None:
        self._pictures = pictures
        self._scenes = scenes
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="eyes")
        self._under_way: Future[list[Event]] | None = None

    def look(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        """What was read since the last round; raises what went wrong in the thread."""
        events: Sequence[Event] = ()
        if self._under_way is not None:
            if not self._under_way.done():
                return []
            events = self._under_way.result()
        self._scenes.hold()
        self._under_way = self._reading.submit(self._pictures.look, t_ns, aircraft)
        return [msgspec.structs.replace(event, t_ns=t_ns) for event in events]

    def close(self) -> None:
        self._reading.shutdown(wait=True, cancel_futures=True)


class FilmSet:
    """pictures: for driven time. live: the same for the wall clock, where nobody may wait."""

    def __init__(self, pictures: Pictures, film: Film, scenes: _Scenes) -> None:
        self.pictures = pictures
        self.film = film
        self.live = LivePictures(pictures, scenes)


@contextmanager
def film_set(stage: Stage, *, say: bool, page: OpenPage | None = None) -> Iterator[FilmSet]:
    """Set up for a stage whose eyes are on pictures; `page` shows them too. Raises BadInput."""
    if say:
        sys.stderr.write("laying the land …\n")
    scenario, world = stage.scenario, stage.world
    ground = scenario.laid_ground
    land = lay_land(ground, scenario.weather.season)
    # Drawing and reading go on side by side: neither may take all the processors for every small step.
    cv2.setNumThreads(max(1, (os.cpu_count() or 2) // 2))
    film = Film(stage.recorder.folder, scenario.lens.rate_hz, durable=stage.recorder.durable)
    stage.recorder.vouch_for_film(film.head)
    scenes = _Scenes(world)

    def keep(screen: OnScreen) -> None:
        film.take(
            screen.shot.picture,
            screen.t_ns,
            frame_mark(screen.t_ns, screen.shot.t_ns, screen.shot.view, plan_frame(stage.recorder.folder)),
        )

    def to_page(screen: OnScreen) -> None:
        if page is not None:
            page.reel.show(screen.shot.t_ns, screen.shot.picture, screen.seen)

    def look(screen: OnScreen) -> list[Box]:
        drawn: list[Box] = []
        if isinstance(stage.operator, OperatorAtScreen):
            boxes = [(one.track, one.box) for one in screen.seen]
            drawn = stage.operator.look(screen.t_ns, screen.shot, boxes, screen.scene)
        if page is None:
            return drawn
        high, wide = screen.shot.picture.shape[:2]
        by_hand = [(x1 * wide, y1 * high, x2 * wide, y2 * high) for x1, y1, x2, y2 in page.desk.take_boxes()]
        return [*(drawn if page.desk.simulated_decides else []), *by_hand]

    pictures = Pictures(
        FilmCamera(land, scenario.weather, scenario.lens, stage.seed),
        CarriedCamera(scenario.lens, stage.seed),
        Eyes(doubting=True),
        ground.field_m,  # as a map has it: no trench, no crater
        scenes.now,
        [keep, to_page],
        look,
        MissionSigns(stage.recorder.folder, sign_reader("auto", 0.8 * HINT_AFTER_S), ground.field_m),
    )
    filmed = FilmSet(pictures, film, scenes)
    try:
        yield filmed
    finally:
        filmed.live.close()
        pictures.close()
        film.close()
        if film.trouble:
            sys.stderr.write(f"warning: {film.trouble}; the log is whole\n")
