"""The vocabulary as tables: complete, and with no answer in it that could threaten."""

from __future__ import annotations

import re

import pytest

from safeconduct.model.vocabulary import PROTECTIVE_GESTURES, Channel, Gesture, Signal
from safeconduct.signals import FLASHES, GESTURES, SIGNALS, reading

THREAT = re.compile(r"\b(shoot|fire|attack|surrender or|will die|will be killed|or else|we kill)\b", re.IGNORECASE)
READINGS = [(row.gesture, r) for row in GESTURES.values() for r in row.readings]


def test_every_gesture_and_every_signal_has_its_row() -> None:
    assert set(GESTURES) == set(Gesture)
    assert set(SIGNALS) == set(Signal)
    assert all(gesture is row.gesture for gesture, row in GESTURES.items())
    assert all(signal is row.signal for signal, row in SIGNALS.items())


def test_what_protects_by_itself_is_the_same_in_both_tables() -> None:
    assert {gesture for gesture, row in GESTURES.items() if row.protects} == PROTECTIVE_GESTURES


@pytest.mark.parametrize(("gesture", "offered"), READINGS)
def test_no_answer_threatens_and_every_answer_is_said_in_words(gesture: Gesture, offered: object) -> None:
    found = next(r for g, r in READINGS if r is offered)
    assert found.question.endswith((".", "?"))
    assert not THREAT.search(found.answer_words), found.answer_words
    if found.answer in (Signal.YES, Signal.NO):
        assert found.answer_words.startswith(f"{found.answer.value.capitalize()}.")
    assert reading(gesture, found.key) is found


def test_will_you_kill_me_is_answered_with_no_and_nothing_else() -> None:
    answers = {r.answer for _, r in READINGS if "kill me?" in r.question}
    assert answers == {Signal.NO}
    others = {r.answer for _, r in READINGS if "kill" not in r.question}
    assert Signal.NO not in others, "every other question is put so that yes is the kind answer"


def test_the_throat_gesture_is_read_in_three_ways_and_the_operator_picks() -> None:
    keys = [r.key for r in GESTURES[Gesture.THROAT].readings]
    assert len(keys) == len(set(keys)) == 3


def test_every_answer_that_promises_safety_is_marked_as_a_promise() -> None:
    assert {r.key for _, r in READINGS if not r.promises} == {"accept-code", "may-i-drink", "whose-drone"}


def test_a_yes_or_no_by_light_needs_the_legend() -> None:
    for signal, row in SIGNALS.items():
        by_light = Channel.LIGHT in row.channels
        assert by_light == (signal in FLASHES)
        # To say who one is answers nothing: it needs no legend.
        assert row.light_needs_legend == (by_light and signal is not Signal.IDENTIFY)
        assert row.channels[0] is Channel.MANOEUVRE, "motion needs no legend"


def test_an_unknown_reading_is_none() -> None:
    assert reading(Gesture.THROAT, "no-such") is None
    assert reading(Gesture.NOD, "are-we-safe") is None
