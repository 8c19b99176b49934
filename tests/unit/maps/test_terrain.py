"""Real ground from a GeoTIFF of any projection, or one line that says what is wrong with it and how to mend it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin
from rasterio.warp import transform

from safeconduct.maps.terrain import Terrain, read_terrain
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import LocalFrame, Wgs84
from safeconduct.sim.ground import ground_of
from safeconduct.sim.grounds import Grounds
from safeconduct.sim.land import lay_land

# rasterio 1.4 multiplies transforms in a way that affine 3 would like to retire.
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")

ANCHOR = Wgs84(48.6, 38.0, 120.0)
FRAME = LocalFrame(ANCHOR)
UTM = "EPSG:32637"
Shape = Callable[[Any, Any], Any]


def slope(east: Any, north: Any) -> Any:
    """A plane with a hill on it, metres above the sea."""
    hill = 8.0 * np.exp(-((east - 60.0) ** 2 + (north - 40.0) ** 2) / 3000.0)
    return 130.0 + 0.03 * east - 0.02 * north + hill


def save(
    path: Path, *, crs: str | None = UTM, cell_m: float = 5.0, half_m: float = 400.0, spoil: Any = None, **more: Any
) -> Path:
    """A GeoTIFF of `slope` about the anchor; `spoil` may change its heights, seen as (row, column) from the north."""
    n = round(2 * half_m / cell_m)
    if crs == "EPSG:4326":
        east_deg, north_deg = 1.0 / 73_800.0, 1.0 / 111_200.0
        across = Affine(
            cell_m * east_deg, 0.0, 38.0 - half_m * east_deg, 0.0, -cell_m * north_deg, 48.6 + half_m * north_deg
        )
    else:
        (x,), (y,) = transform("EPSG:4326", crs or UTM, [38.0], [48.6])[:2]
        across = from_origin(x - half_m, y + half_m, cell_m, cell_m)
    cols, rows = np.meshgrid(np.arange(n) + 0.5, np.arange(n) + 0.5)
    xs, ys = across.a * cols.ravel() + across.c, across.e * rows.ravel() + across.f
    lon, lat = transform(crs or UTM, "EPSG:4326", xs, ys)[:2]
    places = [FRAME.to_enu(Wgs84(b, a)) for a, b in zip(lon, lat, strict=True)]
    heights = slope(np.array([p.east for p in places]), np.array([p.north for p in places])).reshape(n, n)
    if spoil is not None:
        spoil(heights)
    kind = more.pop("dtype", "float32")
    settings = {"driver": "GTiff", "width": n, "height": n, "count": 1, "dtype": kind, "transform": across} | more
    with rasterio.open(path, "w", crs=crs, **settings) as file:
        for band in range(1, settings["count"] + 1):
            file.write((np.rint(heights) if "int" in kind else heights).astype(kind), band)
    return path


def read(path: Path) -> Terrain:
    return read_terrain(path, FRAME, -200.0, -150.0, 151, 201, 2.0)


def off_m(terrain: Terrain) -> float:
    """The largest difference from `slope`, metres."""
    return float(np.abs(difference_m(terrain)).max())


def difference_m(terrain: Terrain) -> Any:
    rows, cols = terrain.heights_m.shape
    east = terrain.west + np.arange(cols)[None, :] * terrain.step_m
    north = terrain.south + np.arange(rows)[:, None] * terrain.step_m
    return terrain.heights_m + ANCHOR.alt_m - slope(east, north)


@pytest.mark.parametrize("crs", [UTM, "EPSG:4326", "EPSG:3857"])
@pytest.mark.parametrize("cell_m", [2.0, 12.0])
def test_heights_arrive_where_they_lie_from_any_projection(tmp_path: Path, crs: str, cell_m: float) -> None:
    terrain = read(save(tmp_path / "dem.tif", crs=crs, cell_m=cell_m, half_m=420.0))
    assert terrain.heights_m.shape == (151, 201)
    assert off_m(terrain) < (0.02 if cell_m < 5.0 else 0.05)
    assert terrain.height_m(60.0, 40.0) == pytest.approx(slope(60.0, 40.0) - 120.0, abs=0.05)
    assert terrain.warnings == ()


def test_cells_finer_than_the_grid_are_averaged(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)

    def rough(heights: Any) -> None:
        heights += noise.choice([-1.0, 1.0], heights.shape)

    terrain = read(save(tmp_path / "dem.tif", cell_m=1.0, half_m=230.0, spoil=rough))
    assert float(np.abs(difference_m(terrain)).mean()) < 0.4  # every single cell is off by one metre


def test_whole_metres_scaled_and_in_feet_are_understood(tmp_path: Path) -> None:
    whole = read(save(tmp_path / "int.tif", dtype="int16", nodata=-32768))
    assert off_m(whole) < 0.7
    path = save(tmp_path / "feet.tif", spoil=lambda h: np.divide(h, 0.3048, out=h))
    with rasterio.open(path, "r+") as file:
        file.units = ("ft",)
    feet = read(path)
    assert off_m(feet) < 0.05
    assert feet.warnings == (f"{path}: heights are in feet; taken as such",)


def test_small_holes_are_filled_and_told(tmp_path: Path) -> None:
    def punch(heights: Any) -> None:
        heights[60:64, 90:93] = -9999.0  # 80 - 61.5 rows of 5 m north of the middle, 92 - 80 columns east
        heights[100, 100] = np.nan

    path = save(tmp_path / "dem.tif", spoil=punch, nodata=-9999.0)
    terrain = read(path)
    assert off_m(terrain) < 0.4
    (told,) = terrain.warnings
    assert told.startswith(f"{path}: 13 cells in 2 holes had no height and were filled from around; the widest lies ")
    assert "east" in told
    assert "north of the anchor" in told


def test_voids_that_the_file_does_not_declare_are_holes_all_the_same(tmp_path: Path) -> None:
    def punch(heights: Any) -> None:
        heights[80, 80] = -32768.0

    terrain = read(save(tmp_path / "dem.tif", spoil=punch))
    assert off_m(terrain) < 0.3
    assert "1 cell in 1 hole" in terrain.warnings[0]


def hole(heights: Any) -> None:
    heights[60:80, 80:100] = -9999.0


def everything(heights: Any) -> None:
    heights[:] = -9999.0


def scattered(heights: Any) -> None:
    heights[::3, ::3] = -9999.0


def tower(heights: Any) -> None:
    heights[70, 90] = 15_000.0


@pytest.mark.parametrize(
    ("spoil", "more", "said"),
    [
        (hole, {"nodata": -9999.0}, r"has a hole 100 m wide, \d+ m east, \d+ m north of the anchor; fill it first"),
        (everything, {"nodata": -9999.0}, r"holds no heights where the mission is; give a terrain model without"),
        (scattered, {"nodata": -9999.0}, r"lacks 12 % of its cells in \d+ holes"),
        (tower, {}, r"holds the height 15000 m, \d+ m east, \d+ m north of the anchor; heights are metres above"),
        (None, {"crs": None}, r"has no projection; export it again as a GeoTIFF with its coordinate reference system"),
        (None, {"half_m": 120.0}, r"covers only \d+ % of the corridor; give a larger piece"),
        (None, {"dtype": "complex64"}, r"holds complex64, not heights; give a terrain model in metres"),
        (None, {"dtype": "uint8", "count": 3}, r"is a picture, not a terrain model; give the file with the heights"),
    ],
)
def test_a_file_that_cannot_serve_is_one_line_with_a_mend(
    tmp_path: Path, spoil: Any, more: dict[str, Any], said: str
) -> None:
    path = save(tmp_path / "dem.tif", spoil=spoil, **more)
    with pytest.raises(BadInput, match=said) as fault:
        read(path)
    assert str(fault.value).startswith(str(path))
    assert "\n" not in str(fault.value)


def test_terrain_of_another_place_is_told_with_how_far_it_lies(tmp_path: Path) -> None:
    path = save(tmp_path / "dem.tif")
    with pytest.raises(
        BadInput, match=r"does not cover the corridor, its middle is 111 km off; give the terrain about"
    ):
        read_terrain(path, LocalFrame(Wgs84(49.6, 38.0)), -200.0, -150.0, 151, 201, 2.0)
    with pytest.raises(BadInput, match=r"does not cover the corridor|does not reach the anchor"):
        read_terrain(path, LocalFrame(Wgs84(-80.0, -140.0)), -200.0, -150.0, 151, 201, 2.0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a TIFF"),
        (b"\x89PNG....", "is not a TIFF"),
        (b"II*\x00", "is damaged or no GeoTIFF"),
        (None, "cannot be read"),
    ],
)
def test_other_files_are_named_for_what_they_are(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "dem.tif"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        read(path)


def test_a_path_into_a_network_or_an_archive_is_never_followed() -> None:
    for path in ("/vsicurl/http://127.0.0.1:9/dem.tif", "/vsizip/a.zip/dem.tif", "http://127.0.0.1:9/dem.tif"):
        with pytest.raises(BadInput, match="cannot be read"):
            read(Path(path))


def test_cut_and_damaged_files_end_as_bad_input_or_as_terrain(tmp_path: Path) -> None:
    whole = save(tmp_path / "whole.tif", cell_m=20.0, compress="deflate", tiled=True, blockxsize=16, blockysize=16)
    data = whole.read_bytes()
    rng = Random(5)
    faults = []
    for number in range(150):
        broken = io.BytesIO(data)
        if number % 2:
            broken.truncate(rng.randrange(len(data)))
        else:
            for _ in range(rng.randint(1, 12)):
                broken.seek(rng.randrange(min(len(data), 600) if number % 4 else len(data)))
                broken.write(bytes([rng.randrange(256)]))
        path = tmp_path / "broken.tif"
        path.write_bytes(broken.getvalue())
        try:
            assert np.isfinite(read(path).heights_m).all()
        except BadInput as fault:
            faults.append(str(fault))
    assert len(faults) > 60
    assert all(line.startswith(str(tmp_path / "broken.tif")) and "\n" not in line for line in faults)


def test_the_relief_of_a_file_carries_feet_and_camera_alike(tmp_path: Path) -> None:
    path = save(tmp_path / "dem.tif", cell_m=10.0)
    ground = ground_of(Grounds(terrain=str(path)), (), (), ((0.0, 0.0), (80.0, 30.0)), anchor=ANCHOR)
    level = float(slope(0.0, 0.0))
    land = lay_land(ground)
    for e, n in ((0.0, 0.0), (60.0, 40.0), (-90.0, -70.0), (150.0, 100.0)):
        assert ground.height_m(e, n) == pytest.approx(float(slope(e, n)) - level, abs=0.06)
        assert land.height_m(e, n) == pytest.approx(ground.height_m(e, n), abs=0.05)
    assert ground.warnings == ()


def test_an_anchor_that_disagrees_with_the_file_is_told(tmp_path: Path) -> None:
    path = save(tmp_path / "dem.tif")
    anchor = Wgs84(ANCHOR.lat_deg, ANCHOR.lon_deg, 400.0)
    ground = ground_of(Grounds(terrain=str(path)), (), (), ((0.0, 0.0), (80.0, 30.0)), anchor=anchor)
    (told,) = ground.warnings
    assert "the anchor lies at 400 m, the ground there at 131 m" in told
    assert ground.height_m(0.0, 0.0) == pytest.approx(0.0, abs=0.002)
