"""What the pose networks give: the 17 joints of one person, in COCO's order. And where they look for him."""

from __future__ import annotations

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
