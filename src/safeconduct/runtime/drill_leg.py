"""One life of the program in a drill: fly until the mission ends, a fault kills us, or time is up."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from random import Random

import msgspec

from safeconduct.model.commands import Command, Transmit
from safeconduct.model.events import Event, MissionOpened, MissionResumed, SignalShown
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import SIMULATED_START_NS, after, seconds_between
from safeconduct.model.plan import Settings
from safeconduct.model.vocabulary import Channel, Mode
from safeconduct.runtime.campaign_mission import CHANGES_BATTERY_S
from safeconduct.runtime.driven import ROUND_NS, closed_and_settled, rounds
from safeconduct.runtime.faults import FAULTS, Fault, Meddled, Scene, bring_about
from safeconduct.runtime.lockstep import InProcessPipe, LockstepAircraft
from safeconduct.runtime.mission import Mission
from safeconduct.runtime.rehearsal import KeepsRehearsal
from safeconduct.runtime.stage import Stage, new_stage, taken_up
from safeconduct.runtime.tally import Tally
from safeconduct.sim import load_scenario
from safeconduct.sim.twin import MODE_NAMES, MODE_NUMBERS, TWIN_OPTIONS, Autopilot, TwinLink, TwinSettings, wind_of
from safeconduct.witness import Recorder

LIMIT_S = 900.0
CHANGED_BELOW_PCT = 50.0
"""Who stood on the ground with less while we were dead has another battery: a crew stands by."""
SCENARIO = "short-walk"
VISIBLE_NS = 30_000_000  # a relay that is switched off in the same instant makes no flash


class Died(msgspec.Struct):
    """What is left of a life: where the aircraft is and in which state, which faults have struck, what light lied."""

    fired: list[int] = []
    lies: list[str] = []
    outcome: str | None = None
    flying: bool = False
    mode: str = "STABILIZE"
    speed_mps: float = 0.0
    position: Enu | None = None
    heading_deg: float = 0.0
    battery_pct: float = 100.0
    brought: list[int] = []

    @classmethod
    def read(cls, folder: Path) -> Died:
        try:
            return msgspec.json.decode((folder / "died.json").read_bytes(), type=cls)
        except FileNotFoundError:
            return cls()

    def write(self, folder: Path) -> None:
        (folder / "died.json").write_bytes(msgspec.json.encode(self))


class DyingJournal:
    """The record, and a program that may be killed just before or just after a commit."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.append = recorder.append
        self.dies_at = ""

    def commit(self) -> None:
        if self.dies_at == "before commit":
            os.kill(os.getpid(), signal.SIGKILL)
        self._recorder.commit()
        if self.dies_at == "after commit":
            os.kill(os.getpid(), signal.SIGKILL)


class LightJudge:
    """Counts the flashes that a person could really see, and names every one that was only claimed."""

    def __init__(self, autopilot: Autopilot) -> None:
        self._autopilot = autopilot
        self._began: dict[int, int] = {}
        self._on_ns: deque[int] = deque(maxlen=512)
        self._lit_ns = 0
        self.lies: list[str] = []

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: object) -> None:  # noqa: ARG002
        edges = self._autopilot.outputs.edges
        while edges:
            edge = edges.popleft()
            if edge.relay != 0:
                continue
            if edge.on:
                self._lit_ns = edge.t_ns
            elif edge.t_ns - self._lit_ns >= VISIBLE_NS:
                self._on_ns.append(self._lit_ns)
        for command in commands:
            if isinstance(command, Transmit) and Channel.LIGHT in command.channels:
                self._began[command.transmission] = self._autopilot.t_ns
        for event in events:
            if not isinstance(event, SignalShown) or event.channel is not Channel.LIGHT or not event.ok:
                continue
            began_ns = self._began.get(event.transmission)
            seen = sum(1 for t_ns in self._on_ns if began_ns is not None and t_ns >= began_ns)
            if began_ns is not None and seen != event.flashes:
                self.lies.append(f"{event.signal.value} was called {event.flashes} flashes; {seen} were to be seen")


