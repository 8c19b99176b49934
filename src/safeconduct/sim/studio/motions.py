"""Labelled motions without pictures: people in three dimensions who do one thing after the other, for eyes that learn
gestures from joints. The same seed gives the same motion.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.model.geometry import ZERO
from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.sim.figure import bare_joints
from safeconduct.sim.scene import TRAINED_ON, Act, Build, Doing, Figure, Garb

SHOWN_FROM_S, AWAY_AFTER_S = 0.7, 0.6
"""A gesture counts as shown so long after it began, and may count as shown so long after it ended."""

_PASSES_S = 0.45  # from one thing to the next
_PACE_MPS = {Act.WALK: (0.5, 1.5), Act.LIMP: (0.3, 0.8), Act.RUN: (2.0, 4.0), Act.CRAWL: (0.2, 0.6)}
_HANDS_FREE = {Act.STAND: 60, Act.KNEEL: 18, Act.WALK: 8, Act.SIT: 8, Act.CROUCH: 3, Act.LIE_ON_BACK: 3}
_ACTS = {
    Act.STAND: 18, Act.WALK: 26, Act.RUN: 10, Act.LIMP: 6, Act.CRAWL: 5, Act.CROUCH: 6, Act.KNEEL: 6, Act.SIT: 6,
    Act.DRINK: 12, Act.SMOKE: 8, Act.READ: 4, Act.LIE_FACE_DOWN: 3, Act.LIE_ON_BACK: 3, Act.DIVE: 3, Act.CARRY: 6,
}  # fmt: skip
_GESTURES = dict.fromkeys((g for g in Gesture), 3) | {
    Gesture.HANDS_UP: 18, Gesture.ARMS_CROSSED: 26, Gesture.HANDS_CLASPED: 20, Gesture.WAVE_BOTH: 9,
    Gesture.WHITE_CLOTH: 5, Gesture.WEAPON_DOWN: 5, Gesture.WAVE_ONE: 5, Gesture.ONE_HAND_UP: 6, Gesture.THROAT: 6,
    Gesture.POINT_LEG: 5, Gesture.POINT_WOUND: 4, Gesture.CODE_PROPOSAL: 4,
}  # fmt: skip
_POSTURES = {
    Act.STAND: Posture.STANDING, Act.READ: Posture.STANDING, Act.CARRY: Posture.STANDING, Act.WALK: Posture.WALKING,
    Act.LIMP: Posture.WALKING, Act.RUN: Posture.WALKING, Act.CRAWL: Posture.CRAWLING, Act.CROUCH: Posture.CROUCHED,
    Act.KNEEL: Posture.KNEELING, Act.HANDS_ON_HEAD: Posture.KNEELING, Act.SIT: Posture.SITTING,
    Act.DRINK: Posture.SITTING, Act.SMOKE: Posture.SITTING, Act.LIE_FACE_DOWN: Posture.PRONE,
    Act.LIE_ON_BACK: Posture.PRONE, Act.DIVE: Posture.PRONE,
}  # fmt: skip
_LOOKS_LIKE_A_PLEA = frozenset({Doing.BINOCULARS})  # both hands at the face: better told once too often
_WEAPON_DOWN_S = 3.2  # afterwards the arms are raised: another gesture, or the same one still


class Motion(NamedTuple):
    """joints: (pictures, 17, 3) metres, z up, COCO order; gestures, postures: one of each a picture. None: nothing is
    shown; Gesture.UNKNOWN also stands where nobody can say: a gesture begins or ends, or it is one to be asked about.
    sure: whether gesture and posture there are worth learning, a pair of booleans a picture.
    """

    joints: npt.NDArray[np.float32]
    gestures: tuple[Gesture | None, ...]
    postures: tuple[Posture, ...]
    sure: npt.NDArray[np.bool_]


class _Part(NamedTuple):
    """From begin_s on this is done."""

    begin_s: float
    figure: Figure
    pace_mps: float


class Glimpse(NamedTuple):
    """One picture's worth: who stands there how, what he shows, and whether gesture and posture are worth learning."""

    figure: Figure
    gesture: Gesture | None
    posture: Posture
    sure: tuple[bool, bool]
    before: Figure | None
    share: float
    """Passing over from `before`: the share of `figure`, 0 to 1."""


