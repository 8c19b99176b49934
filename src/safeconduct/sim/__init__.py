"""The plain simulated world: ground, person, shells, own side, and an operator who plays by himself.

The twin of the aircraft has its own face in `safeconduct.sim.twin`, so that a scenario loads no codec.
"""

from safeconduct.sim.operator import ScriptedOperator
from safeconduct.sim.scenario import Scenario, load_scenario, read_scenario, scenario_names
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.truth import PersonTruth, Truth
from safeconduct.sim.world import World

__all__ = [
    "AircraftTruth",
    "PersonTruth",
    "Scenario",
    "ScriptedOperator",
    "Truth",
    "World",
    "load_scenario",
    "read_scenario",
    "scenario_names",
]
