"""What becomes known from pictures, wherever they come from: the rendered camera of a rehearsal or a crew's own video.

One picture at a time goes through the eyes; sightings, impacts and signs come out as events, and the age of the newest
picture that was really taken anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Choice, Event, Impact, VideoHealth
from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.mission_time import NS, seconds_between
from safeconduct.model.vocabulary import Decision
from safeconduct.perception import (
    FROZEN_S,
    BurstSeen,
    BurstWatch,
    Eyes,
    Following,
    FrozenWatch,
    Heights,
    Held,
    Picture,
    Seen,
    on_ground,
)
from safeconduct.runtime.mission_signs import MissionSigns

STALE_S = 1.0
_SAME_IMPACT_M, _SAME_IMPACT_S = 15.0, 10.0
Box = tuple[float, float, float, float]


class PictureReading:
    """heights: of the ground, as a map has it. signs: what the followed one shows to read.

    look_at: where somebody is expected (ENU m): the plan's start, once the mission is opened.
    """

    def __init__(self, eyes: Eyes, heights: Heights, signs: MissionSigns | None = None) -> None:
        self.eyes = eyes
        self.following = Following(heights)
        self.look_at = ZERO
        self._heights = heights
        self._signs = signs
        self._bursts = BurstWatch(heights)
        self._impacts: list[Impact] = []  # of the last seconds
        self._newest_t_ns = 0  # of the last picture that was taken anew: a frozen one ages
        self._frozen = FrozenWatch()
        self._ok = False
        self._told_t_ns = 0

    def take(
        self, t_ns: int, picture: Picture, taken_t_ns: int, held: Held, *, flying: bool
    ) -> tuple[list[Seen], list[Event]]:
        """Who is seen, what became known. t_ns: now. taken_t_ns, held: of the picture. flying: else only its age."""
        frozen_s = self._frozen.take(picture, taken_t_ns)
        self._newest_t_ns = taken_t_ns - (round(frozen_s * NS) if frozen_s >= FROZEN_S else 0)
        if not flying:
            return [], []
        events: list[Event] = []
        high, wide = picture.shape[:2]
        self.eyes.mind(self.following.track, self.following.proposed)
        place = self.place()
        seen = self.eyes.step(picture, taken_t_ns, held, self._heights(place.east, place.north))
        if self._signs is not None:
            seen, told = self._signs.look(t_ns, picture, taken_t_ns, seen, self.kept_in_view(seen), held)
            events += told
        events += self.following.take(t_ns, seen, held, wide, high)
        boxes = [one.box for one in seen]
        for burst in self._bursts.take(picture, taken_t_ns, boxes, self.eyes.last_motion(), held):
            events += self._impact(t_ns, burst, held, wide, high)
        return seen, events

    def attend(self, picture: Picture, taken_t_ns: int, box: Box) -> None:
        """A human drew a box about somebody in the last picture taken."""
        self.following.point_out(self.eyes.attend(picture, taken_t_ns, box))

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:  # noqa: ARG002
        """Follow whom the mission follows: the operator's choice as the core took it."""
        if state.plan is not None:
            self.look_at = state.plan.start
        if state.person is not None:
            self.following.select(state.person.track)
        for event in events:
            if not isinstance(event, Choice) or event.decision is not Decision.CONFIRM_PERSON:
                continue
            if event.option == "no" and event.track is not None:
                self.following.refuse(event.track)

    def place(self) -> Enu:
        """Where the followed one was last, or where somebody is expected."""
        last = self.following.place(self.following.track)
        return last if last is not None else self.look_at

    def kept_in_view(self, seen: list[Seen]) -> Seen | None:
        """Whom the gimbal keeps in the middle: the followed person; until one is selected, who is nearest to where
        somebody is expected. While the followed one is lost only who may be he draws the camera from his place: a human
        is to say who it is."""
        if self.following.track is not None:
            known = (self.following.track, self.following.proposed)
            return next((one for track in known for one in seen if one.track == track), None)

        def away_m(one: Seen) -> float:
            place = self.following.place(one.track) or Enu(1e6, 1e6, 0.0)
            return (place.east - self.look_at.east) ** 2 + (place.north - self.look_at.north) ** 2

        return min(seen, key=away_m, default=None)

    def health(self, t_ns: int) -> list[Event]:
        """How old the picture is, on change and once a second."""
        age_s = seconds_between(self._newest_t_ns, t_ns) if self._newest_t_ns else 0.0
        ok = bool(self._newest_t_ns) and age_s <= STALE_S
        if ok == self._ok and seconds_between(self._told_t_ns, t_ns) < 1.0:
            return []
        self._ok, self._told_t_ns = ok, t_ns
        return [VideoHealth(t_ns, ok, round(age_s, 2))]

    def close(self) -> None:
        if self._signs is not None:
            self._signs.close()

    def _impact(self, t_ns: int, burst: BurstSeen, held: Held, wide: int, high: int) -> list[Event]:
        """A burst becomes an impact where its foot stands on the ground, once."""
        place = on_ground(held, burst.x, min(burst.y, high - 1.0), wide, high, self._heights)
        self._impacts = [i for i in self._impacts if seconds_between(i.t_ns, t_ns) <= _SAME_IMPACT_S]
        known = (i.position for i in self._impacts)
        if place is None or any(hypot(k.east - place.east, k.north - place.north) <= _SAME_IMPACT_M for k in known):
            return []
        impact = Impact(t_ns, place, "eyes")
        self._impacts.append(impact)
        return [impact]
