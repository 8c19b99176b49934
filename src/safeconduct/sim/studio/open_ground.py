"""A bare field by day, and one person on it: where eyes are tried and gestures are looked at."""

from __future__ import annotations

from math import atan2, degrees

from safeconduct.model.geometry import Enu
from safeconduct.sim.camera import focal_px
from safeconduct.sim.ground import ground_of
from safeconduct.sim.grounds import Grounds
from safeconduct.sim.land import Land, lay_land
from safeconduct.sim.scene import Figure, Lens, View, Weather
from safeconduct.sim.studio.views import MIDDLE_M, stand, tall_m

DAY = Weather()
MIDDLE = Enu(20.0, 0.0, 0.0)


def open_ground() -> Land:
    """240 by 200 m, flat, nothing on it."""
    return lay_land(ground_of(Grounds(), (), (), ((0.0, 0.0), (40.0, 0.0))), DAY.season)


def at_height(figure: Figure, azimuth_deg: float, elevation_deg: float, tall_px: float, lens: Lens) -> View:
    """A view in which he would stand tall_px tall; zoomed in from afar where the lens is narrow enough."""
    focal = focal_px(lens.hfov_deg[0], lens.width_px)
    away = min(focal * tall_m(elevation_deg) / tall_px, 25.0)
    focal = tall_px * away / tall_m(elevation_deg)
    target = figure.position._replace(up=figure.position.up + MIDDLE_M)
    hfov = 2.0 * degrees(atan2(lens.width_px / 2.0, focal))
    return stand(target, figure.facing_deg + azimuth_deg, elevation_deg, away, hfov)
