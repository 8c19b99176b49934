"""Detectors as MMDeploy exports them, suppression of overlaps and all ("end2end"): RTMDet, and OpenMMLab's YOLOX.

Tensors: input float [1, 3, H, W], BGR; outputs `dets` [1, N, 5]: left, top, right, bottom in px of the input, score 0
to 1, and `labels` [1, N]: class, person 0. N may differ from picture to picture; rows of score 0 fill it up. RTMDet
wants ImageNet's normal colours, YOLOX 0-255: the file does not say which, so it is tried.
Source: open-mmlab/mmdeploy, `configs/mmdet/detection/`; open-mmlab/mmdetection, `configs/rtmdet`, `configs/yolox`.
"""

from __future__ import annotations

import numpy as np

from safeconduct.perception.found import Found, Picture, Region
from safeconduct.perception.network import Network
from safeconduct.perception.showing import NORMAL_BGR, RAW_BGR, Colours, bounded, people_at, shown_region, tensor
from safeconduct.perception.trial import colours_by_trial

_PERSON = 0
_COARSEST = 32  # stride, px


class EndToEnd:
    def __init__(self, net: Network) -> None:
        """net: one that `fits`."""
        self._net = net
        self._height, self._width = net.shape[2:]
        self.size_px = min(self._width, self._height)
        self._dets = 0 if len(net.outputs[0]) == 3 else 1
        self._colours = colours_by_trial(self._find, (NORMAL_BGR, RAW_BGR))

    @staticmethod
    def fits(net: Network) -> bool:
        if not net.takes_planes or len(net.outputs) != 2:
            return False
        labels, dets = sorted(net.outputs, key=len)
        return len(labels) == 2 and len(dets) == 3 and dets[::2] == (1, 5) and labels == dets[:2]

    def find(self, picture: Picture, region: Region, floor: float = 0.2, size_px: int | None = None) -> list[Found]:
        """People with a score of at least `floor`, best first, overlaps removed.

        size_px: side in which the region is shown, where the network's is open; rounded up to whole coarsest strides.
        """
        return self._find(picture, region, floor, self._colours, size_px)

    def _find(
        self, picture: Picture, region: Region, floor: float, colours: Colours, size_px: int | None = None
    ) -> list[Found]:
        height, width = self._height, self._width
        if size_px is not None and self._net.open_sides:
            height = width = max(1, -(-size_px // _COARSEST)) * _COARSEST
        canvas, scale = shown_region(picture, region, width, height)
        outputs = self._net.run(tensor(canvas, colours))
        dets, labels = outputs[self._dets][0], outputs[1 - self._dets][0]
        kept = np.flatnonzero((dets[:, 4] >= floor) & (labels == _PERSON))
        return people_at(bounded(dets[kept, :4]), bounded(dets[kept, 4]), scale, region, min(width, height), picture)
