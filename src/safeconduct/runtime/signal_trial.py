"""`safeconduct signal`: show one signal, on the twin or on a real aircraft that hovers, and say what was really shown.

Nothing takes off here and no mode is changed: a real aircraft is flown only if its pilot has put it into GUIDED in the
air, and whoever takes the mode back ends the trial at once. The light talks, for there is nobody to mislead.
"""

from __future__ import annotations

import asyncio
import sys
import time
from math import sqrt
from typing import Any, NamedTuple

from safeconduct.conduct import transmit
from safeconduct.model.commands import Steer, Transmit
from safeconduct.model.events import Event, ModeChanged, SignalShown, Telemetry
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import ZERO, Enu, LocalFrame, add, bearing_deg, toward
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Channel, Mode, Signal
from safeconduct.runtime.proving_flight import ProvingFlight, watched_s
from safeconduct.runtime.survey import survey
from safeconduct.signals import (
    NIGHT_RANGE_M,
    REFUSE_RANGE_M,
    SIGNALS,
    CannotShow,
    Manoeuvre,
    manoeuvre_for,
    read_flashes,
    read_motion,
)
from safeconduct.sim.audience import Looker, understood
from safeconduct.sim.twin import TwinSettings
from safeconduct.sim.twin.dynamics import wind_of
from safeconduct.vehicle import Carrier, MavlinkAircraft, VehicleOptions, open_link

_PEOPLE = 200
_EYE_M = 1.6
_AIRBORNE_M = 2.0


class SignalTrial(NamedTuple):
    """range_m: slant, to the person. height_m: of the aircraft above him. wind_mps: of the twin's air."""

    signal: Signal
    range_m: float = 20.0
    height_m: float = 8.0
    night: bool = False
    note: bool = False
    wind_mps: float = 0.0


def trial_of(name: str, range_m: float, height_m: float, night: bool, note: bool, wind_mps: float) -> SignalTrial:
    """Raises BadInput where a word or a number makes no trial."""
    if name.lower() not in Signal.__members__.values():
        raise BadInput(f"signal {name}", "no such signal", f"one of {', '.join(Signal)}")
    if not 0.0 < height_m < range_m:
        raise BadInput("--height", f"{height_m:g} m is not between 0 and the range", f"less than {range_m:g}")
    return SignalTrial(Signal(name.lower()), range_m, height_m, night, note, wind_mps)


def try_on_twin(trial: SignalTrial) -> dict[str, Any]:
    """Raises BadInput where the signal would not be read from there."""
    person = ZERO
    at = toward(30.0, sqrt(trial.range_m**2 - trial.height_m**2))._replace(up=trial.height_m)
    _refuse(trial, at, person)
    flight = ProvingFlight(at, TwinSettings(wind=wind_of(trial.wind_mps, 250.0)), person)
    # The light is dark before: it talks only to who knows its legend, but for IDENTIFY, which answers nothing.
    light = trial.note or not SIGNALS[trial.signal].light_needs_legend
    shown = flight.show(trial.signal, person, light=light)
    lookers = [
        Looker(seed, 0.2 + 0.7 * seed / _PEOPLE, trial.note, trial.night, trial.signal is Signal.WAIT)
        for seed in range(_PEOPLE)
    ]
    got = [understood(one, (person.east, person.north, person.up + _EYE_M), [shown.truths] * 2) for one in lookers]
    report = _report(trial, shown.verdicts, shown.manoeuvre.duration_s)
    report["reads_as"] = {
        "motion": read_motion(shown.track, person),
        "light": read_flashes(shown.light_edges) if shown.light_edges else None,
    }
    report["understood"] = {"people": _PEOPLE, "as_meant": got.count(trial.signal), "otherwise": _otherwise(got, trial)}
    return report


def try_on_vehicle(trial: SignalTrial, url: str, options: VehicleOptions | None = None) -> dict[str, Any]:
    """Raises BadInput: nobody answers, it does not hover in GUIDED, or the signal would not be read from there."""
    return asyncio.run(_fly(trial, url, options or VehicleOptions()))


