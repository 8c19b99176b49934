"""The aircraft behind narrow verbs: a sans-I/O MAVLink driver, its links, and the audit of the vehicle's failsafes."""

from safeconduct.vehicle.aircraft import Aircraft
from safeconduct.vehicle.flown import FlownMeter
from safeconduct.vehicle.mavlink_aircraft import MavlinkAircraft
from safeconduct.vehicle.options import VehicleOptions
from safeconduct.vehicle.release import ReleaseSlot, ReleaseSlots
from safeconduct.vehicle.setpoints import Setpoint, extrapolated

__all__ = [
    "Aircraft",
    "FlownMeter",
    "MavlinkAircraft",
    "ReleaseSlot",
    "ReleaseSlots",
    "Setpoint",
    "VehicleOptions",
    "extrapolated",
]
