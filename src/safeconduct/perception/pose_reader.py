"""Reading the joints of one person, whatever network does it: its kind is told by its tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from safeconduct.perception.found import Found, Picture
from safeconduct.perception.joints import Pose
from safeconduct.perception.movenet import MoveNet
from safeconduct.perception.network import WEIGHTS, Network
from safeconduct.perception.rtmo import Rtmo
from safeconduct.perception.rtmpose import RtmPose


class _Reads(Protocol):
    size_px: int

    def read(self, picture: Picture, box: Found) -> Pose: ...


class PoseReader:
    """size_px: the longer side of what the network sees of a person."""

    def __init__(self, path: Path | None = None, threads: int = 2) -> None:
        """path: another network than the shipped one. Raises BadInput when its tensors are none of those known."""
        net = Network(path or WEIGHTS / "movenet-lightning-tuned.onnx", threads)
        self._reads = _of_its_kind(net)
        self.size_px = self._reads.size_px

    def read(self, picture: Picture, box: Found) -> Pose:
        """The joints of the person in `box`; every joint is given, those with a low score are guesses."""
        return self._reads.read(picture, box)


def _of_its_kind(net: Network) -> _Reads:
    for kind in (MoveNet, RtmPose, Rtmo):
        if kind.fits(net):
            return kind(net)
    raise net.unfit("a MoveNet single-pose, RTMPose or RTMO export")
