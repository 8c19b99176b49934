"""The person before he is led: hides, pleads, fetches the note, reads it, asks, and is ready."""

from __future__ import annotations

from math import hypot

from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.body import CRAWL_MPS, Body, Doing

NOTICES_AIRCRAFT_M = 70.0
FETCHES_WITHIN_M = 25.0
ASKS_EVERY_S = 22.0
ASKS_AT_MOST = 4
TRUST_OF_WORDS = 0.2
TRUST_OF_PICTOGRAMS = 0.08
_GESTURE_S = {
    Gesture.HANDS_UP: (5.0, 8.0),
    Gesture.WHITE_CLOTH: (5.0, 8.0),
    Gesture.SIGN: (8.0, 12.0),  # so that it can be read
    Gesture.THROAT: (3.0, 4.0),
    Gesture.CODE_PROPOSAL: (4.0, 6.0),
}
_QUESTIONS = frozenset({Gesture.HANDS_UP, Gesture.ARMS_CROSSED, Gesture.HANDS_CLASPED, Gesture.CODE_PROPOSAL})


class InTheTrench(Body):
    """What he does in and about his trench, one method a doing."""

    def minds_note(self, t_s: float) -> None:
        s = self.state
        assert s.note is not None
        if s.doing not in {Doing.PLEADS, Doing.ASKS, Doing.READY, Doing.HIDES, Doing.FOLLOWS}:
            return
        if hypot(s.note[0] - s.east, s.note[1] - s.north) <= FETCHES_WITHIN_M:
            s.gesture = None
            self.become(Doing.FETCHES, t_s)

    def hides(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        self.stand(Posture.CROUCHED)
        o = self.onlooker.state
        if t_s - s.since_s > 3.0 and t_s - o.seen_s < 1.0 and o.slant_m < NOTICES_AIRCRAFT_M:
            s.next_gesture_s = t_s + self.rng.uniform(1.0, 3.0)
            self.become(Doing.PLEADS, t_s)

    def pleads(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        self.stand()
        if t_s - self.onlooker.state.seen_s > 20.0:
            self.become(Doing.HIDES, t_s)
            return
        if s.gesture is not None or t_s < s.next_gesture_s:
            return
        if not s.weapon_down and self.traits.soldier:
            s.weapon_down = True
            s.weapon_at = self.beside(0.7)
            self.show(t_s, Gesture.WEAPON_DOWN, 3.0)
            s.next_gesture_s = t_s + 4.5
            return
        gesture = self.traits.gestures[s.plea % len(self.traits.gestures)] if self.traits.gestures else Gesture.HANDS_UP
        s.plea += 1
        seconds = self.rng.uniform(*_GESTURE_S.get(gesture, (3.0, 5.0)))
        self.show(t_s, gesture, seconds)
        wait = self.rng.uniform(1.5, 4.0)
        if gesture is Gesture.THROAT:
            s.asked, s.asked_s = gesture, t_s
            wait = self.rng.uniform(14.0, 20.0)  # a question: he stands and waits for an answer
        elif gesture in _QUESTIONS and (s.asked is not Gesture.THROAT or t_s - s.asked_s > 60.0):
            s.asked, s.asked_s = gesture, t_s
        s.next_gesture_s = t_s + seconds + wait

    def fetches(self, t_s: float, dt_s: float) -> None:
        s = self.state
        assert s.note is not None
        if hypot(s.note[0] - s.east, s.note[1] - s.north) > 0.4:
            self.step_to(dt_s, s.note, CRAWL_MPS, crawl=True)
            s.act_until_s = t_s + 2.0
        elif t_s >= s.act_until_s:
            s.has_note = s.picked_up = True
            home = self.traits.at
            near = hypot(home[0] - s.east, home[1] - s.north) <= FETCHES_WITHIN_M
            self._read_from(t_s, Doing.GOES_BACK if near else Doing.READS)

    def _read_from(self, t_s: float, doing: Doing) -> None:
        self.become(doing, t_s)
        self.state.act_until_s = t_s + self.rng.uniform(15.0, 30.0)

    def goes_back(self, t_s: float, dt_s: float) -> None:
        if self.step_to(dt_s, self.traits.at, CRAWL_MPS, crawl=True) < 0.3:
            self._read_from(t_s, Doing.READS)

    def reads(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        self.stand()
        if t_s >= s.act_until_s:
            s.read_note = self.reads_words or self.note.pictograms
            s.trust = min(1.0, s.trust + (TRUST_OF_WORDS if self.reads_words else TRUST_OF_PICTOGRAMS * s.read_note))
            s.asks = 0
            s.answered = False
            s.next_gesture_s = t_s + 1.0
            self.become(Doing.ASKS, t_s)

    def asks(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        self.stand()
        questions = self.traits.asks
        if not questions or s.answered or (s.asks >= ASKS_AT_MOST and t_s >= s.next_gesture_s):
            s.next_gesture_s = t_s + 5.0
            self.become(Doing.WAITS_FOR_HELP if self.traits.cannot_walk else Doing.READY, t_s)
        elif s.gesture is None and t_s >= s.next_gesture_s:
            question = questions[s.asks % len(questions)]
            s.asks += 1
            s.asked, s.asked_s = question, t_s
            self.show(t_s, question, 3.5)
            s.next_gesture_s = t_s + ASKS_EVERY_S

    def ready(self, t_s: float, _dt_s: float) -> None:
        s = self.state
        self.stand()
        if s.gesture is None and t_s >= s.next_gesture_s:
            self.show(t_s, self.traits.gestures[0] if self.traits.gestures else Gesture.HANDS_UP, 4.0)
            s.next_gesture_s = t_s + 25.0

    def waits_for_help(self, t_s: float, _dt_s: float) -> None:
        """He cannot walk: he sits, and tells it again and again."""
        s = self.state
        self.stand(Posture.SITTING)
        if s.gesture is None and t_s >= s.next_gesture_s:
            self.show(t_s, Gesture.POINT_LEG, 4.0)
            s.next_gesture_s = t_s + 20.0
