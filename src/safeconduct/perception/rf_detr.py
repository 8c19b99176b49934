"""RF-DETR as its own export writes it (Roboflow 2025: a transformer that says each person once).

Tensors: input float [1, 3, H, W], RGB, ImageNet's normal colours; outputs `dets` [1, Q, 4]: centre x, y, width, height
as parts of the input, and `labels` [1, Q, C]: logits of the classes, before the sigmoid. 91 classes are COCO's own
numbers, person 1; with any other count (a network that was trained further) the person is the first class. Outputs
beside those two, such as `masks`, are left alone. Outputs are told by name, for C may be 4; without these names the
boxes come first. Source: roboflow/rf-detr, `rfdetr/export`; rfdetr.roboflow.com, "ONNX Inference".
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from safeconduct.perception.found import Found, Picture, Region
from safeconduct.perception.network import Network
from safeconduct.perception.showing import NORMAL_RGB, bounded, people_at, shown_region, tensor

_COCO_CLASSES, _COCO_PERSON, _PERSON = 91, 1, 0


class RfDetr:
    def __init__(self, net: Network) -> None:
        """net: one that `fits`."""
        self._net = net
        self._height, self._width = net.shape[2:]
        self.size_px = min(self._width, self._height)
        self._dets, self._labels = _places(net)
        self._person = _COCO_PERSON if net.outputs[self._labels][2] == _COCO_CLASSES else _PERSON

    @staticmethod
    def fits(net: Network) -> bool:
        if not net.takes_planes or len(net.outputs) < 2:
            return False
        dets, labels = (net.outputs[place] for place in _places(net))
        three = len(dets) == 3 and len(labels) == 3
        return three and dets[::2] == (1, 4) and labels[:2] == dets[:2] and dets[1] > 0 and labels[2] > 0

    def find(
        self,
        picture: Picture,
        region: Region,
        floor: float = 0.2,
        size_px: int | None = None,  # noqa: ARG002
    ) -> list[Found]:
        """People with a score of at least `floor`, best first, overlaps removed.

        size_px: not followed, the network's sides are never open.
        """
        canvas, scale = shown_region(picture, region, self._width, self._height)
        outputs = self._net.run(tensor(canvas, NORMAL_RGB))
        score = expit(outputs[self._labels][0, :, self._person])
        kept = np.flatnonzero(score >= floor)
        box = bounded(outputs[self._dets][0, kept]) * np.array([self._width, self._height] * 2, np.float32)
        corners = np.concatenate([box[:, :2] - box[:, 2:] / 2.0, box[:, :2] + box[:, 2:] / 2.0], axis=1)
        return people_at(corners, score[kept], scale, region, self.size_px, picture)


def _places(net: Network) -> tuple[int, int]:
    if {"dets", "labels"} <= set(net.names):
        return net.names.index("dets"), net.names.index("labels")
    return 0, 1
