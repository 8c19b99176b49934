"""What a viewer at the person's place would have read from the aircraft's motion: the decoder of the manoeuvres.

It knows places and times only, never what was meant. Three numbers are all that somebody on the ground has of a small
aircraft: how far it is to the side, how high, how far off. Each is cut into *strokes* between turning points, and the
strokes are read by the same rules by which `signals.manoeuvre` shapes them (FIELD section 5). Where two readings
compete the answer is None: not shown is mended by showing it again, the opposite is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import atan2, pi, radians, tan
from typing import NamedTuple

from safeconduct.model.geometry import Enu, ground_range_m, slant_range_m
from safeconduct.model.vocabulary import Signal
from safeconduct.signals.manoeuvre import REFUSE_RANGE_M

NOTICED_DEG = 1.5
"""A stroke that looks smaller than this is not noticed (design assumption, as for the simulated person)."""

_LEAST_TURN_M = 0.3  # gusts and the autopilot's noise stay below
_ALIKE = 0.35  # strokes of one swing differ by less than this share of the largest
_QUICK_S = 1.8  # a fall whose middle part takes less is quick
_STAYS_S = 1.5
_MIDDLE = (0.15, 0.85)
_LONGEST_REST = 2.5  # between two strokes of one swing, in middle parts; a minimum-jerk swing turns in 1.4

STILLNESS = frozenset({Signal.ATTEND, Signal.WAIT, Signal.IDENTIFY})
"""To hover still and face him: the words differ by what came before, and by light."""


class Stroke(NamedTuple):
    """One move between two turning points. metres: signed. middle_s: how long its middle part (15-85 %) took.
    left_s, reached_s: when it had left the one turning point and reached the other, s."""

    metres: float
    left_s: float
    reached_s: float

    @property
    def middle_s(self) -> float:
        return self.reached_s - self.left_s


def strokes(track: Sequence[tuple[float, float]], least_m: float) -> list[Stroke]:
    """Cuts (time s, value m) into strokes; a turning point counts when the way back from it exceeds least_m."""
    turns = [0]
    reach, sense = 0, 0
    for i, (_, value) in enumerate(track):
        if sense == 0:
            if abs(value - track[0][1]) > least_m:
                sense, reach = (1 if value > track[0][1] else -1), i
        elif (value - track[reach][1]) * sense > 0.0:
            reach = i
        elif (track[reach][1] - value) * sense > least_m:
            turns.append(reach)
            sense, reach = -sense, i
    if sense != 0:
        turns.append(reach)
    return [_stroke(track[a : b + 1]) for a, b in pairwise(turns)]


def _stroke(part: Sequence[tuple[float, float]]) -> Stroke:
    begin, length = part[0][1], part[-1][1] - part[0][1]
    low, high = _MIDDLE
    left = max((t for t, v in part if (v - begin) / length <= low), default=part[0][0])
    reached = min((t for t, v in part if (v - begin) / length >= high and t >= left), default=part[-1][0])
    return Stroke(length, left, reached)


class View(NamedTuple):
    """The strokes that a viewer notices: to the side, up, away. last_s: until when he looked."""

    across: list[Stroke]
    up: list[Stroke]
    away: list[Stroke]
    last_s: float


def read_motion(track: Sequence[tuple[float, Enu]], viewer: Enu) -> Signal | None:
    """The signal that this flight is to somebody at `viewer`; None: nothing, or not sure.

    track: (time s, ENU m) of one transmission, in order, from its beginning to a second after its end. Stillness reads
    as ATTEND (it stands for all of STILLNESS). Beyond 75 m nothing is read.
    """
    if len(track) < 2:
        return None
    if any(slant_range_m(place, viewer) > REFUSE_RANGE_M * 1.1 for _, place in track):
        return None
    view = _viewed(track, viewer)
    across_m, up_m, away_m = _largest(view.across), _largest(view.up), _largest(view.away)
    if not (across_m or up_m or away_m):
        return Signal.ATTEND
    readings = [
        signal
        for signal, fits in (
            (Signal.YES, _to_and_fro(view.up) and up_m > max(1.5 * across_m, 0.8 * away_m)),
            (Signal.NO, _to_and_fro(view.across) and across_m > max(1.5 * up_m, 1.1 * away_m)),
            (Signal.FOLLOW, _invites(view.away) and away_m > max(1.5 * across_m, 1.5 * up_m)),
            (Signal.STOP, _crosses(view) and across_m > max(1.5 * up_m, 1.5 * away_m)),
            (Signal.NOT_UNDERSTOOD, _circles(view) and across_m > 1.5 * up_m),
            (Signal.TRACE, _traces(view) and away_m > 1.5 * across_m),
            (Signal.COVER, _sinks(view, quick=True) and up_m > max(across_m, away_m)),
            (Signal.HERE, _sinks(view, quick=False) and up_m > max(across_m, away_m)),
        )
        if fits
    ]
    return readings[0] if len(readings) == 1 else None


def same_reading(asked: Signal, read: Signal | None) -> bool:
    """Whether what was read is what was asked, as far as motion can tell."""
    return read is asked or (read is Signal.ATTEND and asked in STILLNESS)


def _viewed(track: Sequence[tuple[float, Enu]], viewer: Enu) -> View:
    begin = track[0][1]
    ground_m = max(ground_range_m(begin, viewer), 0.5)
    bearing = atan2(begin.east - viewer.east, begin.north - viewer.north)
    across, up, away = [], [], []
    for t_s, place in track:
        e, n = place.east - viewer.east, place.north - viewer.north
        off = (atan2(e, n) - bearing + pi) % (2.0 * pi) - pi
        across.append((t_s, off * ground_m))
        up.append((t_s, place.up))
        away.append((t_s, ground_range_m(place, viewer)))
    slant_m = slant_range_m(begin, viewer)
    least_m = max(_LEAST_TURN_M, slant_m * tan(radians(NOTICED_DEG)))
    # Moving off changes only the size of what is seen: a viewer needs several times as much of it.
    return View(strokes(across, least_m), strokes(up, least_m), strokes(away, max(2.0 * least_m, 1.0)), track[-1][0])


def _largest(of: list[Stroke]) -> float:
    return max((abs(s.metres) for s in of), default=0.0)


def _alike(of: list[Stroke]) -> list[Stroke]:
    """The strokes that belong to the swing: not much smaller than the largest."""
    least = _ALIKE * _largest(of)
    return [s for s in of if abs(s.metres) >= least]


def _alternate(of: list[Stroke]) -> bool:
    return all(a.metres * b.metres < 0.0 for a, b in pairwise(of))


def _to_and_fro(of: list[Stroke]) -> bool:
    """At least two swings, none of them with a long rest in between."""
    swing = _alike(of)
    if len(swing) < 4 or not _alternate(swing):
        return False
    longest_rest_s = max(3.0, _LONGEST_REST * max(s.middle_s for s in swing))
    return all(b.left_s - a.reached_s < longest_rest_s for a, b in pairwise(swing))


def _invites(away: list[Stroke]) -> bool:
    """Away, back, away: what comes nearer first is no invitation."""
    going = _alike(away)
    return len(going) >= 3 and going[0].metres > 0.0 and _alternate(going)


def _crosses(view: View) -> bool:
    """To one side, over to the other, between; then still."""
    swing = _alike(view.across)
    if not 2 <= len(swing) <= 3 or not _alternate(swing):
        return False
    return view.last_s - swing[-1].reached_s > 2.0


def _circles(view: View) -> bool:
    """To one side and the other while it goes away and comes back once, about as far."""
    swing, going = _alike(view.across), _alike(view.away)
    if not 2 <= len(swing) <= 3 or len(going) != 2 or going[0].metres < 0.0:
        return False
    return 0.5 < _largest(going) / _largest(swing) < 2.0 and swing[-1].left_s > going[0].reached_s - 1.5


def _traces(view: View) -> bool:
    """Down first, away and back once while it is low, up again."""
    falls, going = _alike(view.up), _alike(view.away)
    if not falls or falls[0].metres > 0.0 or len(going) != 2 or going[0].metres < 0.0:
        return False
    return falls[0].left_s < going[0].left_s and all(f.left_s > going[1].left_s for f in falls[1:])


def _sinks(view: View, quick: bool) -> bool:
    """One fall, quick or slow, and a rest below before it rises."""
    moves = _alike(view.up)
    if not 1 <= len(moves) <= 2 or moves[0].metres > 0.0:
        return False
    rests_s = (moves[1].left_s if len(moves) == 2 else view.last_s) - moves[0].reached_s
    return rests_s > _STAYS_S and (moves[0].middle_s < _QUICK_S) is quick
