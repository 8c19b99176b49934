"""What stands, where it meets the ground: walls as blocks of the height field, rubble, the dark under plants."""

from __future__ import annotations

from math import hypot
from random import Random

import numpy as np

from safeconduct.sim.ground import Ground
from safeconduct.sim.land.palette import Palette
from safeconduct.sim.land.sheet import Sheet
from safeconduct.sim.standing import HEDGE, STUMP, TREE, WALL_THICK_M, Plant


def build_ruins(sheet: Sheet, ground: Ground, palette: Palette) -> None:
    """Raise the walls of every ruin, and strew dust and rubble about it."""
    for ruin in ground.grounds.ruins:
        reach = hypot(ruin.length_m, ruin.width_m) / 2.0 + 4.0
        e, n = ruin.at
        patch = sheet.patch(e - reach, n - reach, e + reach, n + reach)
        if patch is not None:
            away = np.hypot(patch.east - e, patch.north - n) / np.float32(reach - 3.0)
            strewn = np.clip((1.05 - away) * 2.5 + 0.9 * patch.coarse + 0.5 * patch.fine, 0.0, 0.85)
            patch.paint(palette.mortar, strewn, 0.35)
            patch.paint(palette.brick, np.clip(strewn * (1.6 * patch.fine - 0.35), 0.0, 0.8), 0.3)
    rng = Random(f"walls {ground.grounds.seed}")
    thinnest = 0.75 * sheet.cell_m
    for wall in ground.walls:
        length = hypot(wall.e2 - wall.e1, wall.n2 - wall.n1) or 1e-6
        ue, un = (wall.e2 - wall.e1) / length, (wall.n2 - wall.n1) / length
        half = max(wall.thick_m / 2.0, thinnest)
        patch = sheet.patch(
            min(wall.e1, wall.e2) - 1.0,
            min(wall.n1, wall.n2) - 1.0,
            max(wall.e1, wall.e2) + 1.0,
            max(wall.n1, wall.n2) + 1.0,
        )
        plaster = rng.random() < 0.55
        if patch is None:
            continue
        along = (patch.east - wall.e1) * ue + (patch.north - wall.n1) * un
        across = np.abs((patch.north - wall.n1) * ue - (patch.east - wall.e1) * un)
        end = 0.1 if wall.thick_m >= WALL_THICK_M else 0.0  # pieces of one wall close up
        inside = (along >= -end) & (along <= length + end) & (across <= half)
        if not inside.any():
            continue
        ragged = wall.height_m * (1.0 + 0.08 * np.clip(patch.fine, -1.0, 1.0))
        np.maximum(patch.heights, np.where(inside, wall.up + ragged, -1e9), out=patch.heights, casting="same_kind")
        colour = palette.plaster if plaster and wall.height_m > 0.7 else palette.brick
        patch.paint(colour, inside * np.float32(0.95), 0.22)
        foot = 0.35 * (np.clip(1.0 - (across - half) / 0.5, 0.0, 1.0) * ~inside * (along > -0.3))
        patch.darken(np.asarray(foot, np.float32))


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
