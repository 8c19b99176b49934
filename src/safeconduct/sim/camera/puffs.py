"""Smoke, dust and shell bursts: soft round clouds that let more or less through, and earth flung up."""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.frame import COVERED, Frame
from safeconduct.sim.camera.pinhole import NEAR_M
from safeconduct.sim.camera.relief import Floats
from safeconduct.sim.scene import Burst, Smoke

_PX = 128  # of the pictures of clouds
_KINDS = 6
_FLASH_S = 0.08
_LAST_S = 14.0  # of a burst's dust
_GRAVITY = 9.81
_DUST = (112.0, 132.0, 146.0)
_EARTH = (36.0, 50.0, 62.0)
_SMOKE = (160.0, 170.0, 178.0)


class Puff(NamedTuple):
    """One soft ball. place: ENU, m. cover: at its middle, 0 to 1. colour: BGR by full light. kind: its ragged shape.

    glow: its brightness is its own, not the light's.
    """

    place: tuple[float, float, float]
    radius_m: float
    cover: float
    colour: tuple[float, float, float]
    kind: int
    glow: bool = False


def of_smoke(smoke: Smoke, t_s: float) -> list[Puff]:
    """A standing cloud: balls about its middle that turn over slowly."""
    chance = np.random.default_rng(_number(smoke.position.east, smoke.position.north))
    count = 9
    away = chance.normal(size=(count, 3)) * np.array([0.5, 0.5, 0.28]) * smoke.radius_m
    phase = chance.uniform(0.0, 6.28, (count, 3))
    away += 0.12 * smoke.radius_m * np.sin(phase + 0.35 * t_s)
    cover = 1.0 - (1.0 - min(0.98, smoke.density)) ** 0.45
    east, north, up = smoke.position
    return [
        Puff(
            (east + a, north + b, up + 0.45 * smoke.radius_m + c),
            smoke.radius_m * float(size),
            cover,
            _SMOKE,
            k,
        )
        for k, ((a, b, c), size) in enumerate(zip(away.tolist(), chance.uniform(0.55, 0.85, count), strict=True))
    ]


def of_burst(burst: Burst, warm: bool = False) -> list[Puff]:
    """A shell that fell burst.age_s ago: flash, a dark fountain of earth, dust that rises, drifts and thins.

    warm: as a thermal camera sees it, where fire and the fresh fountain shine.
    """
    age = burst.age_s
    if not 0.0 <= age <= _LAST_S:
        return []
    chance = np.random.default_rng(_number(burst.position.east, burst.position.north))
    east, north, up = burst.position
    puffs: list[Puff] = []
    # Dust first: it stands behind the fountain as often as before it.
    for k in range(12):
        a, b = chance.normal(size=2)
        lift, late, size = chance.uniform(0.4, 1.0), chance.uniform(0.0, 0.5), chance.uniform(0.7, 1.2)
        grown = 1.0 - exp(-max(0.0, age - late) / 1.6)
        spread = 0.5 + 1.5 * grown + 0.12 * age
        radius_m = (0.7 + 2.4 * grown + 0.1 * age) * size
        rise = lift * (3.6 * grown + 0.12 * age) + 0.4
        thin = max(0.0, 1.0 - age / _LAST_S) ** 1.4
        cover = 0.72 * thin * min(1.0, age / 0.25)
        place = east + burst.drift.east * age + a * spread, north + burst.drift.north * age + b * spread, up + rise
        dark = min(1.0, age / 4.0)
        tone = tuple(e + (d - e) * (0.35 + 0.65 * dark) for e, d in zip(_EARTH, _DUST, strict=True))
        puffs.append(Puff(place, radius_m, cover, (tone[0], tone[1], tone[2]), k))
    if _FLASH_S <= age < 4.0:
        puffs += _fountain(burst, chance, warm)
    if age < _FLASH_S:
        bright = 1.0 - 0.5 * age / _FLASH_S
        puffs.append(Puff((east, north, up + 0.8), 3.6, 0.75 * bright, (150.0, 210.0, 255.0), 0, glow=True))
        puffs.append(Puff((east, north, up + 0.6), 1.5, 1.0, (235.0, 250.0, 255.0), 1, glow=True))
    return puffs


