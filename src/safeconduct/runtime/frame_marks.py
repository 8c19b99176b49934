"""What the record says of each picture: when and from where it was taken, and how the camera was held."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from safeconduct.model.events import MissionOpened
from safeconduct.model.geometry import LocalFrame
from safeconduct.perception import Held
from safeconduct.witness import FrameMark, values


@lru_cache(maxsize=4)
def plan_frame(record: Path) -> LocalFrame | None:
    """Of the plan that stands in the record's first line: the mission is opened before its first picture."""
    opened = next(values(record), None)
    return opened.plan.frame if isinstance(opened, MissionOpened) else None


def frame_mark(
    t_ns: int, taken_t_ns: int, view: Held, frame: LocalFrame | None, source_ns: int | None = None
) -> FrameMark:
    """t_ns: when it reached the record; taken_t_ns: UTC when it was taken. frame: of the plan, None: not known yet.

    source_ns: the sender's own clock; its offset from UTC is kept with it. The nose of an aircraft with a gimbal that
    only nods is where the camera points.
    """
    place = frame.to_wgs84(view.position) if frame is not None else None
    return FrameMark(
        t_ns,
        taken_t_ns,
        source_ns,
        None if source_ns is None else taken_t_ns - source_ns,
        None if place is None else round(place.lat_deg, 7),
        None if place is None else round(place.lon_deg, 7),
        None if place is None else round(place.alt_m, 2),
        round(view.heading_deg, 2),
        camera_heading=round(view.heading_deg, 2),
        camera_pitch=round(view.pitch_deg, 2),
        camera_roll=round(view.roll_deg, 2),
        hfov=round(view.hfov_deg, 2),
    )
