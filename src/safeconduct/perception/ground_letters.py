"""Letters on the ground: scratched, trodden into snow or grass, laid with cloth, boards or branches ("300": wounded).

The ground about a person is seen as from above. Strokes that stand out from it, darker or brighter, are letters where
they are of one size, stand in one line, and little else about them stands out as much: ground is full of single marks.
"""

from __future__ import annotations

from math import cos, radians, sin
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.model.geometry import Enu
from safeconduct.perception.found import Picture
from safeconduct.perception.ink import Mask, ink_in
from safeconduct.perception.where import Heights, Held, in_picture, on_ground

Points = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

_ABOUT_M, _PX_PER_M = 3.0, 56.0  # from his feet to each side; scale of the view from above
_SIZE_PX = round(2.0 * _ABOUT_M * _PX_PER_M)
_TALL_M, _GUESSED_DOWN_DEG = 1.75, 35.0  # where nobody knows how the camera is held
_STROKE_M = 0.3
_LETTER_M = (0.22, 1.6)  # the longer side of one
_FILLS = (0.06, 0.8)  # of its box
_LEAST_STEP, _LEAST_SHARE, _OVER_GROUND = (
    12.0,
    0.1,
    4.0,
)  # grey levels; of the brightness; times the ground's usual step
_STRONGEST, _CORE = 99.7, 0.4  # percentile of all steps; of it, that ink has at least
_GAP, _LIKE_SIZE, _LIKE_STEP = 1.5, 1.9, 1.8  # from letter to letter, of the larger; ratios between two of one word
_OFF_LINE = 0.45  # of a letter's size, that letters stand off their common line, at most
_LETTERS = 2
_IN_PICTURE = 0.45  # of the ground about him must be seen: close by and level, clothes and walls would be taken for it
_STANDS_OUT = (1.0, 2.2)  # ink of the word over the strongest other marks: no doubt, all doubt


class Written(NamedTuple):
    """corners: px of the picture, clockwise from the upper left as it is read. proportion: width over height as seen
    from above. bright: brighter than the ground. score: 0 to 1. letters: how many."""

    corners: Points
    proportion: float
    bright: bool
    score: float
    letters: int


class _Letter(NamedTuple):
    middle: Points
    size: float
    step: float
    points: Points


