"""Own side or the receivers have only a radio: a person's click is their word, and it names them."""

from __future__ import annotations

from rehearsal import Rehearsal
from safeconduct.conduct import promise_lock
from safeconduct.model import commands as c
from safeconduct.model.vocabulary import Decision, Gesture, Outcome, Phase


def test_a_unit_that_is_named_unlocks_the_promise_and_the_judge_agrees() -> None:
    r = Rehearsal().in_parley(acknowledged=False)
    assert promise_lock(r.state)
    r.decides(Decision.NO_FIRE_HEARD, reason="2nd company")
    assert not promise_lock(r.state)
    r.gesture = Gesture.THROAT
    r.passes(2.0)
    r.gesture = None
    r.decides(Decision.ANSWER, "throat/will-you-kill-me")
    r.passes(30.0)
    assert r.last(c.Transmit) is not None
    assert r.verdict.breaches == []


def test_a_word_without_a_name_is_nobodys_word() -> None:
    r = Rehearsal().in_parley(acknowledged=False)
    r.decides(Decision.NO_FIRE_HEARD, reason="  ")
    assert promise_lock(r.state)
    assert "name the unit" in r.words()


def test_a_word_heard_runs_out_and_is_missed() -> None:
    r = Rehearsal().in_parley(acknowledged=False)
    r.decides(Decision.NO_FIRE_HEARD, reason="2nd company")
    r.passes(601.0)
    assert "run out" in promise_lock(r.state)
    assert "acknowledgement is lost" in r.words()


def test_nothing_is_acknowledged_that_nobody_asked_for() -> None:
    r = Rehearsal().launched()
    r.decides(Decision.NO_FIRE_HEARD, reason="2nd company")
    assert not r.state.no_fire.unit


def test_who_has_him_is_named_before_a_mission_closes_as_handed_to_them() -> None:
    r = Rehearsal().leading()
    r.decides(Decision.RECEIVER_HEARD, reason="")
    r.decides(Decision.CLOSE, Outcome.IN_CUSTODY.value, reason="they have him")
    assert not r.is_in(Phase.CLOSED)
    r.decides(Decision.RECEIVER_HEARD, reason="Birch")
    r.decides(Decision.CLOSE, Outcome.IN_CUSTODY.value, reason="they have him")
    assert r.is_in(Phase.CLOSED)
    assert r.verdict.breaches == []
