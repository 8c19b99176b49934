"""Writing on the ground of a rendered picture, as its camera would see it: the world has none."""

from __future__ import annotations

import cv2
import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.perception import Held, Picture, in_picture

_PX = 40  # of the texture, for a letter's height


def painted(
    picture: Picture, held: Held, words: str, at: Enu, along_deg: float, letter_m: float, ink: tuple[int, int, int]
) -> tuple[Picture, np.ndarray]:
    """words begin at `at` and run along a compass bearing, letters letter_m high, strokes a sixth of that; ink: BGR.
    Returns the picture and the corners of the words, px, clockwise from the upper left."""
    (wide, high), below = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, _PX / 22.0, 7)
    texture = np.zeros((high + below + 12, wide + 12), np.uint8)
    cv2.putText(texture, words, (6, high + 6), cv2.FONT_HERSHEY_SIMPLEX, _PX / 22.0, 255, 7, cv2.LINE_AA)
    m_per_px = letter_m / _PX
    a = np.radians(along_deg)
    right, down = np.array([np.sin(a), np.cos(a)]) * m_per_px, np.array([np.cos(a), -np.sin(a)]) * m_per_px
    seen = []
    for x, y in ((0, 0), (texture.shape[1], 0), texture.shape[::-1], (0, texture.shape[0])):
        e, n = x * right + y * down
        place = in_picture(
            held, Enu(at.east + float(e), at.north + float(n), at.up), picture.shape[1], picture.shape[0]
        )
        assert place is not None
        seen.append(place)
    corners = np.array(seen)
    flat = np.array([[0, 0], [texture.shape[1], 0], texture.shape[::-1], [0, texture.shape[0]]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    # Drawn four times as large and made small: thin strokes keep their share of each px.
    big = np.diag([4.0, 4.0, 1.0]) @ matrix
    size = picture.shape[1] * 4, picture.shape[0] * 4
    cover = cv2.resize(cv2.warpPerspective(texture, big, size), picture.shape[1::-1], None, 0, 0, cv2.INTER_AREA)
    share = cover[..., None].astype(np.float32) / 255.0
    return (picture * (1.0 - share) + np.array(ink, np.float32) * share).astype(np.uint8), corners
