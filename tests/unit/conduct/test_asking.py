"""What we ask him: one gesture answers it, yes is the safe answer, and no time-out abandons it."""

from __future__ import annotations

import pytest

from rehearsal import Rehearsal
from safeconduct.conduct.verdict import _ASKED_WITH
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Decision, Gesture, Phase, Signal
from safeconduct.signals import PHRASES, QUESTIONS


class Talked(Rehearsal):
    """With a loudspeaker on the aircraft that takes three seconds for a phrase."""

    broken = ""
    place = "aircraft"

    def passes(self, seconds: float) -> Talked:
        for _ in range(round(seconds * 10)):
            super().passes(0.1)
            said = self.last(c.Speak)
            saying = self.state.saying
            if said is not None and saying is not None and (self.t_ns - said.t_ns) / 1e9 >= 3.0:
                place = "" if self.broken else self.place
                told = (said.utterance, said.phrase, said.language, not self.broken, "…", place, "", self.broken)
                self.happens(e.Spoken(self.t_ns, *told))
        return self

    def phrases(self) -> list[str]:
        return [s.phrase for s in self.all(c.Speak)]

    def asks(self, option: str) -> Talked:
        self.happens(e.Choice(self.t_ns, "operator-1", Decision.ASK, option=option))
        return self

    def until_asked(self, times: int = 1) -> Talked:
        for _ in range(1200):
            if len(self.all(c.Speak)) >= times and self.state.saying is None and self.state.showing is None:
                return self
            self.passes(0.1)
        raise AssertionError(self.words())

    def makes(self, gesture: Gesture, seconds: float = 1.5) -> Talked:
        self.gesture = gesture
        self.passes(seconds)
        self.gesture = None
        return self


def in_parley(**how: bool) -> Talked:
    r = Talked().in_parley(**how)
    assert isinstance(r, Talked)
    return r


def test_every_question_is_asked_in_words_that_exist_and_the_judge_knows_them_by_itself() -> None:
    for key, question in QUESTIONS.items():
        assert _ASKED_WITH[key] == (question.first.phrase, question.otherwise.phrase)
        for form in (question.first, question.otherwise):
            assert not PHRASES[form.phrase].promises, "a question promises nothing"
            assert form.signal not in (Signal.YES, Signal.NO, Signal.FOLLOW), "nor does it answer, or lead"
    assert _ASKED_WITH.keys() == QUESTIONS.keys()


def test_a_question_is_said_and_flown_at_once_and_waits_for_his_hand() -> None:
    r = in_parley().asks("cannot-walk/uk").until_asked()
    said, flown = r.last(c.Speak), r.last(c.Transmit)
    assert said is not None
    assert flown is not None
    assert (said.phrase, said.language, flown.signal) == ("cannot-walk-question", "uk", Signal.ATTEND)
    assert abs(said.t_ns - flown.t_ns) <= 200_000_000, "two channels, together"
    r.makes(Gesture.ONE_HAND_UP)
    assert "He answers “Can you not walk?” with yes" in r.words()
    assert r.state.asking is None
    assert r.state.cannot_walk, "a hand raised by chance would have meant only that he is stayed with"
    assert any(a.decision is Decision.STAY for a in r.state.asked)
    assert not r.is_in(Phase.STAY), "a human decides"
    assert r.verdict.breaches == []


def test_it_is_asked_again_then_in_other_words_and_then_handed_back_and_never_abandoned() -> None:
    r = in_parley().asks("wounded/ru")
    r.passes(100.0)
    assert r.phrases() == ["wounded-question", "wounded-question", "bleeding-question"]
    assert [t.signal for t in r.all(c.Transmit)][-3:] == [Signal.ATTEND, Signal.ATTEND, Signal.NOT_UNDERSTOOD]
    asked = next(a for a in r.state.asked if a.decision is Decision.ASK)
    assert asked.options == ("again", "otherwise", "yes", "leave")
    r.decides(Decision.ASK, "leave")
    r.passes(300.0)
    assert len(r.phrases()) == 3, "nobody pesters him"
    r.makes(Gesture.POINT_WOUND)
    assert "He answers “Are you wounded?” with yes" in " | ".join(a.words for a in r.all(c.Alert))
    assert r.verdict.breaches == []


def test_handed_back_the_operator_asks_again_or_otherwise_or_says_that_he_saw_the_answer() -> None:
    r = in_parley().asks("rest/en")
    r.passes(100.0)
    r.decides(Decision.ASK, "otherwise")
    r.passes(12.0)
    assert r.phrases()[3:] == ["tired-question"]
    r.decides(Decision.ASK, "yes")
    assert "He answers “Do you want to rest?” with yes: he wants to rest" in r.words()
    assert r.verdict.breaches == []


