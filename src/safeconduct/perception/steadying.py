"""How the whole picture moved since the last one, from the flow of a few corners: what the aircraft's own motion and
its gimbal do to everybody's place at once. Telemetry helps where the flow fails. The tracker has then only the people's
own motion left to follow.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture
from safeconduct.perception.where import Held, ground_motion

Grey = npt.NDArray[np.uint8]
Motion = npt.NDArray[np.float64]
_WIDTH_PX, _HEIGHT_PX = 320, 640  # flow is measured on a picture this wide, or this high where it is narrow
_SAME_SHAPE_PX = 2  # a stream that changed its resolution keeps its view: so little its height differs then
_CORNERS, _LEAST = 150, 12
_FLOW_FOLLOWS_PX = 24.0  # of the small picture: farther moved, the flow is begun from what telemetry says
_ENOUGH = 0.3  # of the picture must be in both to say that the one continues the other
_COARSE, _BLANK, _CONTINUES = (32, 18), 4.0, 0.5  # see _another


class Steadying:
    def __init__(self) -> None:
        self._last: Grey | None = None
        self._last_size = self._size = (0, 0)
        self._held: Held | None = None
        self._flow: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None = None
        self._scale = self._last_scale = 1.0
        self.cut = False
        """The last picture has nothing in common with the one before."""

    def motion(self, picture: Picture, held: Held | None = None, level_m: float = 0.0) -> Motion | None:
        """3 × 3: takes px of the last picture to px of this one (a turn, zoom and shift, where the flow tells it).

        held: how the camera is held, where the aircraft tells it; level_m: of the ground, m up. A slew or a step of the
        zoom that the flow cannot follow is then begun from there and made exact by the flow; where the picture shows
        nothing to hold on to, telemetry alone counts. None for the first picture, after a cut, or where nobody knows. A
        change of the picture's size is a zoom.
        """
        scale = min(_WIDTH_PX / picture.shape[1], _HEIGHT_PX / picture.shape[0])
        wide, high = (max(8, round(px * scale)) for px in picture.shape[1::-1])
        if self._last is not None and abs(high - self._last.shape[0]) <= _SAME_SHAPE_PX:
            high = self._last.shape[0]
        grey = cv2.cvtColor(cv2.resize(picture, (wide, high), None, 0, 0, cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        last, self._last, self._flow = self._last, grey, None
        self._last_scale, self._scale = self._scale, scale
        self._last_size, self._size = self._size, (picture.shape[1], picture.shape[0])
        before, self._held = self._held, held
        self.cut = False
        if last is None:
            return None
        told = self._told(before, held, level_m)
        motion = None
        if told is not None and _farthest(told, wide, high) > _FLOW_FOLLOWS_PX:
            motion = self._followed(last, grey, told)
        if motion is None:
            motion = self._followed(last, grey, np.eye(3))
        if motion is None and told is not None and last.shape == grey.shape and _continues(last, grey, told):
            motion = told
        if motion is None:
            self.cut = _another(last, grey)
            return None
        return self._in_px(motion)

    def _told(self, before: Held | None, now: Held | None, level_m: float) -> Motion | None:
        """The motion by telemetry, in px of the small pictures."""
        if before is None or now is None:
            return None
        motion = ground_motion(before, now, self._last_size, self._size, level_m)
        if motion is None:
            return None
        small = np.diag([self._scale, self._scale, 1.0]) @ motion
        return np.asarray(small @ np.diag([1.0 / self._last_scale, 1.0 / self._last_scale, 1.0]), np.float64)

    def _in_px(self, small: Motion) -> Motion:
        last, now = (np.diag([s, s, 1.0]) for s in (self._last_scale, self._scale))
        return np.asarray(np.linalg.inv(now) @ small @ last, np.float64)

    def _followed(self, last: Grey, grey: Grey, begun: Motion) -> Motion | None:
        """The flow of corners from the last small picture, moved as `begun` says, to this one."""
        if last.shape != grey.shape:
            return None
        moved_away = not np.array_equal(begun, np.eye(3))
        seen = None
        if moved_away:
            last, seen = _warped(last, begun)
        corners = cv2.goodFeaturesToTrack(last, _CORNERS, 0.01, 7, mask=seen)
        if corners is None or len(corners) < _LEAST:
            return None
        moved, status, _ = cv2.calcOpticalFlowPyrLK(last, grey, corners, None, winSize=(15, 15), maxLevel=3)
        good = status.ravel() == 1
        if good.sum() < _LEAST:
            return None
        corners, moved = corners[good], moved[good]
        affine, inliers = cv2.estimateAffinePartial2D(
            corners, moved, None, method=cv2.RANSAC, ransacReprojThreshold=1.0
        )
        if affine is None or inliers.sum() < max(_LEAST, good.sum() // 3):
            self._flow = None if moved_away else (corners, moved)
            return None
        if moved_away:
            corners = cv2.perspectiveTransform(corners, np.linalg.inv(begun)).astype(np.float32)
        self._flow = corners, moved
        return np.asarray(np.vstack([affine, (0.0, 0.0, 1.0)]) @ begun, np.float64)

    def flow(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
        """The corners that were followed last, N × 2 px of the last picture and of this one. None as `motion`."""
        if self._flow is None:
            return None
        last, now = (np.asarray(points, np.float64).reshape(-1, 2) for points in self._flow)
        return last / self._last_scale, now / self._scale

    def ground(self) -> Motion | None:
        """The last `motion` as flat ground has it that tilts away from the camera: 3 × 3, px to px. None as there."""
        if self._flow is None:
            return None
        turned, inliers = cv2.findHomography(*self._flow, cv2.RANSAC, 1.5)
        if turned is None or inliers.sum() < max(_LEAST, len(self._flow[0]) // 3):
            return None
        return self._in_px(turned)


def carried(motion: Motion, place: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where a motion takes a place, px, and the 2 × 2 by which small steps there are turned and stretched."""
    x, y, depth = motion @ (place[0], place[1], 1.0)
    to = np.array([x, y]) / depth
    return to, (motion[:2, :2] - np.outer(to, motion[2, :2])) / depth


