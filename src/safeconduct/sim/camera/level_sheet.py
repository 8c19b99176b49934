"""A picture with its coarser copies beside it on one sheet, so that every pixel reads the copy that fits it at once."""

from __future__ import annotations

import cv2
import numpy as np

from safeconduct.sim.camera.relief import Bytes, Floats

_PAD = 2  # texels about each copy: reading between texels must not meet its neighbour


class LevelSheet:
    """levels: views of the copies, the finest first; what is written to one is in the next reading.

    Three channels are kept as four: OpenCV reads those in a third of the time.
    """

    def __init__(self, levels: list[Bytes], border: int) -> None:
        """border: of OpenCV's kinds; what is read just outside a copy."""
        flat = levels[0].ndim == 2
        sizes = [(one.shape[0] + 2 * _PAD, one.shape[1] + 2 * _PAD) for one in levels]
        high = max(sizes[0][0], sum(rows for rows, _ in sizes[1:]))
        wide = sizes[0][1] + (sizes[1][1] if len(sizes) > 1 else 0)
        self._sheet: Bytes = np.zeros((high, wide) if flat else (high, wide, 4), np.uint8)
        self.levels: list[Bytes] = []
        top, left = 0, 0
        corners = []
        for one, (rows, cols) in zip(levels, sizes, strict=True):
            place = self._sheet[top : top + rows, left : left + cols]
            inner = place[_PAD:-_PAD, _PAD:-_PAD]
            if flat:
                inner[...] = one
            else:
                cv2.cvtColor(one, cv2.COLOR_BGR2BGRA, dst=inner)
            _bordered(place, border)
            self.levels.append(inner if flat else inner[..., :3])
            corners.append((left + _PAD - 0.5, top + _PAD - 0.5))
            top, left = (0, cols) if left == 0 else (top + rows, left)
        shares = [one.shape[0] / levels[0].shape[0] for one in levels]
        # As long as a byte counts: OpenCV looks numbers up in tables of just that length.
        more = [*range(len(levels)), *([len(levels) - 1] * (256 - len(levels)))]
        self._share = np.array(shares, np.float32)[more]
        self._left, self._top = (np.array(corners, np.float32)[more, k] for k in range(2))

    def read(self, x: Floats, y: Floats, level: Floats, fewest: float, most: float) -> Bytes:
        """Bilinear values at texels of the finest copy, counted from its corner; x and y are changed, and inside it.

        level: whole part, of the copy to read; outside the levels there are, the nearest. fewest, most: its bounds.
        """
        last = len(self.levels) - 1
        if most < 1.0 or fewest >= last:
            only = 0 if most < 1.0 else last
            x *= self._share[only]
            x += self._left[only]
            y *= self._share[only]
            y += self._top[only]
        else:
            which = np.minimum(np.maximum(level, np.float32(0.0)), np.float32(last)).astype(np.uint8)
            x, y = self._at(which, x, self._left), self._at(which, y, self._top)
        found = cv2.remap(self._sheet, x, y, cv2.INTER_LINEAR)
        return np.asarray(found if found.ndim == 2 else cv2.cvtColor(found, cv2.COLOR_BGRA2BGR), np.uint8)

    def _at(self, which: Bytes, x: Floats, start: Floats) -> Floats:
        x *= cv2.LUT(which, self._share)
        x += cv2.LUT(which, start)
        return x


def _bordered(place: Bytes, border: int) -> None:
    """Fill the rim of _PAD texels from what is inside it."""
    rows, cols = place.shape[0] - 2 * _PAD, place.shape[1] - 2 * _PAD
    for k in range(-_PAD, 0):
        for there in (k, rows - 1 - k):
            place[_PAD + there] = place[_PAD + cv2.borderInterpolate(there, rows, border)]
    for k in range(-_PAD, 0):
        for there in (k, cols - 1 - k):
            place[:, _PAD + there] = place[:, _PAD + cv2.borderInterpolate(there, cols, border)]
