"""A small field for tests of the camera: flat grass with one trench from west to east, as `Laid` wants it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.sim.camera import FilmCamera, Planted
from safeconduct.sim.camera.relief import Bytes, Floats
from safeconduct.sim.scene import Figure, Garb, Lens, Scene, View, Weather

CELL_M = 0.25
TRENCH_NORTH_M = 12.0  # its middle; 1.2 m wide, 1.6 m deep


class Grown(NamedTuple):
    east: float
    north: float
    up: float
    kind: str
    height_m: float
    radius_m: float
    tint: int


class Field(NamedTuple):
    heights_m: Floats
    origin: tuple[float, float]
    cell_m: float
    colours: Bytes
    grain: Bytes
    grain_m: float
    plants: tuple[Planted, ...]


def field(*plants: Planted, relief_m: float = 0.0) -> Field:
    """80 m by 80 m about the anchor."""
    count = 320
    north = np.arange(count) * CELL_M - 40.0
    east = north.copy()
    heights = relief_m * np.sin(east / 11.0)[None, :] * np.cos(north / 13.0)[:, None]
    heights = heights - 1.6 * (np.abs(north - TRENCH_NORTH_M) <= 0.6)[:, None]
    chance = np.random.default_rng(4)
    colours = np.clip(np.array([62, 108, 96]) + chance.normal(0, 6, (count, count, 1)), 0, 255)
    grain = np.clip(128 + chance.normal(0, 16, (512, 512)), 0, 255)
    return Field(
        heights.astype(np.float32),
        (-40.0, -40.0),
        CELL_M,
        colours.astype(np.uint8),
        grain.astype(np.uint8),
        5.0,
        plants,
    )


CLEAN = Lens(width_px=480, height_px=270, shake_deg=0.0, noise=0.0, quality=0, exposure_s=0.0)
"""A lens that adds nothing of its own."""
ABOVE = View(Enu(0.0, -12.0, 8.0), 0.0, -32.0, 0.0, 40.0)
"""Looks north at the anchor from 14 m away."""


def camera(land: Field | None = None, weather: Weather | None = None, lens: Lens = CLEAN, seed: int = 3) -> FilmCamera:
    return FilmCamera(land or field(), weather or Weather(), lens, seed)


def person(east: float = 0.0, north: float = 0.0, key: int = 1) -> Figure:
    return Figure(key, Garb(), Enu(east, north, 0.0), 180.0)


def scene(*figures: Figure) -> Scene:
    return Scene(0.0, figures=figures)
