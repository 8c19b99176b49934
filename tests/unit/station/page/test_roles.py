"""Who may do what: every role against every message, and every one may stop."""

from __future__ import annotations

import pytest

from safeconduct.model.events import NoFireAcknowledged, ReceiverConfirmed, ReceiverReady
from safeconduct.model.vocabulary import Decision
from safeconduct.station.page import ROLES, Desk, Role
from safeconduct.station.page.heard import Acknowledge, Decide, Heard, Lease, Pace, Point, Ready, Received

SAID: dict[str, Heard] = {
    "stop": Decide(decision=Decision.STOP),
    "lead": Decide(decision=Decision.LEAD),
    "approve": Decide(decision=Decision.APPROVE_ROUTE),
    "close": Decide(decision=Decision.CLOSE),
    "ready": Ready(unit="Birch"),
    "received": Received(unit="Birch", persons=2, condition="one limps"),
    "no fire": Acknowledge(unit="2nd company", minutes=30),
    "point": Point(box=(0.1, 0.1, 0.2, 0.2)),
    "pace": Pace(speed=2.0),
}
WITHOUT_LEASE = {
    Role.OPERATOR: {"stop", "pace"},
    Role.SECOND_PILOT: {"stop", "pace"},
    Role.COMMANDER: {"stop", "approve", "no fire"},
    Role.RECEPTION: {"stop", "ready", "received"},
    Role.WATCHER: {"stop"},
}


def desk() -> Desk:
    opened = Desk(lambda: 100.0, simulated=False, paced=True, speed=1.0)
    opened.arrive("holder", Role.OPERATOR)
    for role in Role:
        opened.arrive(role.value, role)
    return opened


@pytest.mark.parametrize("role", Role)
def test_without_the_lease_a_station_says_what_its_role_may_and_nothing_else(role: Role) -> None:
    opened = desk()
    assert {what for what, said in SAID.items() if opened.hear(role.value, said).ok} == WITHOUT_LEASE[role]
    for what in SAID.keys() - WITHOUT_LEASE[role]:
        assert opened.hear(role.value, SAID[what]).words, "a refusal says why"


@pytest.mark.parametrize("role", Role)
def test_only_operator_and_second_pilot_take_the_decisions_over(role: Role) -> None:
    opened = desk()
    opened.hear(role.value, Lease(want="take"))
    asks = opened.lease().asks
    assert (asks == role.value) is ROLES[role].leads
    opened.leave("holder")
    assert opened.lease().holder == "holder", "until it is gone for good"


def test_who_opens_first_decides_only_if_he_may() -> None:
    opened = Desk(lambda: 100.0, simulated=False, paced=False, speed=None)
    opened.arrive("watcher-1", Role.WATCHER)
    opened.arrive("reception-1", Role.RECEPTION)
    assert opened.lease().holder == ""
    opened.arrive("second-pilot-1", Role.SECOND_PILOT)
    assert opened.lease().holder == "second-pilot-1"


def test_what_receivers_and_commanders_say_enters_the_record_with_their_station() -> None:
    opened = desk()
    opened.hear("commander", SAID["no fire"])
    opened.hear("reception", SAID["ready"])
    opened.hear("reception", SAID["received"])
    assert opened.take_words(1_000) == [
        NoFireAcknowledged(1_000, "2nd company (commander)", 1_000 + 1_800_000_000_000),
        ReceiverReady(1_000, "Birch (reception)"),
        ReceiverConfirmed(1_000, "Birch (reception)", 2, "one limps"),
    ]
    assert opened.take_words(2_000) == []


def test_nobody_is_received_who_has_not_come() -> None:
    opened = desk()
    opened.has_arrived = lambda: False
    assert opened.hear("reception", SAID["ready"]).ok
    refused = opened.hear("reception", SAID["received"])
    assert (refused.ok, refused.words) == (False, "nobody has come to the receivers yet")


def test_a_station_that_never_came_says_nothing_but_stop() -> None:
    opened = desk()
    assert {what for what, said in SAID.items() if opened.hear("stranger", said).ok} == {"stop"}
