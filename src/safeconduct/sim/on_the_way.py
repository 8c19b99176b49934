"""The person on the way: follows, rests, takes cover, doubts, cowers; waits for those who come with him."""

from __future__ import annotations

from math import hypot

from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.body import CRAWL_MPS, Doing, Rest
from safeconduct.sim.in_the_trench import InTheTrench

HESITATES_FROM_M = 25.0
BREATHES_S = (6.0, 14.0)
TOO_FAR_BEHIND_M = 9.0
TOGETHER_AGAIN_M = 5.0
CRUMBS_M = 0.8
COWERS_ON_S = 12.0
ASKS_IN_FEAR_EVERY_S = 18.0


class OnTheWay(InTheTrench):
    """One method a doing. behind_m: how far the last of his companions is from him; menaced: an armed drone is near."""

    behind_m = 0.0
    slowest_mps = 9.9
    menaced = False

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
        s.cover = None if s.depth_m > 0.3 else self.ground.nearest_cover(s.east, s.north, 10.0)
        s.covers.append(Rest("cover", round(t_s, 1), 0.0, round(s.east, 2), round(s.north, 2)))
        s.gesture = None
        s.kneels_since_s = -1.0
        self.become(Doing.TAKES_COVER, t_s)

    def go_after(self, t_s: float) -> None:
        """He begins, or begins again, to follow; a moment's hesitation first."""
        s = self.state
        if s.doing in {Doing.TAKES_COVER, Doing.COWERS}:
            s.covers[-1].lasted_s = round(t_s - s.covers[-1].t_s, 1)
        if s.followed_from_s < 0.0:
            s.followed_from_s = t_s
        s.halted_at = None
        s.trail.clear()
        s.hesitates_until_s = t_s + self.rng.uniform(1.0, 2.0) + 3.0 * s.fear
        self.become(Doing.FOLLOWS, t_s)

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
        if self.traits.rests_every_m > 0.0 and s.walked_m >= s.next_rest_m:
            s.next_rest_m = s.walked_m + self.traits.rests_every_m
            s.hesitates_until_s = t_s + self.rng.uniform(*BREATHES_S)
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
        if self._waits_for_them():
            self.stand()
            s.moving = False
            return
        pace = min(s.pace_mps, self.slowest_mps) * self._freshness(s.walked_m)
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
        to = self._crumb() if self.traits.treads_exactly and s.read_note else (o.east, o.north)
        self.step_to(dt_s, to, pace * min(1.0, 0.4 + 0.4 * (away - comfort)))

    def _waits_for_them(self) -> bool:
        """The slowest sets the pace (FIELD section 3, N7)."""
        s = self.state
        if s.waits_for_them or self.behind_m > TOO_FAR_BEHIND_M:
            s.waits_for_them = self.behind_m > TOGETHER_AGAIN_M
        return s.waits_for_them

    def _crumb(self) -> tuple[float, float]:
        """The next place over which he saw the aircraft fly: "step only where the drone flew"."""
        s = self.state
        while len(s.trail) > 1 and hypot(s.trail[0][0] - s.east, s.trail[0][1] - s.north) < 0.5:
            del s.trail[0]
        return s.trail[0]

    def marks_its_way(self) -> None:
        """Remember where it flew since he follows; where it came back on its own way, that piece is forgotten."""
        s, o = self.state, self.onlooker.state
        place = (round(o.east, 2), round(o.north, 2))
        if not s.trail:
            s.trail.append(place)
            return
        for i, (e, n) in enumerate(s.trail[:-2]):
            if hypot(place[0] - e, place[1] - n) < CRUMBS_M:
                del s.trail[i + 1 :]
                return
        if hypot(place[0] - s.trail[-1][0], place[1] - s.trail[-1][1]) >= CRUMBS_M:
            s.trail.append(place)

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

    def is_menaced(self, t_s: float) -> None:
        """An armed drone is over him: he hides from it, and asks ours whether he will be killed."""
        s = self.state
        s.fear = min(1.0, s.fear + 0.3)
        s.trust = max(0.0, s.trust - 0.1)
        s.before = Doing.FOLLOWS if s.followed_from_s >= 0.0 else s.doing
        s.gesture = None
        s.answered = False
        s.cover = self.ground.nearest_cover(s.east, s.north, 10.0)
        s.next_gesture_s = t_s + self.rng.uniform(3.0, 6.0)
        s.covers.append(Rest("drone", round(t_s, 1), 0.0, round(s.east, 2), round(s.north, 2)))
        self.become(Doing.COWERS, t_s)

    def _cowers(self, t_s: float, dt_s: float) -> None:
        s = self.state
        if s.cover is not None and s.gesture is None:
            if self.step_to(dt_s, s.cover, CRAWL_MPS, crawl=True) < 0.6:
                s.cover = None
        else:
            self.stand(Posture.KNEELING if s.gesture is not None else Posture.CROUCHED)
        if self.menaced:
            s.act_until_s = t_s + COWERS_ON_S
        if s.gesture is None and t_s >= s.next_gesture_s and not s.answered:
            question = Gesture.THROAT if self.traits.soldier else Gesture.ARMS_CROSSED
            s.asked, s.asked_s = question, t_s
            self.show(t_s, question, 3.5)
            s.next_gesture_s = t_s + ASKS_IN_FEAR_EVERY_S
        # Reassured he goes on; unanswered he waits longer, then dares.
        if t_s >= s.act_until_s + (0.0 if s.answered else 2.0 * COWERS_ON_S) and s.gesture is None:
            s.covers[-1].lasted_s = round(t_s - s.covers[-1].t_s, 1)
            if s.before is Doing.FOLLOWS:
                self.go_after(t_s)
            else:
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
