"""Sun, sky and exposure for a weather: what falls on things, and how much of it the camera can use."""

from __future__ import annotations

from math import cos, radians, sin
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.sim.scene import Weather

Floats = npt.NDArray[np.float32]

STEEPEST_SUN = 2.4
"""A face turned to a low sun is at most so many times as bright by it as level ground."""
_LOWEST_SUN_DEG = 4.0  # shadows of a lower sun are as long as those of this one


class Light(NamedTuple):
    """to_sun: unit vector, ENU. sun, sky: BGR factors so that level ground in the open comes to about 1 × exposure.

    exposure: brightness the camera reaches, 1 by day, near 0 in the dark. sun_share: of the light on level ground, what
    comes straight from the sun. haze: BGR colour of far air and of the lower sky; zenith: of the sky overhead.
    see_m: distance at which contrast has fallen to 5 %. curve: exponent of the camera's tone curve; colours here are
    those of a picture, so light that falls to a half does not halve them (sRGB, IEC 61966-2-1: about 1 / 2.2).
    """

    to_sun: npt.NDArray[np.float64]
    sun: npt.NDArray[np.float32]
    sky: npt.NDArray[np.float32]
    exposure: float
    sun_share: float
    haze: npt.NDArray[np.float32]
    zenith: npt.NDArray[np.float32]
    see_m: float
    curve: float = 0.5

    def on(self, facing_sun: Floats, open_sky: Floats) -> Floats:
        """(…, 3) BGR factors on a surface: facing_sun, cosine to the sun (0 in shadow); open_sky, 0 to 1."""
        facing_sun = np.minimum(facing_sun, np.float32(STEEPEST_SUN * self.to_sun[2]))
        return self.shown(facing_sun[..., None] * self.sun + open_sky[..., None] * self.sky)

    def shown(self, light: Floats) -> Floats:
        """What so much light (any shape) does to a colour in the picture; level open ground stays as it is."""
        level = np.float32(max(self.exposure, 1e-3))
        return np.asarray(level * (np.maximum(light, 0.0) / level) ** np.float32(self.curve), np.float32)


def light_of(weather: Weather) -> Light:
    """The light of a weather. The eye of a camera adapts: by day pictures are equally bright, only by dusk it fails."""
    up = max(weather.sun_up_deg, _LOWEST_SUN_DEG)
    east_of = radians(weather.sun_from_deg)
    to_sun = np.array([sin(east_of) * cos(radians(up)), cos(east_of) * cos(radians(up)), sin(radians(up))])
    # A low sun loses its share to the sky; a closed cloud takes the rest.
    height = float(np.clip(weather.sun_up_deg / 20.0, 0.0, 1.0))
    share = 0.72 * height**0.5 * (1.0 - weather.overcast) ** 1.2
    if weather.sun_up_deg >= 8.0:
        exposure = 1.0
    elif weather.sun_up_deg >= 0.0:
        exposure = 0.42 + 0.58 * weather.sun_up_deg / 8.0
    else:
        exposure = 0.05 + 0.37 * max(0.0, 1.0 + weather.sun_up_deg / 9.0)
    exposure *= 1.0 - 0.12 * weather.overcast
    low = 1.0 - height
    warm = np.array([1.0 - 0.5 * low, 1.0 - 0.2 * low, 1.0 + 0.12 * low], np.float32)
    clear = (1.0 - weather.overcast) * (0.5 + 0.5 * height)
    cool = np.array([1.0 + 0.22 * clear, 1.0 + 0.02 * clear, 1.0 - 0.14 * clear], np.float32)
    if weather.sun_up_deg < 0.0:
        cool = np.array([1.2, 1.0, 0.85], np.float32)
    grey = np.array([206.0, 200.0, 194.0], np.float32)
    blue = np.array([222.0, 178.0, 130.0], np.float32)
    dull = np.array([170.0, 166.0, 162.0], np.float32)
    see_m = weather.visibility_m
    if weather.rain_mm_h > 0.0:
        # Rule of thumb: moderate rain (5 mm/h) leaves some 4 km, a cloudburst (50 mm/h) under 1 km.
        see_m = min(see_m, 12_000.0 * weather.rain_mm_h**-0.68)
    haze = (grey + (dull - grey) * weather.overcast * 0.6) * exposure
    zenith = (blue + (dull - blue) * weather.overcast) * exposure
    if 0.0 <= weather.sun_up_deg < 12.0:
        haze = haze * (warm * (1.0 - weather.overcast) + weather.overcast)
    return Light(
        to_sun=to_sun,
        sun=warm * np.float32(share * exposure / to_sun[2]),
        sky=cool * np.float32((1.0 - share) * exposure),
        exposure=exposure,
        sun_share=share,
        haze=np.minimum(haze, 245.0).astype(np.float32),
        zenith=zenith.astype(np.float32),
        see_m=see_m,
    )
