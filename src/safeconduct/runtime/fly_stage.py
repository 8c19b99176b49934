"""Where a real mission stands when it begins: new, or taken up again from a record that was broken off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from safeconduct import __version__
from safeconduct.conduct import Verdict
from safeconduct.maps import read_plan
from safeconduct.model.events import Event, MissionOpened, MissionResumed
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.model.plan import Plan, Settings
from safeconduct.routes import Way, way_through
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.stage import is_begun, rebuilt
from safeconduct.witness import Recorder, is_record, values

SOFTWARE = f"safeconduct {__version__}"


class FlyStage:
    """The record and the mission on it. resumed: it had begun before."""

    def __init__(self, recorder: Recorder, mission: Mission, plan: Plan, settings: Settings, *, resumed: bool) -> None:
        self.recorder, self.mission, self.plan, self.settings = recorder, mission, plan, settings
        self.resumed = resumed

    def opening(self, t_ns: int, vehicle: str, eyes: str = "camera") -> Event:
        """The first event of this start."""
        if self.resumed:
            gap_s = round((t_ns - self.mission.state.t_ns) / NS, 1)
            return MissionResumed(t_ns, gap_s, "the program died or was stopped")
        return MissionOpened(t_ns, self.plan, self.settings, "", 0, vehicle, SOFTWARE, eyes)


def fly_stage(folder: Path, plan: Plan, settings: Settings) -> FlyStage:
    """Raises BadInput: the folder holds something else, somebody writes there, or the record is of another plan."""
    if not is_begun(folder):
        empty = is_record(folder)
        recorder = (Recorder.reopen if empty else Recorder.create)(folder)
        return FlyStage(recorder, Mission(recorder), plan, settings, resumed=False)
    recorder = Recorder.reopen(folder)
    try:
        state = rebuilt(folder)
        _same_plan(folder, state.plan, plan)
        verdict = Verdict()
        for value in values(folder):
            verdict.hear(value)
    except BadInput:
        recorder.close()
        raise
    return FlyStage(recorder, Mission(recorder, state, verdict), plan, state.settings, resumed=True)


def _same_plan(folder: Path, begun: Plan | None, named: Plan) -> None:
    if begun != named:
        raise BadInput(str(folder), "is the record of another plan", "name that plan, or another --record")


def plan_to_fly(file: Path, terrain: Path | None) -> tuple[Plan, tuple[str, ...]]:
    """The plan over its own heights, else over those of a terrain model; and what is to be told. Raises BadInput."""
    plan = read_plan(file)
    if terrain is None:
        level = plan.terrain is None and all(p.up == plan.route[0].up for p in plan.route)
        told = "the plan holds no heights: the ground is taken as level; give --terrain, or sign it with one"
        return plan, (told,) if level else ()
    from safeconduct.runtime.plan import ground_of as ground_under
    from safeconduct.runtime.plan import on_ground

    ground, warnings = ground_under(plan, terrain)
    return plan if ground is None else on_ground(plan, ground), warnings


def ground_of(plan: Plan) -> Callable[[float, float], float]:
    """Height of the ground as far as the plan tells: by its terrain, else that of the nearest part of the way."""
    if plan.terrain is not None:
        return plan.terrain.up_m
    way: Way = way_through(plan.route)
    wide_m = 2.0 * way.length_m + 100.0

    def height_m(east: float, north: float) -> float:
        place = plan.start._replace(east=east, north=north)
        return way.point(way.progress_m(place, 0.0, wide_m)).up

    return height_m if any(p.up != plan.route[0].up for p in plan.route) else lambda _e, _n: plan.route[0].up
