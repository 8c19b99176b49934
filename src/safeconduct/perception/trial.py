"""What a network's file does not say, its answer to a known picture does: one person stands on bare ground in it."""

from __future__ import annotations

from collections.abc import Callable

from safeconduct.perception.found import Found, Picture, Region, overlap
from safeconduct.perception.sample import scene
from safeconduct.perception.showing import Colours

SIDE_PX = 360
"""Of the square picture."""
STANDS = Found(161.0, 136.0, 199.0, 230.0, 1.0)
"""The person in it, measured by hand."""

_FLOOR = 0.05
_SAME = 0.4  # intersection over union with him


def colours_by_trial(
    find: Callable[[Picture, Region, float, Colours], list[Found]], ways: tuple[Colours, ...]
) -> Colours:
    """Of these ways to show colours, that in which the network most surely finds him and nobody else; the first where
    no way is better. (Pixels of 0-255 and normal ones differ by a factor of 57: shown the wrong ones, a network is
    blind or sees people everywhere.)
    """
    picture = scene(SIDE_PX, SIDE_PX, "standing", 90, 90)

    def surely(way: Colours) -> float:
        people = find(picture, Region(0.0, 0.0, float(SIDE_PX)), _FLOOR, way)
        him = max((f.score for f in people if overlap(f, STANDS) >= _SAME), default=0.0)
        others = max((f.score for f in people if overlap(f, STANDS) < _SAME), default=0.0)
        return him * (1.0 - others)

    return max(ways, key=surely)
