"""Signs: cardboard or a page that a person holds or has beside him, and letters on the ground by his feet.

`SignWatch.step` looks at one person in a picture, at each twice a second or as often as it is told, keeps every sign
under one number, and of its views the best: the largest letters, the sharpest, and the mean of several that lie on each
other, which shows small letters above the noise. What it gives is for a human to read. A hint by a machine's reading is
a hint; a sign asks, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from safeconduct.model.events import GestureSeen
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Gesture
from safeconduct.perception.eyes import Seen
from safeconduct.perception.found import Picture
from safeconduct.perception.sign_looks import Box, Candidate, ground_signs, held_signs, tall_px
from safeconduct.perception.straightening import READABLE_PX
from safeconduct.perception.views import Views
from safeconduct.perception.where import Heights, Held

LEAST_PX = 40.0
"""People smaller than this hold no sign that could be made out."""

_EVERY_S = 0.5  # from look to look at one person, and at most so long where a first look found something
_LOOKS, _WITHIN_S = 3, 2.6  # so many looks that found it, within that time, make a sign known
_SURE_SCORE = 0.2  # mean of its looks, from which a sign is known
_KEEPS_S = 3.0  # it is waited for after it was seen last
_SAME, _SAME_SIZE = 0.16, 2.2  # of his height, from its place at the last look; ratio of its areas


class Holder(Protocol):
    """A person as the eyes see him."""

    @property
    def track(self) -> int: ...
    @property
    def box(self) -> Box: ...


class Hint(NamedTuple):
    """What a machine reads on a sign, and how sure it is, 0 to 1."""

    text: str
    confidence: float


Reader = Callable[[Picture], Hint | None]
"""Reads a straightened crop; None: nothing."""


class Sign(NamedTuple):
    """number: of the sign. track: of its holder. on_ground: letters by his feet, not held. corners: px of the picture
    in which it was seen last, clockwise from the upper left as it is read. from_t_ns, to_t_ns: seen first and last.
    picture: straight, enlarged, stretched; views: how many it is the mean of. letters_px: their height in the best
    source picture, 0 where no line stands out. score: 0 to 1, how surely it is writing. worth: of the picture to a
    reader, for comparing pictures of one sign.
    """

    number: int
    track: int
    on_ground: bool
    corners: tuple[tuple[float, float], ...]
    from_t_ns: int
    to_t_ns: int
    picture: Picture
    views: int
    letters_px: float
    score: float
    worth: float
    hint: Hint | None

    @property
    def readable(self) -> bool:
        return self.letters_px >= READABLE_PX

    @property
    def advice(self) -> str:
        """One line for the operator."""
        if not self.letters_px:
            return "no letters can be made out: come closer or zoom"
        says = f"letters stand {self.letters_px:.0f} px high"
        if self.readable:
            return says
        return f"{says}; about {READABLE_PX:.0f} are needed to read: come closer or zoom"


class _Known:
    """A sign over time."""

    def __init__(self, number: int, track: int, first: Candidate, t_ns: int) -> None:
        self.number, self.track, self.on_ground = number, track, first.on_ground
        self.seen_t_ns: list[int] = []
        self.scores: list[float] = []
        self.sure = False
        self.views = Views(keeps=16)
        self.read_at = 0.0
        self.hint: Hint | None = None
        self.from_t_ns = t_ns
        self.last = first
        self.take(first, t_ns)

    def take(self, candidate: Candidate, t_ns: int) -> None:
        self.last = candidate
        self.seen_t_ns = [t for t in self.seen_t_ns if seconds_between(t, t_ns) <= _WITHIN_S] + [t_ns]
        self.scores.append(candidate.score)
        self.sure = self.sure or (len(self.seen_t_ns) >= _LOOKS and float(np.mean(self.scores)) >= _SURE_SCORE)
        self.views.take(candidate.view)

    def sign(self) -> Sign:
        return Sign(
            number=self.number,
            track=self.track,
            on_ground=self.on_ground,
            corners=tuple((round(float(x), 1), round(float(y), 1)) for x, y in self.last.corners),
            from_t_ns=self.from_t_ns,
            to_t_ns=self.seen_t_ns[-1],
            picture=self.views.picture(),
            views=self.views.count,
            letters_px=round(float(self.views.letters_px), 1),
            score=round(float(np.mean(self.scores)), 3),
            worth=round(self.views.value, 3),
            hint=self.hint,
        )


class SignWatch:
    """at_once: how many people are looked at in one picture. read: a machine's reading, tried whenever the best view of
    a known sign became clearly better; it may be slow. heights: of the ground, for letters on it. every_s: from look to
    look at one person; twice a second where something was found that is not known yet."""

    def __init__(
        self,
        read: Reader | None = None,
        at_once: int = 1,
        heights: Heights | None = None,
        every_s: float = _EVERY_S,
    ) -> None:
        self._read, self._at_once, self._heights, self._every_s = read, at_once, heights, every_s
        self._looked_t_ns: dict[int, int] = {}
        self._turn: dict[int, bool] = {}
        self._known: list[_Known] = []
        self._gone: list[Sign] = []
        self._next = 1

    def step(
        self,
        picture: Picture,
        t_ns: int,
        people: Sequence[Holder],
        held: Held | None = None,
        only: int | None = None,
    ) -> list[Sign]:
        """picture: BGR. t_ns: its capture time, rising. people: all who are seen in it. held: how the camera is held.
        only: the number of him who alone is looked at. Returns the signs that are known and were seen in the last
        three seconds."""
        present = {one.track for one in people}
        self._looked_t_ns = {track: t for track, t in self._looked_t_ns.items() if track in present}
        self._turn = {track: turn for track, turn in self._turn.items() if track in present}
        due = [one for one in people if tall_px(one.box) >= LEAST_PX and self._is_due(one.track, t_ns)]
        due = [one for one in due if only in (None, one.track)]
        due.sort(key=lambda one: (self._looked_t_ns.get(one.track, 0), one.track))
        for one in due[: self._at_once]:
            self._looked_t_ns[one.track] = t_ns
            self._take(picture, t_ns, one, people, held)
        for known in [k for k in self._known if seconds_between(k.seen_t_ns[-1], t_ns) > _KEEPS_S]:
            self._known.remove(known)
            if known.sure:
                self._gone.append(known.sign())
        return [known.sign() for known in self._known if known.sure]

    def told(self) -> list[Sign]:
        """Every sign that was ever known, in order of its number."""
        return sorted([*self._gone, *(k.sign() for k in self._known if k.sure)], key=lambda sign: sign.number)

    def _is_due(self, track: int, t_ns: int) -> bool:
        last = self._looked_t_ns.get(track)
        doubted = any(k.track == track and not k.sure for k in self._known)
        every_s = min(_EVERY_S, self._every_s) if doubted else self._every_s
        return last is None or seconds_between(last, t_ns) >= every_s - 1e-6

    def _take(self, picture: Picture, t_ns: int, one: Holder, people: Sequence[Holder], held: Held | None) -> None:
        others = [p.box for p in people if p.track != one.track]
        found = held_signs(picture, one.box)
        self._turn[one.track] = not self._turn.get(one.track, False)
        if self._turn[one.track]:  # letters on the ground stay: every second look is enough
            found += ground_signs(picture, one.box, others, held, self._heights)
        left = [k for k in self._known if k.track == one.track]
        for candidate in sorted(found, key=lambda c: -c.score):
            if not _nearest(candidate, one, people):
                continue
            same = min(
                (k for k in left if _alike(k.last, candidate)), key=lambda k: _apart(k.last, candidate), default=None
            )
            if same is None:
                same = _Known(self._next, one.track, candidate, t_ns)
                self._next += 1
                self._known.append(same)
            else:
                left.remove(same)
                same.take(candidate, t_ns)
            if self._read is not None and same.sure and same.views.value > 1.3 * same.read_at:
                same.read_at = same.views.value
                same.hint = _better(same.hint, self._read(same.views.picture()))


def sign_evidence(signs: Iterable[Sign], t_ns: int) -> dict[int, GestureSeen]:
    """By the holder's track: SIGN, for as long as a sign of his has been seen. It asks the operator to read."""
    evidence: dict[int, GestureSeen] = {}
    for sign in signs:
        held_s = round(max(0.0, seconds_between(sign.from_t_ns, min(t_ns, sign.to_t_ns))), 3)
        seen = GestureSeen(Gesture.SIGN, min(1.0, sign.score), held_s)
        if sign.track not in evidence or evidence[sign.track].confidence < seen.confidence:
            evidence[sign.track] = seen
    return evidence


