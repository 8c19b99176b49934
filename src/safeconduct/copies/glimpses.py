"""Whatever might be a person and is nobody whom the eyes follow: they wait for certainty, a cover must not.

The whole picture is searched some three times a second, upright and upside down: the network knows people upright,
and one who is seen from above, or to the chest in a trench, has no upright. What is faint counts if it is faint twice
at the same place; what is found again and again is held only from one time to the next, what is found once for longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from safeconduct.copies.moving import Box, Moved, grown
from safeconduct.copies.original import Picture, Shown
from safeconduct.model.mission_time import NS
from safeconduct.perception import Found, PersonDetector, area_px2, look, overlap, tiles

GROWS = 0.35
"""Of his height in a second of holding: so far may somebody go unseen."""

_SWEEP_S = 0.3
_HOLDS_S, _AGAIN_HOLDS_S = 1.6, 2.0 * _SWEEP_S
_CERTAIN, _GLIMPSE, _FAINT = 0.55, 0.2, 0.12  # of the network's score
_AGAIN = 0.25  # overlap of two that are one
_ABOUT = 3.0  # times the area


def glimpsed(
    detector: PersonDetector, piece: Sequence[Shown], known: Sequence[Sequence[Box]], moved: Moved
) -> Iterator[tuple[int, Box]]:
    """Numbers within the piece and what is to be covered there. known: of each picture, the boxes of those whom the
    eyes follow."""
    sweeps = list(_sweeps(detector, piece, known))
    for n, (i, glimpses) in enumerate(sweeps):
        near = sweeps[max(0, n - 2) : n], sweeps[n + 1 : n + 3]
        for found in glimpses:
            box = found.x1, found.y1, found.x2, found.y2
            again = [any(_same(found, i, others, j, moved) for j, others in some) for some in near]
            if found.score < _GLIMPSE and not any(again):
                continue
            alone_s = _HOLDS_S if found.score >= _GLIMPSE else _AGAIN_HOLDS_S
            before_s, after_s = (_AGAIN_HOLDS_S if found_again else alone_s for found_again in again)
            tall = max(found.x2 - found.x1, found.y2 - found.y1)
            for j, other in enumerate(piece):
                away_s = (other.t_ns - piece[i].t_ns) / NS
                if -before_s <= away_s <= after_s:
                    yield j, grown(moved.carried(box, i, j), 6.0 + (0.22 + GROWS * abs(away_s)) * tall)


def _sweeps(
    detector: PersonDetector, piece: Sequence[Shown], known: Sequence[Sequence[Box]]
) -> Iterator[tuple[int, list[Found]]]:
    swept_t_ns: int | None = None
    for i, shown in enumerate(piece):
        last = i == len(piece) - 1  # who comes in at the very end is found by nobody later
        if swept_t_ns is None or last or shown.t_ns - swept_t_ns >= _SWEEP_S * NS:
            swept_t_ns = shown.t_ns
            found = _swept(detector, shown.picture)
            yield i, [one for one in found if not any(_within(one, box) for box in known[i])]


def _swept(detector: PersonDetector, picture: Picture) -> list[Found]:
    """Without what is faint and half as large as the picture: that is the land."""
    high, wide = picture.shape[:2]
    everywhere = tiles(wide, high, detector.size_px)
    turned = look(detector, np.ascontiguousarray(picture[::-1]), everywhere, _FAINT)
    found = look(detector, picture, everywhere, _FAINT)
    found += [one._replace(y1=high - one.y2, y2=high - one.y1) for one in turned]
    found = [one for one in found if one.score >= _CERTAIN or max(one.x2 - one.x1, one.y2 - one.y1) < 0.5 * high]
    return [one for one in found if not any(_only_about(one, other) for other in found)]


def _only_about(one: Found, other: Found) -> bool:
    """A large box about somebody who is found better in a smaller one."""
    x, y = (other.x1 + other.x2) / 2.0, (other.y1 + other.y2) / 2.0
    larger = area_px2(one) > _ABOUT * area_px2(other) and one.score < other.score
    return larger and one.x1 <= x <= one.x2 and one.y1 <= y <= one.y2


def _within(found: Found, box: Box) -> bool:
    """Whether a box that the detector found is of a person whom the eyes follow."""
    x, y = (found.x1 + found.x2) / 2.0, (found.y1 + found.y2) / 2.0
    left, top, right, bottom = grown(box, 4.0)
    smaller = found.y2 - found.y1 < 1.6 * (box[3] - box[1])
    return smaller and left <= x <= right and top <= y <= bottom


def _same(found: Found, i: int, others: Sequence[Found], j: int, moved: Moved) -> bool:
    """Whether one of those found in picture j stands where this one of picture i does."""
    carried = (Found(*moved.carried((one.x1, one.y1, one.x2, one.y2), j, i), one.score) for one in others)
    return any(overlap(one, found) >= _AGAIN for one in carried)
