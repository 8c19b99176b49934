"""What of a picture was not in the last one: where nothing is new, nobody has come since somebody looked.

A drone that hovers or turns slowly shows the same land for minutes. The last picture is laid on this one by the motion
of the ground between them; what it does not cover, and what differs, is new. Parts are in px of the whole picture.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception import Picture
from safeconduct.perception.changes import Mask, Motion, difference

SMALL = 1.0 / 3.0
"""Share of its size at which a picture is compared: somebody of 40 px is 13 px tall there."""
_CORNERS, _LEAST_CORNERS, _AGREE = 240, 40, 0.6
_CELL_PX, _ABOUT_PX = 32, 48  # new places are gathered in squares; so much about them is looked at as well
_MOSTLY = 0.45  # share of the picture that is new, from which all of it is looked at
_SHIFT_SURE = 0.05


class Part(NamedTuple):
    """A rectangle of a picture, px: left and top inside, right and bottom outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        return (self.right - self.left) * (self.bottom - self.top)


def small(picture: Picture) -> Picture:
    return np.asarray(cv2.resize(picture, None, fx=SMALL, fy=SMALL, interpolation=cv2.INTER_AREA), np.uint8)


def new_parts(last: Picture, now: Picture, width_px: int, height_px: int) -> list[Part] | None:
    """Where the picture must be looked at. last, now: `small` ones. None: as good as all of it."""
    if last.shape != now.shape:
        return None
    motion = ground_motion(last, now)
    if motion is None:
        return None
    found = difference(now, [(last, motion)], (), np.zeros(now.shape[:2], np.uint8))
    new: Mask = np.asarray(cv2.bitwise_or(found.mask, cv2.bitwise_not(found.covered)), np.uint8)
    return _gathered(new, width_px, height_px)


def ground_motion(last: Picture, now: Picture) -> Motion | None:
    """How the ground moved between two pictures (turn, shift, zoom); None where it cannot be told."""
    old, new = (cv2.cvtColor(one, cv2.COLOR_BGR2GRAY) for one in (last, now))
    corners = cv2.goodFeaturesToTrack(old, _CORNERS, 0.01, 6)
    if corners is None or len(corners) < _LEAST_CORNERS:
        return None
    (x, y), sure = cv2.phaseCorrelate(old.astype(np.float32), new.astype(np.float32))
    guess = corners + np.array([x, y], np.float32) if sure > _SHIFT_SURE else corners.copy()
    moved, kept, _ = cv2.calcOpticalFlowPyrLK(
        old, new, corners, guess, winSize=(15, 15), maxLevel=3, flags=cv2.OPTFLOW_USE_INITIAL_FLOW
    )
    there = kept.ravel() > 0
    if there.sum() < _LEAST_CORNERS:
        return None
    found, agree = cv2.estimateAffinePartial2D(corners[there], moved[there], ransacReprojThreshold=1.0)
    if found is None or agree.mean() < _AGREE:
        return None
    motion: Motion = np.vstack([found, [0.0, 0.0, 1.0]])
    return motion


def _gathered(new: npt.NDArray[np.uint8], width_px: int, height_px: int) -> list[Part] | None:
    """Rectangles that hold all that is new, with its surroundings; None when that is most of the picture."""
    across, down = -(-width_px // _CELL_PX), -(-height_px // _CELL_PX)
    cells = np.zeros((down, across), np.uint8)
    ys, xs = np.nonzero(new)
    high, wide = new.shape
    cells[ys * height_px // high // _CELL_PX, xs * width_px // wide // _CELL_PX] = 1
    if not cells.any():
        return []
    parts: list[Part] = []
    for left, top, right, bottom in _runs(cells):
        parts.append(
            Part(
                max(0, left * _CELL_PX - _ABOUT_PX),
                max(0, top * _CELL_PX - _ABOUT_PX),
                min(right * _CELL_PX + _ABOUT_PX, width_px),
                min(bottom * _CELL_PX + _ABOUT_PX, height_px),
            )
        )
    return parts if sum(p.area for p in parts) < _MOSTLY * width_px * height_px else None


def _runs(cells: npt.NDArray[np.uint8]) -> list[tuple[int, int, int, int]]:
    """Full squares as rectangles (left, top, right, bottom): rows of them, joined where they lie under each other."""
    open_: dict[tuple[int, int], int] = {}
    done: list[tuple[int, int, int, int]] = []
    for y in range(len(cells) + 1):
        row = np.concatenate([[0], cells[y] if y < len(cells) else np.zeros(cells.shape[1], np.uint8), [0]])
        edges = np.flatnonzero(np.diff(row.astype(np.int8)))
        spans = {(int(a), int(b)) for a, b in edges.reshape(-1, 2)}
        for span in [s for s in open_ if s not in spans]:
            done.append((span[0], open_.pop(span), span[1], y))
        for span in spans:
            open_.setdefault(span, y)
    return sorted(done)
