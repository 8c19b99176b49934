"""What a human decides does not wait for the next round."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from threading import Timer

import pytest

from safeconduct.model.commands import Command
from safeconduct.model.events import Choice, Event
from safeconduct.model.mission_time import NS
from safeconduct.runtime.bench_page_decisions import at_the_desk, share, stop_to_command_ms
from safeconduct.runtime.driven import ROUND_NS, run


class Hand:
    """Somebody who will press a key, through whatever wakes the mission."""

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None

    def consider(self, t_ns: int, commands: Iterable[Command], events: Iterable[Event] = ()) -> list[Choice]:
        return []

    def decided(self, t_ns: int) -> list[Choice]:
        return []

    def wake_with(self, wake: Callable[[], None]) -> None:
        self.wake = wake


def taking(count: int, at_s: list[float]) -> Iterator[int]:
    for i in range(count):
        at_s.append(time.monotonic())
        yield NS + i * ROUND_NS


def test_a_decision_takes_the_next_round_at_once_and_the_pace_is_kept() -> None:
    hand, at_s = Hand(), list[float]()
    Timer(0.25, lambda: hand.wake()).start()  # noqa: PLW0108
    run(taking(5, at_s), lambda: len(at_s) >= 4, limit_s=60.0, speed=0.1, human=hand)  # a second each
    apart = [b - a for a, b in pairwise(at_s)]
    assert 0.2 < apart[1] < 0.8
    assert sum(apart[1:3]) == pytest.approx(2.0, abs=0.3), "the next one waits until the wall clock has caught up"


def test_a_thousand_decisions_do_not_let_the_mission_run_ahead() -> None:
    hand, at_s = Hand(), list[float]()

    def flight() -> Iterator[int]:
        for t_ns in taking(40, at_s):
            hand.wake()
            yield t_ns

    run(flight(), lambda: len(at_s) >= 14, limit_s=60.0, speed=1.0, human=hand)
    assert at_s[13] - at_s[1] > 1.2 - 0.25, "twelve rounds of 0.1 s, two of them ahead of the wall"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_stop_reaches_the_aircraft_of_a_live_flight_long_before_the_next_round() -> None:
    took_ms = stop_to_command_ms(12, at_the_desk, [], woken=True)
    assert len(took_ms) == 12
    assert share(took_ms, 0.5) < 40.0, took_ms