def with_signs(seen: Iterable[Seen], signs: Iterable[Sign], t_ns: int) -> list[Seen]:
    """Who is seen, those with signs showing SIGN. What joints alone took for one gives way to what was seen."""
    evidence = sign_evidence(signs, t_ns)
    return [
        one._replace(gestures=(*(g for g in one.gestures if g.gesture is not Gesture.SIGN), evidence[one.track]))
        if one.track in evidence
        else one
        for one in seen
    ]


def _alike(a: Candidate, b: Candidate) -> bool:
    ratio = max(a.area, 1e-6) / max(b.area, 1e-6)
    return a.on_ground == b.on_ground and _apart(a, b) <= _SAME and 1.0 / _SAME_SIZE <= ratio <= _SAME_SIZE


def _apart(a: Candidate, b: Candidate) -> float:
    return float(np.hypot(*(a.place - b.place)))


def _nearest(candidate: Candidate, one: Holder, people: Sequence[Holder]) -> bool:
    """Whether of all people this one is the nearest to it."""
    x, y = candidate.corners.mean(axis=0)

    def away(box: Box) -> float:
        aside, up = max(box[0] - x, 0.0, x - box[2]), max(box[1] - y, 0.0, y - box[3])
        return float(np.hypot(aside, up)) + 0.1 * abs(float(x) - (box[0] + box[2]) / 2.0)

    return min(people, key=lambda p: (away(p.box), p.track)).track == one.track


def _better(old: Hint | None, new: Hint | None) -> Hint | None:
    if old is None or new is None:
        return new or old
    return new if new.confidence >= old.confidence else old
