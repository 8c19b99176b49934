"""MoveNet single pose (Thunder or Lightning): the 17 joints of one person.

Tensors: input int32 [1, S, S, 3], red, green, blue, 0-255; output [1, 1, 17, 3]: y, x as parts of the crop, score.
Joints stand in COCO's order.
"""

from __future__ import annotations

from safeconduct.perception.found import Found, Picture
from safeconduct.perception.joints import Joint, Pose, crop_about
from safeconduct.perception.network import Network
from safeconduct.perception.showing import bounded, shown_crop


class MoveNet:
    def __init__(self, net: Network) -> None:
        """net: one that `fits`."""
        self._net = net
        self.size_px = net.shape[1]

    @staticmethod
    def fits(net: Network) -> bool:
        square = net.shape[0] == 1 and net.shape[1] == net.shape[2] and net.shape[3] == 3
        return square and net.dtype == "tensor(int32)" and net.outputs == [(1, 1, 17, 3)]

    def read(self, picture: Picture, box: Found) -> Pose:
        """The joints of the person in `box`; every joint is given, those with a low score are guesses."""
        crop = crop_about(box)
        square = shown_crop(picture, crop.x, crop.y, self.size_px / crop.side, self.size_px, self.size_px)
        joints = bounded(self._net.run(square[None, :, :, ::-1])[0][0, 0])
        return tuple(
            Joint(float(crop.x + x * crop.side), float(crop.y + y * crop.side), min(1.0, max(0.0, float(score))))
            for y, x, score in joints
        )
