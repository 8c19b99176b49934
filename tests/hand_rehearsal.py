"""A whole mission beside a simulated pilot, in driven time: he hears prompts, flies a twin with his hands, is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, radians, sin
from random import Random

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Event, MissionOpened, Prompted
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.runtime.driven import rounds, run
from safeconduct.runtime.fly_by_hand import PILOT_SETTINGS, ByHand, WithKeys, hand_settings
from safeconduct.runtime.mission import Journal, Mission, NoJournal
from safeconduct.runtime.surroundings import TheWorldItself
from safeconduct.sim import AircraftTruth, ScriptedOperator, World, load_scenario
from safeconduct.sim.hand_pilot import HandPilot, Manner
from safeconduct.sim.twin import Autopilot, TwinSettings
from safeconduct.vehicle import HandFlown


class AtTheSticks(ByHand):
    """The carrier with a simulated pilot and his twin behind it; own motion as an eye would read it, with its noise."""

    def __init__(self, hand: HandFlown, autopilot: Autopilot, pilot: HandPilot, person: Callable[[], Enu]) -> None:
        super().__init__(hand)
        self.autopilot, self.pilot, self._person = autopilot, pilot, person
        self.pressed: list[str] = []
        self._chance = Random(5)
        self._before: AircraftTruth | None = None
        self._motion = 0

    def poll(self, t_ns: int) -> list[Event]:
        self.pressed += self.pilot.live(t_ns, self._person())
        self.autopilot.advance(t_ns)
        self._motion += 1
        if self._motion % 2 == 0:  # five pictures a second
            self._see(t_ns)
        events = super().poll(t_ns)
        for event in events:
            if isinstance(event, Prompted):
                self.pilot.hears(event, t_ns)
        return events

    def truth(self) -> AircraftTruth:
        return self.autopilot.truth()

    def take_keys(self) -> list[str]:
        keys, self.pressed = self.pressed, []
        return keys

    def _see(self, t_ns: int) -> None:
        now, before = self.autopilot.truth(), self._before
        self._before = now
        if before is None:
            return
        e, n, up = (now.position[i] - before.position[i] for i in range(3))
        h = radians(before.heading_deg)
        turn = (now.heading_deg - before.heading_deg + 180.0) % 360.0 - 180.0
        right, ahead = e * cos(h) - n * sin(h), e * sin(h) + n * cos(h)
        off = [self._chance.gauss(0.0, 0.008) for _ in range(3)]
        self.hand.moved(t_ns, right + off[0], up + off[1], ahead + off[2], turn)


class Beside:
    """The mission, its pilot and everything that happened."""

    def __init__(self, manner: Manner, seed: int = 1, journal: Journal | None = None) -> None:
        self.scenario = load_scenario("short-walk")
        plan = self.scenario.plan()
        self.world = World(self.scenario, seed)
        settings = hand_settings(plan, PILOT_SETTINGS, note=True)
        twin = TwinSettings(home=plan.anchor, seed=seed, hover=settings.start, heading_deg=settings.heading_deg)
        autopilot = Autopilot(twin)
        autopilot.advance(SIMULATED_START_NS)
        self.hand = HandFlown(settings)
        self.pilot = HandPilot(autopilot, manner, seed)
        self.aircraft = AtTheSticks(self.hand, autopilot, self.pilot, lambda: self.world.truth().position)
        self.mission = Mission(journal if journal is not None else NoJournal())
        self.events: list[Event] = []
        self.commands: list[Command] = []
        opening = MissionOpened(SIMULATED_START_NS, plan, PILOT_SETTINGS, "short-walk", seed, "hand-flown")
        operator = WithKeys(ScriptedOperator(self.scenario, seed), self.aircraft.take_keys)
        about = TheWorldItself([self.world, self.aircraft])
        self.flight = rounds(self.mission, self.aircraft, about, operator, [self], opening)

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        self.events += events
        self.commands += commands

    def until(self, done: Callable[[], bool], limit_s: float) -> bool:
        return run(self.flight, done, limit_s=limit_s)
