"""One whole mission in this process, as fast as it goes: the unit of campaigns and of `bench core`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from safeconduct.model.events import MissionOpened
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.runtime.driven import closed_and_settled, rounds, run
from safeconduct.runtime.mission import Journal, Mission, NoJournal
from safeconduct.runtime.other_guides import OtherGuide
from safeconduct.runtime.tally import Tally
from safeconduct.runtime.voicing import Voice
from safeconduct.runtime.watchers import Watcher
from safeconduct.sim import Scenario, ScriptedOperator, World
from safeconduct.sim.twin import Autopilot, DirectAircraft, TwinSettings, TwinSpeaker, wind_of

LIMIT_S = 5400.0
CHANGES_BATTERY_S = 60.0
"""So long after a landing in an open mission the crew has put another battery in (assumed)."""


class Flown:
    """A mission that was flown: its core, its world, its figures."""

    def __init__(self, mission: Mission, world: World, tally: Tally) -> None:
        self.mission = mission
        self.world = world
        self.tally = tally


def twin_settings(scenario: Scenario, seed: int) -> TwinSettings:
    """The aircraft's twin as a scenario wants it."""
    return TwinSettings(
        home=scenario.anchor,
        seed=seed,
        endurance_s=scenario.battery.endurance_s,
        changes_battery_s=CHANGES_BATTERY_S,
        wind=wind_of(scenario.wind.mps, scenario.wind.from_deg),
    )


def fly_through(
    scenario: Scenario,
    seed: int,
    journal: Journal | None = None,
    watchers: Sequence[Watcher] | Callable[[World], Sequence[Watcher]] = (),
    limit_s: float = LIMIT_S,
    guide: Callable[[DirectAircraft, World], OtherGuide] | None = None,
) -> Flown:
    """Fly `scenario` with `seed` to its end (at most limit_s of it) without bytes, eyes on the truth with noise.

    watchers: or what makes them when the world is there. guide: another one than ours, for comparison.
    """
    plan = scenario.plan()
    settings = twin_settings(scenario, seed)
    world, operator = World(scenario, seed), ScriptedOperator(scenario, seed)
    watchers = watchers(world) if callable(watchers) else watchers
    mission, tally = Mission(journal if journal is not None else NoJournal()), Tally()
    opening = MissionOpened(SIMULATED_START_NS, plan, scenario.settings(), scenario.name, seed, "direct")
    twin, voice = DirectAircraft(Autopilot(settings)), Voice([TwinSpeaker()])
    other = guide(twin, world) if guide is not None else None
    watchers = (tally, *watchers) if other is None else (tally, other, *watchers)
    flight = rounds(mission, other or twin, world, operator, watchers, opening, voice=voice)
    run(flight, closed_and_settled(mission), limit_s=limit_s)
    voice.close()
    return Flown(mission, world, tally)
