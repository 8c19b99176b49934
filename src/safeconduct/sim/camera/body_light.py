"""Light on bodies, and the shadows they throw on the ground about them."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.frame import Box, Frame
from safeconduct.sim.camera.light import Light
from safeconduct.sim.camera.relief import Bytes, Floats, Relief, read

_MAP_M = 0.04  # of one cell of a shadow's outline
_LONGEST_M = 14.0  # of a shadow
_LARGE_PX = 8000  # of a shadow's box
_LOOKS_M = np.array([0.3, 0.6, 1.0, 1.5, 2.2, 3.2, 4.5, 6.5, 9.0, 13.0, 19.0], np.float32)


def on_faces(
    relief: Relief, light: Light, middles: Floats, normals: Floats, albedo: Bytes, shade: float, sky_at_foot: float
) -> Floats:
    """(m, 3) BGR of lit faces. shade: share of the sun that plants leave here; sky_at_foot: open sky on the ground."""
    to_sun = light.to_sun.astype(np.float32)
    facing = np.maximum(normals @ to_sun, np.float32(0.0))
    if light.sun_share > 0.02:
        facing = facing * _in_sun(relief, light, middles) * np.float32(shade)
    above = np.clip((middles[:, 2] - middles[:, 2].min()) / np.float32(1.6), 0.0, 1.0)
    sky = np.float32(sky_at_foot) + (np.float32(1.0) - np.float32(sky_at_foot)) * above
    # From above the whole sky, from the side half of it and what the ground gives back, from below only that.
    sky = sky * (np.float32(0.62) + np.float32(0.38) * normals[:, 2])
    return np.asarray(albedo * light.on(facing.astype(np.float32), sky.astype(np.float32)), np.float32)


def _in_sun(relief: Relief, light: Light, points: Floats) -> Floats:
    """Share of the sun that reaches each point past the ground."""
    to_sun = light.to_sun.astype(np.float32)
    # Most often the highest ground about is below the lowest point.
    away = _LOOKS_M[:, None] * to_sun
    low, high = points.min(axis=0) + away.min(axis=0), points.max(axis=0) + away.max(axis=0)
    (left, bottom), (right, top) = (relief.to_cells(float(e), float(n)) for e, n in (low[:2], high[:2]))
    rows, cols = relief.heights_m.shape
    near = relief.heights_m[
        min(max(0, int(bottom)), rows - 1) : max(1, int(top) + 2),
        min(max(0, int(left)), cols - 1) : max(1, int(right) + 2),
    ]
    if float(near.max()) <= float(points[:, 2].min()):
        return np.ones(len(points), np.float32)
    x, y = (points[:, k] + away[:, k, None] for k in (0, 1))
    over = read(
        relief.heights_m,
        ((x - np.float32(relief.east_m)) / np.float32(relief.cell_m)).astype(np.float32),
        ((y - np.float32(relief.north_m)) / np.float32(relief.cell_m)).astype(np.float32),
    ) - (points[:, 2] + away[:, 2, None])
    return np.asarray(np.clip(1.0 - over.max(axis=0) / 0.12, 0.0, 1.0), np.float32)


def throw_shadow(frame: Frame, light: Light, vertices: Floats, middles: Floats) -> None:
    """Darken the ground where a body keeps the sun off, and close under it where it keeps the sky off."""
    points = np.concatenate([vertices.T, middles.T], axis=1).astype(np.float32)
    low, high = points.min(axis=1), points.max(axis=1)
    body = _Body(points, low, high, np.array([points[0].mean(), points[1].mean(), low[2]], np.float32))
    _cast(frame, body, np.array([0.0, 0.0, 1.0]), 0.42, 2.5, 2.0 * _MAP_M)
    if light.sun_share > 0.05:
        strength = 0.95 * (1.0 - (1.0 - light.sun_share) ** light.curve)
        _cast(frame, body, light.to_sun, strength, 0.7, _MAP_M)


class _Body(NamedTuple):
    """What throws a shadow. points: (3, n) ENU; low, high: their bounds; foot: middle of it on its ground."""

    points: Floats
    low: Floats
    high: Floats
    foot: Floats


def _cast(
    frame: Frame, body: _Body, to_light: npt.NDArray[np.float64], strength: float, soft: float, cell_m: float
) -> None:
    """cell_m: of the shadow's outline. soft: of its edge, in such cells."""
    tall, foot = float(body.high[2] - body.low[2]), body.foot
    box = _reach(frame, body, to_light, tall)
    if box is None:
        return
    aside = np.array([to_light[1], -to_light[0], 0.0])
    aside = np.array([1.0, 0.0, 0.0]) if np.linalg.norm(aside) < 1e-6 else aside / np.linalg.norm(aside)
    along = np.cross(to_light, aside)
    plane = np.stack([aside, along]).astype(np.float32)
    flat = plane @ (body.points - foot[:, None])
    room = (3.0 * soft + 2.0) * cell_m
    low, high = flat.min(axis=1) - np.float32(room), flat.max(axis=1) + np.float32(room)
    outline = np.zeros(np.ceil((high - low) / cell_m).astype(int)[::-1] + 1, np.uint8)
    column, row = np.rint((flat - low[:, None]) / np.float32(cell_m)).astype(np.int64)
    outline[row, column] = 255
    across = 2 * round(2.0 * _MAP_M / cell_m) + 1
    closed = cv2.morphologyEx(outline, cv2.MORPH_CLOSE, np.ones((across, across), np.uint8))
    dark = cv2.GaussianBlur(closed, (0, 0), soft)
    # A large shadow is soft enough for every second pixel.
    every = 2 if (box[2] - box[0]) * (box[3] - box[1]) > _LARGE_PX else 1
    aside_m, along_m, toward_m = frame.ground_along(box, np.stack([aside, along, to_light]), every)
    off = plane @ (frame.camera.place - foot).astype(np.float32) - low
    aside_m += off[0]
    along_m += off[1]
    per_cell = np.float32(1.0 / cell_m)
    share = cv2.remap(dark, aside_m * per_cell, along_m * per_cell, cv2.INTER_LINEAR)
    # Only what lies behind the body as the light goes.
    level = float(to_light @ (frame.camera.place - foot))
    keep = np.asarray(cv2.convertScaleAbs(share, alpha=-strength, beta=255.0), np.uint8)
    keep[toward_m > np.float32(0.5 + 0.5 * tall - level)] = 255
    frame.darken(box, keep)


def _reach(frame: Frame, body: _Body, to_light: npt.NDArray[np.float64], tall: float) -> Box | None:
    """Pixels in which the shadow may fall on ground between two metres under the foot and level with it."""
    slope = min(_LONGEST_M, (tall + 2.0) * float(np.hypot(to_light[0], to_light[1])) / max(float(to_light[2]), 0.05))
    level = to_light[:2] / max(float(np.hypot(to_light[0], to_light[1])), 1e-6)
    (west, south), (east, north) = body.low[:2] - 0.4, body.high[:2] + 0.4
    corners = [
        (e - level[0] * away, n - level[1] * away, up)
        for e in (west, east)
        for n in (south, north)
        for away in (0.0, slope)
        for up in (body.foot[2] - 1.8, body.foot[2] + 0.4)
    ]
    seen = frame.camera.project(np.array(corners))
    if float(seen[:, 2].min()) < 0.3:
        return None
    (left, top), (right, bottom) = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
    return frame.camera.inside((float(left), float(top), float(right), float(bottom)))
