"""The best of many views of one sign: the largest and sharpest, and the mean of those that can be laid on it."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture
from safeconduct.perception.straightening import stretched

_CLEARLY = 1.2  # times better: the mean begins anew with this view
_ALIGN_PX = 160  # views are laid on each other at this width
_ROUNDS, _SMALLEST_STEP = 20, 1e-3
_ON_EACH_OTHER = 0.85  # correlation from which two views are the same writing
_ENOUGH_PX = 40.0  # letters this high need no help
_CRISPER = 0.7  # of what a blur takes away is given back to a mean


class View(NamedTuple):
    """picture: straightened, not stretched."""

    picture: Picture
    letters_px: float
    sharpness: float

    @property
    def value(self) -> float:
        return max(1.0, self.letters_px) * self.sharpness


class Views:
    """keeps: how many views a mean has at most; further ones displace it no more."""

    def __init__(self, keeps: int) -> None:
        self._keeps = keeps
        self._best: View | None = None
        self._mean: npt.NDArray[np.float32] = np.zeros((1, 1, 3), np.float32)
        self.count = 0

    @property
    def letters_px(self) -> float:
        return self._best.letters_px if self._best is not None else 0.0

    @property
    def value(self) -> float:
        """Of what is shown: the best view's, more by the root of how many it is the mean of."""
        return 0.0 if self._best is None else self._best.value * float(self.count) ** 0.5

    def take(self, view: View) -> None:
        best = self._best
        if best is None or view.value > _CLEARLY * best.value:
            self._best, self._mean, self.count = view, view.picture.astype(np.float32), 1
            return
        if self.count < self._keeps and best.letters_px <= _ENOUGH_PX:
            laid = _laid_on(best.picture, view.picture)
            if laid is not None:
                self.count += 1
                self._mean += (laid - self._mean) / np.float32(self.count)

    def picture(self) -> Picture:
        """Stretched; a mean is made crisper by what its small shifts took away."""
        if self._best is None:
            return np.zeros((1, 1, 3), np.uint8)
        if self.count < 3:
            return stretched(self._best.picture)
        blurred = cv2.GaussianBlur(self._mean, (0, 0), 2.0)
        crisp = np.clip(self._mean + _CRISPER * (self._mean - blurred), 0.0, 255.0)
        return stretched(crisp.astype(np.uint8))


def _laid_on(best: Picture, view: Picture) -> npt.NDArray[np.float32] | None:
    """The view, moved and warped a little so that its writing lies on that of the best; None where it does not."""
    high, wide = best.shape[:2]
    scale = min(1.0, _ALIGN_PX / wide)
    small = max(16, round(wide * scale)), max(16, round(high * scale))
    fixed, moving = (
        cv2.cvtColor(cv2.resize(one, small, None, 0, 0, cv2.INTER_AREA), cv2.COLOR_BGR2GRAY) for one in (best, view)
    )
    ends = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _ROUNDS, _SMALLEST_STEP
    warp = np.eye(2, 3, dtype=np.float32)
    try:
        alike, warp = cv2.findTransformECC(fixed, moving, warp, cv2.MOTION_AFFINE, ends, None, 5)
    except cv2.error:  # it does not converge where the two have nothing in common
        return None
    if alike < _ON_EACH_OTHER:
        return None
    same = cv2.resize(view, (wide, high), None, 0, 0, cv2.INTER_CUBIC)
    warp[0, 2] *= wide / small[0]
    warp[1, 2] *= high / small[1]
    warp[0, 1] *= (wide / small[0]) / (high / small[1])
    warp[1, 0] *= (high / small[1]) / (wide / small[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(same, warp, (wide, high), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid, np.float32)
