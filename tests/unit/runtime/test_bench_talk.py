"""A lost or doubled command never turns an answer into the other one."""

from __future__ import annotations

import pytest

from safeconduct.model.geometry import Enu, toward
from safeconduct.model.vocabulary import Channel, Signal
from safeconduct.runtime.bench_talk import Broken
from safeconduct.runtime.proving_flight import ProvingFlight
from safeconduct.signals import read_flashes

PERSON = Enu(0.0, 0.0, 0.0)


@pytest.mark.parametrize("settled_s", [1.0, 8.0])
@pytest.mark.parametrize("nth", range(3))
@pytest.mark.parametrize("fault", ["lost", "doubled"])
@pytest.mark.parametrize("signal", [Signal.YES, Signal.NO, Signal.COVER])
def test_with_one_command_broken_the_light_says_it_or_is_reported_not_shown(
    signal: Signal, fault: str, nth: int, settled_s: float
) -> None:
    flight = ProvingFlight(toward(57.0, 16.0)._replace(up=8.0), face=PERSON)
    flight.pass_time(settled_s)
    flight.wire = Broken(fault, nth)
    shown = flight.show(signal, PERSON)
    (by_light,) = [v for v in shown.verdicts if v.channel is Channel.LIGHT]
    read = read_flashes(shown.light_edges) if shown.light_edges else None
    assert read in (signal, None)
    assert by_light.ok is (read is signal) or not by_light.ok
