"""Where a labelling camera stands: about a person at random, or as the aircraft of the mission carries it.

Angles in degrees, headings clockwise from north; azimuth of a view: where the camera stands as the person sees it, 0
before his face, 90 at his right hand.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, degrees, exp, hypot, log, radians, sin
from random import Random
from typing import NamedTuple

import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.sim.camera import Pinhole, focal_px
from safeconduct.sim.carried import CarriedCamera
from safeconduct.sim.scene import Figure, Lens, View
from safeconduct.sim.studio.moments import Moment

Heights = Callable[[float, float], float]

MIDDLE_M = 0.9
"""The middle of a standing body above the ground."""
ELEVATIONS_DEG, HEIGHTS_PX, AWAY_M, ROLL_DEG = (10.0, 65.0), (30.0, 200.0), (12.0, 45.0), 3.0
_OFF_CENTRE = 0.3  # of the picture's sides, at most
_CLEAR_M = 2.0  # the camera keeps so far above the ground
_NEAREST_M = 6.0
_CARRIED_SHARE = 0.27  # of the picture's height that `perception.Aiming` asks a standing person to fill
_EDGE_PX = 12.0


class Angles(NamedTuple):
    """How a person is looked at, from his middle."""

    elevation_deg: float
    azimuth_deg: float
    distance_m: float


def angles(figure: Figure, view: View) -> Angles:
    e, n = view.position.east - figure.position.east, view.position.north - figure.position.north
    up = view.position.up - figure.position.up - MIDDLE_M
    level = hypot(e, n)
    bearing = degrees(atan2(e, n))
    return Angles(degrees(atan2(up, level)), (bearing - figure.facing_deg) % 360.0, hypot(level, up))


def tall_m(elevation_deg: float) -> float:
    """What of a grown person who stands is seen across the line of sight."""
    return 1.75 * cos(radians(elevation_deg)) + 0.4 * sin(radians(elevation_deg))


def around(figure: Figure, lens: Lens, heights: Heights, chance: Random) -> View:
    """A random view of a person: any azimuth, elevation and height as above, off the middle, a little rolled.

    height is that of a standing person; who sits or lies is smaller. heights: of the ground, so that the camera is
    above it.
    """
    elevation = chance.uniform(*ELEVATIONS_DEG)
    bearing = chance.uniform(0.0, 360.0)
    low, high = HEIGHTS_PX
    tall_px = exp(chance.uniform(log(low), log(min(high, 0.6 * lens.height_px))))
    away = chance.uniform(*AWAY_M)
    narrow, wide = lens.hfov_deg
    focal = tall_px * away / tall_m(elevation)
    focal = min(max(focal, focal_px(wide, lens.width_px)), focal_px(narrow, lens.width_px))
    away = max(focal * tall_m(elevation) / tall_px, _NEAREST_M)
    target = figure.position._replace(up=heights(figure.position.east, figure.position.north) + MIDDLE_M)
    view = stand(target, bearing, elevation, away, 2.0 * degrees(atan2(lens.width_px / 2.0, focal)))
    floor = heights(view.position.east, view.position.north) + _CLEAR_M
    if view.position.up < floor:
        view = looking(view._replace(position=view.position._replace(up=floor)), target)
    across = chance.uniform(-_OFF_CENTRE, _OFF_CENTRE) * lens.width_px
    down = chance.uniform(-_OFF_CENTRE, _OFF_CENTRE) * lens.height_px
    return view._replace(
        heading_deg=(view.heading_deg - degrees(atan2(across, focal)) / max(cos(radians(view.pitch_deg)), 0.3)) % 360.0,
        pitch_deg=view.pitch_deg + degrees(atan2(down, focal)),
        roll_deg=chance.uniform(-ROLL_DEG, ROLL_DEG),
    )


def stand(target: Enu, bearing_deg: float, elevation_deg: float, away_m: float, hfov_deg: float) -> View:
    """A camera so far from the target, on that bearing from it, that looks straight at it."""
    level = away_m * cos(radians(elevation_deg))
    place = Enu(
        target.east + level * sin(radians(bearing_deg)),
        target.north + level * cos(radians(bearing_deg)),
        target.up + away_m * sin(radians(elevation_deg)),
    )
    return looking(View(place, 0.0, 0.0, 0.0, hfov_deg), target)


def looking(view: View, target: Enu) -> View:
    e, n, up = (target[i] - view.position[i] for i in range(3))
    return view._replace(heading_deg=degrees(atan2(e, n)) % 360.0, pitch_deg=degrees(atan2(up, hypot(e, n))))


def carried(camera: CarriedCamera, moment: Moment, figure: Figure) -> View:
    """As the aircraft holds it: the gimbal nods to the person and zooms until he is readable; it does not turn."""
    p, body = moment.aircraft.position, figure.position
    level = hypot(body.east - p.east, body.north - p.north)
    pitch = degrees(atan2(body.up + MIDDLE_M - p.up, max(level, 0.5)))
    away = hypot(level, p.up - body.up - MIDDLE_M)
    lens = camera.lens
    focal = _CARRIED_SHARE * lens.height_px * away / tall_m(-pitch)
    narrow, wide = lens.hfov_deg
    hfov = min(max(2.0 * degrees(atan2(lens.width_px / 2.0, focal)), narrow), wide)
    return camera.held(moment.t_ns, moment.aircraft, pitch, hfov)


def shows(view: View, figure: Figure, lens: Lens) -> bool:
    """Whether the middle of the person's body lies well inside the picture; what may hide him is not asked."""
    middle = np.array([figure.position._replace(up=figure.position.up + MIDDLE_M)])
    x, y, depth = Pinhole(view, lens.width_px, lens.height_px).project(middle)[0].tolist()
    inside = _EDGE_PX < x < lens.width_px - _EDGE_PX and _EDGE_PX < y < lens.height_px - _EDGE_PX
    return bool(depth > 1.0 and inside)
