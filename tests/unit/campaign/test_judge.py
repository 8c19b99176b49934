"""The judge sees what is, whatever the mission believes."""

from __future__ import annotations

from collections.abc import Sequence

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Choice, Event
from safeconduct.model.vocabulary import Decision
from safeconduct.runtime.campaign_judge import Judge
from safeconduct.runtime.campaign_mission import Flown, fly_through
from safeconduct.runtime.watchers import Watcher
from safeconduct.sim import World, load_scenario
from safeconduct.sim.free_walk import Walks, free_walk_s


class _Meddles:
    """Looks on first, and tells the judge of a mission that is not the one that happened."""

    def __init__(self, judge: Judge, from_round: int, **person: int) -> None:
        self.judge, self.from_round, self.person, self.rounds = judge, from_round, person, 0

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        import msgspec

        self.rounds += 1
        if state.person is not None and self.rounds > self.from_round:
            state = msgspec.structs.replace(state, person=msgspec.structs.replace(state.person, **self.person))
        self.judge.watch(events, commands, state)


def _flown(meddle: bool) -> tuple[Judge, Flown]:
    judges: list[Judge] = []

    def watchers(world: World) -> list[Watcher]:
        judges.append(Judge(world))
        return [_Meddles(judges[0], 2000 if meddle else 10**9, track=42)]

    flown = fly_through(load_scenario("short-walk"), 3, None, watchers)
    judges[0].ends(flown.mission.state)
    return judges[0], flown


def test_a_quiet_switch_to_somebody_else_is_seen_once() -> None:
    assert _flown(meddle=False)[0].switches == 0
    assert _flown(meddle=True)[0].switches == 1


def test_the_walk_is_compared_with_the_same_man_alone_on_the_same_ground() -> None:
    judge, flown = _flown(meddle=False)
    walk, person = judge.walk, flown.world.bodies[0]
    assert walk.end is not None
    scenario = flown.world.scenario
    alone = free_walk_s(
        scenario.laid_ground,
        scenario.route,
        [Walks(person.traits, person.state.pace_mps, walk.began[0])],
        walk.end,
    )
    assert 0.8 < walk.walking_s / alone < 1.5
    assert walk.paused_s > 5.0
    assert walk.shelled_s > 20.0
    assert judge.gaps
    assert [u.cover_s for u in judge.under_fire] == [0.0]
    assert Choice(0, "x", Decision.LEAD).decision is Decision.LEAD
