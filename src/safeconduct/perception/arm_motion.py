"""What both arms do over a clip of joints, whoever shows it and however near, fast or long: one row of numbers.

Joints that were not seen are bridged over time, stray ones taken out by a running median, the rest smoothed and put on
an even time grid. Arms are then described from their own shoulders in body lengths, so neither a moving camera nor a
walking person matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception.joints import (
    JOINTS,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_SHOULDER,
    LEFT_WRIST,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
)

RATE_HZ = 10.0
"""Of the even grid; readings may come at any rate from some 5 Hz on."""

SURE = 0.25
"""Joint score from which a joint is taken as seen."""

SHORTEST_S, LONGEST_S = 1.0, 60.0

_MEDIAN_S = 0.28  # of the running median: a stray joint lasts a picture or two
_SMOOTHED_S = 0.15  # deviation of the Gaussian about each moment; arms of marshalling signals swing below 1.5 Hz
_MOST_READINGS = 7_200
_FARTHEST_PX = 1e6
_SMALLEST_PX = 1.0
_HIDDEN_WIDTHS = 1.5  # shoulder widths to a trunk, where the hips are never seen
_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
_STILL = 0.1  # body lengths: a swing below that hardly counts as moving together with another
_MIRRORED = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]
_ARMS = ((LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST), (RIGHT_SHOULDER, RIGHT_ELBOW, RIGHT_WRIST))

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Motion:
    """A clip of one person. joints: (moments, 17, 2), RATE_HZ apart, COCO's order, body lengths about the middle of the
    shoulders, x to the picture's right, y down; NaN for a joint that was never seen. body_px: one body length, about a
    trunk, px."""

    joints: Numbers
    body_px: float

    @cached_property
    def mirrored(self) -> Motion:
        """The same shown with the other hand."""
        return Motion(self.joints[:, _MIRRORED] * (-1.0, 1.0), self.body_px)

    @cached_property
    def description(self) -> Numbers:
        """One row of numbers: for each arm where wrist, elbow and forearm are and how bent it is (shares of the time,
        mean, spread and pace), and what moves together with what, within an arm and between both. NaN where an arm was
        never seen."""
        return _described(self.joints)


def motion_of(
    t_ns: Sequence[int], joints_px: npt.ArrayLike, scores: npt.ArrayLike | None = None, place: str = "clip"
) -> Motion:
    """t_ns: rising times of the readings. joints_px: (readings, 17, 2), COCO's order. scores: (readings, 17), 0 to 1;
    without them every joint is sure. A joint at (0, 0), not finite, or below SURE was not seen.

    Raises BadInput (with place) for wrong shapes, times that do not rise, less than SHORTEST_S or more than LONGEST_S,
    and where no shoulders were ever seen.
    """
    try:
        raw = np.asarray(joints_px, dtype=np.float64)
        sure = None if scores is None else np.asarray(scores, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadInput(place, "its joints are no numbers", "give px of 17 joints a picture") from None
    if raw.ndim != 3 or raw.shape[1:] != (len(JOINTS), 2) or (sure is not None and sure.shape != raw.shape[:2]):
        raise BadInput(place, f"joints of shape {raw.shape}", "give (pictures, 17, 2) px, and (pictures, 17) scores")
    if len(t_ns) != len(raw) or len(raw) > _MOST_READINGS:
        raise BadInput(place, f"{len(t_ns)} times for {len(raw)} pictures", f"one each, {_MOST_READINGS} at most")
    times = np.array([(t - t_ns[0]) / NS for t in t_ns])
    if len(times) < 2 or not SHORTEST_S <= times[-1] <= LONGEST_S:
        lasts = times[-1] if len(times) else 0.0
        raise BadInput(place, f"a clip of {lasts:.1f} s", f"give {SHORTEST_S:g} to {LONGEST_S:g} s")
    if (np.diff(times) <= 0.0).any():
        raise BadInput(place, "times that do not rise", "put the pictures in order")
    seen = np.isfinite(raw).all(axis=2) & (np.abs(raw) < _FARTHEST_PX).all(axis=2) & (raw != 0.0).any(axis=2)
    if sure is not None:
        seen &= sure >= SURE
    steady = _steady(times, raw, seen)
    shoulders = (steady[:, LEFT_SHOULDER] + steady[:, RIGHT_SHOULDER]) / 2.0
    if np.isnan(shoulders).any():
        raise BadInput(place, "no shoulders seen", "come closer, or film from the front")
    body_px = _body_px(steady)
    if body_px < _SMALLEST_PX:
        raise BadInput(place, f"a body of {body_px:.1f} px", "come closer")
    return Motion((steady - shoulders[:, None]) / body_px, body_px)


def _steady(times: Numbers, raw: Numbers, seen: npt.NDArray[np.bool_]) -> Numbers:
    """(moments, 17, 2) px on the even grid."""
    bridged = np.full_like(raw, np.nan)
    for joint in np.flatnonzero(seen.any(axis=0)):
        here = seen[:, joint]
        for axis in (0, 1):
            bridged[:, joint, axis] = np.interp(times, times[here], raw[here, joint, axis])
    around = round(_MEDIAN_S / float(np.median(np.diff(times)))) | 1
    calm = median_filter(bridged, (min(around, len(times) * 2 - 1), 1, 1), mode="nearest")
    grid = np.arange(0.0, times[-1] + 1e-9, 1.0 / RATE_HZ)
    nearest = np.abs(grid[:, None] - times).min(axis=1)  # a hole in the readings is widened, never empty
    apart = (np.abs(grid[:, None] - times) - nearest[:, None]) / _SMOOTHED_S
    weights = np.exp(-0.5 * apart**2)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray((weights @ calm.reshape(len(times), -1)).reshape(len(grid), len(JOINTS), 2))


def _body_px(steady: Numbers) -> float:
    """From trunk and shoulder width together: of the two, one stays where the other is foreshortened."""
    width = float(np.median(np.linalg.norm(steady[:, LEFT_SHOULDER] - steady[:, RIGHT_SHOULDER], axis=1)))
    trunk = steady[:, [LEFT_SHOULDER, RIGHT_SHOULDER]].mean(1) - steady[:, [LEFT_HIP, RIGHT_HIP]].mean(1)
    long = float(np.median(np.linalg.norm(trunk, axis=1)))
    return float(np.hypot(long if np.isfinite(long) else _HIDDEN_WIDTHS * width, width)) / 1.2


def _described(joints: Numbers) -> Numbers:
    channels, together = [], []
    for shoulder, elbow, wrist in _ARMS:
        upper = joints[:, elbow] - joints[:, shoulder]
        fore = joints[:, wrist] - joints[:, elbow]
        reach = upper + fore
        upper_long, fore_long = np.linalg.norm(upper, axis=1), np.linalg.norm(fore, axis=1)
        across, along = upper[:, 0] * fore[:, 1] - upper[:, 1] * fore[:, 0], (upper * fore).sum(axis=1)
        both = upper_long * fore_long + 1e-6
        channels += [*reach.T, *upper.T, *fore.T, across / both, along / both, upper_long, fore_long]
        # a foreshortened arm has no direction: its bend fades instead of jumping
        together += [*reach.T, *upper.T, across / ((upper_long + 0.1) * (fore_long + 0.1))]
    values = np.array(channels)
    pace = np.gradient(values, 1.0 / RATE_HZ, axis=1)
    covariance = np.cov(np.array(together)) + _STILL**2 * np.eye(len(together))
    spread = np.sqrt(np.diag(covariance))
    correlation = (covariance / spread / spread[:, None])[np.triu_indices(len(together), 1)]
    return np.concatenate([
        np.quantile(values, _SHARES, axis=1).ravel(), values.mean(1), values.std(1), pace.std(1) / 25.0, correlation,
    ])  # fmt: skip
