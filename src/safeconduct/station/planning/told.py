"""What planning page and station tell each other, as values. The page's types are drawn from here.

Places are [longitude, latitude] in degrees on WGS84, as in GeoJSON: the page knows no other frame. A plan is told as
the GeoJSON text of its file.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from safeconduct.station.page.told import GroundShown

LonLat = tuple[float, float]


class PlanSheet(msgspec.Struct, frozen=True):
    """What the page begins with. plan: GeoJSON, "" for an empty sheet. file: where it is saved.

    fault: why the file that was named could not be read. saved: nothing was changed since the file was written.
    """

    plan: str
    file: str
    saved: bool
    has_terrain: bool
    ground: GroundShown
    pace_mps: float
    persons: int
    endurance_min: float
    software: str
    fault: str = ""


class PlanWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan as it is drawn now, and who walks. over: save although another program changed the file meanwhile."""

    plan: str
    pace_mps: Annotated[float, msgspec.Meta(ge=0.1, le=2.0)] = 0.8
    persons: Annotated[int, msgspec.Meta(ge=1, le=12)] = 1
    endurance_min: Annotated[float, msgspec.Meta(ge=5.0, le=600.0)] = 25.0
    over: bool = False


class PlanFault(msgspec.Struct, frozen=True):
    """Why there is no price: what is wrong and how it is mended. features: which of the plan's, counted from 0.

    place: in the plan, "" where it is the whole; `what` goes on from it.
    """

    what: str
    mend: str
    features: tuple[int, ...] = ()
    place: str = ""


class CoverShown(msgspec.Struct, frozen=True):
    number: int
    name: str
    at_m: float
    off_m: float
    seconds: float
    place: LonLat
    on_way: LonLat


class BatteryShown(msgspec.Struct, frozen=True):
    """place: where the next one takes over, None for the last."""

    from_m: float
    to_m: float
    begins_s: float
    ends_s: float
    at: str
    place: LonLat | None


class FireShown(msgspec.Struct, frozen=True):
    name: str
    place: LonLat
    reach_m: float
    assumed: bool


class WayShown(msgspec.Struct, frozen=True):
    """The way and its price (docs/reference/price.md). exposed, low: its stretches. drawn: it is the plan's route."""

    line: tuple[LonLat, ...]
    exposed: tuple[tuple[LonLat, ...], ...]
    low: tuple[tuple[LonLat, ...], ...]
    low_m: tuple[tuple[float, float], ...]
    covers: tuple[CoverShown, ...]
    batteries: tuple[BatteryShown, ...]
    fire: tuple[FireShown, ...]
    length_m: float
    exposed_m: float
    seconds: float
    price: float
    longest_m: float
    tolerance_m: float
    climb_m: float
    drawn: bool
    warnings: tuple[str, ...]
    took_s: float


class PlanPriced(msgspec.Struct, frozen=True):
    """One of both."""

    way: WayShown | None = None
    fault: PlanFault | None = None


class PlanSaved(msgspec.Struct, frozen=True):
    """plan: as it stands in the file now. changed: the file was changed by somebody else, and nothing was written.

    no_way: why there is no way in it yet, so that it cannot be flown.
    """

    ok: bool
    file: str
    plan: str = ""
    fault: PlanFault | None = None
    changed: bool = False
    no_way: str = ""
