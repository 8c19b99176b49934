"""Colours of the ground by season, without light: red, green, blue here as one names them; `bgr` for pictures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.sim.scene import Season

Colour = tuple[int, int, int]


class Crop(NamedTuple):
    """A kind of field: its colour, the colour of its tufts and bare patches, and how much rows show, 0 to 1."""

    name: str
    base: Colour
    accent: Colour
    rows: float
    share: float  # of all fields


class Palette(NamedTuple):
    crops: tuple[Crop, ...]
    verge: Colour  # uncut strips between fields
    soil: Colour  # freshly dug
    floor: Colour  # of a trench
    rut: Colour
    burnt: Colour
    puddle: Colour
    wet: float  # share of craters that hold water
    litter: Colour  # under trees
    brick: Colour = (136, 98, 80)
    plaster: Colour = (186, 178, 162)
    mortar: Colour = (140, 126, 112)  # rubble and dust about a ruin
    texture: float = 1.0  # how much tufts and clods vary the light
    patchy: float = 62.0  # mean share of the accent, 0 to 255


_SOIL = (104, 84, 62)

PALETTES: dict[Season, Palette] = {
    Season.SPRING: Palette(
        (
            Crop("grass", (92, 108, 60), (126, 128, 80), 0.12, 0.4),
            Crop("winter wheat", (82, 108, 58), (104, 102, 68), 0.9, 0.25),
            Crop("bare soil", (102, 84, 64), (124, 106, 82), 1.0, 0.2),
            Crop("fallow", (112, 118, 66), (140, 130, 90), 0.2, 0.15),
        ),
        verge=(104, 114, 66),
        soil=(98, 78, 58),
        floor=(66, 54, 42),
        rut=(96, 80, 62),
        burnt=(58, 52, 46),
        puddle=(96, 104, 108),
        wet=0.4,
        litter=(82, 76, 50),
    ),
    Season.SUMMER: Palette(
        (
            Crop("grass", (108, 114, 66), (154, 142, 94), 0.1, 0.35),
            Crop("stubble", (176, 154, 98), (138, 120, 78), 1.0, 0.25),
            Crop("fallow", (128, 126, 72), (166, 150, 100), 0.15, 0.25),
            Crop("bare soil", (124, 104, 80), (146, 126, 98), 0.9, 0.15),
        ),
        verge=(124, 122, 72),
        soil=(122, 100, 74),
        floor=(78, 64, 48),
        rut=(140, 122, 94),
        burnt=(64, 58, 50),
        puddle=(104, 108, 100),
        wet=0.1,
        litter=(96, 86, 56),
    ),
    Season.AUTUMN: Palette(
        (
            Crop("dead grass", (138, 118, 74), (104, 92, 58), 0.1, 0.4),
            Crop("ploughed", (88, 70, 54), (106, 88, 68), 1.0, 0.25),
            Crop("stubble", (150, 128, 86), (112, 96, 66), 1.0, 0.2),
            Crop("fallow", (116, 104, 62), (150, 128, 80), 0.2, 0.15),
        ),
        verge=(132, 112, 64),
        soil=_SOIL,
        floor=(62, 50, 40),
        rut=(90, 74, 58),
        burnt=(54, 48, 42),
        puddle=(92, 96, 98),
        wet=0.4,
        litter=(128, 84, 44),
    ),
    Season.WINTER: Palette(
        (
            Crop("snow on grass", (214, 218, 224), (166, 156, 132), 0.08, 0.45),
            Crop("snow on plough", (206, 208, 214), (128, 114, 98), 0.9, 0.3),
            Crop("snow on stubble", (212, 214, 216), (170, 156, 126), 0.8, 0.25),
        ),
        verge=(182, 176, 158),
        soil=(92, 76, 62),
        floor=(64, 54, 46),
        rut=(142, 132, 124),
        burnt=(62, 56, 52),
        puddle=(150, 160, 168),
        wet=0.3,
        litter=(150, 140, 124),
        texture=0.4,
        patchy=8.0,
    ),
}


def bgr(colour: Colour) -> npt.NDArray[np.float32]:
    return np.array(colour[::-1], np.float32)
