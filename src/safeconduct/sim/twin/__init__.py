"""The aircraft's twin: an ArduCopter look-alike, as bytes, as a process of its own, or without bytes.

It shows every behaviour that FLIGHT facts mark (twin), is deterministic for a seed and much faster than real time.
"""

from safeconduct.sim.twin.autopilot import Autopilot
from safeconduct.sim.twin.direct import TWIN_OPTIONS, DirectAircraft
from safeconduct.sim.twin.dynamics import Limits, Wind, wind_of
from safeconduct.sim.twin.guidance import MODE_NAMES, MODE_NUMBERS, Target, Yaw
from safeconduct.sim.twin.loudspeaker import TwinSpeaker
from safeconduct.sim.twin.mavlink_face import TwinLink
from safeconduct.sim.twin.settings import HOME, PARAMETERS, TwinSettings

__all__ = [
    "HOME",
    "MODE_NAMES",
    "MODE_NUMBERS",
    "PARAMETERS",
    "TWIN_OPTIONS",
    "Autopilot",
    "DirectAircraft",
    "Limits",
    "Target",
    "TwinLink",
    "TwinSettings",
    "TwinSpeaker",
    "Wind",
    "Yaw",
    "wind_of",
]
