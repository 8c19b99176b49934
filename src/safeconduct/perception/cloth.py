"""White cloth: a bright patch without colour at a person's head, shoulders or arms that swings, and is no garment.

Evidence that somebody waves a cloth, a flag or a paper. A white flag means parley (FIELD: protect, then ask): it is
never a surrender by itself, and no score here ever says that there is no cloth. It is looked for about the upper body
and not only at the wrists: half a metre of cloth hides the hand that holds it, and often the arm and the face, from the
pose network.
"""

from __future__ import annotations

from collections import deque
from statistics import fmean
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture
from safeconduct.perception.joints import (
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_SHOULDER,
    LEFT_WRIST,
    NOSE,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
    SURE,
    Pose,
)

Box = tuple[float, float, float, float]
Bytes = npt.NDArray[np.uint8]

# All lengths are parts of the person's height, all areas of its square. Two numbers: no evidence, and all of it.
_TALL_PX = 80.0  # he is made so tall for a look
_ASIDE, _ABOVE, _BELOW = 0.6, 0.62, 0.4  # of the middle of his shoulders: what is looked at
_SATURATION, _WHITEST = 70, 105.0  # 8-bit: at most; at least
_BRIGHTER = (26.0, 57.0)  # grey levels over what is about it;
_NEUTRAL, _NO_DARKER = (10.0, 20.0), (-8.0, 10.0)  # or so far from its colour (Lab) and hardly darker: cloth in shade
_PALE = 10.0
_SMALL, _LARGE = (0.010, 0.022), (0.24, 0.16)  # its area
_CUT = 0.4  # is believed of what goes on beyond the look: it may be snow, sky, a wall
_TOUCHES = 0.2  # from a joint of head or arms
_GARMENT = 0.5  # of his trunk covered by one patch: his coat
_MAYBE_SEEN = 0.1  # score of a joint that a patch may touch
_TRUNK = (0.06, 0.03, 0.20)  # under the middle of his shoulders: half its width, from, to
_HEAD, _HEADS, _AS_LARGE = 0.13, 0.11, 0.035  # above his shoulders; so near it what is no larger is fair or white hair
_FULL, _LONG = 0.55, 3.0  # share of the smallest rectangle about it, at least; ratio of that one's sides, at most
_MEMORY_S, _LEAST_LOOKS, _GAP_S = 2.0, 5, 0.4  # looks farther apart do not tell whether it is the same patch
_SWINGS = (0.07, 0.15)  # beside and over its own drift: what he walks past goes one way
_DRIFTS = (0.4, 0.25)  # a second, beside him: so much does not go with him
_STEP, _STEPS_A_S, _ALIKE = (
    0.15,
    1.0,
    3.0,
)  # of its middle from look to look; ratio of its areas: else it is another one
_HIGH, _HIGH_IN_WHITE = (0.08, 0.02), (-0.08, -0.14)  # below his shoulders; of somebody in a light coat
_IN_WHITE = 0.1  # of his trunk white, mostly
_GAIN = 1.5
_ARMS = (NOSE, LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_ELBOW, RIGHT_ELBOW, LEFT_WRIST, RIGHT_WRIST)
_OPENS = np.ones((3, 3), np.uint8)


class Patch(NamedTuple):
    """x, y: its middle, px. share: its area, of the person's height squared. white: 0 to 1, how clearly it is a piece
    of cloth or paper in this picture alone. clad: share of his trunk that is as light."""

    x: float
    y: float
    share: float
    white: float
    clad: float = 0.0


NOTHING = Patch(0.0, 0.0, 0.0, 0.0)