def test_a_hand_that_was_up_before_he_was_asked_is_no_answer() -> None:
    r = in_parley()
    r.gesture = Gesture.ONE_HAND_UP
    r.passes(30.0)
    r.asks("cannot-walk/uk")
    r.passes(14.0)
    assert r.state.asking is not None
    assert not r.state.cannot_walk


def test_a_nod_is_told_and_never_the_sole_basis() -> None:
    r = in_parley().asks("mean-yes/uk").until_asked()
    r.makes(Gesture.NOD)
    assert "never the sole basis" in r.words()
    assert r.state.asking is not None


def test_without_a_speaker_it_is_said_plainly_and_he_is_asked_by_motion() -> None:
    r = in_parley()
    r.broken = "the speaker is not there"
    r.asks("how-many/uk")
    r.passes(60.0)
    words = " | ".join(a.words for a in r.all(c.Alert))
    assert "“How many are you? Show with your fingers.” was not said: the speaker is not there." in words
    assert "“How many are you?” was not said to him: he is asked by motion." in words
    assert r.phrases() == ["how-many", "others-question"]
    assert r.all(c.Transmit)[-1].signal is Signal.NOT_UNDERSTOOD
    assert any(a.decision is Decision.ASK for a in r.state.asked), "and the operator has it back"


def test_what_only_the_stations_speaker_plays_has_not_reached_him() -> None:
    r = in_parley()
    r.place = "station"
    r.asks("how-many/uk")
    r.passes(15.0)
    assert "he is asked by motion" in " | ".join(a.words for a in r.all(c.Alert))


def test_his_question_goes_before_ours() -> None:
    r = in_parley().asks("rest/uk").until_asked()
    r.makes(Gesture.THROAT, 2.0)
    assert r.state.asking is not None
    r.passes(20.0)
    assert r.phrases() == ["rest-question"], "we do not talk while he waits for an answer"
    r.decides(Decision.ANSWER, "throat/will-you-kill-me")
    r.passes(60.0)
    assert len(r.phrases()) >= 2, "then it is our turn again"
    no = [t.t_ns for t in r.all(c.Transmit) if t.signal is Signal.NO]
    assert no
    assert r.all(c.Speak)[1].t_ns > no[0]


def test_two_operators_who_ask_at_once_ask_one_question() -> None:
    r = in_parley()
    for who, option in (("operator-1", "wounded/uk"), ("operator-2", "rest/uk")):
        r.happens(e.Choice(r.t_ns, who, Decision.ASK, option=option))
    assert "ask: “Are you wounded?” is still being asked." in r.words()
    r.passes(30.0)
    assert set(r.phrases()) == {"wounded-question"}


@pytest.mark.parametrize("option", ["", "rest", "rest/xx", "where-is-your-battery/uk", "/", "again", "yes", "leave"])
def test_what_is_no_question_is_refused_in_words(option: str) -> None:
    r = in_parley().asks(option)
    assert r.state.asking is None
    assert "ask: " in r.words()


def test_a_pilot_who_takes_over_leaves_the_voice_alone_to_ask() -> None:
    r = in_parley()
    r.makes(Gesture.THUMB_UP, 0.1)
    r.happens(e.ModeChanged(r.t_ns, "a1", r.mode.PILOT, "LOITER", False))
    r.asks("rest/uk")
    r.passes(16.0)
    assert r.phrases() == ["rest-question"]
    assert r.verdict.breaches == []


def test_stop_hands_the_question_back() -> None:
    r = in_parley().asks("rest/uk").until_asked()
    r.decides(Decision.STOP)
    r.passes(60.0)
    assert r.phrases() == ["rest-question"]
    assert any(a.decision is Decision.ASK for a in r.state.asked)


# -- while shells fall ------------------------------------------------------------------------------------------------
def shell(r: Rehearsal) -> None:
    r.happens(e.Impact(r.t_ns, Enu(20.0, 30.0, 0.0), "eyes"))


def test_no_question_is_begun_under_fire_and_it_is_asked_when_it_is_quiet() -> None:
    r = in_parley()
    shell(r)
    r.asks("cannot-walk/uk")
    assert "“Can you not walk?” waits: shells are falling." in r.words()
    r.passes(29.0)
    assert r.phrases() == []
    r.passes(20.0)
    assert r.phrases() == ["cannot-walk-question"]


