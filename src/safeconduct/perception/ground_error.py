"""How sure a place on the ground is: the errors of the camera's attitude, its position, the foot in the picture and the
map's heights, carried through to an ellipse on the ground.

First order: each error is moved by one standard deviation both ways, and half the way that the place goes is its share;
shares add by their squares. The ground is taken as the plane that touches it there, so a slope that falls away from
the camera stretches the ellipse and one that faces it shortens it.
"""

from __future__ import annotations

from math import atan2, degrees, fsum, hypot, sqrt
from typing import NamedTuple

from safeconduct.model.geometry import Ellipse, Enu
from safeconduct.perception.where import Heights, Held, on_ground, ray

_SLOPE_OVER_M = 1.0
_FLATTEST = 0.02  # of a ray against the ground: flatter than this nothing is known


class Unsure(NamedTuple):
    """One standard deviation of everything that a place on the ground is worked out from.

    Defaults: heading of a compass beside motors and a gimbal's yaw, a small gimbal's pitch and roll, GNSS without
    corrections (each level axis), barometric height over the take-off place, a terrain model's height. All are design
    assumptions, to be replaced by what the aircraft's autopilot reports.
    """

    heading_deg: float = 1.0
    pitch_deg: float = 0.5
    roll_deg: float = 0.5
    gnss_m: float = 1.5
    altitude_m: float = 0.5
    ground_m: float = 0.3
    foot_px: float = 3.0


class _Moved(NamedTuple):
    """A camera held a little otherwise."""

    position: Enu
    heading_deg: float
    pitch_deg: float
    roll_deg: float
    hfov_deg: float


def on_ground_with_error(
    held: Held, x: float, y: float, width_px: int, height_px: int, heights: Heights, unsure: Unsure | None = None
) -> tuple[Enu, Ellipse] | None:
    """The place on the ground that (x, y) px shows, ENU metres, and its error; None where `on_ground` knows none or the
    ray only grazes the ground."""
    place = on_ground(held, x, y, width_px, height_px, heights)
    if place is None:
        return None
    u = unsure or Unsure()
    e, n, d = place.east, place.north, _SLOPE_OVER_M
    to_east = (heights(e + d, n) - heights(e - d, n)) / (2.0 * d)
    to_north = (heights(e, n + d) - heights(e, n - d)) / (2.0 * d)

    def meets(camera: Held, px: float, py: float, raised_m: float) -> tuple[float, float] | None:
        """Where the ray through that pixel meets the plane through the place, raised so far; from the place, m."""
        r, c = ray(camera, px, py, width_px, height_px), camera.position
        falls = r.up - to_east * r.east - to_north * r.north
        if falls > -_FLATTEST:
            return None
        above = c.up - place.up - raised_m - to_east * (c.east - e) - to_north * (c.north - n)
        along = -above / falls
        return c.east + along * r.east - e, c.north + along * r.north - n

    def by(
        heading: float = 0.0,
        pitch: float = 0.0,
        roll: float = 0.0,
        east: float = 0.0,
        north: float = 0.0,
        up: float = 0.0,
        right: float = 0.0,
        down: float = 0.0,
        ground: float = 0.0,
    ) -> tuple[float, float] | None:
        """Half the way between what comes out with the error added and with it taken away."""
        ends = []
        for s in (1.0, -1.0):
            p = held.position
            camera = _Moved(
                Enu(p.east + s * east, p.north + s * north, p.up + s * up),
                held.heading_deg + s * heading,
                held.pitch_deg + s * pitch,
                held.roll_deg + s * roll,
                held.hfov_deg,
            )
            ends.append(meets(camera, x + s * right, y + s * down, s * ground))
        if ends[0] is None or ends[1] is None:
            return None
        return (ends[0][0] - ends[1][0]) / 2.0, (ends[0][1] - ends[1][1]) / 2.0

    shares = [
        by(heading=u.heading_deg),
        by(pitch=u.pitch_deg),
        by(roll=u.roll_deg),
        by(east=u.gnss_m),
        by(north=u.gnss_m),
        by(up=u.altitude_m),
        by(right=u.foot_px),
        by(down=u.foot_px),
        by(ground=u.ground_m),
    ]
    known = [share for share in shares if share is not None]
    return (place, _ellipse(known)) if len(known) == len(shares) else None


def _ellipse(shares: list[tuple[float, float]]) -> Ellipse:
    ee, nn = fsum(e * e for e, _ in shares), fsum(n * n for _, n in shares)
    en = fsum(e * n for e, n in shares)
    middle, half = (ee + nn) / 2.0, hypot((ee - nn) / 2.0, en)
    bearing = degrees(atan2(2.0 * en, nn - ee)) / 2.0 % 180.0
    return Ellipse(sqrt(middle + half), sqrt(max(middle - half, 0.0)), 0.0 if bearing == 180.0 else bearing)
