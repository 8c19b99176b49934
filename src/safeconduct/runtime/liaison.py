"""`safeconduct liaison`, `demo` and `fly`: how a mission, or a rehearsal without one, meets own side's network and the
circle that Whiteflag messages go to.

Screens live on the wall clock, a mission on its own; times are carried over at this door, both ways.
"""

from __future__ import annotations

import getpass
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType

import msgspec
from msgspec.structs import replace

from safeconduct.liaison import (
    HandOver,
    OurStation,
    TakAddress,
    TakNetwork,
    enrolled_context,
    parse_tak,
    read_package,
    reception_key,
    tls_context,
)
from safeconduct.model.commands import Command, EndNoFire, MissionClosed, NotifyReception, PhaseEntered, RequestNoFire
from safeconduct.model.events import Event, LiaisonTrouble, NoFireAcknowledged
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Wgs84
from safeconduct.model.plan import Plan
from safeconduct.runtime.liaising import Liaison
from safeconduct.runtime.whiteflag_roads import SignRoads, WhiteflagWishes, circle_key
from safeconduct.sim.seen import AircraftTruth

_COARSE_DIGITS = 2


class LiaisonWishes(msgspec.Struct, frozen=True):
    """What the command line says. units: callsigns whose word counts. whiteflag: None where nobody asked for it.

    reception: its callsign; reception_key: `age1…`, by which only it reads what it is told. rehearsal: nobody is led:
    what is told says so.
    """

    tak: str = ""
    units: tuple[str, ...] = ()
    callsign: str = "SAFECONDUCT"
    package: Path | None = None
    ca: Path | None = None
    certificate: Path | None = None
    password: str = ""
    protobuf: bool = False
    whiteflag: WhiteflagWishes | None = None
    reception: str = ""
    reception_key: str = ""
    rehearsal: bool = False


class Reached(msgspec.Struct, frozen=True):
    address: TakAddress
    tls: ssl.SSLContext | None


def reach(wishes: LiaisonWishes) -> Reached:
    """Where to, and as whom. Raises BadInput."""
    if wishes.package is not None:
        enrolled = read_package(wishes.package)
        address = parse_tak(wishes.tak) if wishes.tak else enrolled.address
        if address is None:
            raise BadInput(str(wishes.package), "names no server", "name it: --tak tls://HOST:8089")
        return Reached(address, enrolled_context(enrolled, str(wishes.package)))
    if not wishes.tak:
        raise BadInput("--tak", "no network is named", "give tls://HOST:8089, udp://239.2.3.1:6969 or a --package")
    address = parse_tak(wishes.tak)
    for path in (wishes.ca, wishes.certificate):
        if path is not None and not path.is_file():
            raise BadInput(str(path), "cannot be read", "check the name")
    return Reached(
        address, tls_context(wishes.ca, wishes.certificate, wishes.password) if address.kind == "tls" else None
    )


