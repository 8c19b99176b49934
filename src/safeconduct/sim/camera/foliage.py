"""What a tree, a bush, a piece of hedge or a broken trunk looks like from one side: small cut-out pictures.

A plant is a cloud of leaves and a few sticks in space; it is looked at once for each direction that comes up, from so
steep above and with the sun so far round, and kept as a picture with its share of cover in each pixel.
"""

from __future__ import annotations

from math import cos, radians, sin
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.light import Light
from safeconduct.sim.scene import Picture, Season

SIZES: dict[str, tuple[float, float]] = {
    "tree": (9.0, 3.0),
    "bush": (1.6, 1.1),
    "hedge": (1.8, 0.9),
    "stump": (2.2, 0.35),
}
"""Height and radius, m, with which each kind is pictured; a plant of another size is this one stretched."""
LOOKS_DEG = 9.0
"""From one picture of a plant to the next, by how steeply it is looked down on."""
SUNS = 6
"""So many pictures by where the sun stands about the one who looks."""
VARIANTS = 3
_FINEST_PX = 200.0  # height of the finest picture

_GREENS = {
    Season.SPRING: ((58, 128, 98), (62, 112, 90), (70, 140, 116)),
    Season.SUMMER: ((44, 92, 68), (40, 84, 70), (52, 100, 84)),
    Season.AUTUMN: ((46, 104, 140), (40, 82, 124), (56, 118, 134)),
    Season.WINTER: ((92, 98, 104), (84, 92, 100), (100, 106, 110)),
}
_FULL = {Season.SPRING: 0.75, Season.SUMMER: 1.0, Season.AUTUMN: 0.6, Season.WINTER: 0.1}
_BARK = (52.0, 66.0, 80.0)
_SNOW = (214.0, 212.0, 208.0)


class CutOut(NamedTuple):
    """picture (rows, cols, 4): blue, green and red as much as they cover, and the cover. foot: of the plant, x, y, px.

    per_m: pixels to a metre.
    """

    picture: Picture
    foot: tuple[float, float]
    per_m: float


class _Stuff(NamedTuple):
    """Points of a plant: place (n, 3) m, x aside, y away, z up; normal (n, 3); albedo (n, 3); inner (n,) 0 to 1."""

    place: npt.NDArray[np.float64]
    normal: npt.NDArray[np.float64]
    albedo: npt.NDArray[np.float64]
    open_: npt.NDArray[np.float64]


class Foliage:
    """Cut-outs by kind, looks and sun, made when first needed; what was made before changes no picture."""

    def __init__(self, light: Light, season: Season, seed: int, grey: float | None = None) -> None:
        """grey: instead of leaf colours, one brightness (thermal pictures)."""
        self._light, self._season, self._seed, self._grey = light, season, seed, grey
        self._made: dict[tuple[str, int, int, int], list[CutOut]] = {}
        self._stuff: dict[tuple[str, int], _Stuff] = {}

    def cut_out(self, kind: str, variant: int, look: int, sun: int) -> list[CutOut]:
        """look: LOOKS_DEG times this is the angle looked down. sun: its place around in SUNS parts, 0 behind the plant.

        Returns the finest first.
        """
        key = kind, variant, look, sun
        if key not in self._made:
            if key[:2] not in self._stuff:
                self._stuff[key[:2]] = _grown(kind, variant, self._season, self._seed)
            self._made[key] = self._pictured(kind, self._stuff[key[:2]], look * LOOKS_DEG, sun * 360.0 / SUNS)
        return self._made[key]

    def _pictured(self, kind: str, stuff: _Stuff, down_deg: float, sun_deg: float) -> list[CutOut]:
        height_m, radius_m = SIZES[kind]
        c, s = cos(radians(down_deg)), sin(radians(down_deg))
        level = float(np.hypot(self._light.to_sun[0], self._light.to_sun[1]))
        to_sun = np.array([level * sin(radians(sun_deg)), level * cos(radians(sun_deg)), self._light.to_sun[2]])
        facing = np.clip(stuff.normal @ to_sun + 0.12, 0.0, 1.0) * stuff.open_
        sky = (0.55 + 0.45 * stuff.normal[:, 2]) * (0.45 + 0.55 * stuff.open_)
        if self._grey is None:
            tone = stuff.albedo * self._light.on(facing.astype(np.float32), sky.astype(np.float32))
        else:
            tone = np.repeat((self._grey * (0.82 + 0.18 * stuff.open_))[:, None], 3, axis=1)
        tall_m = height_m * c + 2.0 * radius_m * s
        per_m = 2.0 * _FINEST_PX / tall_m
        foot = radius_m * 1.25 * per_m, (tall_m - radius_m * s) * 1.06 * per_m
        high, wide = int(tall_m * 1.12 * per_m) // 2 * 2, int(radius_m * 2.5 * per_m) // 2 * 2
        x = stuff.place[:, 0] * per_m + foot[0]
        y = foot[1] - (stuff.place[:, 2] * c + stuff.place[:, 1] * s) * per_m
        order = np.argsort(-(stuff.place[:, 1] * c - stuff.place[:, 2] * s), kind="stable")
        leaf = max(1, round(0.011 * min(high, 2.2 * wide)))
        # Every leaf a small disc; a byte for each colour and one for the cover go as one number.
        bytes_ = np.full((len(order), 4), 255, np.uint8)
        bytes_[:, :3] = np.clip(tone[order], 0.0, 255.0)
        whole = np.zeros(high * wide, np.uint32)
        cols, rows = (
            np.clip(np.rint(v[order]), leaf, most - 1 - leaf).astype(np.int32) for v, most in ((x, wide), (y, high))
        )
        dx, dy = np.array(
            [(i, j) for i in range(-leaf, leaf + 1) for j in range(-leaf, leaf + 1) if i * i + j * j <= leaf * leaf],
            np.int32,
        ).T
        flat = (rows * np.int32(wide) + cols)[:, None] + (dy * np.int32(wide) + dx)
        whole[flat.ravel()] = np.repeat(bytes_.view(np.uint32).ravel(), len(dx))
        picture = whole.view(np.uint8).reshape(high, wide, 4)
        out: list[CutOut] = []
        while min(picture.shape[:2]) >= 4:
            size = picture.shape[1] // 2, picture.shape[0] // 2
            across, along = size[0] / picture.shape[1], size[1] / picture.shape[0]
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
            foot, per_m = (foot[0] * across, foot[1] * along), per_m / 2.0
            out.append(CutOut(picture, foot, per_m))
        return out


