"""RTMO as MMDeploy exports it (OpenMMLab 2023): people and their joints in one look, so a detector and a pose network.

Tensors: input float [1, 3, H, W], BGR, 0-255; outputs `dets` [1, N, 5]: left, top, right, bottom in px of the input,
score 0 to 1, and `keypoints` [1, N, 17, 3]: x, y in px of the input, visibility 0 to 1; COCO's order. N may differ from
picture to picture. Source: open-mmlab/mmdeploy, `codebase/mmpose/models/heads/rtmo_head.py`; open-mmlab/mmpose,
`configs/body_2d_keypoint/rtmo`.
"""

from __future__ import annotations

import numpy as np

from safeconduct.perception.found import Found, Picture, Region, overlap
from safeconduct.perception.joints import JOINTS, Joint, Pose, crop_about
from safeconduct.perception.network import Network
from safeconduct.perception.showing import GREY, RAW_BGR, bounded, people_at, shown_crop, shown_region, tensor

_FLOOR = 0.2  # a body of less is none: the detectors' own
_SHARED = 0.1  # intersection over union with the person who is asked about; with less it is somebody else


class Rtmo:
    def __init__(self, net: Network) -> None:
        """net: one that `fits`."""
        self._net = net
        self._height, self._width = net.shape[2:]
        self.size_px = min(self._width, self._height)
        self._dets = 0 if len(net.outputs[0]) == 3 else 1

    @staticmethod
    def fits(net: Network) -> bool:
        if not net.takes_planes or len(net.outputs) != 2:
            return False
        dets, joints = sorted(net.outputs, key=len)
        return len(dets) == 3 and dets[::2] == (1, 5) and len(joints) == 4 and joints == (*dets[:2], len(JOINTS), 3)

    def find(
        self,
        picture: Picture,
        region: Region,
        floor: float = 0.2,
        size_px: int | None = None,  # noqa: ARG002
    ) -> list[Found]:
        """People with a score of at least `floor`, best first, overlaps removed.

        size_px: not followed, its cells are fixed in the graph.
        """
        canvas, scale = shown_region(picture, region, self._width, self._height)
        dets = self._net.run(tensor(canvas, RAW_BGR))[self._dets][0]
        kept = np.flatnonzero(dets[:, 4] >= floor)
        return people_at(bounded(dets[kept, :4]), bounded(dets[kept, 4]), scale, region, self.size_px, picture)

    def read(self, picture: Picture, box: Found) -> Pose:
        """The joints of the person who overlaps `box` best; where nobody does, guesses of score 0 in its middle."""
        crop = crop_about(box)
        scale = self.size_px / crop.side
        shown = shown_crop(picture, crop.x, crop.y, scale, self._width, self._height, GREY)
        outputs = self._net.run(tensor(shown, RAW_BGR))
        best, shared = None, _SHARED
        for number, (x1, y1, x2, y2, score) in enumerate(bounded(outputs[self._dets][0]).tolist()):
            body = Found(crop.x + x1 / scale, crop.y + y1 / scale, crop.x + x2 / scale, crop.y + y2 / scale, score)
            if score >= _FLOOR and overlap(body, box) > shared:
                best, shared = number, overlap(body, box)
        if best is None:
            return (Joint((box.x1 + box.x2) / 2.0, (box.y1 + box.y2) / 2.0, 0.0),) * len(JOINTS)
        return tuple(
            Joint(crop.x + x / scale, crop.y + y / scale, min(1.0, max(0.0, seen)))
            for x, y, seen in bounded(outputs[1 - self._dets][0, best]).tolist()
        )
