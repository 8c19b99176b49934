"""Fault injection from outside, apart from the MAVLink link: one JSON object a datagram.

`{"do": "lose_gps", "seconds": 10}` and so on; every datagram is answered with `{"ok": true, "t_ms": …}` or
`{"ok": false, "why": "…"}`. It is how drills and tests hurt a twin that runs as a process of its own.
"""

from __future__ import annotations

import msgspec

from safeconduct.sim.twin.autopilot import Autopilot
from safeconduct.sim.twin.dynamics import Wind
from safeconduct.sim.twin.guidance import MODE_NUMBERS
from safeconduct.sim.twin.settings import PARAMETERS

_SECONDS_MAX = 86_400.0
_EDGES_TOLD = 16


class _Do(msgspec.Struct, frozen=True, tag_field="do", forbid_unknown_fields=True):
    pass


class LoseGps(_Do, frozen=True, tag="lose_gps"):
    seconds: float


class CutLink(_Do, frozen=True, tag="cut_link"):
    seconds: float


class PilotMode(_Do, frozen=True, tag="pilot_mode"):
    name: str


class Reboot(_Do, frozen=True, tag="reboot"):
    pass


class DrainBattery(_Do, frozen=True, tag="drain_battery"):
    to_pct: float


class DropCommands(_Do, frozen=True, tag="drop_commands"):
    share: float


class Blow(_Do, frozen=True, tag="wind"):
    east_mps: float = 0.0
    north_mps: float = 0.0
    gust_mps: float = 0.0


class SetParameter(_Do, frozen=True, tag="set_parameter"):
    name: str
    value: float


class AskTruth(_Do, frozen=True, tag="truth"):
    """Where it really is. relay_edges: the newest switchings, (twin ns, relay, on); t_ns: twin time of the answer."""


Fault = LoseGps | CutLink | PilotMode | Reboot | DrainBattery | DropCommands | Blow | SetParameter | AskTruth
_decoder: msgspec.json.Decoder[Fault] = msgspec.json.Decoder(Fault)


def inject(autopilot: Autopilot, fault: Fault) -> str:
    """Carry a fault out now; why it cannot be, or an empty text."""
    match fault:
        case LoseGps(seconds=s) | CutLink(seconds=s) if not 0.0 <= s <= _SECONDS_MAX:
            return f"seconds must be from 0 to {_SECONDS_MAX:g}"
        case LoseGps(seconds=s):
            autopilot.lose_gps(s)
        case CutLink(seconds=s):
            autopilot.cut_link(s)
        case PilotMode(name=name):
            if name not in MODE_NUMBERS:
                return f"no mode {name}; there are {', '.join(MODE_NUMBERS)}"
            autopilot.pilot_mode(name)
        case Reboot():
            autopilot.reboot(force=True)
        case DrainBattery(to_pct=pct):
            autopilot.drain_battery(pct)
        case DropCommands(share=share):
            autopilot.drop_commands(share)
        case Blow(east_mps=e, north_mps=n, gust_mps=g):
            autopilot.body.blow(Wind(e, n, g))
        case SetParameter(name=name, value=value):
            if name not in PARAMETERS:
                return f"no parameter {name}"
            autopilot.set_parameter(name, value)
        case AskTruth():
            pass
    return ""


def answer(autopilot: Autopilot, datagram: bytes) -> bytes:
    """Carry one datagram out and answer it. Never raises: what cannot be read is answered with why."""
    try:
        fault = _decoder.decode(datagram)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return msgspec.json.encode({"ok": False, "why": str(error)})
    why = inject(autopilot, fault)
    if why:
        return msgspec.json.encode({"ok": False, "why": why})
    reply: dict[str, object] = {"ok": True, "t_ms": autopilot.t_ns // 1_000_000}
    if isinstance(fault, AskTruth):
        truth = autopilot.truth()
        reply |= {
            "position": truth.position,
            "velocity": truth.velocity,
            "heading_deg": truth.heading_deg,
            "light_on": truth.light_on,
            "flying": truth.flying,
            "servos": {str(channel): us for channel, us in autopilot.outputs.servos.items()},
            "gimbal_pitch_deg": autopilot.gimbal.pitch_deg(autopilot.t_ns),
            "t_ns": autopilot.t_ns,
            "relay_edges": [(edge.t_ns, edge.relay, edge.on) for edge in list(autopilot.outputs.edges)[-_EDGES_TOLD:]],
        }
    return msgspec.json.encode(reply)
