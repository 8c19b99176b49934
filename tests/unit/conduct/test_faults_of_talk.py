"""What breaks in a conversation is said at the station, and he is not left with half a message."""

from __future__ import annotations

import pytest

from rehearsal import Rehearsal
from safeconduct.conduct.interlocks import light_lock
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Signal

DRINK = "unknown/may-i-drink"


def answered(r: Rehearsal) -> c.Transmit:
    before = len(r.all(c.Transmit))
    r.decides(Decision.ANSWER, DRINK)
    for _ in range(400):
        if len(r.passes(0.1).all(c.Transmit)) > before:
            break
    return r.all(c.Transmit)[before]


def test_a_light_that_stays_on_is_said_and_the_answer_goes_by_motion_until_it_is_dark() -> None:
    r = Rehearsal().note_picked_up()
    r.happens(e.LightPresent(r.t_ns, "a1", False, "the light stays on: relay 1"))
    assert "the light stays on: relay 1: answers go by motion only" in r.words()
    assert light_lock(r.state)
    shown = answered(r)
    assert (shown.signal, shown.channels) == (Signal.YES, (Channel.MANOEUVRE,))
    r.passes(60.0)
    r.happens(e.LightPresent(r.t_ns, "a1", True, "the light is dark again"))
    assert "answers go out by it too" in r.words()
    assert Channel.LIGHT in answered(r).channels
    assert r.verdict.breaches == []


def test_a_light_that_sticks_in_the_middle_of_an_answer_leaves_him_with_the_whole_of_it_by_motion() -> None:
    r = Rehearsal().note_picked_up()
    shown = answered(r)
    r.happens(e.SignalShown(r.t_ns, shown.transmission, shown.signal, Channel.LIGHT, False, why="the light stays on"))
    assert "YES by light was not shown: the light stays on" in r.words()
    r.happens(e.LightPresent(r.t_ns, "a1", False, "the light stays on: relay 1"))
    r.passes(60.0)
    whole = [t for t in r.all(c.Transmit) if t.signal is Signal.YES]
    assert [Channel.MANOEUVRE in t.channels for t in whole] == [True, True], "twice, as every yes"
    assert r.state.queue == ()
    assert not [a for a in r.all(c.Alert) if a.name == "half_said"]


def _tries_to_drop(r: Rehearsal) -> c.Release:
    before = len(r.all(c.Release))
    r.decides(Decision.RELEASE_NOTE)
    for _ in range(400):
        if len(r.passes(0.1).all(c.Release)) > before:
            break
    return r.all(c.Release)[before]


def test_a_slot_that_does_not_open_is_said_another_is_offered_and_the_legend_does_not_count() -> None:
    r = Rehearsal()
    r.happens(e.SlotLoaded(r.t_ns, 3, "note"))
    r.in_parley()
    assert _tries_to_drop(r).slot == 1
    r.happens(e.CommandFailed(r.t_ns, "a1", "release", "slot 1: accepted but servo 9 did not move"))
    assert "slot 1: accepted but servo 9 did not move" in r.words()
    assert "legend" in light_lock(r.state)
    r.passes(45.0)
    assert any(a.decision is Decision.RELEASE_NOTE for a in r.state.asked), "it is offered again, by a human's word"
    assert _tries_to_drop(r).slot == 3
    assert answered_by_motion(r)


def answered_by_motion(r: Rehearsal) -> bool:
    return answered(r).channels == (Channel.MANOEUVRE,)


def test_after_the_last_try_nobody_goes_on_trying_and_he_is_led_by_motion() -> None:
    r = Rehearsal().in_parley()
    for _ in range(2):
        _tries_to_drop(r)
        r.happens(e.CommandFailed(r.t_ns, "a1", "release", "slot 1: failed"))
        r.passes(2.0)
    r.passes(60.0)
    asked = {a.decision for a in r.state.asked}
    assert Decision.RELEASE_NOTE not in asked
    assert Decision.LEAD in asked
    assert any("only the aircraft's motion" in p.words for p in r.all(c.Propose))


def test_of_two_operators_who_answer_one_question_the_second_is_told_and_nothing_is_shown_twice() -> None:
    r = Rehearsal().note_picked_up()
    r.gesture = Gesture.THROAT
    r.passes(2.0)
    r.gesture = None
    asked = next(a for a in r.state.asked if a.decision is Decision.ANSWER)
    for who, option in (("operator-1", "throat/will-you-kill-me"), ("pilot-2", "throat/are-we-safe")):
        r.happens(e.Choice(r.t_ns, who, Decision.ANSWER, asked.proposal, option))
    assert "that question is no longer open; nothing was done" in r.words()
    r.passes(90.0)
    shown = {t.signal for t in r.all(c.Transmit) if t.signal in (Signal.YES, Signal.NO)}
    assert shown == {Signal.NO}, "the first answer, and never the other one after it"


@pytest.mark.parametrize("option", ["wait/xx", "no-such-phrase/uk"])
def test_a_language_or_phrase_that_nobody_knows_is_refused_in_words_and_nothing_is_said(option: str) -> None:
    r = Rehearsal().note_picked_up()
    r.decides(Decision.SAY, option)
    r.passes(1.0)
    assert r.all(c.Speak) == []
    assert "is no" in r.words()
