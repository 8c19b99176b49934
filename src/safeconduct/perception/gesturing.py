"""What one person shows, over time: windows that were read become gestures that are held, and a posture.

Persistence is what keeps eyes from crying wolf: one window is an opinion, two seconds of them are evidence. The
protective gestures are held together, so that a man who goes from raised hands to crossed arms does not begin anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from safeconduct.model.events import GestureSeen
from safeconduct.model.mission_time import NS, after, seconds_between
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Gesture, Posture
from safeconduct.perception.gesture_reader import GestureReader, Shown
from safeconduct.perception.joints import Pose
from safeconduct.perception.motion_window import MotionWindow, features

PROTECTIVE_HOLD_S = 2.0
"""For how long a plea is shown before it is an offer (FIELD fact 5: "both arms above head, held 2 s")."""

BRIEF_HOLD_S = 0.8
"""For how long anything else is shown before it is told."""


def long_enough(seen: GestureSeen) -> bool:
    """Held for so long that it is told: a plea as an offer, anything else as seen."""
    return seen.held_s >= (PROTECTIVE_HOLD_S if seen.gesture in PROTECTIVE_GESTURES else BRIEF_HOLD_S)


_SETTLES_S = 0.3  # time constant of the opinions' mean
_BEGINS, _STAYS = 0.5, 0.3  # probability with which a plea begins, and below which it ends
_SURE_ENOUGH = 0.66  # mean probability of a plea from which it is told; less is "cannot tell"
_NAMED, _NAMED_STAYS = 0.65, 0.45  # likewise of any other gesture: it is asked about, so it must be surer
_LATE_S = 0.4  # a window shows a gesture some half second after it began
_LETS_GO_S = 0.7  # so long below `_STAYS`, or unread, and it has ended
_SEEN_SHARE = 0.3  # of a window that must hold readings
_DOUBT_NONE = 0.75  # "none" less sure than that says nothing about somebody small
_CLOTH_BEGINS, _CLOTH_STAYS, _CLOTH_S = 0.4, 0.25, 1.0  # score of a waved cloth (`cloth.py`); so long before it is told
_POSTURE_SURE = 0.5
_STILL_SIZES_S = 0.05  # bone lengths a second: less is no movement that joints can tell
MOTIONLESS_S = 8.0
_LYING = frozenset({Posture.PRONE})


@dataclass
class _Run:
    """One gesture, or all protective ones together, while it is shown."""

    begin_t_ns: int
    last_t_ns: int
    mass: float
    readings: int

    def held_s(self) -> float:
        return seconds_between(self.begin_t_ns, self.last_t_ns)

    def mean(self) -> float:
        """Probability."""
        return self.mass / self.readings


class Gesturing:
    """One person. reader is shared by all."""

    def __init__(self, reader: GestureReader) -> None:
        self._reader = reader
        self._window = MotionWindow()
        self._mean: npt.NDArray[np.float64] | None = None
        self._posture: npt.NDArray[np.float64] | None = None
        self._read_t_ns = 0
        self._protective: _Run | None = None
        self._names = np.zeros(len(reader.gestures))
        self._others: dict[Gesture, _Run] = {}
        self._cloth: _Run | None = None
        self._stirred_t_ns = 0
        self._lay_t_ns = 0

    def take(self, t_ns: int, pose: Pose, cloth: float = 0.0) -> None:
        """The joints as read at t_ns. cloth: score 0 to 1 that he waves something white, from the same picture: joints
        show none, and to the reader who waves a cloth waves a hand."""
        self._cloth = _held(self._cloth, t_ns, cloth, _CLOTH_BEGINS, _CLOTH_STAYS)
        self._window.take(t_ns, pose)
        if self._window.seen_share(t_ns) < _SEEN_SHARE:
            return
        joints, scores = self._window.moments(t_ns)
        window = features(joints, scores)
        self._weigh(t_ns, self._reader.read(window))
        if _moved(window) > _STILL_SIZES_S or self.posture not in _LYING:
            self._stirred_t_ns = t_ns
        self._read_t_ns = t_ns

    def _weigh(self, t_ns: int, shown: Shown) -> None:
        gap_s = seconds_between(self._read_t_ns, t_ns) if self._read_t_ns else 1e9
        keeps = float(np.exp(-gap_s / _SETTLES_S))
        if self._mean is None or self._posture is None or gap_s > _LETS_GO_S:
            self._mean, self._posture = shown.gestures.copy(), shown.postures.copy()
        else:
            self._mean = keeps * self._mean + (1.0 - keeps) * shown.gestures
            self._posture = keeps * self._posture + (1.0 - keeps) * shown.postures
        places = self._reader.protective
        sure = float(self._mean[places].sum())
        self._protective = _held(self._protective, t_ns, sure, _BEGINS, _STAYS)
        if self._protective is None:
            self._names[:] = 0.0
        else:
            # What he shows now names it, what he showed before is forgotten within a second or so.
            faded = float(np.exp(-min(gap_s, 1.0) / 1.2))
            self._names *= faded
            self._names[places] += self._mean[places] * (1.0 - faded)
        for place, gesture in enumerate(self._reader.gestures):
            if place in places or gesture is Gesture.UNKNOWN:
                continue
            run = _held(self._others.get(gesture), t_ns, float(self._mean[place]), _NAMED, _NAMED_STAYS)
            if run is None:
                self._others.pop(gesture, None)
            else:
                self._others[gesture] = run

    def gestures(self, t_ns: int) -> tuple[GestureSeen, ...]:
        """What is shown now, the protective one first; held_s grows while it is. Brief appearances are not told."""
        seen = []
        run = self._protective
        if run is not None and run.mean() >= _SURE_ENOUGH and seconds_between(run.last_t_ns, t_ns) <= _LETS_GO_S:
            gesture = self._reader.gestures[int(self._names.argmax())]
            seen.append(_told(gesture, run))
        cloth = self._cloth
        if cloth is not None and cloth.held_s() >= _CLOTH_S and seconds_between(cloth.last_t_ns, t_ns) <= _LETS_GO_S:
            seen.append(_told(Gesture.WHITE_CLOTH, cloth))
        for gesture, other in self._others.items():
            if other.held_s() >= BRIEF_HOLD_S and seconds_between(other.last_t_ns, t_ns) <= _LETS_GO_S:
                seen.append(_told(gesture, other))
        return tuple(seen)

    @property
    def posture(self) -> Posture:
        if self._posture is None or self._posture.max() < _POSTURE_SURE:
            return Posture.UNCERTAIN
        return self._reader.postures[int(self._posture.argmax())]

    def motionless(self, t_ns: int) -> bool:
        """Lies, and has not moved for MOTIONLESS_S: perhaps wounded or unconscious (AP I 41)."""
        return (
            self.posture in _LYING
            and self._stirred_t_ns > 0
            and t_ns >= after(self._stirred_t_ns, MOTIONLESS_S)
            and seconds_between(self._read_t_ns, t_ns) <= 1.0
        )

    def doubtful(self, t_ns: int) -> bool:
        """Read, but neither a gesture nor "nothing shown" is sure enough; or not read at all."""
        if self._mean is None or seconds_between(self._read_t_ns, t_ns) > 1.0:
            return True
        return (
            self._protective is None and float(self._mean[-1]) < _DOUBT_NONE and float(self._mean[:-1].max()) < _BEGINS
        )


def _held(run: _Run | None, t_ns: int, sure: float, begins: float, stays: float) -> _Run | None:
    """One more opinion on whether it is shown."""
    if run is not None and seconds_between(run.last_t_ns, t_ns) > _LETS_GO_S:
        run = None
    if sure < (begins if run is None else stays):
        return run
    if run is None:
        return _Run(t_ns - round(_LATE_S * NS), t_ns, sure, 1)
    return _Run(run.begin_t_ns, t_ns, run.mass + sure, run.readings + 1)


def _told(gesture: Gesture, run: _Run) -> GestureSeen:
    return GestureSeen(gesture, round(min(1.0, run.mean()), 3), round(run.held_s(), 3))


def _moved(window: npt.NDArray[np.float32]) -> float:
    """Mean speed of the surely read joints over the window, bone lengths a second."""
    joints = window.reshape(-1, 3, window.shape[-1])
    half = window.shape[-1] // 2
    early, late = np.median(joints[:, :2, :half], axis=2), np.median(joints[:, :2, half:], axis=2)
    sure = joints[:, 2].min(axis=1) >= 0.3
    if not sure.any():
        return 1.0
    return float(np.hypot(*(late - early)[sure].T).mean() / (half / 8.0))