def _grown(kind: str, variant: int, season: Season, seed: int) -> _Stuff:
    chance = np.random.default_rng([seed, variant, sorted(SIZES).index(kind)])
    height_m, radius_m = SIZES[kind]
    parts: list[_Stuff] = []
    if kind == "tree":
        tops = _clusters(chance, 26, radius_m * 0.78, 0.36 * height_m, 0.96 * height_m)
        parts.append(_stick(chance, np.zeros(3), np.array([0.1, 0.0, 0.75 * height_m]), 0.17, 500))
        for top in tops[:16]:
            start = np.array([0.0, 0.0, chance.uniform(0.25, 0.6) * height_m])
            parts.append(_stick(chance, start, top, 0.06, 130))
        parts += [_tuft(chance, top, 0.36 * radius_m, int(330 * _FULL[season]), season, variant) for top in tops]
    elif kind == "stump":
        lean = chance.normal(0.0, 0.12, 3) * np.array([1.0, 1.0, 0.0])
        parts.append(_stick(chance, np.zeros(3), lean + np.array([0.0, 0.0, height_m]), 0.2, 1600))
        for _ in range(3):
            start = np.array([0.0, 0.0, chance.uniform(0.5, 0.95) * height_m])
            parts.append(_stick(chance, start, start + chance.normal(0.0, 0.25, 3) + np.array([0, 0, 0.3]), 0.05, 120))
    else:
        flat = 0.85 if kind == "hedge" else 0.78
        tops = _clusters(chance, 22, radius_m * flat, 0.12 * height_m, 0.9 * height_m)
        for top in tops[:10]:
            parts.append(_stick(chance, np.array([0.2 * top[0], 0.2 * top[1], 0.0]), top, 0.025, 90))
        many = 1.5 if kind == "hedge" else 1.0
        parts += [_tuft(chance, t, 0.36 * radius_m, int(330 * many * _FULL[season]), season, variant) for t in tops]
    place, normal, albedo, open_ = (np.concatenate(column) for column in zip(*parts, strict=True))
    place[:, 2] = np.clip(place[:, 2], 0.0, height_m)
    # What stands deep inside the crown sees little light.
    middle = np.array([0.0, 0.0, 0.6 * height_m])
    inside = np.linalg.norm((place - middle) / np.array([radius_m, radius_m, 0.45 * height_m]), axis=1)
    return _Stuff(place, normal, albedo, open_ * np.clip(0.25 + 0.75 * inside**1.5, 0.25, 1.0))


def _clusters(
    chance: np.random.Generator, count: int, radius_m: float, low_m: float, high_m: float
) -> npt.NDArray[np.float64]:
    """Middles of leafy branches: over a body as round as a crown, most near its outside."""
    away = chance.normal(size=(count, 3))
    away *= (chance.uniform(0.45, 1.0, count) / np.linalg.norm(away, axis=1))[:, None]
    half = (high_m - low_m) / 2.0
    return np.asarray(away * np.array([radius_m, radius_m, half]) + np.array([0.0, 0.0, low_m + half]), np.float64)


def _stick(
    chance: np.random.Generator,
    start: npt.NDArray[np.float64],
    end: npt.NDArray[np.float64],
    thick_m: float,
    count: int,
) -> _Stuff:
    along = chance.uniform(0.0, 1.0, count)[:, None]
    around = chance.uniform(0.0, 2 * np.pi, count)
    normal = np.stack([np.cos(around), np.sin(around), np.full(count, 0.1)], axis=1)
    place = start + (end - start) * along + normal * thick_m * (1.0 - 0.6 * along)
    albedo = np.array(_BARK) * chance.uniform(0.75, 1.2, count)[:, None]
    return _Stuff(place, normal, albedo, np.full(count, 0.9))


def _tuft(
    chance: np.random.Generator,
    middle: npt.NDArray[np.float64],
    size_m: float,
    count: int,
    season: Season,
    variant: int,
) -> _Stuff:
    """Leaves about a middle, lit as a round thing with unruly leaves."""
    away = chance.normal(size=(count, 3))
    reach = np.linalg.norm(away, axis=1)[:, None]
    place = middle + away / reach * np.minimum(reach, 2.0) * size_m * 0.6
    normal = away / reach * 0.75 + chance.normal(0.0, 0.3, (count, 3)) + np.array([0.0, 0.0, 0.15])
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    tint = (
        np.array(_GREENS[season][variant % VARIANTS])
        * chance.uniform(0.8, 1.2)
        * chance.uniform(0.75, 1.25, (count, 1))
    )
    if season is Season.WINTER:
        tint = np.where(normal[:, 2:] > 0.3, np.array(_SNOW), tint)
    return _Stuff(place, normal, tint, chance.uniform(0.7, 1.0, count))
