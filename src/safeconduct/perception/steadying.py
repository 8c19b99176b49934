"""How the whole picture moved since the last one, from the flow of a few corners: what the aircraft's own motion and
its gimbal do to everybody's place at once. The tracker has then only the people's own motion left to follow.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture

_WIDTH_PX, _HEIGHT_PX = 320, 640  # flow is measured on a picture this wide, or this high where it is narrow
_SAME_SHAPE_PX = 2  # a stream that changed its resolution keeps its view: so little its height differs then
_CORNERS, _LEAST = 150, 12
_COARSE, _BLANK, _CONTINUES = (32, 18), 4.0, 0.5  # see _another


class Steadying:
    def __init__(self) -> None:
        self._last: npt.NDArray[np.uint8] | None = None
        self._flow: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None = None
        self._scale = self._last_scale = 1.0
        self.cut = False
        """The last picture has nothing in common with the one before."""

    def motion(self, picture: Picture) -> npt.NDArray[np.float64] | None:
        """2 × 3 affine (turn, zoom, shift) that takes px of the last picture to px of this one.

        None for the first picture, after a cut, or where the ground shows nothing to hold on to. A change of the
        picture's size is a zoom.
        """
        scale = min(_WIDTH_PX / picture.shape[1], _HEIGHT_PX / picture.shape[0])
        wide, high = (max(8, round(px * scale)) for px in picture.shape[1::-1])
        if self._last is not None and abs(high - self._last.shape[0]) <= _SAME_SHAPE_PX:
            high = self._last.shape[0]
        grey = cv2.cvtColor(cv2.resize(picture, (wide, high), None, 0, 0, cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        last, self._last, self._flow = self._last, grey, None
        self._last_scale, self._scale = self._scale, scale
        self.cut = False
        motion = self._followed(last, grey)
        if last is not None and motion is None:
            self.cut = _another(last, grey)
        return motion

    def _followed(
        self, last: npt.NDArray[np.uint8] | None, grey: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.float64] | None:
        scale = self._scale
        if last is None or last.shape != grey.shape:
            return None
        corners = cv2.goodFeaturesToTrack(last, _CORNERS, 0.01, 7)
        if corners is None or len(corners) < _LEAST:
            return None
        moved, status, _ = cv2.calcOpticalFlowPyrLK(last, grey, corners, None, winSize=(15, 15), maxLevel=3)
        good = status.ravel() == 1
        if good.sum() < _LEAST:
            return None
        self._flow = corners[good], moved[good]
        affine, inliers = cv2.estimateAffinePartial2D(
            corners[good], moved[good], None, method=cv2.RANSAC, ransacReprojThreshold=1.0
        )
        if affine is None or inliers.sum() < max(_LEAST, good.sum() // 3):
            return None
        affine[:, :2] *= self._last_scale / scale
        affine[:, 2] /= scale
        motion: npt.NDArray[np.float64] = affine
        return motion

    def ground(self) -> npt.NDArray[np.float64] | None:
        """The last `motion` as flat ground has it that tilts away from the camera: 3 × 3, px to px. None as there."""
        if self._flow is None:
            return None
        turned, inliers = cv2.findHomography(*self._flow, cv2.RANSAC, 1.5)
        if turned is None or inliers.sum() < max(_LEAST, len(self._flow[0]) // 3):
            return None
        last, now = (np.diag([s, s, 1.0]) for s in (self._last_scale, self._scale))
        motion: npt.NDArray[np.float64] = np.linalg.inv(now) @ turned @ last
        return motion


def _another(last: npt.NDArray[np.uint8], grey: npt.NDArray[np.uint8]) -> bool:
    """Is it another picture altogether? Where both show something and the one does not continue the other."""
    a, b = (cv2.resize(p, _COARSE, None, 0, 0, cv2.INTER_AREA).astype(np.float64) for p in (last, grey))
    if min(a.std(), b.std()) < _BLANK:
        return False
    return bool(np.corrcoef(a.ravel(), b.ravel())[0, 1] < _CONTINUES)
