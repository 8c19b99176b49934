"""A mission plan as values: where the walk begins, where it ends, what must be kept away from.

Everything is in the local ENU frame about `anchor`; reading GeoJSON or KML is the edge's task (`maps`).
"""

from __future__ import annotations

import msgspec

from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.model.terrain import Terrain


class Area(msgspec.Struct, frozen=True):
    """A closed polygon (first point not repeated), or a single point with `radius_m`.

    margin_m: of mines and no-go areas, how far a way stays away; None: by its kind (`routes.Rules`).
    sees_m: of a hazard from where he may be shot at or watched, how far; 0 for one that is only where it is.
    """

    name: str
    role: str
    ring: tuple[Enu, ...]
    radius_m: float = 0.0
    margin_m: float | None = None
    sees_m: float = 0.0


class Plan(msgspec.Struct, frozen=True):
    """The commander's plan for one escort.

    route: from the first point to the reception point, at ground level (`up` is ground height).
    fence: the aircraft stays inside; empty means no fence in the plan.
    terrain: heights of the ground where they are known; None: it is taken to be as high as the nearest part of the way.
    """

    name: str
    anchor: Wgs84
    start: Enu
    reception: Enu
    route: tuple[Enu, ...]
    fence: tuple[Enu, ...] = ()
    areas: tuple[Area, ...] = ()
    no_fire_radius_m: float = 150.0
    terrain: Terrain | None = None

    @property
    def frame(self) -> LocalFrame:
        return LocalFrame(self.anchor)


class Settings(msgspec.Struct, frozen=True):
    """What a crew may set; units in the names. Defaults follow FIELD facts cited in docs/reference/settings.md."""

    watch_height_m: float = 15.0
    watch_offset_m: float = 17.0
    lead_height_m: float = 5.0
    lead_ahead_m: float = 7.0
    lead_side_m: float = 2.0
    lead_min_m: float = 4.0
    lead_max_m: float = 12.0
    speed_max_mps: float = 3.0
    hands_up_hold_s: float = 2.0
    video_stale_s: float = 1.0
    link_stale_s: float = 2.0
    person_lost_s: float = 2.0
    quiet_after_impact_s: float = 30.0
    battery_reserve_pct: float = 25.0
    arrival_m: float = 20.0
    no_fire_refresh_s: float = 60.0
    signal_range_m: float = 75.0
    steady_m: float = 1.0
    report_wait_s: float = 6.0
    note_falls_mps: float = 5.0
    note_drifts: float = 0.5
