"""What a camera would see of the plain world: everybody at his place, in his act, and nothing disturbed by looking."""

from __future__ import annotations

from math import hypot

import msgspec
import pytest

from safeconduct.model.events import Event, Impact, NoteLanded, NotePickedUp, ReceiverConfirmed, Sighting, VideoHealth
from safeconduct.model.geometry import bearing_deg
from safeconduct.model.vocabulary import Gesture
from safeconduct.model.wire import encode
from safeconduct.sim import AircraftTruth, World, load_scenario
from safeconduct.sim.scene import Act, Figure, Held, Scene
from unit.world.leader import Leader

SHORT = load_scenario("short-walk")


class Watched(Leader):
    """A mission whose every moment is also looked at."""

    def __init__(self, seed: int) -> None:
        super().__init__(SHORT, World(SHORT, seed))
        self.scenes: list[tuple[AircraftTruth, Scene]] = []
        advance = self.world.advance

        def looked_at(t_ns: int, aircraft: AircraftTruth) -> list[Event]:
            events = advance(t_ns, aircraft)
            self.scenes.append((aircraft, self.world.scene()))
            return events

        self.world.advance = looked_at  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def watched() -> Watched:
    leader = Watched(1)
    leader.mission()
    for _ in range(300):
        leader.step(leader.at)
    return leader


def he(scene: Scene) -> Figure:
    return next(figure for figure in scene.figures if figure.key == 1)


def test_looking_changes_nothing(watched: Watched) -> None:
    unseen = Leader(SHORT, World(SHORT, 1))
    unseen.mission()
    assert [encode(e) for e in watched.events][: len(unseen.events)] == [encode(e) for e in unseen.events]


def test_every_act_of_the_walk_is_to_be_seen(watched: Watched) -> None:
    acts = {he(scene).act for _, scene in watched.scenes}
    assert acts >= {
        *(Act.CROUCH, Act.STAND, Act.CRAWL, Act.READ, Act.WALK, Act.DRINK, Act.DIVE, Act.LIE_FACE_DOWN),
        *(Act.KNEEL, Act.HANDS_ON_HEAD),
    }


def test_time_gait_and_facing_run_without_a_jump(watched: Watched) -> None:
    for (_, a), (_, b) in zip(watched.scenes, watched.scenes[1:], strict=False):
        one, two = he(a), he(b)
        assert 0.0 <= two.strode_m - one.strode_m < 0.4
        assert abs((two.facing_deg - one.facing_deg + 180.0) % 360.0 - 180.0) < 20.0
        assert two.act_s == pytest.approx(one.act_s + 0.1, abs=0.02) or (two.act is not one.act and two.act_s < 0.15)
        assert hypot(two.position[0] - one.position[0], two.position[1] - one.position[1]) < 0.4


def test_he_faces_the_aircraft_when_he_begs_and_his_way_when_he_walks(watched: Watched) -> None:
    for aircraft, scene in watched.scenes:
        figure = he(scene)
        if figure.gesture is Gesture.HANDS_UP and figure.gesture_s > 2.0 and figure.act is Act.STAND:
            off = (figure.facing_deg - bearing_deg(figure.position, aircraft.position) + 180.0) % 360.0 - 180.0
            assert abs(off) < 12.0


def test_the_rifle_lies_where_he_put_it_and_helmet_and_vest_stay_with_him(watched: Watched) -> None:
    first, last = watched.scenes[0][1], watched.scenes[-1][1]
    assert he(first).held is Held.RIFLE
    assert [thing.what for thing in last.lying] == [Held.RIFLE]
    assert hypot(last.lying[0].position[0] - 19.0, last.lying[0].position[1] - 29.0) < 1.5
    assert he(last).garb.helmet
    assert he(last).garb.vest


def test_the_note_falls_lies_and_is_read(watched: Watched) -> None:
    heights = [t.position.up for _, s in watched.scenes for t in s.lying if t.what is Held.NOTE]
    assert max(heights) > 5.0
    assert any(he(scene).held is Held.NOTE for _, scene in watched.scenes)


def test_a_shell_is_dust_for_a_while_and_a_crater_for_good(watched: Watched) -> None:
    ages = [burst.age_s for _, scene in watched.scenes for burst in scene.bursts]
    assert min(ages) < 0.2
    assert max(ages) > 12.0
    assert all(burst.drift.east > 0.0 for _, scene in watched.scenes for burst in scene.bursts)
    assert len(watched.scenes[-1][1].scars) == 2
    assert watched.scenes[-1][1].bursts == ()


def test_receivers_crouch_until_they_are_ready_and_have_him_before_they_say_so(watched: Watched) -> None:
    told = next(event.t_ns for event in watched.events if isinstance(event, ReceiverConfirmed))
    others = [figure for figure in watched.scenes[0][1].figures if figure.key > 100]
    assert [figure.act for figure in others] == [Act.CROUCH] * 3
    at_the_end = next(scene for aircraft, scene in watched.scenes if aircraft.t_ns >= told)
    near = sorted(
        hypot(f.position[0] - he(at_the_end).position[0], f.position[1] - he(at_the_end).position[1])
        for f in at_the_end.figures
        if f.key > 100
    )
    assert near[0] < 2.5
    assert near[1] < 3.5
    assert near[2] > 6.0, "one stays in cover"


def test_with_camera_eyes_the_world_says_nothing_that_pictures_show() -> None:
    leader = Leader(SHORT, World(SHORT, 1, eyes="camera"))
    for _ in range(100):
        leader.step(leader.at)
    leader.world.drop_shell(20.0)
    for _ in range(100):
        leader.step(leader.at)
    assert not any(isinstance(e, (Sighting, VideoHealth, Impact, NoteLanded, NotePickedUp)) for e in leader.events)
    assert len(leader.world.truth().impacts) == 1


def test_the_look_of_things_survives_a_restart(watched: Watched) -> None:
    world = World(SHORT, 9)
    world.restore(msgspec.json.decode(msgspec.json.encode(watched.world.snapshot())))
    assert world.scene() == watched.world.scene()
