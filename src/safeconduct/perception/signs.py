"""Signs: cardboard or a page that a person holds or has beside him, and letters on the ground by his feet.

`SignWatch.step` looks at one person in a picture, at each twice a second, keeps every sign under one number, and of its
views the best: the largest letters, the sharpest, and the mean of several that lie on each other, which shows small
letters above the noise. What it gives is for a human to read. A hint by a machine's reading is a hint; a sign asks, and
decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.model.events import GestureSeen
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Gesture
from safeconduct.perception.found import Picture
from safeconduct.perception.ground_letters import find_ground_letters
from safeconduct.perception.plates import find_plates
from safeconduct.perception.straightening import READABLE_PX, legibility, straighten
from safeconduct.perception.views import View, Views
from safeconduct.perception.where import Heights, Held

Points = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

LEAST_PX = 40.0
"""People smaller than this hold no sign that could be made out."""

_EVERY_S = 0.5  # from look to look at one person
_WORK_PX, _LARGEST = 160.0, 2.5  # he is made so tall for a look, and enlarged by that at most
_ROOM = (0.5, 0.25, 0.3)  # aside, above and below him, of his height
_LEAST_SCORE = 0.15  # of one look
_LOOKS, _WITHIN_S = 3, 2.6  # so many looks that found it, within that time, make a sign known
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
    source picture, 0 where no line stands out. score: 0 to 1, how surely it is writing.
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


class _Candidate(NamedTuple):
    """One sign in one look. place: of its middle, in heights of its holder from the middle of his box."""

    corners: Points
    place: Points
    area: float
    score: float
    on_ground: bool
    view: View


class _Known:
    """A sign over time."""

    def __init__(self, number: int, track: int, first: _Candidate, t_ns: int) -> None:
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

    def take(self, candidate: _Candidate, t_ns: int) -> None:
        self.last = candidate
        self.seen_t_ns = [t for t in self.seen_t_ns if seconds_between(t, t_ns) <= _WITHIN_S] + [t_ns]
        self.scores.append(candidate.score)
        self.sure = self.sure or len(self.seen_t_ns) >= _LOOKS
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
            hint=self.hint,
        )


class SignWatch:
    """at_once: how many people are looked at in one picture. read: a machine's reading, tried whenever the best view of
    a known sign became clearly better; it may be slow. heights: of the ground, for letters on it."""

    def __init__(self, read: Reader | None = None, at_once: int = 1, heights: Heights | None = None) -> None:
        self._read, self._at_once, self._heights = read, at_once, heights
        self._looked_t_ns: dict[int, int] = {}
        self._turn: dict[int, bool] = {}
        self._known: list[_Known] = []
        self._gone: list[Sign] = []
        self._next = 1

    def step(self, picture: Picture, t_ns: int, people: Sequence[Holder], held: Held | None = None) -> list[Sign]:
        """picture: BGR. t_ns: its capture time, rising. people: all who are seen in it; the caller may leave out whom
        he does not want looked at. held: how the camera is held. Returns the signs that are known and were seen in the
        last three seconds."""
        present = {one.track for one in people}
        self._looked_t_ns = {track: t for track, t in self._looked_t_ns.items() if track in present}
        self._turn = {track: turn for track, turn in self._turn.items() if track in present}
        due = [one for one in people if _tall(one.box) >= LEAST_PX and self._is_due(one.track, t_ns)]
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
        return last is None or seconds_between(last, t_ns) >= _EVERY_S - 1e-6

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


def held_signs(picture: Picture, box: Box) -> list[_Candidate]:
    """What looks like a sign in one picture at one person, surely or not."""
    tall = _tall(box)
    scale = min(_WORK_PX / tall, _LARGEST)
    aside, above, below = (share * tall for share in _ROOM)
    high, wide = picture.shape[:2]
    left, top = max(0, int(box[0] - aside)), max(0, int(box[1] - above))
    right, bottom = min(wide, int(box[2] + aside) + 1), min(high, int(box[3] + below) + 1)
    if right - left < 8 or bottom - top < 8:
        return []
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    patch = cv2.resize(picture[top:bottom, left:right], None, None, scale, scale, how)
    found: list[_Candidate] = []
    for plate in find_plates(np.asarray(patch, np.uint8), scale * tall):
        corners = (plate.corners + 0.5) / scale - 0.5 + [left, top]
        seen = legibility(straighten(picture, corners, quick=True))
        score = seen.lettering * plate.held
        if score >= _LEAST_SCORE:
            view = View(straighten(picture, corners).picture, seen.letters_px, seen.sharpness)
            found.append(_candidate(corners, box, score, False, view))
    return found


def ground_signs(
    picture: Picture, box: Box, others: list[Box], held: Held | None = None, heights: Heights | None = None
) -> list[_Candidate]:
    """What looks like letters on the ground about one person, in one picture."""
    found: list[_Candidate] = []
    for word in find_ground_letters(picture, box, others, held, heights):
        if word.score >= _LEAST_SCORE:
            seen = legibility(straighten(picture, word.corners, word.proportion, quick=True), word.bright)
            view = View(straighten(picture, word.corners, word.proportion).picture, seen.letters_px, seen.sharpness)
            found.append(_candidate(word.corners, box, word.score, True, view))
    return found


def _candidate(corners: Points, box: Box, score: float, on_ground: bool, view: View) -> _Candidate:
    tall = _tall(box)
    place = (corners.mean(axis=0) - [(box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0]) / tall
    area = float(cv2.contourArea(corners.astype(np.float32))) / tall**2
    return _Candidate(corners, place, area, score, on_ground, view)


def _alike(a: _Candidate, b: _Candidate) -> bool:
    ratio = max(a.area, 1e-6) / max(b.area, 1e-6)
    return a.on_ground == b.on_ground and _apart(a, b) <= _SAME and 1.0 / _SAME_SIZE <= ratio <= _SAME_SIZE


def _apart(a: _Candidate, b: _Candidate) -> float:
    return float(np.hypot(*(a.place - b.place)))


def _nearest(candidate: _Candidate, one: Holder, people: Sequence[Holder]) -> bool:
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


def _tall(box: Box) -> float:
    return max(1.0, box[2] - box[0], box[3] - box[1])
