"""Which moments of a mission are filmed, and whom: spread evenly over what people do, not over how long they do it.

A mission is mostly walking; a throat gesture lasts seconds. Candidates are sorted by act and gesture, and the kinds
take turns until there are enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from safeconduct.sim.scene import Figure
from safeconduct.sim.studio.moments import Moment

EVERY_NS = 500_000_000
"""Candidates lie so far apart in mission time."""


class Chosen(NamedTuple):
    """at: index into the moments. key: of the person the camera is on."""

    at: int
    key: int


def chosen(candidates: Sequence[tuple[Chosen, Figure]], count: int, chance: Random) -> list[Chosen]:
    """`count` of the candidates, in order of time; fewer kinds than that: again and again others of each.

    With fewer candidates than `count` some come twice (views about a person differ each time).
    """
    kinds: dict[tuple[str, str], list[Chosen]] = {}
    for one, figure in candidates:
        kinds.setdefault((figure.gesture or "", figure.act), []).append(one)
    order = sorted(kinds)
    chance.shuffle(order)
    order.sort(key=lambda kind: kind[0] == "")  # gestures first: where only a few are wanted, those are
    waiting: dict[tuple[str, str], list[Chosen]] = {}
    taken: list[Chosen] = []
    while order and len(taken) < count:
        for kind in order[: count - len(taken)]:
            if not waiting.get(kind):
                waiting[kind] = chance.sample(kinds[kind], len(kinds[kind]))
            taken.append(waiting[kind].pop())
    return sorted(taken)


def candidates(moments: Sequence[Moment], *, only: frozenset[int] | None = None) -> list[tuple[Chosen, Figure]]:
    """Everybody at every half second. only: these people."""
    found: list[tuple[Chosen, Figure]] = []
    next_t_ns = 0
    for at, moment in enumerate(moments):
        if moment.t_ns < next_t_ns:
            continue
        next_t_ns = moment.t_ns + EVERY_NS
        found += [(Chosen(at, f.key), f) for f in moment.scene.figures if only is None or f.key in only]
    return found
