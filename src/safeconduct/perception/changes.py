"""What in a picture was not there before: each place is compared with the range of values about it in an older one.

All in px of the small picture, x to the right, y down. A place differs only where it leaves that whole range, so grass,
noise, blur and small errors of the motion count nothing, and neither does a change of the exposure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture

Motion = npt.NDArray[np.float64]
"""3 × 3, takes px of an older picture to px of a newer one, where things stand on flat ground."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Mask = npt.NDArray[np.uint8]

LEAST_PX = 12.0
"""Area of the smallest blob that is told of."""
_REACH = np.ones((5, 5), np.uint8)  # a place may come from anywhere within this window of the older picture
_OPENS = np.ones((3, 3), np.uint8)
_STEP = 9.0  # grey levels beyond that range
_LIGHTER = 10.0  # a larger change is not that of the exposure
_WHITE_RED, _WHITE = 200, 165  # what fire shows at least in red, and in each channel
_THIN = 6  # the change of exposure is measured on every so many-th px of a row and of a column
_OVERLAPS = 0.1  # share of the picture that must be in the older one too


class Blob(NamedTuple):
    """One place that differs. step: mean grey levels beyond the old range. white, shines: shares of it that are newly
    white, and brighter than before. stirred: share in which something went on before. cut: it may go on where nothing
    can be compared."""

    left: float
    top: float
    wide: float
    high: float
    area: float
    step: float
    white: float
    shines: float
    stirred: float
    cut: bool

    @property
    def foot(self) -> tuple[float, float]:
        return self.left + self.wide / 2.0, self.top + self.high

    def meets(self, other: Blob) -> bool:
        return (
            self.left < other.left + other.wide
            and other.left < self.left + self.wide
            and self.top < other.top + other.high
            and other.top < self.top + self.high
        )

    def shares(self, other: Blob, high: float, wide: float) -> float:
        """How much of the smaller of the two boxes lies in the other, as far as the picture reaches."""
        a, b = self._inside(high, wide), other._inside(high, wide)
        both = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        return both / max(1.0, min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])))

    def _inside(self, high: float, wide: float) -> Box:
        return (
            max(0.0, self.left),
            max(0.0, self.top),
            max(0.0, min(wide, self.left + self.wide)),
            max(0.0, min(high, self.top + self.high)),
        )

    def moved(self, motion: Motion) -> Blob:
        x, y = _at(motion, self.left + self.wide / 2.0, self.top + self.high / 2.0)
        k = _zoom(motion)
        wide, high = self.wide * k, self.high * k
        return self._replace(left=x - wide / 2.0, top=y - high / 2.0, wide=wide, high=high, area=self.area * k * k)


class Difference(NamedTuple):
    """mask: 255 where the newer picture differs. covered: not 0 where it could be compared."""

    blobs: list[Blob]
    mask: Mask
    covered: Mask


