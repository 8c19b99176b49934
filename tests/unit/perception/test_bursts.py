"""Shells in rendered film: seen soon and in the right place, and nothing else is taken for one."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot

import cv2
import msgspec
import numpy as np
import pytest

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.perception import BurstSeen, BurstWatch, Picture, in_picture, on_ground
from safeconduct.perception.changes import Motion, difference, scaled
from safeconduct.perception.steadying import Steadying
from safeconduct.sim.scene import Burst, Figure, Lens, Palette, Scar, Scene, Season, Smoke, View, Weather
from unit.camera.field import camera, field, person

WIDE, HIGH = 320, 180
LENS = Lens(width_px=WIDE, height_px=HIGH)
FELL_S = 1.17  # between two pictures; no flash is on the film
PLACE = Enu(3.0, 6.0, 0.0)
LAND = field(relief_m=0.4)


def view(t_s: float, yaw_dps: float = 4.0) -> View:
    """From 9 m up, drifting and turning a little, nodding, zooming in."""
    east, heading = -1.0 + 0.8 * t_s, yaw_dps * (t_s - FELL_S)
    nod = 1.5 * np.sin(3.0 * t_s)
    return View(Enu(east, -22.0, 9.0), heading, -20.0 + float(nod), 0.0, 50.0 - 3.0 * t_s, Enu(0.8, 0.0, 0.0))


def fallen(t_s: float, fell_s: float = FELL_S, place: Enu = PLACE) -> Scene:
    if t_s < fell_s:
        return Scene(t_s)
    return Scene(t_s, bursts=(Burst(place, t_s - fell_s, Enu(2.0, -1.0, 0.0)),), scars=(Scar(place),))


def seen_in(
    scene: Callable[[float], Scene],
    held: Callable[[float], View] = view,
    *,
    seconds: float = 2.0,
    weather: Weather | None = None,
    lens: Lens = LENS,
    known: bool = True,
    people: bool = True,
) -> list[tuple[float, BurstSeen]]:
    films, steadying = camera(LAND, weather, lens), Steadying()
    watch = BurstWatch(lambda _e, _n: 0.0)
    seen: list[tuple[float, BurstSeen]] = []
    for number in range(round(seconds * 5.0)):
        t_s = number / 5.0
        shot = films.shoot(scene(t_s), held(t_s), round(t_s * NS))
        steadying.motion(shot.picture)
        boxes = [label.box for label in shot.labels] if people else []
        for burst in watch.take(shot.picture, shot.t_ns, boxes, steadying.ground(), shot.view if known else None):
            seen.append((t_s, burst))
    return seen


def away_m(t_s: float, burst: BurstSeen) -> float:
    place = on_ground(view(t_s), burst.x, burst.y, WIDE, HIGH, lambda _e, _n: 0.0)
    assert place is not None
    return hypot(place.east - PLACE.east, place.north - PLACE.north)


@pytest.mark.parametrize(
    ("weather", "palette"),
    [
        (Weather(), Palette.VISIBLE),
        (Weather(season=Season.WINTER, overcast=0.8), Palette.VISIBLE),
        (Weather(visibility_m=150.0, overcast=1.0), Palette.VISIBLE),
        (Weather(sun_up_deg=-20.0), Palette.WHITE_HOT),
        (Weather(sun_up_deg=-20.0), Palette.BLACK_HOT),
    ],
    ids=["summer", "snow", "fog", "white hot", "black hot"],
)
def test_a_shell_that_falls_in_the_moving_picture_is_seen_soon_once_and_in_its_place(
    weather: Weather, palette: Palette
) -> None:
    seen = seen_in(fallen, weather=weather, lens=msgspec.structs.replace(LENS, palette=palette), seconds=3.0)
    ((t_s, burst),) = seen
    assert FELL_S < t_s <= FELL_S + 0.6
    assert away_m(t_s, burst) < 6.0


def test_a_flash_is_sure_at_once() -> None:
    fell_s = 1.18
    ((t_s, burst),) = seen_in(lambda t_s: fallen(t_s, fell_s))
    assert t_s == 1.2
    assert away_m(t_s, burst) < 6.0


def test_without_knowing_how_the_camera_is_held_nothing_is_told() -> None:
    assert seen_in(fallen, known=False) == []


def test_two_shells_far_apart_are_two() -> None:
    second = Enu(-9.0, 14.0, 0.0)

    def both(t_s: float) -> Scene:
        one, two = fallen(t_s), fallen(t_s, FELL_S + 0.8, second)
        return Scene(t_s, bursts=(*one.bursts, *two.bursts), scars=(*one.scars, *two.scars))

    seen = seen_in(both, lambda t_s: view(t_s, 0.0)._replace(hfov_deg=60.0), seconds=3.0)
    assert len(seen) == 2
    at = in_picture(view(seen[1][0], 0.0)._replace(hfov_deg=60.0), second, WIDE, HIGH)
    assert at is not None
    assert abs(at[0] - seen[1][1].x) < 25.0


def test_people_standing_smoke_turning_and_nodding_are_no_burst() -> None:
    def walks(t_s: float) -> Scene:
        def one(key: int, e: float, n: float, v: float) -> Figure:
            return person(e + v * t_s, n, key)._replace(facing_deg=90.0, strode_m=abs(v) * t_s)

        smokes = (Smoke(Enu(-7.0, 10.0, 0.0), 3.0),)
        return Scene(t_s, (one(1, -3.0, 0.0, 1.3), one(2, 4.0, 4.0, -2.5), one(3, 0.0, -9.0, 1.0)), smokes=smokes)

    sweeping = seen_in(walks, lambda t_s: view(t_s, 20.0), seconds=5.0)
    unnoticed = seen_in(walks, seconds=5.0, people=False)
    assert sweeping == []
    assert unnoticed == []


def test_a_cut_and_a_burst_that_stood_before_it_are_nothing_new() -> None:
    def cut(t_s: float) -> View:
        return view(t_s) if t_s < 1.0 else view(t_s)._replace(heading_deg=150.0, pitch_deg=-45.0)

    assert seen_in(lambda t_s: fallen(t_s, -3.0, Enu(4.0, -30.0, 0.0)), cut) == []


def test_a_brighter_picture_differs_nowhere_and_a_dark_square_where_it_is() -> None:
    chance = np.random.default_rng(1)
    old = cv2.resize(chance.integers(60, 160, (45, 80, 3), dtype=np.uint8), (WIDE, HIGH))
    shift: Motion = np.array([[1.0, 0.0, 7.0], [0.0, 1.0, -4.0], [0.0, 0.0, 1.0]])
    now: Picture = np.asarray(cv2.warpPerspective(old, shift, (WIDE, HIGH), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    now = np.asarray(cv2.add(now, (15.0, 15.0, 15.0, 0.0)), np.uint8)
    still = np.zeros((HIGH, WIDE), np.uint8)
    assert difference(now, [(old, shift)], [], still).blobs == []
    now[60:90, 100:140] = 5
    (blob,) = difference(now, [(old, shift)], [], still).blobs
    assert (blob.left, blob.top, blob.wide, blob.high) == (100, 60, 40, 30)
    assert not blob.cut
    assert difference(now, [(old, shift)], [(90.0, 50.0, 150.0, 100.0)], still).blobs == []
    assert difference(now, [(old, shift), (now, np.eye(3))], [], still).blobs == []


def test_the_motion_of_the_ground_is_that_of_the_picture() -> None:
    chance = np.random.default_rng(2)
    first = cv2.resize(chance.integers(0, 255, (60, 107, 3), dtype=np.uint8), (640, 360), None, 0, 0, cv2.INTER_CUBIC)
    moved = np.array([[1.02, 0.01, -9.0], [-0.01, 1.02, 6.0], [1e-5, 4e-5, 1.0]])
    second = cv2.warpPerspective(first, moved, (640, 360), flags=cv2.INTER_LINEAR)
    steadying = Steadying()
    assert steadying.motion(np.asarray(first, np.uint8)) is None
    assert steadying.ground() is None
    steadying.motion(np.asarray(second, np.uint8))
    motion = steadying.ground()
    assert motion is not None
    for x, y in ((100.0, 80.0), (500.0, 300.0)):
        a, b = moved @ [x, y, 1.0], motion @ [x, y, 1.0]
        assert np.allclose(a[:2] / a[2], b[:2] / b[2], atol=1.0)
    assert np.allclose(scaled(scaled(motion, 0.5), 2.0), motion)
