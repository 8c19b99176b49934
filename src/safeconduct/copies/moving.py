"""Boxes in pictures that move: a turn of the camera takes covers along."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from safeconduct.copies.original import Shown
from safeconduct.perception import Steadying

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, px."""


class Moved:
    """How the picture as a whole moves within a piece of film."""

    def __init__(self, piece: Sequence[Shown]) -> None:
        steadying = Steadying()
        self._to = [np.eye(3)]  # px of the first picture to px of this one
        for shown in piece:
            motion = steadying.motion(shown.picture)
            self._to.append((np.eye(3) if motion is None else motion) @ self._to[-1])
        self._to = self._to[1:]

    def carried(self, box: Box, i: int, j: int) -> Box:
        """A box of picture i as it lies in picture j."""
        if i == j:
            return box
        x1, y1, x2, y2 = box
        corners = np.array([[x1, x2, x2, x1], [y1, y1, y2, y2], [1.0, 1.0, 1.0, 1.0]])
        x, y, _ = self._to[j] @ np.linalg.inv(self._to[i]) @ corners
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by
