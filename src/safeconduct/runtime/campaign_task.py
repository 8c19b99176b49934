"""Which missions a campaign has, and one of them flown and judged: what a worker does, wherever it runs."""

from __future__ import annotations

import gc
import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from random import Random
from time import process_time

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.runtime.campaign_judge import Judge
from safeconduct.runtime.campaign_mission import LIMIT_S, Flown, fly_through
from safeconduct.runtime.campaign_result import Ended, MissionResult
from safeconduct.runtime.campaign_walk import alone_s
from safeconduct.runtime.other_guides import GUIDES
from safeconduct.sim import Scenario, World, load_scenario
from safeconduct.sim.body import TAKEN_OVER, Doing
from safeconduct.sim.scenario import GOOD_ENDS
from safeconduct.sim.traits import PACE_MPS
from safeconduct.witness import Recorder, UnwrittenRecord

ALL = (
    "first-walk",
    "relay",
    "cannot-walk",
    "group",
    "night",
    "minefield",
    "shelling",
    "feigned",
    "own-drone",
    "lost-hiker",
    "family",
)
"""`--scenario all`: the missions that the field has known. The packaged scenarios besides are short ones for tests."""
_ROOMS = ("model", "routes", "signals", "conduct", "vehicle", "sim", "runtime")
_BATTERY_SHARE, _BEFORE_S = 2.0, 900.0
PATIENCE_S, PATIENCE = 900.0, 3.0
"""How long another guide is waited for: so many seconds, and so many times the walk alone."""
SELDOM = (50_000, 20, 100)
"""How seldom Python looks for rings of objects while a mission flies: missions make none, and looks cost a tenth."""


class Task(msgspec.Struct, frozen=True):
    """One mission. pace_mps: (0, 0) the scenario's own; record: a folder for its record, or "".

    guide: "" for ours, or one of `other_guides.GUIDES`, for comparison.
    """

    number: int
    scenario: str
    seed: int
    pace_mps: tuple[float, float] = (0.0, 0.0)
    record: str = ""
    guide: str = ""


class Done(msgspec.Struct, frozen=True):
    """A task done. cpu_s: what it cost, apart from the result, which is the same on every machine."""

    result: MissionResult
    cpu_s: float
    program: str


@lru_cache(maxsize=1)
def program() -> str:
    """A sum over all that decides how a mission goes: results of two programs are never mixed."""
    told = hashlib.sha256()
    root = Path(str(resources.files("safeconduct")))
    for room in _ROOMS:
        for file in sorted((root / room).rglob("*")):
            if file.suffix in {".py", ".toml"}:
                told.update(f"{file.relative_to(root)}\0".encode())
                told.update(file.read_bytes())
    return told.hexdigest()[:16]


@lru_cache(maxsize=16)
def _scenario(name: str) -> Scenario:
    return load_scenario(name)


def scenarios_of(name: str) -> tuple[str, ...]:
    """The scenarios of a campaign by the name that was given. Raises BadInput."""
    if name == "all":
        return ALL
    _scenario(name)
    return (name,)


def tasks(
    scenarios: tuple[str, ...], missions: int, seed: int, pace_mps: tuple[float, float], record: Path | None
) -> list[Task]:
    """The first so many missions: the scenarios in turn, each round of them with the next seed."""
    made = []
    for i in range(missions):
        name, its_seed = scenarios[i % len(scenarios)], seed + i // len(scenarios)
        folder = str(record / f"{Path(name).stem}-{its_seed}") if record is not None else ""
        made.append(Task(i, name, its_seed, pace_mps, folder))
    return made


def scenario_for(task: Task) -> Scenario:
    """The scenario as this mission has it: each of its people at a pace of his own, and batteries for the slowest.

    Only where a relief stands by is the battery left as it is: that is what such a mission is about.
    """
    scenario = _scenario(task.scenario)
    low, high = task.pace_mps
    if high <= 0.0:
        return scenario
    chance = Random(f"pace of {task.seed} in {scenario.name}")
    paces = [chance.uniform(low, high) for _ in range(1 + len(scenario.companions))]
    needs_s = 0.0 if scenario.relief is not None else _BEFORE_S + _BATTERY_SHARE * scenario.route_length_m / min(paces)
    return scenario.at_paces(paces, needs_s)


def slowest_mps(scenario: Scenario) -> float:
    """The pace of the slowest of them, at the least that his kind may have."""
    return min((one.pace_mps or PACE_MPS[one.kind])[0] for one in scenario.walkers)


def fly_task(task: Task) -> Done:
    """Fly and judge. What goes wrong in the program is a mission lost, with its cause; it never stops a campaign."""
    began = process_time()
    looks = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        result = _fly(task)
    except BadInput:
        raise
    except Exception as error:
        what = f"the program failed: {type(error).__name__}: {error}"
        result = MissionResult(task.number, task.scenario, task.seed, "lost", "", what, 0.0, 0.0, 0.0)
    finally:
        gc.set_threshold(*looks)
    return Done(result, process_time() - began, program())


