"""What of a picture strangers may not see, and where it stands: heads, or whole persons where joints are unsure.

The eyes go through the film twice, forward and backward, in pieces of some ten seconds: who is found late in one
direction is known early in the other. Between two sightings a person is covered where he must have gone; before the
first and after the last he stays covered for a while, with a margin that grows; covers move with the picture when the
camera turns. Whatever else might be a person is covered too (`glimpses.py`). Joints that put a head elsewhere than a
moment before and after are unsure. All of it errs towards covering.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from safeconduct.copies.glimpses import GROWS, glimpsed
from safeconduct.copies.moving import Box, Moved, grown
from safeconduct.copies.original import Shown
from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, PersonDetector, Seen

MARKS_READABLE_PX = 200.0
"""From this height on a badge could be read: then the whole person is covered."""

HEAD_PX = 70.0
"""Under this height joints of the head lie too close together to be trusted."""

CORES = min(2, len(os.sched_getaffinity(0)))
"""For the networks: two threads on one core wait for each other."""

_PIECE_S = 10.0
_HOLD_S, _GAP_S = 1.6, 4.0
_LONG_GAP_NS = NS // 2
_HEAD_JUMPS = 0.12  # of his height: what joints of one body do not do from picture to picture
_SURE_FACE, _SURE_SHOULDERS = 0.35, 0.35
_UPRIGHT = 1.4  # a box less high than that against its width may hold two, or somebody from above


class Covers(NamedTuple):
    """number: of the picture. boxes: to be covered. people: how many in it. whole: how many of them wholly.

    unsure: how many rest on no sighting in this very picture: held, carried over a gap, or glimpsed."""

    number: int
    boxes: tuple[Box, ...]
    people: int
    whole: int
    unsure: int = 0


class _Sight(NamedTuple):
    place: int
    t_ns: int
    cover: Box
    whole: bool
    height_px: float
    box: Box
    wholly: Box  # what covers all of him


class _Cover(NamedTuple):
    box: Box
    whole: bool
    unsure: bool


class Covering:
    """wholly: moments (mission time, ns) about which everybody is covered wholly and widely: something to be read was
    shown then. eyes: made anew for each piece and direction."""

    def __init__(self, wholly: Sequence[int] = (), at_once: int = 6) -> None:
        self._wholly = sorted(wholly)
        self._at_once = at_once
        self._forward = Eyes(threads=CORES, at_once=at_once)
        self._detector = PersonDetector(threads=CORES)

    def take(self, pictures: Iterable[Shown]) -> Iterator[tuple[Shown, Covers]]:
        """Pictures with what is to be covered in each; holds some ten seconds of them."""
        piece: list[Shown] = []
        for shown in pictures:
            if piece and (shown.t_ns - piece[0].t_ns > _PIECE_S * NS or shown.picture.shape != piece[0].picture.shape):
                yield from self._piece(piece)
                piece = piece[-1:] if shown.picture.shape == piece[0].picture.shape else []
                self._again = len(piece)
            piece.append(shown)
        yield from self._piece(piece)

    _again = 0  # pictures at the beginning of a piece that were given out with the one before

    def _piece(self, piece: list[Shown]) -> Iterator[tuple[Shown, Covers]]:
        if not piece:
            return
        ahead = [self._forward.step(shown.picture, shown.t_ns) for shown in piece[self._again :]]
        ahead = [[]] * self._again + ahead
        backward = Eyes(threads=CORES, at_once=self._at_once)
        behind: list[list[Seen]] = [[]] * len(piece)
        last_t_ns = piece[-1].t_ns
        for i in range(len(piece) - 1, -1, -1):
            behind[i] = backward.step(piece[i].picture, 2 * last_t_ns - piece[i].t_ns)
        moved = Moved(piece)
        covers: list[list[_Cover]] = [[] for _ in piece]
        for seen_in in (ahead, behind):
            for sights in self._tracks(piece, seen_in).values():
                for i, cover in _spread(_trusted(sights), piece, moved):
                    covers[i].append(cover)
        known = [[one.box for one in (*a, *b)] for a, b in zip(ahead, behind, strict=True)]
        for i, box in glimpsed(self._detector, piece, known, moved):
            covers[i].append(_Cover(box, True, True))
        for i, shown in enumerate(piece):
            if i < self._again:
                continue
            people = max(len(ahead[i]), len(behind[i]))
            boxes = tuple(cover.box for cover in covers[i])
            whole, unsure = sum(c.whole for c in covers[i]), sum(c.unsure for c in covers[i])
            yield shown, Covers(shown.number, boxes, people, whole, unsure)
        self._again = 0

    def _tracks(self, piece: list[Shown], seen_in: list[list[Seen]]) -> dict[int, list[_Sight]]:
        tracks: dict[int, list[_Sight]] = {}
        for i, seen in enumerate(seen_in):
            wide = self._is_wide(piece[i].t_ns)
            for one in seen:
                cover, whole = cover_of(one, wide=wide)
                wholly = cover if whole else body_of(one)
                sight = _Sight(i, piece[i].t_ns, cover, whole, one.height_px, one.box, wholly)
                tracks.setdefault(one.track, []).append(sight)
        return tracks

    def _is_wide(self, t_ns: int) -> bool:
        return any(abs(t_ns - moment) <= 8 * NS for moment in self._wholly)


def cover_of(one: Seen, *, wide: bool = False) -> tuple[Box, bool]:
    """The region that hides who he is, and whether it is the whole person."""
    head = None if wide else head_of(one)
    if head is not None and one.height_px < MARKS_READABLE_PX:
        return head, False
    return body_of(one, wide=wide), True


def body_of(one: Seen, *, wide: bool = False) -> Box:
    """All of him, raised arms included."""
    x1, y1, x2, y2 = one.box
    side, above = (0.6, 0.5) if wide else (0.22, 0.28)
    w, h = x2 - x1, y2 - y1
    big = max(w, h)
    return (x1 - side * max(w, 0.4 * big), y1 - above * big, x2 + side * max(w, 0.4 * big), y2 + 0.12 * big)


def head_of(one: Seen) -> Box | None:
    """About the head, with room for hair, helmet and a turn; None: where it is, is not sure."""
    if one.joints is None or one.cannot_tell or one.height_px < HEAD_PX:
        return None
    x1, y1, x2, y2 = one.box
    if y2 - y1 < _UPRIGHT * (x2 - x1):
        return None
    face = [joint for joint in one.joints[:5] if joint.score >= _SURE_FACE]
    left, right = one.joints[5], one.joints[6]
    if len(face) < 3 or min(left.score, right.score) < _SURE_SHOULDERS:
        return None
    x, y = sum(j.x for j in face) / len(face), sum(j.y for j in face) / len(face)
    spread = max(max(abs(j.x - x), abs(j.y - y)) for j in face)
    shoulders = ((left.x - right.x) ** 2 + (left.y - right.y) ** 2) ** 0.5
    half = max(0.62 * shoulders, 0.115 * one.height_px, 1.9 * spread) + 3.0
    if half > 0.3 * one.height_px:
        return None
    return x - half, y - 1.25 * half, x + half, y + 1.15 * half


def _trusted(sights: list[_Sight]) -> list[_Sight]:
    """Heads that stand elsewhere on the body than a moment before and after were put there by joints that erred: then
    the whole person is covered."""
    ordered = sorted(sights, key=lambda s: s.place)
    out: list[_Sight] = []
    for n, sight in enumerate(ordered):
        about = [s for s in ordered[max(0, n - 6) : n + 7] if not s.whole and abs(s.t_ns - sight.t_ns) <= NS]
        if sight.whole or len(about) < 3:
            out.append(sight)
            continue
        usual = np.median([_on_body(s) for s in about], axis=0)
        off = float(np.abs(np.array(_on_body(sight)) - usual).max())
        out.append(sight if off < _HEAD_JUMPS else sight._replace(cover=sight.wholly, whole=True))
    return out


def _on_body(sight: _Sight) -> tuple[float, float]:
    """Where on his box the head's cover is, in his heights."""
    x, y = (sight.cover[0] + sight.cover[2]) / 2.0, (sight.cover[1] + sight.cover[3]) / 2.0
    tall = max(sight.height_px, 1.0)
    return (x - (sight.box[0] + sight.box[2]) / 2.0) / tall, (y - sight.box[1]) / tall


