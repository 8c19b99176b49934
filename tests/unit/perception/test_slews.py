"""Slews of the gimbal and steps of the zoom, rendered: by telemetry all keep their numbers; a cut is still a cut."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, in_picture
from safeconduct.perception.steadying import Steadying, carried
from safeconduct.perception.where import ground_motion
from safeconduct.runtime.bench_eyes_identity import land_to_hide_in, owner
from safeconduct.sim.camera import FilmCamera
from safeconduct.sim.land import Land
from safeconduct.sim.scene import Act, Build, Cloth, Figure, Garb, Lens, Scene, Season, Shot, View, Weather

LENS = Lens(rate_hz=5.0, hfov_deg=(2.0, 84.0))
EYE = Enu(20.0, -8.0, 9.0)
PEOPLE = (
    (19.0, 9.0, Garb(Build.MAN, Cloth.OLIVE, Cloth.OLIVE)),
    (23.5, 10.0, Garb(Build.MAN, Cloth.BLUE, Cloth.BLACK)),
)
LOOKS = View(EYE, 4.0, -24.0, 0.0, 45.0)
SLEWN = LOOKS._replace(heading_deg=-12.0, pitch_deg=-30.0)
ZOOMED = LOOKS._replace(hfov_deg=24.0)


@cache
def land() -> Land:
    return land_to_hide_in()


def shots(*views: View) -> Iterator[Shot]:
    camera = FilmCamera(land(), Weather(Season.AUTUMN, sun_up_deg=38.0, overcast=0.4), LENS, 3)
    for number, view in enumerate(views):
        t_s = number / LENS.rate_hz
        figures = []
        for key, (e, n, garb) in enumerate(PEOPLE, 1):
            at = Enu(e + 0.1 * t_s, n, land().height_m(e, n))
            figures.append(Figure(key, garb, at, 150.0 + 40.0 * key, Act.STAND, 4.0 + t_s))
        yield camera.shoot(Scene(t_s, tuple(figures)), view, NS + round(t_s * NS))


def numbers(views: list[View], *, told: bool) -> list[dict[int, int]]:
    """Of each picture: who has which number. told: telemetry is at hand."""
    eyes = Eyes(threads=1, doubting=True)
    found = []
    for shot in shots(*views):
        seen = eyes.step(shot.picture, shot.t_ns, shot.view if told else None)
        whose = ((owner(one.box, shot.labels), one.track) for one in seen)
        found.append({key: track for key, track in whose if key is not None})
    return found


@pytest.mark.parametrize("after", [SLEWN, ZOOMED])
def test_who_is_seen_before_and_after_a_slew_or_a_step_of_the_zoom_has_one_number(after: View) -> None:
    views = [LOOKS] * 9 + [after] * 6
    by_telemetry = numbers(views, told=True)
    assert set(by_telemetry[8]) == {1, 2}
    assert by_telemetry[9:] != [{}] * 6
    assert all(by_telemetry[8][key] == track for one in by_telemetry[9:] for key, track in one.items())
    assert 1 in by_telemetry[-1]


def test_another_picture_altogether_is_a_cut_whatever_telemetry_says() -> None:
    elsewhere = View(Enu(38.0, 22.0, 9.0), 235.0, -24.0, 0.0, 45.0)
    found = numbers([LOOKS] * 9 + [elsewhere] * 8, told=True)
    assert found[-1]
    assert not set(found[8].values()) & set(found[-1].values())


@pytest.mark.parametrize("after", [SLEWN, ZOOMED])
def test_the_motion_after_a_slew_is_exact_though_telemetry_is_a_degree_off(after: View) -> None:
    first, then = shots(LOOKS, after)
    steadying = Steadying()
    steadying.motion(first.picture, LOOKS)
    motion = steadying.motion(
        then.picture, after._replace(heading_deg=after.heading_deg + 1.0, pitch_deg=after.pitch_deg - 0.7)
    )
    assert motion is not None
    places = [Enu(e, n, land().height_m(e, n)) for e, n in ((19.0, 9.0), (17.0, 6.0), (21.0, 7.0))]
    for place in places:
        at, to = (in_picture(v, place, LENS.width_px, LENS.height_px) for v in (LOOKS, after))
        assert at is not None
        assert to is not None
        assert np.hypot(*(carried(motion, np.array(at))[0] - np.array(to))) < 12.0


def test_level_ground_moves_in_the_picture_as_the_pinhole_says() -> None:
    now = View(Enu(21.0, -6.0, 10.0), 11.0, -35.0, 2.0, 38.0)
    motion = ground_motion(LOOKS, now, (960, 540), (1280, 720), 0.5)
    assert motion is not None
    for e, n in ((19.0, 9.0), (24.0, 5.0), (16.0, 12.0)):
        at, to = in_picture(LOOKS, Enu(e, n, 0.5), 960, 540), in_picture(now, Enu(e, n, 0.5), 1280, 720)
        assert at is not None
        assert to is not None
        assert carried(motion, np.array(at))[0] == pytest.approx(to, abs=1e-6)
    assert ground_motion(LOOKS, now._replace(heading_deg=184.0), (960, 540), (960, 540), 0.5) is None
