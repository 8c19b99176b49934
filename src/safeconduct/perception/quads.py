"""Four straight sides about a place, in a landscape of how far each pixel's colour is from that of a plate.

Each slope of the landscape votes for the line that it would be a part of (a Hough transform that uses the direction of
the slope, as Ballard 1981 does); of the best lines, those four are a sheet's sides that close at sound angles, two by
two parallel, and whose outline is seen to be an edge over the largest share of its length.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

# An edge: its slope a px; how far from the plate it is inward of it, at most, and outward, at least; by how many px.
_SLOPE, _INSIDE, _OUTSIDE, _INWARD_PX = 3.0, 16.0, 18.0, 3.0
_TURNS, _BIN_PX = 90, 1.0  # bins of lines: of direction and of distance
_LINES = 10  # of the best are put together
_UNLIKE_DEG, _UNLIKE_PX = 9.0, 3.0  # lines nearer than both are one
_ON_LINE_PX, _ON_LINE = 1.5, 0.94  # an edge px lies on a line: its distance, the cosine between their directions
_CORNER_DEG, _PARALLEL_DEG = (35.0, 145.0), 11.0  # a sheet some metres away is hardly narrower at its far end
_LEAST_SIDE = 0.2  # of each side is seen as an edge, at least


def quad_about(
    far: npt.NDArray[np.float32], middle: Points, ink: Points, area: tuple[float, float], height_px: float
) -> tuple[float, Points] | None:
    """far: the landscape, 0 on the plate. middle: px, inside the quadrilateral; ink: px that no side may cut. area: its
    limits, of height_px squared. Returns the share of the outline that is seen as an edge, and the corners, px from
    the middle."""
    reach = max(far.shape) // 2
    return _quad(_lines(_edges(far, middle), ink - middle, reach), area, height_px)


class _Edges(NamedTuple):
    """Places where the colour of the plate ends: px from the middle of the ink, unit vectors outward, how steep."""

    places: Points
    outward: Points
    steep: Points


def _edges(far: npt.NDArray[np.float32], middle: Points) -> _Edges:
    across, down = cv2.Sobel(far, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(far, cv2.CV_32F, 0, 1, scale=0.125)
    size = cv2.magnitude(across, down)
    y, x = np.nonzero(size > _SLOPE)
    across_, down_ = across[y, x] / size[y, x], down[y, x] / size[y, x]
    high, wide = far.shape
    beside = [
        size[
            np.clip(np.round(y + k * down_).astype(int), 0, high - 1),
            np.clip(np.round(x + k * across_).astype(int), 0, wide - 1),
        ]
        for k in (-1, 1)
    ]
    ridge = (size[y, x] >= beside[0]) & (size[y, x] > beside[1])
    y, x = y[ridge], x[ridge]
    steep = size[y, x].astype(np.float64)
    outward = np.stack([across[y, x], down[y, x]], axis=1) / steep[:, None]
    places = np.stack([x, y], axis=1) - middle
    inward = np.round(np.stack([x, y], axis=1) - _INWARD_PX * outward).astype(int)
    beyond = np.round(np.stack([x, y], axis=1) + _INWARD_PX * outward).astype(int)
    within, without = (far[np.clip(at[:, 1], 0, high - 1), np.clip(at[:, 0], 0, wide - 1)] for at in (inward, beyond))
    kept = ((outward * places).sum(axis=1) > 1.5) & (within < _INSIDE) & (without > _OUTSIDE)
    return _Edges(places[kept], outward[kept], np.minimum(steep[kept], 4.0 * _SLOPE))


class _Line(NamedTuple):
    """normal: unit, outward. off: px from the middle. seen: how many px of it were edges, up to each px along it from
    -reach on."""

    normal: Points
    off: float
    seen: Points


def _lines(edges: _Edges, ink: Points, reach: int) -> list[_Line]:
    """The straight edges beyond the ink with the most on them, unlike each other, once round."""
    if len(edges.places) < 8:
        return []
    off = (edges.places * edges.outward).sum(axis=1)
    turn = np.arctan2(edges.outward[:, 1], edges.outward[:, 0])
    columns = int(reach * 1.5 / _BIN_PX) + 2
    row = np.round(turn * _TURNS / (2.0 * np.pi)).astype(int) % _TURNS
    column = np.clip(np.round(off / _BIN_PX).astype(int), 0, columns - 1)
    votes = np.bincount(row * columns + column, edges.steep, _TURNS * columns).reshape(_TURNS, columns)
    votes = np.concatenate([votes[-2:], votes, votes[:2]])  # directions go round
    votes = cv2.GaussianBlur(votes, (5, 5), 1.0)[2:-2]
    angles = np.arange(_TURNS) * (2.0 * np.pi / _TURNS)
    normals = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    # No side may cut the writing.
    votes[np.arange(columns)[None, :] * _BIN_PX < (normals @ ink.T).max(axis=1)[:, None] - 0.5] = 0.0
    found: list[_Line] = []
    while len(found) < _LINES:
        best = int(votes.argmax())
        row_, column_ = divmod(best, columns)
        if votes[row_, column_] <= 0.0:
            break
        found.append(_line(edges, normals[row_], column_ * _BIN_PX, reach))
        rows = np.arange(row_ - round(_UNLIKE_DEG * _TURNS / 360.0), row_ + round(_UNLIKE_DEG * _TURNS / 360.0) + 1)
        near = round(_UNLIKE_PX / _BIN_PX)
        votes[rows % _TURNS, max(0, column_ - near) : column_ + near + 1] = 0.0
    return sorted(found, key=lambda line: float(np.arctan2(line.normal[1], line.normal[0])))


def _line(edges: _Edges, normal: Points, off_px: float, reach: int) -> _Line:
    """A line drawn through the edges that lie on it."""
    on = (np.abs(edges.places @ normal - off_px) <= _ON_LINE_PX) & (edges.outward @ normal >= _ON_LINE)
    places, weight = edges.places[on], edges.steep[on]
    if len(places) >= 4:
        middle = (places * weight[:, None]).sum(axis=0) / weight.sum()
        a, b = ((places - middle) * np.sqrt(weight)[:, None]).T
        spread = 0.5 * np.arctan2(2.0 * float(a @ b), float(a @ a - b @ b))
        turned = np.array([-np.sin(spread), np.cos(spread)])
        turned = turned if turned @ normal > 0 else -turned
        if turned @ normal >= 0.97:
            normal, off_px = turned, float(turned @ middle)
            on = (np.abs(edges.places @ normal - off_px) <= _ON_LINE_PX) & (edges.outward @ normal >= _ON_LINE)
    along = np.round(edges.places[on] @ np.array([-normal[1], normal[0]])).astype(int) + 2 * reach
    seen = np.zeros(4 * reach + 1)
    seen[np.clip(along, 0, 4 * reach)] = 1.0
    seen = np.minimum(1.0, np.convolve(seen, np.ones(3), "same"))
    return _Line(normal, off_px, np.concatenate([[0.0], np.cumsum(seen)]))


def _quad(lines: list[_Line], area_: tuple[float, float], height_px: float) -> tuple[float, Points] | None:
    """Four of the lines that close: (share of their outline that was seen as an edge, corners from the middle)."""
    if len(lines) < 4:
        return None
    fours = _fours(np.array([line.normal for line in lines]))
    if not len(fours):
        return None
    normals, offs = np.array([line.normal for line in lines])[fours], np.array([line.off for line in lines])[fours]
    following, next_off = np.roll(normals, -1, axis=1), np.roll(offs, -1, axis=1)
    across = normals[..., 0] * following[..., 1] - normals[..., 1] * following[..., 0]
    x = (offs * following[..., 1] - next_off * normals[..., 1]) / across
    y = (next_off * normals[..., 0] - offs * following[..., 0]) / across
    corners = np.stack([x, y], axis=2)  # of each side with the one after it
    tangent = np.stack([-normals[..., 1], normals[..., 0]], axis=2)
    end, begin = (corners * tangent).sum(axis=2), (np.roll(corners, 1, axis=1) * tangent).sum(axis=2)
    seen = np.array([line.seen for line in lines])
    half = (seen.shape[1] - 2) // 2
    first, last = (np.clip(np.round(t).astype(int) + half, 0, seen.shape[1] - 1) for t in (begin, end))
    covered = seen[fours, last] - seen[fours, first]
    length = np.maximum(end - begin, 1e-6)
    area = 0.5 * (np.roll(x, 1, axis=1) * y - x * np.roll(y, 1, axis=1)).sum(axis=1)
    fit = (length > 3.0).all(axis=1) & (covered / length >= _LEAST_SIDE).all(axis=1)
    fit &= (area >= area_[0] * height_px**2) & (area <= area_[1] * height_px**2)
    score = np.where(fit, covered.sum(axis=1) / length.sum(axis=1), 0.0)
    best = int(score.argmax())
    return (float(score[best]), corners[best]) if score[best] > 0.0 else None


def _fours(normals: Points) -> npt.NDArray[np.int64]:
    """Every four of the lines (which go once round) that meet at sound angles, opposite ones nearly parallel."""
    fours = np.array(list(combinations(range(len(normals)), 4)))
    turn = np.degrees(np.arctan2(normals[:, 1], normals[:, 0]))[fours]
    corner = np.diff(np.concatenate([turn, turn[:, :1] + 360.0], axis=1), axis=1)
    sound = ((corner >= _CORNER_DEG[0]) & (corner <= _CORNER_DEG[1])).all(axis=1)
    opposed = np.abs(corner[:, :2] + corner[:, 1:3] - 180.0).max(axis=1) <= _PARALLEL_DEG
    return np.asarray(fours[sound & opposed], np.int64)


def upright(corners: Points) -> Points:
    """Clockwise in the picture, the side that runs most to the right first: upper left, upper right, and so on."""
    x, y = corners[:, 0], corners[:, 1]
    area = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    turned = corners if area > 0 else corners[::-1]
    ahead = np.roll(turned, -1, axis=0) - turned
    ahead = ahead / np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)[:, None]
    opposite = ahead[:, 0] - np.roll(ahead[:, 0], 2)
    return np.roll(turned, -int(opposite.argmax()), axis=0)
