"""`safeconduct bench core`: whole missions through the core, and what the core alone costs.

Anchor: the same missions over the MAVLink driver and the twin's bytes, in driven time, in the same run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from safeconduct.conduct import OPENING, step
from safeconduct.model.events import MissionOpened
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.model.plan import Settings
from safeconduct.runtime.bench_table import bench_report
from safeconduct.runtime.campaign_mission import fly_through
from safeconduct.runtime.driven import closed_and_settled, rounds, run
from safeconduct.runtime.lockstep import InProcessPipe, LockstepAircraft
from safeconduct.runtime.mission import Mission
from safeconduct.sim import ScriptedOperator, World, load_scenario
from safeconduct.sim.twin import TWIN_OPTIONS, Autopilot, TwinLink, TwinSettings
from safeconduct.witness import Recorder, inputs


def bench_core(short: bool = False) -> dict[str, Any]:
    """Returns name, figures, baseline and ratio. x_real_time is of process time, so that a busy machine counts less."""
    scenario = load_scenario("first-walk")
    seeds = range(1, 3 if short else 6)
    with tempfile.TemporaryDirectory() as folder:
        plain, recorded = [], []
        steps_us: list[float] = []
        for seed in seeds:
            began = time.process_time()
            flown = fly_through(scenario, seed)
            plain.append(flown.tally.duration_s / (time.process_time() - began))
            record = Path(folder) / str(seed)
            with Recorder.create(record, durable=False) as recorder:
                began = time.process_time()
                flown = fly_through(scenario, seed, recorder)
                recorded.append(flown.tally.duration_s / (time.process_time() - began))
            steps_us.append(_step_us(record))
    anchor = _over_mavlink(scenario.name)
    figures = {
        "missions": len(plain),
        "x_real_time": round(median(plain)),
        "x_real_time_with_record": round(median(recorded)),
        "step_us": round(median(steps_us), 1),
        "help_s": _help_s(),
    }
    baseline = {"x_real_time_over_mavlink_bytes": round(anchor)}
    return bench_report("core", figures, baseline, round(median(plain) / anchor, 1))


def _step_us(record: Path) -> float:
    """Mean cost of one event in the core alone."""
    events = list(inputs(record))
    state = OPENING
    began = time.process_time()
    for event in events:
        state, _ = step(state, event)
    return (time.process_time() - began) / len(events) * 1e6


def _over_mavlink(name: str) -> float:
    scenario = load_scenario(name)
    plan = scenario.plan()
    twin = TwinLink(Autopilot(TwinSettings(home=plan.anchor, endurance_s=scenario.battery.endurance_s)))
    with tempfile.TemporaryDirectory() as folder, Recorder.create(Path(folder) / "r", durable=False) as recorder:
        mission = Mission(recorder)
        aircraft = LockstepAircraft(plan.frame, InProcessPipe(twin), SIMULATED_START_NS, TWIN_OPTIONS)
        world, operator = World(scenario, 1), ScriptedOperator(scenario, 1)
        opening = MissionOpened(SIMULATED_START_NS, plan, Settings(), name, 1, "twin")
        began = time.process_time()
        run(rounds(mission, aircraft, world, operator, (), opening), closed_and_settled(mission), limit_s=600.0)
        return (mission.state.t_ns - SIMULATED_START_NS) / 1e9 / (time.process_time() - began)


def _help_s() -> float:
    """The quickest of five starts of `safeconduct --help`, wall clock."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "safeconduct", "--help"], check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    return round(min(took), 3)
