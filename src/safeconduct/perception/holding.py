"""Holding on to a body by how it looks, through the pictures in which the detector does not find it.

A discriminative correlation filter (Bolme et al. 2010, MOSSE; several channels as in Danelljan et al. 2014): learnt on
each sure look, it finds the same patch again a little further on, for about a millisecond. A person who crawls, climbs
or is half hidden stays the same person by it, which the detector alone does not manage. It knows nothing of people: who
is held is only as long believed as the caller allows.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Found, Picture

_WIDE, _HIGH = 48, 64  # cells of the patch
_ROOM = (2.6, 1.7)  # of the box's width and height, that the patch covers: so far can he go from picture to picture
_SIGMA = 2.0  # cells: how sharp the wanted answer is
_LEARNS = 0.15  # share of a new look
_DAMPING = 1e-2
_ASIDE = 5  # cells about the peak that do not count as its surroundings

Complexes = npt.NDArray[np.complex128]


class Hold:
    """One body. box and picture are those of a sure look."""

    def __init__(self, picture: Picture, box: Found) -> None:
        x, y = np.arange(_WIDE) - _WIDE // 2, np.arange(_HIGH) - _HIGH // 2
        wanted = np.exp(-(x[None, :] ** 2 + y[:, None] ** 2) / (2.0 * _SIGMA**2))
        self._wanted: Complexes = np.fft.fft2(np.fft.ifftshift(wanted))[None]
        self._window = np.outer(np.hanning(_HIGH), np.hanning(_WIDE))
        self._above: Complexes | None = None
        self._below: npt.NDArray[np.float64] = np.zeros((_HIGH, _WIDE))
        self.learn(picture, box)

    def learn(self, picture: Picture, box: Found) -> None:
        """He is surely there: remember how he looks now."""
        look = self._seen(picture, box)
        above = self._wanted * np.conj(look)
        below = (look * np.conj(look)).real.sum(axis=0)
        if self._above is None:
            self._above, self._below = above, below
            return
        self._above = (1.0 - _LEARNS) * self._above + _LEARNS * above
        self._below = (1.0 - _LEARNS) * self._below + _LEARNS * below

    def find(self, picture: Picture, box: Found) -> tuple[float, float, float]:
        """Where he went from `box`: px to the right, px down, and how clearly (peak over its surroundings, in their
        standard deviations; over about 7 it is he)."""
        assert self._above is not None
        look = self._seen(picture, box)
        known = self._below.mean()
        if not known or not look.any():
            return 0.0, 0.0, 0.0  # an even patch, as in fog or glare, holds nothing
        answer = np.fft.ifft2((self._above * look).sum(axis=0) / (self._below + _DAMPING * known)).real
        answer = np.fft.fftshift(answer)
        row, column = np.unravel_index(int(answer.argmax()), answer.shape)
        beside = np.ones(answer.shape, bool)
        beside[max(0, row - _ASIDE) : row + _ASIDE + 1, max(0, column - _ASIDE) : column + _ASIDE + 1] = False
        around = answer[beside]
        clear = float((answer[row, column] - around.mean()) / (around.std() + 1e-9))
        wide, high = _patch_px(box)
        return (column - _WIDE // 2) * wide / _WIDE, (row - _HIGH // 2) * high / _HIGH, clear

    def _seen(self, picture: Picture, box: Found) -> Complexes:
        """Spectra of the patch's channels: brightness and two colours, each without its mean."""
        wide, high = _patch_px(box)
        left, top = (box.x1 + box.x2 - wide) / 2.0, (box.y1 + box.y2 - high) / 2.0
        matrix = np.array([[_WIDE / wide, 0.0, -left * _WIDE / wide], [0.0, _HIGH / high, -top * _HIGH / high]])
        how = cv2.INTER_AREA if wide > _WIDE else cv2.INTER_LINEAR
        patch = cv2.warpAffine(picture, matrix, (_WIDE, _HIGH), flags=how, borderMode=cv2.BORDER_REPLICATE)
        channels = cv2.cvtColor(patch, cv2.COLOR_BGR2LAB).astype(np.float64).transpose(2, 0, 1)
        channels -= channels.mean(axis=(1, 2), keepdims=True)
        channels /= channels.std() + 1e-6
        return np.asarray(np.fft.fft2(channels * self._window), np.complex128)


def _patch_px(box: Found) -> tuple[float, float]:
    wide, high = box.x2 - box.x1, box.y2 - box.y1
    # A body seen from the side or lying is as wide as tall: the patch never gets thinner than half of that.
    return max(_ROOM[0] * wide, 0.6 * _ROOM[1] * high, 8.0), max(_ROOM[1] * high, 0.6 * _ROOM[0] * wide, 8.0)
