"""A simulated pilot reads what `fly --hand-flown` prints for a human one: every prompt, and nothing else."""

from __future__ import annotations

from contextlib import closing

import pytest

from hand_rehearsal import Beside
from safeconduct.conduct import OPENING
from safeconduct.model.events import Prompted
from safeconduct.model.faults import BadInput
from safeconduct.runtime.filmed_twin import options_from
from safeconduct.runtime.fly_by_hand import PilotsScreen
from safeconduct.runtime.piloted_twin import UnderHands, read_prompt
from safeconduct.runtime.voicing import StationSpeaker
from safeconduct.sim import load_scenario
from safeconduct.sim.hand_pilot import Manner


def test_every_prompt_of_a_mission_is_read_from_the_screen_as_it_was_meant() -> None:
    r = Beside(Manner())
    r.until(lambda: len(r.pilot.flown) > 4, 300.0)
    asked = [event for event in r.events if isinstance(event, Prompted)]
    screen: list[str] = []
    with closing(StationSpeaker()) as speaker:
        PilotsScreen(speaker, screen.append).watch(asked, (), OPENING)
    read = [found for said in screen for line in said.split("\n") if (found := read_prompt(line)) is not None]
    assert read == [(event.wants, event.words) for event in asked]
    assert {"launch", "signal", "move"} <= {event.wants for event in asked}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "  00:02 mission   to the pilot: TAKE OFF: 15 m up, nose and camera on him; then press DONE  ⤒",
        "  00:30           WATCH · aircraft 15 m up · battery not told",
        "film: H.264 as it comes, unchanged",
        "                  back to it",
    ],
)
def test_what_is_no_prompt_is_not_flown(line: str) -> None:
    assert read_prompt(line) is None


@pytest.mark.parametrize("more", [["--gimbal"], ["--wind", "3"], ["--connect", "127.0.0.1:9"]])
def test_a_pilot_s_aircraft_has_no_other_door(more: list[str]) -> None:
    words = ["--scenario", "short-walk", "--film", "udp://127.0.0.1:9", "--pilot", "safeconduct fly", *more]
    with pytest.raises(BadInput, match="a pilot's aircraft has no such door"):
        options_from(words)


@pytest.mark.parametrize("command", ["/nonexistent/program --x", "", "'unclosed"])
def test_a_program_that_cannot_be_started_is_one_line(command: str) -> None:
    with pytest.raises(BadInput, match="cannot be started"):
        UnderHands(command, load_scenario("short-walk").plan(), 1)
