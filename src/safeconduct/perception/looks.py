"""How a person is dressed, as far as colour tells: enough to say that two people differ, never who somebody is.

Histograms of torso and legs, colour apart from brightness. Brightness is taken against the whole picture's, so that a
cloud or the camera's own exposure does not change a jacket. Grey and thermal pictures have brightness alone.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Found, Picture

Look = npt.NDArray[np.float64]
"""Four histograms one after the other: colour of torso and legs (6 × 6 each), brightness of both (8 each)."""

_PARTS = ((0.16, 0.52), (0.54, 0.90))  # of the box's height from its top: torso, legs
_MIDDLE = (0.28, 0.72)  # of its width
_COLOURS, _BRIGHT = 6, 8
_COLOUR_STEP, _BRIGHT_STEP = 7.0, 24.0  # of the 255 of L*a*b*, a bin
_PATCH = (10, 14)  # px across and down that a part is shrunk to


def look_at(picture: Picture, box: Found) -> Look | None:
    """The look of who stands in `box`, px; None where too little of him lies in the picture."""
    high, wide = picture.shape[:2]
    x1, x2 = (max(0, min(wide, round(box.x1 + share * (box.x2 - box.x1)))) for share in _MIDDLE)
    level = float(picture[:: max(1, high // 24), :: max(1, wide // 32)].mean())
    colours, brights = [], []
    for top, bottom in _PARTS:
        y1, y2 = (max(0, min(high, round(box.y1 + share * (box.y2 - box.y1)))) for share in (top, bottom))
        if x2 - x1 < 2 or y2 - y1 < 2:
            return None
        patch = cv2.resize(picture[y1:y2, x1:x2], _PATCH, None, 0, 0, cv2.INTER_AREA)
        lab = cv2.cvtColor(patch, cv2.COLOR_BGR2LAB).reshape(-1, 3).astype(np.float64)
        colours.append(_soft((lab[:, 1:] - 128.0) / _COLOUR_STEP, _COLOURS))
        brights.append(_soft((lab[:, :1] - level) / _BRIGHT_STEP, _BRIGHT))
    return np.concatenate([*colours, *brights])


def unlike(a: Look, b: Look) -> float:
    """0 the same colours, 1 nothing in common (mean Hellinger distance of the four histograms)."""
    ends = np.cumsum([_COLOURS**2, _COLOURS**2, _BRIGHT])
    parts = [
        float(np.sqrt(max(0.0, 1.0 - np.sqrt(p * q).sum())))
        for p, q in zip(np.split(a, ends), np.split(b, ends), strict=True)
    ]
    if _grey(a) and _grey(b):
        return (parts[2] + parts[3]) / 2.0
    return 0.35 * (parts[0] + parts[1]) + 0.15 * (parts[2] + parts[3])


def blend(old: Look, new: Look, share: float) -> Look:
    """The old look with so large a share of the new one."""
    return (1.0 - share) * old + share * new


def _grey(look: Look) -> bool:
    """All colour in the four middle bins, which a grey patch shares evenly."""
    both = look[: 2 * _COLOURS**2].reshape(2, _COLOURS, _COLOURS)
    low = _COLOURS // 2 - 1
    return bool(both[:, low : low + 2, low : low + 2].sum() > 1.999)


def _soft(values: npt.NDArray[np.float64], bins: int) -> Look:
    """Histogram of values about 0 in which each is shared between its neighbours: no jump at a bin's edge."""
    place = np.clip(values + (bins - 1) / 2.0, 0.0, bins - 1.0)
    low = np.minimum(np.floor(place).astype(np.int64), bins - 2)
    part = place - low
    counted = np.zeros(bins ** values.shape[1])
    for corner in np.ndindex(*(2,) * values.shape[1]):
        up = np.array(corner)
        index = np.zeros(len(values), np.int64)
        for axis in range(values.shape[1]):
            index = index * bins + low[:, axis] + up[axis]
        weight = np.prod(np.where(up == 1, part, 1.0 - part), axis=1)
        counted += np.bincount(index, weights=weight, minlength=len(counted))
    return counted / len(values)
