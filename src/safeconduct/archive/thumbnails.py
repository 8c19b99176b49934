"""Thumbnails that spare the reviewer and shame nobody: what is done shows, who it is does not.

The person fills the thumbnail, is made so small that a face has a handful of pixels, and is enlarged again.
"""

from __future__ import annotations

import cv2
import numpy as np

from safeconduct.perception import Picture

SIDE_PX = 160
COARSE_PX = 40
"""So many pixels across the whole thumbnail are kept: the head of a person who fills it has 4 to 6."""
_ABOUT = 1.9


def blurred(picture: Picture, box: tuple[float, float, float, float]) -> bytes:
    """A JPEG, SIDE_PX square, of the person and a little about him. box: px of the picture."""
    height, width = picture.shape[:2]
    side = max(_ABOUT * max(box[2] - box[0], box[3] - box[1]), 24.0)
    x, y = (box[0] + box[2] - side) / 2.0, (box[1] + box[3] - side) / 2.0
    turn = np.array([[COARSE_PX / side, 0.0, -x * COARSE_PX / side], [0.0, COARSE_PX / side, -y * COARSE_PX / side]])
    del height, width
    # Averaged before it is sampled: no pixel of the original survives as it was.
    soft = cv2.GaussianBlur(picture, (0, 0), max(side / COARSE_PX / 2.0, 0.5))
    coarse = cv2.warpAffine(soft, turn, (COARSE_PX, COARSE_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    large = cv2.resize(coarse, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    _, octets = cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return bytes(octets)
