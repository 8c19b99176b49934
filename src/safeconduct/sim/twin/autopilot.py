"""The autopilot's behaviour without its bytes: modes, arming, take-off, guided flight, failsafes, faults.

It does what FLIGHT facts say was measured on ArduCopter, pitfalls included: setpoints outside GUIDED are ignored
without a word, a target outside the fence too, a velocity stream that stops is flown on for GUID_TIMEOUT seconds, a
companion's death matters only through the heartbeats of MAV_GCS_SYSID. Time is driven by `advance`; the flight's step
is fixed, outputs switch at exact times. Positions are ENU metres about home, whose altitude is `up` 0.
"""

from __future__ import annotations

from math import atan2, degrees, hypot

from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS, after
from safeconduct.sim.seen import AircraftTruth
from safeconduct.sim.twin.battery import Battery
from safeconduct.sim.twin.dynamics import STEP_NS, Airframe
from safeconduct.sim.twin.failsafes import Failsafes
from safeconduct.sim.twin.gimbal import Gimbal
from safeconduct.sim.twin.guidance import (
    ALONG_TRACK,
    GOES_HOME,
    GUIDED,
    LAND,
    LOITER,
    MODE_NAMES,
    MODE_NUMBERS,
    NEEDS_POSITION,
    STABILIZE,
    Target,
    Wanted,
    Yaw,
    hover,
    wanted_at,
)
from safeconduct.sim.twin.homing import Homing
from safeconduct.sim.twin.outputs import Outputs
from safeconduct.sim.twin.settings import TwinSettings

CRITICAL, WARNING, INFO = 2, 4, 6


