from __future__ import annotations

import numpy as np
import pytest

from safeconduct.model.geometry import Enu
from safeconduct.sim.camera import Pinhole, focal_px
from safeconduct.sim.scene import View


@pytest.mark.parametrize("roll_deg", [0.0, 7.0, -30.0])
def test_a_point_falls_where_the_ray_of_that_pixel_says(roll_deg: float) -> None:
    camera = Pinhole(View(Enu(3.0, -4.0, 12.0), 40.0, -33.0, roll_deg, 60.0), 321, 181)
    east, north, up = camera.rays()
    for column, row in ((0, 0), (320, 180), (100, 33), (160, 90)):
        point = camera.place + 17.0 * np.array([east[row, column], north[row, column], up[row, column]])
        x, y, depth = camera.project(point[None])[0]
        assert (x, y, depth) == pytest.approx((column + 0.5, row + 0.5, 17.0), abs=0.01)


def test_what_lies_ahead_is_in_the_middle_and_what_lies_right_is_right() -> None:
    camera = Pinhole(View(Enu(0.0, 0.0, 0.0), 90.0, 0.0), 200, 100)
    ahead, right, above = camera.project(np.array([[10.0, 0.0, 0.0], [10.0, -1.0, 0.0], [10.0, 0.0, 1.0]]))
    assert tuple(ahead) == pytest.approx((100.0, 50.0, 10.0), abs=1e-4)
    assert right[0] > 100.0
    assert above[1] < 50.0


def test_with_roll_the_horizon_falls_to_the_right() -> None:
    camera = Pinhole(View(Enu(0.0, 0.0, 0.0), 0.0, 0.0, 10.0), 200, 100)
    left, right = camera.project(np.array([[-5.0, 10.0, 0.0], [5.0, 10.0, 0.0]]))
    assert right[1] > 50.0 > left[1]


def test_half_the_angle_of_view_is_twice_the_focal_length_for_small_angles() -> None:
    assert focal_px(90.0, 1000) == pytest.approx(500.0)
    assert focal_px(4.0, 960) / focal_px(8.0, 960) == pytest.approx(2.0, rel=0.01)


def test_coarse_rays_cover_a_picture_of_odd_size() -> None:
    rays = Pinhole(View(Enu(0.0, 0.0, 9.0), 0.0, -40.0), 101, 67).rays(4)
    assert rays[0].shape == (17, 26)
