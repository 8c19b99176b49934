"""White cloth: a bright patch without colour at a person's hands, that was not there before and goes with the hand.

Evidence that somebody waves a cloth, a bandage or a paper. A white flag means parley (FIELD: protect, then ask): it is
never a surrender by itself, and no score here ever says that there is no cloth.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture
from safeconduct.perception.joints import LEFT_ELBOW, LEFT_WRIST, RIGHT_ELBOW, RIGHT_WRIST, SURE, Pose

Box = tuple[float, float, float, float]
Mask = npt.NDArray[np.uint8]

_REACH = 0.34  # of the person's height, about the hand
_HAND = 0.35  # of the forearm, that the hand is beyond the wrist
_LOOK_PX = 64  # the square about a hand is looked at so large
_SATURATION, _BRIGHTER, _WHITEST = 70, 26.0, 105.0  # 8-bit: at most; over what is about it, at least; at least
_SMALL, _LARGE = (0.0016, 0.006), (0.09, 0.18)  # of the height squared: none and all of the doubt, and back
_TOUCHES = 0.09  # of the height, from the hand
_MEMORY_S, _SWINGS = 2.0, (0.04, 0.12)  # of the height, that the patch moves with the hand: none and full
_LEAST_LOOKS = 4


class Patch(NamedTuple):
    """x, y: its middle, px. share: its area, of the person's height squared. white: 0 to 1, how clearly it is a piece
    of cloth or paper in this picture alone."""

    x: float
    y: float
    share: float
    white: float


NOTHING = Patch(0.0, 0.0, 0.0, 0.0)


def cloth_patch(picture: Picture, box: Box, pose: Pose) -> Patch:
    """The clearest bright, colourless patch that touches a hand. picture: BGR by day; where the whole picture has no
    colour (thermal), nothing is told. pose: joints in px."""
    tall = max(1.0, box[2] - box[0], box[3] - box[1])
    found = NOTHING
    for wrist, elbow in ((LEFT_WRIST, LEFT_ELBOW), (RIGHT_WRIST, RIGHT_ELBOW)):
        if pose[wrist].score < SURE:
            continue
        x, y = pose[wrist].x, pose[wrist].y
        if pose[elbow].score >= SURE:
            x, y = x + _HAND * (x - pose[elbow].x), y + _HAND * (y - pose[elbow].y)
        patch = _at_hand(picture, x, y, tall)
        if patch.white > found.white:
            found = patch
    return found


def _at_hand(picture: Picture, x: float, y: float, tall: float) -> Patch:
    reach = max(6.0, _REACH * tall)
    scale = _LOOK_PX / (2.0 * reach)
    matrix = np.array([[scale, 0.0, (reach - x) * scale], [0.0, scale, (reach - y) * scale]])
    how = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    look = cv2.warpAffine(picture, matrix, (_LOOK_PX, _LOOK_PX), flags=how, borderMode=cv2.BORDER_REPLICATE)
    hsv = cv2.cvtColor(look, cv2.COLOR_BGR2HSV)
    bright, colour = hsv[..., 2], hsv[..., 1]
    if int(np.percentile(colour, 90)) < 12:  # a picture without colour: everything would be white
        return NOTHING
    about = float(np.median(bright))
    least = max(_WHITEST, about + _BRIGHTER)
    mask = ((bright > least) & (colour < _SATURATION)).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    count, names, stats, middles = cv2.connectedComponentsWithStats(mask)
    best = NOTHING
    for name in range(1, count):
        left, top, wide, high, area = (int(v) for v in stats[name])
        cut = min(left, top) <= 0 or max(left + wide, top + high) >= _LOOK_PX
        share = area / (scale * tall) ** 2
        if _away(names == name) > _TOUCHES * tall * scale:
            continue
        own = names == name
        clear = _ramp(float(bright[own].mean()) - about, _BRIGHTER, 2.6 * _BRIGHTER)
        size = _ramp(share, *_SMALL) * (1.0 - _ramp(share, *_LARGE))
        white = clear * size * (0.4 if cut else 1.0)  # what goes on beyond the look is snow, sky or his coat
        if white > best.white:
            a, b = middles[name] / scale + [x - reach, y - reach]
            best = Patch(float(a), float(b), share, round(white, 3))
    return best


def _away(own: npt.NDArray[np.bool_]) -> float:
    """px of the look from the hand, in its middle, to the nearest px of a patch."""
    y, x = np.nonzero(own)
    half = _LOOK_PX / 2.0
    return float(np.hypot(x + 0.5 - half, y + 0.5 - half).min())


class ClothWatch:
    """One person's hands over time; `take` at every reading of his joints."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, Patch, float, float]] = deque()

    def take(self, picture: Picture, t_ns: int, box: Box, pose: Pose) -> float:
        """Score 0 to 1 that he waves something white, over the last two seconds. Evidence only: it may protect and ask,
        it decides nothing. A white thing that stays where it is beside him, or a white sleeve that is always there,
        scores low; a patch that swings with the hand scores high."""
        tall = max(1.0, box[2] - box[0], box[3] - box[1])
        patch = cloth_patch(picture, box, pose)
        x = (patch.x - (box[0] + box[2]) / 2.0) / tall
        y = (patch.y - (box[1] + box[3]) / 2.0) / tall
        self._seen.append((t_ns, patch, x, y))
        while self._seen and (t_ns - self._seen[0][0]) / 1e9 > _MEMORY_S:
            self._seen.popleft()
        shown = [s for s in self._seen if s[1].white > 0.0]
        if len(shown) < _LEAST_LOOKS:
            return 0.0
        places = np.array([s[2:] for s in shown])
        swings = float(np.ptp(np.percentile(places, (10, 90), axis=0), axis=0).max())
        white = float(np.mean([s[1].white for s in self._seen]))
        return round(min(1.0, 1.5 * white) * (0.25 + 0.75 * _ramp(swings, *_SWINGS)), 3)


def _ramp(value: float, none: float, full: float) -> float:
    return float(np.clip((value - none) / (full - none), 0.0, 1.0))
