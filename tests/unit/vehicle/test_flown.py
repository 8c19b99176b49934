"""A nod is called a nod when it was flown like one."""

from __future__ import annotations

from math import pi, sin

import pytest

from safeconduct.model.commands import Transmit
from safeconduct.model.events import SignalShown
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.vocabulary import Channel, Signal
from safeconduct.signals import STILLNESS, Manoeuvre, along, manoeuvre_for
from safeconduct.vehicle import FlownMeter

T0 = SIMULATED_START_NS
UP = Enu(0.0, 0.0, 1.0)


def asked(amplitude_m: float = 1.0, cycles: float = 2.0, duration_s: float = 8.0, axis: Enu = UP) -> Transmit:
    channels = (Channel.MANOEUVRE,)
    return Transmit(
        T0, 5, Signal.YES, channels, axis=axis, amplitude_m=amplitude_m, cycles=cycles, duration_s=duration_s
    )


def flown_sine(command: Transmit, amplitude_m: float, cycles: float) -> SignalShown:
    meter = FlownMeter(command, T0)
    for i in range(int(command.duration_s * 10) + 10):
        t = i / 10
        x = amplitude_m * sin(2 * pi * cycles * t / command.duration_s) if t <= command.duration_s else 0.0
        noise = 0.03 * sin(37.0 * i)
        p = Enu(*(100.0 + x * command.axis[k] + noise for k in range(3)))
        meter.position(T0 + i * NS // 10, p)
    end = T0 + round((command.duration_s + 1.0) * NS)
    assert meter.done(end)
    return meter.verdict(end)


def test_two_full_nods_are_measured_as_two_of_that_size() -> None:
    shown = flown_sine(asked(), 1.0, 2.0)
    assert shown.ok
    assert shown.amplitude_m == pytest.approx(1.0, abs=0.08)
    assert shown.cycles == 2.0
    assert (shown.transmission, shown.channel, shown.signal) == (5, Channel.MANOEUVRE, Signal.YES)


@pytest.mark.parametrize(
    ("amplitude_m", "cycles", "why"),
    [
        (0.3, 2.0, "flown 0.3 m of 1.0 m"),
        (2.5, 2.0, "flown 2.5 m where 1.0 m were asked"),
        (1.0, 1.0, "1 of 2 swings"),
    ],
)
def test_a_nod_too_small_too_large_or_too_short_is_not_shown(amplitude_m: float, cycles: float, why: str) -> None:
    shown = flown_sine(asked(), amplitude_m, cycles)
    assert not shown.ok
    assert shown.why == why


def test_without_telemetry_nothing_was_shown() -> None:
    shown = FlownMeter(asked(), T0).verdict(T0 + 9 * NS)
    assert (shown.ok, shown.why) == (False, "no telemetry while it was flown")


def test_movement_across_the_axis_does_not_count() -> None:
    command = asked(axis=Enu(1.0, 0.0, 0.0))
    meter = FlownMeter(command, T0)
    for i in range(90):
        meter.position(T0 + i * NS // 10, Enu(0.0, 2.0 * sin(i / 5), 3.0 * sin(i / 7)))
    assert not meter.verdict(T0 + 9 * NS).ok


@pytest.mark.parametrize("signal", [s for s in Signal if s not in STILLNESS])
def test_every_signal_flown_as_asked_passes(signal: Signal) -> None:
    manoeuvre = manoeuvre_for(signal, Enu(0.0, 0.0, 15.0), Enu(17.0, 0.0, 0.0))
    shown = fly_exactly(manoeuvre, 1.0)
    assert shown.ok, shown.why
    assert shown.amplitude_m == pytest.approx(manoeuvre.amplitude_m, rel=0.05)
    assert not fly_exactly(manoeuvre, 0.25).ok


@pytest.mark.parametrize("signal", [Signal.ATTEND, Signal.WAIT])
def test_stillness_is_shown_by_being_there(signal: Signal) -> None:
    assert fly_exactly(manoeuvre_for(signal, Enu(0.0, 0.0, 15.0), Enu(17.0, 0.0, 0.0)), 1.0).ok


def fly_exactly(manoeuvre: Manoeuvre, share: float) -> SignalShown:
    command = asked(manoeuvre.amplitude_m, manoeuvre.cycles, manoeuvre.duration_s, manoeuvre.axis)
    meter = FlownMeter(command, T0)
    steps = int((manoeuvre.duration_s + 1.0) * 10)
    for i in range(steps):
        x = share * along(manoeuvre.legs, i / 10)[0]
        meter.position(T0 + i * NS // 10, Enu(*(x * manoeuvre.axis[k] for k in range(3))))
    return meter.verdict(T0 + steps * NS // 10)
