"""Reading the 17 joints of one person with MoveNet single pose (Thunder or Lightning).

Tensors: input int32 [1, S, S, 3], red, green, blue, 0-255; output [1, 1, 17, 3]: y, x as parts of the crop, score.
Joints stand in COCO's order.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from safeconduct.perception.nanodet import Found, Picture, Region
from safeconduct.perception.network import WEIGHTS, Network

JOINTS = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
NOSE, LEFT_EAR, RIGHT_EAR = 0, 3, 4
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_ELBOW, RIGHT_ELBOW, LEFT_WRIST, RIGHT_WRIST = 5, 6, 7, 8, 9, 10
LEFT_HIP, RIGHT_HIP, LEFT_KNEE, RIGHT_KNEE, LEFT_ANKLE, RIGHT_ANKLE = 11, 12, 13, 14, 15, 16

_PAD = 1.5  # of the longer side: the detector's box cuts off raised arms
_RISE = 0.06  # of the side: what is cut off is above


class Joint(NamedTuple):
    """px of the whole picture; score 0 to 1."""

    x: float
    y: float
    score: float


Pose = tuple[Joint, ...]
"""17 joints in COCO's order (`JOINTS`)."""


class PoseReader:
    def __init__(self, path: Path | None = None, threads: int = 2) -> None:
        """path: another export of the same kind. Raises BadInput when its tensors are not MoveNet's."""
        self._net = net = Network(path or WEIGHTS / "movenet-thunder.onnx", threads)
        shape = net.shape
        square = len(shape) == 4 and shape[0] == 1 and shape[1] == shape[2] and shape[3] == 3
        if not square or net.dtype != "tensor(int32)" or net.outputs != [(1, 1, 17, 3)]:
            raise net.unfit("a MoveNet single-pose export, int32 [1, S, S, 3] → [1, 1, 17, 3]")
        self.size_px = shape[1]

    def read(self, picture: Picture, box: Found) -> Pose:
        """The joints of the person in `box`; every joint is given, those with a low score are guesses."""
        crop = crop_about(box)
        size = self.size_px
        scale = size / crop.side
        # One affine warp cuts, scales and pads with black, and is exact to the subpixel where slicing is not.
        matrix = np.array([[scale, 0.0, -crop.x * scale], [0.0, scale, -crop.y * scale]])
        how = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
        square = cv2.warpAffine(picture, matrix, (size, size), flags=how)
        tensor = square[None, :, :, ::-1].astype(np.int32)
        joints = self._net.run(tensor)[0][0, 0]
        return tuple(
            Joint(float(crop.x + x * crop.side), float(crop.y + y * crop.side), float(score)) for y, x, score in joints
        )


def crop_about(box: Found) -> Region:
    """The padded square that is shown to the pose network, px; it may hang over the picture's edge."""
    side = _PAD * max(box.x2 - box.x1, box.y2 - box.y1)
    return Region(
        (box.x1 + box.x2) / 2.0 - side / 2.0,
        (box.y1 + box.y2) / 2.0 - side * (0.5 + _RISE),
        side,
    )
