"""The aircraft's own motion is read from flat ground; turning, tilting and people that walk are no motion of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from safeconduct.model.geometry import Enu
from safeconduct.perception import in_picture, on_ground, own_step
from safeconduct.perception.own_motion import Points

WIDE, HIGH, HFOV, HEIGHT_M = 960, 540, 60.0, 15.0


class Camera(NamedTuple):
    position: Enu = Enu(0.0, 0.0, HEIGHT_M)
    heading_deg: float = 0.0
    pitch_deg: float = -40.0
    roll_deg: float = 0.0
    hfov_deg: float = HFOV


def pairs(before: Camera, after: Camera, noise_px: float = 0.15, walkers: int = 0) -> tuple[Points, Points]:
    """150 corners of the ground as both cameras see them; some of them walk by themselves."""
    chance = np.random.default_rng(7)
    last, now = [], []
    for i, (x, y) in enumerate(chance.uniform((20.0, 20.0), (WIDE - 20.0, HIGH - 20.0), (150, 2))):
        place = on_ground(before, float(x), float(y), WIDE, HIGH, lambda _e, _n: 0.0)
        assert place is not None
        if i < walkers:
            place = Enu(place.east + 0.4, place.north + 0.3, 0.0)
        seen = in_picture(after, place, WIDE, HIGH)
        assert seen is not None
        last.append((x, y))
        now.append(seen)
    return np.array(last), np.array(now) + chance.normal(0.0, noise_px, (150, 2))


def read(before: Camera, after: Camera, walkers: int = 0) -> tuple[float, float, float, float]:
    step = own_step(*pairs(before, after, walkers=walkers), WIDE, HIGH, HFOV, -40.0, HEIGHT_M)
    assert step is not None
    return step.right_m, step.up_m, step.ahead_m, step.turn_deg


@pytest.mark.parametrize(
    "moved",
    [(0.3, 0.0, 0.0, 0.0), (0.0, 0.25, 0.0, 0.0), (0.0, 0.0, -0.4, 0.0), (0.0, 0.0, 0.0, 1.5), (-0.2, 0.1, 0.3, -1.0)],
)
def test_each_motion_is_read_as_itself(moved: tuple[float, float, float, float]) -> None:
    right, up, ahead, turn = moved
    assert read(Camera(), Camera(Enu(right, ahead, HEIGHT_M + up), turn)) == pytest.approx(moved, abs=0.06)


def test_a_tilt_of_the_gimbal_is_no_nod() -> None:
    assert read(Camera(), Camera(pitch_deg=-40.8)) == pytest.approx((0.0, 0.0, 0.0, 0.0), abs=0.12)


def test_people_who_walk_are_outvoted() -> None:
    assert read(Camera(), Camera(Enu(0.2, 0.0, HEIGHT_M)), walkers=40) == pytest.approx((0.2, 0.0, 0.0, 0.0), abs=0.07)


def test_chaos_and_a_clear_sky_say_nothing() -> None:
    chance = np.random.default_rng(3)
    noise = chance.uniform(0.0, 540.0, (2, 150, 2))
    assert own_step(noise[0], noise[1], WIDE, HIGH, HFOV, -40.0, HEIGHT_M) is None
    assert own_step(noise[0], noise[0], WIDE, HIGH, HFOV, 25.0, HEIGHT_M) is None
    few = noise[0][:5]
    assert own_step(few, few, WIDE, HIGH, HFOV, -40.0, HEIGHT_M) is None
