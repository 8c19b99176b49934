"""A lost or doubled command never turns an answer into the other one."""

from __future__ import annotations

from collections import Counter

import pytest

from safeconduct.model.geometry import Enu, toward
from safeconduct.model.vocabulary import Channel, Signal
from safeconduct.runtime.bench_talk import Broken, messages_in_piece
from safeconduct.runtime.bench_talk_hearing import hearing_figures
from safeconduct.runtime.bench_talk_light import keys_to_light
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


def test_the_same_people_and_messages_are_counted_whatever_the_pieces_are_given_to() -> None:
    assert sum((messages_in_piece(3, 2), messages_in_piece(4, 1)), Counter[str]()).total() == 3
    assert messages_in_piece(3, 2) == messages_in_piece(3, 2)


def test_who_is_asked_by_voice_answers_in_his_own_language_and_never_what_is_not_so() -> None:
    shares = hearing_figures(60)
    twice = shares["cannot walk, asked by voice: answers so in two tries"]
    assert twice > 0.9
    assert twice > shares["cannot walk, asked by voice: answers so in two tries, at the first"]
    assert shares["can walk, asked by voice: answers that he cannot"] == 0.0
    assert shares["asked in a language that he does not know: answers"] == 0.0


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_an_answer_pressed_at_the_page_of_a_flight_lights_the_twins_lamp_without_a_dark_second_more() -> None:
    keys = keys_to_light(5)
    took = sorted(key.took_ms for key in keys if key.took_ms is not None)
    assert len(took) == 5
    assert took[2] < 100.0, keys
