"""Bodies and things in the picture: their triangles, far ones first, against the depth of what is already drawn."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.frame import Box, Frame
from safeconduct.sim.camera.pinhole import NEAR_M, Pinhole
from safeconduct.sim.camera.relief import Floats

_SHIFT = 4  # corners are drawn to a sixteenth of a pixel
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
    corners = mesh.vertices[mesh.faces]
    middles = corners.mean(axis=1)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    away = np.einsum("ij,ij->i", normals, middles - place.astype(np.float32)) > 0
    normals[away] *= -1.0
    return middles, normals


def splat(frame: Frame, mesh: Mesh, shape: Outline, colours: Floats, owner: int) -> int:
    """Draw a mesh; colours: (m, 3) BGR of its faces as lit. Returns how many pixels of it are in the picture,
    hidden ones included.
    """
    left, top, right, bottom = shape.box
    high, wide = bottom - top, right - left
    times = 2 if shape.full[3] - shape.full[1] < _SMOOTH_BELOW_PX else 1
    faces = _faces_inside(mesh.faces, shape)
    depth = shape.points[:, 2][faces].mean(axis=1)
    order = np.argsort(-depth, kind="stable")
    faces, depth = faces[order], depth[order]
    which = _numbers(shape, faces, times)
    # The faces' values by number, with "nothing" as number 0.
    air = frame.clear_share(shape.middle_m)
    tones = np.zeros((len(faces) + 1, 3), np.float32)
    tones[1:] = colours[_rows_of(mesh.faces, shape)][order] * air + frame.haze * (1.0 - air)
    far = np.concatenate([np.array([np.inf], np.float32), depth]).astype(np.float32)
    distance = far[which]
    behind = frame.depth[top:bottom, left:right] + np.float32(_INTO_GROUND_M)
    if times == 2:
        behind = np.repeat(np.repeat(behind, 2, axis=0), 2, axis=1)
    shown = (distance < behind).astype(np.float32)
    colour = tones[which] * shown[..., None]
    body = (which > 0).astype(np.float32)
    if times == 2:
        size = (wide, high)
        near = np.minimum(distance, np.float32(1e6))
        near = near.reshape(high, 2, wide, 2).min(axis=(1, 3))
        shown, colour, body = (cv2.resize(a, size, interpolation=cv2.INTER_AREA) for a in (shown, colour, body))
    else:
        near = distance
    even = np.minimum(colour / np.maximum(shown, np.float32(1e-3))[..., None] + np.float32(0.5), np.float32(255.0))
    frame.blend(shape.box, even.astype(np.uint8), shown, near, owner)
    return int(np.count_nonzero(body > 0.5))


def _rows_of(faces: npt.NDArray[np.int32], shape: Outline) -> npt.NDArray[np.int64]:
    """Which faces reach into the box."""
    corners = shape.points[faces]
    left, top, right, bottom = shape.box
    x, y = corners[..., 0], corners[..., 1]
    inside = (x.max(axis=1) > left) & (x.min(axis=1) < right) & (y.max(axis=1) > top) & (y.min(axis=1) < bottom)
    return np.flatnonzero(inside)


def _faces_inside(faces: npt.NDArray[np.int32], shape: Outline) -> npt.NDArray[np.int32]:
    return faces[_rows_of(faces, shape)]


def _numbers(shape: Outline, faces: npt.NDArray[np.int32], times: int) -> npt.NDArray[np.int32]:
    """Number (from 1) of the nearest face in each pixel of the box drawn `times` as large; 0 where there is none."""
    left, top, right, bottom = shape.box
    numbers = np.zeros(((bottom - top) * times, (right - left) * times), np.int32)
    scaled = (shape.points[:, :2] - np.array([left, top], np.float32)) * np.float32(times) - np.float32(0.5)
    corners = np.rint(scaled * np.float32(1 << _SHIFT)).astype(np.int32)[faces]
    for number, corner in enumerate(corners, 1):
        cv2.fillConvexPoly(numbers, corner, number, shift=_SHIFT)
    return numbers
