"""The plain world as a whole: what the person does, what falls, what the own side answers, what the eyes report.

One random generator, seeded, whose state is part of the snapshot: the same seed and the same flight give the same
events to the byte, and a world restored from a snapshot goes on as if nothing had happened.
"""

from __future__ import annotations

from math import ceil, hypot
from random import Random
from typing import Any, Literal

import msgspec

from safeconduct.model.commands import Command
from safeconduct.model.events import (
    Choice,
    Event,
    Impact,
    NoteLanded,
    NotePickedUp,
    NoteReleased,
    VideoHealth,
)
from safeconduct.model.geometry import Enu, ground_range_m
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Decision
from safeconduct.sim import staging
from safeconduct.sim.artillery import Artillery, ArtilleryState, Hit
from safeconduct.sim.body import Doing, PersonState
from safeconduct.sim.falling import FallingNote, let_go
from safeconduct.sim.ground import Ground
from safeconduct.sim.neighbours import Neighbours, NeighboursState
from safeconduct.sim.onlooker import OnlookerState
from safeconduct.sim.person import Person
from safeconduct.sim.plain_eyes import CANNOT_TELL_PX, EyesState, PlainEyes
from safeconduct.sim.receiving import Receiver, ReceivingParty, posts_near
from safeconduct.sim.scenario import Scenario
from safeconduct.sim.scene import Cloth, Garb, Scene
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.truth import PersonTruth, Truth

STEP_S = 0.1
CATCH_UP_S = 600.0
NOTE_SLOT = 1
IMPACT_SEEN_WITHIN_M = 250.0
PERSON_GARB = Garb(helmet=True, vest=True, bag=True)
RECEIVER_GARB = Garb(jacket=Cloth.CAMOUFLAGE, trousers=Cloth.CAMOUFLAGE, helmet=True, vest=True)


class ReportDue(msgspec.Struct):
    at_s: float
    east: float
    north: float


class WorldState(msgspec.Struct):
    """All of the world that lasts, but for the scenario."""

    seed: int
    started_ns: int
    t_ns: int
    random: tuple[int, list[int], float | None]
    person: PersonState
    onlooker: OnlookerState
    artillery: ArtilleryState
    neighbours: NeighboursState
    receiving: list[Receiver]
    eyes: EyesState
    notes: list[FallingNote]
    reports: list[ReportDue]
    impacts: list[Hit]
    aircraft: tuple[float, float, float]
    next_video_s: float
    video_fails: tuple[float, float]
    kneeled_s: float
    pick_up_told: bool


