"""The light code: few, long flashes, counted on evidence.

One long flash is yes, two are no, as the person of the seed case proposed; many short ones go with COVER. It counts
only after the note with its legend was picked up: at night two flashes also mean "understood" (ICAO Annex 12, App. A).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from safeconduct.model.vocabulary import Signal

LONG_S = 1.0
SHORT_S = 0.4
STEADY_S = 2.0
"""Of IDENTIFY: so long that one or two of them left over are no yes and no no."""


class Flashes(msgspec.Struct, frozen=True):
    """`count` flashes of `each_s` with gaps of the same length."""

    count: int
    each_s: float

    @property
    def duration_s(self) -> float:
        return (2 * self.count - 1) * self.each_s if self.count else 0.0


DARK = Flashes(0, 0.0)

FLASHES: dict[Signal, Flashes] = {
    Signal.YES: Flashes(1, LONG_S),
    Signal.NO: Flashes(2, LONG_S),
    Signal.COVER: Flashes(6, SHORT_S),
    Signal.IDENTIFY: Flashes(3, STEADY_S),
}


def flashes_for(signal: Signal) -> Flashes:
    """What the light does with a signal; DARK for those that have no light form."""
    return FLASHES.get(signal, DARK)


def edges_s(flashes: Flashes) -> tuple[float, ...]:
    """Times of switching, on first, seconds after the beginning."""
    return tuple(i * flashes.each_s for i in range(2 * flashes.count))


def read_flashes(edges: Sequence[tuple[float, bool]]) -> Signal | None:
    """What a viewer who knows the legend reads from timed light edges (seconds, on); None: nothing or not sure.

    A flash of 0.7-1.5 s is long, of 0.2-0.6 s short, of 1.7-2.4 s steady; anything else, or a light that stays on, is
    not sure. Edges
    alternate: where one has no partner, a flash may have been missed, and one flash fewer is the other answer.
    """
    lengths: list[float] = []
    on_at: float | None = None
    for t_s, on in edges:
        if on is (on_at is not None):
            return None
        if on_at is None:
            on_at = t_s
        else:
            lengths.append(t_s - on_at)
            on_at = None
    if on_at is not None or not lengths:
        return None
    if all(0.7 <= length <= 1.5 for length in lengths):
        return {1: Signal.YES, 2: Signal.NO}.get(len(lengths))
    if len(lengths) >= 4 and all(0.2 <= length <= 0.6 for length in lengths):
        return Signal.COVER
    if len(lengths) >= 3 and all(1.7 <= length <= 2.4 for length in lengths):
        return Signal.IDENTIFY
    return None
