"""What the plain eyes tell of a moment: the video's health, whom the picture shows, what fell, the note picked up."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import msgspec

from safeconduct.model.events import Event, Impact, NotePickedUp, VideoHealth
from safeconduct.model.geometry import Enu, ground_range_m
from safeconduct.sim.artillery import Artillery
from safeconduct.sim.body import PersonState
from safeconduct.sim.ground import Ground
from safeconduct.sim.plain_eyes import CANNOT_TELL_PX, EyesState, InView, PlainEyes
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.surroundings import Camera

IMPACT_SEEN_WITHIN_M = 250.0


class ReportDue(msgspec.Struct):
    at_s: float
    east: float
    north: float


class ReportState(msgspec.Struct):
    eyes: EyesState
    due: list[ReportDue] = []
    next_video_s: float = 0.0
    video_fails: tuple[float, float] = (-1.0, -1.0)
    pick_up_told: bool = False


class PlainReport:
    """Everything that lasts is in `state`."""

    def __init__(self, camera: Camera, ground: Ground, rng: Random) -> None:
        self._ground = ground
        self._rng = rng
        self._eyes = PlainEyes(camera, ground, rng)
        self.state = ReportState(self._eyes.state)

    def restore(self, state: ReportState) -> None:
        self.state, self._eyes.state = state, state.eyes

    def falls(self, at_s: float, east: float, north: float) -> None:
        """A shell fell; it will be told from `at_s` on."""
        self.state.due.append(ReportDue(at_s, east, north))

    def lose_video(self, from_s: float, seconds: float) -> None:
        self.state.video_fails = (from_s, from_s + seconds)
        self.state.next_video_s = from_s

    def tell(
        self,
        t_s: float,
        t_ns: int,
        aircraft: AircraftTruth,
        person: PersonState,
        artillery: Artillery,
        others: Sequence[InView],
    ) -> list[Event]:
        """What becomes known now."""
        s = self.state
        events: list[Event] = []
        fails_from, fails_until = s.video_fails
        blind = fails_from <= t_s < fails_until
        if t_s >= s.next_video_s - 1e-6:
            s.next_video_s = t_s + 1.0
            age_s = t_s - fails_from if blind else self._rng.uniform(0.06, 0.12)
            events.append(VideoHealth(t_ns, not blind, round(age_s, 2)))
        if blind:
            return events
        found = self._eyes.see(t_s, t_ns, aircraft, person, artillery, others)
        events += found
        if found and person.picked_up and not s.pick_up_told and found[0].track == s.eyes.track:
            s.pick_up_told = found[0].height_px >= CANNOT_TELL_PX
            if s.pick_up_told:
                events.append(NotePickedUp(t_ns, "eyes"))
        for report in [report for report in s.due if report.at_s <= t_s] if s.due else ():
            s.due.remove(report)
            place = Enu(report.east, report.north, round(self._ground.field_m(report.east, report.north), 2))
            if aircraft.flying and ground_range_m(place, aircraft.position) < IMPACT_SEEN_WITHIN_M:
                events.append(Impact(t_ns, place, "eyes"))
        return events