class World:
    """The simulated world of one mission; driven, never running by itself.

    eyes: with "truth" the world itself reports what a camera would show (sightings, impacts, the note's fate, the
    video's health); with "camera" it reports none of that: somebody looks at pictures of `scene()`.
    """

    def __init__(self, scenario: Scenario, seed: int, eyes: Literal["truth", "camera"] = "truth") -> None:
        self.scenario = scenario
        self._seed = seed
        self._rng = Random(seed)
        self._ground = Ground(scenario.trenches, scenario.craters)
        reception = scenario.route[-1]
        self._person = Person(
            scenario.person, self._ground, self._rng, reception=reception, receivers=scenario.receivers
        )
        self._artillery = Artillery(scenario.salvos, scenario.wind, self._rng)
        self._neighbours = Neighbours(scenario.neighbours, scenario.receivers, self._rng)
        self._receiving = ReceivingParty(posts_near(scenario.route, self._ground, 3), reception, self._ground)
        self._eyes = PlainEyes(scenario.camera, self._ground, self._rng)
        self._by_truth = eyes == "truth"
        self._started_ns = -1
        self._t_ns = 0
        self._t_s = 0.0
        self._notes: list[FallingNote] = []
        self._reports: list[ReportDue] = []
        self._impacts: list[Hit] = []
        self._aircraft = (0.0, 0.0, 0.0)
        self._next_video_s = 0.0
        self._video_fails = (-1.0, -1.0)
        self._kneeled_s = -1.0
        self._pick_up_told = False

    def advance(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        """Let the world live until t_ns with the aircraft where it is; return what became known.

        After a longer silence (the program had died) the world catches up unseen, at most ten minutes of it.
        """
        if self._started_ns < 0:
            self._started_ns = self._t_ns = t_ns
        dt_s = min((t_ns - self._t_ns) / NS, CATCH_UP_S)
        self._t_ns = t_ns
        self._aircraft = (aircraft.position[0], aircraft.position[1], aircraft.position[2])
        now_s = (t_ns - self._started_ns) / NS
        events: list[Event] = []
        if dt_s > 1.6 * STEP_S:
            steps = ceil(dt_s / STEP_S)
            part_s = dt_s / steps
            for i in range(steps - 1):
                self._live(now_s - dt_s + (i + 1) * part_s, part_s, aircraft, events)
            dt_s = part_s
        self._live(now_s, dt_s, aircraft, events)
        if self._by_truth:
            self._report(now_s, t_ns, aircraft, events)
        return events

    def _live(self, t_s: float, dt_s: float, aircraft: AircraftTruth, events: list[Event]) -> None:
        """What happens, seen or not; what is heard of by other ways than the picture goes to `events`."""
        self._t_s = t_s
        person = self._person
        p = person.state
        for hit in self._artillery.advance(t_s, dt_s, p.walked_m, p.east, p.north):
            self._impacts.append(hit)
            person.shell_falls(t_s, hit.from_person_m)
            due_s = t_s + self._rng.uniform(0.1, 0.5)
            if self._by_truth:
                self._reports.append(ReportDue(due_s, hit.east, hit.north))
        for note in [note for note in self._notes if note.lands_s <= t_s]:
            self._notes.remove(note)
            person.note_falls(t_s, (note.east, note.north))
            height = self._ground.height_m(note.east, note.north)
            if self._by_truth:
                events.append(NoteLanded(self._t_ns, Enu(round(note.east, 2), round(note.north, 2), round(height, 2))))
        person.live(t_s, dt_s, aircraft, self._neighbours.state.ready)
        if p.kneels_since_s >= 0.0 and self._kneeled_s < 0.0:
            self._kneeled_s = p.kneels_since_s
        condition = "hurt" if p.hurt else "unhurt, exhausted"
        for event in self._neighbours.advance(t_s, self._t_ns, p.kneels_since_s, condition):
            events.append(event)
        if self._neighbours.state.confirmed and p.doing is not Doing.IN_CUSTODY:
            person.become(Doing.IN_CUSTODY, t_s)
        word = self._neighbours.state
        self._receiving.live(t_s, dt_s, word.ready, word.comes_s, (p.east, p.north))

    def _report(self, t_s: float, t_ns: int, aircraft: AircraftTruth, events: list[Event]) -> None:
        """What the picture shows."""
        fails_from, fails_until = self._video_fails
        blind = fails_from <= t_s < fails_until
        if t_s >= self._next_video_s - 1e-6:
            self._next_video_s = t_s + 1.0
            age_s = t_s - fails_from if blind else self._rng.uniform(0.06, 0.12)
            events.append(VideoHealth(t_ns, not blind, round(age_s, 2)))
        if blind:
            return
        sighting = self._eyes.see(t_s, t_ns, aircraft, self._person.state, self._artillery)
        if sighting is not None:
            events.append(sighting)
            if self._person.state.picked_up and not self._pick_up_told and sighting.height_px >= CANNOT_TELL_PX:
                self._pick_up_told = True
                events.append(NotePickedUp(t_ns, "eyes"))
        if self._reports:
            for report in [report for report in self._reports if report.at_s <= t_s]:
                self._reports.remove(report)
                place = Enu(report.east, report.north, 0.0)
                if aircraft.flying and ground_range_m(place, aircraft.position) < IMPACT_SEEN_WITHIN_M:
                    events.append(Impact(t_ns, place, "eyes"))

    def notice(self, event: Event) -> None:
        """Something the aircraft or the operator did that changes the world: a note on its way, a person confirmed."""
        if isinstance(event, NoteReleased) and event.slot == NOTE_SLOT:
            note = let_go(self._t_s, self._aircraft, self._ground, self.scenario.wind, self._rng)
            self._notes.append(note)
            p = self._person.state
            if hypot(p.east - note.left_east, p.north - note.left_north) < 3.0:
                p.fear = min(1.0, p.fear + 0.3)  # a thing that falls from overhead looks like a bomb
        elif isinstance(event, Choice) and event.decision in {Decision.CONFIRM_PERSON, Decision.SELECT_PERSON}:
            self._eyes.state.candidate = False

    def perform(self, command: Command) -> None:
        """A command to others than the aircraft: the neighbours and the receivers hear of it."""
        self._neighbours.take(command, self._t_s)

    def lose_sight(self, seconds: float) -> None:
        """For drills: the eyes do not find the person for so long, though pictures come."""
        self._eyes.state.blind_until_s = self._t_s + seconds

    def lose_video(self, seconds: float) -> None:
        """For drills: no picture comes for so long."""
        self._video_fails = (self._t_s, self._t_s + seconds)
        self._next_video_s = self._t_s

    def drop_shell(self, from_person_m: float) -> None:
        """For drills: one shell, now, so far from the person."""
        self._artillery.drop(self._t_s, from_person_m)

    def scene(self) -> Scene:
        """What there is to be seen now; building it changes nothing, and draws no chance."""
        t_s, s = self._t_s, self._person.state
        figures = [staging.figure(1, PERSON_GARB, s, t_s, armed=True)]
        figures += [
            staging.receiver(i, RECEIVER_GARB, one, t_s, armed=True) for i, one in enumerate(self._receiving.state)
        ]
        return Scene(
            t_s=t_s,
            figures=tuple(figures),
            lying=staging.things(s, self._notes, self._ground, t_s),
            bursts=staging.bursts(self._impacts, self.scenario.wind, self._ground, t_s),
            scars=staging.scars(self._impacts, self._ground),
        )

    def truth(self) -> Truth:
        p = self._person.state
        walk_s = 0.0
        if p.followed_from_s >= 0.0:
            walk_s = (self._kneeled_s if self._kneeled_s >= 0.0 else self._t_s) - p.followed_from_s
        return Truth(
            t_s=round(self._t_s, 1),
            position=Enu(round(p.east, 2), round(p.north, 2), round(p.up, 2)),
            posture=p.posture,
            doing=str(p.doing),
            walked_m=round(p.walked_m, 1),
            walk_s=round(walk_s, 1),
            free_walk_s=round(self._person.free_walk_s(self.scenario.route_length_m), 1),
            pauses=tuple(msgspec.structs.replace(rest) for rest in p.rests),
            covers=tuple(msgspec.structs.replace(rest) for rest in p.covers),
            impacts=tuple(self._impacts),
            hurt=p.hurt,
            in_custody=p.doing is Doing.IN_CUSTODY,
            people=(
                PersonTruth(
                    1,
                    self._person.position,
                    p.posture,
                    str(p.doing),
                    p.hurt,
                    "in_custody" if p.doing is Doing.IN_CUSTODY else "",
                ),
            ),
        )

    def snapshot(self) -> dict[str, Any]:
        """The whole state as plain values that JSON can hold."""
        version, numbers, spare = self._rng.getstate()
        state = WorldState(
            seed=self._seed,
            started_ns=self._started_ns,
            t_ns=self._t_ns,
            random=(version, list(numbers), spare),
            person=self._person.state,
            onlooker=self._person.onlooker.state,
            artillery=self._artillery.state,
            neighbours=self._neighbours.state,
            receiving=self._receiving.state,
            eyes=self._eyes.state,
            notes=self._notes,
            reports=self._reports,
            impacts=self._impacts,
            aircraft=self._aircraft,
            next_video_s=self._next_video_s,
            video_fails=self._video_fails,
            kneeled_s=self._kneeled_s,
            pick_up_told=self._pick_up_told,
        )
        plain: dict[str, Any] = msgspec.to_builtins(state)
        return plain

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Take up a snapshot of a world of the same scenario. Raises msgspec.ValidationError if it is none."""
        state = msgspec.convert(snapshot, WorldState)
        self._seed = state.seed
        version, numbers, spare = state.random
        self._rng.setstate((version, tuple(numbers), spare))
        self._started_ns, self._t_ns = state.started_ns, state.t_ns
        self._t_s = (state.t_ns - state.started_ns) / NS
        self._person.state = state.person
        self._person.onlooker.state = state.onlooker
        self._artillery.state = state.artillery
        self._neighbours.state = state.neighbours
        self._receiving.state = state.receiving
        self._eyes.state = state.eyes
        self._notes, self._reports, self._impacts = state.notes, state.reports, state.impacts
        self._aircraft = state.aircraft
        self._next_video_s, self._video_fails = state.next_video_s, state.video_fails
        self._kneeled_s = state.kneeled_s
        self._pick_up_told = state.pick_up_told
