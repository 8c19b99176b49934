"""A mission on pictures: the camera films the world, the eyes read the film, and only what they read becomes a fact.

One picture is drawn while the eyes still read the one before, as it is with a real camera and its late link; driven
time waits for both, so a slow machine is slow and never wrong. Nothing of the world's truth passes here but through the
lens (and to the stand-in of a human who looks at the same screen).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from math import hypot
from typing import NamedTuple, Protocol

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Choice, Event, Impact, VideoHealth
from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.mission_time import NS, seconds_between
from safeconduct.model.vocabulary import Decision
from safeconduct.perception import (
    FROZEN_S,
    Aiming,
    BurstSeen,
    BurstWatch,
    Eyes,
    Following,
    FrozenWatch,
    Heights,
    Seen,
    on_ground,
)
from safeconduct.runtime.mission_signs import MissionSigns
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.scene import Scene, Shot, View
from safeconduct.sim.seen import AircraftTruth

STALE_S = 1.0
_SAME_IMPACT_M, _SAME_IMPACT_S = 15.0, 10.0
Box = tuple[float, float, float, float]


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
        self._eyes = eyes
        self._scene = scene
        self._shown = shown
        self._human = human
        self._signs = signs
        lens = camera.lens
        self._heights = heights
        self._following = Following(heights)
        self._bursts = BurstWatch(heights)
        self._impacts: list[Impact] = []  # of the last seconds
        self._aiming = Aiming(lens.hfov_deg, lens.width_px, lens.height_px)
        self._drawing = ThreadPoolExecutor(1, thread_name_prefix="camera")
        self._awaited: deque[_Awaited] = deque()
        self._look_at = ZERO
        self._aimed_t_ns = 0
        self._newest_t_ns = 0  # of the last picture that was taken anew: a frozen one ages
        self._frozen = FrozenWatch()
        self._ok = False
        self._told_t_ns = 0

    def look(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        """What became known from pictures by t_ns, with the aircraft where it is now. Waits for the drawing."""
        self._point(t_ns, aircraft)
        if self._camera.due(t_ns):
            self._film(t_ns, aircraft)
        events: list[Event] = []
        while self._awaited and self._awaited[0].arrives_t_ns <= t_ns:
            awaited = self._awaited.popleft()
            events += self._read(t_ns, awaited.shot.result(), awaited.scene, aircraft)
        events += self._health(t_ns)
        return events

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:  # noqa: ARG002
        """Follow whom the mission follows: the operator's choice as the core took it."""
        if state.plan is not None:
            self._look_at = state.plan.start
        if state.person is not None:
            self._following.select(state.person.track)
        for event in events:
            if not isinstance(event, Choice) or event.decision is not Decision.CONFIRM_PERSON:
                continue
            if event.option == "no" and event.track is not None:
                self._following.refuse(event.track)

    def close(self) -> None:
        self._drawing.shutdown(wait=True, cancel_futures=True)
        if self._signs is not None:
            self._signs.close()

    def _point(self, t_ns: int, aircraft: AircraftTruth) -> None:
        dt_s = min(seconds_between(self._aimed_t_ns, t_ns), 1.0) if self._aimed_t_ns else 0.0
        self._aimed_t_ns = t_ns
        last = self._following.place(self._following.track)
        self._aiming.move(t_ns / NS, dt_s, aircraft.position, last if last is not None else self._look_at)

    def _film(self, t_ns: int, aircraft: AircraftTruth) -> None:
        view = self._camera.held(t_ns, aircraft, self._aiming.aim.pitch_deg, self._aiming.aim.hfov_deg)
        arrives_t_ns = self._camera.arrives_t_ns(t_ns)
        if arrives_t_ns is None:
            return
        scene = self._scene()
        self._awaited.append(_Awaited(arrives_t_ns, scene, self._drawing.submit(self._films.shoot, scene, view, t_ns)))

    def _read(self, t_ns: int, shot: Shot, scene: Scene, aircraft: AircraftTruth) -> list[Event]:
        frozen_s = self._frozen.take(shot.picture, shot.t_ns)
        self._newest_t_ns = shot.t_ns - (round(frozen_s * NS) if frozen_s >= FROZEN_S else 0)
        seen: list[Seen] = []
        events: list[Event] = []
        if aircraft.flying:
            high, wide = shot.picture.shape[:2]
            self._eyes.mind(self._following.track)
            seen = self._eyes.step(shot.picture, shot.t_ns)
            if self._signs is not None:
                at = self._keep_in_view(seen)
                seen, told = self._signs.look(t_ns, shot.picture, shot.t_ns, seen, at, shot.view)
                events += told
            events += self._following.take(t_ns, seen, shot.view, wide, high)
            boxes = [one.box for one in seen]
            for burst in self._bursts.take(shot.picture, shot.t_ns, boxes, self._eyes.last_motion(), shot.view):
                events += self._impact(t_ns, burst, shot)
            kept = self._keep_in_view(seen)
            if kept is not None:
                self._aiming.seen(t_ns / NS, kept.box, kept.height_px, shot.view)
        screen = OnScreen(t_ns, shot, tuple(seen), scene)
        for take in self._shown:
            take(screen)
        for box in self._human(screen) if self._human is not None and aircraft.flying else ():
            self._eyes.attend(shot.picture, shot.t_ns, box)
        return events

    def _impact(self, t_ns: int, burst: BurstSeen, shot: Shot) -> list[Event]:
        """A burst becomes an impact where its foot stands on the ground, once."""
        high, wide = shot.picture.shape[:2]
        place = on_ground(shot.view, burst.x, min(burst.y, high - 1.0), wide, high, self._heights)
        self._impacts = [i for i in self._impacts if seconds_between(i.t_ns, t_ns) <= _SAME_IMPACT_S]
        known = (i.position for i in self._impacts)
        if place is None or any(hypot(k.east - place.east, k.north - place.north) <= _SAME_IMPACT_M for k in known):
            return []
        impact = Impact(t_ns, place, "eyes")
        self._impacts.append(impact)
        return [impact]

    def _keep_in_view(self, seen: list[Seen]) -> Seen | None:
        """Whom the gimbal keeps in the middle: the followed person; until one is selected, who is nearest to where
        somebody is expected. While the followed one is lost nobody else draws the camera away from his place."""
        track = self._following.track
        if track is not None:
            return next((one for one in seen if one.track == track), None)

        def away_m(one: Seen) -> float:
            place = self._following.place(one.track) or Enu(1e6, 1e6, 0.0)
            return (place.east - self._look_at.east) ** 2 + (place.north - self._look_at.north) ** 2

        return min(seen, key=away_m, default=None)

    def _health(self, t_ns: int) -> list[Event]:
        age_s = seconds_between(self._newest_t_ns, t_ns) if self._newest_t_ns else 0.0
        ok = bool(self._newest_t_ns) and age_s <= STALE_S
        if ok == self._ok and seconds_between(self._told_t_ns, t_ns) < 1.0:
            return []
        self._ok, self._told_t_ns = ok, t_ns
        return [VideoHealth(t_ns, ok, round(age_s, 2))]
