"""A whole corridor laid at once: fields at one metre, everything finer at the cell of the camera's ground."""

from __future__ import annotations

from math import floor

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.ground import Ground
from safeconduct.sim.land.digging import dig
from safeconduct.sim.land.fields import lay_fields, row_shade
from safeconduct.sim.land.noise import as_bytes, grain_tile, repeated, spectral
from safeconduct.sim.land.palette import PALETTES
from safeconduct.sim.land.ruins import build_ruins, shade_under_plants
from safeconduct.sim.land.sheet import Sheet
from safeconduct.sim.land.tracks import drive
from safeconduct.sim.relief import STEP_M
from safeconduct.sim.scene import Season
from safeconduct.sim.standing import Plant

CELLS_M = (0.2, 0.25, 0.4, 0.5, 1.0)
MOST_CELLS = 10_000_000
"""67 MiB of heights and colours; a corridor that has more is laid with a larger cell."""
GRAIN_M = 5.0
_ROUGH_M = 0.012
_GRAIN_DEVIATION = 24.0
_MOST_ROUGH_M = 0.035  # feet stand on `Ground`, which is smooth: the picture may differ by this much


class Land:
    """Everything that does not move, laid once. Row 0 of every array is the south edge, column 0 the west edge.

    heights_m: (rows, cols), ENU up. origin: (east, north) of the centre of cell [0, 0]. colours: (rows, cols, 3), blue
    green red, without light. grain: (512, 512), mean 128, tiles; to be laid over the colours every `grain_m`, so that
    near ground is no blurred carpet.
    """

    def __init__(
        self,
        heights_m: npt.NDArray[np.float32],
        origin: tuple[float, float],
        cell_m: float,
        colours: npt.NDArray[np.uint8],
        grain: npt.NDArray[np.uint8],
        plants: tuple[Plant, ...],
    ) -> None:
        self.heights_m = heights_m
        self.origin = origin
        self.cell_m = cell_m
        self.colours = colours
        self.grain = grain
        self.grain_m = GRAIN_M
        self.plants = plants

    def height_m(self, east: float, north: float) -> float:
        """Height at one place, ENU metres, bilinear; beyond the edge that of the edge."""
        x = (east - self.origin[0]) / self.cell_m
        y = (north - self.origin[1]) / self.cell_m
        rows, cols = self.heights_m.shape
        x, y = min(max(x, 0.0), cols - 1.001), min(max(y, 0.0), rows - 1.001)
        i, j = floor(x), floor(y)
        x, y = x - i, y - j
        (a, b), (c, d) = self.heights_m[j : j + 2, i : i + 2].tolist()
        south = a + (b - a) * x
        return float(south + (c + (d - c) * x - south) * y)

    def heights_at_m(self, east: npt.NDArray[np.float64], north: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Heights at many places at once, ENU metres; arrays of one shape."""
        rows, cols = self.heights_m.shape
        x = np.clip((east - self.origin[0]) / self.cell_m, 0.0, cols - 1.001)
        y = np.clip((north - self.origin[1]) / self.cell_m, 0.0, rows - 1.001)
        i, j = x.astype(np.intp), y.astype(np.intp)
        x, y = x - i, y - j
        h = self.heights_m
        south = h[j, i] * (1.0 - x) + h[j, i + 1] * x
        north_side = h[j + 1, i] * (1.0 - x) + h[j + 1, i + 1] * x
        return np.asarray(south * (1.0 - y) + north_side * y, np.float64)


def lay_land(ground: Ground, season: Season = Season.SUMMER, *, cell_m: float | None = None) -> Land:
    """The land of `ground`, as it looks in a season. The same ground gives the same land.

    cell_m: one of `CELLS_M`; None takes the finest that keeps heights and colours under 70 MB.
    """
    box, seed = ground.box, ground.grounds.seed
    width_m, depth_m = box.east - box.west, box.north - box.south
    if cell_m is None:
        cell_m = next((c for c in CELLS_M if width_m * depth_m / (c * c) <= MOST_CELLS), CELLS_M[-1])
    elif cell_m not in CELLS_M:
        raise ValueError(f"the cell is one of {CELLS_M}")
    rows, cols = round(depth_m / cell_m), round(width_m / cell_m)
    palette = PALETTES[season]
    fields = lay_fields(box, ground.route, palette, seed)
    tufts = as_bytes(spectral(seed + 31, 1024, 2.0, 24.0, 0.7), 40.0)
    clumps = as_bytes(spectral(seed + 32, 1024, 3.0, 70.0, 1.3), 45.0)

    # Colours: the crop, its tufts and bare patches, its rows.
    size = (cols, rows)
    colours = cv2.resize(fields.base, size, interpolation=cv2.INTER_LINEAR)
    accent = cv2.resize(fields.accent, size, interpolation=cv2.INTER_LINEAR)
    fine, coarse = repeated(tufts, rows, cols), repeated(clumps, rows, cols, 300, 500)
    mix = cv2.addWeighted(coarse, 1.2, fine, 0.8, -128.0 * 2.0 + palette.patchy)
    colours = _blend(colours, accent, mix)
    del accent, mix
    shade = row_shade(box, rows, cols, cell_m, fields.turn_rad, seed)
    rowness = cv2.resize(
        cv2.convertScaleAbs(fields.rows, alpha=0.4 + 0.6 * palette.texture), size, interpolation=cv2.INTER_LINEAR
    )
    shade = _blend1(np.full_like(shade, 128), shade, rowness)
    for noise, share in ((fine, 0.34 * palette.texture), (coarse, 0.1 * palette.texture)):
        shade = cv2.addWeighted(shade, 1.0, noise, share, -128.0 * share)
    colours = cv2.multiply(colours, cv2.merge((shade, shade, shade)), scale=1.0 / 128.0)

    # Heights: the field with its roughness.
    rough = np.clip((np.arange(256, dtype=np.float32) - 128.0) * (_ROUGH_M / 40.0), -_MOST_ROUGH_M, _MOST_ROUGH_M)
    heights = rough[fine]
    if ground.relief is not None:
        heights += _field(ground.relief.heights_m, rows, cols, cell_m)
    sheet = Sheet(heights, colours, (box.west + cell_m / 2.0, box.south + cell_m / 2.0), cell_m, fine, coarse)
    drive(sheet, ground.grounds.tracks, palette, seed)
    shade_under_plants(sheet, ground.plants, palette)
    dig(sheet, ground, palette)
    build_ruins(sheet, ground, palette)
    return Land(
        heights, sheet.origin, cell_m, colours, grain_tile(seed, _GRAIN_DEVIATION * palette.texture), ground.plants
    )


def _field(nodes_m: npt.NDArray[np.float64], rows: int, cols: int, cell_m: float) -> npt.NDArray[np.float32]:
    """The nodes of the relief, bilinear at the centres of the cells: the same surface as `Relief.up_m`."""
    per_step = round(STEP_M / cell_m)
    down, across = nodes_m.shape
    whole = cv2.resize(nodes_m.astype(np.float32), (across * per_step, down * per_step), interpolation=cv2.INTER_LINEAR)
    half = per_step // 2  # resize takes nodes for the middles of squares; the box begins at a node
    return np.asarray(whole[half : half + rows, half : half + cols], np.float32)


def _blend(
    below: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8], share: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """below + share/255 · (above − below), for pictures of three colours and one share."""
    part = cv2.merge((share, share, share))
    return np.asarray(
        cv2.add(
            cv2.multiply(below, cv2.bitwise_not(part), scale=1.0 / 255.0), cv2.multiply(above, part, scale=1.0 / 255.0)
        )
    )


def _blend1(
    below: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8], share: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    return np.asarray(
        cv2.add(
            cv2.multiply(below, cv2.bitwise_not(share), scale=1.0 / 255.0),
            cv2.multiply(above, share, scale=1.0 / 255.0),
        )
    )