class Autopilot:
    """One aircraft. The clock starts with the first `advance`; every other call happens at the time last advanced to.

    texts: what the autopilot says, (severity, words), for whoever speaks for it to take out.
    """

    def __init__(self, settings: TwinSettings) -> None:
        self.settings = settings
        self.parameters = settings.all_parameters()
        self.body = Airframe(settings.limits, settings.wind, settings.seed, settings.heading_deg)
        self.outputs = Outputs(self.parameters)
        self.gimbal = Gimbal()
        self.illuminator_on = False
        self.battery = Battery(self.parameters, settings.endurance_s, settings.battery_pct, settings.cells)
        self.texts: list[tuple[int, str]] = []
        self.t_ns = 0
        self.boot_t_ns = 0
        self.boots = 0
        self.mode = STABILIZE
        self.armed = False
        self.flying = False
        self.failsafes = Failsafes(self.parameters, self.battery)
        self._homing = Homing(self.body, self.parameters)
        self.link_cut_until_ns = 0
        self.command_loss = 0.0
        self._started = False
        self._stepped_ns = 0
        self._target = hover(0)
        self._yaw = Yaw(settings.heading_deg)
        self._speed_mps = self.parameters["WPNAV_SPEED"] / 100.0
        self._armed_ns = 0
        self._landed_ns = 0
        if settings.hover is not None:
            self.body.rest(*settings.hover)
            self.mode = GUIDED
            self.armed = self.flying = self.battery.flying = True
            self._target = Target(0, position=settings.hover)

    # What it is told. The answers are the acknowledgements: True accepted, False failed.

    def set_mode(self, mode: int) -> bool:
        """Enter a flight mode by its custom_mode number."""
        if mode not in MODE_NAMES or (mode in NEEDS_POSITION and not self.gps_ok):
            self.texts.append((WARNING, f"Mode change to {MODE_NAMES.get(mode, mode)} failed"))
            return False
        if mode == self.mode:
            return True
        self.mode = mode
        self._target = hover(self.t_ns)
        self._yaw = Yaw(self.body.heading_deg)
        if mode in GOES_HOME:
            self._homing.begin()
        return True

    def arm(self, force: bool = False) -> bool:
        """Refused, with a text, while booting, without position and in a mode in which one cannot take off."""
        if self.armed:
            return True
        why = ""
        if self.t_ns < after(self.boot_t_ns, self.settings.boot_s):
            why = "PreArm: still initialising"
        elif not self.gps_ok:
            why = "PreArm: need position estimate"
        elif self.mode in GOES_HOME or self.mode == LAND:
            why = f"Arm: {MODE_NAMES[self.mode]} mode not armable"
        if why and not force:
            self.texts.append((CRITICAL, why))
            return False
        self.armed = True
        self._armed_ns = self.t_ns
        self.texts.append((INFO, "Arming motors"))
        return True

    def disarm(self, force: bool = False) -> bool:
        """Refused in the air; forced there, the motors stop and the aircraft lies below."""
        if self.flying and not force:
            return False
        if self.armed:
            self.texts.append((INFO, "Disarming motors"))
        self._come_to_ground()
        self.armed = False
        return True

    def take_off(self, height_m: float) -> bool:
        if self.mode != GUIDED or not self.armed or self.flying or height_m <= 0.0:
            return False
        self.flying = self.battery.flying = True
        self._target = Target(self.t_ns, position=Enu(self.body.x, self.body.y, height_m))
        return True

    def aim(self, target: Target, yaw: Yaw | None = None) -> None:
        """A setpoint. Nothing tells whether it was taken; yaw None: the nose turns along the track."""
        if self.mode != GUIDED or not self.flying or not target.flyable:
            return
        if target.position is not None and not self.inside_fence(target.position):
            return
        self._target = target
        self._yaw = ALONG_TRACK if yaw is None else yaw

    def stop(self) -> None:
        """What a setpoint in a frame that is not supported does: stop, in silence."""
        if self.mode == GUIDED and self.flying:
            self._target = hover(self.t_ns)

    def point(self, yaw: Yaw) -> bool:
        """CONDITION_YAW."""
        self._yaw = yaw
        return self.mode == GUIDED

    def set_speed(self, speed_mps: float) -> None:
        self._speed_mps = speed_mps

    def set_parameter(self, name: str, value: float) -> None:
        self.parameters[name] = value
        self.failsafes.parameters_changed()
        self.battery.judge()
        self._speed_mps = self.parameters["WPNAV_SPEED"] / 100.0

    def gcs_heartbeat(self, system_id: int) -> None:
        self.failsafes.gcs_heartbeat(system_id, self.t_ns)

    def reboot(self, force: bool = False) -> bool:
        """Refused in the air unless forced; then as after a watchdog reset: it hovers on in LOITER, still armed, but
        its clock begins at 0 and streams, mode, GCS and repeats are forgotten (`boots` counts up)."""
        if self.flying and not force:
            return False
        self.boots += 1
        self.boot_t_ns = self.t_ns
        self.failsafes.forget_gcs()
        self.outputs.next_t_ns = None
        self.mode = LOITER if self.flying else STABILIZE
        self._target = hover(self.t_ns)
        self._yaw = Yaw(self.body.heading_deg)
        if not self.flying:
            self.armed = False
        return True

    def lose_gps(self, seconds: float) -> None:
        self.failsafes.lose_gps(seconds, self.t_ns)

    def pilot_mode(self, name: str) -> None:
        """The pilot moves his mode switch; without GPS a mode that needs it is refused to him too."""
        self.set_mode(MODE_NUMBERS[name])

    def drain_battery(self, to_pct: float) -> None:
        self.battery.drain(to_pct)

    def cut_link(self, seconds: float) -> None:
        """No bytes in or out for so long."""
        self.link_cut_until_ns = after(self.t_ns, seconds)

    def drop_commands(self, share: float) -> None:
        """From now on that share of commands is lost on the way, 0 … 1."""
        self.command_loss = share

    @property
    def gps_ok(self) -> bool:
        return self.failsafes.gps_ok(self.t_ns)

    @property
    def link_up(self) -> bool:
        return self.t_ns >= self.link_cut_until_ns

    def inside_fence(self, place: Enu) -> bool:
        fence = self.failsafes.fence
        return fence is None or fence.holds(place)

    @property
    def time_boot_ms(self) -> int:
        return (self.t_ns - self.boot_t_ns) // 1_000_000

    def position(self) -> Enu:
        """ENU now: the last step carried on to the moment."""
        body, d = self.body, (self.t_ns - self._stepped_ns) * 1e-9
        return Enu(body.x + body.vx * d, body.y + body.vy * d, body.z + body.vz * d)

    def velocity(self) -> Enu:
        return Enu(self.body.vx, self.body.vy, self.body.vz)

    def wanted(self) -> Wanted | None:
        """The guided target now; None outside GUIDED or on the ground."""
        if self.mode != GUIDED or not self.flying:
            return None
        return wanted_at(self._target, self.t_ns, self.parameters["GUID_TIMEOUT"])

    def plain_position_target(self) -> Enu | None:
        """The place it flies to, when it was given a position alone."""
        if self.mode != GUIDED or not self.flying or self._target.velocity is not None:
            return None
        return self._target.position

    def truth(self) -> AircraftTruth:
        lit = self.lit
        return AircraftTruth(self.t_ns, self.position(), self.velocity(), self.body.heading_deg, lit, self.flying)

    @property
    def lit(self) -> bool:
        """Whether the lamp burns, whatever it is."""
        kind, _, channel = self.settings.light.partition(":")
        if kind == "servo":
            return self.outputs.servos.get(int(channel), 0) > 1500
        return self.illuminator_on if kind == "illuminator" else bool(self.outputs.relays_on & 1)

    def advance(self, t_ns: int) -> None:
        """Let time pass until t_ns. The first call sets the clock; time never runs backwards."""
        if not self._started:
            self._started = True
            self.t_ns = self.boot_t_ns = self._stepped_ns = t_ns
            return
        outputs = self.outputs
        while self._stepped_ns + STEP_NS <= t_ns:
            self.t_ns = self._stepped_ns = self._stepped_ns + STEP_NS
            if outputs.next_t_ns is not None:
                outputs.advance(self.t_ns)
            if self.flying:
                self._fly()
            elif self.armed:
                self._wait_for_take_off()
            elif self._landed_ns:
                self._change_battery()
        if outputs.next_t_ns is not None:
            outputs.advance(t_ns)
        self.t_ns = max(self.t_ns, t_ns)

    def _wait_for_take_off(self) -> None:
        patience = self.parameters["DISARM_DELAY"]
        if patience and self.t_ns - self._armed_ns >= patience * NS:
            self.disarm()

    def _change_battery(self) -> None:
        """A crew stands by: it takes so long after the landing."""
        if self._landed_ns and self.t_ns - self._landed_ns >= self.settings.changes_battery_s * NS:
            self._landed_ns = 0
            self.battery.charge_pct = 100.0

    def _come_to_ground(self) -> None:
        self.flying = self.battery.flying = False
        if self.settings.changes_battery_s > 0.0:
            self._landed_ns = self.t_ns
        self.body.rest(self.body.x, self.body.y, 0.0)

    def _fly(self) -> None:
        body = self.body
        fallen = self.failsafes.step(self.t_ns, self.mode, body)
        if fallen is not None:
            self.texts.append((CRITICAL, fallen.why))
            if fallen.mode is not None:
                self.set_mode(fallen.mode)
        sx, sy, sz = body.sx, body.sy, body.sz
        if self.mode == GUIDED:
            target = self._target
            t_ns = self.t_ns - STEP_NS
            p, v, a = wanted_at(target, t_ns, self.parameters["GUID_TIMEOUT"])
            if v is None:
                v = Enu(body.svx, body.svy, body.svz)
            elif p is None and self.failsafes.fence is not None:
                limits = body.limits
                v = self.failsafes.fence.brake(sx, sy, sz, v, limits.acceleration_mps2, limits.acceleration_up_mps2)
            px, py, pz = (sx, sy, sz) if p is None else p
            body.step(px, py, pz, v[0], v[1], v[2], a[0], a[1], a[2], self._speed_mps)
            self._point_nose()
            if body.z < 0.0:
                body.z, body.vz = 0.0, max(body.vz, 0.0)
        elif self.mode in GOES_HOME:
            if self._homing.fly(self.t_ns, self._speed_mps, self.gps_ok):
                self.disarm(force=True)
        elif self.mode == LAND:
            if self._homing.descend(sx, sy, self.gps_ok):
                self.disarm(force=True)
        else:
            body.step(sx, sy, sz, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, self._speed_mps)

    def _point_nose(self) -> None:
        body, (heading_deg, rate_dps) = self.body, self._yaw
        if heading_deg is not None:
            body.turn(heading_deg)
        elif rate_dps is not None:
            body.turn(body.heading_deg + rate_dps * STEP_NS * 1e-9)
        elif hypot(body.vx, body.vy) > 0.5:
            body.turn(degrees(atan2(body.vx, body.vy)))
