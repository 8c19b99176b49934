"""What joints say: hands up, and a guess at the posture.

One-directional: a reading can say UP, NOT_UP or UNCLEAR; nothing here ever says that somebody does not surrender.
The rule compares heights in the picture, so it holds for cameras up to some 40° above the person; from steeper, raised
arms are foreshortened (docs/reference/eyes.md has the figures).
"""

from __future__ import annotations

from enum import Enum
from statistics import fmean

from safeconduct.model.events import GestureSeen
from safeconduct.model.mission_time import seconds_between
from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.perception.joints import (
    LEFT_ANKLE,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    RIGHT_ANKLE,
    RIGHT_EAR,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
    Joint,
    Pose,
)

HANDS_UP_HOLD_S = 2.0
"""For how long both arms are up before it is an offer (FIELD fact 5: "both arms above head, held 2 s")."""

SURE = 0.25
"""Joint score from which a joint is taken as seen."""

_MARGIN = 0.15  # of the trunk, that the wrists stand above the head line to begin; to stay, the line itself is enough
_TRUNK_OF_HEIGHT = 0.29  # shoulder to hip, of a standing person's height, where the hips are not seen
_NECK = 0.45  # of the trunk: from the shoulders up to the nose, where no part of the face is seen
_LETS_GO_S = 0.4  # arms seen down for that long end the gesture
_DROPOUT_S = 1.0  # arms not seen at all for that long end it too


class Arms(Enum):
    UP = "up"
    NOT_UP = "not_up"
    UNCLEAR = "unclear"


def read_arms(pose: Pose, height_px: float, already_up: bool = False) -> tuple[Arms, float]:
    """Both wrists above the head line? Returns the reading and, for UP, its confidence 0 to 1.

    already_up: hysteresis, the margin is waived. height_px: of the person's box.
    """
    line_y, trunk_px = _head_line(pose, height_px)
    if line_y is None:
        return Arms.UNCLEAR, 0.0
    margin = 0.0 if already_up else _MARGIN * trunk_px
    up: list[float] = []
    for wrist, elbow in ((pose[LEFT_WRIST], pose[LEFT_ELBOW]), (pose[RIGHT_WRIST], pose[RIGHT_ELBOW])):
        if wrist.score < SURE:
            continue
        if wrist.y < line_y - margin and (elbow.score < SURE or wrist.y < elbow.y):
            up.append(wrist.score)
        else:
            return Arms.NOT_UP, 0.0
    return (Arms.UP, min(1.0, fmean(up))) if len(up) == 2 else (Arms.UNCLEAR, 0.0)


def _head_line(pose: Pose, height_px: float) -> tuple[float | None, float]:
    """The picture height (y) of the face, and the trunk's length, px."""
    shoulders = [pose[i] for i in (LEFT_SHOULDER, RIGHT_SHOULDER) if pose[i].score >= SURE]
    hips = [pose[i] for i in (LEFT_HIP, RIGHT_HIP) if pose[i].score >= SURE]
    trunk = _TRUNK_OF_HEIGHT * height_px
    if shoulders and hips:
        trunk = max(0.5 * trunk, fmean(h.y for h in hips) - fmean(s.y for s in shoulders))
    face = [j.y for j in pose[: RIGHT_EAR + 1] if j.score >= SURE]
    if face:
        return fmean(face), trunk
    if shoulders:
        return fmean(s.y for s in shoulders) - _NECK * trunk, trunk
    return None, trunk


class HandsUp:
    """The gesture of one person over time: begins with an UP, survives dropouts of joints, ends when arms are down."""

    def __init__(self) -> None:
        self._begin_t_ns: int | None = None
        self._last_up_t_ns = 0
        self._scores: list[float] = []
        self._readings = 0

    @property
    def up(self) -> bool:
        return self._begin_t_ns is not None

    def take(self, t_ns: int, arms: Arms, score: float) -> None:
        """One reading at t_ns (readings may come at any rate)."""
        since_up_s = seconds_between(self._last_up_t_ns, t_ns)
        if self.up and since_up_s > (_LETS_GO_S if arms is Arms.NOT_UP else _DROPOUT_S):
            self._begin_t_ns = None
        if arms is Arms.UP:
            if self._begin_t_ns is None:
                self._begin_t_ns, self._scores, self._readings = t_ns, [], 0
            self._last_up_t_ns = t_ns
            self._scores.append(score)
        if self.up:
            self._readings += 1

    def seen(self, t_ns: int) -> GestureSeen | None:
        """The evidence at t_ns. held_s runs to the last time both arms were seen up; confidence: their mean score
        times the share of readings that showed them."""
        if self._begin_t_ns is None or seconds_between(self._last_up_t_ns, t_ns) > _DROPOUT_S:
            return None
        confidence = sum(self._scores) / self._readings
        return GestureSeen(
            Gesture.HANDS_UP, round(confidence, 3), round(seconds_between(self._begin_t_ns, self._last_up_t_ns), 3)
        )


def guess_posture(pose: Pose, width_px: float, height_px: float, speed_heights_s: float) -> Posture:
    """From the joints of one picture and the pace in body heights a second; UNCERTAIN wherever the joints do not say.

    width_px, height_px: of the person's box. A hint for the operator, never a reason to act.
    """
    hips, knees = _middle(pose, LEFT_HIP, RIGHT_HIP), _middle(pose, LEFT_KNEE, RIGHT_KNEE)
    shoulders, ankles = _middle(pose, LEFT_SHOULDER, RIGHT_SHOULDER), _middle(pose, LEFT_ANKLE, RIGHT_ANKLE)
    if shoulders is None or hips is None:
        return Posture.UNCERTAIN
    if abs(hips.x - shoulders.x) > 1.5 * abs(hips.y - shoulders.y) and width_px > 1.3 * height_px:
        return Posture.PRONE
    if knees is None or ankles is None:
        return Posture.UNCERTAIN
    trunk = max(1.0, hips.y - shoulders.y)
    thigh, shin = (knees.y - hips.y) / trunk, (ankles.y - knees.y) / trunk
    if thigh > 0.5 and shin > 0.5:
        return Posture.WALKING if speed_heights_s > 0.25 else Posture.STANDING
    if thigh > 0.5 and shin < 0.3:
        return Posture.KNEELING
    if thigh < 0.4:
        return Posture.CROUCHED
    return Posture.UNCERTAIN


def _middle(pose: Pose, left: int, right: int) -> Joint | None:
    both = [pose[i] for i in (left, right) if pose[i].score >= SURE]
    if not both:
        return None
    return Joint(fmean(j.x for j in both), fmean(j.y for j in both), fmean(j.score for j in both))
