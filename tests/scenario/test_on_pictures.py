"""A mission whose facts come from pictures: the camera films, the real eyes read, the human at the screen decides."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

import msgspec
import pytest

from safeconduct.model.events import Event, MissionOpened, Sighting, VideoHealth
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.model.vocabulary import Phase
from safeconduct.perception import Eyes
from safeconduct.runtime.driven import rounds, run
from safeconduct.runtime.mission import Mission, NoJournal
from safeconduct.runtime.pictures import Box, OnScreen, Pictures
from safeconduct.sim import World, load_scenario
from safeconduct.sim.at_the_screen import OperatorAtScreen
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.land import lay_land
from safeconduct.sim.scene import Lens
from safeconduct.sim.twin import Autopilot, DirectAircraft, TwinSettings, wind_of

SCENARIO = load_scenario("short-walk")


class Kept:
    """Journal, watcher and screen in one: everything that happened."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.events: list[Event] = []
        self.screens: list[OnScreen] = []
        self.truth: list[tuple[int, float, float]] = []


def fly(limit_s: float, until: Phase | None = None, lens: Lens | None = None) -> tuple[Mission, Kept]:
    lens = lens or Lens(width_px=640, height_px=360)
    kept = Kept()
    world, operator = World(SCENARIO, 1, "camera"), OperatorAtScreen(SCENARIO, 1)
    land = lay_land(SCENARIO.laid_ground, SCENARIO.weather.season)

    def look(shown: OnScreen) -> list[Box]:
        return operator.look(shown.t_ns, shown.shot, [(one.track, one.box) for one in shown.seen], shown.scene)

    pictures = Pictures(
        FilmCamera(land, SCENARIO.weather, lens, 1),
        CarriedCamera(lens, 1),
        Eyes(doubting=True),
        SCENARIO.laid_ground.field_m,
        world.scene,
        [kept.screens.append],
        look,
    )

    class Keeps(NoJournal):
        def append(self, values: object) -> None:
            kept.entries.append(msgspec.json.encode(values))

    class Watches:
        def watch(self, events: object, commands: object, state: object) -> None:
            assert isinstance(events, list)
            kept.events += events
            truth = world.truth()
            kept.truth.append((mission.state.t_ns, truth.position.east, truth.position.north))

    plan = SCENARIO.plan()
    mission = Mission(Keeps())
    autopilot = Autopilot(TwinSettings(home=plan.anchor, seed=1, wind=wind_of(3.0, 285.0)))
    opening = MissionOpened(SIMULATED_START_NS, plan, Settings(), SCENARIO.name, 1, "direct", eyes="camera")
    flight = rounds(mission, DirectAircraft(autopilot), world, operator, (Watches(), pictures), opening, pictures)
    try:
        run(flight, lambda: until is not None and mission.state.phase is until, limit_s=limit_s)
    finally:
        pictures.close()
    return mission, kept


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_person_who_pleads_is_found_in_the_pictures_placed_and_talked_to() -> None:
    mission, kept = fly(60.0, Phase.PARLEY)
    assert mission.state.phase is Phase.PARLEY
    assert mission.state.protected
    assert mission.verdict.breaches == []
    person = mission.state.person
    assert person is not None
    seen = [e for e in kept.events if isinstance(e, Sighting) and e.track == person.track]
    assert len(seen) > 20
    where = {t: (e, n) for t, e, n in kept.truth}
    off_m = sorted(
        hypot(s.position.east - where[s.t_ns][0], s.position.north - where[s.t_ns][1]) for s in seen if s.t_ns in where
    )
    assert off_m[len(off_m) // 2] < 2.5, "a man in a trench that is on no map seems nearer"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_same_seed_gives_the_same_pictures_and_the_same_mission() -> None:
    (_, first), (_, second) = fly(14.0), fly(14.0)
    assert first.entries == second.entries
    assert len(first.screens) > 50
    assert all((a.shot.picture == b.shot.picture).all() for a, b in zip(first.screens, second.screens, strict=True))


@pytest.mark.timeout(120)
def test_lost_pictures_make_the_picture_old_and_the_mission_knows() -> None:
    lens = Lens(width_px=160, height_px=90, drops=0.5, rate_hz=1.0)
    _, kept = fly(25.0, lens=lens)
    health = [e for e in kept.events if isinstance(e, VideoHealth)]
    assert any(not e.ok and e.age_s > 1.0 for e in health)
    assert any(e.ok for e in health)
    assert all(b.t_ns - a.t_ns <= 1.1 * NS for a, b in pairwise(health))