def test_a_question_that_fire_cut_off_is_asked_again_as_a_whole() -> None:
    r = in_parley().asks("wounded/uk")
    while r.last(c.Speak) is None:
        r.passes(0.1)
    r.passes(1.0)
    shell(r)
    r.passes(28.0)
    assert r.phrases() == ["wounded-question"]
    r.passes(20.0)
    assert r.phrases() == ["wounded-question", "wounded-question"]
    assert r.verdict.breaches == []


def test_an_answer_that_fire_cut_off_in_the_air_is_shown_again_whole_when_it_is_quiet() -> None:
    r = in_parley().makes(Gesture.THROAT, 2.0)
    r.decides(Decision.ANSWER, "throat/will-you-kill-me")
    while (sent := r.last(c.Transmit)) is None or sent.signal is not Signal.NO:
        r.passes(0.1)
    r.passes(3.0)
    shell(r)
    assert r.all(c.Transmit)[-1].signal is Signal.COVER
    r.passes(28.0)
    assert [t.signal for t in r.all(c.Transmit)].count(Signal.NO) == 1, "nothing is answered under fire"
    r.passes(60.0)
    assert [t.signal for t in r.all(c.Transmit)].count(Signal.NO) >= 2
    assert r.verdict.breaches == []


def test_an_answer_picked_under_fire_waits_and_is_not_too_late_then() -> None:
    r = in_parley().makes(Gesture.THROAT, 2.0)
    shell(r)
    r.decides(Decision.ANSWER, "throat/are-we-safe")
    assert "waits: shells are falling" in r.words()
    r.passes(29.0)
    assert Signal.YES not in [t.signal for t in r.all(c.Transmit)]
    shell(r)
    r.passes(29.0)
    assert Signal.YES not in [t.signal for t in r.all(c.Transmit)]
    r.passes(40.0)
    assert Signal.YES in [t.signal for t in r.all(c.Transmit)]


def test_half_a_promise_that_cannot_be_kept_any_more_is_an_alarm_to_the_operator() -> None:
    r = in_parley().makes(Gesture.THROAT, 2.0)
    r.decides(Decision.ANSWER, "throat/are-we-safe")
    while (sent := r.last(c.Transmit)) is None or sent.signal is not Signal.YES:
        r.passes(0.1)
    r.passes(3.0)
    shell(r)
    r.happens(e.NoFireLost(r.t_ns, "2nd company", "radio silent"))
    r.passes(60.0)
    alarms = [a.words for a in r.all(c.Alert) if a.level == "alarm"]
    assert any(a.startswith("He has seen half of “Are we safe with you? Yes. You are safe with us.”") for a in alarms)
    assert [t.signal for t in r.all(c.Transmit)].count(Signal.YES) == 1
    assert r.verdict.breaches == []


def test_a_phrase_that_fire_drowned_is_said_again_and_only_what_is_about_the_shells_is_said_meanwhile() -> None:
    r = in_parley()
    r.decides(Decision.SAY, "rest/uk")
    r.passes(1.0)
    shell(r)
    r.decides(Decision.SAY, "cover/uk")
    r.passes(5.0)
    r.decides(Decision.SAY, "water-and-care/uk")
    assert "waits: shells are falling" in r.words()
    r.passes(20.0)
    assert r.phrases() == ["rest", "cover"]
    r.passes(15.0)
    assert r.phrases()[2] in ("rest", "water-and-care")
    assert r.verdict.breaches == []


def test_a_phrase_that_nobody_interrupted_but_the_shell_is_said_again() -> None:
    r = in_parley()
    r.decides(Decision.SAY, "rest/uk")
    r.passes(1.0)
    shell(r)
    r.passes(50.0)
    assert r.phrases() == ["rest", "rest"]
    assert r.verdict.breaches == []


def test_the_judge_finds_a_question_that_nobody_picked_and_one_that_is_asked_too_often() -> None:
    r = in_parley()
    r.verdict.hear(c.Speak(r.t_ns, "rest-question", "…", 90, "uk"))
    assert len(r.verdict.breaches) == 1
    r.verdict.hear(e.Choice(r.t_ns, "operator-1", Decision.ASK, option="rest/uk"))
    for _ in range(5):
        r.verdict.hear(c.Speak(r.t_ns, "rest-question", "…", 90, "uk"))
    assert len(r.verdict.breaches) == 2


def test_one_who_is_with_him_answers_and_that_is_told_while_the_question_stays_open() -> None:
    r = in_parley().asks("how-many/uk").until_asked()
    shown = (e.GestureSeen(Gesture.COUNT, 0.9, 1.0),)
    r.happens(e.Sighting(r.t_ns, 31, Enu(3.0, 1.0, 0.0), 150.0, r.posture, 0.9, shown))
    assert "Person 31, beside him, answers “How many are you?” with yes" in r.words()
    assert r.state.asking is not None
