"""ArduCopter's flight modes: the numbers of HEARTBEAT.custom_mode, their names, and what the mission needs of them.

Source: ArduPilot, ArduCopter mode numbers (MAVLink enum COPTER_MODE).
"""

from __future__ import annotations

from safeconduct.model.vocabulary import Mode

GUIDED, RTL, LAND = 4, 6, 9

NAMES = {
    0: "STABILIZE",
    1: "ACRO",
    2: "ALT_HOLD",
    3: "AUTO",
    4: "GUIDED",
    5: "LOITER",
    6: "RTL",
    7: "CIRCLE",
    9: "LAND",
    11: "DRIFT",
    13: "SPORT",
    14: "FLIP",
    15: "AUTOTUNE",
    16: "POSHOLD",
    17: "BRAKE",
    18: "THROW",
    19: "AVOID_ADSB",
    20: "GUIDED_NOGPS",
    21: "SMART_RTL",
    22: "FLOWHOLD",
    23: "FOLLOW",
    24: "ZIGZAG",
    25: "SYSTEMID",
    26: "AUTOROTATE",
    27: "AUTO_RTL",
    28: "TURTLE",
}

_MEANS = {4: Mode.GUIDED, 6: Mode.RTL, 21: Mode.RTL, 27: Mode.RTL, 9: Mode.LAND}


def mode_of(custom_mode: int) -> Mode:
    """GUIDED_NOGPS is PILOT on purpose: it takes no position, so nothing of ours may be flown in it."""
    return _MEANS.get(custom_mode, Mode.PILOT)


def name_of(custom_mode: int) -> str:
    return NAMES.get(custom_mode, f"MODE_{custom_mode}")
