"""What really happened in a simulated mission: for reports and tests, never for the mission itself."""

from __future__ import annotations

import msgspec

from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Posture
from safeconduct.sim.artillery import Hit
from safeconduct.sim.body import Rest


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
