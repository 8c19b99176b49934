"""The plain world as a whole: what the people do, what falls, what the own side answers, what the eyes report.

One random generator, seeded, whose state is part of the snapshot: the same seed and the same flight give the same
events to the byte, and a world restored from a snapshot goes on as if nothing had happened.
"""

from __future__ import annotations

from math import ceil, hypot
from random import Random
from typing import Any, Literal

import msgspec

from safeconduct.model.commands import Command
from safeconduct.model.events import Choice, Event, NoteLanded, NoteReleased, Spoken
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Decision
from safeconduct.sim import staging
from safeconduct.sim.artillery import Artillery, ArtilleryState, Hit
from safeconduct.sim.body import Body, PersonState
from safeconduct.sim.company import FIRST_BYSTANDER, Bystanders, Companion, Watcher
from safeconduct.sim.falling import FallingNote, let_go
from safeconduct.sim.hearing import told
from safeconduct.sim.mines import MinedGround
from safeconduct.sim.neighbours import Neighbours, NeighboursState
from safeconduct.sim.onlooker import OnlookerState
from safeconduct.sim.other_craft import OtherCraft, OtherCraftState
from safeconduct.sim.person import AFRAID_OF_ARMED_M, Person
from safeconduct.sim.plain_report import PlainReport, ReportState
from safeconduct.sim.receiving import ReceivingParty, posts_near
from safeconduct.sim.reception import Reception, ReceptionState
from safeconduct.sim.scenario import Scenario
from safeconduct.sim.scene import Scene
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.truth import Truth, truth_of

STEP_S = 0.1
CATCH_UP_S = 600.0
NOTE_SLOT = 1


class WorldState(msgspec.Struct):
    """All of the world that lasts, but for the scenario."""

    seed: int
    started_ns: int
    t_ns: int
    random: tuple[int, list[int], float | None]
    people: list[tuple[PersonState, OnlookerState]]
    watchers: list[Watcher]
    artillery: ArtilleryState
    neighbours: NeighboursState
    reception: ReceptionState
    craft: OtherCraftState
    report: ReportState
    notes: list[FallingNote]
    impacts: list[Hit]
    aircraft: tuple[float, float, float]