def _spread(sights: list[_Sight], piece: list[Shown], moved: Moved) -> Iterator[tuple[int, _Cover]]:
    """From sightings to every picture in which he may be: between them, and for a while before and after."""
    for sight in sights:
        yield sight.place, _Cover(sight.cover, sight.whole, False)
    ordered = sorted(sights, key=lambda s: s.place)
    for a, b in pairwise(ordered):
        if b.place - a.place > 1 and abs(b.t_ns - a.t_ns) <= _GAP_S * NS:
            for i in range(a.place + 1, b.place):
                part = (piece[i].t_ns - a.t_ns) / (b.t_ns - a.t_ns)
                p = moved.carried(a.cover, a.place, i)
                q = moved.carried(b.cover, b.place, i)
                x1, y1, x2, y2 = (m + (n - m) * part for m, n in zip(p, q, strict=True))
                margin = 0.12 * max(a.height_px, b.height_px)
                long = b.t_ns - a.t_ns > _LONG_GAP_NS
                yield i, _Cover(grown((x1, y1, x2, y2), margin), a.whole or b.whole, long)
    for edge, step in ((ordered[0], -1), (ordered[-1], 1)):
        i = edge.place + step
        while 0 <= i < len(piece) and (held_s := abs(piece[i].t_ns - edge.t_ns) / NS) <= _HOLD_S:
            held = grown(moved.carried(edge.wholly, edge.place, i), 4.0 + GROWS * held_s * edge.height_px)
            yield i, _Cover(held, True, True)
            i += step