def _farthest(motion: Motion, wide: int, high: int) -> float:
    """How far the corners of the picture are moved at most, px."""
    corners = [np.array([x, y], np.float64) for x in (0, wide) for y in (0, high)]
    return max(float(np.hypot(*(carried(motion, c)[0] - c))) for c in corners)


def _warped(last: Grey, motion: Motion) -> tuple[Grey, Grey]:
    """The last picture as it would look now, and where it says anything (255)."""
    size = last.shape[1::-1]
    seen = cv2.warpPerspective(np.full(last.shape, 255, np.uint8), motion, size)
    seen = cv2.erode(seen, np.ones((9, 9), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=255)
    return cv2.warpPerspective(last, motion, size, borderMode=cv2.BORDER_REPLICATE), seen


def _continues(last: Grey, grey: Grey, motion: Motion) -> bool:
    """Moved as telemetry says, does the last picture go on in this one? Enough of it must be in both."""
    warped, seen = _warped(last, motion)
    both = cv2.resize(seen, _COARSE, None, 0, 0, cv2.INTER_AREA).ravel() > 250
    if both.mean() < _ENOUGH:
        return False
    a, b = (cv2.resize(p, _COARSE, None, 0, 0, cv2.INTER_AREA).astype(np.float64).ravel()[both] for p in (warped, grey))
    if min(a.std(), b.std()) < _BLANK:
        return True  # nothing to see that speaks against it
    return bool(np.corrcoef(a, b)[0, 1] >= _CONTINUES)


def _another(last: Grey, grey: Grey) -> bool:
    """Is it another picture altogether? Where both show something and the one does not continue the other."""
    a, b = (cv2.resize(p, _COARSE, None, 0, 0, cv2.INTER_AREA).astype(np.float64) for p in (last, grey))
    if min(a.std(), b.std()) < _BLANK:
        return False
    return bool(np.corrcoef(a.ravel(), b.ravel())[0, 1] < _CONTINUES)
