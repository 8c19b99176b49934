"""Two seconds of one person's joints, put so that neither place nor size nor frame rate matter: what the gesture reader
is shown, in training and in use alike.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from safeconduct.model.mission_time import NS
from safeconduct.perception.joints import (
    LEFT_ANKLE,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    RIGHT_ANKLE,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
    Pose,
)  # fmt: skip

RATE_HZ = 8.0
PICTURES = 16
"""A window: so many moments, 1 / RATE_HZ s apart."""
CHANNELS = 17 * 3

_TRUNK = (LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP)
_BONES = np.array([
    (LEFT_SHOULDER, LEFT_ELBOW), (LEFT_ELBOW, LEFT_WRIST), (RIGHT_SHOULDER, RIGHT_ELBOW), (RIGHT_ELBOW, RIGHT_WRIST),
    (LEFT_HIP, LEFT_KNEE), (LEFT_KNEE, LEFT_ANKLE), (RIGHT_HIP, RIGHT_KNEE), (RIGHT_KNEE, RIGHT_ANKLE),
    (LEFT_SHOULDER, LEFT_HIP), (RIGHT_SHOULDER, RIGHT_HIP), (LEFT_SHOULDER, RIGHT_SHOULDER),
])  # fmt: skip
_FAR = 6.0  # bone lengths; what is read farther out is a joint of somebody else
_GAP_S = 0.3  # a moment without a reading as near as that shows nothing
_KEPT_S = PICTURES / RATE_HZ + 2.0 * _GAP_S

Floats = npt.NDArray[np.float32]


def features(joints: npt.NDArray[np.floating], scores: npt.NDArray[np.floating]) -> Floats:
    """joints: (…, PICTURES, 17, 2) px or any unit, y down; scores: (…, PICTURES, 17), 0 where nothing was read.

    Returns (…, CHANNELS, PICTURES): x and y about the trunk's middle in mean bone lengths of the window, and score.
    """
    weight = np.maximum(scores, 1e-3)
    trunk = weight[..., _TRUNK]
    middle = (joints[..., _TRUNK, :] * trunk[..., None]).sum(-2) / trunk.sum(-1)[..., None]
    about = joints - middle[..., None, :]
    one, other = _BONES[:, 0], _BONES[:, 1]
    squared = ((about[..., one, :] - about[..., other, :]) ** 2).sum(-1)
    sure = np.minimum(weight[..., one], weight[..., other])
    size = np.sqrt((squared * sure).sum((-1, -2)) / sure.sum((-1, -2))) + 1e-6
    shaped = np.clip(about / size[..., None, None, None], -_FAR, _FAR)
    stacked = np.concatenate([shaped, scores[..., None]], axis=-1)
    flat = stacked.reshape(*stacked.shape[:-2], CHANNELS)
    return np.ascontiguousarray(np.swapaxes(flat, -1, -2), np.float32)


class MotionWindow:
    """The last readings of one person, at whatever times they came."""

    def __init__(self) -> None:
        self._readings: deque[tuple[int, npt.NDArray[np.float32]]] = deque()

    def take(self, t_ns: int, pose: Pose) -> None:
        """One reading; times rise."""
        self._readings.append((t_ns, np.array(pose, np.float32)))
        while (t_ns - self._readings[0][0]) / NS > _KEPT_S:
            self._readings.popleft()

    def seen_share(self, t_ns: int) -> float:
        """How much of the window before t_ns holds readings, 0 to 1."""
        return float((self.moments(t_ns)[1].max(axis=1) > 0.0).mean())

    def moments(self, t_ns: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Joints (PICTURES, 17, 2) and scores (PICTURES, 17) on the even grid that ends at t_ns; between two readings
        the way between them, where none is near the nearest place and score 0."""
        if not self._readings:
            return np.zeros((PICTURES, 17, 2), np.float32), np.zeros((PICTURES, 17), np.float32)
        times = np.array([(t - t_ns) / NS for t, _ in self._readings])
        values = np.array([reading for _, reading in self._readings])
        grid = (np.arange(PICTURES) - (PICTURES - 1)) / RATE_HZ
        after = np.clip(np.searchsorted(times, grid), 0, len(times) - 1)
        before = np.maximum(after - 1, 0)
        span = times[after] - times[before]
        share = np.where(span > 1e-9, np.clip((grid - times[before]) / np.maximum(span, 1e-9), 0.0, 1.0), 1.0)
        nearest = np.minimum(np.abs(grid - times[before]), np.abs(grid - times[after]))
        mixed = values[before] * (1.0 - share)[:, None, None] + values[after] * share[:, None, None]
        mixed[nearest > _GAP_S, :, 2] = 0.0
        return mixed[:, :, :2].astype(np.float32), mixed[:, :, 2].astype(np.float32)
