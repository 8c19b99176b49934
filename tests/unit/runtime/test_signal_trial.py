"""A signal is tried before anybody's life hangs on it: what was really shown, and who would have understood."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from safeconduct.model.faults import BadInput
from safeconduct.model.vocabulary import Signal
from safeconduct.runtime.signal_trial import SignalTrial, trial_of, try_on_twin, try_on_vehicle
from safeconduct.signals import STILLNESS


@pytest.mark.parametrize("signal", list(Signal))
def test_every_signal_flown_by_the_twin_in_wind_is_shown_and_reads_as_itself(signal: Signal) -> None:
    report = try_on_twin(SignalTrial(signal, range_m=20.0, note=True, wind_mps=6.0))
    assert report["shown"], report["channels"]
    assert report["reads_as"]["motion"] is (Signal.ATTEND if signal in STILLNESS else signal)


@pytest.mark.parametrize("night", [False, True])
@pytest.mark.parametrize("signal", [Signal.YES, Signal.NO])
def test_an_answer_is_understood_by_nearly_all_and_by_nobody_as_the_other(signal: Signal, night: bool) -> None:
    said = try_on_twin(SignalTrial(signal, note=True, night=night))["understood"]
    assert said["as_meant"] >= 0.95 * said["people"]
    assert said["otherwise"] == 0


def test_without_the_note_the_light_stays_dark_but_for_who_we_are() -> None:
    no = try_on_twin(SignalTrial(Signal.NO))
    assert [c["channel"] for c in no["channels"]] == ["manoeuvre"]
    assert no["reads_as"]["light"] is None
    assert try_on_twin(SignalTrial(Signal.IDENTIFY))["reads_as"]["light"] is Signal.IDENTIFY


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: trial_of("maybe", 20.0, 8.0, False, False, 0.0), "no such signal"),
        (lambda: trial_of("yes", 20.0, 25.0, False, False, 0.0), "not between 0 and the range"),
        (lambda: try_on_twin(SignalTrial(Signal.YES, range_m=90.0)), "beyond 75 m"),
        (lambda: try_on_twin(SignalTrial(Signal.YES, range_m=30.0, night=True)), "beyond 25 m"),
    ],
)
def test_what_would_not_be_read_is_refused_with_the_reason(wrong: object, words: str) -> None:
    with pytest.raises(BadInput, match=re.escape(words)):
        wrong()  # type: ignore[operator]


@pytest.mark.parametrize("where", ["in the air", "on the ground"])
def test_a_real_aircraft_is_flown_only_where_its_pilot_gave_it_to_us_in_the_air(where: str) -> None:
    port = 17_611 if where == "in the air" else 17_612
    command = [sys.executable, "-m", "safeconduct.sim.twin", "--listen", f"127.0.0.1:{port}", "--with-parent"]
    if where == "in the air":
        command += ["--hover", "0,0,12,90"]
    twin = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        if where == "in the air":
            report = try_on_vehicle(SignalTrial(Signal.ATTEND), f"udpout:127.0.0.1:{port}")
            assert report["shown"]
        else:
            with pytest.raises(BadInput, match="does not hover in GUIDED"):
                try_on_vehicle(SignalTrial(Signal.ATTEND), f"udpout:127.0.0.1:{port}")
    finally:
        twin.kill()
        twin.wait()
