"""Which lamp talks, and why: looked at before the flight, said to the crew, kept in the record.

What the crew named is taken. Else a relay that is switched on, whose edges the vehicle reports; else an illuminator
that announced itself (ILLUMINATOR_ON_OFF is UNSUPPORTED on Copter and PX4 themselves). Else none: motion only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from safeconduct.vehicle.audit import INFO, WARN, AuditReport, Finding
from safeconduct.vehicle.options import VehicleOptions

_TRIM_NEAR_US = 50


class LightChoice(NamedTuple):
    """options: with the lamp that was chosen. finding: which it is and why, for the audit."""

    options: VehicleOptions
    finding: Finding


def names_for_light(options: VehicleOptions) -> tuple[str, ...]:
    """The parameters to read for the choice."""
    if options.servo_light is None:
        return (f"RELAY{options.relay + 1}_FUNCTION",)
    channel = options.servo_light.channel
    return (f"SERVO{channel}_FUNCTION", f"SERVO{channel}_TRIM")


def choose_light(
    parameters: Mapping[str, float], illuminators: Collection[int], options: VehicleOptions
) -> LightChoice:
    """parameters: as read. illuminators: components of the vehicle that announced themselves as one."""
    if options.servo_light is not None:
        return LightChoice(options, _servo(parameters, options))
    if options.illuminator is not None:
        there = options.illuminator in illuminators
        why = "named by the crew" if there else "named by the crew, and silent: it announces nothing"
        return LightChoice(options, _found(f"illuminator, component {options.illuminator}: {why}", there))
    name = f"RELAY{options.relay + 1}_FUNCTION"
    function = parameters.get(name)
    if function == 1:
        why = f"relay {options.relay + 1}: it is switched on, the vehicle keeps its time and reports its edges"
        return LightChoice(options, _found(why, True))
    if illuminators:
        component = min(illuminators)
        why = f"illuminator, component {component}: it announced itself, and relay {options.relay + 1} is not set up"
        return LightChoice(replace(options, illuminator=component), _found(why, True))
    why = f"none: {name} is not 1, no servo channel is named, no illuminator announced itself; answers go by motion"
    return LightChoice(options, _found(why, False))


def with_light(report: AuditReport, choice: LightChoice) -> AuditReport:
    """The audit with the lamp in it; what it says of a relay that is not the light falls away."""
    relay = f"RELAY{choice.options.relay + 1}_FUNCTION"
    by_relay = choice.options.servo_light is None and choice.options.illuminator is None
    kept = tuple(f for f in report.findings if by_relay or f.parameter != relay)
    return replace(report, findings=(*kept, choice.finding))


def _servo(parameters: Mapping[str, float], options: VehicleOptions) -> Finding:
    servo = options.servo_light
    assert servo is not None
    function, trim_us = (parameters.get(name) for name in names_for_light(options))
    if function:
        return _found(f"servo channel {servo.channel} has function {function:g}: it is not free, set it 0", False)
    if trim_us is not None and abs(trim_us - servo.off_us) > _TRIM_NEAR_US:
        why = f"a repeat ends at SERVO{servo.channel}_TRIM {trim_us:g} µs, not dark: set it {servo.off_us}"
        return _found(f"servo channel {servo.channel}: {why}", False)
    why = "named by the crew and free; it repeats on the vehicle's clock, its pulses are reported"
    return _found(f"servo channel {servo.channel}: {why}", True)


def _found(words: str, well: bool) -> Finding:
    return Finding("the light", None, words, INFO if well else WARN)
