"""The aircraft without bytes does what the mission says and reports it as the driver does, on evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from safeconduct.model.commands import Launch, Release, ReturnHome, StandDown, Steer, TakeBack, Transmit
from safeconduct.model.events import (
    CommandDone,
    CommandFailed,
    Event,
    LightPresent,
    LinkHealth,
    ModeChanged,
    NoteReleased,
    SignalShown,
    Telemetry,
    VehicleRebooted,
)
from safeconduct.model.geometry import ZERO, Enu, LocalFrame, Wgs84
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.vocabulary import Channel, Mode, Signal
from safeconduct.signals import along, manoeuvre_for
from safeconduct.sim.twin import HOME, TWIN_OPTIONS, Autopilot, DirectAircraft, TwinSettings, Wind
from safeconduct.vehicle import Aircraft

HOVER = Enu(0.0, 0.0, 15.0)


class Mission:
    """Drives one aircraft in tenths and keeps what it reported."""

    def __init__(self, settings: TwinSettings | None = None, frame: LocalFrame | None = None) -> None:
        self.autopilot = Autopilot(settings or TwinSettings())
        self.direct = DirectAircraft(self.autopilot, frame=frame)
        self.aircraft: Aircraft = self.direct
        self.t_ns = SIMULATED_START_NS
        self.events: list[Event] = []

    def forward(self, seconds: float, steer: Callable[[float], Steer] | None = None) -> Mission:
        begun_ns = self.t_ns
        for _ in range(round(seconds * 10)):
            if steer is not None:
                self.aircraft.obey(steer((self.t_ns - begun_ns) / NS), self.t_ns)
            self.t_ns += NS // 10
            self.events += self.aircraft.poll(self.t_ns)
        return self

    def hover(self, _: float) -> Steer:
        return Steer(self.t_ns, HOVER, heading_deg=90.0)

    def launched(self) -> Mission:
        self.aircraft.obey(Launch(self.t_ns, 15.0), self.t_ns)
        self.forward(20.0)
        assert CommandDone in {type(e) for e in self.events}
        return self

    def of(self, kind: type[Any]) -> list[Any]:
        return [e for e in self.events if isinstance(e, kind)]

    def show(self, signal: Signal, flashes: int, channels: tuple[Channel, ...]) -> list[SignalShown]:
        manoeuvre = manoeuvre_for(signal, HOVER, Enu(20.0, 0.0, 0.0))
        asked = Transmit(
            self.t_ns, 1, signal, channels, manoeuvre.axis, manoeuvre.amplitude_m, manoeuvre.cycles,
            manoeuvre.duration_s, flashes, 1.0,
        )  # fmt: skip
        self.aircraft.obey(asked, self.t_ns)

        def fly(t_s: float) -> Steer:
            offset, speed, push = along(manoeuvre.legs, t_s)
            place, velocity, acceleration = (
                Enu(*(b + k * a for a, b in zip(manoeuvre.axis, base, strict=True)))
                for k, base in ((offset, HOVER), (speed, ZERO), (push, ZERO))
            )
            return Steer(self.t_ns, place, velocity, acceleration, 90.0)

        self.forward(manoeuvre.duration_s + 3.0, fly)
        return self.of(SignalShown)


def test_it_launches_when_arming_is_accepted_and_says_so_when_it_is_up() -> None:
    mission = Mission(TwinSettings(boot_s=10.0))
    mission.aircraft.obey(Launch(mission.t_ns, 15.0), mission.t_ns)
    mission.forward(9.0)
    assert not mission.autopilot.armed
    mission.forward(20.0)
    (done,) = mission.of(CommandDone)
    assert done.command == "launch"
    reached = next(t for t in mission.of(Telemetry) if t.t_ns == done.t_ns)
    assert reached.position.up == pytest.approx(15.0, abs=0.5)
    (mode,) = mission.of(ModeChanged)
    assert (mode.mode, mode.ours) == (Mode.GUIDED, True)


def test_telemetry_comes_ten_a_second_and_link_health_once() -> None:
    mission = Mission().launched()
    mission.events.clear()
    mission.forward(10.0, mission.hover)
    assert len(mission.of(Telemetry)) == 100
    assert len(mission.of(LinkHealth)) == 10
    assert mission.of(Telemetry)[-1].heading_deg == pytest.approx(90.0)
    assert mission.of(Telemetry)[-1].position == pytest.approx(mission.direct.truth().position, abs=1e-3)


@pytest.mark.parametrize(("signal", "flashes"), [(Signal.YES, 1), (Signal.NO, 2)])
@pytest.mark.parametrize("wind", [Wind(), Wind(4.0, 2.0, 0.7)])
def test_yes_and_no_are_shown_by_manoeuvre_and_by_light(signal: Signal, flashes: int, wind: Wind) -> None:
    mission = Mission(TwinSettings(wind=wind)).launched()
    shown = {s.channel: s for s in mission.show(signal, flashes, (Channel.MANOEUVRE, Channel.LIGHT))}
    assert shown[Channel.LIGHT].ok
    assert shown[Channel.LIGHT].flashes == flashes
    assert shown[Channel.MANOEUVRE].ok, shown[Channel.MANOEUVRE].why
    asked_m = manoeuvre_for(signal, HOVER, Enu(20.0, 0.0, 0.0)).amplitude_m
    assert shown[Channel.MANOEUVRE].amplitude_m == pytest.approx(asked_m, rel=0.1)


def test_overlapping_flashes_are_never_two_repeats_at_once() -> None:
    mission = Mission().launched()
    for number in (1, 2, 3):
        asked = Transmit(mission.t_ns, number, Signal.YES, (Channel.LIGHT,), flashes=1, flash_s=1.0)
        mission.aircraft.obey(asked, mission.t_ns)
        mission.forward(0.2)
    mission.forward(10.0)
    shown = {s.transmission: s for s in mission.of(SignalShown)}
    assert shown[1].ok
    assert [shown[n].why for n in (2, 3)] == ["the light is still talking"] * 2
    assert mission.autopilot.outputs.relays_on == 0


def test_a_light_that_somebody_elses_servo_left_on_is_switched_off_and_not_called_shown() -> None:
    mission = Mission().launched()
    asked = Transmit(mission.t_ns, 1, Signal.NO, (Channel.LIGHT,), flashes=2, flash_s=1.0)
    mission.aircraft.obey(asked, mission.t_ns)
    mission.forward(1.5)
    mission.autopilot.outputs.repeat_servo(10, 1900, 1, 1.0, mission.autopilot.t_ns)
    mission.forward(8.0)
    (shown,) = mission.of(SignalShown)
    assert not shown.ok
    assert "stayed on" in shown.why
    assert mission.autopilot.outputs.relays_on == 0


def test_without_a_light_nothing_is_called_shown() -> None:
    mission = Mission(TwinSettings(parameters={"RELAY1_FUNCTION": 0})).launched()
    assert [e.present for e in mission.of(LightPresent)] == [False]
    (shown,) = mission.show(Signal.YES, 1, (Channel.LIGHT,))
    assert not shown.ok


def test_a_steer_that_grows_old_ends_in_a_hover_half_a_second_further() -> None:
    mission = Mission().launched()
    mission.forward(10.0, lambda t: Steer(mission.t_ns, Enu(2.0 * t, 0.0, 15.0), Enu(2.0, 0.0, 0.0), ZERO, 90.0))
    last_m = 2.0 * 9.9
    mission.forward(30.0)
    assert mission.direct.truth().position.east == pytest.approx(last_m + 1.0, abs=0.25)
    assert mission.autopilot.mode == 4


def test_stand_down_holds_where_it_is() -> None:
    mission = Mission().launched()
    mission.forward(5.0, lambda t: Steer(mission.t_ns, Enu(2.0 * t, 0.0, 15.0), Enu(2.0, 0.0, 0.0), ZERO, 90.0))
    mission.aircraft.obey(StandDown(mission.t_ns, "the operator said so"), mission.t_ns)
    mission.forward(20.0)
    assert mission.direct.truth().position.east == pytest.approx(10.0, abs=0.3)


def test_the_pilots_mode_wins_and_is_never_fought_until_the_operator_takes_back() -> None:
    mission = Mission().launched()
    mission.autopilot.pilot_mode("LOITER")
    away = Enu(10.0, 0.0, 15.0)
    mission.forward(10.0, lambda _: Steer(mission.t_ns, away, heading_deg=90.0))
    changed = mission.of(ModeChanged)[-1]
    assert (changed.mode, changed.name, changed.ours) == (Mode.PILOT, "LOITER", False)
    assert mission.direct.truth().position.east == pytest.approx(0.0, abs=0.1)
    mission.aircraft.obey(TakeBack(mission.t_ns), mission.t_ns)
    mission.forward(20.0, lambda _: Steer(mission.t_ns, away, heading_deg=90.0))
    assert mission.of(CommandDone)[-1].command == "take_back"
    assert mission.direct.truth().position.east == pytest.approx(10.0, abs=0.1)


def test_a_rebooted_vehicle_is_not_steered_until_the_operator_takes_back() -> None:
    mission = Mission().launched()
    mission.autopilot.reboot(force=True)
    mission.forward(10.0, lambda _: Steer(mission.t_ns, Enu(10.0, 0.0, 15.0), heading_deg=90.0))
    assert len(mission.of(VehicleRebooted)) == 1
    assert mission.direct.truth().position.east == pytest.approx(0.0, abs=0.1)


def test_it_goes_home_when_told() -> None:
    mission = Mission().launched()
    mission.aircraft.obey(ReturnHome(mission.t_ns), mission.t_ns)
    mission.forward(120.0)
    assert mission.of(CommandDone)[-1].command == "return_home"
    assert mission.of(ModeChanged)[-1].ours
    assert not mission.direct.truth().flying


def test_when_we_are_not_healthy_no_heartbeat_leaves_and_the_vehicle_goes_home_by_itself() -> None:
    mission = Mission().launched()
    mission.aircraft.healthy(False, mission.t_ns)
    mission.forward(7.0)
    changed = mission.of(ModeChanged)[-1]
    assert (changed.mode, changed.ours) == (Mode.RTL, False)


def test_a_cut_link_is_told_once_its_heartbeats_are_two_seconds_old_and_nothing_else_comes() -> None:
    mission = Mission().launched()
    mission.autopilot.cut_link(4.0)
    mission.events.clear()
    mission.forward(3.9)
    assert {type(e) for e in mission.events} == {LinkHealth}
    assert [e.ok for e in mission.of(LinkHealth)][-1] is False
    mission.aircraft.obey(TakeBack(mission.t_ns), mission.t_ns)
    mission.forward(3.0)
    assert mission.of(LinkHealth)[-1].ok


def test_an_order_into_a_dead_link_fails_with_words() -> None:
    mission = Mission().launched()
    mission.autopilot.cut_link(20.0)
    mission.aircraft.obey(ReturnHome(mission.t_ns), mission.t_ns)
    mission.forward(4.0)
    (failed,) = mission.of(CommandFailed)
    assert (failed.command, failed.why) == ("return_home", "no acknowledgement after 4 tries")


def test_guided_without_gps_fails_with_words() -> None:
    mission = Mission().launched()
    mission.autopilot.pilot_mode("STABILIZE")
    mission.autopilot.lose_gps(30.0)
    mission.aircraft.obey(TakeBack(mission.t_ns), mission.t_ns)
    mission.forward(2.0)
    assert mission.of(CommandFailed)[-1].why == "GUIDED failed"
    assert not mission.of(Telemetry)[-1].gps_ok


def test_a_target_outside_the_fence_is_told_once() -> None:
    mission = Mission(TwinSettings(parameters={"FENCE_RADIUS": 30})).launched()
    mission.forward(5.0, lambda _: Steer(mission.t_ns, Enu(40.0, 0.0, 15.0), heading_deg=90.0))
    assert [e.command for e in mission.of(CommandFailed)] == ["setpoint"]


@pytest.mark.parametrize(("slot", "opens"), [(1, True), (2, True), (3, False)])
def test_a_slot_opens_on_evidence(slot: int, opens: bool) -> None:
    mission = Mission().launched()
    mission.aircraft.obey(Release(mission.t_ns, slot), mission.t_ns)
    mission.forward(0.5)
    assert len(mission.of(NoteReleased)) == opens
    assert len(mission.of(CommandFailed)) == (not opens)


def test_close_leaves_it_hovering_in_the_dark() -> None:
    mission = Mission(TwinSettings(parameters={"FS_GCS_ENABLE": 0})).launched()
    asked = Transmit(mission.t_ns, 1, Signal.NO, (Channel.LIGHT,), flashes=2, flash_s=1.0)
    mission.aircraft.obey(asked, mission.t_ns)
    mission.forward(1.5, lambda t: Steer(mission.t_ns, Enu(2.0 * t, 0.0, 15.0), Enu(2.0, 0.0, 0.0), ZERO, 90.0))
    assert mission.direct.truth().light_on
    mission.aircraft.close(mission.t_ns)
    mission.autopilot.advance(mission.t_ns + 8 * NS)
    assert mission.autopilot.velocity() == pytest.approx(ZERO, abs=0.1)
    assert not mission.autopilot.outputs.relays_on


def test_a_plan_about_another_anchor_moves_every_position() -> None:
    frame = LocalFrame(Wgs84(HOME.lat_deg - 0.001, HOME.lon_deg, HOME.alt_m))
    mission = Mission(frame=frame).launched()
    north_m = frame.to_enu(HOME).north
    assert mission.of(Telemetry)[-1].position == pytest.approx(Enu(0.0, north_m, 15.0), abs=0.5)
    mission.forward(20.0, lambda _: Steer(mission.t_ns, Enu(5.0, north_m, 15.0)))
    assert mission.autopilot.position() == pytest.approx(Enu(5.0, 0.0, 15.0), abs=0.1)
    assert mission.direct.truth().position == pytest.approx(Enu(5.0, north_m, 15.0), abs=0.1)


def test_the_same_seed_gives_the_same_events() -> None:
    flights = []
    for _ in range(2):
        mission = Mission(TwinSettings(seed=11, wind=Wind(3.0, 0.0, 1.0))).launched()
        mission.autopilot.drop_commands(0.3)
        mission.show(Signal.NO, 2, (Channel.MANOEUVRE, Channel.LIGHT))
        flights.append(mission.events)
    assert flights[0] == flights[1]
    assert TWIN_OPTIONS.slots.of(1) is not None
