"""The aircraft contract: one suite for the driver on the twin's bytes, on the twin's process, for the twin without
bytes, and for a real autopilot where SAFECONDUCT_SITL names one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from statistics import mean

import pytest

from contract.arenas import Arena, BytesPlace, arena_named
from safeconduct.model.commands import Release, ReturnHome, StandDown, Steer, TakeBack, Transmit
from safeconduct.model.events import (
    CommandDone,
    CommandFailed,
    Event,
    LightPresent,
    ModeChanged,
    NoteReleased,
    SignalShown,
    SlotLoaded,
    Telemetry,
    VehicleRebooted,
)
from safeconduct.model.geometry import Enu, ground_range_m, slant_range_m
from safeconduct.model.vocabulary import Channel, Mode, Signal
from safeconduct.signals import Manoeuvre, along, flashes_for, manoeuvre_for
from safeconduct.sim.twin import TwinSettings

REAL = pytest.param(
    "real",
    marks=[
        pytest.mark.sitl,
        pytest.mark.skipif("SAFECONDUCT_SITL" not in os.environ, reason="no real autopilot"),
        pytest.mark.timeout(400),  # it boots, arms and flies on the wall clock
        pytest.mark.xdist_group("real"),  # one vehicle, one link: never two tests at once
    ],
)
TWINS = ("bytes", "process", "direct")


@pytest.fixture(params=[*TWINS, REAL])
def arena(request: pytest.FixtureRequest) -> Iterator[Arena]:
    with arena_named(request.param, TwinSettings()) as opened:
        yield opened


@pytest.fixture(params=TWINS)
def twin(request: pytest.FixtureRequest) -> Iterator[Arena]:
    """For what needs faults or parameters that a real autopilot is not to be given."""
    with arena_named(request.param, TwinSettings(parameters={"FENCE_RADIUS": 30.0})) as opened:
        yield opened


def show(arena: Arena, signal: Signal, channels: tuple[Channel, ...], number: int = 1) -> list[SignalShown]:
    """Transmit and fly it, as the core would: the hover point with the manoeuvre on top."""
    begin = arena.position
    manoeuvre = manoeuvre_for(signal, begin, Enu(begin.east + 15.0, begin.north, 0.0))
    arena.order(_transmit(arena, signal, channels, manoeuvre, number))
    path = [_on(manoeuvre, begin, i / 10) for i in range(int(max(manoeuvre.duration_s, 8.0) * 10) + 20)]
    return [e for e in arena.follow(path) if isinstance(e, SignalShown)]


def _transmit(
    arena: Arena, signal: Signal, channels: tuple[Channel, ...], manoeuvre: Manoeuvre, number: int
) -> Transmit:
    flashes = flashes_for(signal)
    return Transmit(
        arena.t_ns,
        number,
        signal,
        channels,
        manoeuvre.axis,
        manoeuvre.amplitude_m,
        manoeuvre.cycles,
        manoeuvre.duration_s,
        flashes.count,
        flashes.each_s,
    )


def _on(manoeuvre: Manoeuvre, begin: Enu, t_s: float) -> Steer:
    x, v, a = along(manoeuvre.legs, t_s)
    axis = manoeuvre.axis
    place = Enu(*(begin[i] + x * axis[i] for i in range(3)))
    return Steer(0, place, Enu(*(v * k for k in axis)), Enu(*(a * k for k in axis)), 90.0)


def needs_light(arena: Arena) -> None:
    """A real vehicle may have no relay; a twin has one."""
    if arena.name == "real" and not any(e.present for e in arena.events if isinstance(e, LightPresent)):
        pytest.skip("this vehicle reports no relay 1 (RELAY1_FUNCTION)")


def of(events: list[Event], kind: type[Event]) -> list[Event]:
    return [e for e in events if isinstance(e, kind)]


def test_it_launches_and_tells_where_it_is_ten_times_a_second(arena: Arena) -> None:
    arena.launched()
    told = of(arena.pass_time(5.0), Telemetry)
    assert 45 <= len(told) <= 51
    assert abs(arena.position.up - 10.0) < 0.7
    assert arena.telemetry.mode is Mode.GUIDED
    assert arena.telemetry.armed
    assert arena.telemetry.gps_ok
    assert 0.0 < arena.telemetry.battery_pct <= 100.0


def test_it_flies_where_it_is_steered_and_looks_where_it_is_told(arena: Arena) -> None:
    begin = arena.launched().position
    there = Enu(begin.east + 8.0, begin.north - 5.0, 12.0)
    arena.follow([Steer(0, there, heading_deg=135.0)] * 150)
    assert slant_range_m(arena.position, there) < 0.4
    assert abs(arena.telemetry.heading_deg - 135.0) < 4.0


def test_it_keeps_up_with_a_walk(arena: Arena) -> None:
    begin = arena.launched().position
    lags: list[float] = []
    for i in range(200):
        on_s = max(0.0, i / 10 - 2.0)
        wanted = Enu(begin.east, begin.north + 1.2 * on_s, 10.0)
        if i > 80:
            lags.append(abs(wanted.north - arena.position.north))
        arena.follow([Steer(0, wanted, Enu(0.0, 1.2 if on_s else 0.0, 0.0))])
    assert mean(lags) < 0.25  # telemetry is up to 0.1 s old, which is 0.12 m


def test_yes_is_nodded_and_flashed_and_both_are_measured(arena: Arena) -> None:
    arena.launched()
    needs_light(arena)
    assert any(e.present for e in arena.events if isinstance(e, LightPresent))
    shown = {s.channel: s for s in show(arena, Signal.YES, (Channel.MANOEUVRE, Channel.LIGHT))}
    nod, light = shown[Channel.MANOEUVRE], shown[Channel.LIGHT]
    assert nod.ok, nod.why
    assert nod.cycles == 2.0
    assert light.ok, light.why
    assert light.flashes == 1


@pytest.mark.parametrize("signal", [Signal.NO, Signal.FOLLOW, Signal.STOP, Signal.COVER, Signal.HERE, Signal.WAIT])
def test_every_other_signal_is_flown_as_asked(arena: Arena, signal: Signal) -> None:
    arena.launched()
    (shown,) = show(arena, signal, (Channel.MANOEUVRE,))
    assert shown.ok, shown.why


def test_no_is_two_flashes_and_danger_many(arena: Arena) -> None:
    arena.launched()
    needs_light(arena)
    shown = show(arena, Signal.NO, (Channel.LIGHT,), 1) + show(arena, Signal.COVER, (Channel.LIGHT,), 2)
    assert [(s.transmission, s.flashes, s.ok) for s in shown] == [(1, 2, True), (2, 6, True)]


def test_two_answers_at_once_never_meet_in_the_light(arena: Arena) -> None:
    arena.launched()
    needs_light(arena)
    begin = arena.position
    manoeuvre = manoeuvre_for(Signal.NO, begin, Enu(begin.east + 15.0, begin.north, 0.0))
    for number, signal in enumerate((Signal.NO, Signal.YES, Signal.NO), start=1):
        arena.order(_transmit(arena, signal, (Channel.LIGHT,), manoeuvre, number))
    told = arena.follow([Steer(0, begin)] * 160)
    shown = {s.transmission: s for s in told if isinstance(s, SignalShown)}
    assert len(shown) == 3
    assert shown[1].ok
    assert not shown[3].ok
    assert all(s.flashes == flashes_for(s.signal).count for s in shown.values() if s.ok)


def test_a_slot_opens_and_is_seen_to_open(arena: Arena) -> None:
    arena.launched()
    assert {e.slot for e in arena.events if isinstance(e, SlotLoaded)} == {1, 2}
    arena.order(Release(arena.t_ns, 2))
    assert arena.until(NoteReleased, 6.0).slot == 2


def test_silence_ends_in_a_hover(arena: Arena) -> None:
    begin = arena.launched().position
    path = [Steer(0, Enu(begin.east + 0.2 * i, begin.north, 10.0), Enu(2.0, 0.0, 0.0)) for i in range(50)]
    arena.follow(path)
    at_silence = arena.position
    arena.pass_time(5.0)
    stopped = arena.position
    arena.pass_time(5.0)
    assert ground_range_m(at_silence, stopped) < 2.5
    assert ground_range_m(stopped, arena.position) < 0.3
    assert arena.telemetry.mode is Mode.GUIDED


def test_standing_down_stops_where_it_is(arena: Arena) -> None:
    begin = arena.launched().position
    arena.follow([Steer(0, Enu(begin.east + 0.2 * i, begin.north, 10.0), Enu(2.0, 0.0, 0.0)) for i in range(30)])
    at = arena.position
    arena.order(StandDown(arena.t_ns, "the operator said so"))
    arena.pass_time(6.0)
    assert ground_range_m(at, arena.position) < 1.5


def test_the_pilot_wins_and_only_the_operator_takes_back(arena: Arena) -> None:
    begin = arena.launched().position
    arena.somebody_chooses("LOITER")
    told = arena.follow([Steer(0, Enu(begin.east + 20.0, begin.north, 10.0))] * 40)
    changed = [e for e in told if isinstance(e, ModeChanged)]
    assert [(c.mode, c.name, c.ours) for c in changed] == [(Mode.PILOT, "LOITER", False)]
    assert ground_range_m(begin, arena.position) < 4.0  # at most until the next heartbeat told it
    stayed = arena.position
    arena.order(TakeBack(arena.t_ns))
    assert arena.until(CommandDone, 5.0).command == "take_back"
    arena.pass_time(0.5)
    assert arena.telemetry.mode is Mode.GUIDED
    arena.follow([Steer(0, Enu(stayed.east + 5.0, stayed.north, 10.0))] * 100)
    assert ground_range_m(stayed, arena.position) > 4.0


def test_going_home_is_a_mode_of_ours(arena: Arena) -> None:
    arena.launched()
    arena.order(ReturnHome(arena.t_ns))
    told = arena.pass_time(4.0)
    assert [(c.mode, c.ours) for c in told if isinstance(c, ModeChanged)] == [(Mode.RTL, True)]
    assert [d.command for d in told if isinstance(d, CommandDone)] == ["return_home"]


def test_a_reboot_on_the_ground_is_survived(twin: Arena) -> None:
    twin.pass_time(5.0)
    assert twin.telemetry.position
    twin.reboot()
    twin.until(VehicleRebooted, 12.0)
    twin.events.clear()
    twin.pass_time(4.0)
    assert len(of(twin.events, Telemetry)) > 10
    twin.launched()
    assert abs(twin.position.up - 10.0) < 0.7


def test_a_reboot_in_the_air_leaves_everything_to_the_operator(twin: Arena) -> None:
    begin = twin.launched().position
    twin.reboot()
    told = twin.follow([Steer(0, Enu(begin.east + 15.0, begin.north, 10.0))] * 120)
    assert len(of(told, VehicleRebooted)) == 1
    assert ground_range_m(begin, twin.position) < 4.0
    twin.order(TakeBack(twin.t_ns))
    assert twin.until(CommandDone, 5.0).command == "take_back"


def test_a_target_outside_the_fence_is_told(twin: Arena) -> None:
    twin.launched()
    told = twin.follow([Steer(0, Enu(60.0, 0.0, 10.0))] * 50)
    failed = [e for e in told if isinstance(e, CommandFailed)]
    assert [f.command for f in failed] == ["setpoint"]
    assert "not taken" in failed[0].why


def test_our_death_sends_it_home_by_its_own_failsafe(twin: Arena) -> None:
    twin.launched()
    twin.place.aircraft.healthy(False, twin.t_ns)
    changed = twin.until(ModeChanged, 8.0)
    assert (changed.mode, changed.ours) == (Mode.RTL, False)
    twin.place.aircraft.healthy(True, twin.t_ns)
    twin.pass_time(5.0)
    assert twin.telemetry.mode is Mode.RTL


def test_a_program_that_starts_again_finds_it_flying_and_moves_nothing() -> None:
    with arena_named("bytes", TwinSettings()) as arena:
        begin = arena.launched().position
        assert isinstance(arena.place, BytesPlace)
        arena.place.new_driver()
        told = arena.pass_time(10.0)
        assert not of(told, ModeChanged)
        assert ground_range_m(begin, arena.position) < 0.3
        assert arena.telemetry.mode is Mode.GUIDED
        arena.follow([Steer(0, Enu(begin.east + 5.0, begin.north, 10.0))] * 100)
        assert ground_range_m(begin, arena.position) > 4.0


def test_the_same_flight_is_the_same_to_the_byte() -> None:
    def flight() -> list[Event]:
        with arena_named("bytes", TwinSettings(seed=5)) as arena:
            arena.launched()
            show(arena, Signal.NO, (Channel.MANOEUVRE, Channel.LIGHT))
            return arena.events

    assert flight() == flight()