def cloth_patch(picture: Picture, box: Box, pose: Pose) -> Patch:
    """The clearest light, colourless patch about the upper body. picture: BGR by day; where the whole of it has no
    colour (thermal), nothing is told. pose: joints in px."""
    tall, (x, y) = _tall(box), _shoulders(box, pose)
    scale, left, top = _TALL_PX / tall, x - _ASIDE * tall, y - _ABOVE * tall
    size = round(2.0 * _ASIDE * _TALL_PX), round((_ABOVE + _BELOW) * _TALL_PX)
    matrix = np.array([[scale, 0.0, -left * scale], [0.0, scale, -top * scale]])
    how = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    look = cv2.warpAffine(picture, matrix, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    colour, bright = cv2.split(cv2.cvtColor(look, cv2.COLOR_BGR2HSV))[1:]
    if int(np.percentile(colour, 90)) < 12:  # a picture without colour: everything would be white
        return NOTHING
    about = float(np.median(bright))
    lab = cv2.cvtColor(look, cv2.COLOR_BGR2LAB)[..., 1:].astype(np.float32)
    off = np.hypot(*np.moveaxis(lab - np.median(lab, axis=(0, 1)), 2, 0))
    pale = np.hypot(*np.moveaxis(lab - 128.0, 2, 0)) < _PALE
    over = bright.astype(np.float32) - about
    light = (over > _BRIGHTER[0]) | (pale & (off > _NEUTRAL[0]) & (over > _NO_DARKER[0]))
    mask = (light & (bright > _WHITEST) & (colour < _SATURATION)).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _OPENS), np.uint8)

    def placed(joints: tuple[int, ...], least: float) -> npt.NDArray[np.float64]:
        seen = [pose[k] for k in joints if pose[k].score >= least]
        return np.array([[(j.x - left) * scale, (j.y - top) * scale] for j in seen]).reshape(-1, 2)

    trunk, arms = _trunk(placed((LEFT_SHOULDER, RIGHT_SHOULDER, RIGHT_HIP, LEFT_HIP), 0.2)), placed(_ARMS, _MAYBE_SEEN)
    best = NOTHING._replace(clad=float(mask[trunk[0]].mean()))
    if _arms_hang(pose) or _lies(box, pose):
        return best
    count, names, stats, middles = cv2.connectedComponentsWithStats(mask)
    for name in range(1, count):
        share = float(stats[name][4]) / _TALL_PX**2
        if share <= _SMALL[0]:
            continue
        own = names == name
        from_head = np.hypot(*(middles[name] / _TALL_PX - [_ASIDE, _ABOVE - _HEAD]))
        if share < _AS_LARGE and from_head < _HEADS:
            continue
        if not _is_sheet(own) or not _touches(own, arms) or any(float(own[part].mean()) > _GARMENT for part in trunk):
            continue
        clear = max(
            _ramp(float(over[own].mean()), *_BRIGHTER),
            _ramp(float(off[own].mean()), *_NEUTRAL) * _ramp(float(over[own].mean()), *_NO_DARKER),
        )
        white = clear * _ramp(share, *_SMALL) * _ramp(share, *_LARGE) * (_CUT if _cut(stats[name], mask) else 1.0)
        if white > best.white:
            a, b = middles[name] / scale + [left, top]
            best = Patch(float(a), float(b), share, round(white, 3), best.clad)
    return best


def _trunk(corners: npt.NDArray[np.float64]) -> list[npt.NDArray[np.bool_]]:
    """Where the trunk is in a look: under the shoulders' middle; and between the four joints where all are read."""
    high, wide = round((_ABOVE + _BELOW) * _TALL_PX), round(2.0 * _ASIDE * _TALL_PX)
    under = np.zeros((high, wide), bool)
    half, begin, end = (round(part * _TALL_PX) for part in _TRUNK)
    y, x = round(_ABOVE * _TALL_PX), round(_ASIDE * _TALL_PX)
    under[y + begin : y + end, x - half : x + half] = True
    if len(corners) < 4:
        return [under]
    between = np.zeros((high, wide), np.uint8)
    inner = corners.mean(axis=0) + 0.8 * (corners - corners.mean(axis=0))
    cv2.fillConvexPoly(between, cv2.convexHull(np.round(inner).astype(np.int32)), 1)
    return [under, between > 0] if between.any() else [under]


def _arms_hang(pose: Pose) -> bool:
    """Both arms are read and down: whatever is white there, he does not wave it."""
    for shoulder, elbow, wrist in (
        (LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST),
        (RIGHT_SHOULDER, RIGHT_ELBOW, RIGHT_WRIST),
    ):
        a, b, c = pose[shoulder], pose[elbow], pose[wrist]
        if min(a.score, b.score, c.score) < SURE or c.y < b.y or b.y < a.y:
            return False
    return True


def _lies(box: Box, pose: Pose) -> bool:
    """Lies, or his trunk cannot be made out: where his coat is cannot be told."""
    hips = [pose[k].y for k in (LEFT_HIP, RIGHT_HIP) if pose[k].score >= _MAYBE_SEEN]
    return box[2] - box[0] > box[3] - box[1] and (not hips or fmean(hips) - _shoulders(box, pose)[1] < 0.1 * _tall(box))


