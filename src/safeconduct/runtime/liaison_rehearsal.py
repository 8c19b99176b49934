"""`safeconduct liaison`: own side's network tried without a mission, so that it works when there is one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import msgspec

from safeconduct.maps import read_plan
from safeconduct.model.commands import EndNoFire, RequestNoFire
from safeconduct.model.events import Event, NoFireAcknowledged
from safeconduct.model.mission_time import after
from safeconduct.runtime.liaison import Door, LiaisonWishes, reach
from safeconduct.sim import load_scenario

_EVERY_S = 0.1


class RehearsalReport(msgspec.Struct, frozen=True):
    seconds: float
    sent: int
    heard: int
    acknowledged: tuple[str, ...]
    alarms: tuple[str, ...]
    network: str
    first_sent_ms: float | None


def rehearse(
    wishes: LiaisonWishes, plan_file: Path | None, seconds: float, enough: Callable[[], bool] = lambda: False
) -> RehearsalReport:
    """Without a mission: ask for a no-fire area that walks a route, tell what comes back, take it off again.

    enough: ends it before its time.
    """
    plan = read_plan(plan_file) if plan_file is not None else load_scenario("first-walk").plan()
    door = Door(wishes, reach(wishes), plan, f"rehearsal-{token_hex(3)}")
    network = door.liaison.network
    acknowledged: list[str] = []
    alarms: list[str] = []
    first_sent_ms: float | None = None
    began = time.monotonic()
    asked_s, latched = -1e9, 0.0
    door.start()
    say = sys.stderr.write
    say(f"own side's network: {wishes.tak or wishes.package}; the request is number {door.liaison.hold_fire.code}\n")
    state = ""
    try:
        while (now_s := time.monotonic() - began) < seconds and not enough():
            if network.state != state:
                state = network.state
                say(f"{now_s:7.1f} s  {state}\n")
            t_ns = time.time_ns()
            if network.up and not latched:
                latched = time.monotonic()
            if latched and now_s - asked_s >= 15.0:
                asked_s = now_s
                centre = plan.route[min(int(now_s / 20.0), len(plan.route) - 1)]
                door.obey(RequestNoFire(t_ns, centre, plan.no_fire_radius_m, after(t_ns, 180.0)), t_ns)
            if latched and first_sent_ms is None and network.sent > 1:
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
    return RehearsalReport(spent_s, network.sent, network.heard, units, tuple(alarms), state, first_sent_ms)


def _words(fact: Event) -> str:
    told = msgspec.to_builtins(fact)
    kind = told.pop("kind").replace("_", " ")
    told.pop("t_ns")
    told.pop("until_t_ns", None)
    return f"{kind}: " + ", ".join(f"{value}" for value in told.values())
