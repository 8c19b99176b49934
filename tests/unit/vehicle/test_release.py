"""A slot opens on the operator's word, and the note is called released when the servo was seen to move."""

from __future__ import annotations

import pytest

from safeconduct.model.commands import Release
from safeconduct.model.events import CommandFailed, NoteReleased, SlotLoaded
from safeconduct.model.faults import BadInput
from safeconduct.vehicle import ReleaseSlot, ReleaseSlots, VehicleOptions
from unit.vehicle.hand_made import HandMade, of_kind

SERVO, GRIPPER = 183, 211
CREW = VehicleOptions(
    slots=ReleaseSlots(
        (
            ReleaseSlot(1, "note", channel=9, open_us=1900),
            ReleaseSlot(2, "aid", gripper=True, channel=10),
            ReleaseSlot(3, "note", gripper=True, loaded=False),
        )
    )
)


def test_the_crew_says_what_the_slots_hold() -> None:
    vehicle = HandMade(CREW)
    assert [(e.slot, e.holds) for e in of_kind(vehicle.pass_time(1.0), SlotLoaded)] == [(1, "note"), (2, "aid")]


def test_a_servo_slot_is_released_when_its_pulse_was_seen() -> None:
    vehicle = HandMade(CREW).in_guided()
    vehicle.order(Release(vehicle.t_ns, 1))
    assert not of_kind(vehicle.pass_time(0.5), NoteReleased)
    (asked,) = vehicle.commands(SERVO)
    assert (asked.param1, asked.param2) == (9.0, 1900.0)
    vehicle.servos[8] = 1900
    (released,) = of_kind(vehicle.pass_time(0.5), NoteReleased)
    assert (released.slot, released.evidence) == (1, "servo 9 seen at 1900 µs")


def test_a_servo_that_does_not_move_is_a_failure() -> None:
    vehicle = HandMade(CREW).in_guided()
    vehicle.order(Release(vehicle.t_ns, 1))
    (failed,) = of_kind(vehicle.pass_time(4.0), CommandFailed)
    assert (failed.command, failed.why) == ("release", "slot 1: accepted but servo 9 did not move")


def test_a_gripper_counts_when_its_servo_moved_and_says_so_when_nobody_can_see_it() -> None:
    vehicle = HandMade(CREW).in_guided()
    vehicle.order(Release(vehicle.t_ns, 2))
    vehicle.pass_time(0.3)
    vehicle.servos[9] = 1100
    (seen,) = of_kind(vehicle.pass_time(0.5), NoteReleased)
    assert seen.evidence == "servo 10 seen at 1100 µs"
    vehicle.order(Release(vehicle.t_ns, 3))
    (told,) = of_kind(vehicle.pass_time(0.5), NoteReleased)
    assert "no servo channel known" in told.evidence


def test_a_refused_release_and_an_unknown_slot_are_told() -> None:
    vehicle = HandMade(CREW).in_guided()
    vehicle.results[SERVO] = 4
    vehicle.order(Release(vehicle.t_ns, 1))
    vehicle.order(Release(vehicle.t_ns, 7))
    failed = of_kind(vehicle.pass_time(1.0), CommandFailed)
    assert [f.why for f in failed] == ["slot 1: failed", "no slot 7 is configured"]


@pytest.mark.parametrize(
    "slots",
    [
        (ReleaseSlot(1, "grenade", channel=9),),
        (ReleaseSlot(1, channel=2),),
        (ReleaseSlot(1, channel=9), ReleaseSlot(1, channel=10)),
        (ReleaseSlot(1, channel=9, open_us=50),),
    ],
)
def test_a_slot_that_cannot_be_is_refused_in_one_line(slots: tuple[ReleaseSlot, ...]) -> None:
    with pytest.raises(BadInput) as refused:
        ReleaseSlots(slots)
    assert "\n" not in str(refused.value)
    assert "release slot 1" in str(refused.value)
