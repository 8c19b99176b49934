"""The plain world as a mission meets it: the person comes in, and the same seed is the same world."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest

from safeconduct.model.commands import EndNoFire, NotifyReception, RequestNoFire
from safeconduct.model.events import (
    Event,
    Impact,
    NoFireAcknowledged,
    NoFireLost,
    NoteLanded,
    NotePickedUp,
    NoteReleased,
    ReceiverConfirmed,
    ReceiverReady,
    Sighting,
    VideoHealth,
)
from safeconduct.model.geometry import ZERO, Enu, ground_range_m
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.model.wire import encode
from safeconduct.sim import AircraftTruth, Scenario, World, load_scenario
from unit.world.leader import Leader

START = SIMULATED_START_NS
SHORT = load_scenario("short-walk")


def led(scenario: Scenario, seed: int) -> Leader:
    leader = Leader(scenario, World(scenario, seed))
    leader.mission()
    return leader


def seen_from(position: Enu, heading_deg: float, world: World, seconds: float, from_s: float = 0.0) -> list[Event]:
    """Hover at a place and take what the world tells."""
    events: list[Event] = []
    for i in range(round(seconds * 10)):
        t_ns = START + round((from_s + i / 10.0) * 10) * NS // 10
        events += world.advance(t_ns, AircraftTruth(t_ns, position, ZERO, heading_deg, False, True))
    return events


@pytest.mark.parametrize("seed", range(6))
def test_the_person_follows_an_ideal_leader_to_the_receivers_and_kneels(seed: int) -> None:
    leader = led(SHORT, seed)
    truth = leader.world.truth()
    assert truth.in_custody
    assert not truth.hurt
    assert ground_range_m(truth.position, leader.route[-1]) < 20.0
    assert len(truth.pauses) == 1
    assert len(truth.covers) >= 1
    assert truth.walk_s > truth.free_walk_s


def test_the_first_walk_is_walked_with_a_drink_a_smoke_and_three_salvos() -> None:
    leader = led(load_scenario("first-walk"), 7)
    truth = leader.world.truth()
    assert truth.in_custody
    assert not truth.hurt
    assert 900.0 < truth.walked_m < 1060.0
    assert [pause.kind for pause in truth.pauses] == ["drink", "smoke"]
    assert len(truth.impacts) == 9
    assert 8.0 <= min(hit.from_person_m for hit in truth.impacts) <= 15.0
    assert sum(isinstance(event, Impact) for event in leader.events) == 9
    assert truth.free_walk_s + 150.0 < truth.walk_s < 3.0 * truth.free_walk_s


def test_a_mission_tells_its_events_in_the_order_of_the_walk() -> None:
    kinds: list[type[Event]] = [type(event) for event in led(SHORT, 1).events]
    order: list[type[Event]] = [ReceiverReady, NoteLanded, NotePickedUp, Impact, ReceiverConfirmed]
    places = [kinds.index(kind) for kind in order]
    assert places == sorted(places)
    assert kinds.count(NotePickedUp) == kinds.count(ReceiverConfirmed) == 1


def test_the_same_seed_is_the_same_world_to_the_byte() -> None:
    one, two, other = (b"\n".join(encode(event) for event in led(SHORT, seed).events) for seed in (3, 3, 4))
    assert one == two
    assert one != other


@pytest.mark.parametrize("at_s", [20, 60, 110, 170, 230])
def test_a_world_restored_from_a_snapshot_goes_on_identically(at_s: int) -> None:
    leader = Leader(SHORT, World(SHORT, 5))
    flown: list[AircraftTruth] = []
    advance = leader.world.advance

    def kept_advance(t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        flown.append(aircraft)
        return advance(t_ns, aircraft)

    leader.world.advance = kept_advance  # type: ignore[method-assign]
    leader.mission(until_s=at_s)
    kept = json.loads(json.dumps(leader.world.snapshot()))
    twin = World(SHORT, 99)
    twin.restore(kept)
    last = flown[-1]
    for i in range(1, 400):
        t_ns = last.t_ns + i * NS // 10
        place = last._replace(t_ns=t_ns, position=last.position._replace(up=last.position.up + (i % 40) / 20.0))
        assert [encode(e) for e in twin.advance(t_ns, place)] == [encode(e) for e in advance(t_ns, place)]
    assert twin.truth() == leader.world.truth()


def test_what_is_no_snapshot_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        World(SHORT, 1).restore({"person": 3})


def test_sightings_come_five_a_second_with_centimetres_and_a_little_noise() -> None:
    world = World(SHORT, 2)
    events = seen_from(Enu(19.0, 12.0, 15.0), 0.0, world, 60.0)
    late = [event for event in events if isinstance(event, Sighting) and event.t_ns > START + 20 * NS]
    assert 180 <= len(late) <= 200
    errors = [ground_range_m(event.position, world.truth().position) for event in late]
    assert 0.1 < sum(errors) / len(errors) < 0.5
    assert all(round(event.position.east, 2) == event.position.east for event in late)
    assert {event.track for event in late} == {1}
    assert all(125.0 < event.height_px < 160.0 for event in late if event.posture is Posture.STANDING)


def test_he_pleads_when_he_sees_the_aircraft_and_every_gesture_is_held_and_grows() -> None:
    events = seen_from(Enu(19.0, 12.0, 15.0), 0.0, World(SHORT, 2), 90.0)
    seen = [event.gestures[0] for event in events if isinstance(event, Sighting) and event.gestures]
    assert seen[0].gesture is Gesture.WEAPON_DOWN
    hands_up = [gesture.held_s for gesture in seen if gesture.gesture is Gesture.HANDS_UP]
    assert max(hands_up) >= 3.0
    assert {Gesture.ARMS_CROSSED, Gesture.HANDS_CLASPED, Gesture.THROAT} <= {gesture.gesture for gesture in seen}


def test_from_far_the_eyes_cannot_tell_gestures() -> None:
    sightings = [e for e in seen_from(Enu(19.0, -30.0, 20.0), 0.0, World(SHORT, 2), 40.0) if isinstance(e, Sighting)]
    assert sightings
    assert all(event.cannot_tell and not event.gestures for event in sightings)


def test_a_camera_that_looks_elsewhere_sees_nobody() -> None:
    events = seen_from(Enu(19.0, 12.0, 15.0), 180.0, World(SHORT, 2), 30.0)
    assert not any(isinstance(event, Sighting) for event in events)
    assert sum(isinstance(event, VideoHealth) and event.ok for event in events) == 30


def test_a_low_aircraft_does_not_see_who_crouches_in_the_trench() -> None:
    low = seen_from(Enu(30.0, 10.0, 3.0), 332.0, World(SHORT, 2), 2.5)
    high = seen_from(Enu(19.0, 24.0, 20.0), 0.0, World(SHORT, 2), 2.5)
    assert not any(isinstance(event, Sighting) for event in low)
    assert any(isinstance(event, Sighting) for event in high)


def test_who_was_out_of_sight_for_long_comes_back_as_a_candidate() -> None:
    world = World(SHORT, 2)
    place = Enu(19.0, 12.0, 15.0)
    seen_from(place, 0.0, world, 20.0)
    world.lose_sight(12.0)
    back = [e for e in seen_from(place, 0.0, world, 20.0, from_s=20.0) if isinstance(e, Sighting)]
    assert back[0].t_ns >= START + 31 * NS
    assert back[0].track == 2
    assert back[0].candidate


def test_a_lost_picture_is_told_as_stale_and_shows_nobody() -> None:
    world = World(SHORT, 2)
    place = Enu(19.0, 12.0, 15.0)
    seen_from(place, 0.0, world, 20.0)
    world.lose_video(5.0)
    dark = seen_from(place, 0.0, world, 4.0, from_s=20.0)
    assert not any(isinstance(event, Sighting) for event in dark)
    assert [event.ok for event in dark if isinstance(event, VideoHealth)] == [False] * 4
    assert max(event.age_s for event in dark if isinstance(event, VideoHealth)) >= 2.9


def test_the_note_falls_with_the_wind_and_he_fetches_it() -> None:
    world = World(SHORT, 2)
    place = Enu(24.0, 22.0, 12.0)
    seen_from(place, 325.0, world, 20.0)
    world.notice(NoteReleased(START + 20 * NS, 1, "servo"))
    events = seen_from(place, 325.0, world, 90.0, from_s=20.0)
    landed = next(event for event in events if isinstance(event, NoteLanded))
    picked_up = next(event for event in events if isinstance(event, NotePickedUp))
    assert 2.0 <= (landed.t_ns - START) / NS - 20.0 <= 3.0
    assert 1.0 < ground_range_m(landed.position, place) < 8.0
    assert landed.t_ns < picked_up.t_ns
    assert picked_up.source == "eyes"


def test_a_shell_on_him_hurts_and_he_points_at_his_leg() -> None:
    world = World(SHORT, 2)
    place = Enu(19.0, 12.0, 15.0)
    seen_from(place, 0.0, world, 20.0)
    world.drop_shell(3.0)
    events = seen_from(place, 0.0, world, 40.0, from_s=20.0)
    assert world.truth().hurt
    shown = {g.gesture for e in events if isinstance(e, Sighting) for g in e.gestures if e.t_ns > START + 22 * NS}
    assert shown <= {Gesture.POINT_LEG}


def test_the_neighbour_answers_each_request_and_his_word_runs_out() -> None:
    world = World(SHORT, 2)
    place = Enu(19.0, 12.0, 15.0)
    seen_from(place, 0.0, world, 1.0)
    world.perform(RequestNoFire(START, place, 150.0, START + 30 * NS))
    events = seen_from(place, 0.0, world, 14.0, from_s=1.0)
    world.perform(RequestNoFire(START, place, 150.0, START + 60 * NS))
    events += seen_from(place, 0.0, world, 50.0, from_s=15.0)
    told = [event for event in events if isinstance(event, (NoFireAcknowledged, NoFireLost))]
    assert [type(event) for event in told] == [NoFireAcknowledged, NoFireAcknowledged, NoFireLost]
    assert 60 * NS < told[2].t_ns - START < 61 * NS
    world.perform(RequestNoFire(START, place, 150.0, START + 90 * NS))
    world.perform(EndNoFire(START, "closed"))
    after = seen_from(place, 0.0, world, 40.0, from_s=65.0)
    assert not any(isinstance(event, (NoFireAcknowledged, NoFireLost)) for event in after)


def test_receivers_who_were_never_told_do_not_come() -> None:
    world = World(SHORT, 2)
    leader = Leader(SHORT, world)
    perform = world.perform
    world.perform = lambda command: None if isinstance(command, NotifyReception) else perform(command)  # type: ignore[method-assign]
    leader.mission(until_s=600.0)
    assert not leader.done
    assert not any(isinstance(event, (ReceiverReady, ReceiverConfirmed)) for event in leader.events)


def test_after_a_silence_the_world_has_lived_on() -> None:
    world = World(SHORT, 2)
    place = Enu(19.0, 12.0, 15.0)
    seen_from(place, 0.0, world, 5.0)
    t_ns = START + 65 * NS
    events = world.advance(t_ns, AircraftTruth(t_ns, place, ZERO, 0.0, False, True))
    assert world.truth().t_s == 65.0
    assert all(event.t_ns == t_ns for event in events)
    assert world.truth().doing == "pleads"


def test_who_doubts_turns_back_and_comes_again_when_he_is_shown_the_way() -> None:
    doubting = msgspec.structs.replace(SHORT, person=msgspec.structs.replace(SHORT.person, turns_back=1.0))
    for seed in range(3):
        world = World(doubting, seed)
        doings: set[str] = set()
        advance = world.advance

        def noted(
            t_ns: int,
            aircraft: AircraftTruth,
            advance: Callable[[int, AircraftTruth], list[Event]] = advance,
            world: World = world,
            doings: set[str] = doings,
        ) -> list[Event]:
            doings.add(world.truth().doing)
            return advance(t_ns, aircraft)

        world.advance = noted  # type: ignore[method-assign]
        Leader(doubting, world).mission(until_s=900.0)
        assert "turns_back" in doings
        assert world.truth().in_custody
