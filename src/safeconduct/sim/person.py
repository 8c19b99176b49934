"""What the person does next: one method for each `Doing`, called ten times a second with what he has seen."""

from __future__ import annotations

from math import hypot
from random import Random

from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.body import FEAR_CALMS_S, TAKEN_OVER, Doing, PersonState
from safeconduct.sim.ground import Ground
from safeconduct.sim.on_the_way import OnTheWay
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.surroundings import Note, Receivers
from safeconduct.sim.traits import Hidden, PersonTraits
from safeconduct.sim.understanding import understand

THROWS_AFTER_S = 1.5
THROWN_M = 11.0
STILL_AFTER_THROW_S = 6.0
AFRAID_OF_ARMED_M = 70.0
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
    Doing.COWERS: 0.8,
    Doing.WAITS_FOR_HELP: 0.9,
}
_FEARS_DRONES = frozenset({Doing.PLEADS, Doing.ASKS, Doing.READY, Doing.FOLLOWS, Doing.PAUSES, Doing.TURNS_BACK})
_BEYOND_SHELLS = frozenset({Doing.LIES_HURT, *TAKEN_OVER})


class Person(OnTheWay):
    """The person as a whole: sees with `onlooker`, feels, moves."""

    def __init__(
        self,
        traits: PersonTraits,
        ground: Ground,
        rng: Random,
        *,
        reception: tuple[float, float],
        receivers: Receivers,
        note: Note | None = None,
        dark: bool = False,
    ) -> None:
        super().__init__(traits, ground, rng, note, dark=dark)
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
            Doing.COWERS: self._cowers,
            Doing.WAITS_FOR_HELP: self.waits_for_help,
            Doing.COMES_IN: self._comes_in,
            Doing.SURRENDERS: self._surrenders,
            Doing.LIES_DOWN: self._lies_down,
            Doing.ARRIVED: self._arrived,
            Doing.LIES_HURT: self._lies_hurt,
            Doing.IN_CUSTODY: self._in_custody,
            Doing.LED_OUT: self._led_out,
            Doing.CARED_FOR: self._cared_for,
        }

    company = 0
    """How many are with him."""

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
        if self.menaced and s.doing in _FEARS_DRONES:
            self.is_menaced(t_s)
        if self.traits.treads_exactly and s.doing is Doing.FOLLOWS:
            self.marks_its_way()
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
        if s.doing in _BEYOND_SHELLS:
            return
        if away_m > 60.0:
            if away_m < 150.0:
                s.hesitates_until_s = t_s + self.rng.uniform(2.0, 5.0)
            return
        s.fear = min(1.0, s.fear + 0.3)
        s.trust = max(0.0, s.trust - 0.03)
        self.take_cover(t_s)

    def _near_reception(self, receivers_out: bool, more_m: float) -> bool:
        s = self.state
        away = hypot(s.east - self._reception[0], s.north - self._reception[1])
        return receivers_out and away <= self._receivers.seen_m + more_m

    def _comes_in(self, t_s: float, dt_s: float) -> None:
        s = self.state
        away = self.step_to(dt_s, self._reception, 0.75 * s.pace_mps)
        if away <= self._receivers.stop_m:
            self.surrender(t_s)

    def surrender(self, t_s: float) -> None:
        """Stops before the receivers: hands up, then on his knees. A civilian only comes in."""
        self.become(Doing.SURRENDERS if self.traits.soldier else Doing.ARRIVED, t_s)
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

    def _arrived(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        self.stand()
        if s.kneels_since_s < 0.0:
            s.kneels_since_s = t_s
            self.show(t_s, Gesture.WAVE_ONE, 3.0)

    def told_to_lie_down(self, t_s: float) -> None:
        """The receivers call it from their cover."""
        s = self.state
        s.kneels_since_s = -1.0
        s.gesture = None
        self.become(Doing.LIES_DOWN, t_s)

    def _lies_down(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        if self.traits.hides is Hidden.GRENADE and s.thrown_to is None:
            self.stand(Posture.CROUCHED)
            if s.throws_s < 0.0:
                s.throws_s = t_s + THROWS_AFTER_S
            elif t_s >= s.throws_s:
                e, n = self._reception[0] - s.east, self._reception[1] - s.north
                away = hypot(e, n) or 1.0
                s.thrown_to = (s.east + e / away * THROWN_M, s.north + n / away * THROWN_M)
            return
        self.stand(Posture.PRONE)
        if s.kneels_since_s < 0.0 and t_s - s.throws_s > STILL_AFTER_THROW_S:
            s.kneels_since_s = t_s

    def _lies_hurt(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        self.stand(Posture.PRONE)
        if s.gesture is None and t_s >= s.next_gesture_s:
            self.show(t_s, Gesture.POINT_LEG, 4.0)
            s.next_gesture_s = t_s + 15.0

    def _in_custody(self, _t_s: float, _dt_s: float) -> None:
        self.stand(Posture.PRONE if self._receivers.searches else Posture.KNEELING)

    def _led_out(self, _t_s: float, _dt_s: float) -> None:
        self.stand()

    def _cared_for(self, _t_s: float, _dt_s: float) -> None:
        self.stand(Posture.PRONE if self.state.hurt else Posture.SITTING)
