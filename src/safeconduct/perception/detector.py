"""Finding people in a region of a picture, whatever network does it: its kind is told by its tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from safeconduct.perception.found import Found, Picture, Region
from safeconduct.perception.mmdeploy import EndToEnd
from safeconduct.perception.nanodet import NanoDet
from safeconduct.perception.network import WEIGHTS, Network
from safeconduct.perception.rf_detr import RfDetr
from safeconduct.perception.rtmo import Rtmo
from safeconduct.perception.yolox import Yolox


class _Finds(Protocol):
    size_px: int

    def find(self, picture: Picture, region: Region, floor: float = 0.2, size_px: int | None = None) -> list[Found]: ...


class PersonDetector:
    """size_px: the side of the square in which the network sees a region. near_px: the side that is enough for a look
    at one person; less where the network's size is open, and the price goes with its square.
    """

    def __init__(self, path: Path | None = None, threads: int = 2) -> None:
        """path: another network than the shipped one. Raises BadInput when its tensors are none of those known."""
        net = Network(path or WEIGHTS / "nanodet.onnx", threads)
        self._finds = _of_its_kind(net)
        self.size_px = self._finds.size_px
        self.near_px = self._finds.near_px if isinstance(self._finds, NanoDet) else self.size_px

    def find(self, picture: Picture, region: Region, floor: float = 0.2, size_px: int | None = None) -> list[Found]:
        """People in the region with a score of at least `floor`, best first, overlaps removed.

        size_px: the side in which the region is shown this time, else the region's `shown_px`; only a network whose
        sides are open follows it.
        """
        return self._finds.find(picture, region, floor, size_px or region.shown_px)


def _of_its_kind(net: Network) -> _Finds:
    for kind in (NanoDet, Yolox, EndToEnd, RfDetr, Rtmo):
        if kind.fits(net):
            return kind(net)
    raise net.unfit("a NanoDet, YOLOX, RTMDet, RF-DETR or RTMO export")
