"""Doubt instead of a guess: a number never goes from one person to another in silence.

The tracker keeps a number where place and motion say so. Where they could as well say the other way about (two people
before one another, one of them not found meanwhile), both get fresh numbers at once, whatever they wear: to the
mission a lost person and candidates, whom only the operator makes the followed one again. Who comes back from hiding
keeps his number only where nobody else hid within reach or is beside him, or his clothes tell him from them by a
margin, and he looks as before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from safeconduct.model.mission_time import seconds_between
from safeconduct.perception.found import Picture
from safeconduct.perception.looks import Look, blend, look_at, unlike
from safeconduct.perception.steadying import carried
from safeconduct.perception.tracker import Track, Tracker, nearness

_MISSED = 0.35  # nearness from which who is not found may be the one who is
_PARTED = 0.1  # nearness under which two are told apart again
_BESIDE = 0.1  # nearness from which somebody stands so close that a look may show both
_LATELY_S = 0.5  # found within so long: where he is is known
_CLEAR_S, _CLEARLY = 1.5, 0.25  # told apart by every look for so long; by so much of a body's height in ways
_CROWD = 4  # more people than that in the picture are a crowd
_GONE_S = 0.5  # unseen for so long he is not reported; back after it he must be known again
_UNFOUND_S = 0.6  # held by looks or joints only for so long: what is found then must be he
_SETTLES = 0.12  # by so much must the looks speak for one reading of who is who
_HE = 0.42  # more unlike than this: somebody else
_UNLIKE_RUNNING = 2  # alone and so unlike in so many looks running: somebody else stepped into his place
_LESSONS, _LEARNS = 2, 0.2  # looks until a memory says something; share of a new one
_REMEMBERED_S = 60.0  # who hid is reckoned with for so long
_REACH, _REACH_PER_S, _REACH_MOST = 1.5, 1.2, 5.0  # of his height: how far who hid may be, and how that grows


Place = npt.NDArray[np.float64]


class Renumbered(NamedTuple):
    """A doubt: who carried number `old` is called `new` from now on, and may be somebody else."""

    old: int
    new: int


class _Person(Struct):
    """What is remembered of one number."""

    look: Look | None = None
    lessons: int = 0
    unlike_running: int = 0
    detected_t_ns: int = 0
    seen_t_ns: int = 0
    missed: bool = False  # looked for since he was found
    known: bool = False


class _Hidden(Struct):
    """Somebody who was known and is not seen any more; place in px of the present picture."""

    centre: npt.NDArray[np.float64]
    tall: float
    since_t_ns: int
    look: Look | None


class _Entangled(Struct, eq=False):
    """Two who could be each other. clear_since_t_ns: since when every look told them apart; 0: the last did not."""

    a: Track
    b: Track
    clear_since_t_ns: int = 0

    def clear(self, t_ns: int) -> bool:
        return bool(self.clear_since_t_ns) and seconds_between(self.clear_since_t_ns, t_ns) >= _CLEAR_S


class _Behind(NamedTuple):
    """Where a shadow ended that had not left its elder: perhaps somebody hides there, and it may be either."""

    elder: Track
    hidden: _Hidden


class Identity:
    """Watches over a tracker's numbers."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._people: dict[int, _Person] = {}
        self._places: dict[int, Track] = {}
        self._hidden: list[_Hidden] = []
        self._entangled: list[_Entangled] = []
        self._left: list[tuple[Track, Track]] = []
        self._shadows: list[Track] = []
        self._behind: list[_Behind] = []
        self.minded: frozenset[int] = frozenset()
        """Whom the mission follows, and who is proposed to be he: about them there is doubt in a crowd too."""

    def carry(self, motion: npt.NDArray[np.float64] | None) -> None:
        """The picture moved: so did the places where people hid."""
        if motion is None:
            return
        for one in [*self._hidden, *(b.hidden for b in self._behind)]:
            one.centre, _ = carried(motion, one.centre)

    def cut(self) -> None:
        """Another picture altogether: nobody is known any more, nobody's place either."""
        self._tracker.tracks.clear()
        self._people.clear()
        self._places.clear()
        self._hidden.clear()
        self._entangled.clear()
        self._left.clear()
        self._shadows.clear()
        self._behind.clear()

    def look(self, track: int) -> Look | None:
        """How he looked when he was alone; None: not yet seen clearly enough."""
        person = self._people.get(track)
        return person.look if person is not None and person.lessons >= _LESSONS else None

    def judge(self, picture: Picture, t_ns: int) -> list[Renumbered]:
        """After the tracker took this picture, at t_ns: whose numbers were given up."""
        tracks = [t for t in self._tracker.tracks if t.hits > 1 and t.upon is None]
        for track in tracks:
            self._people.setdefault(track.id, _Person(detected_t_ns=track.detected_t_ns, seen_t_ns=track.seen_t_ns))
        self._forget(t_ns)
        found = [t for t in tracks if t.detected_t_ns == t_ns]
        looks = {id(t): look_at(picture, t.box) for t in found}
        beside = {id(t): [o for o in tracks if o is not t and nearness(t.box, o.box) >= _BESIDE] for t in found}
        doubted = self._untangle(t_ns) | self._come_out(t_ns)
        fresh = [
            t
            for t in tracks
            if id(t) in doubted or (id(t) in looks and self._wrong(t, beside[id(t)], looks[id(t)], t_ns))
        ]
        told = [self._renumber(t) for t in fresh]
        for track in tracks:
            person = self._people[track.id]
            look = looks.get(id(track))
            if look is not None and not beside[id(track)] and id(track) not in doubted:
                person.look = look if person.look is None else blend(person.look, look, _LEARNS)
                person.lessons += 1
            if track.known and not person.known:
                person.known = True
                self._found_again(track, person.look, t_ns)
            person.detected_t_ns, person.seen_t_ns = track.detected_t_ns, track.seen_t_ns
            person.missed = track.misses > 0
        self._places = {t.id: t for t in tracks}
        return told

    def _untangle(self, t_ns: int) -> set[int]:
        """Who needs a fresh number, because what the old one said became a guess: two who begin to be in doubt, and
        once more when they have parted. Who stays close, and whom every look for a while tells from the other, counts
        as parted until a look does not.
        """
        settled = self._settled()
        # Not found while somebody is within reach, looked for or not: they may cross or turn back unseen.
        unseen = [
            (a, b)
            for k, a in enumerate(settled)
            for b in settled[:k]
            if not a.detected_t_ns == b.detected_t_ns == t_ns and nearness(a.box, b.box) >= _MISSED
        ]
        unclear = [*self._tracker.unclear, *unseen]
        self._tracker.unclear = []
        new: list[_Entangled] = []
        known = [{id(e.a), id(e.b)} for e in self._entangled]
        for a, b in unclear:
            if {id(a), id(b)} not in known and a.known and b.known:
                known.append({id(a), id(b)})
                new.append(_Entangled(a, b))
        if self._crowded():
            new = [e for e in new if self.minded & {e.a.id, e.b.id}]
        here = {id(t) for t in self._tracker.tracks}
        doubted: set[int] = set()
        still = []
        for e in [*self._entangled, *new]:
            both = {id(e.a), id(e.b)}
            ended = not both <= here
            was_clear = e in self._entangled and e.clear(t_ns)
            if t_ns in {e.a.detected_t_ns, e.b.detected_t_ns}:
                e.clear_since_t_ns = 0 if _could_be_each_other(e.a, e.b, t_ns) else e.clear_since_t_ns or t_ns
            lately = max(seconds_between(t.detected_t_ns, t_ns) for t in (e.a, e.b)) <= _LATELY_S
            parted = lately and not (e.a.misses or e.b.misses) and nearness(e.a.box, e.b.box) < _PARTED
            clear = e.clear(t_ns)
            begins, chosen = e in new, bool(self.minded & {e.a.id, e.b.id})
            if begins or ended or was_clear != clear or (not clear and (parted or chosen)):
                doubted |= both & here
            if not ended and not parted:
                still.append(e)
        self._entangled = still
        return doubted

    def _settled(self) -> list[Track]:
        return [t for t in self._tracker.tracks if t.settled and t.upon is None]

    def _crowded(self) -> bool:
        """Numbers in a crowd are not for leading anybody, but for those who are minded."""
        return len(self._settled()) > _CROWD

    def doubtful(self, t_ns: int) -> set[int]:
        """Numbers that are only a handle: two who could be each other, and nobody may be led by."""
        return {t.id for e in self._entangled if not e.clear(t_ns) for t in (e.a, e.b)}

    def _come_out(self, t_ns: int) -> set[int]:
        """Whose numbers say nothing any more because his shadow was somebody: while the two were taken for one body,
        each may have been found under the number of the other. Shadows that only end cost nobody his number."""
        tracks = self._tracker.tracks
        here = {id(t) for t in tracks}
        for shadow in self._shadows:
            if id(shadow) not in here and shadow.upon is not None:
                place = _Hidden(shadow.centre, float(shadow.size.max()), shadow.detected_t_ns, None)
                # One each: the last place of his shadow.
                self._behind = [b for b in self._behind if b.elder is not shadow.upon]
                self._behind.append(_Behind(shadow.upon, place))
        self._shadows = [t for t in tracks if t.upon is not None and t.settled and t.vouched]
        self._behind = [
            b
            for b in self._behind
            if id(b.elder) in here and seconds_between(b.hidden.since_t_ns, t_ns) <= _REMEMBERED_S
        ]
        doubted: set[int] = set()
        self._left = [(a, b) for a, b in [*self._left, *self._tracker.left] if {id(a), id(b)} <= here]
        self._tracker.left = []
        for elder, younger in [pair for pair in self._left if pair[1].known]:
            self._left.remove((elder, younger))
            if elder.known:
                doubted |= {id(elder), id(younger)}
        strangers = [t for t in tracks if t.known and t.id in self._people and not self._people[t.id].known]
        for new in strangers:
            for behind in [b for b in self._behind if b.elder is not new and _within_reach(b.hidden, new, t_ns)]:
                self._behind.remove(behind)
                if behind.elder.known:
                    doubted.add(id(behind.elder))
        return doubted

    def _wrong(self, track: Track, beside: list[Track], now: Look | None, t_ns: int) -> bool:
        """Found in this picture: might he be somebody else than his number says?"""
        person = self._people[track.id]
        if not person.known or (self._crowded() and track.id not in self.minded):
            return False
        if now is not None and self.look(track.id) is not None and not beside:
            assert person.look is not None
            strange = unlike(person.look, now) > _HE
            person.unlike_running = person.unlike_running + 1 if strange else 0
            if person.unlike_running >= _UNLIKE_RUNNING:
                return True
        away_s = seconds_between(person.seen_t_ns, t_ns)
        unfound = person.missed and seconds_between(person.detected_t_ns, t_ns) > _UNFOUND_S
        if away_s <= _GONE_S and not unfound:
            return False
        others = [h.look for h in self._hidden if _within_reach(h, track, t_ns)]
        others += [self._people[o.id].look for o in beside if o.settled and o.id in self._people]
        mine = self.look(track.id)
        if not others:
            return away_s > _GONE_S and (now is None or mine is None or unlike(mine, now) > _HE)
        if now is None or mine is None or unlike(mine, now) > _HE:
            return True
        return any(other is None or unlike(other, now) - unlike(mine, now) < _SETTLES for other in others)

    def _renumber(self, track: Track) -> Renumbered:
        old = self._people.pop(track.id)
        number = track.id
        self._tracker.renumber(track)
        self._people[track.id] = _Person(detected_t_ns=track.detected_t_ns, seen_t_ns=track.seen_t_ns, known=old.known)
        return Renumbered(number, track.id)

    def _forget(self, t_ns: int) -> None:
        """Who ended under his number is hidden from now on, if he was anybody."""
        here = {t.id for t in self._tracker.tracks}
        for number, track in self._places.items():
            person = self._people.get(number)
            if number not in here and person is not None and person.known and track.id == number:
                self._hidden.append(_Hidden(track.centre, float(track.size.max()), person.seen_t_ns, person.look))
        self._people = {n: p for n, p in self._people.items() if n in here}
        self._hidden = [h for h in self._hidden if seconds_between(h.since_t_ns, t_ns) <= _REMEMBERED_S]

    def _found_again(self, track: Track, look: Look | None, t_ns: int) -> None:
        """Somebody new is probably the likest of those who hid about here: then he does not hide there any more."""
        likely = [h for h in self._hidden if _within_reach(h, track, t_ns)]
        if look is not None:
            likely = [h for h in likely if h.look is None or unlike(h.look, look) <= _HE]
        if likely:
            nearest = min(likely, key=lambda h: float(np.hypot(*(h.centre - track.centre))))
            self._hidden = [h for h in self._hidden if h is not nearest]


