"""The terrain as a shaded picture for the map: lit from the north-west, as maps are, steeper is stronger."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Plan
from safeconduct.station.page.told import Shade

ADDRESS = "/terrain.png"
_MARGIN_M = 150.0
_CELLS_MAX = 360
_LOW, _HIGH = np.array((206, 214, 190)), np.array((238, 232, 216))  # green valleys, pale heights; RGB


def shade(plan: Plan, height_m: Callable[[float, float], float]) -> tuple[Shade, bytes]:
    """Where it lies, and a PNG. height_m: of the ground at (east, north) metres."""
    import cv2

    west, east, south, north = _bounds([*plan.route, *plan.fence, plan.start, plan.reception])
    cell_m = max((east - west) / _CELLS_MAX, (north - south) / _CELLS_MAX, 2.0)
    easts = np.arange(west, east + cell_m, cell_m)
    norths = np.arange(north, south - cell_m, -cell_m)  # the first row of a picture is its northern edge
    heights = np.array([[height_m(float(e), float(n)) for e in easts] for n in norths])
    slope_n, slope_e = np.gradient(heights, -cell_m, cell_m)
    light = (-slope_e * -0.6 + -slope_n * 0.6 + 0.55) / np.sqrt(1.0 + slope_e**2 + slope_n**2)
    flat = 0.55
    share = (heights - heights.min()) / max(float(np.ptp(heights)), 1e-6)
    tint = _LOW + (_HIGH - _LOW) * share[..., None]
    picture = np.clip(tint * (1.0 + 1.5 * (light - flat))[..., None], 0, 255).astype(np.uint8)
    contour = _contours(heights)
    picture[contour] = (picture[contour] * 0.88).astype(np.uint8)
    ok, data = cv2.imencode(".png", picture[..., ::-1])
    where = Shade(ADDRESS, float(west), float(easts[-1]), float(norths[-1]), float(north))
    return where, data.tobytes() if ok else b""


def _contours(heights: np.ndarray) -> np.ndarray:
    """Cells across which a contour runs; every 5 m, or so that there are about eight."""
    span = float(np.ptp(heights))
    step_m = max(5.0, round(span / 8.0))
    level = np.floor(heights / step_m)
    lines = np.zeros(heights.shape, dtype=bool)
    lines[1:, :] |= level[1:, :] != level[:-1, :]
    lines[:, 1:] |= level[:, 1:] != level[:, :-1]
    return lines


def _bounds(points: Sequence[Enu]) -> tuple[float, float, float, float]:
    easts, norths = [p.east for p in points], [p.north for p in points]
    return min(easts) - _MARGIN_M, max(easts) + _MARGIN_M, min(norths) - _MARGIN_M, max(norths) + _MARGIN_M
