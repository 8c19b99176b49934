"""The first seconds of a rehearsal on a real record, without a second process."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from safeconduct.model.events import MissionOpened
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.runtime.driven import rounds
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.rehearsal import KeepsRehearsal
from safeconduct.runtime.stage import Stage, new_stage
from safeconduct.runtime.watchers import Watcher
from safeconduct.sim import load_scenario
from safeconduct.sim.twin import Autopilot, DirectAircraft, TwinSettings

SCENARIO = load_scenario("short-walk")


def begun(folder: Path, seconds: float, watchers: Sequence[Watcher] = ()) -> tuple[Stage, Mission]:
    """A mission flown for so long; its record is still open and its scenery kept beside it."""
    stage = new_stage(SCENARIO, 1, folder, durable=False)
    plan = SCENARIO.plan()
    mission = Mission(stage.recorder, stage.state, stage.verdict)
    aircraft = DirectAircraft(Autopilot(TwinSettings(home=plan.anchor, seed=1)))
    keeps = KeepsRehearsal(folder, SCENARIO.name, 1, stage.world, stage.operator)
    opening = MissionOpened(SIMULATED_START_NS, plan, Settings(), SCENARIO.name, 1, "direct")
    flight = rounds(mission, aircraft, stage.world, stage.operator, [keeps, *watchers], opening)
    assert len(list(islice(flight, round(seconds * 10)))) == round(seconds * 10)
    return stage, mission
