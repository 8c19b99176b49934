"""A mission on pictures: the camera films the world, the eyes read the film, and only what they read becomes a fact.

One picture is drawn while the eyes still read the one before, as it is with a real camera and its late link; driven
time waits for both, so a slow machine is slow and never wrong. Nothing of the world's truth passes here but through the
lens (and to the stand-in of a human who looks at the same screen).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, Protocol

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.model.mission_time import NS, seconds_between
from safeconduct.perception import Aiming, Eyes, Heights, Seen
from safeconduct.runtime.mission_signs import MissionSigns
from safeconduct.runtime.reading import STALE_S, Box, PictureReading
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.scene import Scene, Shot, View
from safeconduct.sim.seen import AircraftTruth

__all__ = ["STALE_S", "Box", "Films", "OnScreen", "Pictures"]


class Films(Protocol):
    """What draws a scene as a camera that is held so would see it: `sim.camera.FilmCamera`."""

    def shoot(self, scene: Scene, view: View, t_ns: int) -> Shot: ...


class OnScreen(NamedTuple):
    """What stands on the crew's screen: a picture, what the eyes draw on it, and the scene that was filmed."""

    t_ns: int
    shot: Shot
    seen: tuple[Seen, ...]
    scene: Scene


class _Awaited(NamedTuple):
    arrives_t_ns: int
    scene: Scene
    shot: Future[Shot]


class Pictures:
    """The camera, the eyes and the gimbal of one mission.

    scene: what is there to be filmed, asked for at each picture. shown: called with everything that reaches the screen.
    human: looks at it too, and draws boxes about people whom the eyes miss. signs: what the followed one shows to read.
    """

    def __init__(
        self,
        films: Films,
        camera: CarriedCamera,
        eyes: Eyes,
        heights: Heights,
        scene: Callable[[], Scene],
        shown: Sequence[Callable[[OnScreen], None]] = (),
        human: Callable[[OnScreen], list[Box]] | None = None,
        signs: MissionSigns | None = None,
    ) -> None:
        self._films = films
        self._camera = camera
        self._scene = scene
        self._shown = shown
        self._human = human
        lens = camera.lens
        self._reading = PictureReading(eyes, heights, signs)
        self._aiming = Aiming(lens.hfov_deg, lens.width_px, lens.height_px)
        self._drawing = ThreadPoolExecutor(1, thread_name_prefix="camera")
        self._awaited: deque[_Awaited] = deque()
        self._aimed_t_ns = 0

    def look(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        """What became known from pictures by t_ns, with the aircraft where it is now. Waits for the drawing."""
        self._point(t_ns, aircraft)
        if self._camera.due(t_ns):
            self._film(t_ns, aircraft)
        events: list[Event] = []
        while self._awaited and self._awaited[0].arrives_t_ns <= t_ns:
            awaited = self._awaited.popleft()
            events += self._read(t_ns, awaited.shot.result(), awaited.scene, aircraft)
        events += self._reading.health(t_ns)
        return events

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        self._reading.watch(events, commands, state)

    def close(self) -> None:
        self._drawing.shutdown(wait=True, cancel_futures=True)
        self._reading.close()

    def _point(self, t_ns: int, aircraft: AircraftTruth) -> None:
        dt_s = min(seconds_between(self._aimed_t_ns, t_ns), 1.0) if self._aimed_t_ns else 0.0
        self._aimed_t_ns = t_ns
        self._aiming.move(t_ns / NS, dt_s, aircraft.position, self._reading.place())

    def _film(self, t_ns: int, aircraft: AircraftTruth) -> None:
        view = self._camera.held(t_ns, aircraft, self._aiming.aim.pitch_deg, self._aiming.aim.hfov_deg)
        arrives_t_ns = self._camera.arrives_t_ns(t_ns)
        if arrives_t_ns is None:
            return
        scene = self._scene()
        self._awaited.append(_Awaited(arrives_t_ns, scene, self._drawing.submit(self._films.shoot, scene, view, t_ns)))

    def _read(self, t_ns: int, shot: Shot, scene: Scene, aircraft: AircraftTruth) -> list[Event]:
        seen, events = self._reading.take(t_ns, shot.picture, shot.t_ns, shot.view, flying=aircraft.flying)
        kept = self._reading.kept_in_view(seen)
        if kept is not None:
            self._aiming.seen(t_ns / NS, kept.box, kept.height_px, shot.view)
        screen = OnScreen(t_ns, shot, tuple(seen), scene)
        for take in self._shown:
            take(screen)
        for box in self._human(screen) if self._human is not None and aircraft.flying else ():
            self._reading.attend(shot.picture, shot.t_ns, box)
        return events