def glimpses(
    chance: Random, seconds: float, rate_hz: float, manners: tuple[int, int] = (1, 9999), made_up: float = 0.0
) -> list[Glimpse]:
    """One person for so long, who stands at the origin. manners: the first and last way of showing that people may have
    (`Figure.manner`). made_up: the share of works that nobody has named (`Doing.MADE_UP`)."""
    parts = _parts(chance, seconds, manners, made_up)
    shown = []
    for number in range(round(seconds * rate_hz)):
        t_s = number / rate_hz
        k = max(i for i, part in enumerate(parts) if part.begin_s <= t_s)
        part, since = parts[k], t_s - parts[k].begin_s
        last = parts[k - 1] if k else None
        passing = last is not None and since < _PASSES_S
        share = since / _PASSES_S if passing else 1.0
        gesture = part.figure.gesture
        settled = since >= SHOWN_FROM_S or k == 0
        faded = last is None or last.figure.gesture is None or since >= AWAY_AFTER_S
        if gesture is Gesture.WEAPON_DOWN and since > _WEAPON_DOWN_S:
            settled = False
        alike = part.figure.act is Act.HANDS_ON_HEAD or part.figure.doing in _LOOKS_LIKE_A_PLEA
        of_hands = not alike and (settled if gesture is not None else faded)
        shown.append(
            Glimpse(
                _at(part, t_s),
                gesture,
                _POSTURES[part.figure.act],
                (of_hands, k == 0 or since >= 2.0 * _PASSES_S),
                _at(last, t_s) if last is not None and passing else None,
                share * share * (3.0 - 2.0 * share),
            )
        )
    return shown


def motion(
    chance: Random, seconds: float, rate_hz: float, manners: tuple[int, int] = (1, 9999), made_up: float = 0.0
) -> Motion:
    """The same people as joints."""
    joints, gestures, postures, sure = [], [], [], []
    for moment in glimpses(chance, seconds, rate_hz, manners, made_up):
        now = bare_joints(moment.figure)
        if moment.before is not None:
            # About the feet's middle both: bodies rise and sink, they do not jump.
            now = moment.share * now + (1.0 - moment.share) * bare_joints(moment.before)
        joints.append(now)
        gestures.append(moment.gesture)
        postures.append(moment.posture)
        sure.append(moment.sure)
    return Motion(np.array(joints, np.float32), tuple(gestures), tuple(postures), np.array(sure))


def _at(part: _Part, t_s: float) -> Figure:
    since = t_s - part.begin_s
    figure = part.figure
    return figure._replace(
        act_s=figure.act_s + since,
        gesture_s=figure.gesture_s + since,
        strode_m=figure.strode_m + part.pace_mps * since,
    )


def _parts(chance: Random, seconds: float, manners: tuple[int, int], made_up: float) -> list[_Part]:
    """Half of all people show something for a while, the others never do; some do both."""
    manner = chance.randint(*manners)
    shows = chance.random() < 0.62
    build = chance.choice((Build.MAN, Build.MAN, Build.WOMAN, Build.CHILD, Build.OLD))
    person = Figure(chance.randint(1, 999), Garb(build), ZERO, chance.uniform(0.0, 360.0), manner=manner)
    parts: list[_Part] = []
    t_s = 0.0
    while t_s < seconds:
        begins = 0.0 if not parts else t_s
        if shows and chance.random() < (0.5 if not parts else 0.65):
            parts.append(_showing(chance, person, begins, begun=not parts))
        else:
            parts.append(_living(chance, person, begins, manners, made_up))
        person = person._replace(facing_deg=(person.facing_deg + chance.gauss(0.0, 8.0)) % 360.0)
        t_s += chance.uniform(2.0, 6.0)
    return parts


def _showing(chance: Random, person: Figure, begin_s: float, begun: bool) -> _Part:
    """A gesture; begun: it was under way when we came."""
    act = chance.choices(list(_HANDS_FREE), list(_HANDS_FREE.values()))[0]
    gesture = chance.choices(list(_GESTURES), list(_GESTURES.values()))[0]
    if gesture is Gesture.WEAPON_DOWN:
        act, begun = Act.STAND, False
    figure = person._replace(
        act=act,
        act_s=chance.uniform(2.0, 20.0),
        strode_m=chance.uniform(0.0, 20.0),
        gesture=gesture,
        gesture_s=chance.uniform(1.0, 8.0) if begun else 0.0,
        sign=chance.choice(("1", "2", "3", "5")) if gesture is Gesture.COUNT else "",
    )
    return _Part(begin_s, figure, _pace(chance, act))


def _living(chance: Random, person: Figure, begin_s: float, manners: tuple[int, int], made_up: float) -> _Part:
    """Nothing is shown: walking, working, resting."""
    if chance.random() < (0.62 if made_up else 0.45):
        act = chance.choice((Act.STAND, Act.STAND, Act.STAND, Act.KNEEL, Act.WALK, Act.SIT, Act.CROUCH))
        doing: Doing | None = chance.choice(TRAINED_ON)
        if made_up and chance.random() < made_up:  # each time another work
            doing, person = Doing.MADE_UP, person._replace(manner=chance.randint(*manners))
    else:
        act, doing = chance.choices(list(_ACTS), list(_ACTS.values()))[0], None
    figure = person._replace(act=act, act_s=chance.uniform(1.5, 20.0), strode_m=chance.uniform(0.0, 20.0), doing=doing)
    return _Part(begin_s, figure, _pace(chance, act))


def _pace(chance: Random, act: Act) -> float:
    return chance.uniform(*_PACE_MPS[act]) if act in _PACE_MPS else 0.0
