"""What an answer does to the person depends on what he asked."""

from __future__ import annotations

from random import Random

import pytest

from safeconduct.model.geometry import ZERO
from safeconduct.model.vocabulary import Gesture, Signal
from safeconduct.sim import AircraftTruth, load_scenario
from safeconduct.sim.body import Doing
from safeconduct.sim.ground import Ground
from safeconduct.sim.person import Person
from safeconduct.sim.understanding import understand

SHORT = load_scenario("short-walk")
NOWHERE = AircraftTruth(0, ZERO, ZERO, 0.0, False, False)


def pleading(seed: int = 1) -> Person:
    person = Person(SHORT.person, Ground((), ()), Random(seed), reception=SHORT.route[-1], receivers=SHORT.receivers)
    person.become(Doing.PLEADS, 0.0)
    return person


def asks(person: Person, gesture: Gesture, t_s: float) -> None:
    person.state.asked, person.state.asked_s = gesture, t_s


@pytest.mark.parametrize(
    ("asked", "answer", "kind"),
    [
        (Gesture.THROAT, Signal.NO, True),
        (Gesture.THROAT, Signal.YES, False),
        (Gesture.HANDS_UP, Signal.YES, True),
        (Gesture.HANDS_UP, Signal.NO, False),
        (Gesture.CODE_PROPOSAL, Signal.YES, True),
    ],
)
def test_the_kind_answer_is_trusted_and_acknowledged(asked: Gesture, answer: Signal, kind: bool) -> None:
    person = pleading()
    before = person.state.trust
    asks(person, asked, 10.0)
    understand(person, 20.0, answer, False)
    assert (person.state.trust > before) is kind
    assert (person.state.gesture is Gesture.THUMB_UP) is kind


def test_yes_to_will_you_kill_me_terrifies() -> None:
    person = pleading()
    asks(person, Gesture.THROAT, 10.0)
    understand(person, 20.0, Signal.YES, False)
    assert person.state.fear == 1.0
    assert person.state.gesture is Gesture.ARMS_CROSSED


def test_an_answer_said_twice_counts_once() -> None:
    person = pleading()
    asks(person, Gesture.THROAT, 10.0)
    understand(person, 20.0, Signal.NO, False)
    once = person.state.trust
    understand(person, 30.0, Signal.NO, False)
    assert person.state.trust == once


def test_contrary_answers_leave_him_in_doubt() -> None:
    person = pleading()
    asks(person, Gesture.HANDS_UP, 10.0)
    understand(person, 20.0, Signal.YES, False)
    understand(person, 25.0, Signal.NO, False)
    assert person.state.heard is None
    assert person.state.gesture is Gesture.HANDS_CLASPED


def test_who_does_not_dare_yet_follows_after_more_invitations() -> None:
    person = pleading()
    person.state.read_note = True
    person.state.trust = 0.2
    shown = 0
    while person.state.doing is not Doing.FOLLOWS and shown < 20:
        understand(person, 30.0 * shown, Signal.FOLLOW, False)
        shown += 1
    assert 2 <= shown <= 6


def test_told_to_follow_he_leaves_his_cover_sooner_but_not_under_fire() -> None:
    person = pleading()
    person.state.read_note = True
    person.become(Doing.FOLLOWS, 0.0)
    person.shell_falls(100.0, 12.0)
    doings = []
    for t_s in (102.0, 107.0):
        understand(person, t_s, Signal.FOLLOW, False)
        doings.append(person.state.doing)
    assert doings == [Doing.TAKES_COVER, Doing.FOLLOWS]
    assert person.state.covers[0].lasted_s == 7.0


@pytest.mark.parametrize(("near", "doing"), [(True, Doing.SURRENDERS), (False, Doing.FOLLOWS)])
def test_here_means_the_reception_only_where_receivers_are(near: bool, doing: Doing) -> None:
    person = pleading()
    person.become(Doing.FOLLOWS, 0.0)
    understand(person, 10.0, Signal.HERE, near)
    assert person.state.doing is doing


@pytest.mark.parametrize(
    ("away_m", "lying", "hurt"), [(3.0, False, True), (5.0, False, False), (3.0, True, False), (1.0, True, True)]
)
def test_a_shell_hurts_whom_it_falls_beside(away_m: float, lying: bool, hurt: bool) -> None:
    person = pleading()
    person.stand()
    if lying:
        person.shell_falls(5.0, 20.0)
        person.live(5.1, 0.1, NOWHERE, False)
    person.shell_falls(6.0, away_m)
    assert person.state.hurt is hurt
