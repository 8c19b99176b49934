"""What the pose networks give: the 17 joints of one person, in COCO's order. And where they look for him."""

from __future__ import annotations

from math import hypot
from statistics import median
from typing import NamedTuple

from safeconduct.perception.found import Found, Region

JOINTS = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
NOSE, LEFT_EAR, RIGHT_EAR = 0, 3, 4
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_ELBOW, RIGHT_ELBOW, LEFT_WRIST, RIGHT_WRIST = 5, 6, 7, 8, 9, 10
LEFT_HIP, RIGHT_HIP, LEFT_KNEE, RIGHT_KNEE, LEFT_ANKLE, RIGHT_ANKLE = 11, 12, 13, 14, 15, 16

SURE = 0.25
"""Joint score from which a joint is taken as seen."""

_PAD = 1.5  # of the longer side: the detector's box cuts off raised arms
_RISE = 0.06  # of the side: what is cut off is above
_SAME, _LEAST_SURE = 0.06, 6  # of his height, between joints of two readings of one body; so many must be sure in both


class Joint(NamedTuple):
    """px of the whole picture; score 0 to 1."""

    x: float
    y: float
    score: float


Pose = tuple[Joint, ...]
"""17 joints in COCO's order (`JOINTS`)."""


def crop_about(box: Found) -> Region:
    """The padded square that is shown to the pose network, px; it may hang over the picture's edge."""
    side = _PAD * max(box.x2 - box.x1, box.y2 - box.y1)
    return Region(
        (box.x1 + box.x2) / 2.0 - side / 2.0,
        (box.y1 + box.y2) / 2.0 - side * (0.5 + _RISE),
        side,
    )


def same_body(a: Pose, b: Pose, tall_px: float) -> bool:
    """Are these two readings of one body, `tall_px` tall? Not joint by joint: networks exchange left and right."""
    sure_a, sure_b = ([j for j in pose if j.score >= SURE] for pose in (a, b))
    if min(len(sure_a), len(sure_b)) < _LEAST_SURE:
        return False
    return median(min(hypot(i.x - j.x, i.y - j.y) for j in sure_b) for i in sure_a) <= _SAME * tall_px
