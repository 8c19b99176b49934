"""Trenches and craters in the land: cut to the same measures as in `ground.Ground`, with thrown-up and burnt earth."""

from __future__ import annotations

from itertools import pairwise
from math import hypot, pi
from random import Random

import numpy as np

from safeconduct.sim.ground import SPOIL_REACH_M, Ground
from safeconduct.sim.grounds import Crater, Trench
from safeconduct.sim.land.palette import Palette
from safeconduct.sim.land.sheet import Float, Patch, Sheet

_ABOUT_M = 4.0  # of trampled and thrown-up earth about a trench
_THROWN = 2.6  # radii of a crater to which earth flew


def dig(sheet: Sheet, ground: Ground, palette: Palette) -> None:
    """Cut all holes. Spoil goes up before anything is cut, so that holes that meet stay open."""
    works = [w for t in ground.trenches if (w := _about_trench(sheet, t)) is not None]
    bowls = [(c, p) for c in ground.craters if (p := _about_crater(sheet, c)) is not None]
    fields = [patch.heights.copy() for patch, _, _ in works] + [patch.heights.copy() for _, patch in bowls]
    edges = [edge for _, edge, _ in works] + [_radius(p, c) - np.float32(c.radius_m) for c, p in bowls]
    patches = [patch for patch, _, _ in works] + [patch for _, patch in bowls]
    if ground.grounds.spoil_m:
        for patch, edge, field in zip(patches, edges, fields, strict=True):
            off = (edge - 0.7) / 0.7
            spoil = np.where(edge < SPOIL_REACH_M, np.clip(1.0 - off * off, 0.0, 1.0), 0.0)
            lumps = 0.04 * np.clip(patch.fine, -1.0, 1.0) * spoil
            np.maximum(patch.heights, field + np.float32(ground.grounds.spoil_m) * spoil + lumps, out=patch.heights)
    for number, (crater, patch) in enumerate(bowls):
        _colour_crater(patch, crater, palette, Random(f"crater {ground.grounds.seed} {number}"))
    for patch, edge, _ in works:
        _colour_trench(patch, edge, palette)
    for (crater, patch), field in zip(bowls, fields[len(works) :], strict=True):
        share = _radius(patch, crater) / np.float32(crater.radius_m)
        bowl = field - np.float32(crater.depth_m) * (1.0 - share * share)
        np.copyto(patch.heights, bowl, where=share < 1.0)
    for (patch, edge, depth_m), field in zip(works, fields, strict=False):
        # The wall is one cell wide, its middle on the edge: as steep as the grid can draw it.
        cut = np.clip(0.5 - edge / np.float32(sheet.cell_m), 0.0, 1.0)
        floor = field - np.float32(depth_m)
        deeper = np.minimum(patch.heights, patch.heights * (1.0 - cut) + floor * cut)
        np.copyto(patch.heights, deeper, where=cut > 0.0)


def _about_trench(sheet: Sheet, trench: Trench) -> tuple[Patch, Float, float] | None:
    """Its patch, the distance of every cell outside its edge (negative inside), metres, and its depth."""
    east, north = zip(*trench.points, strict=True)
    more = trench.width_m / 2.0 + _ABOUT_M
    patch = sheet.patch(min(east) - more, min(north) - more, max(east) + more, max(north) + more)
    if patch is None:
        return None
    edge = np.full(patch.heights.shape, 1e9, np.float32)
    half = trench.width_m / 2.0
    for (e1, n1), (e2, n2) in pairwise(trench.points):
        length = hypot(e2 - e1, n2 - n1) or 1e-6
        ue, un = (e2 - e1) / length, (n2 - n1) / length
        along = np.abs((patch.east - e1) * ue + (patch.north - n1) * un - length / 2.0) - (length / 2.0 + half)
        across = np.abs((patch.north - n1) * ue - (patch.east - e1) * un) - half
        outside = np.hypot(np.maximum(along, 0.0), np.maximum(across, 0.0))
        np.minimum(edge, outside + np.minimum(np.maximum(along, across), 0.0), out=edge)
    return patch, edge, trench.depth_m


def _colour_trench(patch: Patch, edge: Float, palette: Palette) -> None:
    trampled = 0.75 - (edge - 0.9) / 2.2 + 0.7 * patch.coarse
    patch.paint(palette.rut, np.where(edge < _ABOUT_M - 0.3, np.clip(trampled, 0.0, 0.7), 0.0))
    thrown = 1.35 - edge / 1.3 + 0.5 * patch.coarse + 0.5 * patch.fine
    patch.paint(palette.soil, np.clip(thrown * 1.6, 0.0, 1.0), 0.3)
    patch.paint(palette.floor, np.clip(0.6 - edge / 0.2, 0.0, 1.0), 0.22)
    # Little sky reaches the foot of the walls.
    patch.darken(0.45 * np.clip(1.0 + edge / 0.35, 0.0, 1.0) * (edge < 0.05))


def _about_crater(sheet: Sheet, crater: Crater) -> Patch | None:
    reach = crater.radius_m * _THROWN + 1.0
    e, n = crater.at
    return sheet.patch(e - reach, n - reach, e + reach, n + reach)


def _radius(patch: Patch, crater: Crater) -> Float:
    return np.asarray(np.hypot(patch.east - np.float32(crater.at[0]), patch.north - np.float32(crater.at[1])))


def _colour_crater(patch: Patch, crater: Crater, palette: Palette, rng: Random) -> None:
    share = _radius(patch, crater) / np.float32(crater.radius_m)
    turn = np.arctan2(patch.north - np.float32(crater.at[1]), patch.east - np.float32(crater.at[0]))
    # Earth flies in rays: long and short ones by chance.
    rays = np.zeros_like(share)
    for waves in (3, 5, 8, 13, 21):
        rays += np.sin(waves * turn + rng.uniform(0.0, 2.0 * pi)).astype(np.float32) * rng.uniform(0.1, 0.24)
    age = rng.uniform(0.0, 0.6)
    reach = 1.85 + 0.95 * rays + 0.3 * patch.coarse
    patch.paint(palette.soil, np.clip((reach - share) * 1.8 + 0.9 * patch.fine, 0.0, 0.95 - 0.4 * age), 0.28)
    burnt = np.clip(1.5 - share + 0.35 * rays + 0.3 * patch.coarse, 0.0, 1.0)
    patch.paint(palette.burnt, np.asarray(burnt * (0.95 - age), np.float32), 0.25)
    # The rim is the lightest: clods dried by the wind.
    rim = np.exp(-(((share - 1.05) / 0.14) ** 2)) * (0.5 + 0.8 * patch.fine)
    patch.paint(palette.soil, np.asarray(np.clip(rim, 0.0, 0.75), np.float32), 0.35)
    if rng.random() < palette.wet:
        patch.paint(palette.puddle, np.clip((0.42 - share + 0.1 * patch.coarse) * 6.0, 0.0, 0.9), 0.05)
