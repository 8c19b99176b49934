"""Plates: quadrilaterals of one colour with dark writing on them, such as cardboard or a page held up.

Found from the writing outward: ink that stands close together is a group; how far a pixel's colour is from that of the
plate under the group is a landscape whose slopes are the plate's edges; four straight slopes about the group, two by
two parallel, are its sides. Hands that cover an edge, and places where the plate looks like what is behind it, spoil
a part of a side and not the line.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.perception.found import Picture
from safeconduct.perception.ink import Ink, Mask, disc, ink_in
from safeconduct.perception.quads import quad_about, upright

Points = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

STROKE_PX = 11  # at the scale of `find_plates`
_JOINS = disc(5)  # letters so close are one group
_HALO, _BESIDE, _NEAR = disc(5), disc(11), disc(25)  # about ink: its blur; its plate; other words
_OPENS, _PIECE = disc(3), 0.06  # of the largest piece of plate about a group, that another must touch of it
_GROUPS, _WEAKEST = 3, 0.5  # the strongest are looked at; of the first's strength, at least
_LEAST_INK, _WIDEST, _HIGHEST = 0.0012, 0.8, 0.6  # of the person's height squared; of his height
_REACH = 0.42  # of his height, from the middle of the ink
_FAR, _COLOUR = (
    36.0,
    2.0,
)  # 8-bit Lab: beyond it all is equally far; colour counts so much more than light
_ALIKE = 18.0  # so near it is the plate
_STRICT = (1.0, 1.8)  # where the ground looks like cardboard, the plate's colour must be taken more narrowly
_MOST_INK = 0.5  # of a group must lie on the plate
_HELD_WELL, _UNHELD = 0.7, 0.35  # share of its outline that needs no second try; what is believed where no sides show
_AREA = (0.004, 0.3)  # of the height squared


class Plate(NamedTuple):
    """corners: four, px of the patch, clockwise from the upper left as a reader sees it. held: share of its
    outline that is seen as an edge. ink: contrast of the writing by which it was found."""

    corners: Points
    held: float
    ink: float


def find_plates(patch: Picture, height_px: float) -> list[Plate]:
    """patch: BGR, scaled so that the person is some 160 px tall; height_px: his height there. Best first."""
    grey = np.asarray(cv2.GaussianBlur(cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY), (3, 3), 0), np.uint8)
    ink = ink_in(grey, STROKE_PX)
    groups = _groups(ink, height_px)
    if not groups:
        return []
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(patch, (3, 3), 0), cv2.COLOR_BGR2LAB), np.float32)
    inked = cv2.dilate(ink.mask, _HALO)
    found: list[Plate] = []
    for group in groups:
        # A word of a longer text lies in the plate that another word has found already.
        if any(cv2.pointPolygonTest(p.corners.astype(np.float32), group.middle, False) >= 0 for p in found):
            continue
        found.append(_around(lab, inked, group, height_px))
    return sorted(found, key=lambda p: -p.held * p.ink)


class _Group(NamedTuple):
    middle: tuple[float, float]
    points: Points
    contrast: float


def _groups(ink: Ink, height_px: float) -> list[_Group]:
    """Ink that stands close together, the strongest first."""
    near = cv2.morphologyEx(ink.mask, cv2.MORPH_CLOSE, _JOINS)
    _, names, stats, _ = cv2.connectedComponentsWithStats(near)
    found: list[tuple[float, _Group]] = []
    fit = (stats[:, 4] >= _LEAST_INK * height_px**2) & (stats[:, 2] <= _WIDEST * height_px)
    fit[0] = False  # what is no ink
    for name in np.flatnonzero(fit & (stats[:, 3] <= _HIGHEST * height_px)):
        left, top, wide, high, _ = (int(v) for v in stats[name])
        part = slice(top, top + high), slice(left, left + wide)
        own = (names[part] == name) & (ink.mask[part] > 0)
        if own.sum() < _LEAST_INK * height_px**2:
            continue
        y, x = np.nonzero(own)
        contrast = float(ink.contrast[part][own].mean())
        points = np.stack([x + left, y + top], axis=1).astype(np.float64)
        middle = (left + (wide - 1) / 2.0, top + (high - 1) / 2.0)
        found.append((contrast * len(x) ** 0.5, _Group(middle, points, contrast)))
    found.sort(key=lambda f: -f[0])
    return [group for strength, group in found[:_GROUPS] if strength >= _WEAKEST * found[0][0]]


def _around(lab: Floats, inked: Mask, group: _Group, height_px: float) -> Plate:
    """The plate about a group of ink; where no four sides show, as much as the ink itself tells of it."""
    reach = max(14, round(_REACH * height_px))
    left, top = max(0, round(group.middle[0]) - reach), max(0, round(group.middle[1]) - reach)
    window = slice(top, top + 2 * reach + 1), slice(left, left + 2 * reach + 1)
    part, writing = lab[window], inked[window]
    ink = group.points - [left, top]
    middle = np.array(group.middle) - [left, top]
    best: tuple[float, Points] | None = None
    far = _far(part, writing, ink)
    if far is not None:
        for strict in _STRICT:
            plate = _hull(strict * far, ink.astype(int))
            own = ink[plate[ink[:, 1].astype(int), ink[:, 0].astype(int)] > 0]
            if len(own) < _MOST_INK * len(ink):
                continue
            bare = np.where((plate > 0) & (writing > 0), np.float32(0.0), np.minimum(strict * far, _FAR))
            quad = quad_about(np.asarray(cv2.GaussianBlur(bare, (3, 3), 0), np.float32), middle, own, _AREA, height_px)
            if quad is not None and (best is None or quad[0] > best[0]):
                best = quad
            if best is not None and best[0] >= _HELD_WELL:
                break
    if best is None:
        best = _UNHELD, _about_ink(ink - middle)
    return Plate(upright(best[1] + middle + [left, top]), best[0], group.contrast)


def _about_ink(ink: Points) -> Points:
    """The upright of the smallest rectangles about the writing, with room for half a line about it."""
    (x, y), (wide, high), turn = cv2.minAreaRect(ink.astype(np.float32))
    room = 0.5 * min(wide, high)
    return np.asarray(cv2.boxPoints(((x, y), (wide + room, high + room), turn)), np.float64)


def _far(part: Floats, writing: Mask, ink: Points) -> Floats | None:
    """How far each px is from the colour of the plate, by what is between and beside the ink."""
    hull = np.zeros(writing.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(np.round(ink).astype(np.int32)), 1)
    colours = part[(cv2.dilate(hull, _BESIDE) > 0) & (writing == 0)]
    if not len(colours):
        return None
    # Of its brighter half, as ink blurs into the rest; then of all that is like it.
    far = _from(part, np.median(colours[colours[:, 0] >= np.median(colours[:, 0])], axis=0))
    colours = part[(cv2.dilate(hull, _NEAR) > 0) & (writing == 0) & (far < _ALIKE)]
    return _from(part, np.median(colours, axis=0)) if len(colours) else None


def _from(part: Floats, colour: Floats) -> Floats:
    off = np.abs(part - colour)
    return np.asarray(off[..., 0] + _COLOUR * (off[..., 1] + off[..., 2]), np.float32)


def _hull(far: Floats, ink: npt.NDArray[np.int64]) -> Mask:
    """The plate about the group as it is without its writing, 1 in the convex hull of the pieces that touch the ink."""
    near = np.asarray(cv2.morphologyEx((far < _ALIKE).astype(np.uint8), cv2.MORPH_OPEN, _OPENS), np.uint8)
    group = np.zeros_like(near)
    group[ink[:, 1], ink[:, 0]] = 1
    _, names = cv2.connectedComponents(near, connectivity=4)
    touched = np.bincount(names[(cv2.dilate(group, _BESIDE) > 0) & (near > 0)], minlength=2)
    pieces = np.isin(names, np.flatnonzero(touched >= max(6.0, _PIECE * float(touched.max()))))
    places = np.argwhere(pieces)[:, ::-1]
    plate = np.zeros_like(near)
    if len(places):
        cv2.fillConvexPoly(plate, cv2.convexHull(places.astype(np.int32)), 1)
    return plate
