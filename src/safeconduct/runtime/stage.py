"""Where a rehearsal stands when it begins: new, or taken up again from a record that a crash left open."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from safeconduct.conduct import OPENING, MissionState, Verdict, step
from safeconduct.model.events import Event
from safeconduct.model.faults import BadInput
from safeconduct.runtime.rehearsal import FILE, EyesOn, read_rehearsal
from safeconduct.runtime.tally import Tally
from safeconduct.sim import Scenario, ScriptedOperator, World, load_scenario
from safeconduct.witness import LOG, Recorder, is_record, rebuild, values

GAP_MAX_S = 600.0


class Stage(msgspec.Struct):
    """All that a rehearsal needs. last_t_ns: mission time at the end of the record, 0 for a new one."""

    scenario: Scenario
    seed: int
    world: World
    operator: ScriptedOperator
    recorder: Recorder
    state: MissionState
    verdict: Verdict
    resumed: bool
    last_t_ns: int
    eyes: EyesOn = "truth"


def is_begun(folder: Path) -> bool:
    """A record with a mission in it. One that is empty belongs to a start that failed: nobody answered, say."""
    return is_record(folder) and (folder / LOG).stat().st_size > 0


def new_stage(scenario: Scenario, seed: int, folder: Path, *, durable: bool, eyes: EyesOn = "truth") -> Stage:
    """Raises BadInput: the folder cannot hold a new record."""
    world, operator = World(scenario, seed, eyes), _operator(scenario, seed, eyes)
    empty = is_record(folder) and not is_begun(folder)
    recorder = (Recorder.reopen if empty else Recorder.create)(folder, durable=durable)
    return Stage(scenario, seed, world, operator, recorder, OPENING, Verdict(), False, 0, eyes)


def taken_up(folder: Path, *, durable: bool) -> Stage:
    """A record that a crash left open: the core's state from its inputs, the scenery from beside it.

    Raises BadInput: somebody else writes it, it is no rehearsal, or not one of this version.
    """
    recorder = Recorder.reopen(folder, durable=durable)
    try:
        scenery = read_rehearsal(folder)
        scenario = load_scenario(scenery.scenario)
        state = rebuilt(folder)
        world = World(scenario, scenery.seed, scenery.eyes)
        operator = _operator(scenario, scenery.seed, scenery.eyes)
        world.restore(scenery.world)
        operator.restore(scenery.operator)
        verdict = Verdict()
        for value in values(folder):
            verdict.hear(value)
    except BadInput:
        recorder.close()
        raise
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        recorder.close()
        raise BadInput(str(folder / FILE), f"is not of this version ({error})", "begin a new record") from error
    return Stage(scenario, scenery.seed, world, operator, recorder, state, verdict, True, state.t_ns, scenery.eyes)


def _operator(scenario: Scenario, seed: int, eyes: EyesOn) -> ScriptedOperator:
    if eyes == "truth":
        return ScriptedOperator(scenario, seed)
    from safeconduct.sim.at_the_screen import OperatorAtScreen  # brings the eyes along, which take a second to load

    return OperatorAtScreen(scenario, seed)


def rebuilt(folder: Path) -> MissionState:
    """The core's state at the end of a record. Raises BadInput: not one of this version."""
    state, replay = rebuild(folder, step, OPENING)
    if not replay.identical:
        what = "its decisions do not follow from its facts with this version"
        raise BadInput(str(folder), what, "see `safeconduct replay --check`; begin a new record")
    return state


def recount(folder: Path, tally: Tally) -> None:
    for value in values(folder):
        if isinstance(value, Event):
            tally.watch([value], [], OPENING)
        else:
            tally.watch([], [value], OPENING)


def away_s(folder: Path) -> float:
    """How long the program was away, by the log's last change; a simulated clock leaps at most ten minutes."""
    age_s = datetime.now(UTC).timestamp() - (folder / "log.jsonl").stat().st_mtime
    return round(min(max(age_s, 1.0), GAP_MAX_S), 1)
