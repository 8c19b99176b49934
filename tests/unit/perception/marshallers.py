"""Made-up people who show made-up gestures: 17 joints a picture, each with his own body, place, pace and manner."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.model.mission_time import NS

STANDING = np.array([
    (0, -.45), (.05, -.5), (-.05, -.5), (.1, -.48), (-.1, -.48), (.33, 0), (-.33, 0), (.4, .5), (-.4, .5), (.42, 1),
    (-.42, 1), (.2, 1), (-.2, 1), (.2, 1.8), (-.2, 1.8), (.2, 2.6), (-.2, 2.6),
])  # fmt: skip
# degrees of upper arm and forearm from straight down, outwards: lowest and highest of the swing
SWINGS: dict[str, dict[str, tuple[tuple[float, float], tuple[float, float]]]] = {
    "wave_left": {"left": ((20, 60), (110, 170))},
    "wave_right": {"right": ((20, 60), (110, 170))},
    "both_up_and_down": {"left": ((10, 10), (160, 170)), "right": ((10, 10), (160, 170))},
    "both_held": {"left": ((90, 90), (90, 90)), "right": ((90, 90), (90, 90))},
    "thumb_like": {"right": ((20, 30), (100, 110))},
    "thumb_unlike": {"right": ((20, 20), (100, 85))},
}


class Marshaller(NamedTuple):
    seed: int
    body_px: float = 60.0
    pace_hz: float = 0.6
    place_px: tuple[float, float] = (640.0, 300.0)
    drift_px_s: tuple[float, float] = (0.0, 0.0)
    noise_px: float = 1.0

    def shows(self, gesture: str, seconds: float = 6.0, fps: float = 25.0) -> tuple[list[int], npt.NDArray[np.float64]]:
        """Times and (pictures, 17, 2) px."""
        chance = np.random.default_rng([self.seed, sorted(SWINGS).index(gesture)])
        times = np.arange(round(seconds * fps) + 1) / fps
        part = 0.5 - 0.5 * np.cos(2 * np.pi * (self.pace_hz * times + chance.random()))
        joints = np.repeat(STANDING[None], len(times), axis=0)
        for side, (low, high) in SWINGS[gesture].items():
            shoulder, elbow, wrist, out = (5, 7, 9, 1.0) if side == "left" else (6, 8, 10, -1.0)
            own = chance.normal(0.0, 4.0, 2)
            upper, fore = (np.radians(low[k] + own[k] + (high[k] - low[k]) * part) for k in (0, 1))
            joints[:, elbow] = joints[:, shoulder] + 0.5 * np.column_stack([out * np.sin(upper), np.cos(upper)])
            joints[:, wrist] = joints[:, elbow] + 0.5 * np.column_stack([out * np.sin(fore), np.cos(fore)])
        where = np.array(self.place_px) + times[:, None] * self.drift_px_s
        px = joints * self.body_px + where[:, None] + chance.normal(0.0, self.noise_px, joints.shape)
        return [round(t * NS) for t in times], px


KNOWN = tuple(
    Marshaller(seed, body_px, pace_hz, place_px)
    for seed, body_px, pace_hz, place_px in (
        (1, 60.0, 0.6, (640.0, 300.0)),
        (2, 110.0, 0.45, (300.0, 200.0)),
        (3, 45.0, 0.8, (900.0, 420.0)),
        (4, 75.0, 0.7, (500.0, 350.0)),
    )
)
UNKNOWN = Marshaller(9, 52.0, 0.55, (700.0, 260.0))
