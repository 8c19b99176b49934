"""RTMPose as MMDeploy exports it (OpenMMLab 2023: SimCC, a row and a column of bins for each joint).

Tensors: input float [1, 3, H, W] (256 × 192 or 384 × 288), RGB, ImageNet's normal colours; outputs `simcc_x`
[1, K, r·W] and `simcc_y` [1, K, r·H], r = 2 bins a px: the highest bin is the place, its height the score. K is 17, or
26 (Halpe's, which begins with COCO's 17). Heights are logits that the training draws to 0..1 and that exceed 1 a little
on clear joints: they are cut there, and of a joint's two the lower counts.
Source: open-mmlab/mmpose, `configs/body_2d_keypoint/rtmpose`, `codecs/utils/post_processing.py`, issue 2755;
open-mmlab/mmdeploy, `configs/mmpose/pose-detection_simcc_onnxruntime_dynamic.py`.
"""

from __future__ import annotations

import numpy as np

from safeconduct.perception.found import Found, Picture
from safeconduct.perception.joints import JOINTS, Joint, Pose, crop_about
from safeconduct.perception.network import Network
from safeconduct.perception.showing import NORMAL_RGB, bounded, shown_crop, tensor

_JOINTS_BEGIN_AS_COCOS = {len(JOINTS), 26}


class RtmPose:
    def __init__(self, net: Network) -> None:
        """net: one that `fits`."""
        self._net = net
        self._height, self._width = net.shape[2:]
        self.size_px = max(self._width, self._height)
        self._x, self._y = _places(net)
        self._bins_a_px = net.outputs[self._x][2] / self._width

    @staticmethod
    def fits(net: Network) -> bool:
        if not net.takes_planes or len(net.outputs) != 2 or any(len(o) != 3 or o[0] != 1 for o in net.outputs):
            return False
        height, width = net.shape[2:]
        (_, joints, columns), (_, same, rows) = (net.outputs[place] for place in _places(net))
        whole = columns >= width and columns % width == 0 and columns * height == rows * width
        return joints in _JOINTS_BEGIN_AS_COCOS and joints == same and whole

    def read(self, picture: Picture, box: Found) -> Pose:
        """The joints of the person in `box`; every joint is given, those with a low score are guesses."""
        square = crop_about(box)
        # The input is narrower than high: the crop is the middle of the square, and wider where the person lies.
        wide = max(square.side * self._width / self._height, square.side if box.x2 - box.x1 > box.y2 - box.y1 else 0.0)
        scale = self._width / wide
        x = square.x + (square.side - wide) / 2.0
        y = square.y + (square.side - self._height / scale) / 2.0
        shown = shown_crop(picture, x, y, scale, self._width, self._height)
        outputs = self._net.run(tensor(shown, NORMAL_RGB))
        columns, rows = bounded(outputs[self._x][0]), bounded(outputs[self._y][0])
        scores = np.clip(np.minimum(columns.max(axis=1), rows.max(axis=1)), 0.0, 1.0)
        px = scale * self._bins_a_px
        return tuple(
            Joint(float(x + column / px), float(y + row / px), float(score))
            for column, row, score in zip(columns.argmax(axis=1), rows.argmax(axis=1), scores, strict=True)
        )[: len(JOINTS)]


def _places(net: Network) -> tuple[int, int]:
    """Which output is the columns', which the rows'. By name: those of a square input have the same shape."""
    if set(net.names) == {"simcc_x", "simcc_y"}:
        return net.names.index("simcc_x"), net.names.index("simcc_y")
    return 0, 1
