"""What stands, where it meets the ground: walls as blocks of the height field, rubble, the dark under plants."""

from __future__ import annotations

from math import hypot
from random import Random

import numpy as np

from safeconduct.sim.ground import Ground
from safeconduct.sim.land.palette import Palette
from safeconduct.sim.land.sheet import Patch, Sheet
from safeconduct.sim.standing import HEDGE, STUMP, TREE, WALL_THICK_M, Plant, Wall


def build_ruins(sheet: Sheet, ground: Ground, palette: Palette) -> None:
    """Raise the walls of every ruin, and strew dust and rubble about it."""
    for number, ruin in enumerate(ground.grounds.ruins):
        reach = hypot(ruin.length_m, ruin.width_m) / 2.0 + 4.0
        e, n = ruin.at
        patch = sheet.patch(e - reach, n - reach, e + reach, n + reach)
        if patch is not None:
            away = np.hypot(patch.east - e, patch.north - n) / np.float32(reach - 3.0)
            strewn = np.clip((1.05 - away) * 2.5 + 0.9 * patch.coarse + 0.5 * patch.fine, 0.0, 0.85)
            patch.paint(palette.mortar, strewn, 0.35)
            patch.paint(palette.brick, np.clip(strewn * (1.3 * patch.fine - 0.4), 0.0, 0.6), 0.3)
            _build(patch, [w for w in ground.walls if w.ruin == number], sheet.cell_m, palette)


def _build(patch: Patch, walls: list[Wall], cell_m: float, palette: Palette) -> None:
    foot = np.full(patch.heights.shape, 1e9, np.float32)
    blocks = []
    for wall in walls:
        length = hypot(wall.e2 - wall.e1, wall.n2 - wall.n1) or 1e-6
        ue, un = (wall.e2 - wall.e1) / length, (wall.n2 - wall.n1) / length
        # Nothing thinner than the cells can hold; pieces of one wall close up.
        half = max(wall.thick_m / 2.0, cell_m)
        end = 0.3 if wall.thick_m >= WALL_THICK_M else 0.0
        along = np.abs((patch.east - wall.e1) * ue + (patch.north - wall.n1) * un - length / 2.0) - (length / 2.0 + end)
        across = np.abs((patch.north - wall.n1) * ue - (patch.east - wall.e1) * un) - half
        away = np.maximum(along, across)
        blocks.append((wall, away))
        if wall.height_m > _LOW_M:
            np.minimum(foot, away, out=foot)
    patch.darken(np.asarray(0.3 * np.clip(1.0 - foot / 0.6, 0.0, 1.0), np.float32))
    rng = Random(f"plaster {len(walls)}")
    plastered = False
    for wall, away in blocks:
        if rng.random() < 0.2:
            plastered = not plastered  # it fell off in sheets, not brick by brick
        # A little slope with its middle on the edge: a straight wall whatever way it runs, and not yet a roof.
        cover = np.clip(0.5 - away / np.float32(0.6 * cell_m), 0.0, 1.0)
        raised = np.float32(wall.up) + np.float32(wall.height_m) * cover
        np.maximum(patch.heights, raised, out=patch.heights, where=cover > 0.0)
        colour = palette.plaster if plastered and wall.height_m > _LOW_M else palette.brick
        patch.paint(colour, np.asarray(np.clip(1.3 - away / np.float32(cell_m), 0.0, 1.0), np.float32), 0.2)


_LOW_M = 0.6
_DARK = {TREE: 0.5, HEDGE: 0.55}


def shade_under_plants(sheet: Sheet, plants: tuple[Plant, ...], palette: Palette) -> None:
    """Litter and too little light where something grows: without it a bush floats over the field."""
    for plant in plants:
        if plant.kind == STUMP:
            radius, dark = 0.5, 0.5
        else:
            radius, dark = plant.radius_m, _DARK.get(plant.kind, 0.5)
        reach = radius * 1.6 + 0.4
        patch = sheet.patch(plant.east - reach, plant.north - reach, plant.east + reach, plant.north + reach)
        if patch is None:
            continue
        share = np.hypot(patch.east - plant.east, patch.north - plant.north) / np.float32(radius)
        under = np.clip(1.35 - share + 0.5 * patch.coarse, 0.0, 1.0)
        patch.paint(palette.litter, under * 0.8, 0.25)
        patch.darken(dark * np.clip(1.0 - share * 0.9, 0.0, 1.0))
