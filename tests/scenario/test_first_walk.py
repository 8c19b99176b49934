"""The seed case: 950 m under shells, with a drink, a smoke and three times in cover, and taken in alive."""

from __future__ import annotations

import pytest

from safeconduct.model.vocabulary import Outcome
from safeconduct.runtime.campaign_mission import fly_through
from safeconduct.sim import load_scenario


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_first_walk_is_walked_to_its_end(seed: int) -> None:
    flown = fly_through(load_scenario("first-walk"), seed)
    truth, tally = flown.world.truth(), flown.tally
    assert tally.outcome is Outcome.IN_CUSTODY
    assert flown.mission.verdict.breaches == []
    assert not truth.hurt
    assert 900.0 <= truth.walked_m <= 1050.0
    kinds = [pause.kind for pause in truth.pauses]
    assert kinds.count("drink") >= 1
    assert kinds.count("smoke") >= 1
    assert tally.covers == 3
    assert len(truth.impacts) == tally.impacts == 9
    assert 20 * 60 <= tally.duration_s <= 60 * 60
    assert truth.free_walk_s < truth.walk_s < tally.duration_s
