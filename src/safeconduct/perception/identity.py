"""Doubt instead of a guess: a number never goes from one person to another in silence.

The tracker keeps a number where place and motion say so. Where they could be wrong (two people close enough to be
taken for each other, one of them not found meanwhile, somebody back from hiding), the looks of both from when each was
clearly alone must settle it, by a margin. Where they do not, everybody concerned gets a fresh number: to the mission a
lost person and candidates, whom only the operator makes the followed one again.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from safeconduct.model.mission_time import seconds_between
from safeconduct.perception.found import Picture, overlap
from safeconduct.perception.looks import Look, blend, look_at, unlike
from safeconduct.perception.tracker import Track, Tracker, nearness

_REACHED = 0.1  # nearness from which the tracker could match one's box to the other
_TAKEN = 0.35  # nearness from which it might, though both are found
_COVERS = 0.1  # overlap from which one hides the other in part
_GONE_S = 0.5  # unseen for so long he is not reported; back after it he must be known again
_UNFOUND_S = 0.6  # held by looks or joints only for so long: what is found then must be he
_SETTLES = 0.12  # by so much must the looks speak for one reading of who is who
_HE = 0.42  # more unlike than this after hiding: somebody else
_LESSONS, _LEARNS = 2, 0.2  # looks until a memory says something; share of a new one
_REMEMBERED_S = 60.0  # who hid is reckoned with for so long
_REACH, _REACH_PER_S, _REACH_MOST = 1.5, 1.2, 5.0  # of his height: how far who hid may be, and how that grows


class _Person(Struct):
    """What is remembered of one number."""

    look: Look | None = None
    lessons: int = 0
    detected_t_ns: int = 0
    seen_t_ns: int = 0
    known: bool = False
    doubts: set[int] = field(default_factory=set)


class _Hidden(Struct):
    """Somebody who was known and is not seen any more; place in px of the present picture."""

    centre: npt.NDArray[np.float64]
    tall: float
    since_t_ns: int
    look: Look | None


class Identity:
    """Watches over a tracker's numbers. asked: how many numbers were given up so far because of a doubt."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._people: dict[int, _Person] = {}
        self._places: dict[int, Track] = {}
        self._hidden: list[_Hidden] = []
        self.asked = 0

    def carry(self, motion: npt.NDArray[np.float64] | None) -> None:
        """The picture moved: so did the places where people hid."""
        if motion is None:
            return
        for one in self._hidden:
            one.centre = motion[:, :2] @ one.centre + motion[:, 2]

    def cut(self) -> None:
        """Another picture altogether: nobody is known any more, nobody's place either."""
        self._tracker.tracks.clear()
        self._people.clear()
        self._places.clear()
        self._hidden.clear()

    def look(self, track: int) -> Look | None:
        """How he looked when he was alone; None: not yet seen clearly enough."""
        person = self._people.get(track)
        return person.look if person is not None and person.lessons >= _LESSONS else None

    def judge(self, picture: Picture, t_ns: int) -> None:
        """After the tracker took this picture, at t_ns."""
        tracks = [t for t in self._tracker.tracks if t.hits > 1]
        looks = {t.id: look_at(picture, t.box) for t in tracks if t.detected_t_ns == t_ns}
        for track in tracks:
            self._people.setdefault(track.id, _Person(detected_t_ns=track.detected_t_ns, seen_t_ns=track.seen_t_ns))
        self._forget(t_ns)
        near = self._doubt(tracks, t_ns)
        fresh = [t for t in tracks if t.detected_t_ns == t_ns and self._wrong(t, tracks, near, looks, t_ns)]
        for track in fresh:
            self._renumber(track)
        for track in tracks:
            person = self._people[track.id]
            look = looks.get(track.id) if track not in fresh else look_at(picture, track.box)
            if look is not None and not near[id(track)] and not person.doubts and track.misses == 0:
                person.look = look if person.look is None else blend(person.look, look, _LEARNS)
                person.lessons += 1
            if track.known and not person.known:
                person.known = True
                self._found_again(track, person.look, t_ns)
            person.detected_t_ns, person.seen_t_ns = track.detected_t_ns, track.seen_t_ns
        self._places = {t.id: t for t in tracks}

    def _doubt(self, tracks: list[Track], t_ns: int) -> dict[int, list[Track]]:
        """Notes who could now be taken for whom; returns who is within the tracker's reach of whom."""
        near: dict[int, list[Track]] = {id(t): [] for t in tracks}
        for k, a in enumerate(tracks):
            for b in tracks[:k]:
                close = nearness(a.box, b.box)
                if close < _REACHED:
                    continue
                near[id(a)].append(b)
                near[id(b)].append(a)
                both = a.detected_t_ns == b.detected_t_ns and a.misses == b.misses == 0
                missed = not both and t_ns in {a.looked_t_ns, b.looked_t_ns}
                if missed or close >= _TAKEN or overlap(a.box, b.box) > _COVERS:
                    self._people[a.id].doubts.add(b.id)
                    self._people[b.id].doubts.add(a.id)
        return near

    def _wrong(
        self,
        track: Track,
        tracks: list[Track],
        near: dict[int, list[Track]],
        looks: dict[int, Look | None],
        t_ns: int,
    ) -> bool:
        """Found in this picture: might he be somebody else than his number says?"""
        person, now = self._people[track.id], looks[track.id]
        others: list[Look | None] = []
        by_id = {t.id: t for t in tracks}
        for other in sorted(person.doubts):
            his, there = self._people.get(other), by_id.get(other)
            if his is None:
                person.doubts.discard(other)
            elif there is not None and there in near[id(track)] and there.unseen_s() <= _GONE_S:
                continue  # still beside each other: nothing to tell yet
            else:
                person.doubts.discard(other)
                if his.known or (there is not None and there.settled):
                    others.append(his.look if his.lessons >= _LESSONS else None)
        away_s = seconds_between(person.seen_t_ns, t_ns)
        unfound_s = seconds_between(person.detected_t_ns, t_ns)
        if person.known and (away_s > _GONE_S or unfound_s > _UNFOUND_S):
            others += [t.look for t in self._hidden if _within_reach(t, track, t_ns)]
            others += [self._people[t.id].look for t in near[id(track)] if t.settled]
            if away_s > _GONE_S and not others:
                return now is None or person.look is None or unlike(person.look, now) > _HE
        if not others:
            return False
        if now is None or person.look is None or person.lessons < _LESSONS:
            return True
        mine = unlike(person.look, now)
        return any(other is None or unlike(other, now) - mine < _SETTLES for other in others)

    def _renumber(self, track: Track) -> None:
        old = self._people.pop(track.id)
        # Who was in doubt about the old number stays so about the person who carried it.
        if any(track.id in person.doubts for person in self._people.values()):
            self._people[track.id] = old
        self.asked += old.known
        self._tracker.renumber(track)
        self._people[track.id] = _Person(detected_t_ns=track.detected_t_ns, seen_t_ns=track.seen_t_ns, known=old.known)

    def _forget(self, t_ns: int) -> None:
        """Who ended under his number is hidden from now on, if he was anybody."""
        here = {t.id: t for t in self._tracker.tracks}
        for number, track in self._places.items():
            if number not in here and self._people.get(number, _Person()).known and track.id == number:
                person = self._people[number]
                self._hidden.append(_Hidden(track.centre, float(track.size.max()), person.seen_t_ns, person.look))
        wanted = {other for t in here if t in self._people for other in self._people[t].doubts}
        self._people = {n: p for n, p in self._people.items() if n in here or n in wanted}
        self._hidden = [h for h in self._hidden if seconds_between(h.since_t_ns, t_ns) <= _REMEMBERED_S]

    def _found_again(self, track: Track, look: Look | None, t_ns: int) -> None:
        """Somebody new is probably the likest of those who hid about here: then he does not hide there any more."""
        likely = [h for h in self._hidden if _within_reach(h, track, t_ns)]
        if look is not None:
            likely = [h for h in likely if h.look is None or unlike(h.look, look) <= _HE]
        if likely:
            nearest = min(likely, key=lambda h: float(np.hypot(*(h.centre - track.centre))))
            self._hidden = [h for h in self._hidden if h is not nearest]


def _within_reach(hidden: _Hidden, track: Track, t_ns: int) -> bool:
    reach = min(_REACH_MOST, _REACH + _REACH_PER_S * seconds_between(hidden.since_t_ns, t_ns))
    return float(np.hypot(*(hidden.centre - track.centre))) <= reach * hidden.tall
