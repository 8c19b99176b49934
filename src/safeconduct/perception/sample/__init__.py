"""A scene of known content, for the bench and the tests: bare ground, and one person on it who stands or pleads."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from safeconduct.perception.found import Picture

Bearing = Literal["standing", "hands_up", "kneeling_hands_up"]

_FEATHER_PX = 14
_BARE = (slice(70, 180), slice(120, 180))  # of the standing person's picture: ground without him and his shadow


@cache
def _person(bearing: Bearing) -> Picture:
    data = np.frombuffer((Path(__file__).parent / f"{bearing}.png").read_bytes(), np.uint8)
    picture: Picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    return picture


def scene(width_px: int, height_px: int, bearing: Bearing | None = None, x: int = 0, y: int = 0) -> Picture:
    """Ground, and on it the person of about 100 px in the square of 180 px whose corner is (x, y); None: nobody."""
    bare = _person("standing")[_BARE]
    mirrored = np.vstack([np.hstack([bare, bare[:, ::-1]]), np.hstack([bare[::-1], bare[::-1, ::-1]])])
    down, across = -(-height_px // mirrored.shape[0]), -(-width_px // mirrored.shape[1])
    ground = np.ascontiguousarray(np.tile(mirrored, (down, across, 1))[:height_px, :width_px])
    if bearing is None:
        return ground
    person = _person(bearing)
    side = person.shape[0]
    edge = np.minimum(np.arange(side) + 1, np.arange(side)[::-1] + 1) / _FEATHER_PX
    mask = np.minimum(1.0, np.minimum.outer(edge, edge))[..., None]
    under = ground[y : y + side, x : x + side]
    ground[y : y + side, x : x + side] = (mask * person + (1.0 - mask) * under).astype(np.uint8)
    return ground
