"""`safeconduct liaison`: own side's network tried without a mission, so that it works when there is one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import msgspec
from msgspec.structs import replace

from safeconduct.maps import read_plan
from safeconduct.model.commands import EndNoFire, PhaseEntered, RequestNoFire
from safeconduct.model.events import Event, Impact, NoFireAcknowledged
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import Phase
from safeconduct.runtime.liaison import Door, LiaisonWishes, reach
from safeconduct.runtime.whiteflag_http import SEND
from safeconduct.sim import load_scenario

_EVERY_S = 0.1
_ASKS_EVERY_S = 15.0


class RehearsalReport(msgspec.Struct, frozen=True):
    seconds: float
    sent: int
    heard: int
    acknowledged: tuple[str, ...]
    alarms: tuple[str, ...]
    network: str
    first_sent_ms: float | None
    whiteflag: int = 0


def rehearse(
    wishes: LiaisonWishes, plan_file: Path | None, seconds: float, enough: Callable[[], bool] = lambda: False
) -> RehearsalReport:
    """Without a mission: ask for a no-fire area that walks a route, tell what comes back, take it off again.

    enough: ends it before its time.
    """
    plan = read_plan(plan_file) if plan_file is not None else load_scenario("first-walk").plan()
    wishes = replace(wishes, rehearsal=True)
    tak = bool(wishes.tak or wishes.package is not None or wishes.whiteflag is None)
    door = Door(wishes, reach(wishes) if tak else None, plan, f"rehearsal-{token_hex(3)}")
    network = door.liaison.network if door.liaison is not None else None
    acknowledged: list[str] = []
    alarms: list[str] = []
    first_sent_ms: float | None = None
    began = time.monotonic()
    asked_s, latched, state = -1e9, 0.0, ""
    door.start()
    say = sys.stderr.write
    if door.liaison is not None:
        code = door.liaison.hold_fire.code
        say(f"own side's network: {wishes.tak or wishes.package}; the request is number {code}\n")
    if door.signs is not None:
        say("Whiteflag: test messages, which nobody may take for real\n")
        if door.signs.door is not None:
            say(f"Whiteflag: messages are taken at {door.signs.door.address}{SEND}\n")
    try:
        while (now_s := time.monotonic() - began) < seconds and not enough():
            if network is not None and network.state != state:
                state = network.state
                say(f"{now_s:7.1f} s  {state}\n")
            t_ns = time.time_ns()
            if not latched and (network is None or network.up):
                latched = time.monotonic()
            if latched and now_s - asked_s >= _ASKS_EVERY_S:
                first = asked_s < 0.0
                asked_s = now_s
                centre = plan.route[min(int(now_s / 20.0), len(plan.route) - 1)]
                door.obey(RequestNoFire(t_ns, centre, plan.no_fire_radius_m, after(t_ns, 180.0)), t_ns)
                if first:  # as a mission goes: he is led, and a shell falls beside the way
                    door.obey(PhaseEntered(t_ns, Phase.LEAD, "the rehearsal"), t_ns)
                    door.obey(RequestNoFire(t_ns, centre, plan.no_fire_radius_m, after(t_ns, 180.0)), t_ns)
                    door.notice(Impact(t_ns, centre, "crew"))
            if network is not None and latched and first_sent_ms is None and network.sent > 1:
                first_sent_ms = round(1000.0 * (time.monotonic() - latched), 1)
            for fact in door.poll(t_ns):
                words = _words(fact)
                say(f"{now_s:7.1f} s  {words}\n")
                if isinstance(fact, NoFireAcknowledged):
                    acknowledged.append(fact.unit)
                else:
                    alarms.append(words)
            time.sleep(_EVERY_S)
    except KeyboardInterrupt:
        say("stopped: the area is taken off the screens\n")
    finally:
        door.obey(EndNoFire(time.time_ns(), "the rehearsal is over"), time.time_ns())
        door.close()
    units = tuple(dict.fromkeys(acknowledged))
    spent_s = round(time.monotonic() - began, 1)
    sent, heard = (network.sent, network.heard) if network is not None else (0, 0)
    told = door.signs.sent if door.signs is not None else 0
    return RehearsalReport(spent_s, sent, heard, units, tuple(alarms), state, first_sent_ms, told)


def _words(fact: Event) -> str:
    told = msgspec.to_builtins(fact)
    kind = told.pop("kind").replace("_", " ")
    told.pop("t_ns")
    told.pop("until_t_ns", None)
    return f"{kind}: " + ", ".join(f"{value}" for value in told.values())
