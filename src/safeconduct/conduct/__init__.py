"""The mission: phases, dialogue, escort, interlocks, as a pure step function; and the judge of its records."""

from safeconduct.conduct.interlocks import (
    battery_lock,
    close_lock,
    hold_reasons,
    lead_lock,
    promise_lock,
    seconds_to_walk,
    steer_lock,
)
from safeconduct.conduct.mission import OPENING, step
from safeconduct.conduct.phases import RULES, Effect, Rule, transition
from safeconduct.conduct.state import MissionState
from safeconduct.conduct.transmission import transmit
from safeconduct.conduct.verdict import Verdict, breaches

__all__ = [
    "OPENING",
    "RULES",
    "Effect",
    "MissionState",
    "Rule",
    "Verdict",
    "battery_lock",
    "breaches",
    "close_lock",
    "hold_reasons",
    "lead_lock",
    "promise_lock",
    "seconds_to_walk",
    "steer_lock",
    "step",
    "transition",
    "transmit",
]
