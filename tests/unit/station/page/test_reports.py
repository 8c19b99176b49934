"""A danger that the crew learns of in flight: told from the page by who decides, and the core shuts the way."""

from __future__ import annotations

import json

import pytest

from safeconduct.model.events import HazardReported
from safeconduct.station.page import Desk
from safeconduct.station.page.desk import FIRE_SEES_M
from safeconduct.station.page.heard import NotUnderstood, Report, understand


def desk() -> Desk:
    opened = Desk(lambda: 0.0, simulated=False, paced=False, speed=1.0)
    opened.arrive("first")
    opened.arrive("second")
    return opened


@pytest.mark.parametrize(
    ("what", "role", "sees_m"), [("mines", "mines", 0.0), ("no_go", "no_go", 0.0), ("fire", "hazard", FIRE_SEES_M)]
)
def test_who_decides_reports_and_the_core_is_told_at_once(what: str, role: str, sees_m: float) -> None:
    opened, woken = desk(), []
    opened.wake_with(lambda: woken.append(1))
    message = understand(json.dumps({"kind": "report", "what": what, "position": [120.04, -3.0], "radius_m": 20}))
    assert opened.hear("first", message).ok
    assert woken == [1]
    (event,) = opened.take_words(7)
    assert isinstance(event, HazardReported)
    assert (event.t_ns, event.source) == (7, "crew")
    assert (event.area.role, event.area.radius_m, event.area.sees_m) == (role, 20.0, sees_m)
    assert event.area.ring == ((120.0, -3.0, 0.0),)
    assert opened.take_words(8) == []


def test_two_reports_have_names_of_their_own() -> None:
    opened = desk()
    for _ in range(2):
        opened.hear("first", Report(what="mines", position=(0.0, 0.0), radius_m=5.0))
    assert [e.area.name for e in opened.take_words(0) if isinstance(e, HazardReported)] == ["mines 1", "mines 2"]


def test_who_does_not_decide_cannot_report() -> None:
    opened = desk()
    refused = opened.hear("second", Report(what="mines", position=(0.0, 0.0), radius_m=5.0))
    assert not refused.ok
    assert refused.words == "only who decides can report a danger"
    assert opened.take_words(0) == []


@pytest.mark.parametrize(
    "wrong",
    [{"what": "target"}, {"radius_m": 0}, {"radius_m": 1e9}, {"position": [1e9, 0]}, {"position": [0]}, {"more": 1}],
)
def test_anything_else_is_no_report(wrong: dict[str, object]) -> None:
    whole = {"kind": "report", "what": "mines", "position": [0, 0], "radius_m": 5}
    with pytest.raises(NotUnderstood):
        understand(json.dumps({**whole, **wrong}))
