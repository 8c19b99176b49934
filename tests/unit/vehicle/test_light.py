"""The light shows what was asked, or says that it did not: every verdict rests on edges that were seen."""

from __future__ import annotations

from safeconduct.model.commands import Transmit
from safeconduct.model.events import LightPresent, SignalShown
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Channel, Signal
from unit.vehicle.hand_made import HandMade, of_kind

SET_RELAY, REPEAT_RELAY = 181, 182


def flashes(vehicle: HandMade, n: int, transmission: int = 1, flash_s: float = 1.0) -> Transmit:
    signal = Signal.YES if n == 1 else Signal.NO
    return Transmit(vehicle.t_ns, transmission, signal, (Channel.LIGHT,), flashes=n, flash_s=flash_s)


def play(vehicle: HandMade, on_s: list[tuple[float, float]], seconds: float) -> list[SignalShown]:
    """Let the relay be on in those stretches, counted from the repeat's acknowledgement."""
    shown: list[SignalShown] = []
    began_ns: int | None = None
    for _ in range(round(seconds * 10)):
        if began_ns is None and vehicle.commands(REPEAT_RELAY):
            began_ns = vehicle.t_ns
        since = 0.0 if began_ns is None else (vehicle.t_ns - began_ns) / NS
        vehicle.relays_on = int(began_ns is not None and any(a <= since < b for a, b in on_s))
        shown += of_kind(vehicle.step(), SignalShown)
    return shown


def test_two_flashes_are_dark_first_then_repeated_by_the_vehicle_then_counted() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 2))
    (shown,) = play(vehicle, [(0.0, 1.0), (2.0, 3.0)], 8.0)
    assert (shown.ok, shown.flashes, shown.channel) == (True, 2, Channel.LIGHT)
    orders = [(m.command, m.param2) for m in vehicle.sent_of("COMMAND_LONG") if m.command in {SET_RELAY, REPEAT_RELAY}]
    assert orders == [(SET_RELAY, 0.0), (REPEAT_RELAY, 2.0), (SET_RELAY, 0.0)]
    (repeat,) = vehicle.commands(REPEAT_RELAY)
    assert repeat.param3 == 2.0
    rates = [m.param2 for m in vehicle.commands(511) if m.param1 == 376]
    assert rates == [50_000.0, 100_000.0]


def test_a_missing_flash_is_not_called_shown() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 2))
    (shown,) = play(vehicle, [(0.0, 1.0)], 8.0)
    assert (shown.ok, shown.flashes, shown.why) == (False, 1, "1 of 2 flashes were seen")


def test_a_light_that_stays_on_is_switched_off_and_told() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 1))
    (shown,) = play(vehicle, [(0.0, 4.0)], 9.0)
    assert not shown.ok
    assert "stayed on and was switched off" in shown.why
    assert vehicle.commands(SET_RELAY)[-1].param2 == 0.0


def test_two_repeats_never_run_at_once() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 1, transmission=1))
    vehicle.order(flashes(vehicle, 2, transmission=2))
    vehicle.order(flashes(vehicle, 1, transmission=3))
    refused = of_kind(vehicle.step(), SignalShown)
    assert [(s.transmission, s.ok, s.why) for s in refused] == [(3, False, "the light is still talking")]
    vehicle.pass_time(2.0)
    assert len(vehicle.commands(REPEAT_RELAY)) == 1


def test_what_waited_for_the_light_too_long_is_refused() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 4, transmission=1))
    vehicle.order(flashes(vehicle, 1, transmission=2))
    shown = of_kind(vehicle.pass_time(6.0), SignalShown)
    assert [(s.transmission, s.ok) for s in shown] == [(2, False)]


def test_an_aircraft_without_a_light_says_so() -> None:
    vehicle = HandMade()
    vehicle.relays_present = 0
    assert [e.present for e in of_kind(vehicle.pass_time(2.0), LightPresent)] == [False]
    vehicle.order(flashes(vehicle, 1))
    (shown,) = of_kind(vehicle.step(), SignalShown)
    assert (shown.ok, shown.why) == (False, "no light whose edges could be counted")


def test_a_reboot_while_the_light_talks_means_not_shown() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 2))
    vehicle.pass_time(2.0)
    vehicle.boot_ns = vehicle.t_ns
    (shown,) = of_kind(vehicle.pass_time(0.5), SignalShown)
    assert (shown.ok, shown.why) == (False, "the vehicle rebooted")


def test_a_repeat_whose_acknowledgement_is_lost_is_not_sent_again() -> None:
    vehicle = HandMade().in_guided()
    vehicle.mute.add(REPEAT_RELAY)
    vehicle.order(flashes(vehicle, 2))
    (shown,) = play(vehicle, [(0.0, 1.0), (2.0, 3.0)], 8.0)
    assert shown.ok
    assert len(vehicle.commands(REPEAT_RELAY)) == 1


