"""One look for signs at one person in one picture: cardboard or a page that he holds, letters on the ground by him.

A look says what may be a sign, surely or not; only several looks make one known (`signs.py`).
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture
from safeconduct.perception.ground_letters import find_ground_letters
from safeconduct.perception.plates import find_plates
from safeconduct.perception.straightening import legibility, straighten
from safeconduct.perception.views import View
from safeconduct.perception.where import Heights, Held

Points = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

_WORK_PX, _LARGEST = 160.0, 2.5  # he is made so tall for a look, and enlarged by that at most
_ROOM = (0.5, 0.25, 0.3)  # aside, above and below him, of his height
_LEAST_SCORE = 0.15


class Candidate(NamedTuple):
    """One sign in one look. place: of its middle, in heights of its holder from the middle of his box."""

    corners: Points
    place: Points
    area: float
    score: float
    on_ground: bool
    view: View


def held_signs(picture: Picture, box: Box) -> list[Candidate]:
    """What looks like a sign in one picture at one person, surely or not."""
    tall = tall_px(box)
    scale = min(_WORK_PX / tall, _LARGEST)
    aside, above, below = (share * tall for share in _ROOM)
    high, wide = picture.shape[:2]
    left, top = max(0, int(box[0] - aside)), max(0, int(box[1] - above))
    right, bottom = min(wide, int(box[2] + aside) + 1), min(high, int(box[3] + below) + 1)
    if right - left < 8 or bottom - top < 8:
        return []
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    patch = cv2.resize(picture[top:bottom, left:right], None, None, scale, scale, how)
    found: list[Candidate] = []
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
) -> list[Candidate]:
    """What looks like letters on the ground about one person, in one picture."""
    found: list[Candidate] = []
    for word in find_ground_letters(picture, box, others, held, heights):
        if word.score >= _LEAST_SCORE:
            seen = legibility(straighten(picture, word.corners, word.proportion, quick=True), word.bright)
            view = View(straighten(picture, word.corners, word.proportion).picture, seen.letters_px, seen.sharpness)
            found.append(_candidate(word.corners, box, word.score, True, view))
    return found


def _candidate(corners: Points, box: Box, score: float, on_ground: bool, view: View) -> Candidate:
    tall = tall_px(box)
    place = (corners.mean(axis=0) - [(box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0]) / tall
    area = float(cv2.contourArea(corners.astype(np.float32))) / tall**2
    return Candidate(corners, place, area, score, on_ground, view)


def tall_px(box: Box) -> float:
    return max(1.0, box[2] - box[0], box[3] - box[1])
