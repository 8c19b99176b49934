"""Heights of real ground from a GeoTIFF of any projection, on a regular grid about the anchor of a mission."""

from __future__ import annotations

import warnings
from math import ceil, floor, hypot, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.maps.holes import fill_small_holes
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import LocalFrame, Wgs84

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

_MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
LOWEST_M, HIGHEST_M = -450.0, 9000.0
VOIDS_M = (-32768.0, -32767.0, -9999.0, -99999.0, 32767.0)
"""What makers of terrain models write where they know nothing, often without saying so in the file."""
_MOST_CELLS = 16_000_000
_FOOT_M = 0.3048
_FEET = ("ft", "foot", "feet", "us survey foot", "us_survey_foot", "us-ft")
_EXPORT = "export it again as a GeoTIFF"

Heights = npt.NDArray[np.float64]


class Terrain(NamedTuple):
    """heights_m: (rows, columns), metres above the anchor's altitude; [0, 0] at (west, south), `step_m` apart.

    warnings: one line each, to be shown to the user.
    """

    west: float
    south: float
    step_m: float
    heights_m: Heights
    warnings: tuple[str, ...]

    def height_m(self, east: float, north: float) -> float:
        """Bilinear between the nodes; beyond the grid that of its edge. ENU metres."""
        rows, cols = self.heights_m.shape
        x = min(max((east - self.west) / self.step_m, 0.0), cols - 1.0)
        y = min(max((north - self.south) / self.step_m, 0.0), rows - 1.0)
        i, j = min(int(x), cols - 2), min(int(y), rows - 2)
        x, y = x - i, y - j
        (a, b), (c, d) = self.heights_m[j : j + 2, i : i + 2].tolist()
        south = a + (b - a) * x
        return float(south + (c + (d - c) * x - south) * y)


def read_terrain(
    path: Path, frame: LocalFrame, west: float, south: float, rows: int, cols: int, step_m: float
) -> Terrain:
    """Heights at `rows` × `cols` nodes `step_m` apart, the first at (west, south), ENU metres; two of each at least.

    Only the window about the nodes is read, however large the file. Small holes are filled and told in `warnings`.
    Raises BadInput: no GeoTIFF, no projection, does not cover the nodes, large holes, heights that cannot be.
    """
    refuse_other_files(path)
    try:
        import rasterio
        from rasterio._err import CPLE_BaseError
        from rasterio.errors import RasterioError
    except ImportError as error:
        raise BadInput(str(path), f"cannot be read without rasterio ({error})", "pip install rasterio") from error
    try:
        # Errors of the library become ours; its warnings (no projection, odd tags) are judged below.
        with warnings.catch_warnings(), rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"):
            warnings.simplefilter("ignore")
            with rasterio.open(path, driver="GTiff") as file:
                return _read(path, file, frame, west, south, rows, cols, step_m)
    except (RasterioError, CPLE_BaseError, MemoryError, ValueError, OverflowError, np.linalg.LinAlgError) as error:
        reason = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        raise BadInput(str(path), f"is damaged or no GeoTIFF ({reason})", _EXPORT) from error


