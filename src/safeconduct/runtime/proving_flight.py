"""Driver and twin in one process, in driven time, hovering: where flying and signalling are tried and measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import hypot
from typing import NamedTuple

from safeconduct.conduct import transmit
from safeconduct.model.commands import Command, Launch, Steer, Transmit
from safeconduct.model.events import CommandDone, Event, SignalShown
from safeconduct.model.geometry import ZERO, Enu, LocalFrame, add, bearing_deg
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.vocabulary import Signal
from safeconduct.signals import Manoeuvre, manoeuvre_for
from safeconduct.sim import AircraftTruth
from safeconduct.sim.twin import HOME, TWIN_OPTIONS, Autopilot, Target, TwinLink, TwinSettings, Yaw
from safeconduct.vehicle import MavlinkAircraft, VehicleOptions

STEP_NS = NS // 20
FRAME = LocalFrame(HOME)
AFTER_S = 5.0  # the evidence of the light comes after its last flash
HOVER = Enu(0.0, 0.0, 12.0)
Path = Callable[[float], tuple[Enu, Enu, Enu]]
Wire = Callable[[bytes], Iterable[bytes]]


class Shown(NamedTuple):
    """One signal as flown. truths: the aircraft as it really was, 20 a second. verdicts: what the driver says."""

    manoeuvre: Manoeuvre
    truths: list[AircraftTruth]
    verdicts: list[SignalShown]

    @property
    def track(self) -> list[tuple[float, Enu]]:
        """(seconds from the beginning, true place), until a second after the manoeuvre."""
        begin_ns, until_s = self.truths[0].t_ns, self.manoeuvre.duration_s + 1.0
        track = [((a.t_ns - begin_ns) / NS, a.position) for a in self.truths]
        return [(t_s, place) for t_s, place in track if t_s <= until_s]

    @property
    def light_edges(self) -> list[tuple[float, bool]]:
        """(seconds from the beginning, on) at each true change of the light."""
        begin_ns, lit = self.truths[0].t_ns, False
        edges = []
        for a in self.truths:
            if a.light_on is not lit:
                lit = a.light_on
                edges.append(((a.t_ns - begin_ns) / NS, lit))
        return edges


class ProvingFlight:
    """Takes off and hovers at `at`, facing `face` (ENU m). options: of the driver.

    `wire`: what becomes of each datagram to the aircraft.
    """

    def __init__(
        self,
        at: Enu = HOVER,
        settings: TwinSettings | None = None,
        face: Enu | None = None,
        options: VehicleOptions = TWIN_OPTIONS,
    ) -> None:
        self.autopilot = Autopilot(settings or TwinSettings())
        self._link = TwinLink(self.autopilot)
        self._driver = MavlinkAircraft(FRAME, options)
        self.wire: Wire = lambda datagram: (datagram,)
        self.t_ns = SIMULATED_START_NS
        self._link.advance(self.t_ns)
        self.pass_time(3.0)
        self.obey(Launch(self.t_ns, at.up))
        while not any(isinstance(e, CommandDone) for e in self.pass_time(0.1)):
            pass
        self.at = at
        facing_deg = 0.0 if face is None else bearing_deg(at, face)
        for _ in self._flown(lambda _t: (at, ZERO, ZERO), 8.0 + 0.3 * hypot(at.east, at.north), facing_deg):
            pass

    def obey(self, command: Command) -> None:
        self._driver.obey(command, self.t_ns)

    def look(self, pitch_deg: float) -> None:
        """Let the gimbal nod."""
        self._driver.look(pitch_deg, self.t_ns)

    def gimbal_pitch_deg(self) -> float | None:
        """As the driver knows it."""
        return self._driver.gimbal_pitch_deg(self.t_ns)

    def pass_time(self, seconds: float) -> list[Event]:
        events: list[Event] = []
        for _ in range(round(seconds * NS / STEP_NS)):
            self.t_ns += STEP_NS
            self._exchange()
            events += self._driver.poll(self.t_ns)
            self._exchange()
        return events

    def fly(self, path: Path, seconds: float) -> list[tuple[float, Enu]]:
        """Steer along `path` ten times a second; the true positions on the way, twenty a second."""
        begin_ns = self.t_ns
        return [((a.t_ns - begin_ns) / NS, a.position) for a, _ in self._flown(path, seconds, 0.0)]

    def fly_simply(self, target: Callable[[float, int], Target], hz: float, seconds: float) -> list[tuple[float, Enu]]:
        """The same without the driver: bare setpoints at that rate."""
        flown: list[tuple[float, Enu]] = []
        begin_ns, sent = self.t_ns, 0
        for _ in range(round(seconds * 20)):
            t_s = (self.t_ns - begin_ns) / NS
            if t_s * hz >= sent:
                sent += 1
                self.autopilot.aim(target(t_s, self.t_ns), Yaw(0.0))
            self.pass_time(0.05)
            flown.append(((self.t_ns - begin_ns) / NS, self.autopilot.position()))
        return flown

    def show(self, signal: Signal, person: Enu, number: int = 1, *, light: bool = True) -> Shown:
        """One transmission as the mission would give it, from where it hovers, to somebody at `person` (ENU m).

        Raises CannotShow.
        """
        m = manoeuvre_for(signal, self.at, person)
        asked = transmit(self.t_ns, number, m, person, light=light)
        facing_deg = bearing_deg(self.at, person)

        def path(t_s: float) -> tuple[Enu, Enu, Enu]:
            dp, dv, da = m.at(t_s)
            return add(self.at, dp), dv, da

        truths: list[AircraftTruth] = []
        verdicts: list[SignalShown] = []
        self.obey(asked)
        for truth, events in self._flown(path, watched_s(asked), facing_deg):
            truths.append(truth)
            verdicts += [e for e in events if isinstance(e, SignalShown) and e.transmission == number]
            if len(verdicts) == len(asked.channels) and len(truths) * STEP_NS > (m.duration_s + 1.0) * NS:
                break
        return Shown(m, truths, verdicts)

    def _flown(self, path: Path, seconds: float, heading_deg: float) -> Iterable[tuple[AircraftTruth, list[Event]]]:
        for i in range(round(seconds * 10)):
            self.obey(Steer(self.t_ns, *path(i / 10), heading_deg))
            for _ in range(2):
                events = self.pass_time(0.05)
                yield self.autopilot.truth(), events

    def _exchange(self) -> None:
        self._send()
        self._link.advance(self.t_ns)
        for datagram in self._link.outgoing():
            self._driver.receive(datagram, self.t_ns, "twin")
        self._send()

    def _send(self) -> None:
        for datagram in self._driver.outgoing():
            for arrives in self.wire(datagram):
                self._link.receive(arrives)


def watched_s(asked: Transmit) -> float:
    """For how long its evidence is waited for."""
    return max(asked.duration_s, 2.0 * asked.flashes * asked.flash_s) + AFTER_S
