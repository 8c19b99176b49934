"""How far away the ground is in every pixel: a march through the height field.

Rays of every fourth pixel are first carried safely to the roof hull and on to the floor hull of the relief, which
leaves a short piece where the ground must be met: centimetres on open field, a few metres at a trench. That piece is
walked in steps and halved. Pixels of the full picture are read off between those rays where the ground runs on
smoothly, and are marched by themselves along edges, so that a wall's rim is as sharp as the picture.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.pinhole import NEAR_M, Pinhole
from safeconduct.sim.camera.relief import HULL_CELLS, HULL_SLOPE, Floats, Relief, hull_cells, read

FAR_M = 6000.0
"""Depth of the sky, and of ground too far to matter."""
COARSE_PX = 4
_SEARCH_M = 1500.0  # ground farther away is flat and in the haze
_SAFE_STEPS = 16
_CLOSE_M = 0.03  # of the hulls: near enough
_WIDTH = 512  # rays are marched in rows of so many: OpenCV likes neither one long row nor one long column
_STEP_M = 0.3  # between samples, level, where the relief must be searched; a 0.4 m wall is met
_FINE_M = 500.0  # edges farther away need not be sharp
_BEND = np.array([[0.5, 0.5, 0.5], [0.5, -4.0, 0.5], [0.5, 0.5, 0.5]], np.float32)
_STEP_UP_M = 0.12  # a step in the ground of this height is an edge: pixels about it are marched by themselves


def depths(relief: Relief, camera: Pinhole) -> Floats:
    """Depth of the ground in every pixel, (height, width), m; FAR_M where there is none."""
    # One more ray all around: beyond the outermost nothing can be read off.
    rays = camera.rays(COARSE_PX, margin=1)
    near, far = _span(relief, camera, rays[2])
    coarse = _meet(relief, camera, tuple(r.ravel() for r in rays), near.ravel(), far.ravel()).reshape(near.shape)
    return _refined(relief, camera, coarse, rays[2])


def _start(relief: Relief, camera: Pinhole) -> tuple[np.float32, np.float32, np.float32]:
    column, row = relief.to_cells(float(camera.place[0]), float(camera.place[1]))
    return np.float32(column), np.float32(row), np.float32(camera.place[2])


def _span(relief: Relief, camera: Pinhole, fine_rise: Floats) -> tuple[Floats, Floats]:
    """Depths between which each ray, of those with this rise, meets the ground.

    Found for every fourth ray and the eight around it; between them goes not the depth but the height at which they
    come to the hulls: on level ground that is the same for all.
    """
    column, row, up = _start(relief, camera)
    east, north, rise = camera.rays(2 * COARSE_PX, margin=1)
    # The hulls' slope is along rows and columns: along a diagonal it adds up.
    steep = (np.abs(east) + np.abs(north)) * np.float32(HULL_SLOPE)
    pace = np.float32(1.0) / np.maximum(steep - rise, np.float32(0.02))
    per_cell = np.float32(1.0 / (relief.cell_m * HULL_CELLS))
    east *= per_cell
    north *= per_cell
    column, row = hull_cells(column), hull_cells(row)
    over = np.maximum(up - relief.roof_m.max(), np.float32(0.0))
    depth = np.maximum(np.float32(NEAR_M), over / np.maximum(-rise, np.float32(over / _SEARCH_M + 1e-6)))

    def carry(depth: Floats, hull: Floats) -> tuple[Floats, Floats]:
        gap = depth
        for k in range(_SAFE_STEPS):
            x = depth * east
            x += column
            y = depth * north
            y += row
            gap = depth * rise
            gap += up
            gap -= read(hull, x, y)
            np.maximum(gap, np.float32(0.0), out=gap)
            depth = depth + gap * pace
            np.minimum(depth, np.float32(_SEARCH_M), out=depth)
            if k % 4 == 3 and float(gap.max()) < _CLOSE_M:
                break
        return depth, gap

    near, _ = carry(depth, relief.roof_m)
    far, gap = carry(near, relief.floor_m)
    # What is left of the way down, as if the floor went on level; rays that rise never come down.
    far = np.asarray(far + gap / np.maximum(-rise, np.float32(1e-4)), np.float32)
    around = np.ones((3, 3), np.uint8)
    high, wide = fine_rise.shape
    size = 2 * rise.shape[1], 2 * rise.shape[0]

    def spread(field: npt.NDArray[np.generic]) -> Floats:
        return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_NEAREST), np.float32)[
            1 : high + 1, 1 : wide + 1
        ]

    highest, lowest = up + near * rise, up + np.minimum(far, np.float32(_SEARCH_M)) * rise
    first, last = spread(cv2.erode(near, around)), spread(cv2.dilate(far, around))
    fall = np.float32(-1.0) / np.minimum(fine_rise, np.float32(-1e-3))
    # Where rays fall, the tighter of both counts; flat ones only have the depth.
    early = (up - spread(cv2.dilate(highest, around)) - np.float32(_CLOSE_M)) * fall
    late = (up - spread(cv2.erode(lowest, around)) + np.float32(_CLOSE_M)) * fall
    falls = fine_rise < np.float32(-0.01)
    last *= np.float32(1.02)
    np.maximum(first, early, out=first, where=falls)
    np.minimum(last, late * np.float32(1.002), out=last, where=falls)
    np.minimum(np.maximum(last, first, out=last), np.float32(_SEARCH_M), out=last)
    return first, last


def _meet(
    relief: Relief, camera: Pinhole, rays: tuple[Floats, ...], near: Floats, far: Floats, step_m: float = _STEP_M
) -> Floats:
    """Depth at which each ray (flat arrays) meets the ground between near and far."""
    level = np.hypot(rays[0], rays[1])
    depth = np.full_like(near, FAR_M)
    # Far away a pixel covers more than a wall is thick.
    want = (far - near) * level / np.maximum(np.float32(step_m), near * np.float32(2.0 / camera.focal_px))
    want[near >= np.float32(0.99 * _SEARCH_M)] = -1.0  # the sky
    fewest = -1
    for steps in (3, 6, 12, 20, 48):
        chosen = np.flatnonzero((want > fewest) & ((want <= steps) | (steps == 48)))
        fewest = steps
        if len(chosen):
            some = tuple(r[chosen] for r in rays)
            depth[chosen] = _walk(relief, camera, some, near[chosen], far[chosen], steps)
    return depth


def _walk(relief: Relief, camera: Pinhole, rays: tuple[Floats, ...], near: Floats, far: Floats, steps: int) -> Floats:
    count = len(near)
    rows = -(-count // _WIDTH)

    def table(values: Floats) -> Floats:
        filled = np.empty(rows * _WIDTH, np.float32)
        filled[:count], filled[count:] = values, values[-1]
        return filled.reshape(rows, _WIDTH)

    column, row, up = _start(relief, camera)
    per_cell = np.float32(1.0 / relief.cell_m)
    dx, dy, rise, low, end = (table(a) for a in (rays[0] * per_cell, rays[1] * per_cell, rays[2], near, far))

    inside = _inside(relief, column, row, dx, dy, end)
    field = relief.heights_m

    def ground(x: Floats, y: Floats) -> Floats:
        if inside:
            return np.asarray(cv2.remap(field, x, y, cv2.INTER_LINEAR), np.float32)
        return read(field, x.copy(), y.copy())

    def gap(depth: Floats) -> Floats:
        return (up + depth * rise) - ground(column + depth * dx, row + depth * dy)

    pace = (end - low) / np.float32(steps)
    above = np.ones(low.shape, bool)
    passed = np.zeros(low.shape, np.uint16)
    x, y, z = column + low * dx, row + low * dy, up + low * rise
    dx_step, dy_step, rise_step = pace * dx, pace * dy, pace * rise
    for k in range(1, steps):
        x += dx_step
        y += dy_step
        z += rise_step
        above &= z > ground(x, y)
        passed += above
        if k % 6 == 0 and not above.any():
            break
    low = low + passed * pace
    high = low + pace
    for _ in range(4 if steps > 3 else 2):
        middle = (low + high) * np.float32(0.5)
        over = gap(middle) > 0
        np.copyto(low, middle, where=over)
        np.copyto(high, middle, where=~over)
    # One step of the secant: no rings on smooth ground.
    first, last = gap(low), gap(high)
    share = np.clip(first / np.maximum(first - last, np.float32(1e-5)), np.float32(0), np.float32(1))
    met = (low + share * (high - low)).ravel()[:count]
    return np.where(met < _SEARCH_M * 0.99, met, np.float32(FAR_M))


def _inside(relief: Relief, column: np.float32, row: np.float32, dx: Floats, dy: Floats, end: Floats) -> bool:
    """Whether all these rays end over the land; the camera itself hovers over it."""
    x, y = column + end * dx, row + end * dy
    rows, cols = relief.heights_m.shape
    at_home = 0.0 <= column < cols and 0.0 <= row < rows
    return bool(at_home and x.min() >= 0.0 and y.min() >= 0.0 and x.max() < cols and y.max() < rows)


def _refined(relief: Relief, camera: Pinhole, coarse: Floats, rise: Floats) -> Floats:
    """The depths of every pixel from those of every COARSE_PX-th."""
    inverse = np.float32(1.0) / coarse
    wide, high = coarse.shape[1] * COARSE_PX, coarse.shape[0] * COARSE_PX
    smooth = np.asarray(cv2.resize(inverse, (wide, high), interpolation=cv2.INTER_LINEAR), np.float32)
    inner = slice(COARSE_PX, COARSE_PX + camera.height_px), slice(COARSE_PX, COARSE_PX + camera.width_px)
    smooth = smooth[inner]
    # 1/depth runs straight across a plane of the picture: where it bends there is an edge. The same bump counts for
    # more metres of depth the flatter it is seen.
    bend = np.abs(cv2.filter2D(inverse, cv2.CV_32F, _BEND, borderType=cv2.BORDER_REPLICATE)) * coarse * coarse
    fall = np.maximum(-rise, np.float32(0.03))
    least = np.maximum(np.float32(_STEP_UP_M), coarse * np.float32(2.0 / camera.focal_px))
    edge = ((bend * fall > least) & (coarse < np.float32(_FINE_M))).astype(np.uint8)
    around = np.ones((3, 3), np.uint8)
    depth = np.float32(1.0) / smooth
    if not edge.any():
        return depth
    mask = cv2.resize(edge, (wide, high), interpolation=cv2.INTER_NEAREST)[inner]
    chosen = np.flatnonzero(mask)
    v, u = np.divmod(chosen, camera.width_px)
    rays = _rays_at(camera, u, v)
    beside = (v // COARSE_PX + 1) * coarse.shape[1] + u // COARSE_PX + 1
    near = np.asarray(cv2.erode(coarse, around)).ravel()[beside] * np.float32(0.985)
    far = np.asarray(cv2.dilate(coarse, around)).ravel()[beside] * np.float32(1.015)
    np.minimum(far, np.float32(_SEARCH_M), out=far)
    depth.ravel()[chosen] = _meet(relief, camera, rays, near, far, 0.7 * _STEP_M)
    return depth


def _rays_at(camera: Pinhole, u: npt.NDArray[np.int64], v: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    a = ((u + np.float32(0.5) - np.float32(camera.width_px / 2)) / np.float32(camera.focal_px)).astype(np.float32)
    b = ((v + np.float32(0.5) - np.float32(camera.height_px / 2)) / np.float32(camera.focal_px)).astype(np.float32)
    right, down, forward = camera.axes.astype(np.float32)
    east, north, up = (forward[k] + a * right[k] + b * down[k] for k in range(3))
    return east, north, up
