"""What really happened in a simulated mission: for reports and tests, never for the mission itself."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Outcome, Posture
from safeconduct.sim.artillery import Hit
from safeconduct.sim.body import Body, Doing, Rest

_OUTCOMES = {
    Doing.IN_CUSTODY: Outcome.IN_CUSTODY,
    Doing.LED_OUT: Outcome.LED_OUT,
    Doing.CARED_FOR: Outcome.LEFT_WITH_CARE,
}


class PersonTruth(msgspec.Struct, frozen=True):
    """One of the people who were to be brought in. outcome: in_custody, led_out, left_with_care, or "" so far."""

    key: int
    position: Enu
    posture: Posture
    doing: str
    hurt: bool
    outcome: str


class Truth(msgspec.Struct, frozen=True):
    """What really happened so far. Times are seconds of world time, places east and north metres.

    free_walk_s: what the same person would need for the same route alone, without pauses and shells. walk_s: from his
    first step after the aircraft to his knees, or until now; 0 before. people: the person first, then his companions.
    """

    t_s: float
    position: Enu
    posture: Posture
    doing: str
    walked_m: float
    walk_s: float
    free_walk_s: float
    pauses: tuple[Rest, ...]
    covers: tuple[Rest, ...]
    impacts: tuple[Hit, ...]
    hurt: bool
    in_custody: bool
    people: tuple[PersonTruth, ...] = ()
    receivers_hurt: int = 0


def truth_of(
    *,
    t_s: float,
    bodies: Sequence[Body],
    free_walk_s: float,
    kneeled_s: float,
    impacts: Sequence[Hit],
    receivers_hurt: int,
) -> Truth:
    """bodies: the person first. kneeled_s: when he first knelt (or stood) before the receivers, negative before."""
    p = bodies[0].state
    walk_s = (kneeled_s if kneeled_s >= 0.0 else t_s) - p.followed_from_s if p.followed_from_s >= 0.0 else 0.0
    return Truth(
        t_s=round(t_s, 1),
        position=_centimetres(bodies[0]),
        posture=p.posture,
        doing=str(p.doing),
        walked_m=round(p.walked_m, 1),
        walk_s=round(walk_s, 1),
        free_walk_s=round(free_walk_s, 1),
        pauses=tuple(msgspec.structs.replace(rest) for rest in p.rests),
        covers=tuple(msgspec.structs.replace(rest) for rest in p.covers),
        impacts=tuple(impacts),
        hurt=p.hurt,
        in_custody=p.doing is Doing.IN_CUSTODY,
        people=tuple(_told(i, body) for i, body in enumerate(bodies, 1)),
        receivers_hurt=receivers_hurt,
    )


def _told(key: int, body: Body) -> PersonTruth:
    s = body.state
    outcome = _OUTCOMES.get(s.doing)
    return PersonTruth(key, _centimetres(body), s.posture, str(s.doing), s.hurt, outcome.value if outcome else "")


def _centimetres(body: Body) -> Enu:
    s = body.state
    return Enu(round(s.east, 2), round(s.north, 2), round(s.up, 2))
