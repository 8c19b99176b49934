"""The aircraft behind narrow verbs: a sans-I/O MAVLink driver, its links, and the audit of the vehicle's failsafes."""

from safeconduct.vehicle.address import LinkAddress, parse_address
from safeconduct.vehicle.aircraft import Aircraft
from safeconduct.vehicle.audit import INFO, AuditReport, Finding, audit, audited_names
from safeconduct.vehicle.carrier import Carrier
from safeconduct.vehicle.flown import FlownMeter
from safeconduct.vehicle.hand_flown import HandFlown, HandSettings
from safeconduct.vehicle.light_choice import choose_light, names_for_light, with_light
from safeconduct.vehicle.mavlink_aircraft import MavlinkAircraft
from safeconduct.vehicle.options import ServoLight, VehicleOptions
from safeconduct.vehicle.release import ReleaseSlot, ReleaseSlots
from safeconduct.vehicle.setpoints import Setpoint, extrapolated
from safeconduct.vehicle.speaker import Speaker, Speech
from safeconduct.vehicle.transport import Link, open_link

__all__ = [
    "INFO",
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
    "ServoLight",
    "Setpoint",
    "Speaker",
    "Speech",
    "VehicleOptions",
    "audit",
    "audited_names",
    "choose_light",
    "extrapolated",
    "names_for_light",
    "open_link",
    "parse_address",
    "with_light",
]
