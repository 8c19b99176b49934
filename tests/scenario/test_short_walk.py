"""The short walk, driver and twin speaking real MAVLink bytes: he is led in, and a seed is one mission, always."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeconduct.conduct import OPENING, step
from safeconduct.model.commands import MissionClosed, PhaseEntered, Release, RequestNoFire, Transmit
from safeconduct.model.events import (
    Choice,
    NoFireAcknowledged,
    NotePickedUp,
    ReceiverConfirmed,
    Sighting,
    SignalShown,
    Telemetry,
)
from safeconduct.model.geometry import ground_range_m
from safeconduct.model.vocabulary import Decision, Outcome, Phase, Signal
from safeconduct.runtime.campaign_mission import fly_through
from safeconduct.sim import load_scenario
from safeconduct.witness import LOG, recheck, values, verify
from scenario.flown import over_mavlink


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", [1, 4])
def test_he_is_led_in_and_nobody_is_hurt_and_every_promise_was_kept(seed: int, tmp_path: Path) -> None:
    flown = over_mavlink("short-walk", seed, tmp_path / "r")
    assert flown.tally.outcome is Outcome.IN_CUSTODY
    assert flown.mission.verdict.breaches == []
    assert flown.truth.in_custody
    assert not flown.truth.hurt
    assert flown.truth.walked_m > 45.0
    assert flown.tally.covers >= 1
    assert flown.tally.impacts == len(flown.truth.impacts) == 2
    assert {row.signal for row in flown.tally.signals if row.shown} >= {"attend", "cover", "here"}
    _told_in_order(tmp_path / "r")
    _shown_or_followed(tmp_path / "r")
    replay = recheck(tmp_path / "r", step, OPENING)
    assert replay.identical, replay.first_difference
    assert verify(tmp_path / "r").closed


def _shown_or_followed(record: Path) -> None:
    """FOLLOW was shown to its end, or ended before it because he followed already."""
    shown = [v for v in values(record) if isinstance(v, SignalShown) and v.signal is Signal.FOLLOW]
    assert any(one.ok or "follows already" in one.why for one in shown), shown


def _told_in_order(record: Path) -> None:
    """What must come before what, in the record itself."""
    told = list(values(record))

    def at(kind: type, **fields: object) -> int:
        for i, value in enumerate(told):
            if isinstance(value, kind) and all(getattr(value, name) == wanted for name, wanted in fields.items()):
                return i
        raise AssertionError(f"no {kind.__name__} {fields}")

    order = [
        at(Choice, decision=Decision.LAUNCH),
        at(RequestNoFire),
        at(PhaseEntered, phase=Phase.OFFERED),
        at(NoFireAcknowledged),
        at(Choice, decision=Decision.RELEASE_NOTE),
        at(Release),
        at(NotePickedUp),
        at(Choice, decision=Decision.LEAD),
        at(PhaseEntered, phase=Phase.LEAD),
        at(Transmit, signal=Signal.FOLLOW),
        at(SignalShown, signal=Signal.FOLLOW),
        at(PhaseEntered, phase=Phase.COVER),
        at(PhaseEntered, phase=Phase.RECEPTION),
        at(ReceiverConfirmed),
        at(Choice, decision=Decision.CLOSE),
        at(MissionClosed),
    ]
    assert order == sorted(order)


@pytest.mark.timeout(180)
def test_the_same_seed_is_the_same_record_to_the_byte_and_another_is_another(tmp_path: Path) -> None:
    for name, seed in (("one", 2), ("two", 2), ("other", 3)):
        over_mavlink("short-walk", seed, tmp_path / name)
    one, two, other = ((tmp_path / name / LOG).read_bytes() for name in ("one", "two", "other"))
    assert one == two
    assert one != other


def test_the_aircraft_never_flies_over_him_while_it_leads(tmp_path: Path) -> None:
    over_mavlink("short-walk", 5, tmp_path / "r")
    told = list(values(tmp_path / "r"))
    begun = next(i for i, v in enumerate(told) if isinstance(v, PhaseEntered) and v.phase is Phase.LEAD)
    person = load_scenario("short-walk").plan().start
    nearest_m = 99.0
    for value in told[begun:]:
        if isinstance(value, Sighting):
            person = value.position
        elif isinstance(value, Telemetry) and value.armed and value.position.up > 1.0:
            nearest_m = min(nearest_m, ground_range_m(value.position, person))
    assert nearest_m > 2.0


@pytest.mark.parametrize("seed", [1, 2, 3, 6])
def test_without_bytes_it_is_led_in_as_well(seed: int) -> None:
    flown = fly_through(load_scenario("short-walk"), seed)
    assert flown.tally.outcome is Outcome.IN_CUSTODY
    assert flown.mission.verdict.breaches == []
    assert not flown.world.truth().hurt
