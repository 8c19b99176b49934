"""What people know comes from what they see and can read: darkness, languages, wounds, who is with them."""

from __future__ import annotations

from math import hypot
from random import Random

import msgspec
import pytest

from safeconduct.model.commands import Alert, NotifyReception
from safeconduct.model.events import Event, ReceiverConfirmed, ReliefOnStation, Sighting
from safeconduct.model.geometry import ZERO, Enu, bearing_deg
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.vocabulary import Gesture, Posture, Signal
from safeconduct.sim import AircraftTruth, Scenario, World, load_scenario
from safeconduct.sim.body import Doing
from safeconduct.sim.ground import Ground
from safeconduct.sim.onlooker import Onlooker
from safeconduct.sim.person import Person
from safeconduct.sim.scene import Act
from safeconduct.sim.surroundings import Cloud, Note, Relief
from safeconduct.sim.traits import CompanionTraits, PersonTraits, Walker, Wound
from safeconduct.sim.understanding import understand
from unit.world.flights import Offset, shown, up_down
from unit.world.leader import Leader

START = SIMULATED_START_NS
SHORT = load_scenario("short-walk")


def with_person(**changes: object) -> Scenario:
    return msgspec.structs.replace(SHORT, person=msgspec.structs.replace(SHORT.person, **changes))


def person_of(traits: PersonTraits, note: Note | None = None) -> Person:
    return Person(traits, Ground((), ()), Random(1), reception=SHORT.route[-1], receivers=SHORT.receivers, note=note)


def read_from(slant_m: float, *, dark: bool, offset: Offset | None = None) -> int:
    """How many of forty onlookers understand YES at that distance."""
    understood = 0
    for seed in range(40):
        onlooker = Onlooker(Random(seed), dark=dark)
        flight = shown(offset or up_down(0.06 * slant_m), slant_m, 16.0)
        signals = [
            onlooker.look(t_s, (0.0, 0.0, 1.6), aircraft, looking=True, follows=False, legend=False)
            for t_s, aircraft in flight
        ]
        understood += Signal.YES in signals
    return understood


def test_by_night_motion_is_read_only_from_near() -> None:
    assert read_from(20.0, dark=True) >= 30
    assert read_from(45.0, dark=True) == 0
    assert read_from(45.0, dark=False) >= 25


@pytest.mark.parametrize(("dark", "lit", "seen"), [(False, False, True), (True, False, False), (True, True, True)])
def test_by_night_the_aircraft_is_seen_far_only_by_its_light(dark: bool, lit: bool, seen: bool) -> None:
    onlooker = Onlooker(Random(1), dark=dark)
    aircraft = AircraftTruth(START, Enu(0.0, 110.0, 40.0), ZERO, 180.0, lit, True)
    onlooker.look(5.0, (0.0, 0.0, 1.6), aircraft, looking=True, follows=False, legend=False)
    assert (onlooker.state.seen_s == 5.0) is seen


@pytest.mark.parametrize(
    ("note", "legend", "trust"),
    [
        (Note(("uk",)), True, 0.2),
        (Note(("fr",)), True, 0.08),
        (Note(("fr",), pictograms=False), False, 0.0),
    ],
)
def test_a_note_in_no_language_of_his_speaks_by_its_pictograms(note: Note, legend: bool, trust: float) -> None:
    person = person_of(SHORT.person, note)
    before = person.state.trust
    person.become(Doing.READS, 0.0)
    person.reads(1.0, 0.1)
    assert person.state.read_note is legend
    assert person.state.trust == pytest.approx(before + trust)


def test_who_cannot_walk_answers_follow_by_pointing_at_his_leg() -> None:
    person = person_of(msgspec.structs.replace(SHORT.person, cannot_walk=True))
    person.state.trust = 1.0
    person.state.read_note = True
    person.become(Doing.READY, 0.0)
    for t_s in (1.0, 2.0, 3.0):
        understand(person, t_s, Signal.FOLLOW, False)
    assert person.state.gesture is Gesture.POINT_LEG
    assert person.state.doing is Doing.READY
    person.stand()
    assert person.state.posture is Posture.SITTING


