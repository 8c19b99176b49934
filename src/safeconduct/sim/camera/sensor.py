"""What the lens, the sensor and the link do to a picture: shake, blur by motion, noise, compression."""

from __future__ import annotations

from math import cos, hypot, pi, radians, sin, sqrt

import cv2
import numpy as np

from safeconduct.sim.camera.pinhole import Floats, Pinhole
from safeconduct.sim.scene import Lens, Picture, View

_SLACK_PX = 128  # the pattern of noise is so much larger than the picture and is laid elsewhere each time
_SHAKES_HZ = (1.7, 3.1, 5.3, 8.9)
_GRAIN_GAIN = 3.0  # of the noise in the dark: the sensor's gain goes up


def mixed(seed: int, number: int) -> int:
    """A whole number that depends on every bit of both (splitmix64)."""
    value = (seed * 0x9E3779B97F4A7C15 + number + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return value ^ (value >> 31)


def shaken(view: View, shake_deg: float, seed: int, t_ns: int) -> View:
    """The view with what the gimbal does not hold: a tremble of a few hertz, known by the seed and the time."""
    if shake_deg <= 0.0:
        return view
    t_s = t_ns / 1e9
    size = shake_deg * sqrt(2.0 / len(_SHAKES_HZ))

    def tremble(axis: int) -> float:
        total = 0.0
        for k, hz in enumerate(_SHAKES_HZ):
            phase = mixed(seed, 16 * axis + k) / 2.0**64
            total += sin(2.0 * pi * (hz * (1.0 + 0.07 * axis) * t_s + phase))
        return size * total

    return view._replace(
        heading_deg=view.heading_deg + tremble(0) / max(0.2, cos(radians(view.pitch_deg))),
        pitch_deg=view.pitch_deg + tremble(1),
        roll_deg=view.roll_deg + 0.6 * tremble(2),
    )


class Sensor:
    """exposure: brightness of the light, 1 by day, as `Light.exposure`: in the dark noise grows."""

    def __init__(self, lens: Lens, exposure: float, seed: int, single: bool = False) -> None:
        self._lens, self._seed = lens, seed
        self._more: Picture | None = None
        self._less: Picture | None = None
        if lens.noise > 0.0:
            rms = lens.noise * (1.0 + _GRAIN_GAIN * (1.0 - exposure) ** 2)
            shape = lens.height_px + _SLACK_PX, lens.width_px + _SLACK_PX
            chance = np.random.default_rng(seed)
            shared = chance.normal(0.0, rms, (*shape, 1)).astype(np.float32)
            own = 0.0 if single else chance.normal(0.0, 0.5 * rms, (*shape, 3)).astype(np.float32)
            noise = np.broadcast_to(shared + own, (*shape, 3))
            self._more = np.clip(noise + 0.5, 0, 255).astype(np.uint8)
            self._less = np.clip(0.5 - noise, 0, 255).astype(np.uint8)

    def take(self, picture: Picture, camera: Pinhole, view: View, aim_m: float, t_ns: int) -> Picture:
        """The picture as it arrives. aim_m: depth of what is in the middle, for the blur by the camera's own way."""
        kernel = _streak(camera, view, aim_m, self._lens.exposure_s)
        if kernel is not None:
            picture = np.asarray(cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REPLICATE), np.uint8)
        if self._more is not None and self._less is not None:
            number = mixed(self._seed, t_ns)
            x, y = number % _SLACK_PX, (number >> 20) % _SLACK_PX
            high, wide = picture.shape[:2]
            picture = cv2.add(picture, np.ascontiguousarray(self._more[y : y + high, x : x + wide]))
            picture = cv2.subtract(picture, np.ascontiguousarray(self._less[y : y + high, x : x + wide]))
        if self._lens.quality > 0:
            _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, self._lens.quality])
            picture = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
        return picture


def _streak(camera: Pinhole, view: View, aim_m: float, exposure_s: float) -> Floats | None:
    """Kernel of the way the picture's middle moves while the shutter is open; None for less than a pixel."""
    own = camera.axes @ np.array(view.velocity)
    yaw, pitch = view.turn_dps
    x = exposure_s * camera.focal_px * (-float(own[0]) / aim_m - radians(yaw) * cos(radians(view.pitch_deg)))
    y = exposure_s * camera.focal_px * (-float(own[1]) / aim_m + radians(pitch))
    length = hypot(x, y)
    if length < 1.0:
        return None
    x, y = (float(v) * min(1.0, 60.0 / length) for v in (x, y))
    size = 2 * int(max(abs(x), abs(y)) / 2.0 + 1.0) + 1
    kernel = np.zeros((size, size), np.float32)
    middle = size // 2 * 16
    ends = [(round(middle + s * x * 8), round(middle + s * y * 8)) for s in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_8, 4)
    return np.asarray(kernel / kernel.sum(), np.float32)
