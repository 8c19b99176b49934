"""The aircraft behind narrow verbs: a sans-I/O MAVLink driver, its links, and the audit of the vehicle's failsafes."""

from safeconduct.vehicle.address import LinkAddress, parse_address
from safeconduct.vehicle.aircraft import Aircraft
from safeconduct.vehicle.audit import AuditReport, Finding, audit, audited_names
from safeconduct.vehicle.carrier import Carrier
from safeconduct.vehicle.flown import FlownMeter
from safeconduct.vehicle.hand_flown import HandFlown, HandSettings
from safeconduct.vehicle.mavlink_aircraft import MavlinkAircraft
from safeconduct.vehicle.options import VehicleOptions
from safeconduct.vehicle.release import ReleaseSlot, ReleaseSlots
from safeconduct.vehicle.setpoints import Setpoint, extrapolated
from safeconduct.vehicle.speaker import Speaker, Speech
from safeconduct.vehicle.transport import Link, open_link

__all__ = [
    "Aircraft",
    "AuditReport",
    "Carrier",
    "Finding",
    "FlownMeter",
    "HandFlown",
    "HandSettings",
    "Link",
    "LinkAddress",
    "MavlinkAircraft",
    "ReleaseSlot",
    "ReleaseSlots",
    "Setpoint",
    "Speaker",
    "Speech",
    "VehicleOptions",
    "audit",
    "audited_names",
    "extrapolated",
    "open_link",
    "parse_address",
]
