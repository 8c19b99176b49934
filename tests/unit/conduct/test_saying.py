"""A phrase is said aloud only when the operator picked it, promises only under no-fire, and counts only on evidence."""

from __future__ import annotations

import pytest

from rehearsal import Rehearsal
from safeconduct.conduct import Verdict
from safeconduct.conduct.verdict import _SAID_PROMISES
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.vocabulary import Decision, Gesture, Outcome
from safeconduct.signals import PHRASES

PROMISES = [key for key, phrase in PHRASES.items() if phrase.promises]


def _heard(r: Rehearsal, ok: bool = True, why: str = "") -> None:
    spoken = r.last(c.Speak)
    assert spoken is not None
    r.happens(e.Spoken(r.t_ns, spoken.utterance, spoken.phrase, spoken.language, ok, "…", "station", "recorded", why))


def test_what_the_operator_picks_is_said_in_the_language_that_he_picked() -> None:
    r = Rehearsal().in_parley()
    r.decides(Decision.SAY, "wait/uk")
    spoken = r.last(c.Speak)
    assert spoken is not None
    assert (spoken.phrase, spoken.language, spoken.text) == ("wait", "uk", "Wait here.")
    assert r.verdict.breaches == []


@pytest.mark.parametrize("phrase", PROMISES)
def test_a_promise_is_not_said_before_a_named_unit_holds_its_fire(phrase: str) -> None:
    r = Rehearsal().in_parley(acknowledged=False)
    r.decides(Decision.SAY, f"{phrase}/ru")
    assert r.last(c.Speak) is None
    assert "no own unit has acknowledged the no-fire request" in r.words()
    r.own_side_holds_fire()
    r.decides(Decision.SAY, f"{phrase}/ru")
    assert r.last(c.Speak) is not None
    assert r.verdict.breaches == []


def test_a_promise_locks_again_when_the_acknowledgement_is_lost() -> None:
    r = Rehearsal().in_parley()
    r.happens(e.NoFireLost(r.t_ns, "2nd company", "radio silent"))
    r.decides(Decision.SAY, "not-attacked/ru")
    assert r.last(c.Speak) is None


@pytest.mark.parametrize("option", ["", "wait", "wait/xx", "come-or-die/en", "/", "wait/uk/uk"])
def test_what_is_no_phrase_in_a_known_language_is_refused_in_words(option: str) -> None:
    r = Rehearsal().in_parley()
    r.happens(e.Choice(r.t_ns, "operator-1", Decision.SAY, option=option))
    assert r.last(c.Speak) is None
    assert "say: '" in r.words()


def test_nothing_is_said_to_nobody_or_after_the_end() -> None:
    r = Rehearsal().launched()
    r.decides(Decision.SAY, "wait/uk")
    assert r.last(c.Speak) is None
    r = Rehearsal().in_parley()
    r.decides(Decision.CLOSE, Outcome.LOST.value, reason="gone")
    r.decides(Decision.SAY, "wait/uk")
    assert r.last(c.Speak) is None


def test_one_phrase_at_a_time_but_cover_cuts_it_off() -> None:
    r = Rehearsal().in_parley()
    r.decides(Decision.SAY, "rest/uk")
    r.decides(Decision.SAY, "wait/uk")
    assert [s.phrase for s in r.all(c.Speak)] == ["rest"]
    assert "is still being said" in r.words()
    r.decides(Decision.SAY, "cover/uk")
    assert [s.phrase for s in r.all(c.Speak)] == ["rest", "cover"]
    _heard(r)
    r.decides(Decision.SAY, "wait/uk")
    assert [s.phrase for s in r.all(c.Speak)] == ["rest", "cover", "wait"]


def test_what_was_not_played_is_said_plainly() -> None:
    r = Rehearsal().in_parley()
    r.decides(Decision.SAY, "wait/uk")
    _heard(r, ok=False, why="the speaker is not there")
    assert "“Wait here.” was not said: the speaker is not there." in r.words()


def test_silence_about_a_phrase_is_no_evidence() -> None:
    r = Rehearsal().in_parley()
    r.decides(Decision.SAY, "wait/uk")
    r.passes(31.0)
    assert "“Wait here.” was not said: nothing was heard of it for 30 s." in r.words()
    r.decides(Decision.SAY, "wait/uk")
    assert len(r.all(c.Speak)) == 2


def test_two_operators_at_once_say_one_phrase() -> None:
    r = Rehearsal().in_parley()
    for operator, option in (("operator-1", "wait/uk"), ("operator-2", "rest/uk")):
        r.happens(e.Choice(r.t_ns, operator, Decision.SAY, option=option))
    assert [s.phrase for s in r.all(c.Speak)] == ["wait"]


def test_the_judge_knows_every_promise_by_itself() -> None:
    assert set(PROMISES) == _SAID_PROMISES


def test_the_judge_finds_a_phrase_that_nobody_picked_and_a_promise_without_no_fire() -> None:
    verdict = Verdict()
    verdict.hear(c.Speak(1, "wait", "Wait here.", 1, "uk"))
    verdict.hear(e.Choice(2, "operator-1", Decision.SAY, option="not-attacked/uk"))
    verdict.hear(c.Speak(2, "not-attacked", "…", 2, "uk"))
    assert [breach.partition(": ")[2] for breach in verdict.breaches] == [
        "said wait without a human's decision",
        "not-attacked was promised aloud before own side held its fire",
    ]


def test_a_promise_is_cut_in_the_middle_of_a_word_when_own_side_no_longer_holds_its_fire() -> None:
    r = Rehearsal().in_parley()
    r.decides(Decision.SAY, "not-attacked/uk")
    said = r.last(c.Speak)
    assert said is not None
    r.passes(1.0)
    r.happens(e.NoFireLost(r.t_ns, "2nd company", "radio silent"))
    r.passes(0.2)
    hushed = r.last(c.Hush)
    assert hushed is not None
    assert hushed.utterance == said.utterance
    assert "was not said: its promise cannot be kept any more" in r.words()
    r.decides(Decision.SAY, "wait/uk")
    r.happens(e.NoFireLost(r.t_ns, "2nd company", "radio silent"))
    r.passes(1.0)
    assert len(r.all(c.Hush)) == 1, "what promises nothing is said to its end"


def test_an_answer_that_promises_stops_in_the_air_when_own_side_no_longer_holds_its_fire() -> None:
    r = Rehearsal().in_parley()
    r.gesture = Gesture.THROAT
    r.passes(2.0)
    r.gesture = None
    r.decides(Decision.ANSWER, "throat/are-we-safe")
    r.passes(6.0)
    begun = r.last(c.Transmit)
    assert begun is not None
    assert r.state.showing is not None
    r.happens(e.NoFireLost(r.t_ns, "2nd company", "radio silent"))
    r.passes(0.2)
    cut = r.last(c.CutShort)
    assert cut is not None
    assert cut.transmission == begun.transmission
    assert r.state.queue == ()
    r.passes(30.0)
    assert r.last(c.Transmit) is begun, "nor is it said again"
    assert r.verdict.breaches == []


def test_that_he_may_drink_is_no_promise_and_is_answered_before_anybody_holds_fire() -> None:
    r = Rehearsal().in_parley(acknowledged=False)
    r.decides(Decision.ANSWER, "unknown/may-i-drink")
    r.passes(10.0)
    assert r.last(c.Transmit) is not None
    assert r.verdict.breaches == []
