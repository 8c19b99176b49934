"""What page and program tell each other, as values. Times are seconds of the copy, places px of its pictures."""

from __future__ import annotations

from typing import Annotated

import msgspec


class LookSheet(msgspec.Struct, frozen=True):
    """What the page begins with, and after every covering. version: changes when the film was written anew.

    doubts: numbers of the pictures to be looked at, in order of time. seconds: of each picture. fault: why the last
    wish could not be carried out.
    """

    name: str
    version: int
    width_px: int
    height_px: int
    seconds: tuple[float, ...]
    doubts: tuple[int, ...]
    covered_more: int
    fault: str = ""


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """box: left, top, right, bottom."""

    box: tuple[float, float, float, float]
    from_s: Annotated[float, msgspec.Meta(ge=0.0, le=1e6)]
    to_s: Annotated[float, msgspec.Meta(ge=0.0, le=1e6)]


class MoreCovered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    regions: Annotated[tuple[Region, ...], msgspec.Meta(min_length=1, max_length=500)]


class LookedOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """seen: doubtful moments that the page has shown. version: of the film that was looked at."""

    pseudonym: Annotated[str, msgspec.Meta(pattern=r"^[\w][\w .-]{1,39}$")]
    seen: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    version: int
