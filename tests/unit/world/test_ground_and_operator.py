"""The ground hides and shelters; the scripted operator answers as a human would, and starts nothing unasked."""

from __future__ import annotations

import json

from safeconduct.model.commands import Option, Propose
from safeconduct.model.events import Choice, Event, MissionResumed
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.model.vocabulary import Decision
from safeconduct.sim import ScriptedOperator, load_scenario
from safeconduct.sim.ground import Crater, Ground, Trench
from safeconduct.sim.scenario import OperatorWishes

START = SIMULATED_START_NS
GROUND = Ground((Trench("fire trench", ((0.0, 0.0), (20.0, 0.0))),), (Crater((40.0, 0.0), 3.0, 1.2),))
OPTIONS = (Option("accept", "Accept"), Option("wait", "Not yet"))


def test_a_trench_is_deep_and_narrow_and_a_crater_is_a_bowl() -> None:
    assert GROUND.height_m(10.0, 0.0) == -1.6
    assert GROUND.height_m(10.0, 0.7) == 0.0
    assert GROUND.height_m(40.0, 0.0) == -1.2
    assert -1.2 < GROUND.height_m(41.5, 0.0) < 0.0
    assert GROUND.height_m(30.0, 0.0) == 0.0


def test_the_trench_wall_hides_at_flat_angles_and_not_from_above() -> None:
    flat, steep, along = Enu(10.0, 30.0, 5.0), Enu(10.0, 5.0, 30.0), Enu(-30.0, 0.0, 12.0)
    assert GROUND.hides(10.0, 0.0, 0.8, flat)
    assert not GROUND.hides(10.0, 0.0, 0.8, steep)
    assert not GROUND.hides(10.0, 0.0, 1.4, along)
    assert not GROUND.hides(30.0, 0.0, 0.2, flat)


def test_the_nearest_cover_is_the_nearest_hole_within_reach() -> None:
    assert GROUND.nearest_cover(34.0, 0.0, 10.0) == (40.0, 0.0)
    assert GROUND.nearest_cover(10.0, 4.0, 10.0) == (10.0, 0.0)
    assert GROUND.nearest_cover(30.0, 30.0, 10.0) is None


def asked(operator: ScriptedOperator, seconds: float, proposals: dict[float, Propose]) -> list[Choice]:
    choices = []
    for i in range(round(seconds * 10)):
        t_s = i / 10.0
        commands = [proposals[t_s]] if t_s in proposals else []
        choices += operator.consider(START + i * NS // 10, commands)
    return choices


def test_he_launches_and_approves_by_himself_and_nothing_else() -> None:
    choices = asked(ScriptedOperator(load_scenario("short-walk"), 1), 60.0, {})
    assert [(c.decision, (c.t_ns - START) / NS) for c in choices] == [
        (Decision.LAUNCH, 2.0),
        (Decision.APPROVE_ROUTE, 4.0),
    ]


def test_he_answers_a_proposal_once_with_the_first_option_after_a_human_delay() -> None:
    for seed in range(20):
        offer = Propose(START + 10 * NS, 7, Decision.ACCEPT_OFFER, "Accept?", OPTIONS, 3)
        (choice,) = asked(ScriptedOperator(load_scenario("short-walk"), seed), 30.0, {10.0: offer})[2:]
        assert (choice.proposal, choice.option, choice.track) == (7, "accept", 3)
        assert 1.5 <= (choice.t_ns - START) / NS - 10.0 <= 6.1


def test_he_keeps_to_what_the_scenario_prefers() -> None:
    wishes = OperatorWishes(prefers={Decision.ACCEPT_OFFER: "wait"})
    offer = Propose(START, 1, Decision.ACCEPT_OFFER, "Accept?", OPTIONS)
    choices = asked(ScriptedOperator(wishes, 1), 20.0, {0.0: offer})
    assert [c.option for c in choices if c.proposal == 1] == ["wait"]


def test_a_newer_question_takes_the_place_of_the_older_one() -> None:
    old, new = (Propose(START, n, Decision.ANSWER, "What does he ask?", OPTIONS) for n in (1, 2))
    choices = asked(ScriptedOperator(load_scenario("short-walk"), 1), 20.0, {5.0: old, 5.5: new})
    assert [c.proposal for c in choices if c.decision is Decision.ANSWER] == [2]


def test_whoever_closes_says_why() -> None:
    close = Propose(START, 4, Decision.CLOSE, "Close?", (Option("in_custody", "In custody, taken over"),))
    choices = asked(ScriptedOperator(load_scenario("short-walk"), 1), 20.0, {5.0: close})
    assert choices[-1].reason == "In custody, taken over"


def test_after_a_resumption_he_waits_to_be_asked() -> None:
    operator = ScriptedOperator(load_scenario("short-walk"), 1)
    resumed: list[Event] = [MissionResumed(START, 12.0)]
    assert operator.consider(START, [], resumed) == []
    assert asked(operator, 20.0, {}) == []


def test_an_operator_restored_from_a_snapshot_answers_the_same() -> None:
    one = ScriptedOperator(load_scenario("short-walk"), 6)
    offer = Propose(START, 1, Decision.ACCEPT_OFFER, "Accept?", OPTIONS)
    one.consider(START, [offer])
    two = ScriptedOperator(load_scenario("short-walk"), 99)
    two.restore(json.loads(json.dumps(one.snapshot())))
    assert asked(one, 20.0, {9.0: offer}) == asked(two, 20.0, {9.0: offer})