class Door:
    """Between a mission's time and the networks'. `obey` commands, `poll` facts, both in mission time.

    reached: None where own side has no network; then only Whiteflag goes out. Raises BadInput.
    """

    def __init__(
        self,
        wishes: LiaisonWishes,
        reached: Reached | None,
        plan: Plan,
        name: str,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._clock_ns = clock_ns
        self.liaison: Liaison | None = None
        if reached is not None:
            us = OurStation(device_name(), wishes.callsign, _coarse(plan.frame.to_wgs84(plan.reception)))
            self.liaison = Liaison(
                us,
                plan.frame,
                wishes.units,
                name,
                lambda heard: TakNetwork(reached.address, heard, reached.tls, protobuf=wishes.protobuf),
                exercise=wishes.rehearsal,
            )
            if wishes.reception:
                key = reception_key(wishes.reception_key)
                self.liaison.hand_over = HandOver(us, wishes.reception, key, name, rehearsal=wishes.rehearsal)
        self.signs: SignRoads | None = None
        if wishes.whiteflag is not None:
            say = self._say if self.liaison is not None else None
            self.signs = SignRoads(wishes.whiteflag, plan.frame, say)
            if self.liaison is not None:
                self.liaison.hear_remarks = self.signs.hear_remarks

    def start(self) -> None:
        if self.liaison is not None:
            self.liaison.start(self._clock_ns())

    def obey(self, command: Command, t_ns: int) -> None:
        now_ns = self._clock_ns()
        if isinstance(command, RequestNoFire):
            command = replace(command, t_ns=now_ns, until_t_ns=command.until_t_ns - t_ns + now_ns)
        if not isinstance(command, (RequestNoFire, EndNoFire, MissionClosed, PhaseEntered, NotifyReception)):
            return
        if self.liaison is not None:
            self.liaison.obey(command, now_ns)
        if self.signs is not None:
            self.signs.obey(command, now_ns)

    def notice(self, event: Event) -> None:
        """What the mission has seen: dangers for the circle, his posture for the reception."""
        if self.signs is not None:
            self.signs.notice(event, self._clock_ns())
        if self.liaison is not None and self.liaison.hand_over is not None:
            self.liaison.hand_over.notice(event)

    def poll(self, t_ns: int) -> list[Event]:
        now_ns = self._clock_ns()
        heard = self.liaison.poll(now_ns) if self.liaison is not None else []
        facts = [_in_mission_time(fact, t_ns, now_ns) for fact in heard]
        words = self.signs.poll() if self.signs is not None else []
        return [*facts, *(LiaisonTrouble(t_ns, said) for said in words)]

    def close(self) -> None:
        if self.liaison is not None and (left := self.liaison.close(self._clock_ns())):
            sys.stderr.write(f"{left}\n")
        if self.signs is not None:
            self.signs.close()

    def _say(self, text: str) -> None:
        if self.liaison is not None:
            self.liaison.say(text, self._clock_ns())


class OwnSide:
    """Own side as a mission's surroundings: it hears each command, and its words come in as facts.

    plan_of: the mission's plan, None until it is known. A context: it hangs up at the end. Raises BadInput.
    """

    def __init__(self, wishes: LiaisonWishes, plan_of: Callable[[], Plan | None], name: str) -> None:
        self._wishes, self._plan_of, self._name = wishes, plan_of, name
        self._reached = reach(wishes) if wishes.tak or wishes.package is not None else None
        if wishes.whiteflag is not None:
            circle_key(wishes.whiteflag)  # a missing key is told before anything flies
        if wishes.reception or wishes.reception_key:
            reception_key(wishes.reception_key)
            if self._reached is None or not wishes.reception:
                raise BadInput("--reception", "needs a callsign and own side's network", "give --reception and --tak")
        self._door: Door | None = None
        self._waiting: list[Command] = []

    def advance(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        del aircraft
        plan = self._plan_of()
        if self._door is None and plan is not None:
            self._door = Door(self._wishes, self._reached, plan, self._name)
            self._door.start()
        if self._door is None:
            return []
        waiting, self._waiting = self._waiting, []
        for command in waiting:
            self._door.obey(command, t_ns)
        return self._door.poll(t_ns)

    def notice(self, event: Event) -> None:
        """Of what the mission takes in only dangers are passed on, as Whiteflag signs."""
        if self._door is not None:
            self._door.notice(event)

    def perform(self, command: Command) -> None:
        if self._door is None:
            self._waiting.append(command)
        else:
            self._door.obey(command, command.t_ns)

    def __enter__(self) -> OwnSide:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._door is not None:
            self._door.close()


@contextmanager
def own_side(
    wishes: LiaisonWishes | None, plan_of: Callable[[], Plan | None], name: str
) -> Iterator[tuple[OwnSide, ...]]:
    """Own side, if the crew named its network; else nobody. Raises BadInput."""
    if wishes is None:
        yield ()
        return
    with OwnSide(wishes, plan_of, name) as ours:
        yield (ours,)


def _in_mission_time(fact: Event, t_ns: int, now_ns: int) -> Event:
    if isinstance(fact, NoFireAcknowledged):
        return replace(fact, t_ns=t_ns, until_t_ns=fact.until_t_ns - now_ns + t_ns)
    return replace(fact, t_ns=t_ns)


def device_name(desk: str = "") -> str:
    """Of this station on the network: the same from one start to the next, and no name of anybody.

    desk: where more than one speaks from this machine.
    """
    import uuid

    secret = f"{uuid.getnode():012x}/{getpass.getuser()}{desk}"
    return f"SAFECONDUCT-{sha256(secret.encode()).hexdigest()[:12]}"


def _coarse(place: Wgs84) -> Wgs84:
    """About a kilometre: a screen needs some place for us, and it need not be where anybody stands."""
    return Wgs84(round(place.lat_deg, _COARSE_DIGITS), round(place.lon_deg, _COARSE_DIGITS))
