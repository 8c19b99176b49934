from __future__ import annotations

import numpy as np
import pytest

from safeconduct.model.geometry import Enu
from safeconduct.sim.camera.march import FAR_M, depths
from safeconduct.sim.camera.pinhole import Pinhole
from safeconduct.sim.camera.relief import Relief
from safeconduct.sim.scene import View
from unit.camera.field import TRENCH_NORTH_M, Field, field


def met(land: Field, view: View, wide: int = 240, high: int = 136) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """East, north, up where each pixel's ray ends."""
    camera = Pinhole(view, wide, high)
    depth = depths(Relief(land), camera).astype(np.float64)
    return camera.place + depth[..., None] * np.stack(camera.rays(), axis=-1)


def test_rays_end_on_level_ground() -> None:
    points = met(field(), View(Enu(0.0, -30.0, 10.0), 0.0, -35.0, 4.0, 50.0))
    assert np.abs(points[..., 2]).max() < 0.02


@pytest.mark.parametrize("pitch_deg", [-15.0, -40.0, -80.0])
def test_rays_end_on_hills(pitch_deg: float) -> None:
    land = field(relief_m=3.0)
    relief = Relief(land)
    points = met(land, View(Enu(-20.0, -25.0, 12.0), 60.0, pitch_deg, 0.0, 40.0))[::7, ::7].reshape(-1, 3)
    inside = (np.abs(points[:, :2]) < 38.0).all(axis=1) & (np.abs(points[:, 1] - TRENCH_NORTH_M) > 1.5)
    ground = [relief.height_m(east, north) for east, north, _ in points[inside]]
    assert len(ground) > 60
    assert np.abs(points[inside, 2] - ground).max() < 0.15


def test_the_near_wall_of_a_trench_hides_its_floor() -> None:
    flat = met(field(), View(Enu(0.0, -8.0, 7.0), 0.0, -18.0, 0.0, 30.0))
    steep = met(field(), View(Enu(0.0, 12.0, 15.0), 0.0, -89.0, 0.0, 30.0))
    assert flat[..., 2].min() > -1.2
    assert steep[..., 2].min() == pytest.approx(-1.6, abs=0.02)


def test_the_rim_of_a_trench_is_sharp_to_a_pixel() -> None:
    points = met(field(), View(Enu(0.0, 2.0, 8.0), 0.0, -40.0, 0.0, 30.0), 400, 226)
    jumps = np.abs(np.diff(points[:, ::20, 1], axis=0)) > 0.3
    # One jump in each column where the eye leaps from the near rim to the far wall.
    assert set(jumps.sum(axis=0)) == {1}


def test_above_the_horizon_there_is_only_sky() -> None:
    camera = Pinhole(View(Enu(0.0, 0.0, 10.0), 0.0, 0.0), 120, 80)
    depth = depths(Relief(field()), camera)
    assert (depth[:38] == FAR_M).all()
    assert (depth[60:] < 200.0).all()


def test_outside_the_land_the_ground_goes_on() -> None:
    depth = depths(Relief(field()), Pinhole(View(Enu(0.0, 35.0, 10.0), 0.0, -30.0), 120, 80))
    assert (depth < 200.0).all()
