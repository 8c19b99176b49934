"""Before a live rehearsal: where the vehicle stands, whether its failsafes are safe, what it can release."""

from __future__ import annotations

import time

import msgspec

from safeconduct.model.events import Event, Telemetry
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import LocalFrame, Wgs84
from safeconduct.model.mission_time import NS
from safeconduct.vehicle import (
    AuditReport,
    Carrier,
    MavlinkAircraft,
    ReleaseSlot,
    ReleaseSlots,
    VehicleOptions,
    audit,
    audited_names,
    choose_light,
    names_for_light,
    open_link,
    with_light,
)

HEARD_WITHIN_S = 20.0
KNOWN_WITHIN_S = 60.0
ANNOUNCED_WITHIN_S = 1.5
"""A component beats once a second."""


class Survey(msgspec.Struct, frozen=True):
    """place: where it stands, the anchor of a rehearsal. options: as given, with the gripper that was found."""

    place: Wgs84
    report: AuditReport
    options: VehicleOptions


async def survey(url: str, options: VehicleOptions) -> Survey:
    """Look at a vehicle without moving it. Raises BadInput: nobody answers, or it has no position."""
    frame = LocalFrame(Wgs84(0.0, 0.0, 0.0))
    aircraft = MavlinkAircraft(frame, options)
    names = (*audited_names(options.gcs_system_id, options.relay), "GRIP_ENABLE", *names_for_light(options))
    began_ns = time.time_ns()
    places: list[Telemetry] = []
    locked_s: list[float] = []
    asked = False

    def look(events: list[Event]) -> None:
        places.extend(e for e in events if isinstance(e, Telemetry) and e.gps_ok)

    def over() -> bool:
        nonlocal asked
        now_s = (time.time_ns() - began_ns) / NS
        if not aircraft.locked:
            return now_s > HEARD_WITHIN_S
        if not asked:
            asked = True
            locked_s.append(now_s)
            aircraft.parameters.read(tuple(dict.fromkeys(names)))
        if now_s - locked_s[0] < ANNOUNCED_WITHIN_S:
            return False
        return (bool(places) and aircraft.parameters.done) or now_s > KNOWN_WITHIN_S

    async with open_link(url) as link:
        await Carrier(link, aircraft, time.time_ns).run(look, over)
    if not aircraft.locked:
        raise BadInput(url, f"no autopilot was heard for {HEARD_WITHIN_S:.0f} s", "check cable, port and power")
    if not places:
        raise BadInput(url, f"gives no position for {KNOWN_WITHIN_S:.0f} s", "wait for its position fix")
    at = frame.to_wgs84(places[-1].position)
    values = aircraft.parameters.values
    if not options.slots.slots and values.get("GRIP_ENABLE") == 1:
        options = msgspec.structs.replace(options, slots=ReleaseSlots((ReleaseSlot(1, "note", gripper=True),)))
    light = choose_light(values, aircraft.illuminators, options)
    place = Wgs84(round(at.lat_deg, 7), round(at.lon_deg, 7), 0.0)
    report = with_light(audit(values, options.gcs_system_id, options.relay), light)
    return Survey(place, report, light.options)
