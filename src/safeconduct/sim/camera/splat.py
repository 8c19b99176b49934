"""Bodies and things in the picture: their triangles, far ones first, against the depth of what is already drawn."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.frame import Box, Frame
from safeconduct.sim.camera.pinhole import NEAR_M, Pinhole
from safeconduct.sim.camera.relief import Floats

_FAT_PX = 0.5  # faces reach so far over their sides: no light comes through between two
_SMOOTH_BELOW_PX = 200  # smaller bodies are drawn twice as large and averaged down
_INTO_GROUND_M = 0.06  # soles stand a little in uneven ground and are still seen


class Mesh(Protocol):
    """What `sim.figure` gives: vertices (n, 3) ENU m, faces (m, 3), colours (m, 3) BGR, warmth (m,) 0 to 1."""

    @property
    def vertices(self) -> npt.NDArray[np.float32]: ...
    @property
    def faces(self) -> npt.NDArray[np.int32]: ...
    @property
    def colours(self) -> npt.NDArray[np.uint8]: ...
    @property
    def warmth(self) -> npt.NDArray[np.float32]: ...


class Outline(NamedTuple):
    """A body on its way into the picture. points: its vertices as px and depth. full: left, top, right, bottom of all
    of it, px, not cut by the picture. box: whole pixels of it in the picture. middle_m: depth, the order of drawing.
    """

    points: npt.NDArray[np.float32]
    full: tuple[float, float, float, float]
    box: Box
    middle_m: float


def outline(camera: Pinhole, vertices: npt.NDArray[np.float32]) -> Outline | None:
    """None when nothing of it can be in the picture, or part of it is behind the lens."""
    if not len(vertices):
        return None
    points = camera.project(vertices)
    if float(points[:, 2].min()) < NEAR_M:
        return None
    (left, top), (right, bottom) = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    full = float(left), float(top), float(right), float(bottom)
    box = camera.inside(full)
    return None if box is None else Outline(points, full, box, float(points[:, 2].mean()))


def facing(mesh: Mesh, place: npt.NDArray[np.float64]) -> tuple[Floats, Floats]:
    """Middles of the faces (m, 3) and unit normals (m, 3) that look towards place: a sheet has two good sides."""
    a, b, c = (mesh.vertices[mesh.faces[:, k]] for k in range(3))
    middles = (a + b + c) * np.float32(1.0 / 3.0)
    b, c = b - a, c - a
    normals = np.empty_like(a)
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        normals[:, k] = b[:, i] * c[:, j] - b[:, j] * c[:, i]
    long = np.sqrt(np.einsum("ij,ij->i", normals, normals))
    away = np.einsum("ij,ij->i", normals, middles - place.astype(np.float32)) > 0
    normals *= (np.where(away, np.float32(-1.0), np.float32(1.0)) / np.maximum(long, np.float32(1e-9)))[:, None]
    return middles, normals


def splat(frame: Frame, mesh: Mesh, shape: Outline, colours: Floats, owner: int) -> int:
    """Draw a mesh; colours: (m, 3) BGR of its faces as lit. Returns how many pixels of it are in the picture,
    hidden ones included.
    """
    left, top, right, bottom = shape.box
    high, wide = bottom - top, right - left
    times = 2 if shape.full[3] - shape.full[1] < _SMOOTH_BELOW_PX else 1
    deep = shape.points[:, 2]
    depth = (deep[mesh.faces[:, 0]] + deep[mesh.faces[:, 1]] + deep[mesh.faces[:, 2]]) * np.float32(1.0 / 3.0)
    order = np.argsort(-depth, kind="stable")
    depth = depth[order]
    which = _numbers(shape, mesh.faces[order], times)
    # The faces' colours and cover by number, with "nothing" as number 0.
    air = np.float32(frame.clear_share(shape.middle_m))
    tones = np.zeros((len(order) + 1, 4), np.float32)
    tones[1:, :3] = colours[order] * air + frame.haze * (np.float32(1.0) - air)
    tones[1:, 3] = 1.0
    distance = np.concatenate([np.array([np.inf], np.float32), depth]).astype(np.float32)[which]
    behind = frame.depth[top:bottom, left:right] + np.float32(_INTO_GROUND_M)
    if times == 2:
        behind = np.asarray(cv2.resize(behind, (2 * wide, 2 * high), interpolation=cv2.INTER_NEAREST), np.float32)
    colour = tones[np.where(distance < behind, which, 0)]
    near, body = distance, which > 0
    pixels = int(np.count_nonzero(body))
    if times == 2:
        colour = np.asarray(cv2.resize(colour, (wide, high), interpolation=cv2.INTER_AREA), np.float32)
        near = np.minimum(np.minimum(near[::2, ::2], near[1::2, ::2]), np.minimum(near[::2, 1::2], near[1::2, 1::2]))
        quarters = body.view(np.uint8)
        count = quarters[::2, ::2] + quarters[1::2, ::2] + quarters[::2, 1::2] + quarters[1::2, 1::2]
        pixels = int(np.count_nonzero(count > 2))
    shown = np.ascontiguousarray(colour[..., 3])
    even = colour[..., :3] / np.maximum(shown, np.float32(1e-3))[..., None] + np.float32(0.5)
    frame.blend(shape.box, np.minimum(even, np.float32(255.0)).astype(np.uint8), shown, near, owner)
    return pixels


def _numbers(shape: Outline, faces: npt.NDArray[np.int32], times: int) -> npt.NDArray[np.int32]:
    """Number (from 1) of the last face over the middle of each pixel of the box drawn `times` as large; 0: none.

    All faces at once: first the rows each one crosses, then the pixels of each row between its sides.
    """
    left, top, right, bottom = shape.box
    high, wide = (bottom - top) * times, (right - left) * times
    # Middles of pixels at whole numbers.
    scaled = (shape.points[:, :2] - np.array([left, top], np.float32)) * np.float32(times) - np.float32(0.5)
    x, y = (np.ascontiguousarray(scaled[:, k][faces.T]) for k in (0, 1))
    first = np.clip(np.ceil(np.minimum(np.minimum(y[0], y[1]), y[2])), 0, high).astype(np.int32)
    last = np.clip(np.floor(np.maximum(np.maximum(y[0], y[1]), y[2])), -1, high - 1).astype(np.int32)
    face, row = _run(first, last)
    start = np.full(len(face), np.inf, np.float32)
    end = np.full(len(face), -np.inf, np.float32)
    for k in range(3):
        x0, y0, x1, y1 = x[k], y[k], x[(k + 1) % 3], y[(k + 1) % 3]
        rise = y1 - y0
        lean = (x1 - x0) / np.where(rise == 0.0, np.float32(np.inf), rise)
        low, top_y = np.minimum(y0, y1), np.maximum(y0, y1)
        met = x0[face] + (row - y0[face]) * lean[face]
        off = (row < low[face]) | (row > top_y[face])
        np.minimum(start, np.where(off, np.float32(np.inf), met), out=start)
        np.maximum(end, np.where(off, np.float32(-np.inf), met), out=end)
    first = np.ceil(np.clip(start - np.float32(_FAT_PX), 0.0, wide)).astype(np.int32)
    last = np.floor(np.clip(end + np.float32(_FAT_PX), -1.0, wide - 1.0)).astype(np.int32)
    span, column = _run(first, last)
    numbers = np.zeros(high * wide, np.int32)
    # Where faces overlap the last one written stays: the nearest.
    numbers[(row * np.int32(wide))[span] + column] = (face + np.int32(1))[span]
    return numbers.reshape(high, wide)


def _run(first: npt.NDArray[np.int32], last: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], ...]:
    """Every whole number from first to last of each pair, after the number of its pair."""
    count = np.maximum(last - first + 1, 0)
    pair = np.repeat(np.arange(len(first), dtype=np.int32), count)
    before = np.cumsum(count, dtype=np.int32) - count
    return pair, np.arange(len(pair), dtype=np.int32) + (first - before)[pair]
