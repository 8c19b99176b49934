"""From gestures, postures and movement to what a person is about: persistence and context, as rules that can be read.

Each rule only adds: nothing here says that somebody does not surrender, and running, diving and turning back are told
as what they look like, never as refusal (FIELD section 5).
"""

from __future__ import annotations

from typing import NamedTuple

from safeconduct.model.events import GestureSeen
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Gesture, Intent, Posture
from safeconduct.perception.gesturing import PROTECTIVE_HOLD_S

_ANSWERS = frozenset({Gesture.THUMB_UP, Gesture.ONE_HAND_UP, Gesture.NOD, Gesture.SHAKE, Gesture.BODY_N})
_ANSWERS_S, _POINTS_S = 0.8, 1.2
_UPRIGHT = frozenset({Posture.STANDING, Posture.WALKING})
_DOWN = frozenset({Posture.PRONE, Posture.CROUCHED})
_RESTS = frozenset({Posture.SITTING, Posture.CROUCHED, Posture.KNEELING})
_DROPS_S, _COVER_TOLD_S = 1.5, 4.0  # from upright to down in so long; told for so long
_RECEIVED_S = 2.0
_PAUSE_S, _STANDS_S = 4.0, 8.0  # resting, or only standing
_STILL_MPS, _AWAY_MPS, _AWAY_S = 0.25, 0.4, 3.0
_FORGETS_S = 2.0  # unseen for longer: what went before is no context any more


class Bearing(NamedTuple):
    """How he moves over the ground, m/s. away_mps: along the line from the camera, positive off it."""

    speed_mps: float
    away_mps: float


class Intents:
    """One person."""

    def __init__(self) -> None:
        self._last_t_ns = 0
        self._since: dict[str, int] = {}
        self._upright_t_ns = 0
        self._cover_t_ns = 0
        self._came = False

    def step(
        self, t_ns: int, gestures: tuple[GestureSeen, ...], posture: Posture, bearing: Bearing | None
    ) -> tuple[Intent, ...]:
        """One picture. bearing: None where it is not known how the camera is held."""
        if seconds_between(self._last_t_ns, t_ns) > _FORGETS_S:
            self._since.clear()
            self._upright_t_ns = self._cover_t_ns = 0
        self._last_t_ns = t_ns
        shown = [*self._of_hands(gestures), *self._of_body(t_ns, posture, bool(gestures), bearing)]
        return tuple(intent for intent in Intent if intent in shown)

    def _of_hands(self, gestures: tuple[GestureSeen, ...]) -> list[Intent]:
        told = []
        for g in gestures:
            if g.gesture in PROTECTIVE_GESTURES and g.held_s >= PROTECTIVE_HOLD_S:
                told.append(Intent.OFFERED)
            elif g.gesture in _ANSWERS and g.held_s >= _ANSWERS_S:
                told.append(Intent.ANSWER)
            elif g.gesture is Gesture.POINT_LEG and g.held_s >= _POINTS_S:
                told.append(Intent.CANNOT_WALK)
            elif g.gesture is Gesture.POINT_WOUND and g.held_s >= _POINTS_S:
                told.append(Intent.MEDICAL)
        return told

    def _of_body(self, t_ns: int, posture: Posture, shows: bool, bearing: Bearing | None) -> list[Intent]:
        told = []
        if posture is Posture.MOTIONLESS:
            told.append(Intent.MOTIONLESS)
        if posture in _UPRIGHT:
            self._upright_t_ns = t_ns
        elif posture in _DOWN and self._upright_t_ns and seconds_between(self._upright_t_ns, t_ns) <= _DROPS_S:
            self._cover_t_ns = t_ns
        if self._cover_t_ns and seconds_between(self._cover_t_ns, t_ns) <= _COVER_TOLD_S and posture not in _UPRIGHT:
            told.append(Intent.TAKES_COVER)
        kneels = posture in (Posture.KNEELING, Posture.PRONE)
        if self._lasts(t_ns, "kneels", kneels) >= _RECEIVED_S and Intent.TAKES_COVER not in told:
            told.append(Intent.POSTURE)
        still = bearing is not None and bearing.speed_mps < _STILL_MPS
        self._came = self._came or (bearing is not None and bearing.speed_mps > 2.0 * _STILL_MPS)
        rests = self._lasts(t_ns, "rests", posture in _RESTS and not shows)
        stands = self._lasts(t_ns, "stands", posture in _UPRIGHT and still and self._came and not shows)
        if rests >= _PAUSE_S or stands >= _STANDS_S:
            told.append(Intent.PAUSES)
        goes = bearing is not None and bearing.away_mps > _AWAY_MPS
        if self._lasts(t_ns, "goes", goes) >= _AWAY_S:
            told.append(Intent.TURNS_BACK)
        return told

    def _lasts(self, t_ns: int, what: str, now: bool) -> float:
        """For how long it has been so, s."""
        if not now:
            self._since.pop(what, None)
            return 0.0
        return seconds_between(self._since.setdefault(what, t_ns), t_ns)
