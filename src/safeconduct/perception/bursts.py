"""Shells that fall in the picture: earth that was not there a moment ago, stands up from one foot and grows.

Each picture is compared with the ones before, moved to where the ground lies by now. A place differs only where it
leaves the whole range of values about it in the older picture, so grass, noise and small errors of the motion count
nothing. What differs is the beginning of a burst where all was still before, and a burst when soon after it stands on
the same foot, is of a burst's size and has grown; or at once when it is a flash.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from math import fsum, hypot, sqrt
from typing import NamedTuple

import cv2
import numpy as np

from safeconduct.model.mission_time import seconds_between
from safeconduct.perception.changes import (
    LEAST_PX,
    Blob,
    Box,
    Difference,
    Mask,
    Motion,
    carried,
    comparable,
    difference,
    faded,
    scaled,
)
from safeconduct.perception.found import Picture
from safeconduct.perception.where import Heights, Held, focal_px, in_picture, on_ground

_WIDTH_PX = 320  # all is compared on pictures this wide
_EVERY_S = 0.15  # pictures that come sooner are only followed, not compared
_GAP_S = 1.5  # after a longer gap all begins anew
_LOOKS = 3  # how often a beginning is looked at again
_EARLIER = 3  # so many looks before its beginning somebody who walks was elsewhere
_KEPT = _LOOKS + 1 + _EARLIER
_CUT = 0.6  # so much of the picture changes at once by a cut alone
_KNOWN_S = 10.0  # the dust of a burst is no other burst so long
_NEAR_M, _FAR_M = 5.0, 110.0  # nearer anything fills the picture; beyond, sizes are told too badly
_FADES = 0.6  # of what went on, from look to look

# A beginning: m wide; share of it in which something went on before, at most; its share of all that differs, at least.
_BEGINS_M, _STILL, _MOST = 1.2, 0.4, 0.4
# A flash: share that is white, grey levels, m.
_FLASH_WHITE, _FLASH_STEP, _FLASH_M = 0.04, 30.0, (2.0, 14.0)
# A burst when it is sure: m high and wide, m of the part that can be compared where that ends within it, its share of
# its box, times as wide as high there, and px high.
_TALL_M, _WIDE_M, _PART_M, _FULL, _FLAT, _HIGH_PX = (1.6, 18.0), (1.6, 18.0), 0.5, 0.3, 4.5, 4.5
# Against its beginning: area of a small one, of a large one (that is, m), of a flash; the share of the smaller box in
# the other (who walks has left most of his own); how much of it is brighter than before, and then darker, by a flash.
_GROWS, _STAYS, _LARGE_M, _FLASHED, _SAME, _TURNS = 1.25, 0.5, 2.4, 0.1, 0.65, 0.6


class BurstSeen(NamedTuple):
    """x, y: its foot, px. wide_px, high_px: as far as it has grown. t_ns: the picture in which it was sure."""

    x: float
    y: float
    wide_px: float
    high_px: float
    t_ns: int


class _Look(NamedTuple):
    """A picture that was compared. motion: from its px to px of the newest."""

    t_ns: int
    picture: Picture
    motion: Motion


class _Beginning(NamedTuple):
    """blob: as it was at first. looks: how many came after."""

    blob: Blob
    looks: int = 0


class _Known(NamedTuple):
    blob: Blob
    t_ns: int


class BurstWatch:
    """`take` every picture in turn. heights: of the ground. In px alone a burst is not told from somebody who passes
    near the lens, so where nobody knows how the camera is held nothing is told."""

    def __init__(self, heights: Heights) -> None:
        self._heights = heights
        self._looks: deque[_Look] = deque(maxlen=_KEPT)
        self._since: Motion = np.eye(3)  # the picture that was compared last
        self._held: Held | None = None
        self._beginnings: list[_Beginning] = []
        self._known: list[_Known] = []
        self._stirred: Mask = np.zeros((1, 1), np.uint8)
        self._people: list[Box] = []

    def take(
        self,
        picture: Picture,
        t_ns: int,
        people: Iterable[Box],
        motion: Motion | None,
        held: Held | None,
    ) -> list[BurstSeen]:
        """Bursts that this picture makes sure, each told once.

        picture: height × width × 3, BGR. t_ns: its capture time, rising. people: boxes of those who are seen in it, px.
        motion: 3 × 3, takes px of the picture of the last call to px of this one; None for the first, after a cut, or
        where the picture does not tell it (then how the camera was held does, where that is known).
        """
        high, wide = picture.shape[:2]
        scale = _WIDTH_PX / wide
        size = _WIDTH_PX, max(8, round(high * scale))
        if motion is None:
            motion = self._as_held(held, wide, high)
        self._held = held
        late = bool(self._looks) and seconds_between(self._looks[-1].t_ns, t_ns) > _GAP_S
        if motion is None or late or self._stirred.shape != size[::-1]:
            self._forget(size)
        else:
            self._since = scaled(motion, scale) @ self._since
            if self._looks and seconds_between(self._looks[-1].t_ns, t_ns) < _EVERY_S:
                return []
        shrunk = cv2.resize(picture, size, None, 0, 0, cv2.INTER_AREA)
        now = _Now(np.asarray(cv2.blur(shrunk, (3, 3)), np.uint8), t_ns, held, wide, high, self._heights)
        boxes = [_roomy(box, scale) for box in people]
        self._carry(t_ns)
        found = self._compare(now, boxes)
        self._looks.append(_Look(t_ns, now.picture, np.eye(3)))
        self._people = boxes
        return [BurstSeen(b.foot[0] / scale, b.foot[1] / scale, b.wide / scale, b.high / scale, t_ns) for b in found]

    def _as_held(self, held: Held | None, wide: int, high: int) -> Motion | None:
        """The motion of the ground from how the camera was held then and now, as if the ground were level."""
        if held is None or self._held is None:
            return None
        middle = on_ground(held, wide / 2.0, high / 2.0, wide, high, self._heights)
        if middle is None:
            return None
        before: list[tuple[float, float]] = []
        after: list[tuple[float, float]] = []
        for x, y in ((0.1, 0.4), (0.9, 0.4), (0.1, 0.95), (0.9, 0.95)):
            place = on_ground(self._held, x * wide, y * high, wide, high, lambda _e, _n: middle.up)
            at = None if place is None else in_picture(held, place, wide, high)
            if at is None:
                return None
            before.append((x * wide, y * high))
            after.append(at)
        motion = cv2.getPerspectiveTransform(np.array(before, np.float32), np.array(after, np.float32))
        return np.asarray(motion, np.float64)

    def _forget(self, size: tuple[int, int]) -> None:
        self._looks.clear()
        self._beginnings, self._known, self._people = [], [], []
        self._since = np.eye(3)
        self._stirred = np.zeros((size[1], size[0]), np.uint8)

    def _carry(self, t_ns: int) -> None:
        """Bring all that is remembered to where it lies in the new picture."""
        since, self._since = self._since, np.eye(3)
        self._looks = deque((k._replace(motion=since @ k.motion) for k in self._looks), _KEPT)
        self._beginnings = [b._replace(blob=b.blob.moved(since), looks=b.looks + 1) for b in self._beginnings]
        fresh = (k for k in self._known if seconds_between(k.t_ns, t_ns) <= _KNOWN_S)
        self._known = [k._replace(blob=k.blob.moved(since)) for k in fresh]
        self._stirred = carried(self._stirred, since)

    def _compare(self, now: _Now, people: list[Box]) -> list[Blob]:
        if not self._looks:
            return []
        fresh = self._differs(now, 1, people)
        if np.count_nonzero(fresh.mask) > _CUT * fresh.mask.size:
            self._forget((fresh.mask.shape[1], fresh.mask.shape[0]))
            return []
        sure, kept = self._second_looks(now, people)
        differs_px = sum(blob.area for blob in fresh.blobs)
        for blob in fresh.blobs:
            if not now.may_begin(blob, differs_px) or any(blob.meets(b.blob) for b in kept):
                continue
            if now.is_flash(blob):
                sure.append(blob)
            else:
                kept.append(_Beginning(blob))
        self._beginnings = kept
        self._stirred = faded(self._stirred, fresh.mask, _FADES)
        return [blob for blob in sure if self._is_new(blob, now.t_ns)]

    def _second_looks(self, now: _Now, people: list[Box]) -> tuple[list[Blob], list[_Beginning]]:
        """What the beginnings became since the picture before each: those that are sure, those waited for."""
        sure: list[Blob] = []
        kept: list[_Beginning] = []
        since: dict[int, Difference] = {}
        for beginning in self._beginnings:
            back = beginning.looks + 1
            if back > len(self._looks):
                continue
            if back not in since:
                since[back] = self._differs(now, back, people)
            met = [b for b in since[back].blobs if b.meets(beginning.blob)]
            if not met:
                continue
            grown = max(met, key=lambda b: b.area)
            if now.is_burst(beginning.blob, grown, since[back].covered):
                x, y = beginning.blob.foot
                sure.append(grown._replace(left=x - grown.wide / 2.0, top=y - grown.high))
            elif beginning.looks < _LOOKS:
                kept.append(beginning)
        return sure, kept

    def _differs(self, now: _Now, back: int, people: list[Box]) -> Difference:
        """Against so many looks back, and for a second look also against what was still earlier."""
        olds = [self._looks[-back]]
        if back > 1 and len(self._looks) > back:
            olds.append(self._looks[-min(back + _EARLIER, len(self._looks))])
        boxes = [*people, *self._people]
        return difference(now.picture, [(k.picture, k.motion) for k in olds], boxes, self._stirred)

    def _is_new(self, blob: Blob, t_ns: int) -> bool:
        if any(_near(blob, known.blob) for known in self._known):
            return False
        self._known.append(_Known(blob, t_ns))
        return True


class _Now(NamedTuple):
    """The newest picture and how it was held. wide_px, high_px: of the picture before it was made small."""

    picture: Picture
    t_ns: int
    held: Held | None
    wide_px: int
    high_px: int
    heights: Heights

    def px_per_m(self, blob: Blob) -> float:
        """At the blob's foot; 0 where no ground is, it is too near or too far, or that is not known."""
        if self.held is None:
            return 0.0
        k = self.wide_px / _WIDTH_PX
        x, y = blob.foot
        place = on_ground(self.held, x * k, min(y * k, self.high_px - 1.0), self.wide_px, self.high_px, self.heights)
        if place is None:
            return 0.0
        eye = self.held.position
        away_m = sqrt(fsum((place[i] - eye[i]) ** 2 for i in range(3)))
        inside = _NEAR_M <= away_m <= _FAR_M
        return focal_px(_WIDTH_PX, self.held.hfov_deg) / away_m if inside else 0.0

    def may_begin(self, blob: Blob, differs_px: float) -> bool:
        """Large enough, where all was still, and most of what differs in this picture: else the picture's motion was
        not understood."""
        if blob.stirred > _STILL or blob.area < max(LEAST_PX, _MOST * differs_px):
            return False
        k = self.px_per_m(blob)
        return k > 0.0 and blob.wide >= _BEGINS_M * k

    def is_flash(self, blob: Blob) -> bool:
        if blob.white < _FLASH_WHITE or blob.step < _FLASH_STEP:
            return False
        k = self.px_per_m(blob)
        return k > 0.0 and _FLASH_M[0] <= blob.wide / k <= _FLASH_M[1]

    def is_burst(self, first: Blob, grown: Blob, covered: Mask) -> bool:
        """Whether what began as `first` is one by now. covered: where it can be compared."""
        k = self.px_per_m(first)
        bottom = min(first.foot[1], covered.shape[0])
        stands = abs(grown.foot[1] - bottom) <= 0.4 * max(grown.high, first.high)
        full = grown.area >= _FULL * grown.wide * grown.high and grown.high >= _HIGH_PX
        if k <= 0.0 or not stands or not full or grown.shares(first, *covered.shape) < _SAME:
            return False
        large = first.wide >= _WIDE_M[0] * k if first.cut else max(first.wide, first.high) >= _LARGE_M * k
        turned = first.shines >= _TURNS and grown.shines <= 1.0 - _TURNS
        least = _FLASHED if turned else _STAYS if large else _GROWS
        tall_m, wide_m = grown.high / k, grown.wide / k
        if grown.area < least * first.area * comparable(covered, first) or max(tall_m, wide_m) > _TALL_M[1]:
            return False
        if grown.cut:
            return (large or turned) and min(tall_m, wide_m) >= _PART_M and grown.wide <= _FLAT * grown.high
        return tall_m >= _TALL_M[0] and wide_m >= _WIDE_M[0] and 0.3 <= grown.wide / grown.high <= 3.5


def _near(blob: Blob, known: Blob) -> bool:
    (x, y), (a, b) = blob.foot, known.foot
    return hypot(x - a, y - b) <= 1.5 * max(known.wide, known.high, blob.wide, blob.high)


def _roomy(box: Box, scale: float) -> Box:
    """A person's box in px of the small picture, with room for what he does until the next."""
    room = 0.25 * max(box[2] - box[0], box[3] - box[1])
    left, top, right, bottom = (box[0] - room) * scale, (box[1] - room) * scale, box[2] + room, box[3] + room
    return left, top, right * scale, bottom * scale