def refuse_other_files(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such path"
        raise BadInput(str(path), f"cannot be read ({reason})", "name a GeoTIFF that exists") from error
    if head not in _MAGIC:
        raise BadInput(str(path), "is not a TIFF", "export the terrain model as a GeoTIFF")


def _read(
    path: Path, file: DatasetReader, frame: LocalFrame, west: float, south: float, rows: int, cols: int, step_m: float
) -> Terrain:
    from rasterio.enums import Resampling
    from rasterio.windows import Window
    from scipy.ndimage import map_coordinates

    _check_georeference(path, file)
    told: list[str] = []
    col, row = _pixels(path, file, *_nodes(frame, west, south, rows, cols, step_m))
    _refuse_uncovered(path, file, frame, col, row)
    margin = 3  # cells beyond the outermost node, for the interpolation
    i0, j0 = max(floor(col.min()) - margin, 0), max(floor(row.min()) - margin, 0)
    i1, j1 = min(ceil(col.max()) + margin + 1, file.width), min(ceil(row.max()) + margin + 1, file.height)
    # Cells finer than the grid are averaged while reading; that also bounds what a hostile or huge file may cost.
    cell_m = step_m / max(hypot(float(col[1] - col[0]), float(row[1] - row[0])), 1e-9)
    thin = max(1, floor(step_m / cell_m + 0.05), ceil(((i1 - i0) * (j1 - j0) / _MOST_CELLS) ** 0.5))
    shape = max(1, (j1 - j0) // thin), max(1, (i1 - i0) // thin)
    cells = file.read(
        1,
        window=Window(i0, j0, i1 - i0, j1 - j0),
        out_shape=shape,
        masked=True,
        resampling=Resampling.average if thin > 1 else Resampling.nearest,
    )
    down, across = (j1 - j0) / shape[0], (i1 - i0) / shape[1]
    heights = np.ma.filled(cells.astype(np.float64), np.nan)
    heights[np.isin(heights, VOIDS_M) | ~np.isfinite(heights)] = np.nan
    heights = metres_of(file, heights)
    if _in_feet(file):
        told.append(f"{path}: heights are in feet; taken as such")

    def where(j: float, i: float) -> str:
        lon, lat = _lon_lat(path, file, i0 + (i + 0.5) * across, j0 + (j + 0.5) * down)
        e, n, _ = frame.to_enu(Wgs84(lat, lon))
        side, end = "east" if e >= 0.0 else "west", "north" if n >= 0.0 else "south"
        return f"{abs(e):.0f} m {side}, {abs(n):.0f} m {end} of the anchor"

    _refuse_absurd(path, heights, where)
    filled = fill_small_holes(str(path), heights, cell_m * across, cell_m * down, where)
    if filled:
        told.append(filled)
    # Between coarse cells a smooth surface, so that a 30 m model has no creases; between fine ones the straight line.
    at = np.stack([(row - j0 + 0.5) / down - 0.5, (col - i0 + 0.5) / across - 0.5])
    order = 3 if cell_m * max(down, across) > 1.5 * step_m else 1
    grid = map_coordinates(heights, at, order=order, mode="nearest")
    return Terrain(west, south, step_m, np.asarray(grid.reshape(rows, cols)) - frame.anchor.alt_m, tuple(told))


def _check_georeference(path: Path, file: DatasetReader) -> None:
    if file.crs is None:
        raise BadInput(str(path), "has no projection", f"{_EXPORT} with its coordinate reference system")
    if file.transform.is_identity or not abs(file.transform.determinant) > 0.0:
        raise BadInput(str(path), "does not say where its cells lie", f"{_EXPORT} with its geotransform")
    if not file.dtypes[0].startswith(("int", "uint", "float")):
        raise BadInput(str(path), f"holds {file.dtypes[0]}, not heights", "give a terrain model in metres")
    if file.count > 1 and file.dtypes[0] == "uint8":
        raise BadInput(str(path), "is a picture, not a terrain model", "give the file with the heights")


def _nodes(
    frame: LocalFrame, west: float, south: float, rows: int, cols: int, step_m: float
) -> tuple[Heights, Heights]:
    """Longitudes and latitudes of all nodes, south first. The frame is equirectangular: degrees grow evenly."""
    low = frame.to_wgs84(frame.to_enu(frame.anchor)._replace(east=west, north=south))
    high = frame.to_wgs84(frame.to_enu(frame.anchor)._replace(east=west + 1000.0, north=south + 1000.0))
    lon = low.lon_deg + np.arange(cols) * ((high.lon_deg - low.lon_deg) * step_m / 1000.0)
    lat = low.lat_deg + np.arange(rows) * ((high.lat_deg - low.lat_deg) * step_m / 1000.0)
    return np.tile(lon, rows), np.repeat(lat, cols)


def _pixels(path: Path, file: DatasetReader, lon: Heights, lat: Heights) -> tuple[Heights, Heights]:
    """Columns and rows of places; whole numbers are the middles of cells."""
    x, y = _transformed(path, "EPSG:4326", file.crs, lon, lat)
    back = ~file.transform
    col, row = back.a * x + back.b * y + back.c - 0.5, back.d * x + back.e * y + back.f - 0.5
    if not (np.isfinite(col).all() and np.isfinite(row).all()):
        raise BadInput(str(path), "its projection does not reach the anchor", "give the terrain of this area")
    return col, row


def _transformed(path: Path, old: Any, new: Any, x: Heights, y: Heights) -> tuple[Heights, Heights]:
    from rasterio._err import CPLE_BaseError
    from rasterio.errors import RasterioError
    from rasterio.warp import transform

    try:
        moved = transform(old, new, x, y)
    except (RasterioError, CPLE_BaseError) as error:
        mend = f"{_EXPORT} with a known coordinate reference system"
        raise BadInput(str(path), "has a projection without a place on the earth", mend) from error
    return np.asarray(moved[0]), np.asarray(moved[1])


def _lon_lat(path: Path, file: DatasetReader, col: float, row: float) -> tuple[float, float]:
    """Of a place in cells, counted from the outer corner."""
    to = file.transform
    x, y = to.a * col + to.b * row + to.c, to.d * col + to.e * row + to.f
    lon, lat = _transformed(path, file.crs, "EPSG:4326", np.array([x]), np.array([y]))
    return float(lon[0]), float(lat[0])


def _refuse_uncovered(path: Path, file: DatasetReader, frame: LocalFrame, col: Heights, row: Heights) -> None:
    slack = 0.5 + 1e-6  # to the outer edge of the outermost cell
    outside = (col < -slack) | (col > file.width - 1 + slack) | (row < -slack) | (row > file.height - 1 + slack)
    if not outside.any():
        return
    if outside.all():
        try:
            lon, lat = _lon_lat(path, file, file.width / 2.0, file.height / 2.0)
            e, n, _ = frame.to_enu(Wgs84(lat, lon))
            far = f", its middle is {hypot(e, n) / 1000.0:.0f} km off" if isfinite(e + n) else ""
        except (ValueError, OverflowError):
            far = ""
        raise BadInput(str(path), f"does not cover the corridor{far}", "give the terrain about the anchor")
    share = 100.0 * float(np.mean(~outside))
    raise BadInput(
        str(path),
        f"covers only {min(share, 99.0):.0f} % of the corridor",
        "give a larger piece: the route with 100 m about it",
    )


def _refuse_absurd(path: Path, heights: Heights, where: Any) -> None:
    wrong = np.argwhere((heights < LOWEST_M) | (heights > HIGHEST_M))
    if len(wrong):
        j, i = (int(v) for v in wrong[0])
        raise BadInput(
            str(path),
            f"holds the height {heights[j, i]:g} m, {where(j, i)}",
            "heights are metres above the sea; mark cells without data as nodata",
        )


def metres_of(file: DatasetReader, cells: Heights) -> Heights:
    """Heights in metres from what the cells hold."""
    heights = cells * _number(file.scales[0], 1.0) + _number(file.offsets[0], 0.0)
    return heights * _FOOT_M if _in_feet(file) else heights


def _in_feet(file: DatasetReader) -> bool:
    return (file.units[0] or "").strip().lower() in _FEET


def _number(value: Any, otherwise: float) -> float:
    number = float(value) if value is not None else otherwise
    return number if isfinite(number) else otherwise
