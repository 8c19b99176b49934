"""The terrain as a shaded picture for the map: lit from the north-west, as maps are, steeper is stronger."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Plan
from safeconduct.station.page.told import Shade

ADDRESS = "/terrain.png"
_MARGIN_M = 150.0
_CELLS_MAX = 360
_LOW, _HIGH = np.array((206, 214, 190)), np.array((238, 232, 216))  # green valleys, pale heights; RGB
_FLAT = 0.55
Heights = npt.NDArray[np.float64]


def shade(plan: Plan, height_m: Callable[[float, float], float]) -> tuple[Shade, bytes]:
    """Where it lies, and a PNG. height_m: of the ground at (east, north) metres."""
    west, east, south, north = _bounds([*plan.route, *plan.fence, plan.start, plan.reception])
    cell_m = max((east - west) / _CELLS_MAX, (north - south) / _CELLS_MAX, 2.0)
    easts = np.arange(west, east + cell_m, cell_m)
    norths = np.arange(north, south - cell_m, -cell_m)  # the first row of a picture is its northern edge
    heights = np.array([[height_m(float(e), float(n)) for e in easts] for n in norths])
    span = float(np.ptp(heights))
    picture = shaded(heights, cell_m, (float(heights.min()), float(heights.max())), max(5.0, round(span / 8.0)))
    where = Shade(ADDRESS, float(west), float(easts[-1]), float(norths[-1]), float(north))
    return where, as_png(picture)


def shaded(heights_m: Heights, cell_m: float, range_m: tuple[float, float], contour_m: float) -> npt.NDArray[np.uint8]:
    """RGBA of heights, northern row first, clear where they are NaN. range_m: of all that is shown together.

    contour_m: between two contour lines.
    """
    slope_n, slope_e = np.gradient(heights_m, -cell_m, cell_m)
    light = (-slope_e * -0.6 + -slope_n * 0.6 + _FLAT) / np.sqrt(1.0 + slope_e**2 + slope_n**2)
    share = np.clip((heights_m - range_m[0]) / max(range_m[1] - range_m[0], 1e-6), 0.0, 1.0)
    tint = _LOW + (_HIGH - _LOW) * share[..., None]
    colour = tint * (1.0 + 1.5 * (light - _FLAT))[..., None]
    known = np.isfinite(colour).all(axis=-1)
    lines = _contours(heights_m, contour_m) & known
    colour[lines] *= 0.86
    lines = _contours(heights_m, 5.0 * contour_m) & known
    colour[lines] *= 0.78
    out = np.zeros((*heights_m.shape, 4), dtype=np.uint8)
    out[known, :3] = np.clip(colour[known], 0, 255).astype(np.uint8)
    out[known, 3] = 255
    return out


def as_png(rgba: npt.NDArray[np.uint8]) -> bytes:
    import cv2

    ok, data = cv2.imencode(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))
    return data.tobytes() if ok else b""


def _contours(heights: Heights, step_m: float) -> npt.NDArray[np.bool_]:
    """Cells across which a contour runs."""
    level = np.floor(heights / step_m)
    lines = np.zeros(heights.shape, dtype=np.bool_)
    lines[1:, :] |= level[1:, :] != level[:-1, :]
    lines[:, 1:] |= level[:, 1:] != level[:, :-1]
    return lines


def _bounds(points: Sequence[Enu]) -> tuple[float, float, float, float]:
    easts, norths = [p.east for p in points], [p.north for p in points]
    return min(easts) - _MARGIN_M, max(easts) + _MARGIN_M, min(norths) - _MARGIN_M, max(norths) + _MARGIN_M
