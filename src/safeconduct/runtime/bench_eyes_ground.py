"""How far off the eyes put a person on the ground, 30 m away over flat ground, and whether the ellipse that they tell
holds him as often as it says.

Once with the camera's place and attitude as they are, once with an attitude that is off as a small gimbal's and a
compass are, once with everything off that `Unsure` assumes (GNSS, height and map too). The baseline reads the middle of
the box's lower edge, without joints, with the attitude off.
"""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, radians, sin
from random import Random
from typing import Any, NamedTuple

import numpy as np

from safeconduct.model.events import Sighting
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Gesture
from safeconduct.perception import Eyes, Following, Seen, Unsure, on_ground
from safeconduct.runtime.bench_world_eyes import overlap
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Act, Build, Cloth, Figure, Garb, Lens, Scene, View
from safeconduct.sim.studio import DAY, MIDDLE, MIDDLE_M, open_ground, stand, tall_m

AWAY_M, TALL_PX, SECONDS = 30.0, 100.0, 1.5
ELEVATIONS_DEG = (20.0, 35.0, 50.0)

_DRAWS = 40  # of what is off, for each clip: it stays the same for as long as a clip lasts
_GARBS = (
    Garb(Build.MAN, Cloth.CAMOUFLAGE, Cloth.CAMOUFLAGE, helmet=True, vest=True),
    Garb(Build.OLD, Cloth.BROWN, Cloth.BLUE),
    Garb(Build.WOMAN, Cloth.ORANGE, Cloth.BROWN),
)
_DOES: tuple[tuple[Act, Gesture | None], ...] = ((Act.STAND, None), (Act.STAND, Gesture.HANDS_UP), (Act.KNEEL, None))
_ATTITUDE = Unsure(gnss_m=0.0, altitude_m=0.0, ground_m=0.0)


class _Off(NamedTuple):
    """How far what telemetry says is from how the camera is held. shift: m, ENU. turn_deg: heading, pitch, roll."""

    shift: Enu = Enu(0.0, 0.0, 0.0)
    turn_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def told(self, view: View) -> View:
        at, (heading, pitch, roll) = view.position, self.turn_deg
        return view._replace(
            position=Enu(at.east + self.shift.east, at.north + self.shift.north, at.up + self.shift.up),
            heading_deg=view.heading_deg + heading,
            pitch_deg=view.pitch_deg + pitch,
            roll_deg=view.roll_deg + roll,
        )


class _Look(NamedTuple):
    t_ns: int
    seen: list[Seen]
    view: View


def ground(short: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures, m, and the baseline's."""
    land, lens, chance = open_ground(), Lens(), Random("ground 11")
    exact: list[float] = []
    attitude: list[float] = []
    everything: list[float] = []
    edge: list[float] = []
    inside: list[bool] = []
    for elevation in ELEVATIONS_DEG:
        for garb in _GARBS[:1] if short else _GARBS:
            for act, gesture in _DOES:
                figure = Figure(1, garb, MIDDLE, chance.uniform(0.0, 360.0), act, gesture=gesture)
                looks = _looks(figure, elevation, land, lens)
                exact += [_away_m(s.position, figure) for s in _sightings(looks, land, lens, Unsure(), _Off())]
                for _ in range(_DRAWS):
                    off = _drawn(_ATTITUDE, chance)
                    attitude += [_away_m(s.position, figure) for s in _sightings(looks, land, lens, _ATTITUDE, off)]
                    edge += _by_the_edge(looks, figure, land, lens, off)
                    for s in _sightings(looks, land, lens, Unsure(), _drawn(Unsure(), chance)):
                        everything.append(_away_m(s.position, figure))
                        inside.append(_holds(s, figure))
    return {
        "camera_as_it_is_m": _spread(exact),
        "attitude_off_m": _spread(attitude),
        "everything_off_m": _spread(everything),
        "within_twice_the_ellipse": round(sum(inside) / max(1, len(inside)), 3),
    }, {"lower_edge_of_the_box_attitude_off_m": _spread(edge)}


def _looks(figure: Figure, elevation_deg: float, land: Land, lens: Lens) -> list[_Look]:
    """What the eyes have of him in each picture in which they have him."""
    focal = TALL_PX * AWAY_M / tall_m(elevation_deg)
    hfov_deg = 2.0 * degrees(atan2(lens.width_px / 2.0, focal))
    target = figure.position._replace(up=figure.position.up + MIDDLE_M)
    camera, eyes = FilmCamera(land, DAY, lens, 5), Eyes()
    found: list[_Look] = []
    for number in range(round(SECONDS * lens.rate_hz)):
        t_s = number / lens.rate_hz
        view = stand(target, figure.facing_deg + 4.0 * t_s, elevation_deg, AWAY_M, hfov_deg)
        view = view._replace(heading_deg=view.heading_deg + 0.12 * hfov_deg)
        now = figure._replace(act_s=9.0 + t_s, gesture_s=2.0 + t_s)
        shot = camera.shoot(Scene(t_s, (now,)), view, NS + round(t_s * NS))
        seen = [
            one
            for one in eyes.step(shot.picture, shot.t_ns)
            if shot.labels and overlap(one.box, shot.labels[0].box) > 0.3
        ]
        if seen:
            found.append(_Look(shot.t_ns, seen, view))
    return found


def _drawn(unsure: Unsure, chance: Random) -> _Off:
    shift = Enu(chance.gauss(0, unsure.gnss_m), chance.gauss(0, unsure.gnss_m), chance.gauss(0, unsure.altitude_m))
    shift = shift._replace(up=shift.up + chance.gauss(0, unsure.ground_m))
    turn = (chance.gauss(0, unsure.heading_deg), chance.gauss(0, unsure.pitch_deg), chance.gauss(0, unsure.roll_deg))
    return _Off(shift, turn)


def _sightings(looks: list[_Look], land: Land, lens: Lens, unsure: Unsure, off: _Off) -> list[Sighting]:
    following = Following(land.height_m, unsure)
    told: list[Sighting] = []
    for look in looks:
        told += following.take(look.t_ns, look.seen, off.told(look.view), lens.width_px, lens.height_px)
    return told


def _by_the_edge(looks: list[_Look], figure: Figure, land: Land, lens: Lens, off: _Off) -> list[float]:
    """By the middle of the box's lower edge."""
    places = (
        on_ground(off.told(view), (x1 + x2) / 2.0, y2, lens.width_px, lens.height_px, land.height_m)
        for _, seen, view in looks
        for x1, _, x2, y2 in (one.box for one in seen)
    )
    return [_away_m(place, figure) for place in places if place is not None]


def _away_m(place: Enu, figure: Figure) -> float:
    return hypot(place.east - figure.position.east, place.north - figure.position.north)


def _holds(sighting: Sighting, figure: Figure) -> bool:
    """Whether he stands within twice the ellipse that is told: in 86 of 100 cases, if it tells the truth."""
    error = sighting.error
    if error is None:
        return False
    e, n = figure.position.east - sighting.position.east, figure.position.north - sighting.position.north
    along = e * sin(radians(error.bearing_deg)) + n * cos(radians(error.bearing_deg))
    across = e * cos(radians(error.bearing_deg)) - n * sin(radians(error.bearing_deg))
    return hypot(along / error.major_m, across / error.minor_m) <= 2.0


def _spread(metres: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(metres, [50, 95]) if metres else (-1.0, -1.0)
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}
