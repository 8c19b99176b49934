"""`safeconduct audit`: read the vehicle's parameters over a real link and judge them."""

from __future__ import annotations

import asyncio
import sys
import time

import msgspec

from safeconduct.model.events import Event
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import LocalFrame, Wgs84
from safeconduct.vehicle import (
    INFO,
    AuditReport,
    Carrier,
    MavlinkAircraft,
    VehicleOptions,
    audit,
    audited_names,
    choose_light,
    names_for_light,
    open_link,
    parse_address,
    with_light,
)

HEARD_WITHIN_S = 10.0
READ_WITHIN_S = 30.0
ANNOUNCED_WITHIN_S = 1.5
"""A component beats once a second."""


async def read_and_judge(url: str, options: VehicleOptions | None = None) -> AuditReport:
    """Lock onto the vehicle, read what the audit needs, judge it. Raises BadInput when nobody answers."""
    options = options or VehicleOptions()
    aircraft = MavlinkAircraft(LocalFrame(Wgs84(0.0, 0.0)), options)
    names = (*audited_names(options.gcs_system_id, options.relay), *names_for_light(options))
    began_ns = time.monotonic_ns()
    locked_ns: int | None = None

    def over() -> bool:
        nonlocal locked_ns
        now_ns = time.monotonic_ns()
        if locked_ns is None:
            if not aircraft.locked:
                return now_ns - began_ns > HEARD_WITHIN_S * 1e9
            locked_ns = now_ns
            aircraft.healthy(False, now_ns)
            aircraft.parameters.read(tuple(dict.fromkeys(names)))
        announced = now_ns - locked_ns > ANNOUNCED_WITHIN_S * 1e9
        return (announced and aircraft.parameters.done) or now_ns - locked_ns > READ_WITHIN_S * 1e9

    def ignore(_events: list[Event]) -> None:
        """An audit only reads."""

    # A heartbeat that stops is our death to a vehicle that flies: an audit must not beat, except where the vehicle
    # learns our address only from our first datagram.
    aircraft.healthy(parse_address(url).kind == "udpout", began_ns)
    async with open_link(url) as link:
        await Carrier(link, aircraft, time.time_ns).run(ignore, over)
    if not aircraft.locked:
        raise BadInput(url, f"no autopilot was heard for {HEARD_WITHIN_S:g} s", "check cable, port and power")
    values = aircraft.parameters.values
    light = choose_light(values, aircraft.illuminators, options)
    return with_light(audit(values, options.gcs_system_id, options.relay), light)


def run_audit(url: str, as_json: bool = False, options: VehicleOptions | None = None) -> int:
    """0: an escort may fly. 1: it is refused. Findings go to stderr, with `as_json` one JSON object to stdout."""
    report = asyncio.run(read_and_judge(url, options))
    for finding in report.findings:
        value = "not there" if finding.value is None else f"{finding.value:g}"
        name = finding.parameter if finding.level == INFO else f"{finding.parameter} = {value}"
        sys.stderr.write(f"{finding.level:6}  {name}: {finding.why}\n")
    verdict = "a defined, safe state follows our death" if report.ok else "no escort with this vehicle as it is set"
    sys.stderr.write(f"{verdict}\n")
    if as_json:
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    return 0 if report.ok else 1