def _could_be_each_other(a: Track, b: Track, t_ns: int) -> bool:
    """After a look that found one or both of them: may each be where the other is taken to be?

    Not where both were found, and how they went and where each was last both say, by a margin, who is who.
    """
    if not a.detected_t_ns == b.detected_t_ns == t_ns or len(a.stood) < 2 or len(b.stood) < 2:
        return True
    now = a.stood[-1][1], b.stood[-1][1]
    tall = max(float(a.size[1]), float(b.size[1]))
    ways = ((a.expected, b.expected), (a.stood[-2][1], b.stood[-2][1]))
    return any(_crossing_costs(before, now) < _CLEARLY * tall for before in ways)


def _crossing_costs(before: tuple[Place, Place], now: tuple[Place, Place]) -> float:
    """By how much longer, px, the ways are if the two have changed places."""
    straight = np.hypot(*(now[0] - before[0])) + np.hypot(*(now[1] - before[1]))
    return float(np.hypot(*(now[1] - before[0])) + np.hypot(*(now[0] - before[1])) - straight)


def _within_reach(hidden: _Hidden, track: Track, t_ns: int) -> bool:
    reach = min(_REACH_MOST, _REACH + _REACH_PER_S * seconds_between(hidden.since_t_ns, t_ns))
    return float(np.hypot(*(hidden.centre - track.centre))) <= reach * hidden.tall
