"""A whole mission in this process, over real MAVLink bytes: as `safeconduct demo` flies, without a second program."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from safeconduct.model.events import MissionOpened
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.runtime.driven import closed_and_settled, rounds, run
from safeconduct.runtime.lockstep import InProcessPipe, LockstepAircraft
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.tally import Tally
from safeconduct.sim import ScriptedOperator, Truth, World, load_scenario
from safeconduct.sim.twin import TWIN_OPTIONS, Autopilot, TwinLink, TwinSettings, wind_of
from safeconduct.witness import Recorder

LIMIT_S = 5400.0


class Flown(NamedTuple):
    mission: Mission
    tally: Tally
    truth: Truth


def over_mavlink(name: str, seed: int, record: Path) -> Flown:
    """Fly a scenario of the package to its end; the record is written to the folder."""
    scenario = load_scenario(name)
    plan = scenario.plan()
    settings = TwinSettings(
        home=plan.anchor,
        seed=seed,
        endurance_s=scenario.battery.endurance_s,
        wind=wind_of(scenario.wind.mps, scenario.wind.from_deg),
    )
    pipe = InProcessPipe(TwinLink(Autopilot(settings)))
    aircraft = LockstepAircraft(plan.frame, pipe, SIMULATED_START_NS, TWIN_OPTIONS)
    world, operator = World(scenario, seed), ScriptedOperator(scenario, seed)
    with Recorder.create(record, durable=False) as recorder:
        mission, tally = Mission(recorder), Tally()
        opening = MissionOpened(SIMULATED_START_NS, plan, Settings(), scenario.name, seed, "twin")
        flight = rounds(mission, aircraft, world, operator, [tally], opening)
        assert run(flight, closed_and_settled(mission), limit_s=LIMIT_S), f"{name} {seed} was never closed"
    return Flown(mission, tally, world.truth())