def _is_sheet(own: npt.NDArray[np.bool_]) -> bool:
    """Neither a stripe of the road nor several things that run into each other."""
    places = np.argwhere(own).astype(np.float32)
    wide, high = (side + 1.0 for side in cv2.minAreaRect(places)[1])
    return bool(len(places) >= _FULL * wide * high and max(wide, high) <= _LONG * min(wide, high))


def _touches(own: npt.NDArray[np.bool_], arms: npt.NDArray[np.float64]) -> bool:
    if not len(arms):
        return False
    y, x = np.nonzero(own)
    return bool(np.hypot(x[None] - arms[:, :1], y[None] - arms[:, 1:]).min() <= _TOUCHES * _TALL_PX)


def _cut(stats: npt.NDArray[np.int32], mask: Bytes) -> bool:
    left, top, wide, high = (int(v) for v in stats[:4])
    return min(left, top) <= 0 or left + wide >= mask.shape[1] or top + high >= mask.shape[0]


_Seen = tuple[int, Patch, float, float]  # when; what; how far aside and below of his shoulders, of his height


class ClothWatch:
    """One person over time; `take` at every reading of his joints."""

    def __init__(self) -> None:
        self._seen: deque[_Seen] = deque()

    def take(self, picture: Picture, t_ns: int, box: Box, pose: Pose) -> float:
        """Score 0 to 1 that he waves something white, over the last two seconds. Evidence only: it may protect and ask,
        it never says that he waves nothing. What stays where it is on him or beside him scores low."""
        patch, tall, (x, y) = cloth_patch(picture, box, pose), _tall(box), _shoulders(box, pose)
        seen = t_ns, patch, (patch.x - x) / tall, (patch.y - y) / tall
        last = next((s for s in reversed(self._seen) if s[1].white > 0.0), None)
        gap = bool(self._seen) and (t_ns - self._seen[-1][0]) / 1e9 > _GAP_S
        if gap or (patch.white > 0.0 and last is not None and not _same(last, seen)):
            self._seen.clear()
        self._seen.append(seen)
        while (t_ns - self._seen[0][0]) / 1e9 > _MEMORY_S:
            self._seen.popleft()
        shown = [s for s in self._seen if s[1].white > 0.0]
        if len(shown) < _LEAST_LOOKS:
            return 0.0
        places, when = np.array([s[2:] for s in shown]), np.array([(s[0] - shown[0][0]) / 1e9 for s in shown])
        when -= when.mean()
        drift = when @ places / max(float(when @ when), 1e-6)
        swings = float(np.ptp(np.percentile(places - np.outer(when, drift), (10, 90), axis=0), axis=0).max())
        in_white = float(np.median([s[1].clad for s in self._seen])) > _IN_WHITE
        with_him = _ramp(float(np.hypot(*drift)), *_DRIFTS)
        high = _ramp(float(np.median(places[:, 1])), *(_HIGH_IN_WHITE if in_white else _HIGH))
        white = fmean(s[1].white for s in self._seen)
        return round(min(1.0, _GAIN * white) * _ramp(swings, *_SWINGS) * with_him * high, 3)


def _same(a: _Seen, b: _Seen) -> bool:
    """Whether the patches of two looks can be one cloth."""
    far = _STEP + _STEPS_A_S * (b[0] - a[0]) / 1e9
    ratio = a[1].share / b[1].share
    return float(np.hypot(a[2] - b[2], a[3] - b[3])) <= far and 1.0 / _ALIKE <= ratio <= _ALIKE


def _shoulders(box: Box, pose: Pose) -> tuple[float, float]:
    """The middle of his shoulders, px; by the hips or the box where they are not read."""
    for joints, up in (((LEFT_SHOULDER, RIGHT_SHOULDER), 0.0), ((LEFT_HIP, RIGHT_HIP), 0.28 * _tall(box))):
        seen = [pose[k] for k in joints if pose[k].score >= SURE]
        if seen:
            return fmean(j.x for j in seen), fmean(j.y for j in seen) - up
    return (box[0] + box[2]) / 2.0, box[1] + 0.25 * (box[3] - box[1])


def _tall(box: Box) -> float:
    return max(1.0, box[2] - box[0], box[3] - box[1])


def _ramp(value: float, none: float, full: float) -> float:
    return float(np.clip((value - none) / (full - none), 0.0, 1.0))