def difference(
    now: Picture, olds: Sequence[tuple[Picture, Motion]], people: Iterable[Box], stirred: Mask
) -> Difference:
    """Where `now` leaves the range of every one of the older pictures: what somebody left looks as before he came.

    olds: with the motion from each to now; the first tells what is covered. people: boxes that are left out. stirred:
    255 where something went on before.
    """
    high, wide = now.shape[:2]
    covered = _covered(olds[0][1], wide, high)
    for left, top, right, bottom in people:
        covered[max(0, int(top)) : max(0, int(bottom) + 1), max(0, int(left)) : max(0, int(right) + 1)] = 0
    step, above = covered, np.zeros_like(covered)
    for number, (old, motion) in enumerate(olds):
        seen = covered if number == 0 else cv2.bitwise_and(covered, _covered(motion, wide, high))
        thin = seen[::_THIN, ::_THIN] > 0
        if thin.sum() < _OVERLAPS * thin.size:
            if number == 0:
                return Difference([], np.zeros_like(covered), covered)
            continue
        then = cv2.warpPerspective(old, motion, (wide, high), flags=cv2.INTER_LINEAR)
        change = now[::_THIN, ::_THIN][thin].astype(np.int16) - then[::_THIN, ::_THIN][thin]
        lighter = (*np.clip(np.median(change, axis=0), -_LIGHTER, _LIGHTER).tolist(), 0.0)
        higher = cv2.subtract(now, cv2.add(cv2.dilate(then, _REACH), lighter))
        beyond = cv2.max(higher, cv2.subtract(cv2.add(cv2.erode(then, _REACH), lighter), now))
        blue, green, red = cv2.split(beyond)
        beyond = cv2.max(cv2.max(blue, green), red)
        if number == 0:
            above = higher[..., 2]
        else:
            beyond = cv2.max(beyond, cv2.bitwise_not(seen))  # what it does not cover it cannot contradict
        step = cv2.min(step, beyond)
    mask = cv2.threshold(step, _STEP, 255, cv2.THRESH_BINARY)[1]
    mask = np.asarray(
        cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _OPENS), cv2.MORPH_CLOSE, _REACH), np.uint8
    )
    if not cv2.countNonZero(mask):
        return Difference([], mask, covered)
    count, names, stats, _ = cv2.connectedComponentsWithStats(mask)
    blobs = []
    for name in range(1, count):
        left, top, wide, high, area = (int(v) for v in stats[name])
        if area < LEAST_PX:
            continue
        part = slice(top, top + high), slice(left, left + wide)
        own = names[part] == name
        pixels, shines = now[part][own], above[part][own]
        white = (shines > _STEP) & (pixels[:, 2] >= _WHITE_RED) & (pixels.min(axis=1) >= _WHITE)
        blobs.append(
            Blob(
                left,
                top,
                wide,
                high,
                area,
                step=float(step[part][own].mean()),
                white=float(white.mean()),
                shines=float((shines > 0).mean()),
                stirred=float((stirred[part][own] > 127).mean()),
                cut=_cut(covered, left, top, wide, high),
            )
        )
    return Difference(blobs, mask, covered)


def _covered(motion: Motion, wide: int, high: int) -> Mask:
    """Not 0 where the older picture shows what is in the newer one."""
    whole = np.full((high, wide), 255, np.uint8)
    there = cv2.warpPerspective(whole, motion, (wide, high), flags=cv2.INTER_NEAREST)
    return np.asarray(cv2.erode(there, _REACH, borderType=cv2.BORDER_CONSTANT, borderValue=255), np.uint8)


def carried(mask: Mask, motion: Motion) -> Mask:
    """A mask of the older picture, as it lies in the newer."""
    high, wide = mask.shape
    return np.asarray(cv2.warpPerspective(mask, motion, (wide, high), flags=cv2.INTER_NEAREST), np.uint8)


def faded(stirred: Mask, mask: Mask, share: float) -> Mask:
    """What went on, with what goes on now."""
    return np.asarray(cv2.max(cv2.convertScaleAbs(stirred, alpha=share), cv2.dilate(mask, _REACH)), np.uint8)


def comparable(covered: Mask, blob: Blob) -> float:
    """How much of a box can be compared."""
    left, top, right, bottom = (round(v) for v in (blob.left, blob.top, blob.left + blob.wide, blob.top + blob.high))
    part = covered[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    return float((part > 0).sum()) / max(1, (right - left) * (bottom - top))


def _cut(covered: Mask, left: int, top: int, wide: int, high: int) -> bool:
    """Whether more than a third of the box's upper edge, or of a side, lies where nothing can be compared."""
    right = left + wide
    if top < 2 or left < 2 or right > covered.shape[1] - 2:
        return True
    edges = [
        covered[top - 2, left:right],
        covered[top : top + high, left - 2],
        covered[top : top + high, min(right + 1, covered.shape[1] - 1)],
    ]
    return any(float((edge == 0).mean()) > 0.33 for edge in edges)


def scaled(motion: Motion, scale: float) -> Motion:
    """The same motion in px of a picture that is `scale` times as large."""
    size = np.diag([scale, scale, 1.0])
    moved: Motion = size @ motion @ np.linalg.inv(size)
    return moved


def _at(motion: Motion, x: float, y: float) -> tuple[float, float]:
    a, b, c = (motion @ np.array([x, y, 1.0])).tolist()
    return a / c, b / c


def _zoom(motion: Motion) -> float:
    """How much larger things become, near the middle of the picture."""
    (x, y), (a, b), (c, d) = _at(motion, 160.0, 90.0), _at(motion, 170.0, 90.0), _at(motion, 160.0, 100.0)
    return sqrt(max(abs((a - x) * (d - y) - (b - y) * (c - x)), 1e-6)) / 10.0
