"""The doors to the outside: own side's screens (TAK), and protective signs as messages (Whiteflag)."""

from safeconduct.liaison.cot import CotEvent, NotCot, read_xml, write_xml
from safeconduct.liaison.credentials import enrolled_context, read_package, tls_context
from safeconduct.liaison.hand_over import Coming, HandOver, OnPapers, reception_key, seal, unseal
from safeconduct.liaison.hold_fire import HoldFire
from safeconduct.liaison.network import TakNetwork
from safeconduct.liaison.no_fire_area import NoFireArea, OurStation, chat_line, own_position
from safeconduct.liaison.own_units import OwnUnits
from safeconduct.liaison.seen_of_him import SeenOfHim
from safeconduct.liaison.tak_address import TakAddress, parse_tak
from safeconduct.liaison.tak_frames import Stream, read_datagram, write_mesh, write_stream

__all__ = [
    "Coming",
    "CotEvent",
    "HandOver",
    "HoldFire",
    "NoFireArea",
    "NotCot",
    "OnPapers",
    "OurStation",
    "OwnUnits",
    "SeenOfHim",
    "Stream",
    "TakAddress",
    "TakNetwork",
    "chat_line",
    "enrolled_context",
    "own_position",
    "parse_tak",
    "read_datagram",
    "read_package",
    "read_xml",
    "reception_key",
    "seal",
    "tls_context",
    "unseal",
    "write_mesh",
    "write_stream",
    "write_xml",
]
