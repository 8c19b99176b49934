"""Pictures that stand still though their times go on, told by what is in them: a camera or a link that sends its last
picture again and again looks alive to everything that only looks at the clock.

Two things show that a picture was taken anew. The sensor's noise: pixel after pixel differs from the picture before,
and again in the next. And motion, also that of a drone that hovers: it adds up against the picture where the stillness
began, seen coarsely, where a key picture that is coded anew changes next to nothing. A coder under little bandwidth
wipes out noise: then only motion is left, and a camera on a mast that films nothing moving counts as frozen. A strong
coder's key picture, on the other hand, may differ from the pictures before it as a hover of a pixel does: there the
stillness is counted anew, so frozen pictures that are coded so with key pictures closer than FROZEN_S go unnoticed.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.model.mission_time import seconds_between
from safeconduct.perception.found import Picture

FROZEN_S = 1.0
"""The same picture for so long is a frozen one."""

_WIDE_PX = 640  # every so many-th pixel is compared, for a fraction of a millisecond
_COARSE_PX = 8  # of the compared pixels: side of one coarse cell
_NOISE_LEVELS = 2  # a pixel that changes by more is noise, by less it may be a coder that refines what it has sent
_NOISY = 0.03  # share of such pixels, twice running: noise of 1 level rms 0.08, repeated pictures once coded 0.014
_MOVED = 1.0  # grey levels by which 1 % of the coarse cells differ: key pictures 0.3, a hover of half a pixel 1.3


class FrozenWatch:
    """different_t_ns: when the last picture came that differed from those before it; None before the first."""

    def __init__(self) -> None:
        self.different_t_ns: int | None = None
        self._last: npt.NDArray[np.uint8] | None = None
        self._still: npt.NDArray[np.float32] | None = None  # coarse, where the stillness began
        self._was_noisy = False

    def take(self, picture: Picture, t_ns: int) -> float:
        """picture: height × width × 3. t_ns: its time, rising. For how long it has been the same one, s; 0: a new one.

        From FROZEN_S on it is frozen.
        """
        step = max(1, picture.shape[1] // _WIDE_PX)
        seen = np.ascontiguousarray(picture[::step, ::step, 1])
        coarse = _coarse(seen)
        alive = self._still is None or self._last is None or self._last.shape != seen.shape
        if self._last is not None and self._still is not None and not alive:
            noisy = bool(np.count_nonzero(cv2.absdiff(self._last, seen) > _NOISE_LEVELS) > _NOISY * seen.size)
            # A key picture coded anew changes many pixels too, but only once.
            alive = (noisy and self._was_noisy) or float(np.percentile(np.abs(coarse - self._still), 99)) > _MOVED
            self._was_noisy = noisy
        self._last = seen
        if alive or self.different_t_ns is None:
            self._still, self.different_t_ns = coarse, t_ns
        return seconds_between(self.different_t_ns, t_ns)


def _coarse(seen: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    size = tuple(max(1, px // _COARSE_PX) for px in seen.shape[1::-1])
    return np.asarray(cv2.resize(seen.astype(np.float32), size, None, 0, 0, cv2.INTER_AREA), np.float32)
