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
BEGUN_S = 0.5
"""Before that a gesture does not show yet."""
_GOLDEN = 0.618034


class Chosen(NamedTuple):
    """at: index into the moments. key: of the person the camera is on."""

    at: int
    key: int


def chosen(candidates: Sequence[tuple[Chosen, Figure]], count: int, chance: Random) -> list[Chosen]:
    """`count` of the candidates, in order of time. With fewer than that all come a second time, and so on."""
    kinds: dict[tuple[str, str], list[Chosen]] = {}
    for one, figure in candidates:
        kinds.setdefault((figure.gesture or "", figure.act), []).append(one)
    order = sorted(kinds)
    chance.shuffle(order)
    order.sort(key=lambda kind: kind[0] == "")  # gestures first: where only a few are wanted, those are
    taken: list[Chosen] = []
    while order and len(taken) < count:
        waiting = {kind: _far_apart(kinds[kind], chance) for kind in order}
        while waiting and len(taken) < count:
            for kind in list(waiting)[: count - len(taken)]:
                taken.append(waiting[kind].pop(0))
                if not waiting[kind]:
                    del waiting[kind]
    return sorted(taken)


def _far_apart(ones: Sequence[Chosen], chance: Random) -> list[Chosen]:
    """All of them, but each far in time from those just before: two pictures of one wave are nearly the same."""
    left = list(ones)
    begin = chance.random()
    return [left.pop(int((begin + k * _GOLDEN) % 1.0 * len(left))) for k in range(len(ones))]


def candidates(moments: Sequence[Moment]) -> list[tuple[Chosen, Figure]]:
    """Everybody at every half second, but for gestures that have only begun."""
    found: list[tuple[Chosen, Figure]] = []
    next_t_ns = 0
    for at, moment in enumerate(moments):
        if moment.t_ns < next_t_ns:
            continue
        next_t_ns = moment.t_ns + EVERY_NS
        found += [(Chosen(at, f.key), f) for f in moment.scene.figures if f.gesture is None or f.gesture_s >= BEGUN_S]
    return found
