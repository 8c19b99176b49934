"""The mission: phases, dialogue, escort, interlocks, as a pure step function; and the judge of its records."""

from safeconduct.conduct.interlocks import lead_lock
from safeconduct.conduct.mission import OPENING, step
from safeconduct.conduct.phases import RULES, Effect, Rule, transition
from safeconduct.conduct.state import MissionState
from safeconduct.conduct.verdict import Verdict, breaches

__all__ = [
    "OPENING",
    "RULES",
    "Effect",
    "MissionState",
    "Rule",
    "Verdict",
    "breaches",
    "lead_lock",
    "step",
    "transition",
]
