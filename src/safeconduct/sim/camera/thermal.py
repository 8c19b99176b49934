"""What a thermal camera makes of the world: warmth for brightness, day or night alike.

Grey levels are those of a picture whose gain has settled on the scene, white hot: ground about a third, clothes over
it, bare skin brightest. No radiometry: nothing reads a temperature off it.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from safeconduct.sim.camera.light import Light, light_of
from safeconduct.sim.camera.relief import Bytes, Floats
from safeconduct.sim.scene import Palette, Picture, Weather

LEAVES = 92.0
"""Grey of leaves: a little above the ground."""
_GROUND, _SPREAD = 78.0, 0.16  # grey of the ground, and how much of its brightness by day shows as warmth
_COOLEST, _WARMEST = 86.0, 246.0  # of a body: warmth 0 and 1
_CORE_PX = 640.0  # width of a thermal sensor: a larger picture is softer
_FIXED_RMS = 1.6  # of the pattern that a sensor's shutter did not take away
_DUST_THROUGH = 0.3  # of smoke and dust at these wavelengths


def thermal_light(weather: Weather) -> Light:
    """Little shows which slope the sun warmed, and that only by day. Heat passes haze better than light does."""
    day = light_of(weather)
    share = 0.22 * day.sun_share
    even = np.ones(3, np.float32)
    return day._replace(
        sun=even * np.float32(share / day.to_sun[2]),
        sky=even * np.float32(1.0 - share),
        exposure=1.0,
        sun_share=share,
        haze=even * np.float32(_GROUND - 12.0),
        zenith=even * np.float32(18.0),
        see_m=1.8 * day.see_m,
        curve=1.0,
    )


def ground_warmth(colours: Bytes) -> Bytes:
    """Grey levels of the ground from its colours: dark soil is a little warmer than grass, snow colder."""
    grey = cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY)
    table = np.clip(_GROUND + _SPREAD * (100.0 - np.arange(256.0)), 30.0, 110.0).astype(np.uint8)
    warm = cv2.LUT(grey, table)
    return np.asarray(cv2.merge([warm, warm, warm]), np.uint8)


def body_grey(warmth: npt.NDArray[np.float32], normals: Floats) -> Floats:
    """(m, 3) grey levels of a body's faces; what faces the ground loses less heat to the sky."""
    grey = _COOLEST + (_WARMEST - _COOLEST) * warmth * (1.0 - 0.08 * normals[:, 2])
    return np.repeat(grey.astype(np.float32)[:, None], 3, axis=1)


def dust_light() -> npt.NDArray[np.float32]:
    """Factors on the colours of dust and smoke: about as warm as the ground."""
    return np.full(3, 0.62, np.float32)


def dust_through() -> float:
    return _DUST_THROUGH


class ThermalCore:
    """The sensor's own softness and pattern, and its palette."""

    def __init__(self, palette: Palette, width_px: int, height_px: int, seed: int) -> None:
        self._black = palette is Palette.BLACK_HOT
        self._soft_px = 0.55 + 0.6 * max(0.0, width_px / _CORE_PX - 1.0)
        chance = np.random.default_rng(seed)
        columns = chance.normal(0.0, _FIXED_RMS, (1, width_px))
        y, x = np.mgrid[-1 : 1 : complex(height_px), -1 : 1 : complex(width_px)]
        fixed = columns + chance.normal(0.0, 0.6 * _FIXED_RMS, (height_px, width_px)) - 7.0 * (x * x + y * y)
        self._fixed = np.repeat(fixed.astype(np.int16)[..., None], 3, axis=2)

    def see(self, picture: Picture) -> Picture:
        soft = cv2.GaussianBlur(picture, (0, 0), self._soft_px)
        out = cv2.add(soft, self._fixed, dtype=cv2.CV_8U)
        return np.asarray(cv2.bitwise_not(out) if self._black else out, np.uint8)
