"""Work that nobody has named is as many kinds as people, is the same for the same person, and is never a plea."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.sim.figure import bare_joints
from safeconduct.sim.scene import NEVER_TRAINED_ON, TRAINED_ON, Act, Doing, Figure, Garb
from safeconduct.sim.studio.motions import glimpses
from unit.perception.seen_from import standing

NOSE, LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_WRIST, RIGHT_WRIST = 0, 5, 6, 9, 10
SEEDS = st.integers(1, 29_999)


def hands(manner: int, seconds: float = 6.0) -> np.ndarray:
    """(pictures, 2, 3) m: both wrists, ten pictures a second."""
    at = [
        standing(doing=Doing.MADE_UP, act_s=5.0 + k / 10.0)._replace(manner=manner) for k in range(round(10 * seconds))
    ]
    return np.array([bare_joints(figure)[[LEFT_WRIST, RIGHT_WRIST]] for figure in at])


def test_only_motions_that_ask_for_made_up_work_hold_any() -> None:
    def works(made_up: float) -> set[Doing | None]:
        return {g.figure.doing for k in range(20) for g in glimpses(Random(k), 10.0, 1.0, made_up=made_up)}

    assert Doing.MADE_UP in works(0.5)
    assert Doing.MADE_UP not in works(0.0)
    assert Doing.MADE_UP not in TRAINED_ON + NEVER_TRAINED_ON


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_the_same_person_works_the_same_way(manner: int) -> None:
    assert np.array_equal(hands(manner, 1.0), hands(manner, 1.0))


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_nobody_at_made_up_work_holds_both_hands_up_and_still(manner: int) -> None:
    joints = np.array([
        bare_joints(standing(doing=Doing.MADE_UP, act_s=5.0 + k / 10.0)._replace(manner=manner)) for k in range(80)
    ])  # fmt: skip
    both = joints[:, [LEFT_WRIST, RIGHT_WRIST]]
    up = (both[..., 2] > joints[:, [NOSE], 2] + 0.05).all(axis=1)
    stirs = np.ptp(both, axis=0).max()
    assert not up.all() or stirs > 0.05


def test_hands_work_before_at_over_and_below_the_body_one_or_both() -> None:
    made = [hands(manner, 3.0) for manner in range(1, 60)]
    shoulders = float(bare_joints(Figure(1, Garb(), standing().position, 0.0, Act.STAND))[LEFT_SHOULDER, 2])
    highest = np.array([one[..., 2].max() for one in made])
    assert (highest > shoulders + 0.3).sum() >= 3
    assert (highest < shoulders - 0.25).sum() >= 8
    still = np.array([np.ptp(one[:, 0], axis=0).max() < 0.05 for one in made])
    assert 0.1 < still.mean() < 0.7
