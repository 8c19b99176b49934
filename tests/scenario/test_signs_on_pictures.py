"""Somebody shows words on cardboard and a white cloth: the eyes alone say so, and the operator gets to read it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from safeconduct.model.commands import Alert, Command, PhaseEntered, Propose
from safeconduct.model.events import Event, MissionOpened, SignSeen
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.model.vocabulary import Decision, Phase
from safeconduct.perception import Eyes
from safeconduct.runtime.driven import rounds, run
from safeconduct.runtime.mission import Mission, NoJournal
from safeconduct.runtime.mission_signs import MissionSigns
from safeconduct.runtime.pictures import Pictures
from safeconduct.sim import ScriptedOperator, World, load_scenario
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.land import lay_land
from safeconduct.sim.scene import Lens
from safeconduct.sim.twin import Autopilot, DirectAircraft, TwinSettings, wind_of

SCENARIO = load_scenario("held-sign")


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_words_on_cardboard_reach_an_operator_who_knows_only_what_the_eyes_tell(tmp_path: Path) -> None:
    lens = Lens(width_px=640, height_px=360)
    world, operator = World(SCENARIO, 1, "camera"), ScriptedOperator(SCENARIO, 1)
    land = lay_land(SCENARIO.laid_ground, SCENARIO.weather.season)
    heights = SCENARIO.laid_ground.field_m
    film, camera = FilmCamera(land, SCENARIO.weather, lens, 1), CarriedCamera(lens, 1)
    signs = MissionSigns(tmp_path, heights=heights)
    pictures = Pictures(film, camera, Eyes(doubting=True), heights, world.scene, signs=signs)
    seen: list[SignSeen] = []
    said: list[Command] = []

    class Watches:
        def watch(self, events: list[Event], commands: list[Command], state: object) -> None:
            seen.extend(event for event in events if isinstance(event, SignSeen))
            said.extend(commands)

    plan = SCENARIO.plan()
    mission = Mission(NoJournal())
    autopilot = Autopilot(TwinSettings(home=plan.anchor, seed=1, wind=wind_of(2.0, 285.0)))
    opening = MissionOpened(SIMULATED_START_NS, plan, Settings(), SCENARIO.name, 1, "direct", eyes="camera")
    watchers = (Watches(), pictures)
    flight = rounds(mission, DirectAircraft(autopilot), world, operator, watchers, opening, pictures)  # type: ignore[arg-type]
    try:
        run(flight, lambda: bool(seen) and mission.state.phase is Phase.OFFERED, limit_s=90.0)
    finally:
        pictures.close()
    assert mission.state.phase is Phase.OFFERED
    assert mission.state.protected
    assert mission.verdict.breaches == []
    picture = (tmp_path / seen[0].picture).read_bytes()
    assert sha256(picture).hexdigest() == seen[0].sha256
    assert any(isinstance(c, Alert) and c.name == "sign" and seen[0].picture in c.words for c in said)
    asked = [c for c in said if isinstance(c, Propose) and c.decision is Decision.SELECT_PERSON]
    assert asked, "he is asked whether to select this person, and only his word did it"
    assert [c.phase for c in said if isinstance(c, PhaseEntered)] == [Phase.OFFERED]