def _fly(task: Task) -> MissionResult:
    scenario = scenario_for(task)
    limit_s = LIMIT_S
    if scenario.person.pace_mps is not None:
        limit_s = max(LIMIT_S, 2400.0 + 2.5 * scenario.route_length_m / slowest_mps(scenario))
    judges: list[Judge] = []

    def watchers(world: World) -> list[Judge]:
        judges.append(Judge(world))
        return judges

    if not task.record:
        unwritten = UnwrittenRecord()
        guide = GUIDES[task.guide] if task.guide else None
        if guide is not None:
            limit_s = PATIENCE_S + PATIENCE * scenario.route_length_m / slowest_mps(scenario)
        flown = fly_through(scenario, task.seed, unwritten, watchers, limit_s, guide)
        return _judged(task, scenario, flown, judges[0], unwritten.head)
    with Recorder.create(_unused(Path(task.record)), durable=False) as recorder:
        flown = fly_through(scenario, task.seed, recorder, watchers, limit_s)
        return _judged(task, scenario, flown, judges[0], recorder.head)


def _unused(folder: Path) -> Path:
    """A record that a kill cut short stays as it is; the mission flown again gets a folder beside it."""
    number, free = 1, folder
    while free.exists():
        number += 1
        free = folder.with_name(f"{folder.name}-{number}")
    return free


def _judged(task: Task, scenario: Scenario, flown: Flown, judge: Judge, log: str) -> MissionResult:
    judge.ends(flown.mission.state)
    world, walk = flown.world, judge.walk
    bodies = world.bodies
    outcome = flown.tally.outcome
    ended, cause = _ended(scenario, flown, judge)
    free_s = 0.0
    if ended == "arrived" and walk.end is not None:
        free_s = alone_s(scenario, walk.legs)
    return MissionResult(
        number=task.number,
        scenario=task.scenario,
        seed=task.seed,
        ended=ended,
        outcome=outcome.value if outcome is not None else "",
        cause=cause,
        duration_s=round(flown.tally.duration_s, 1),
        pace_mps=round(bodies[0].state.pace_mps, 3),
        walked_m=round(bodies[0].state.walked_m, 1),
        walking_s=round(walk.walking_s, 1) if free_s else 0.0,
        free_s=round(free_s, 1),
        paused_s=round(walk.paused_s, 1),
        shelled_s=round(walk.shelled_s, 1),
        gap=tuple(sorted(judge.gaps.items())),
        hidings=tuple(judge.hidings),
        under_fire=tuple(judge.under_fire),
        relieved=judge.relieved,
        battery_min_pct=round(judge.battery_min_pct, 1),
        battery_end_pct=round(judge.battery_end_pct, 1),
        person_switches=judge.switches,
        abandoned=_abandoned(flown, judge),
        overhead_s=round(judge.overhead_s, 1),
        by_phase_s=tuple(sorted((k, round(v, 1)) for k, v in walk.by_phase_s.items())),
        breaches=tuple(flown.mission.verdict.breaches),
        log=log,
    )


def _abandoned(flown: Flown, judge: Judge) -> int:
    """People whom nobody has when the mission ends, and those from whom the aircraft went away while it led."""
    alone = set(judge.left_alone)
    handed_over = judge.relieved is not None and judge.relieved.before
    if not handed_over:
        alone |= {i + 1 for i, b in enumerate(flown.world.bodies) if b.state.doing not in TAKEN_OVER}
    return len(alone)


def _ended(scenario: Scenario, flown: Flown, judge: Judge) -> tuple[Ended, str]:
    world, state = flown.world, flown.mission.state
    outcome = flown.tally.outcome
    mined = [i for i, b in enumerate(world.bodies, 1) if b.state.hurt and any(h.mine for h in world.impacts)]
    if mined:
        return "lost", "stepped on a mine"
    taken = [b.state.doing in TAKEN_OVER for b in world.bodies]
    handed_over = judge.relieved is not None and judge.relieved.before
    good = outcome in GOOD_ENDS and (all(taken) or handed_over)
    if any(b.state.hurt for b in world.bodies):
        what = "cared for" if good else _open(flown)
        return "hurt", f"hurt by a shell; {what}"
    if not good:
        return "lost", _open(flown)
    if outcome not in scenario.ends_well and not handed_over:
        return "lost", f"ended as {outcome.value if outcome else 'nothing'}, which is no good end here"
    if judge.left_alone:
        return "lost", f"left alone for more than half a minute on the way: {_names(judge.left_alone)}"
    assert state is not None
    return "arrived", ""


def _open(flown: Flown) -> str:
    state, bodies = flown.mission.state, flown.world.bodies
    where = ", ".join(
        f"{_name(i)} {b.state.doing.value.replace('_', ' ')}"
        for i, b in enumerate(bodies, 1)
        if b.state.doing not in TAKEN_OVER or b.state.doing is Doing.LIES_HURT
    )
    ended = f"closed as {state.outcome.value}" if state.outcome else f"not closed: in {state.phase.value}"
    holds = [name for name in state.active if name != "arrived"]
    names = [name.replace("_", " ") for name in [*([state.stopped] if state.stopped else []), *holds]]
    why = f" ({', '.join(names)})" if names else ""
    return f"{ended}{why}; {where or 'all were taken over'}"


def _name(key: int) -> str:
    return "the person" if key == 1 else f"companion {key - 1}"


def _names(keys: set[int]) -> str:
    return ", ".join(_name(key) for key in sorted(keys))
