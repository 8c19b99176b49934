"""The land that a camera sees: true to the measures of the ground that feet know, the same for the same seed."""

from __future__ import annotations

from functools import cache
from random import Random

import numpy as np
import pytest

from safeconduct.sim.ground import Ground, ground_of
from safeconduct.sim.grounds import Crater, Grounds, Ruin, Trench
from safeconduct.sim.land import Land, lay_land
from safeconduct.sim.scene import Season

TRENCH = Trench("fire trench", ((-20.0, 10.0), (20.0, 12.0)))
CRATER = Crater((30.0, -20.0), 3.0, 1.2)
GROUNDS = Grounds(
    relief_m=4.0,
    spoil_m=0.3,
    tracks=(((-60.0, -40.0), (60.0, -30.0)),),
    hedges=(((-40.0, 40.0), (20.0, 40.0)),),
    ruins=(Ruin((-40.0, -20.0)),),
    bushes_per_ha=15.0,
)


@cache
def ground(relief_m: float = 4.0) -> Ground:
    grounds = GROUNDS if relief_m else Grounds()
    return ground_of(grounds, (TRENCH,), (CRATER,), ((-30.0, 0.0), (30.0, 0.0)))


@cache
def land(season: Season = Season.SUMMER) -> Land:
    return lay_land(ground(), season)


def test_its_arrays_lie_as_the_camera_expects_them() -> None:
    g, it = ground(), land()
    rows, cols = it.heights_m.shape
    assert it.cell_m == 0.2
    assert it.colours.shape == (rows, cols, 3)
    assert it.heights_m.dtype.name == "float32"
    assert it.colours.dtype.name == "uint8"
    assert it.origin == pytest.approx((g.box.west + 0.1, g.box.south + 0.1))
    assert cols * it.cell_m == pytest.approx(g.box.east - g.box.west)
    assert it.plants == g.plants


def test_feet_and_camera_agree_within_five_centimetres_away_from_walls() -> None:
    g, it, rng = ground(), land(), Random(1)
    places = [(rng.uniform(-60.0, 60.0), rng.uniform(-60.0, 60.0)) for _ in range(2000)]
    # A wall of earth or brick is as steep as the grid can draw it: within half a metre both may be right.
    around = [(e + de, n + dn) for de in (-0.5, 0.0, 0.5) for dn in (-0.5, 0.0, 0.5) for e, n in places]
    dug = np.array([g.height_m(e, n) - g.field_m(e, n) for e, n in around]).reshape(9, -1)
    level = np.ptp(dug, axis=0) < 0.4
    walls = np.array([[(w.e1 + w.e2) / 2.0, (w.n1 + w.n2) / 2.0] for w in g.walls])
    at = np.array(places)
    clear = np.min(np.hypot(*(at[:, None, :] - walls[None, :, :]).transpose(2, 0, 1)), axis=1) > 1.2
    chosen = [p for p, ok in zip(places, level & clear, strict=True) if ok]
    assert len(chosen) > 1000
    off = [abs(it.height_m(e, n) - g.height_m(e, n)) for e, n in chosen]
    assert max(off) < 0.05


def test_many_heights_at_once_are_those_of_one_at_a_time() -> None:
    it, rng = land(), Random(2)
    east = np.array([rng.uniform(-150.0, 150.0) for _ in range(50)])
    north = np.array([rng.uniform(-150.0, 150.0) for _ in range(50)])
    assert it.heights_at_m(east, north) == pytest.approx(
        [it.height_m(e, n) for e, n in zip(east.tolist(), north.tolist(), strict=True)], abs=1e-4
    )


def test_a_trench_is_twelve_decimetres_wide_and_sixteen_deep() -> None:
    it = lay_land(ground(0.0))
    across = np.linspace(-3.0, 3.0, 601)
    # At right angles to the trench's middle.
    direction = np.array([40.0, 2.0]) / np.hypot(40.0, 2.0)
    heights = it.heights_at_m(0.0 - across * direction[1], 11.0 + across * direction[0])
    assert np.median(heights[np.abs(across) < 0.3]) == pytest.approx(-1.6, abs=0.03)
    deep = across[heights < -0.8]
    assert deep.max() - deep.min() == pytest.approx(1.2, abs=0.1)
    assert abs(heights[np.abs(across) > 0.8]).max() < 0.05


