"""A person who hears: near enough, in a language of his, not deafened; then he answers what he was asked."""

from __future__ import annotations

from random import Random

import pytest

from safeconduct.model.events import Spoken
from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.mission_time import SIMULATED_START_NS, after
from safeconduct.model.vocabulary import Gesture
from safeconduct.sim import AircraftTruth, World, load_scenario
from safeconduct.sim.hearing import CLEAR_M, clearness, takes_in


def test_a_small_rig_is_clear_at_60_m_in_calm_and_carries_half_as_far_in_wind() -> None:
    assert clearness(CLEAR_M, 0.0) == 1.0
    assert clearness(130.0, 0.0) == 0.0
    assert clearness(50.0, 12.0) < 1.0
    assert clearness(62.0, 12.0) == 0.0


def test_fear_costs_words_and_shells_all_of_them() -> None:
    rng = Random(1)

    def share(fear: float, deaf: bool = False) -> float:
        return sum(takes_in(rng, away_m=20.0, wind_mps=2.0, fear=fear, deaf=deaf) for _ in range(2000)) / 2000

    assert share(0.1) > 0.92
    assert 0.72 < share(0.9) < 0.83
    assert share(0.1, deaf=True) == 0.0


@pytest.mark.parametrize(
    ("scenario", "phrase", "language", "place", "answer"),
    [
        ("cannot-walk", "cannot-walk-question", "uk", "aircraft", Gesture.ONE_HAND_UP),
        ("cannot-walk", "legs-question", "ru", "aircraft", Gesture.ONE_HAND_UP),
        ("cannot-walk", "wounded-question", "uk", "aircraft", Gesture.POINT_WOUND),
        ("group", "how-many", "uk", "aircraft", Gesture.COUNT),
        ("group", "others-question", "uk", "aircraft", Gesture.ONE_HAND_UP),
        ("cannot-walk", "how-many", "uk", "aircraft", None),  # he is alone
        ("cannot-walk", "wounded-question", "ko", "aircraft", None),  # no language of his
        ("cannot-walk", "wounded-question", "uk", "station", None),  # the crew has heard it, he has not
    ],
)
def test_he_answers_what_he_is_asked(
    scenario: str, phrase: str, language: str, place: str, answer: Gesture | None
) -> None:
    answers: list[Gesture | None] = []
    for seed in range(20):
        world = World(load_scenario(scenario), seed)
        person = world.bodies[0]
        east, north, _ = person.eye()
        near = AircraftTruth(SIMULATED_START_NS, Enu(east + 12.0, north, 8.0), ZERO, 270.0, False, True)
        for i in range(20):
            world.advance(after(SIMULATED_START_NS, i / 10), near)
        person.state.gesture = None
        said = Spoken(after(SIMULATED_START_NS, 2.0), 1, phrase, language, True, "…", place)
        world.notice(said)
        answers.append(person.state.gesture)
    if answer is None:
        assert set(answers) == {None}
    else:
        assert answers.count(answer) >= 11
