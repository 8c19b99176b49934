"""The aircraft without bytes: the mission's verbs straight on the twin's autopilot, for campaigns.

It answers with the same events as the MAVLink driver, on the same evidence: modes are entered and then seen, a
launch is done when the height is reached, a flash counts when the relay switched, a nod when it was flown. Reports
come ten a second on the clock that the first call sets.
"""

from __future__ import annotations

from safeconduct.model.commands import (
    Command,
    CutShort,
    Launch,
    Release,
    ReturnHome,
    StandDown,
    Steer,
    TakeBack,
    Transmit,
)
from safeconduct.model.events import (
    CommandFailed,
    Event,
    LightPresent,
    LinkHealth,
    ModeChanged,
    NoteReleased,
    SlotLoaded,
    Telemetry,
    VehicleRebooted,
    VehicleText,
)
from safeconduct.model.geometry import ZERO, Enu, LocalFrame, rounded
from safeconduct.model.mission_time import NS, seconds_between
from safeconduct.model.vocabulary import Channel, Mode
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.twin.autopilot import Autopilot
from safeconduct.sim.twin.direct_light import DirectLight
from safeconduct.sim.twin.errand import UNANSWERED, Errand
from safeconduct.sim.twin.guidance import GOES_HOME, GUIDED, LAND, MODE_NAMES, RTL, Target, Yaw
from safeconduct.vehicle import FlownMeter, ReleaseSlot, ReleaseSlots, VehicleOptions

TICK_NS = NS // 10
_STEER_STALE_S = 0.5

TWIN_SLOTS = ReleaseSlots((ReleaseSlot(1, "note", channel=9, gripper=True), ReleaseSlot(2, "aid", channel=10)))
TWIN_OPTIONS = VehicleOptions(slots=TWIN_SLOTS)
"""What is mounted on a twin with default parameters: a gripper with a note, a servo with aid, a light on relay 0."""


