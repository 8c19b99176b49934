"""How sure a place on the ground is, is told honestly: checked against errors drawn by lot."""

from __future__ import annotations

from math import cos, radians, sin, tan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.geometry import Ellipse, Enu
from safeconduct.perception import Unsure, in_picture, on_ground, on_ground_with_error
from safeconduct.sim.scene import View

WIDE, HIGH = 960, 540
NOTHING = Unsure(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def flat(_e: float, _n: float) -> float:
    return 0.0


def rising(_e: float, n: float) -> float:
    return 0.2 * n


def falling(_e: float, n: float) -> float:
    return -0.2 * n


def middle(held: View, unsure: Unsure, heights: object = flat) -> Ellipse:
    told = on_ground_with_error(held, WIDE / 2, HIGH / 2, WIDE, HIGH, heights, unsure)  # type: ignore[arg-type]
    assert told is not None
    return told[1]


def inside(off: tuple[float, float], e: Ellipse, sigmas: float) -> bool:
    b = radians(e.bearing_deg)
    along, across = off[0] * sin(b) + off[1] * cos(b), off[0] * cos(b) - off[1] * sin(b)
    return (along / e.major_m) ** 2 + (across / e.minor_m) ** 2 <= sigmas**2


def test_a_wrong_heading_moves_the_place_across_the_line_of_sight() -> None:
    ellipse = middle(View(Enu(0.0, 0.0, 10.0), 90.0, -30.0), NOTHING._replace(heading_deg=1.0))
    assert ellipse.major_m == pytest.approx(10.0 / tan(radians(30.0)) * radians(1.0), rel=0.01)
    assert ellipse.minor_m == pytest.approx(0.0, abs=1e-6)
    assert ellipse.bearing_deg % 180.0 == pytest.approx(0.0, abs=0.1)


def test_a_wrong_height_moves_it_along_the_line_of_sight_the_more_the_flatter_it_is() -> None:
    unsure = NOTHING._replace(altitude_m=0.5)
    steep, gentle = (middle(View(Enu(0.0, 0.0, 10.0), 40.0, pitch), unsure) for pitch in (-60.0, -20.0))
    assert steep.major_m == pytest.approx(0.5 / tan(radians(60.0)), rel=1e-3)
    assert gentle.major_m == pytest.approx(0.5 / tan(radians(20.0)), rel=1e-3)
    assert gentle.bearing_deg == pytest.approx(40.0, abs=0.1)


def test_a_slope_that_falls_away_stretches_the_ellipse_and_one_that_faces_the_camera_shortens_it() -> None:
    held, unsure = View(Enu(0.0, 0.0, 10.0), 0.0, -35.0), NOTHING._replace(pitch_deg=0.5)
    assert middle(held, unsure, rising).major_m < middle(held, unsure, flat).major_m
    assert middle(held, unsure, falling).major_m > middle(held, unsure, flat).major_m


def test_nothing_unsure_is_an_ellipse_without_size_and_above_the_horizon_there_is_none() -> None:
    assert middle(View(Enu(0.0, 0.0, 10.0), 0.0, -35.0), NOTHING).major_m == 0.0
    level = View(Enu(0.0, 0.0, 10.0), 0.0, 5.0)
    assert on_ground_with_error(level, WIDE / 2, HIGH / 2, WIDE, HIGH, flat) is None


@given(
    heading=st.floats(0.0, 359.0),
    pitch=st.floats(-85.0, -15.0),
    roll=st.floats(-5.0, 5.0),
    x=st.floats(0.0, WIDE),
    y=st.floats(HIGH / 3, HIGH),
    slope=st.floats(-0.15, 0.15),
)
def test_the_ellipse_lies_at_the_place_and_has_an_order(
    heading: float, pitch: float, roll: float, x: float, y: float, slope: float
) -> None:
    def ground(e: float, n: float) -> float:
        return slope * (0.6 * e - 0.8 * n)

    held = View(Enu(3.0, -4.0, 14.0), heading, pitch, roll)
    told = on_ground_with_error(held, x, y, WIDE, HIGH, ground)
    if told is None:
        return
    place, ellipse = told
    assert place == on_ground(held, x, y, WIDE, HIGH, ground)
    assert ellipse.major_m >= ellipse.minor_m >= 1.3, "no place is much surer than the aircraft's own"
    assert 0.0 <= ellipse.bearing_deg < 180.0


@pytest.mark.parametrize("heights", [flat, rising, falling])
def test_of_places_worked_out_with_errors_drawn_by_lot_the_ellipse_holds_its_share(heights: object) -> None:
    chance, unsure = np.random.default_rng(4), Unsure()
    once = twice = count = 0
    for _ in range(600):
        truth = View(Enu(0.0, 0.0, chance.uniform(9.0, 18.0)), chance.uniform(0.0, 360.0), chance.uniform(-60.0, -30.0))
        x, y = chance.uniform(200, 760), chance.uniform(150, 500)
        stood = on_ground(truth, x, y, WIDE, HIGH, heights)  # type: ignore[arg-type]
        if stood is None:
            continue
        g = chance.normal(size=9)
        p = truth.position
        told_camera = View(
            Enu(p.east + g[0] * unsure.gnss_m, p.north + g[1] * unsure.gnss_m, p.up + g[2] * unsure.altitude_m),
            truth.heading_deg + g[3] * unsure.heading_deg,
            truth.pitch_deg + g[4] * unsure.pitch_deg,
            g[5] * unsure.roll_deg,
        )
        raised = g[6] * unsure.ground_m

        def map_says(e: float, n: float, raised: float = raised) -> float:
            return float(heights(e, n)) + raised  # type: ignore[operator]

        foot = x + g[7] * unsure.foot_px, y + g[8] * unsure.foot_px
        told = on_ground_with_error(told_camera, *foot, WIDE, HIGH, map_says, unsure)
        if told is None:
            continue
        off = told[0].east - stood.east, told[0].north - stood.north
        count += 1
        once += inside(off, told[1], 1.0)
        twice += inside(off, told[1], 2.0)
    assert count > 500
    assert once / count == pytest.approx(0.393, abs=0.06)
    assert twice / count == pytest.approx(0.865, abs=0.045)


def test_before_a_rim_the_rim_is_met_and_not_the_hollow_behind_it() -> None:
    def rim(_e: float, n: float) -> float:
        return 3.0 if 9.0 <= n <= 10.0 else -1.0

    held = View(Enu(0.0, 0.0, 6.0), 0.0, -20.0)
    spot = in_picture(held, Enu(0.0, 9.5, 2.0), WIDE, HIGH)
    assert spot is not None
    place = on_ground(held, *spot, WIDE, HIGH, rim)
    assert place is not None
    assert place.north == pytest.approx(9.0, abs=0.1)
    assert place.up == 3.0