def test_who_is_hurt_by_a_shell_is_fetched_where_he_lies() -> None:
    leader = Leader(SHORT, World(SHORT, 1))
    leader.mission(until_s=200.0)
    leader.world.drop_shell(2.0)
    leader.hold(3.0)
    assert leader.world.truth().hurt
    leader.world.perform(NotifyReception(leader.t_ns, 1, 40.0, None, "cannot walk: come to him"))
    leader.hold(150.0)
    (confirmed,) = [event for event in leader.events if isinstance(event, ReceiverConfirmed)]
    assert confirmed.condition == "hurt"
    assert leader.world.truth().people[0].outcome == "left_with_care"


def test_a_wounded_leg_limps_and_exhaustion_stops_him_for_breath() -> None:
    scenario = with_person(wound=Wound.LEG, kind=Walker.WEAK, rests_every_m=15.0, pauses=())
    leader = Leader(
        msgspec.structs.replace(scenario, salvos=()), World(msgspec.structs.replace(scenario, salvos=()), 1)
    )
    acts: list[Act] = []
    advance = leader.world.advance

    def looked_at(t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        events = advance(t_ns, aircraft)
        acts.append(leader.world.scene().figures[0].act)
        return events

    leader.world.advance = looked_at  # type: ignore[method-assign]
    leader.mission()
    truth = leader.world.truth()
    assert truth.in_custody
    assert Act.LIMP in acts
    assert Act.WALK not in acts
    assert leader.world.scene().figures[0].garb.bandage == "leg"
    assert truth.walk_s > truth.free_walk_s + 12.0


def test_each_of_a_group_has_his_own_track_and_they_stay_together() -> None:
    slow = CompanionTraits((21.0, 31.0), kind=Walker.WEAK)
    quick = CompanionTraits((17.0, 27.0), kind=Walker.HEALTHY)
    scenario = msgspec.structs.replace(SHORT, companions=(slow, quick))
    leader = Leader(scenario, World(scenario, 3))
    apart: list[float] = []
    advance = leader.world.advance
    tracks: set[int] = set()

    def only_him(t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        events = advance(t_ns, aircraft)
        him, *others = leader.world.scene().figures[:3]
        apart.append(max(hypot(f.position[0] - him.position[0], f.position[1] - him.position[1]) for f in others))
        tracks.update(e.track for e in events if isinstance(e, Sighting))
        return [e for e in events if not isinstance(e, Sighting) or e.track < 40]

    leader.world.advance = only_him  # type: ignore[method-assign]
    leader.mission()
    truth = leader.world.truth()
    assert {1, 42, 43} <= tracks
    assert [person.outcome for person in truth.people] == ["in_custody"] * 3
    assert [e.persons for e in leader.events if isinstance(e, ReceiverConfirmed)] == [3]
    assert max(apart) < 25.0


def test_the_relief_comes_when_the_station_calls_and_sees_him_a_little_later() -> None:
    scenario = msgspec.structs.replace(SHORT, relief=Relief((200.0, 0.0), (20.0, 20.0), (5.0, 5.0)))
    world = World(scenario, 1)
    events: list[tuple[float, ReliefOnStation]] = []
    for i in range(600):
        t_ns = START + i * NS // 10
        if i == 100:
            world.perform(Alert(t_ns, "warning", "battery_short", "…"))
        told = world.advance(t_ns, AircraftTruth(t_ns, Enu(19.0, 12.0, 15.0), ZERO, 0.0, False, True))
        events += [(i / 10.0, e) for e in told if isinstance(e, ReliefOnStation)]
    assert [e.person_confirmed for _, e in events] == [False, True]
    assert [t for t, _ in events] == pytest.approx([29.9, 34.9], abs=0.3)
    (craft,) = world.scene().crafts
    assert hypot(craft.position[0] - 19.0, craft.position[1] - 29.0) == pytest.approx(20.0, abs=1.0)


def test_standing_smoke_hides_from_the_plain_eyes_and_is_in_the_scene() -> None:
    hidden = msgspec.structs.replace(SHORT, clouds=(Cloud((19.0, 22.0), 6.0, 0.9),))
    place = Enu(19.0, 12.0, 15.0)
    seen = {}
    for scenario in (SHORT, hidden):
        world = World(scenario, 1)
        heading = bearing_deg(place, Enu(19.0, 29.0, 0.0))
        told = [
            event
            for i in range(100)
            for event in world.advance(START + i * NS // 10, AircraftTruth(0, place, ZERO, heading, False, True))
        ]
        seen[scenario.clouds] = sum(isinstance(event, Sighting) for event in told)
        assert len(world.scene().smokes) == len(scenario.clouds)
    assert seen[()] > 30
    assert seen[hidden.clouds] == 0
