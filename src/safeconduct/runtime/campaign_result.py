"""One mission of a campaign in figures: all that a report needs, and small enough to be kept ten thousand times."""

from __future__ import annotations

from typing import Literal

import msgspec

Ended = Literal["arrived", "hurt", "lost"]
GAP_BIN_M = 0.25


class Hiding(msgspec.Struct, frozen=True):
    """The person was not seen for more than two seconds. phase: of the mission when it began. s: -1, never again."""

    phase: str
    s: float


class UnderFire(msgspec.Struct, frozen=True):
    """The first shell after a quiet time. cover_s: from its being seen until COVER begins; shown_s: until its evidence.

    burst_s: from the burst itself until COVER begins. All -1 where it never did.
    """

    phase: str
    cover_s: float
    burst_s: float
    shown_s: float


class Relieved(msgspec.Struct, frozen=True):
    """A relief took over. before: it was on station and had the person before ours left. waits: WAIT had been shown."""

    before: bool
    waits: bool
    battery_pct: float


class MissionResult(msgspec.Struct, frozen=True):
    """ended: arrived (all of them, unhurt), hurt (by a shell: no guide's fault), or lost; cause in words.

    number: which mission of the campaign. walking_s: from his first step after the aircraft until he goes to his
    receivers by himself, pauses and shells taken out; free_s: the same people on the same piece of the way alone.
    gap: [[bin, looks], …] of GAP_BIN_M, level distance while he walks and is led. by_phase_s: of that same walk, in
    which phase of the mission the time went. overhead_s: the aircraft level within 2 m above somebody. log: the head of
    the mission's chain, SHA-256: two missions with the same one were the same to the last byte of their records.
    """

    number: int
    scenario: str
    seed: int
    ended: Ended
    outcome: str
    cause: str
    duration_s: float
    pace_mps: float
    walked_m: float
    walking_s: float = 0.0
    free_s: float = 0.0
    paused_s: float = 0.0
    shelled_s: float = 0.0
    gap: tuple[tuple[int, int], ...] = ()
    hidings: tuple[Hiding, ...] = ()
    under_fire: tuple[UnderFire, ...] = ()
    relieved: Relieved | None = None
    battery_min_pct: float = 100.0
    battery_end_pct: float = 100.0
    person_switches: int = 0
    abandoned: int = 0
    overhead_s: float = 0.0
    by_phase_s: tuple[tuple[str, float], ...] = ()
    breaches: tuple[str, ...] = ()
    log: str = ""
