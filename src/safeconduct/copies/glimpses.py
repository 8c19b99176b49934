"""Whatever might be a person and is nobody whom the eyes follow: they wait for certainty, a cover must not.

The whole picture is searched some three times a second, upright and upside down: the network knows people upright,
and one who is seen from above, or to the chest in a trench, has no upright. What is faint counts if it is faint twice
at the same place; what is found again and again is held only from one time to the next, what is found once for longer.
The squares are then shown once more at twice the size, for who is small or hidden but for his head: what is found so
counts if it is found about there several times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from safeconduct.copies.moving import Box, Moved, grown
from safeconduct.copies.original import Picture, Shown
from safeconduct.model.mission_time import NS
from safeconduct.perception import Found, PersonDetector, Region, area_px2, look, overlap, tiles

GROWS = 0.35
"""Of his height in a second of holding: so far may somebody go unseen."""

_SWEEP_S, _SWEEPS_NEAR = 0.3, 2
_HOLDS_S, _AGAIN_HOLDS_S = 1.6, 2.0 * _SWEEP_S
_CERTAIN, _GLIMPSE, _FAINT = 0.55, 0.2, 0.12  # of the network's score
_ENLARGED, _ENLARGED_MASS, _SMALL_PX = 0.2, 0.35, 60.0  # its score, with those before and after; larger ones are seen
_AGAIN, _ENLARGED_AGAIN = 0.25, 0.1  # overlap of two that are one
_RIM_PX, _ENLARGED_RIM_PX = 6.0, 12.0  # the small ones are often a part of somebody
_KNOWN = 0.4  # overlap with somebody's box
_ABOUT = 3.0  # times the area


class _Glimpse(NamedTuple):
    found: Found
    enlarged: bool


_Sweeps = Sequence[tuple[int, Sequence[_Glimpse]]]
"""Of each the number of its picture within the piece, and what was found in it."""


def glimpsed(
    detector: PersonDetector, piece: Sequence[Shown], known: Sequence[Sequence[Box]], moved: Moved
) -> Iterator[tuple[int, Box]]:
    """Numbers within the piece and what is to be covered there. known: of each picture, the boxes of those whom the
    eyes follow."""
    sweeps = list(_sweeps(detector, piece, known))
    sure = [
        (i, [one for one in glimpses if _believed(one, n, sweeps, moved)]) for n, (i, glimpses) in enumerate(sweeps)
    ]
    for n, (i, glimpses) in enumerate(sure):
        for glimpse in glimpses:
            before, after = (_alike(glimpse, i, some, moved) for some in _near(sure, n))
            before_s, after_s = (_AGAIN_HOLDS_S if any(scores) else _HOLDS_S for scores in (before, after))
            found, rim_px = glimpse.found, _ENLARGED_RIM_PX if glimpse.enlarged else _RIM_PX
            for j, other in enumerate(piece):
                away_s = (other.t_ns - piece[i].t_ns) / NS
                if -before_s <= away_s <= after_s:
                    margin = rim_px + (0.22 + GROWS * abs(away_s)) * _longer_px(found)
                    yield j, grown(moved.carried((found.x1, found.y1, found.x2, found.y2), i, j), margin)


def _near(sweeps: _Sweeps, n: int) -> tuple[_Sweeps, _Sweeps]:
    """Those before and after."""
    return sweeps[max(0, n - _SWEEPS_NEAR) : n], sweeps[n + 1 : n + 1 + _SWEEPS_NEAR]


def _believed(glimpse: _Glimpse, n: int, sweeps: _Sweeps, moved: Moved) -> bool:
    score = glimpse.found.score
    if score >= _GLIMPSE and not glimpse.enlarged:
        return True
    near = [s for some in _near(sweeps, n) for s in _alike(glimpse, sweeps[n][0], some, moved)]
    if glimpse.enlarged:
        return score >= _ENLARGED and score + sum(near) >= _ENLARGED_MASS
    return any(near)


def _alike(glimpse: _Glimpse, i: int, sweeps: _Sweeps, moved: Moved) -> list[float]:
    """Of each sweep the score of the best that stands where this one of picture i does; 0: none does."""
    least = _ENLARGED_AGAIN if glimpse.enlarged else _AGAIN

    def carried(one: Found, j: int) -> Found:
        return Found(*moved.carried((one.x1, one.y1, one.x2, one.y2), j, i), one.score)

    return [
        max((o.found.score for o in others if overlap(carried(o.found, j), glimpse.found) >= least), default=0.0)
        for j, others in sweeps
    ]


def _sweeps(
    detector: PersonDetector, piece: Sequence[Shown], known: Sequence[Sequence[Box]]
) -> Iterator[tuple[int, list[_Glimpse]]]:
    swept_t_ns: int | None = None
    for i, shown in enumerate(piece):
        last = i == len(piece) - 1  # who comes in at the very end is found by nobody later
        if swept_t_ns is None or last or shown.t_ns - swept_t_ns >= _SWEEP_S * NS:
            swept_t_ns = shown.t_ns
            found = _swept(detector, shown.picture)
            yield i, [one for one in found if not any(_is(one.found, box) for box in known[i])]


def _swept(detector: PersonDetector, picture: Picture) -> list[_Glimpse]:
    """Without what is faint and half as large as the picture: that is the land. The small ones enlarged too."""
    wide, high = picture.shape[1], picture.shape[0]
    found = _both_ways(detector, picture, tiles(wide, high, detector.size_px))
    found = [one for one in found if one.score >= _CERTAIN or _longer_px(one) < 0.5 * high]
    found = [one for one in found if not any(_only_about(one, other) for other in found)]
    side_px = detector.size_px // 2
    near = [region for region in tiles(wide, high, side_px) if region.side == side_px]
    small = [one for one in _both_ways(detector, picture, near) if _longer_px(one) < _SMALL_PX]
    return [_Glimpse(one, False) for one in found] + [_Glimpse(one, True) for one in small]


def _both_ways(detector: PersonDetector, picture: Picture, where: list[Region]) -> list[Found]:
    turned = look(detector, np.ascontiguousarray(picture[::-1]), where, _FAINT)
    high = picture.shape[0]
    return look(detector, picture, where, _FAINT) + [o._replace(y1=high - o.y2, y2=high - o.y1) for o in turned]


def _longer_px(one: Found) -> float:
    return max(one.x2 - one.x1, one.y2 - one.y1)


def _only_about(one: Found, other: Found) -> bool:
    """A large box about somebody who is found better in a smaller one."""
    x, y = (other.x1 + other.x2) / 2.0, (other.y1 + other.y2) / 2.0
    larger = area_px2(one) > _ABOUT * area_px2(other) and one.score < other.score
    return larger and one.x1 <= x <= one.x2 and one.y1 <= y <= one.y2


def _is(found: Found, box: Box) -> bool:
    """Whether a box that the detector found is of a person whom the eyes follow, not of somebody beside him."""
    return overlap(found, Found(*box, 1.0)) >= _KNOWN
