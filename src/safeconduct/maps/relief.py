"""Heights of a GeoTIFF as map tiles: the piece under one tile of spherical Mercator, with one cell more on every side.

For looking at the land. What the planner walks on is read by `terrain`, which refuses what this only leaves blank.
"""

from __future__ import annotations

import warnings
from math import asinh, atan, cos, degrees, pi, sinh, tan
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.maps.terrain import HIGHEST_M, LOWEST_M, VOIDS_M, metres_of, refuse_other_files
from safeconduct.model.faults import BadInput

SIDE = 256
"""Cells of a tile; what `heights` gives has one more on every side."""
MIN_ZOOM, MAX_ZOOM = 9, 18
_HALF_M = pi * 6_378_137.0
_FEW = 256
_EXPORT = "export it again as a GeoTIFF"


class ReliefPiece(NamedTuple):
    """heights_m: (258, 258), above the sea, northern row first, NaN where nothing is known. cell_m: on the ground."""

    heights_m: npt.NDArray[np.float64]
    cell_m: float


class Relief:
    """path: of a GeoTIFF of any projection. bounds: west, south, east, north in degrees. range_m: lowest and
    highest, but for a few cells. Safe to ask from several threads.

    Raises BadInput: no GeoTIFF, no projection, not heights.
    """

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._lock = Lock()
        refuse_other_files(path)
        try:
            import rasterio
            from rasterio._err import CPLE_BaseError
            from rasterio.errors import RasterioError
        except ImportError as error:
            raise BadInput(self.path, f"cannot be read without rasterio ({error})", "pip install rasterio") from error
        self._faults: tuple[type[Exception], ...] = (
            RasterioError,
            CPLE_BaseError,
            ValueError,
            OverflowError,
            MemoryError,
        )
        self._vrt: Any = None
        try:
            with warnings.catch_warnings(), rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"):
                warnings.simplefilter("ignore")
                self._file = rasterio.open(path, driver="GTiff")
                self._open()
        except self._faults as error:
            raise BadInput(self.path, f"is damaged or no GeoTIFF ({_first_line(error)})", _EXPORT) from error

    def _open(self) -> None:
        from rasterio.enums import Resampling
        from rasterio.vrt import WarpedVRT
        from rasterio.warp import transform_bounds

        file = self._file
        if file.crs is None or file.transform.is_identity:
            raise BadInput(self.path, "does not say where it lies", f"{_EXPORT} with its projection and geotransform")
        if not file.dtypes[0].startswith(("int", "uint", "float")) or (file.count > 1 and file.dtypes[0] == "uint8"):
            raise BadInput(self.path, "is a picture, not a terrain model", "give the file with the heights")
        west, south, east, north = transform_bounds(file.crs, "EPSG:4326", *file.bounds)
        if not all(np.isfinite((west, south, east, north))):
            raise BadInput(self.path, "has a projection without a place on the earth", _EXPORT)
        self.bounds = (max(west, -180.0), max(south, -85.0), min(east, 180.0), min(north, 85.0))
        self._vrt = WarpedVRT(file, crs="EPSG:3857", resampling=Resampling.bilinear, dtype="float64", nodata=VOIDS_M[0])
        few = min(_FEW, file.height), min(_FEW, file.width)
        known = self._metres(file.read(1, out_shape=few, masked=True))
        known = known[np.isfinite(known)]
        if not known.size:
            raise BadInput(self.path, "holds no heights", "give a terrain model that is not all nodata")
        self.range_m = float(np.percentile(known, 1)), float(np.percentile(known, 99))

    def _metres(self, cells: Any) -> npt.NDArray[np.float64]:
        heights = np.ma.filled(cells.astype(np.float64), np.nan)
        heights[np.isin(heights, VOIDS_M)] = np.nan
        heights = metres_of(self._file, heights)
        heights[~((heights >= LOWEST_M) & (heights <= HIGHEST_M))] = np.nan
        return heights

    def close(self) -> None:
        with self._lock:
            if self._vrt is not None:
                self._vrt.close()
            self._file.close()

    def heights(self, zoom: int, col: int, row: int) -> ReliefPiece | None:
        """None: nothing is known there. Raises BadInput: the file is damaged there."""
        if not (MIN_ZOOM <= zoom <= MAX_ZOOM and 0 <= col < 1 << zoom and 0 <= row < 1 << zoom):
            return None
        if not self._touches(zoom, col, row):
            return None
        from rasterio.windows import Window

        wide = 2.0 * _HALF_M / (1 << zoom)
        one = wide / SIDE
        west, north = -_HALF_M + col * wide, _HALF_M - row * wide
        to = self._vrt.transform
        window = Window(
            (west - one - to.c) / to.a, (north + one - to.f) / to.e, (wide + 2 * one) / to.a, -(wide + 2 * one) / to.e
        )
        with self._lock:
            try:
                cells = self._cut(window)
            except self._faults as error:
                raise BadInput(self.path, f"is damaged ({_first_line(error)})", _EXPORT) from error
        heights = self._metres(cells)
        if np.isnan(heights).all():
            return None
        lat = _lat_of(row + 0.5, zoom)
        return ReliefPiece(heights, one * cos(lat * pi / 180.0))

    def _cut(self, window: Any) -> Any:
        """The cells of a tile; what lies beyond the file's edge is unknown."""
        from rasterio.enums import Resampling
        from rasterio.windows import Window

        side, vrt = SIDE + 2, self._vrt
        out = np.ma.MaskedArray(np.zeros((side, side)), mask=True)
        left, top = max(window.col_off, 0.0), max(window.row_off, 0.0)
        right = min(window.col_off + window.width, float(vrt.width))
        low = min(window.row_off + window.height, float(vrt.height))
        c0, c1 = (round((v - window.col_off) / window.width * side) for v in (left, right))
        r0, r1 = (round((v - window.row_off) / window.height * side) for v in (top, low))
        if c1 <= c0 or r1 <= r0:
            return out
        finer = window.width > side
        out[r0:r1, c0:c1] = vrt.read(
            1,
            window=Window(left, top, right - left, low - top),
            out_shape=(r1 - r0, c1 - c0),
            masked=True,
            resampling=Resampling.average if finer else Resampling.cubic,
        )
        return out

    def _touches(self, zoom: int, col: int, row: int) -> bool:
        lon = [(c / (1 << zoom)) * 360.0 - 180.0 for c in (col, col + 1)]
        lat = [_lat_of(r, zoom) for r in (row + 1, row)]
        west, south, east, north = self.bounds
        return bool(lon[0] < east and lon[1] > west and lat[0] < north and lat[1] > south)


def tile_of(lon_deg: float, lat_deg: float, zoom: int) -> tuple[int, int]:
    """Column and row of the tile that holds a place."""
    n = 1 << zoom
    y = 0.5 - asinh(tan(lat_deg * pi / 180.0)) / (2.0 * pi)
    return min(max(int((lon_deg + 180.0) / 360.0 * n), 0), n - 1), min(max(int(y * n), 0), n - 1)


def _lat_of(row: float, zoom: int) -> float:
    return degrees(atan(sinh(pi * (1.0 - 2.0 * row / (1 << zoom)))))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:80] if str(error) else type(error).__name__