def test_spoil_lies_beside_the_trench_and_about_the_crater() -> None:
    g, it = ground(), land()
    for e, n in ((0.0, 11.0 + 0.6 + 0.7), (30.0, -20.0 + 3.0 + 0.7)):
        assert g.height_m(e, n) - g.field_m(e, n) == pytest.approx(0.3, abs=0.02)
        assert it.height_m(e, n) - g.field_m(e, n) == pytest.approx(0.3, abs=0.07)
        assert g.depth_m(e, n) == 0.0


def test_the_crater_is_a_bowl_with_burnt_soil() -> None:
    g, it = ground(), land()
    assert it.height_m(30.0, -20.0) - g.field_m(30.0, -20.0) == pytest.approx(-1.2, abs=0.06)
    i, j = (round((v - o) / it.cell_m) for v, o in zip((30.0, -20.0), it.origin, strict=True))
    inside = it.colours[j - 8 : j + 9, i - 8 : i + 9].mean()
    far = it.colours[j - 60 : j - 40, i - 60 : i - 40].mean()
    assert inside < 0.85 * far


def test_a_wall_stands_as_high_as_the_ground_says() -> None:
    g, it = ground(), land()
    tall = [w for w in g.walls if w.height_m > 1.0]
    assert tall
    for w in tall:
        assert it.height_m((w.e1 + w.e2) / 2.0, (w.n1 + w.n2) / 2.0) - w.up > 0.7 * w.height_m
    assert max(w.height_m for w in g.walls) <= 2.3


def test_the_same_seed_gives_the_same_land_and_another_seed_another() -> None:
    again = lay_land(ground_of(GROUNDS, (TRENCH,), (CRATER,), ((-30.0, 0.0), (30.0, 0.0))))
    assert np.array_equal(again.heights_m, land().heights_m)
    assert np.array_equal(again.colours, land().colours)
    assert np.array_equal(again.grain, land().grain)
    assert again.plants == land().plants
    other = lay_land(ground_of(Grounds(seed=2), (TRENCH,), (CRATER,), ((-30.0, 0.0), (30.0, 0.0))))
    assert not np.array_equal(other.colours, land().colours)


def test_seasons_differ_and_snow_is_the_brightest_with_dark_soil_in_the_trench() -> None:
    means = {season: land(season).colours.reshape(-1, 3).mean(0) for season in Season}
    for a in Season:
        for b in Season:
            assert a is b or np.abs(means[a] - means[b]).max() > 6.0, (a, b)
    winter = land(Season.WINTER)
    assert means[Season.WINTER].min() > 150.0
    i, j = (round((v - o) / winter.cell_m) for v, o in zip((0.0, 11.0), winter.origin, strict=True))
    assert winter.colours[j - 1 : j + 2, i - 4 : i + 5].mean() < 90.0
    summer = means[Season.SUMMER]
    assert summer[1] > summer[0] + 20.0  # more green than blue


def test_the_track_shows_as_two_ruts() -> None:
    it = lay_land(ground_of(Grounds(tracks=(((-50.0, 0.0), (50.0, 0.0)),)), (), (), ()))
    plain = lay_land(ground_of(Grounds(), (), (), ()))
    worn = np.abs(it.colours.astype(int) - plain.colours).max(2) > 8
    rows = np.flatnonzero(worn[:, it.heights_m.shape[1] // 2])
    assert 1.0 < (rows.max() - rows.min()) * it.cell_m < 5.0
    assert (it.heights_m - plain.heights_m).min() == pytest.approx(-0.03, abs=0.005)


def test_the_grain_tiles_without_a_seam_and_without_a_tint() -> None:
    grain = land().grain.astype(float)
    assert grain.shape == (512, 512)
    assert grain.mean() == pytest.approx(128.0, abs=1.5)
    assert 20.0 < grain.std() < 45.0
    seam = np.abs(grain[0] - grain[-1]).mean()
    inside = np.abs(np.diff(grain, axis=0)).mean()
    assert seam < 1.3 * inside


def test_a_kilometre_fits_into_seventy_megabytes() -> None:
    way = ((0.0, 0.0), (1000.0, 150.0))
    it = lay_land(ground_of(Grounds(), (), (), way), cell_m=1.0)
    cells = it.heights_m.size
    finest = min(c for c in (0.2, 0.25, 0.4) if cells / c**2 <= 10_000_000)
    assert finest <= 0.25
    assert cells / finest**2 * 7 < 70e6


def test_an_odd_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="the cell is one of"):
        lay_land(ground(), cell_m=0.3)
