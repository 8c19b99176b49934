"""Every kind of lamp says what was asked, on the real driver over the twin's bytes, or is reported not shown."""

from __future__ import annotations

import asyncio
import socket

import pytest
from msgspec.structs import replace

from safeconduct.model.geometry import Enu, toward
from safeconduct.model.vocabulary import Channel, Signal
from safeconduct.runtime.audit import read_and_judge
from safeconduct.runtime.proving_flight import ProvingFlight
from safeconduct.signals import read_flashes
from safeconduct.sim.twin import TWIN_OPTIONS, TwinSettings
from safeconduct.sim.twin.process import TwinOptions, TwinProcess
from safeconduct.vehicle import ServoLight, VehicleOptions, audit, choose_light, with_light

PERSON = Enu(0.0, 0.0, 0.0)
AT = toward(57.0, 16.0)._replace(up=8.0)
BY = {
    "relay": TWIN_OPTIONS,
    "servo:11": replace(TWIN_OPTIONS, servo_light=ServoLight(11)),
    "illuminator": replace(TWIN_OPTIONS, illuminator=243),
}


def flight_with(light: str, **parameters: float) -> ProvingFlight:
    settings = TwinSettings(light=light, parameters=parameters)
    return ProvingFlight(AT, settings, face=PERSON, options=BY[light])


@pytest.mark.parametrize("signal", [Signal.YES, Signal.NO, Signal.COVER])
@pytest.mark.parametrize("light", BY)
def test_each_lamp_says_it_to_a_viewer_who_knows_the_legend_and_is_called_shown(light: str, signal: Signal) -> None:
    flight = flight_with(light)
    flight.pass_time(6.0)
    shown = flight.show(signal, PERSON)
    (by_light,) = [v for v in shown.verdicts if v.channel is Channel.LIGHT]
    assert by_light.ok, by_light.why
    assert read_flashes(shown.light_edges) is signal


@pytest.mark.parametrize("fault", ["lost", "doubled"])
@pytest.mark.parametrize("nth", range(4))
@pytest.mark.parametrize("light", ["servo:11", "illuminator"])
def test_with_one_command_broken_no_lamp_says_another_answer_and_is_called_shown(
    light: str, nth: int, fault: str
) -> None:
    from safeconduct.runtime.bench_talk import Broken

    flight = flight_with(light)
    flight.pass_time(6.0)
    flight.wire = Broken(fault, nth)
    shown = flight.show(Signal.NO, PERSON)
    (by_light,) = [v for v in shown.verdicts if v.channel is Channel.LIGHT]
    assert not by_light.ok or read_flashes(shown.light_edges) is Signal.NO


def test_the_strobe_is_dark_while_the_light_talks_and_goes_on_afterwards() -> None:
    options = replace(TWIN_OPTIONS, strobe_relay=1)
    flight = ProvingFlight(AT, TwinSettings(parameters={"RELAY2_FUNCTION": 1}), face=PERSON, options=options)
    flight.autopilot.outputs.set_relay(1, True, flight.t_ns)
    flight.pass_time(6.0)
    before = len(flight.autopilot.outputs.edges)
    shown = flight.show(Signal.NO, PERSON)
    flight.pass_time(1.0)
    (by_light,) = [v for v in shown.verdicts if v.channel is Channel.LIGHT]
    assert by_light.ok, by_light.why
    edges = list(flight.autopilot.outputs.edges)[before:]
    strobe = [(e.t_ns, e.on) for e in edges if e.relay == 1]
    light = [e.t_ns for e in edges if e.relay == 0]
    assert [on for _, on in strobe] == [False, True]
    assert strobe[0][0] < light[0] - 0.9e9, "a blink just before would read as a flash"
    assert strobe[1][0] > light[-1]


def test_a_strobe_that_cannot_be_switched_off_keeps_the_light_silent() -> None:
    options = replace(TWIN_OPTIONS, strobe_relay=1)
    flight = ProvingFlight(AT, TwinSettings(parameters={"RELAY2_FUNCTION": 1}), face=PERSON, options=options)
    outputs, switch = flight.autopilot.outputs, flight.autopilot.outputs.set_relay
    switch(1, True, flight.t_ns)
    outputs.set_relay = lambda relay, on, t_ns: relay == 1 or switch(relay, on, t_ns)  # type: ignore[method-assign]
    flight.pass_time(6.0)
    shown = flight.show(Signal.YES, PERSON)
    (by_light,) = [v for v in shown.verdicts if v.channel is Channel.LIGHT]
    assert (by_light.ok, shown.light_edges) == (False, [])
    assert "strobe" in by_light.why


def test_the_lamp_is_chosen_with_a_reason() -> None:
    plain = VehicleOptions()
    by_relay = choose_light({"RELAY1_FUNCTION": 1}, {243}, plain)
    assert by_relay.options == plain
    assert by_relay.finding.why.startswith("relay 1: it is switched on")
    by_itself = choose_light({"RELAY1_FUNCTION": 0}, {243}, plain)
    assert by_itself.options.illuminator == 243
    assert "it announced itself" in by_itself.finding.why
    none = choose_light({"RELAY1_FUNCTION": 0}, (), plain)
    assert (none.finding.level, "answers go by motion" in none.finding.why) == ("warn", True)
    servo = VehicleOptions(servo_light=ServoLight(11))
    assert choose_light({"SERVO11_FUNCTION": 0, "SERVO11_TRIM": 1100}, (), servo).finding.level == "info"
    assert "not free" in choose_light({"SERVO11_FUNCTION": 33}, (), servo).finding.why
    assert "not dark" in choose_light({"SERVO11_FUNCTION": 0, "SERVO11_TRIM": 1500}, (), servo).finding.why
    silent = choose_light({}, (), VehicleOptions(illuminator=243))
    assert "it announces nothing" in silent.finding.why


def test_the_audit_says_nothing_of_a_relay_that_is_not_the_light() -> None:
    parameters = {"RELAY1_FUNCTION": 0.0, "FS_GCS_ENABLE": 1.0}
    report = with_light(audit(parameters), choose_light(parameters, {243}, VehicleOptions()))
    assert [f.parameter for f in report.findings if f.parameter.startswith("RELAY")] == []
    assert report.findings[-1].parameter == "the light"


def test_an_audit_over_a_real_link_finds_the_illuminator_of_the_twin() -> None:
    from threading import Thread

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = TwinSettings(light="illuminator", parameters={"RELAY1_FUNCTION": 0})
    twin = TwinProcess(TwinOptions(settings, connect=("127.0.0.1", port)))
    serving = Thread(target=twin.serve)
    serving.start()
    try:
        report = asyncio.run(read_and_judge(f"udpin:127.0.0.1:{port}"))
    finally:
        twin.stop()
        serving.join()
        twin.close()
    light = next(f for f in report.findings if f.parameter == "the light")
    assert light.why.startswith("illuminator, component 243: it announced itself")
