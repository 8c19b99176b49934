"""The operator's page: what stands on it, what it may say, and the server that carries both."""

from __future__ import annotations

from safeconduct.station.page.application import Station
from safeconduct.station.page.board import Board
from safeconduct.station.page.desk import SIMULATED, Desk
from safeconduct.station.page.gate import Gate, SharedDoor
from safeconduct.station.page.ground_layers import GroundLayers
from safeconduct.station.page.projector import Projector
from safeconduct.station.page.reel import Reel
from safeconduct.station.page.roles import ROLES, Role
from safeconduct.station.page.sessions import Doorkeeper
from safeconduct.station.page.shading import shade
from safeconduct.station.page.sign_shots import sign_route

__all__ = [
    "ROLES",
    "SIMULATED",
    "Board",
    "Desk",
    "Doorkeeper",
    "Gate",
    "GroundLayers",
    "Projector",
    "Reel",
    "Role",
    "SharedDoor",
    "Station",
    "shade",
    "sign_route",
]
