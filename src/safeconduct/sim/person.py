"""What the person does next: one method for each `Doing`, called ten times a second with what he has seen."""

from __future__ import annotations

from math import hypot
from random import Random

from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.body import CRAWL_MPS, FEAR_CALMS_S, Doing, PersonState, Rest
from safeconduct.sim.ground import Ground
from safeconduct.sim.in_the_trench import InTheTrench
from safeconduct.sim.scenario import PersonTraits, Receivers
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.understanding import understand

HESITATES_FROM_M = 25.0
# The share of time in which he looks at the aircraft (design assumption).
_ATTENTION = {
    Doing.HIDES: 0.9,
    Doing.PLEADS: 0.96,
    Doing.FETCHES: 0.4,
    Doing.GOES_BACK: 0.3,
    Doing.READS: 0.25,
    Doing.ASKS: 0.97,
    Doing.READY: 0.97,
    Doing.FOLLOWS: 0.88,
    Doing.PAUSES: 0.5,
    Doing.TAKES_COVER: 0.35,
    Doing.TURNS_BACK: 0.5,
}


class Person(InTheTrench):
    """The person as a whole: sees with `onlooker`, feels, moves."""

    def __init__(
        self,
        traits: PersonTraits,
        ground: Ground,
        rng: Random,
        *,
        reception: tuple[float, float],
        receivers: Receivers,
    ) -> None:
        super().__init__(traits, ground, rng)
        self._reception = reception
        self._receivers = receivers
        self._moves = {
            Doing.HIDES: self.hides,
            Doing.PLEADS: self.pleads,
            Doing.FETCHES: self.fetches,
            Doing.GOES_BACK: self.goes_back,
            Doing.READS: self.reads,
            Doing.ASKS: self.asks,
            Doing.READY: self.ready,
            Doing.FOLLOWS: self._follows,
            Doing.PAUSES: self._pauses,
            Doing.TAKES_COVER: self._takes_cover,
            Doing.TURNS_BACK: self._turns_back,
            Doing.COMES_IN: self._comes_in,
            Doing.SURRENDERS: self._surrenders,
            Doing.LIES_HURT: self._lies_hurt,
            Doing.IN_CUSTODY: self._in_custody,
        }

    def restore(self, state: PersonState) -> None:
        self.state = state

    def live(self, t_s: float, dt_s: float, aircraft: AircraftTruth, receivers_out: bool) -> None:
        """One step of his life. receivers_out: receiving soldiers stand where he could see them."""
        s = self.state
        s.fear += (0.15 - s.fear) * dt_s / FEAR_CALMS_S
        if s.gesture is not None:
            self.gesture_ends(t_s)
        self.gaze(t_s, _ATTENTION.get(s.doing, 0.3))
        follows = s.doing is Doing.FOLLOWS or s.doing is Doing.PAUSES
        signal = self.onlooker.look(t_s, self.eye(), aircraft, looking=s.looking, follows=follows, legend=s.read_note)
        if signal is not None:
            understand(self, t_s, signal, self._near_reception(receivers_out, 35.0))
        if s.looking and aircraft.velocity[2] < -2.5 and self.onlooker.state.slant_m < 15.0:
            s.fear = min(1.0, s.fear + 0.3 * dt_s)  # what dives at him may be a weapon
        if s.note is not None and not s.has_note and t_s >= s.note_seen_s:
            self.minds_note(t_s)
        if receivers_out and s.doing is Doing.FOLLOWS and self._near_reception(True, 0.0):
            self.become(Doing.COMES_IN, t_s)
        self._moves[s.doing](t_s, dt_s)
        self.appear(t_s, dt_s)

    def note_falls(self, t_s: float, place: tuple[float, float]) -> None:
        """A note has landed. He has seen it fall, or finds it a little later."""
        s = self.state
        s.note = place
        s.note_seen_s = t_s + (self.rng.uniform(1.0, 3.0) if s.looking else self.rng.uniform(4.0, 12.0))

    def shell_falls(self, t_s: float, away_m: float) -> None:
        """A shell fell so near. Running or diving for cover is no attempt to escape."""
        s = self.state
        lying = s.posture in {Posture.PRONE, Posture.CRAWLING}
        if away_m <= (1.5 if lying else 4.0):
            s.hurt = True
            self.become(Doing.LIES_HURT, t_s)
            return
        if s.doing is Doing.LIES_HURT or s.doing is Doing.IN_CUSTODY:
            return
        if away_m > 60.0:
            if away_m < 150.0:
                s.hesitates_until_s = t_s + self.rng.uniform(2.0, 5.0)
            return
        s.fear = min(1.0, s.fear + 0.3)
        s.trust = max(0.0, s.trust - 0.03)
        self.take_cover(t_s)

    def take_cover(self, t_s: float) -> None:
        """Down at once; then to the nearest hole within ten metres."""
        s = self.state
        s.last_shell_s = t_s
        s.act_until_s = t_s + self.rng.uniform(10.0, 18.0) + 12.0 * s.fear
        if s.doing is Doing.TAKES_COVER:
            return
        if s.doing is Doing.PAUSES and s.rests:
            s.rests[-1].lasted_s = round(t_s - s.rests[-1].t_s, 1)
        s.before = Doing.FOLLOWS if s.doing in {Doing.PAUSES, Doing.TURNS_BACK, Doing.COMES_IN} else s.doing
        s.cover = None if s.up < -0.3 else self.ground.nearest_cover(s.east, s.north, 10.0)
        s.covers.append(Rest("cover", round(t_s, 1), 0.0, round(s.east, 2), round(s.north, 2)))
        s.gesture = None
        s.kneels_since_s = -1.0
        self.become(Doing.TAKES_COVER, t_s)

    def go_after(self, t_s: float) -> None:
        """He begins, or begins again, to follow; a moment's hesitation first."""
        s = self.state
        if s.doing is Doing.TAKES_COVER:
            s.covers[-1].lasted_s = round(t_s - s.covers[-1].t_s, 1)
        if s.followed_from_s < 0.0:
            s.followed_from_s = t_s
        s.halted_at = None
        s.hesitates_until_s = t_s + self.rng.uniform(1.0, 2.0) + 3.0 * s.fear
        self.become(Doing.FOLLOWS, t_s)

    def _near_reception(self, receivers_out: bool, more_m: float) -> bool:
        s = self.state
        away = hypot(s.east - self._reception[0], s.north - self._reception[1])
        return receivers_out and away <= self._receivers.seen_m + more_m

    def _follows(self, t_s: float, dt_s: float) -> None:
        s = self.state
        o = self.onlooker.state
        if s.pauses_to_come and s.walked_m >= s.pauses_to_come[0].at_m and t_s - s.last_shell_s > 25.0:
            pause = s.pauses_to_come.pop(0)
            s.act_until_s = t_s + pause.lasts_s
            s.rests.append(
                Rest(pause.kind, round(t_s, 1), round(pause.lasts_s, 1), round(s.east, 2), round(s.north, 2))
            )
            self.become(Doing.PAUSES, t_s)
            return
        if t_s < s.hesitates_until_s:
            near_shell = t_s - s.last_shell_s < 3.0
            self.stand(Posture.CROUCHED if near_shell else Posture.STANDING)
            s.moving = False
            return
        unseen_s = t_s - o.seen_s
        away = hypot(o.east - s.east, o.north - s.north)
        if s.halted_at is not None:
            moved = hypot(o.east - s.halted_at[0], o.north - s.halted_at[1])
            if moved > 3.5 or t_s > s.halted_until_s:
                s.halted_at = None
        if unseen_s > 3.0 or s.halted_at is not None or away > 60.0:
            self.stand()
            s.moving = False
            if unseen_s > 60.0 and s.trust < 0.5:
                self.turn_back(t_s)
            return
        pace = s.pace_mps * self._freshness(s.walked_m)
        if away > HESITATES_FROM_M:
            if not s.far:
                s.far = True
                s.hesitates_until_s = t_s + self.rng.uniform(4.0, 9.0)
                return
            pace *= 0.5
        elif away < HESITATES_FROM_M - 3.0:
            s.far = False
        # People keep more distance the higher it flies; about 3.5 m at 5 m (FIELD section 6).
        comfort = 2.8 + 0.15 * min(max(o.height_m, 0.0), 15.0)
        s.moving = away > (comfort if s.moving else comfort + 1.2)
        if not s.moving:
            self.stand()
            return
        if self.rng.random() < dt_s * (0.002 + 0.006 * s.fear):
            s.hesitates_until_s = t_s + self.rng.uniform(2.0, 6.0)
        self.step_to(dt_s, (o.east, o.north), pace * min(1.0, 0.4 + 0.4 * (away - comfort)))

    def _pauses(self, t_s: float, _dt_s: float) -> None:
        self.stand(Posture.SITTING)
        if t_s >= self.state.act_until_s:
            self.go_after(t_s)

    def _takes_cover(self, t_s: float, dt_s: float) -> None:
        s = self.state
        if s.cover is not None and t_s - s.since_s > 1.2:
            if self.step_to(dt_s, s.cover, CRAWL_MPS, crawl=True) < 0.6:
                s.cover = None
        else:
            self.stand(Posture.PRONE)
        if t_s < s.act_until_s:
            return
        s.covers[-1].lasted_s = round(t_s - s.covers[-1].t_s, 1)
        if s.before is Doing.FOLLOWS:
            doubt = self.traits.turns_back * (2.0 if s.trust < 0.5 else 1.0)
            if self.rng.random() < doubt:
                self.turn_back(t_s)
            else:
                self.go_after(t_s)
            return
        self.become(s.before, t_s)

    def turn_back(self, t_s: float) -> None:
        """Doubt: some steps the way he came, then he stands and looks. No refusal."""
        self.state.act_until_s = t_s + self.rng.uniform(10.0, 20.0)
        self.become(Doing.TURNS_BACK, t_s)

    def _turns_back(self, t_s: float, dt_s: float) -> None:
        s = self.state
        if t_s < s.act_until_s:
            self.step_to(dt_s, self.traits.at, s.pace_mps * 0.7)
            return
        self.stand()
        if t_s > s.act_until_s + 70.0 and self.onlooker.state.slant_m < HESITATES_FROM_M:
            self.go_after(t_s)

    def _comes_in(self, t_s: float, dt_s: float) -> None:
        s = self.state
        away = self.step_to(dt_s, self._reception, 0.75 * s.pace_mps)
        if away <= self._receivers.stop_m:
            self.surrender(t_s)

    def surrender(self, t_s: float) -> None:
        """Stops before the receivers: hands up, then on his knees."""
        self.become(Doing.SURRENDERS, t_s)
        self.state.act_until_s = t_s + self.rng.uniform(5.0, 8.0)

    def _surrenders(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        self.show(t_s, Gesture.HANDS_UP, 1.0)
        if t_s < s.act_until_s:
            self.stand()
            return
        self.stand(Posture.KNEELING)
        if s.kneels_since_s < 0.0:
            s.kneels_since_s = t_s

    def _lies_hurt(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        self.stand(Posture.PRONE)
        if s.gesture is None and t_s >= s.next_gesture_s:
            self.show(t_s, Gesture.POINT_LEG, 4.0)
            s.next_gesture_s = t_s + 15.0

    def _in_custody(self, _t_s: float, _dt_s: float) -> None:
        self.stand(Posture.KNEELING)
