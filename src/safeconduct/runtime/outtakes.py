"""A mission flown for its pictures: eyes on the truth, every round kept as a moment that can be filmed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal, NamedTuple

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Event, MissionOpened
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.runtime.campaign_mission import LIMIT_S, twin_settings
from safeconduct.runtime.driven import closed_and_settled, rounds, run
from safeconduct.runtime.mission import Mission, NoJournal
from safeconduct.sim import Scenario, ScriptedOperator, World
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.land import Land, lay_land
from safeconduct.sim.scene import Figure, Lens, Scene, Shot, View
from safeconduct.sim.studio import (
    FPS,
    MIDDLE_M,
    Chosen,
    Moment,
    around,
    between,
    candidates,
    carried,
    chosen,
    looking,
    shows,
)
from safeconduct.sim.twin import Autopilot, DirectAircraft

Views = Literal["drone", "around"]
_TRIES = 6  # for a random view in which the person is not hidden
_BESIDE_M = 150.0  # a camera that is farther from him than this films nobody


class _Keeps:
    def __init__(self, world: World, aircraft: DirectAircraft) -> None:
        self._world, self._aircraft = world, aircraft
        self.moments: list[Moment] = []

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:  # noqa: ARG002
        # No ground effect of building a scene: it draws no chance and changes nothing.
        self.moments.append(Moment(state.t_ns, self._world.scene(), self._aircraft.truth(), state.phase))


def moments_of(scenario: Scenario, seed: int) -> list[Moment]:
    """Every tenth of a second of the mission with that seed, from its first step to its end, at most 90 minutes."""
    plan = scenario.plan()
    settings = twin_settings(scenario, seed)
    aircraft, world = DirectAircraft(Autopilot(settings)), World(scenario, seed)
    mission, keeps = Mission(NoJournal()), _Keeps(world, aircraft)
    opening = MissionOpened(SIMULATED_START_NS, plan, scenario.settings(), scenario.name, seed, "direct")
    flight = rounds(mission, aircraft, world, ScriptedOperator(scenario, seed), (keeps,), opening)
    run(flight, closed_and_settled(mission), limit_s=LIMIT_S)
    return keeps.moments


class WorldOptions(NamedTuple):
    """seconds: of each clip. size: width × height, px."""

    scenario: str = "first-walk"
    seed: int = 1
    pictures: int = 120
    clips: int = 4
    seconds: float = 6.0
    size: str = "960x540"
    views: Views = "drone"


class Filmed(NamedTuple):
    scene: Scene
    shot: Shot


class Takes:
    """One mission, its land and one camera over it."""

    def __init__(self, options: WorldOptions, scenario: Scenario, lens: Lens) -> None:
        self.options, self.scenario, self.lens = options, scenario, lens
        self.moments = moments_of(scenario, options.seed)
        self.land: Land = lay_land(scenario.laid_ground, scenario.weather.season)
        self.camera = FilmCamera(self.land, scenario.weather, lens, options.seed)
        self._candidates = self._whom_to_film()

    def pick(self, count: int, salt: str) -> list[Chosen]:
        if not self._candidates:
            what = "nobody comes before the camera in this mission"
            raise BadInput(f"--scenario {self.options.scenario}", what, "try --views around, or another seed")
        return chosen(self._candidates, count, self.chance(salt))

    def chance(self, salt: str) -> Random:
        return Random(f"{self.options.seed} {salt}")

    def _whom_to_film(self) -> list[tuple[Chosen, Figure]]:
        everybody = candidates(self.moments)
        if self.options.views == "around":
            return everybody
        carrier = CarriedCamera(self.lens, self.options.seed)
        found = []
        for one, figure in everybody:
            moment = self.moments[one.at]
            p, body = moment.aircraft.position, figure.position
            near = abs(p.east - body.east) < _BESIDE_M and abs(p.north - body.north) < _BESIDE_M
            if near and moment.aircraft.flying and shows(carried(carrier, moment, figure), figure, self.lens):
                found.append((one, figure))
        return found

    def picture(self, one: Chosen, number: int) -> Filmed:
        moment = self.moments[one.at]
        figure = whom(moment.scene, one.key)
        if self.options.views == "drone":
            carrier = CarriedCamera(self.lens, self.options.seed)
            if one.at:  # how fast it turns shows in the blur
                carried(carrier, self.moments[one.at - 1], figure)
            return self._shoot(moment, carried(carrier, moment, figure))
        chance = self.chance(f"picture {number}")
        for _ in range(_TRIES):
            filmed = self._shoot(moment, around(figure, self.lens, self.land.height_m, chance))
            if any(label.key == one.key and label.seen >= 0.25 for label in filmed.shot.labels):
                break
        return filmed

    def clip(self, one: Chosen, number: int, seconds: float, take: Callable[[Filmed], None]) -> None:
        """From a second before the moment on; near the mission's end from as much earlier."""
        last_t_ns = self.moments[-1].t_ns
        first_t_ns = self.moments[0].t_ns
        length_ns = round(seconds * 1e9)
        begin_ns = max(min(self.moments[one.at].t_ns - 1_000_000_000, last_t_ns - length_ns), first_t_ns)
        carrier = CarriedCamera(self.lens, self.options.seed)
        chance = self.chance(f"clip {number}")
        standing: View | None = None
        at = next(i for i, m in enumerate(self.moments) if m.t_ns >= begin_ns)
        for frame in range(round(seconds * FPS)):
            t_ns = min(begin_ns + frame * 1_000_000_000 // FPS, last_t_ns)
            while at + 1 < len(self.moments) - 1 and self.moments[at + 1].t_ns <= t_ns:
                at += 1
            moment = between(self.moments[at], self.moments[at + 1], t_ns)
            figure = whom(moment.scene, one.key)
            if self.options.views == "drone":
                take(self._shoot(moment, carried(carrier, moment, figure)))
                continue
            if standing is None:
                standing = around(figure, self.lens, self.land.height_m, chance)
                begun = looking(standing, _middle(figure))
                off = standing.heading_deg - begun.heading_deg, standing.pitch_deg - begun.pitch_deg
            aimed = looking(standing, _middle(figure))
            aimed = aimed._replace(heading_deg=aimed.heading_deg + off[0], pitch_deg=aimed.pitch_deg + off[1])
            take(self._shoot(moment, aimed))

    def _shoot(self, moment: Moment, view: View) -> Filmed:
        return Filmed(moment.scene, self.camera.shoot(moment.scene, view, moment.t_ns))


def whom(scene: Scene, key: int) -> Figure:
    return next((f for f in scene.figures if f.key == key), scene.figures[0])


def _middle(figure: Figure) -> Enu:
    return figure.position._replace(up=figure.position.up + MIDDLE_M)