def fly_leg(folder: Path, seed: int, faults: list[Fault], life: int) -> None:
    """Fly one life. A kill ends this process."""
    died = Died.read(folder)
    luck = Random(seed * 100 + life)
    stage = _stage(folder / "record", seed, life)
    start_ns = SIMULATED_START_NS if not stage.resumed else after(stage.last_t_ns, 1.0 + luck.uniform(0.0, 20.0))
    plan = stage.scenario.plan()
    autopilot = _autopilot(stage, seed, died, plan.anchor)
    link = TwinLink(autopilot)
    aircraft = LockstepAircraft(plan.frame, InProcessPipe(link), start_ns, TWIN_OPTIONS)
    journal = DyingJournal(stage.recorder)
    mission, tally, judge = Mission(journal, stage.state), Tally(), LightJudge(autopilot)
    operator = Meddled(stage.scenario, seed)
    operator.restore(stage.operator.snapshot())

    def dies(point: str) -> None:
        """The aircraft's next seconds without us are lived first; they change nothing that we have written."""
        t_ns = start_ns
        for _ in range(luck.randint(20, 150)):
            t_ns += ROUND_NS
            link.advance(mission.state.t_ns - start_ns + (t_ns - start_ns))
            link.outgoing()
        died.lies += judge.lies
        _look(died, autopilot)
        died.write(folder)
        if point == "between rounds":
            os.kill(os.getpid(), signal.SIGKILL)
        journal.dies_at = point

    scene = Scene(mission, autopilot, aircraft, stage.world, operator, dies)
    keeps = KeepsRehearsal(stage.recorder.folder, stage.scenario.name, seed, stage.world, operator)
    opening: Event
    if stage.resumed and mission.state.plan is not None:
        opening = MissionResumed(start_ns, seconds_between(stage.last_t_ns, start_ns), "killed in a drill")
    else:
        opening = MissionOpened(start_ns, plan, Settings(), SCENARIO, seed, "twin", "drill")
    done = closed_and_settled(mission)
    for t_ns in rounds(mission, aircraft, stage.world, operator, (tally, keeps, judge, scene), opening):
        _strike(faults, died, scene, t_ns, luck)
        over = seconds_between(SIMULATED_START_NS, t_ns) > LIMIT_S * (life + 1)
        if (done() and len(died.fired) == len(faults)) or over:
            break
    stage.recorder.close()
    aircraft.driver.close(mission.state.t_ns)
    for data in aircraft.driver.outgoing():
        link.receive(data)
    link.advance(mission.state.t_ns - start_ns + 5_000_000_000)
    died.outcome = mission.state.outcome.value if mission.state.outcome else None
    died.lies += judge.lies
    _look(died, autopilot)
    died.write(folder)


def _stage(record: Path, seed: int, life: int) -> Stage:
    if life == 0:
        return new_stage(load_scenario(SCENARIO), seed, record, durable=False)
    return taken_up(record, durable=False)


def _autopilot(stage: Stage, seed: int, died: Died, home: object) -> Autopilot:
    wind = wind_of(stage.scenario.wind.mps, stage.scenario.wind.from_deg)
    hover = died.position if died.flying else None
    settings = TwinSettings(
        home=home,  # type: ignore[arg-type]
        seed=seed,
        wind=wind,
        endurance_s=stage.scenario.battery.endurance_s,
        battery_pct=died.battery_pct if died.flying or died.battery_pct > CHANGED_BELOW_PCT else 100.0,
        changes_battery_s=CHANGES_BATTERY_S,
        heading_deg=died.heading_deg,
        hover=hover,
    )
    autopilot = Autopilot(settings)
    if hover is not None and died.mode in MODE_NUMBERS:
        autopilot.set_mode(MODE_NUMBERS[died.mode])
    return autopilot


def _look(died: Died, autopilot: Autopilot) -> None:
    v = autopilot.velocity()
    died.flying = autopilot.flying
    died.mode = MODE_NAMES.get(autopilot.mode, Mode.UNKNOWN.value)
    died.speed_mps = (v.east**2 + v.north**2 + v.up**2) ** 0.5
    died.position = autopilot.position()
    died.heading_deg = autopilot.body.heading_deg
    died.battery_pct = autopilot.battery.charge_pct


def _strike(faults: list[Fault], died: Died, scene: Scene, t_ns: int, luck: Random) -> None:
    """At most one fault a round, when its moment has come."""
    state = scene.mission.state
    for fault in faults:
        if fault.number in died.fired:
            continue
        in_phase_s = seconds_between(state.phase_since_t_ns, t_ns) if state.phase is fault.phase else -1.0
        late = seconds_between(SIMULATED_START_NS, t_ns) > fault.at_s + 200.0
        if fault.kind == "overlapping_flashes" and not scene.light_talks and not late:
            continue
        if in_phase_s >= fault.after_s or late:
            died.fired.append(fault.number)
            FAULTS[fault.kind](scene, luck)
            return
        if fault.number not in died.brought and seconds_between(SIMULATED_START_NS, t_ns) > fault.at_s + 90.0:
            died.brought.append(fault.number)
            bring_about(fault.phase, scene)