class World:
    """The simulated world of one mission; driven, never running by itself.

    eyes: with "truth" the world itself reports what a camera would show (sightings, impacts, the note's fate, the
    video's health); with "camera" it reports none of that: somebody looks at pictures of `scene()`.
    """

    def __init__(self, scenario: Scenario, seed: int, eyes: Literal["truth", "camera"] = "truth") -> None:
        self.scenario = scenario
        self._seed = seed
        self._rng = rng = Random(seed)
        self._ground = ground = scenario.laid_ground
        self._person = Person(
            scenario.person,
            ground,
            rng,
            reception=scenario.route[-1],
            receivers=scenario.receivers,
            note=scenario.note,
            dark=scenario.dark,
        )
        self._artillery = Artillery(scenario.salvos, scenario.wind, rng, scenario.clouds)
        self._neighbours = Neighbours(scenario.neighbours, scenario.receivers, rng)
        posts = list(scenario.receivers.posts) or posts_near(scenario.route, ground, scenario.receivers.count)
        party = ReceivingParty(posts, scenario.route[-1], ground)
        self._reception = Reception(self._neighbours, party, searches=scenario.receivers.searches)
        self._eyes = PlainReport(scenario.camera, ground, rng)
        self._companions = [Companion(traits, ground, rng, i) for i, traits in enumerate(scenario.companions)]
        self._bystanders = Bystanders(scenario.bystanders, ground)
        self._craft = OtherCraft(scenario.own_drones, scenario.relief, rng)
        self._others_fly = bool(scenario.own_drones) or scenario.relief is not None
        self._mines = MinedGround(scenario.dangers)
        self._person.slowest_mps = min((c.state.pace_mps for c in self._companions), default=9.9)
        self._person.company = len(self._companions)
        self._by_truth = eyes == "truth"
        self._started_ns = -1
        self._t_ns = 0
        self._t_s = 0.0
        self._notes: list[FallingNote] = []
        self._impacts: list[Hit] = []
        self._aircraft = (0.0, 0.0, 0.0)

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
            others = staging.in_view(self._companions, self.scenario.bystanders, self._bystanders.state)
            events += self._eyes.tell(now_s, t_ns, aircraft, self._person.state, self._artillery, others)
        return events

    def _live(self, t_s: float, dt_s: float, aircraft: AircraftTruth, events: list[Event]) -> None:
        """What happens, seen or not; what is heard of by other ways than the picture goes to `events`."""
        self._t_s = t_s
        person = self._person
        p = person.state
        for hit in self._artillery.advance(t_s, dt_s, p.walked_m, p.east, p.north):
            self._bursts(t_s, hit)
        for note in [note for note in self._notes if note.lands_s <= t_s]:
            self._notes.remove(note)
            person.note_falls(t_s, (note.east, note.north))
            height = self._ground.height_m(note.east, note.north)
            if self._by_truth:
                events.append(NoteLanded(self._t_ns, Enu(round(note.east, 2), round(note.north, 2), round(height, 2))))
        word = self._neighbours.state
        if self._others_fly:
            self._others_in_the_air(t_s, dt_s, events)
        person.live(t_s, dt_s, aircraft, word.ready)
        for companion in self._companions:
            companion.live(t_s, dt_s, p, aircraft)
        person.behind_m = max((c.behind_m(p) for c in self._companions), default=0.0)
        self._bystanders.live(t_s, dt_s, aircraft)
        for body in (person, *self._companions):
            if self._mines.has(body.state.east, body.state.north) and not body.state.hurt:
                self._bursts(t_s, Hit(round(t_s, 1), body.state.east, body.state.north, 0.0, mine=True))
        events += self._reception.live(t_s, dt_s, self._t_ns, person, self._companions, self._bursts)

    def _bursts(self, t_s: float, hit: Hit) -> None:
        self._impacts.append(hit)
        self._person.shell_falls(t_s, hit.from_person_m)
        for companion in self._companions:
            companion.shell_falls(t_s, hypot(companion.state.east - hit.east, companion.state.north - hit.north))
        self._reception.is_hit(hit.east, hit.north)
        due_s = t_s + self._rng.uniform(0.1, 0.5)
        if self._by_truth:
            self._eyes.falls(due_s, hit.east, hit.north)

    def _others_in_the_air(self, t_s: float, dt_s: float, events: list[Event]) -> None:
        p = self._person.state
        for unit, silent_until_s in self._craft.closes_in(t_s, p.walked_m):
            events += self._neighbours.falls_silent(unit, silent_until_s, self._t_ns)
        events += self._craft.fly(t_s, dt_s, self._t_ns, (p.east, p.north), self._neighbours.holding)
        self._person.menaced = self._craft.nearest_armed_m(p.east, p.north) < AFRAID_OF_ARMED_M

    def notice(self, event: Event) -> None:
        """Something the aircraft or the operator did that changes the world: a note on its way, a person confirmed."""
        if isinstance(event, NoteReleased) and event.slot == NOTE_SLOT:
            note = let_go(self._t_s, self._aircraft, self._ground, self.scenario.wind, self._rng)
            self._notes.append(note)
            p = self._person.state
            if hypot(p.east - note.left_east, p.north - note.left_north) < 3.0:
                p.fear = min(1.0, p.fear + 0.3)  # a thing that falls from overhead looks like a bomb
        elif isinstance(event, Spoken) and event.ok and event.place == "aircraft":
            told(self._person, self._t_s, event.phrase, event.language, self._aircraft, self.scenario.wind.mps)
        elif isinstance(event, Choice) and event.decision in {Decision.CONFIRM_PERSON, Decision.SELECT_PERSON}:
            self._eyes.state.eyes.candidate = False

    def perform(self, command: Command) -> None:
        """A command to others than the aircraft: neighbours, receivers and the relief's crew hear of it."""
        self._neighbours.take(command, self._t_s)
        if self._others_fly:
            self._craft.take(command, self._t_s)

    def lose_sight(self, seconds: float) -> None:
        """For drills: the eyes do not find the person for so long, though pictures come."""
        self._eyes.state.eyes.blind_until_s = self._t_s + seconds

    def lose_video(self, seconds: float) -> None:
        """For drills: no picture comes for so long."""
        self._eyes.lose_video(self._t_s, seconds)

    def drop_shell(self, from_person_m: float) -> None:
        """For drills: one shell, now, so far from the person."""
        self._artillery.drop(self._t_s, from_person_m)

    def scene(self) -> Scene:
        """What there is to be seen now; building it changes nothing, and draws no chance."""
        t_s, ground, scenario = self._t_s, self._ground, self.scenario
        bodies = [(1, self._person), *((c.key, c) for c in self._companions)]
        watchers = zip(scenario.bystanders, self._bystanders.state, strict=True)
        return Scene(
            t_s=t_s,
            figures=(
                *(staging.figure(key, body, t_s) for key, body in bodies),
                *(staging.watcher(FIRST_BYSTANDER + i, b.garb, one, t_s) for i, (b, one) in enumerate(watchers)),
                *staging.receivers(scenario.receivers.kind, self._reception.state.party, self._person.state, t_s),
            ),
            lying=staging.things([body.state for _, body in bodies], self._notes, ground, t_s),
            bursts=staging.bursts(self._impacts, scenario.wind, ground, t_s),
            smokes=staging.smokes(scenario.clouds, ground),
            scars=staging.scars(self._impacts, ground),
            crafts=(
                *staging.drones(self._craft, self._person.state.up),
                *staging.robot(
                    scenario.receivers,
                    self._neighbours.state.goes_out,
                    self._reception.state.party,
                    self._person.state,
                ),
            ),
        )

    @property
    def bodies(self) -> list[Body]:
        """Those who are to be brought in as they really are, the person first: for judges, who change nothing."""
        return [self._person, *self._companions]

    @property
    def aircraft_at(self) -> tuple[float, float, float]:
        """Where the aircraft was a moment ago, ENU metres."""
        return self._aircraft

    @property
    def now_s(self) -> float:
        """World time, s."""
        return self._t_s

    def who(self, track: int) -> int:
        """Whose track it is that the plain eyes tell of: 1 the person (under whichever number), 2… his companions."""
        return 1 if track < staging.TRACKS_FROM else track - staging.TRACKS_FROM

    @property
    def impacts(self) -> list[Hit]:
        """All that has burst so far."""
        return self._impacts

    def truth(self) -> Truth:
        return truth_of(
            t_s=self._t_s,
            bodies=[self._person, *self._companions],
            free_walk_s=self._person.free_walk_s(self.scenario.route_length_m),
            kneeled_s=self._reception.state.kneeled_s,
            impacts=self._impacts,
            receivers_hurt=self._reception.state.hurt,
        )

    def snapshot(self) -> dict[str, Any]:
        """The whole state as plain values that JSON can hold."""
        version, numbers, spare = self._rng.getstate()
        state = WorldState(
            seed=self._seed,
            started_ns=self._started_ns,
            t_ns=self._t_ns,
            random=(version, list(numbers), spare),
            people=[(body.state, body.onlooker.state) for body in (self._person, *self._companions)],
            watchers=self._bystanders.state,
            artillery=self._artillery.state,
            neighbours=self._neighbours.state,
            reception=self._reception.state,
            craft=self._craft.state,
            report=self._eyes.state,
            notes=self._notes,
            impacts=self._impacts,
            aircraft=self._aircraft,
        )
        plain: dict[str, Any] = msgspec.to_builtins(state)
        return plain

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Take up a snapshot of a world of the same scenario.

        Raises msgspec.ValidationError or ValueError if it is none.
        """
        state = msgspec.convert(snapshot, WorldState)
        self._seed = state.seed
        version, numbers, spare = state.random
        self._rng.setstate((version, tuple(numbers), spare))
        self._started_ns, self._t_ns = state.started_ns, state.t_ns
        self._t_s = (state.t_ns - state.started_ns) / NS
        bodies: list[Body] = [self._person, *self._companions]
        for body, (his, sees) in zip(bodies, state.people, strict=True):
            body.state, body.onlooker.state = his, sees
        self._person.slowest_mps = min((c.state.pace_mps for c in self._companions), default=9.9)
        self._person.behind_m = max((c.behind_m(self._person.state) for c in self._companions), default=0.0)
        self._bystanders.state = state.watchers
        self._artillery.state = state.artillery
        self._neighbours.state = state.neighbours
        self._reception.restore(state.reception)
        self._craft.state = state.craft
        self._eyes.restore(state.report)
        self._notes, self._impacts = state.notes, state.impacts
        self._aircraft = state.aircraft
