"""Every scenario of the package, flown to its end: it ends as it should, and what makes it special happened."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import pytest

from safeconduct.conduct import MissionState
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.events import Event
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import ZERO
from safeconduct.model.vocabulary import Channel, Gesture, Outcome, Phase, Signal
from safeconduct.runtime import campaign_mission
from safeconduct.runtime.campaign_mission import Flown, fly_through
from safeconduct.runtime.campaign_task import Task, fly_task
from safeconduct.sim import AircraftTruth, Scenario, World, load_scenario, read_scenario, scenario_names
from safeconduct.sim.mines import MinedGround
from safeconduct.sim.scene import Act, Build, Scene

NEW = sorted(set(scenario_names()) - {"first-walk", "short-walk"})
T = TypeVar("T")


class Mission(NamedTuple):
    scenario: Scenario
    flown: Flown
    told: list[Event | c.Command]
    scenes: list[Scene]

    def all(self, kind: type[T]) -> list[T]:
        return [value for value in self.told if isinstance(value, kind)]

    def phases(self) -> list[Phase]:
        return [entered.phase for entered in self.all(c.PhaseEntered)]


class _Listens:
    """Keeps everything but time and place, and a scene every two seconds."""

    def __init__(self, world: Callable[[], World]) -> None:
        self.told: list[Event | c.Command] = []
        self.scenes: list[Scene] = []
        self._world = world
        self._rounds = 0

    def watch(self, events: Sequence[Event], commands: Sequence[c.Command], state: MissionState) -> None:
        self.told += [v for v in events if not isinstance(v, (e.Tick, e.Telemetry, e.LinkHealth, e.VideoHealth))]
        self.told += [v for v in commands if not isinstance(v, c.Steer)]
        if self._rounds % 20 == 0:
            self.scenes.append(self._world().scene())
        self._rounds += 1


def fly(scenario: Scenario, seed: int) -> Mission:
    worlds: list[World] = []

    def laid(*arguments: Any) -> World:
        worlds.append(World(*arguments))
        return worlds[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campaign_mission, "World", laid)
        listens = _Listens(lambda: worlds[-1])
        flown = fly_through(scenario, seed, watchers=[listens])
    return Mission(scenario, flown, listens.told, listens.scenes)


_FLOWN: dict[str, Mission] = {}


def first(name: str) -> Mission:
    """The mission with seed 1, flown once for all tests of this worker."""
    if name not in _FLOWN:
        _FLOWN[name] = fly(load_scenario(name), 1)
    return _FLOWN[name]


def ended_well(mission: Mission) -> None:
    tally, truth = mission.flown.tally, mission.flown.world.truth()
    assert tally.outcome in mission.scenario.ends_well
    assert mission.flown.mission.verdict.breaches == []
    assert not any(person.hurt for person in truth.people)
    assert truth.receivers_hurt == 0


def in_group(names: Sequence[str]) -> list[Any]:
    return [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", in_group(NEW))
def test_it_ends_well(name: str) -> None:
    ended_well(first(name))


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", in_group(NEW))
def test_it_ends_well_with_another_seed(name: str) -> None:
    ended_well(fly(load_scenario(name), 4))


@pytest.mark.xdist_group("relay")
def test_relay_shows_wait_and_hands_over_before_the_battery_is_empty() -> None:
    mission = first("relay")
    assert mission.flown.tally.outcome is Outcome.HANDED_OVER
    relay = next(i for i, v in enumerate(mission.told) if isinstance(v, c.PhaseEntered) and v.phase is Phase.RELAY)
    after = mission.told[relay:]
    shown = next(i for i, v in enumerate(after) if isinstance(v, e.SignalShown) and v.signal is Signal.WAIT and v.ok)
    closed = next(i for i, v in enumerate(after) if isinstance(v, c.MissionClosed))
    assert shown < closed
    assert not any(isinstance(v, c.PhaseEntered) and v.phase is Phase.LEAD for v in after)
    assert [v.person_confirmed for v in mission.all(e.ReliefOnStation)] == [False, True]
    assert any(craft.kind == "drone" for craft in mission.scenes[-1].crafts)
    assert mission.flown.mission.state.aircraft.battery_pct > 15.0


@pytest.mark.xdist_group("cannot-walk")
def test_who_cannot_walk_is_never_led_and_help_goes_out_to_him() -> None:
    mission = first("cannot-walk")
    assert Phase.LEAD not in mission.phases()
    assert Phase.STAY in mission.phases()
    assert any(note.state.startswith("cannot walk") for note in mission.all(c.NotifyReception))
    last = mission.scenes[-1]
    he, medic = last.figures[0], last.figures[1]
    assert abs(he.position[0] - medic.position[0]) + abs(he.position[1] - medic.position[1]) < 4.0
    assert [craft.kind for craft in last.crafts] == ["ground_robot"]
    assert mission.all(e.NotePickedUp), "the note tells him that help comes"


@pytest.mark.xdist_group("group")
@pytest.mark.timeout(180)
def test_the_slowest_of_the_group_sets_the_pace_and_all_arrive() -> None:
    mission = first("group")
    truth = mission.flown.world.truth()
    assert [person.outcome for person in truth.people] == ["in_custody"] * 5
    assert [v.persons for v in mission.all(e.ReceiverConfirmed)] == [5]
    assert mission.all(c.NotifyReception)[-1].persons >= 4
    limping = [scene for scene in mission.scenes if any(f.act is Act.LIMP for f in scene.figures)]
    assert len(limping) > 20
    for scene in limping:
        away = [abs(f.position[0] - scene.figures[0].position[0]) for f in scene.figures[1:5]]
        assert max(away) < 15.0


@pytest.mark.xdist_group("night")
def test_by_night_the_light_answers_once_its_legend_was_read() -> None:
    answers = [v for v in first("night").all(e.SignalShown) if v.channel is Channel.LIGHT and v.ok]
    assert {v.signal for v in answers} & {Signal.YES, Signal.NO}


@pytest.mark.xdist_group("minefield")
def test_between_mines_he_keeps_to_the_lane_and_one_who_is_among_them_is_hurt() -> None:
    mission = first("minefield")
    mines = MinedGround(mission.scenario.dangers)
    steps = [scene.figures[0].position for scene in mission.scenes]
    beside = [(e, n) for e, n, _ in steps if mines.has(e, n + 4.0) and mines.has(e, n - 4.0)]
    assert len(beside) > 20, "there are mines four metres to both sides of him"
    assert not any(mines.has(e, n) for e, n, _ in steps)
    among = msgspec.structs.replace(mission.scenario.person, at=(90.0, 80.0))
    world = World(msgspec.structs.replace(mission.scenario, person=among), 1)
    world.advance(0, AircraftTruth(0, ZERO, ZERO, 0.0, False, False))
    assert world.truth().hurt


@pytest.mark.xdist_group("shelling")
@pytest.mark.timeout(180)
def test_under_shells_he_goes_down_again_and_again_and_is_waited_for() -> None:
    mission = first("shelling")
    assert len(mission.flown.world.truth().covers) >= 5
    assert mission.phases().count(Phase.COVER) >= 5


@pytest.mark.xdist_group("feigned")
def test_a_hidden_grenade_hurts_nobody_and_changes_nothing_about_his_protection() -> None:
    mission = first("feigned")
    assert len(mission.flown.world.truth().impacts) == 1
    closed = next(i for i, v in enumerate(mission.told) if isinstance(v, c.MissionClosed))
    assert not any(isinstance(v, c.EndNoFire) for v in mission.told[:closed])
    words = " ".join(v.words for v in mission.told if isinstance(v, (c.Alert, c.Propose)))
    assert "not surrender" not in words
    assert any(f.act is Act.LIE_FACE_DOWN for f in mission.scenes[-3].figures)
    burst = next(i for i, scene in enumerate(mission.scenes) if scene.scars)
    for figure in mission.scenes[burst].figures[1:]:
        assert figure.position.up < -1.0, "until then all receivers stay in their trench"


@pytest.mark.xdist_group("own-drone")
def test_the_neighbours_word_is_lost_he_hides_and_is_reassured_when_it_is_back() -> None:
    mission = first("own-drone")
    lost = next(i for i, v in enumerate(mission.told) if isinstance(v, e.NoFireLost))
    back = next(i for i, v in enumerate(mission.told) if i > lost and isinstance(v, e.NoFireAcknowledged))
    between = mission.told[lost:back]
    assert not any(isinstance(v, c.Transmit) and v.signal in (Signal.YES, Signal.NO) for v in between)
    assert any(isinstance(v, c.Transmit) and v.signal is Signal.NO for v in mission.told[back:])
    assert [rest.kind for rest in mission.flown.world.truth().covers] == ["drone"]
    assert any(craft.kind == "drone" for scene in mission.scenes for craft in scene.crafts)


@pytest.mark.xdist_group("lost-hiker")
def test_a_hiker_lays_no_weapon_down_and_a_bystander_goes_his_way() -> None:
    mission = first("lost-hiker")
    shown = {g.gesture for sighting in mission.all(e.Sighting) for g in sighting.gestures}
    assert Gesture.WAVE_BOTH in shown
    assert Gesture.WEAPON_DOWN not in shown
    assert not any(scene.lying and scene.lying[0].what == "rifle" for scene in mission.scenes)
    bystander = [next(f for f in scene.figures if f.key == 51) for scene in mission.scenes]
    assert bystander[0].act is Act.STAND
    assert abs(bystander[-1].position[0] - 60.0) < 1.0


@pytest.mark.xdist_group("family")
@pytest.mark.timeout(180)
def test_a_family_with_a_child_comes_out_together() -> None:
    mission = first("family")
    truth = mission.flown.world.truth()
    assert [person.outcome for person in truth.people] == [Outcome.LED_OUT.value] * 4
    assert [f.garb.build for f in mission.scenes[0].figures[:4]] == [Build.MAN, Build.WOMAN, Build.OLD, Build.CHILD]


def test_the_example_of_the_how_to_is_a_scenario_that_ends_well() -> None:
    page = (Path(__file__).parents[2] / "docs/how-to/write-a-scenario.md").read_text("utf-8")
    example = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    ended_well(fly(read_scenario(example[0], "my-walk.toml"), 1))
    with pytest.raises(BadInput) as caught:
        read_scenario(example[0].replace("pauses =", "pausen ="), "my-walk.toml")
    assert str(caught.value) in page


@pytest.mark.parametrize("name", ["group", "own-drone", "feigned", "relay"])
@pytest.mark.parametrize("at_s", [150.0, 330.0])
def test_a_world_taken_down_and_put_up_again_in_the_middle_goes_on_to_the_same_end(name: str, at_s: float) -> None:
    scenario = load_scenario(name)

    class Interrupted(World):
        done = False

        def advance(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:
            events = super().advance(t_ns, aircraft)
            if not self.done and self.truth().t_s >= at_s:
                other = World(scenario, 99)
                other.restore(json.loads(json.dumps(self.snapshot())))
                self.__dict__.update(other.__dict__)
                self.done = True
            return events

    ends = []
    for kind in (World, Interrupted):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(campaign_mission, "World", kind)
            patch.setattr(campaign_mission, "LIMIT_S", at_s + 40.0)
            flown = fly_through(scenario, 2)
            ends.append((flown.world.truth(), flown.world.scene(), flown.mission.state))
    assert ends[0] == ends[1]


@pytest.mark.timeout(180)
def test_smoke_on_the_way_does_not_hold_him_up() -> None:
    """A new way led through smoke that stays: he was lost and found 38 times before it (decision record 45)."""
    result = fly_task(Task(0, "shelling", 254, (0.2, 1.5))).result
    assert (result.ended, result.abandoned) == ("arrived", 0)
    assert len(result.hidings) <= 10
