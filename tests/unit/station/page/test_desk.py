"""The lease: one station decides, taking over is explicit, and STOP belongs to everybody."""

from __future__ import annotations

from safeconduct.model.vocabulary import Decision
from safeconduct.station.page import SIMULATED, Desk
from safeconduct.station.page.desk import CONSENT_S, GONE_S
from safeconduct.station.page.heard import Decide, Lease, Pace

LAUNCH, STOP = Decide(decision=Decision.LAUNCH), Decide(decision=Decision.STOP)


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def desk(clock: Clock, *, simulated: bool = False) -> Desk:
    opened = Desk(clock, simulated=simulated, paced=True, speed=1.0)
    opened.arrive("first")
    opened.arrive("second")
    return opened


def test_the_first_page_decides_and_the_second_is_told_who_does() -> None:
    opened = desk(Clock())
    assert opened.hear("first", LAUNCH).ok
    refused = opened.hear("second", LAUNCH)
    assert not refused.ok
    assert "first decides" in refused.words
    assert [(c.operator, c.decision) for c in opened.take_choices()] == [("first", Decision.LAUNCH)]


def test_stop_works_from_every_page_and_goes_before_everything() -> None:
    opened = desk(Clock())
    opened.hear("first", LAUNCH)
    assert opened.hear("second", STOP).ok
    assert [c.decision for c in opened.take_choices()] == [Decision.STOP, Decision.LAUNCH]


def test_taking_over_needs_consent() -> None:
    opened = desk(Clock())
    asked = opened.hear("second", Lease(want="take"))
    assert not asked.ok
    assert opened.lease().holder == "first"
    assert opened.lease().asks == "second"
    opened.hear("first", Lease(want="give"))
    assert opened.lease().holder == "second"


def test_a_holder_who_says_keep_keeps() -> None:
    clock = Clock()
    opened = desk(clock)
    opened.hear("second", Lease(want="take"))
    opened.hear("first", Lease(want="keep"))
    clock.now_s += 2 * CONSENT_S
    assert opened.lease().holder == "first"


def test_silence_is_consent_after_ten_seconds() -> None:
    clock = Clock()
    opened = desk(clock)
    opened.hear("second", Lease(want="take"))
    clock.now_s += CONSENT_S - 0.1
    assert opened.lease().holder == "first"
    clock.now_s += 0.2
    assert opened.lease().holder == "second"


def test_a_lost_owner_is_replaced_at_once_when_somebody_takes_over() -> None:
    clock = Clock()
    opened = desk(clock)
    opened.leave("first")
    clock.now_s += GONE_S
    assert opened.hear("second", Lease(want="take")).ok
    assert opened.lease().holder == "second"


def test_an_owner_who_reloads_his_page_still_decides() -> None:
    clock = Clock()
    opened = desk(clock)
    opened.leave("first")
    clock.now_s += 1.0
    assert not opened.hear("second", Lease(want="take")).ok
    opened.arrive("first")
    assert opened.lease().holder == "first"


def test_decisions_are_taken_from_the_simulated_operator_and_given_back() -> None:
    opened = desk(Clock(), simulated=True)
    assert opened.lease().holder == SIMULATED
    assert opened.hear("first", Lease(want="take")).ok
    assert not opened.simulated_decides
    assert opened.hear("first", Lease(want="give")).ok
    assert opened.simulated_decides
    assert opened.was_given_back()
    assert not opened.was_given_back()


def test_the_pace_of_a_rehearsal_is_set_from_a_page_and_that_of_a_real_flight_is_not() -> None:
    opened = desk(Clock())
    assert opened.hear("first", Pace(speed=5.0)).ok
    assert opened.speed == 5.0
    real = Desk(Clock(), simulated=False, paced=False, speed=None)
    assert not real.hear("first", Pace(speed=5.0)).ok