class DirectAircraft:
    """Implements `Aircraft`. frame: the plan's, if its anchor is not the autopilot's home."""

    def __init__(
        self, autopilot: Autopilot, options: VehicleOptions = TWIN_OPTIONS, frame: LocalFrame | None = None
    ) -> None:
        self.autopilot = autopilot
        self._name = options.aircraft
        self._options = options
        home = ZERO if frame is None else frame.to_enu(autopilot.settings.home)
        self._home = Enu(home.east, home.north, 0.0)
        self._light = DirectLight(autopilot, options.relay)
        self._light_present: bool | None = None
        self._events: list[Event] = []
        self._next_ns: int | None = None
        self._ticks = 0
        self._healthy = True
        self._closed = False
        self._link_ok: bool | None = None
        self._heard_ns = 0
        self._boots = autopilot.boots
        self._mode = autopilot.mode
        self._steer: Steer | None = None
        self._blocked = autopilot.mode != GUIDED
        self._refused = False
        self._meters: list[FlownMeter] = []
        self._errand = Errand(autopilot, options.aircraft)

    def truth(self) -> AircraftTruth:
        """Where it really is, in the plan's frame."""
        truth = self.autopilot.truth()
        return truth if self._home == ZERO else truth._replace(position=self._to_plan(truth.position))

    def obey(self, command: Command, t_ns: int) -> None:
        self._reach(t_ns)
        if self._closed:
            return
        match command:
            case Steer():
                self._take_steer(command, t_ns)
            case StandDown():
                self._events += self._errand.abandon(t_ns, "stood down")
                self._hold(t_ns)
            case Launch():
                self._events += self._errand.begin("launch", GUIDED, t_ns, command.height_m)
            case TakeBack():
                self._events += self._errand.begin("take_back", GUIDED, t_ns)
            case ReturnHome():
                self._steer = None
                self._events += self._errand.begin("return_home", RTL, t_ns)
            case Transmit():
                if Channel.LIGHT in command.channels:
                    self._events += self._light.show(command, t_ns)
                if Channel.MANOEUVRE in command.channels:
                    meter = FlownMeter(command, t_ns)
                    meter.position(t_ns, self._to_plan(self.autopilot.position()))
                    self._meters.append(meter)
            case CutShort():
                for meter in [m for m in self._meters if m.transmission == command.transmission]:
                    self._meters.remove(meter)
                    self._events.append(meter.cut(t_ns, command.why))
            case Release():
                self._release(command.slot, t_ns)
            case _:
                pass

    def poll(self, t_ns: int) -> list[Event]:
        self._reach(t_ns)
        events, self._events = self._events, []
        return events

    def healthy(self, ok: bool, t_ns: int) -> None:
        self._reach(t_ns)
        self._healthy = ok

    def close(self, t_ns: int) -> None:
        self._reach(t_ns)
        if not self._closed:
            self._hold(t_ns)
            self._events += self._light.interrupt(t_ns, "the mission program closed")
            self._closed = True

    # Time.

    def _reach(self, t_ns: int) -> None:
        if self._next_ns is None:
            self._next_ns = self._heard_ns = t_ns
            self._events += [SlotLoaded(t_ns, s.slot, s.holds) for s in self._options.slots.slots if s.loaded]
        while self._next_ns <= t_ns:
            self.autopilot.advance(self._next_ns)
            if not self._closed:
                self._tick(self._next_ns)
            self._next_ns += TICK_NS
        self.autopilot.advance(t_ns)

    def _tick(self, t_ns: int) -> None:
        autopilot, events = self.autopilot, self._events
        link_up = autopilot.link_up
        second = self._ticks % 10 == 0
        self._ticks += 1
        if second and link_up:
            self._heard_ns = t_ns
            if self._healthy:
                autopilot.gcs_heartbeat(self._options.gcs_system_id)
        age_s = seconds_between(self._heard_ns, t_ns)
        ok = age_s <= self._options.link_stale_s
        if second or ok is not self._link_ok:
            self._link_ok = ok
            events.append(LinkHealth(t_ns, self._name, ok, round(age_s, 2)))
        if link_up:
            if autopilot.boots != self._boots:
                self._rebooted(t_ns)
            if autopilot.texts:
                events.extend(VehicleText(t_ns, self._name, severity, text) for severity, text in autopilot.texts)
                autopilot.texts.clear()
            if second and self._light.present is not self._light_present:
                self._light_present = self._light.present
                events.append(LightPresent(t_ns, self._name, self._light_present))
        if self._errand.name:
            events += self._errand.ask(t_ns)
        if link_up:
            self._notice_mode(t_ns)
            self._report(t_ns)
        if link_up and self._errand.name:
            done = self._errand.done(t_ns)
            if done:
                self._blocked = autopilot.mode != GUIDED
                events += done
        steer = self._steer
        if steer is not None and t_ns - steer.t_ns > _STEER_STALE_S * NS:
            self._hold(t_ns)
        events += self._light.poll(t_ns, link_up)
        if self._meters and self._meters[0].done(t_ns):
            events.append(self._meters.pop(0).verdict(t_ns))

    def _report(self, t_ns: int) -> None:
        autopilot = self.autopilot
        body, battery, home = autopilot.body, autopilot.battery, self._home
        mode = autopilot.mode
        position = Enu(round(body.x + home.east, 3), round(body.y + home.north, 3), round(body.z, 3))
        for meter in self._meters:
            meter.position(t_ns, position)
        self._events.append(
            Telemetry(
                t_ns,
                self._name,
                position,
                Enu(round(body.vx, 3), round(body.vy, 3), round(body.vz, 3)),
                round(body.heading_deg, 1) % 360.0,
                _MEANS.get(mode, Mode.PILOT),
                autopilot.armed,
                autopilot.gps_ok,
                float(int(battery.charge_pct)),
                float(round(battery.left_s)),
                rounded(body.wind, 1),
            )
        )

    # Steering.

    def _take_steer(self, command: Steer, t_ns: int) -> None:
        autopilot = self.autopilot
        if self._blocked or self._errand.name or not autopilot.link_up:
            return
        self._steer = command
        home, place = self._home, command.position
        place = Enu(place[0] - home.east, place[1] - home.north, place[2])
        target = Target(command.t_ns, place, command.velocity, command.acceleration)
        autopilot.aim(target, Yaw(command.heading_deg))
        inside = autopilot.inside_fence(place)
        if not inside and not self._refused:
            why = "the vehicle's target is not ours: not taken (outside the fence?)"
            self._events.append(CommandFailed(t_ns, self._name, "setpoint", why))
        self._refused = not inside

    def _hold(self, t_ns: int) -> None:
        """Stay where the last steer ends; no further setpoint follows."""
        steer, self._steer = self._steer, None
        if steer is None or self._blocked or not self.autopilot.link_up:
            return
        d = min(max(seconds_between(steer.t_ns, t_ns), 0.0), _STEER_STALE_S)
        p, v, a, home = steer.position, steer.velocity, steer.acceleration, self._home
        e, n, u = (p[i] + (v[i] + 0.5 * a[i] * d) * d for i in range(3))
        target = Target(t_ns, Enu(e - home.east, n - home.north, u), ZERO, ZERO)
        self.autopilot.aim(target, Yaw(steer.heading_deg))

    # What others did.

    def _notice_mode(self, t_ns: int) -> None:
        mode = self.autopilot.mode
        if mode == self._mode:
            return
        self._mode = mode
        ours = mode == self._errand.mode
        if mode != GUIDED or not ours:
            self._blocked = True
            self._steer = None
        means = _MEANS.get(mode, Mode.PILOT)
        self._events.append(ModeChanged(t_ns, self._name, means, MODE_NAMES[mode], ours))
        if not ours:
            self._events += self._errand.abandon(t_ns, f"somebody chose {MODE_NAMES[mode]}")

    def _rebooted(self, t_ns: int) -> None:
        self._boots = self.autopilot.boots
        self._blocked = True
        self._steer = None
        self._events.append(VehicleRebooted(t_ns, self._name))
        self._events += self._errand.abandon(t_ns, "the vehicle rebooted")
        self._events += self._light.interrupt(t_ns, "the vehicle rebooted")

    def _release(self, slot: int, t_ns: int) -> None:
        what = self._options.slots.of(slot)
        if what is None:
            why = f"no slot {slot} is configured"
        elif not self._errand.arrives():
            why = f"slot {slot}: {UNANSWERED}"
        else:
            outputs = self.autopilot.outputs
            done = outputs.grip(True) if what.gripper else outputs.set_servo(what.channel, what.open_us)
            if done:
                evidence = f"servo {what.channel} seen at {outputs.servos.get(what.channel, 0)} µs"
                self._events.append(NoteReleased(t_ns, slot, evidence))
                return
            why = f"slot {slot}: failed"
        self._events.append(CommandFailed(t_ns, self._name, "release", why))

    def _to_plan(self, p: Enu) -> Enu:
        return Enu(p[0] + self._home.east, p[1] + self._home.north, p[2])


_MEANS = {GUIDED: Mode.GUIDED, LAND: Mode.LAND} | dict.fromkeys(GOES_HOME, Mode.RTL)