def test_a_refused_repeat_is_told_in_the_vehicles_words() -> None:
    vehicle = HandMade().in_guided()
    vehicle.results[REPEAT_RELAY] = 4
    vehicle.order(flashes(vehicle, 1))
    (shown,) = of_kind(vehicle.pass_time(4.0), SignalShown)
    assert (shown.ok, shown.why) == (False, "repeat failed")


def test_reports_with_a_gap_prove_nothing() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 1))
    while not vehicle.commands(REPEAT_RELAY):
        vehicle.step()
    vehicle.relays_on = 1
    vehicle.step()
    vehicle.talks = False
    vehicle.pass_time(1.0)
    vehicle.talks, vehicle.relays_on = True, 0
    (shown,) = of_kind(vehicle.pass_time(4.0), SignalShown)
    assert not shown.ok
    assert "gap" in shown.why


def test_a_stray_flash_of_somebody_else_just_before_ours_keeps_ours_unsaid() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 1))
    shown = []
    for step in range(60):
        vehicle.relays_on = int(6 <= step < 12)
        shown += of_kind(vehicle.step(), SignalShown)
    assert [(s.ok, s.why) for s in shown] == [(False, "somebody else switched the light just before")]
    assert vehicle.commands(REPEAT_RELAY) == []


def test_a_light_long_seen_dark_talks_at_once() -> None:
    vehicle = HandMade().in_guided()
    vehicle.pass_time(6.0)
    vehicle.order(flashes(vehicle, 2))
    vehicle.step()
    assert len(vehicle.commands(REPEAT_RELAY)) == 1, "no dark second is waited for that has been already"


def test_a_light_that_somebody_played_with_is_dark_for_a_second_first() -> None:
    vehicle = HandMade().in_guided()
    vehicle.pass_time(6.0)
    vehicle.relays_on = 1
    vehicle.pass_time(0.5)
    vehicle.relays_on = 0
    vehicle.pass_time(0.5)
    vehicle.order(flashes(vehicle, 2))
    vehicle.step()
    assert not vehicle.commands(REPEAT_RELAY)


def test_flashes_of_the_wrong_length_are_not_the_answer_even_if_their_number_is_right() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 1))
    (shown,) = play(vehicle, [(0.0, 0.3)], 8.0)
    assert (shown.ok, shown.flashes, shown.why) == (False, 1, "who knows the legend would have read nothing sure")


def test_after_its_own_talk_the_light_answers_again_as_soon_as_it_has_been_dark_for_a_second() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 1))
    (shown,) = play(vehicle, [(0.0, 1.0)], 5.5)
    assert shown.ok
    vehicle.order(flashes(vehicle, 2, transmission=2))
    vehicle.step()
    assert [m.command for m in vehicle.sent_of("COMMAND_LONG") if m.command in {SET_RELAY, REPEAT_RELAY}][-2:] == [
        SET_RELAY,
        REPEAT_RELAY,
    ], "dark by our own order and seen so: nothing is waited for"


def test_a_light_that_somebody_else_lit_after_our_talk_is_dark_for_five_seconds_or_made_dark_first() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 1))
    play(vehicle, [(0.0, 1.0)], 5.0)
    vehicle.relays_on = 1
    vehicle.pass_time(0.5)
    vehicle.relays_on = 0
    vehicle.pass_time(2.0)
    asked = len(vehicle.commands(REPEAT_RELAY))
    vehicle.order(flashes(vehicle, 2, transmission=2))
    vehicle.step()
    assert len(vehicle.commands(REPEAT_RELAY)) == asked, "his repeat could still run"
    vehicle.pass_time(1.5)
    assert len(vehicle.commands(REPEAT_RELAY)) == asked + 1


def test_a_light_that_does_not_go_off_is_told_locked_and_switched_off_again_until_it_is_dark() -> None:
    vehicle = HandMade().in_guided()
    vehicle.order(flashes(vehicle, 1))
    vehicle.pass_time(1.5)
    vehicle.relays_on = 1
    events = vehicle.pass_time(9.0)
    (shown,) = of_kind(events, SignalShown)
    assert (shown.ok, "stays on" in shown.why) == (False, True)
    (locked,) = of_kind(events, LightPresent)
    assert (locked.present, locked.why) == (False, "the light stays on: relay 1")
    offs = len([m for m in vehicle.commands(SET_RELAY) if m.param2 == 0.0])
    repeats = len(vehicle.commands(REPEAT_RELAY))
    vehicle.order(flashes(vehicle, 1, transmission=2))
    (refused,) = of_kind(vehicle.pass_time(5.0), SignalShown)
    assert (refused.ok, refused.why) == (False, "the light stays on")
    assert len(vehicle.commands(REPEAT_RELAY)) == repeats, "no flash goes into a light that stays on"
    assert len([m for m in vehicle.commands(SET_RELAY) if m.param2 == 0.0]) > offs
    vehicle.relays_on = 0
    (well,) = of_kind(vehicle.pass_time(4.0), LightPresent)
    assert (well.present, well.why) == (True, "the light is dark again")