def _fountain(burst: Burst, chance: np.random.Generator, warm: bool) -> list[Puff]:
    """Jets of earth and single clods on their way up and down again: 5 to 12 m high."""
    age = burst.age_s
    east, north, up = burst.position
    hot = warm and age < 1.2
    puffs = []
    for k in range(64):
        jet = k < 24
        speed = chance.uniform(7.0, 14.5) * (0.9 if jet else 1.05)
        tilt = abs(chance.normal(0.0, 0.2 if jet else 0.38))
        way = chance.uniform(0.0, 2 * np.pi)
        size = chance.uniform(0.5, 1.1) if jet else chance.uniform(0.04, 0.1)
        # Air slows the fine earth of the jets.
        slow = 0.55 if jet else 0.1
        reach = (1.0 - exp(-slow * age)) / slow
        height = speed * np.cos(tilt) * reach - 0.5 * _GRAVITY * age * age * (0.62 if jet else 0.95)
        if height < -0.2:
            continue
        level = speed * np.sin(tilt) * reach
        thin = max(0.0, 1.0 - age / (2.6 if jet else 4.0))
        cover = (0.85 * thin**0.8) if jet else 1.0
        grown = size * (1.0 + 0.9 * age) if jet else size
        place = east + level * np.cos(way), north + level * np.sin(way), up + max(0.1, height)
        shade = float(chance.uniform(0.75, 1.15))
        colour = (210.0, 210.0, 210.0) if hot else (_EARTH[0] * shade, _EARTH[1] * shade, _EARTH[2] * shade)
        puffs.append(Puff(place, grown, cover, colour, k if jet else -1, glow=hot))
    return puffs


class Puffs:
    """Draws soft balls. light: BGR factors of the light on them. through: share of their cover that counts.
    grey: without colour, as a thermal camera sees them."""

    def __init__(self, light: npt.NDArray[np.float32], seed: int, through: float = 1.0, grey: bool = False) -> None:
        self._light, self._through, self._grey = light, through, grey
        self._shapes = [_ragged(seed, k) for k in range(_KINDS)]
        y, x = np.mgrid[-1 : 1 : complex(_PX), -1 : 1 : complex(_PX)]
        self._clod = np.clip(4.0 * (1.0 - np.hypot(x, y)), 0.0, 1.0).astype(np.float32)

    def draw(self, frame: Frame, puff: Puff) -> None:
        camera = frame.camera
        x, y, depth_m = (float(v) for v in camera.project(np.array([puff.place]))[0])
        if depth_m < NEAR_M + 0.5:
            return
        radius_px = max(0.6, puff.radius_m * camera.focal_px / depth_m)
        box = camera.inside((x - radius_px, y - radius_px, x + radius_px, y + radius_px))
        if box is None:
            return
        shape = self._clod if puff.kind < 0 else self._shapes[puff.kind % _KINDS]
        scale = _PX / (2.0 * radius_px)
        while scale > 2.0 and shape.shape[0] > 4:
            shape = cv2.resize(shape, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            scale /= 2.0
        middle = shape.shape[0] / 2.0 - 0.5
        warp = np.array(
            [[scale, 0.0, (box[0] + 0.5 - x) * scale + middle], [0.0, scale, (box[1] + 0.5 - y) * scale + middle]]
        )
        size = box[2] - box[0], box[3] - box[1]
        cover = cv2.warpAffine(shape, warp, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        # It thins out towards what it touches, else the ground would cut it off.
        room = frame.depth[box[1] : box[3], box[0] : box[2]] - np.float32(depth_m - 0.7 * puff.radius_m)
        cover *= np.clip(room * np.float32(1.0 / puff.radius_m), 0.0, 1.0)
        cover *= np.float32(puff.cover * (1.0 if puff.glow or puff.kind < 0 else self._through))
        air = frame.clear_share(depth_m)
        tone = np.array(puff.colour, np.float32) * (np.float32(1.0) if puff.glow else self._light)
        if self._grey:
            tone = np.full(3, tone.mean(), np.float32)
        tone = tone * np.float32(air) + frame.haze * np.float32(1.0 - air)
        depth = np.full(cover.shape, depth_m - 0.3 * puff.radius_m, np.float32)
        colour = np.empty((*cover.shape, 3), np.uint8)
        colour[...] = np.minimum(tone, np.float32(255.0)).astype(np.uint8)
        frame.blend(box, colour, cover, depth, COVERED)


def _ragged(seed: int, kind: int) -> Floats:
    """Cover of one ball: dense in its middle, ragged at its rim."""
    chance = np.random.default_rng([seed, kind])
    noise = np.zeros((_PX, _PX), np.float32)
    for cells, share in ((5, 0.5), (11, 0.3), (24, 0.2)):
        rough = chance.random((cells, cells), dtype=np.float32)
        noise += np.float32(share) * cv2.resize(rough, (_PX, _PX), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[-1 : 1 : complex(_PX), -1 : 1 : complex(_PX)]
    ball = np.clip(1.15 * (1.0 - np.hypot(x, y) ** 1.6) * (0.35 + 1.3 * noise), 0.0, 1.0)
    return np.asarray(ball * np.clip(6.0 * (1.0 - np.hypot(x, y)), 0.0, 1.0), np.float32)


def _number(east_m: float, north_m: float) -> list[int]:
    """The same burst looks the same from picture to picture."""
    return [int(east_m * 100.0) & 0xFFFFFFFF, int(north_m * 100.0) & 0xFFFFFFFF]