def run_signal(trial: SignalTrial, url: str | None) -> dict[str, Any]:
    """The report, told to stderr too."""
    report = try_on_twin(trial) if url is None else try_on_vehicle(trial, url)
    for channel in report["channels"]:
        told = f"±{channel['amplitude_m']:.1f} m, {channel['cycles']:g} swings"
        if channel["channel"] == Channel.LIGHT:
            told = f"{channel['flashes']} flashes"
        verdict = "shown" if channel["ok"] else "NOT shown"
        sys.stderr.write(f"{channel['channel']:10} {verdict}: {channel['why'] or told}\n")
    if "understood" in report:
        said = report["understood"]
        sys.stderr.write(
            f"of {said['people']} simulated people {said['as_meant']} understood it as meant, "
            f"{said['otherwise']} otherwise\n"
        )
    return report


def _refuse(trial: SignalTrial, at: Enu, person: Enu) -> None:
    try:
        manoeuvre_for(trial.signal, at, person, NIGHT_RANGE_M if trial.night else REFUSE_RANGE_M)
    except CannotShow as cannot:
        raise BadInput(f"signal {trial.signal}", str(cannot).split(";")[0], "come closer") from cannot


def _otherwise(got: list[Signal | None], trial: SignalTrial) -> int:
    return sum(one not in (None, trial.signal) for one in got)


def _report(trial: SignalTrial, verdicts: list[SignalShown], duration_s: float) -> dict[str, Any]:
    return {
        "signal": trial.signal,
        "range_m": trial.range_m,
        "duration_s": round(duration_s, 1),
        "shown": bool(verdicts) and all(v.ok for v in verdicts),
        "channels": [
            {
                "channel": v.channel,
                "ok": v.ok,
                "amplitude_m": v.amplitude_m,
                "cycles": v.cycles,
                "flashes": v.flashes,
                "why": v.why,
            }
            for v in verdicts
        ],
    }


async def _fly(trial: SignalTrial, url: str, options: VehicleOptions) -> dict[str, Any]:
    seen = await survey(url, options)
    aircraft = MavlinkAircraft(LocalFrame(seen.place), seen.options)
    heard: list[Event] = []
    async with open_link(url) as link:
        carrier = Carrier(link, aircraft, time.time_ns)
        carrying = asyncio.create_task(carrier.run(heard.extend))
        try:
            at, heading_deg = await _hovering(url, heard)
            person = add(at, toward(heading_deg, sqrt(trial.range_m**2 - trial.height_m**2)))
            person = person._replace(up=at.up - trial.height_m)
            _refuse(trial, at, person)
            manoeuvre = manoeuvre_for(trial.signal, at, person)
            light = any(getattr(e, "present", False) for e in heard)
            asked = transmit(time.time_ns(), 1, manoeuvre, person, light=light)
            verdicts = await _show(aircraft, carrier, heard, at, person, asked, manoeuvre)
        finally:
            aircraft.close(time.time_ns())
            carrier.flush()
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)
    return _report(trial, verdicts, manoeuvre.duration_s)


async def _hovering(url: str, heard: list[Event]) -> tuple[Enu, float]:
    """Where it hovers and where it looks, once it is known that its pilot gave it to us."""
    for _ in range(100):
        await asyncio.sleep(0.1)
        telemetry = next((e for e in reversed(heard) if isinstance(e, Telemetry) and e.gps_ok), None)
        if telemetry is not None and len(heard) > 30:
            if telemetry.mode is not Mode.GUIDED or not telemetry.armed or telemetry.position.up < _AIRBORNE_M:
                break
            return telemetry.position, telemetry.heading_deg
    raise BadInput(url, "does not hover in GUIDED", "let its pilot take it up, hold it, switch to GUIDED")


async def _show(
    aircraft: MavlinkAircraft,
    carrier: Carrier,
    heard: list[Event],
    at: Enu,
    person: Enu,
    asked: Transmit,
    manoeuvre: Manoeuvre,
) -> list[SignalShown]:
    facing_deg, begin_ns, known = bearing_deg(at, person), time.time_ns(), len(heard)
    aircraft.healthy(True, begin_ns)
    aircraft.obey(asked, begin_ns)
    while (time.time_ns() - begin_ns) / NS < watched_s(asked):
        now_ns = time.time_ns()
        dp, dv, da = manoeuvre.at((now_ns - begin_ns) / NS)
        aircraft.obey(Steer(now_ns, add(at, dp), dv, da, facing_deg), now_ns)
        carrier.flush()
        await asyncio.sleep(0.1)
        if any(isinstance(e, ModeChanged) and not e.ours for e in heard[known:]):
            break
        verdicts = [e for e in heard[known:] if isinstance(e, SignalShown)]
        if len(verdicts) == len(asked.channels):
            return verdicts
    return [e for e in heard[known:] if isinstance(e, SignalShown)]
