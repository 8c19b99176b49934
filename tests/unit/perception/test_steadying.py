"""A stream that changes its resolution on the way still shows the same view: everybody is only larger or smaller."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from safeconduct.perception.steadying import Steadying
from unit.perception.footage import pictures


@pytest.mark.parametrize("size", [(832, 640), (208, 160), (624, 481)])
def test_a_change_of_resolution_is_a_zoom(size: tuple[int, int]) -> None:
    before = pictures("standing", 0.1)[0]
    after = np.asarray(cv2.resize(before, size, interpolation=cv2.INTER_AREA), np.uint8)
    steadying = Steadying()
    assert steadying.motion(before) is None
    motion = steadying.motion(after)
    assert motion is not None
    factor = size[0] / before.shape[1]
    for x, y in ((0.0, 0.0), (416.0, 0.0), (200.0, 320.0)):
        assert motion @ (x, y, 1.0) == pytest.approx((x * factor, y * factor, 1.0), abs=2.5)
    ground = steadying.ground()
    assert ground is not None
    assert ground @ (200.0, 160.0, 1.0) == pytest.approx((200.0 * factor, 160.0 * factor, 1.0), abs=3.0)


@pytest.mark.parametrize("size", [(1, 64), (64, 1), (3, 9000), (9000, 3)])
def test_a_sliver_of_a_picture_costs_no_more_than_a_whole_one(size: tuple[int, int]) -> None:
    steadying = Steadying()
    for _ in range(2):
        steadying.motion(np.zeros((size[1], size[0], 3), np.uint8))
    assert steadying.ground() is None