def find_ground_letters(
    picture: Picture, box: Box, others: list[Box], held: Held | None = None, heights: Heights | None = None
) -> list[Written]:
    """About the feet of the person in `box`, px. others: boxes of other people; nobody is a letter. held, heights: how
    the camera is held over which ground; without them the view from above is guessed. Best first, at most one dark and
    one bright."""
    above = _from_above(picture, box, held, heights)
    if above is None:
        return []
    size = (_SIZE_PX, _SIZE_PX)
    view = cv2.warpPerspective(picture, above, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    grey = np.asarray(cv2.GaussianBlur(cv2.cvtColor(view, cv2.COLOR_BGR2GRAY), (3, 3), 0), np.uint8)
    shown = np.full(picture.shape[:2], 255, np.uint8)
    for left, top, right, bottom in [box, *others]:
        room = 0.06 * (bottom - top)
        cv2.rectangle(
            shown, (round(left - room), round(top - room)), (round(right + room), round(bottom + room)), 0, cv2.FILLED
        )
    open_ = cv2.warpPerspective(shown, above, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    if float((open_ > 0).mean()) < _IN_PICTURE:
        return []
    found: list[Written] = []
    for bright in (False, True):
        word = _word(grey, np.asarray(cv2.erode(open_, np.ones((5, 5), np.uint8)), np.uint8), bright)
        if word is not None:
            corners, proportion, score, letters = word
            placed = cv2.perspectiveTransform(corners[None], above)[0]
            found.append(Written(placed, proportion, bright, score, letters))
    found.sort(key=lambda w: -cv2.contourArea(w.corners.astype(np.float32)))
    if len(found) == 2 and _meet(found[0].corners, found[1].corners):
        found.pop()  # what is left free within dark letters is brighter than they are, and the other way round
    return sorted(found, key=lambda w: -w.score)


def _meet(a: Points, b: Points) -> bool:
    both, _ = cv2.intersectConvexConvex(a.astype(np.float32), b.astype(np.float32))
    smaller = min(cv2.contourArea(a.astype(np.float32)), cv2.contourArea(b.astype(np.float32)))
    return bool(both > 0.3 * smaller)


def _from_above(
    picture: Picture, box: Box, held: Held | None, heights: Heights | None
) -> npt.NDArray[np.float64] | None:
    """3 × 3: px of the view from above (its upper side away from the camera) to px of the picture."""
    high, wide = picture.shape[:2]
    foot = (box[0] + box[2]) / 2.0, box[3]
    target = np.array([[0, 0], [_SIZE_PX, 0], [_SIZE_PX, _SIZE_PX], [0, _SIZE_PX]], np.float32)
    around = ((-1.0, 1.0), (1.0, 1.0), (1.0, -1.0), (-1.0, -1.0))  # right, away
    if held is not None and heights is not None:
        stands = on_ground(held, *foot, wide, high, heights)
        if stands is None:
            return None
        h = radians(held.heading_deg)
        places: list[tuple[float, float]] = []
        for right, away in around:
            e = stands.east + _ABOUT_M * (right * cos(h) + away * sin(h))
            n = stands.north + _ABOUT_M * (-right * sin(h) + away * cos(h))
            at = in_picture(held, Enu(e, n, stands.up), wide, high)
            if at is None:
                return None
            places.append(at)
    else:
        px_per_m = max(box[3] - box[1], box[2] - box[0]) / _TALL_M
        flat = sin(radians(_GUESSED_DOWN_DEG))
        places = [
            (foot[0] + right * _ABOUT_M * px_per_m, foot[1] - away * _ABOUT_M * px_per_m * flat)
            for right, away in around
        ]
    matrix = cv2.getPerspectiveTransform(target, np.array(places, np.float32))
    return np.asarray(matrix, np.float64)


def _word(grey: Mask, open_: Mask, bright: bool) -> tuple[Points, float, float, int] | None:
    """Corners in the view from above, width over height, score, letters."""
    ink = ink_in(grey, round(_STROKE_M * _PX_PER_M), bright)
    step = cv2.absdiff(ink.plate, grey)
    shown = step[open_ > 0]
    if not shown.size:
        return None
    usual, strongest = (float(v) for v in np.percentile(shown, (50.0, _STRONGEST)))
    # Of strong letters only the core: their blur joins them to each other.
    least = max(_LEAST_STEP, _OVER_GROUND * usual, _CORE * strongest)
    mask = ((step > least) & (ink.contrast > _LEAST_SHARE) & (open_ > 0)).astype(np.uint8)
    letters, marks = _letters(mask, step, open_)
    words = _in_line(letters)
    if not words:
        return None
    best = max(words, key=lambda w: sum(letter.step * len(letter.points) for letter in w))
    strength = float(np.median([letter.step for letter in best]))
    own = {id(letter) for letter in best}
    area = sum(len(letter.points) for letter in best)
    # What else stands out about as much, weighed by how much ink it has: one scrap of paper is no doubt, a lawn is.
    other = sum(a for a, s in marks if s > 0.6 * strength) - area
    other += sum(len(letter.points) for letter in letters if id(letter) in own and letter.step <= 0.6 * strength)
    clear = float(np.clip((_STANDS_OUT[1] - max(0.0, other) / area) / (_STANDS_OUT[1] - _STANDS_OUT[0]), 0.0, 1.0))
    sizes = np.array([letter.size for letter in best])
    even = float(np.clip(1.6 - sizes.std() / sizes.mean() * 3.0, 0.0, 1.0))
    many = min(1.0, (len(best) - 1) / 2.0)
    score = (
        clear * even * many * float(np.clip((strength / max(_LEAST_STEP, _OVER_GROUND * usual) - 1.0) / 0.5, 0.0, 1.0))
    )
    if score <= 0.0:
        return None
    corners, proportion = _frame(best)
    return corners, proportion, round(score, 3), len(best)


def _letters(mask: Mask, step: Mask, open_: Mask) -> tuple[list[_Letter], list[tuple[int, float]]]:
    """Marks that may be letters; and of every mark its area and how strongly it stands out."""
    count, names, stats, middles = cv2.connectedComponentsWithStats(mask)
    low, high = (m * _PX_PER_M for m in _LETTER_M)
    letters: list[_Letter] = []
    marks: list[tuple[int, float]] = []
    for name in range(1, count):
        left, top, wide, tall, area = (int(v) for v in stats[name])
        if area < 12:
            continue
        part = slice(top, top + tall), slice(left, left + wide)
        own = names[part] == name
        strength = float(step[part][own].mean())
        marks.append((area, strength))
        size = float(max(wide, tall))
        if not low <= size <= high or not _FILLS[0] <= area / (wide * tall) <= _FILLS[1]:
            continue
        if min(left, top) < 2 or max(left + wide, top + tall) > _SIZE_PX - 2:
            continue
        about = open_[max(0, top - 2) : top + tall + 2, max(0, left - 2) : left + wide + 2]
        if (about == 0).mean() > 0.1:  # it goes on under somebody: his shadow, his foot
            continue
        y, x = np.nonzero(own)
        letters.append(_Letter(middles[name], size, strength, np.stack([x + left, y + top], axis=1).astype(np.float64)))
    return letters, marks


def _in_line(letters: list[_Letter]) -> list[list[_Letter]]:
    """Letters of like size that stand side by side."""
    left = list(range(len(letters)))
    words: list[list[_Letter]] = []
    while left:
        group = [left.pop(0)]
        for one in group:
            near = [k for k in left if _beside(letters[one], letters[k])]
            group += near
            left = [k for k in left if k not in near]
        word = [letters[k] for k in group]
        if len(word) >= _LETTERS and _off_line(word) <= _OFF_LINE:
            words.append(word)
    return words


def _beside(a: _Letter, b: _Letter) -> bool:
    larger, smaller = max(a.size, b.size), min(a.size, b.size)
    away = float(np.hypot(*(a.middle - b.middle)))
    alike = larger <= _LIKE_SIZE * smaller and max(a.step, b.step) <= _LIKE_STEP * min(a.step, b.step)
    return alike and 0.3 * larger <= away <= _GAP * larger


def _off_line(word: list[_Letter]) -> float:
    middles = np.array([letter.middle for letter in word])
    spread = np.linalg.svd(middles - middles.mean(axis=0), compute_uv=False)
    across = float(spread[1]) / len(word) ** 0.5 if len(word) > 2 else 0.0
    return across / float(np.mean([letter.size for letter in word]))


def _frame(word: list[_Letter]) -> tuple[Points, float]:
    """The rectangle about a word along its line, with room for a third of a letter, and its width over its height."""
    middles = np.array([letter.middle for letter in word])
    _, _, axes = np.linalg.svd(middles - middles.mean(axis=0))
    along = axes[0] if axes[0][0] >= 0 else -axes[0]
    down = np.array([-along[1], along[0]])
    points = np.concatenate([letter.points for letter in word])
    room = 0.3 * float(np.mean([letter.size for letter in word]))
    a, b = points @ along, points @ down
    left, right, top, bottom = a.min() - room, a.max() + room, b.min() - room, b.max() + room
    corners = np.array([left * along + top * down, right * along + top * down,
                        right * along + bottom * down, left * along + bottom * down])  # fmt: skip
    return corners, float((right - left) / (bottom - top))
