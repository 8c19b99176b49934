"""Words that somebody shows are the operator's to read: told with their picture, and nothing is done about them."""

from __future__ import annotations

from msgspec.structs import replace

from rehearsal import Rehearsal
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.vocabulary import Decision, Gesture, Phase, Posture


def told(r: Rehearsal) -> list[str]:
    return [alert.words for alert in r.all(c.Alert) if alert.name == "sign"]


def sign(r: Rehearsal, hint: str = "", picture: str = "signs/sign-1.png") -> e.SignSeen:
    return e.SignSeen(r.t_ns, r.track, 1, picture, "", False, "letters stand 22 px high", hint, 0.6 if hint else 0.0)


def test_a_sign_is_told_with_its_picture_as_read_by_nobody_yet() -> None:
    r = Rehearsal().leading()
    r.happens(sign(r))
    [words] = told(r)
    assert "signs/sign-1.png" in words
    assert "Not read by anybody yet; letters stand 22 px high" in words


def test_what_a_machine_reads_is_told_as_a_guess_and_moves_nothing() -> None:
    r = Rehearsal().leading()
    before = r.state
    r.happens(sign(r, "STOP\nGO BACK " + "x" * 300))
    [words] = told(r)
    assert "a machine guesses “STOP GO BACK" in words
    assert "60 % sure" in words
    assert "Only a hint" in words
    assert len(words) < 240
    assert (r.state.phase, r.state.protected, r.state.asked) == (before.phase, before.protected, before.asked)


def test_a_sign_whose_picture_could_not_be_kept_sends_the_operator_to_the_screen() -> None:
    r = Rehearsal().leading()
    r.happens(sign(r, picture=""))
    assert "look at the screen" in told(r)[0]


def test_words_alone_protect_nobody_and_ask_the_operator_to_look_at_him() -> None:
    r = Rehearsal()
    r.passes(1.0)
    shown = (e.GestureSeen(Gesture.SIGN, 0.7, 2.5),)
    r.happens(e.Sighting(r.t_ns, r.track, r.person, 120.0, Posture.STANDING, 0.9, shown))
    assert not r.state.protected
    assert r.is_in(Phase.WATCH)
    asked = [p for p in r.all(c.Propose) if p.decision is Decision.SELECT_PERSON]
    assert [p.track for p in asked] == [r.track]
    assert "SIGN" in asked[0].words


def test_a_closed_mission_hears_of_no_signs() -> None:
    r = Rehearsal().leading()
    r.state = replace(r.state, phase=Phase.CLOSED)
    r.happens(sign(r))
    assert told(r) == []
