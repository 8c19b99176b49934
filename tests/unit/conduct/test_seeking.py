"""From where the aircraft looks for him who is gone from the picture."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rehearsal import Rehearsal
from safeconduct.conduct.seeking import AROUND_DEG, NEAR_S, looks_from
from safeconduct.conduct.state import Carrot, MissionState
from safeconduct.model.geometry import Enu, bearing_deg, turn_deg
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Phase

HE, STILL = Enu(100.0, 100.0, 0.0), Enu(0.0, 0.0, 0.0)


def _gone(phase: Phase, going: Enu, unseen_s: float) -> MissionState:
    state = Rehearsal().leading().state
    assert state.person is not None
    person = replace(state.person, position=HE, velocity=going, seen_t_ns=state.t_ns - round(unseen_s * NS))
    return replace(state, phase=phase, person=person, phase_since_t_ns=person.seen_t_ns)


def _goes_round_deg(state: MissionState, aircraft: Enu) -> float:
    """By how much the place to look from lies round him from where the aircraft is, positive clockwise."""
    place = looks_from(state, HE, Carrot(aircraft, STILL, STILL, 0.0), 0.0)
    return turn_deg(bearing_deg(HE, aircraft), bearing_deg(HE, place))


@pytest.mark.parametrize(
    ("going", "aircraft", "round_deg"),
    [
        pytest.param(Enu(0.0, 0.4, 0.0), Enu(107.0, 100.0, 5.0), -AROUND_DEG, id="he crept north, it is east of him"),
        pytest.param(Enu(0.0, -0.4, 0.0), Enu(107.0, 100.0, 5.0), AROUND_DEG, id="he crept south, it is east of him"),
        pytest.param(Enu(0.3, 0.4, 0.0), Enu(107.0, 100.0, 5.0), -53.1, id="no farther round than where he went"),
        pytest.param(Enu(0.4, 0.0, 0.0), Enu(107.0, 100.0, 5.0), 0.0, id="he came toward it: it looks from there"),
        pytest.param(STILL, Enu(107.0, 100.0, 5.0), AROUND_DEG, id="he lay still: on round him"),
    ],
)
def test_who_slid_into_a_hole_under_fire_is_looked_at_from_where_he_was_going(
    going: Enu, aircraft: Enu, round_deg: float
) -> None:
    assert _goes_round_deg(_gone(Phase.COVER, going, 1.0), aircraft) == pytest.approx(round_deg, abs=0.1)


@pytest.mark.parametrize(
    ("phase", "unseen_s"),
    [(Phase.COVER, NEAR_S + 1.0), (Phase.REACQUIRE, 3.0)],
    ids=["that showed nobody", "no shell fell: it may be a tree"],
)
def test_else_he_is_looked_for_all_round(phase: Phase, unseen_s: float) -> None:
    state = _gone(phase, Enu(0.0, 0.4, 0.0), unseen_s)
    assert _goes_round_deg(state, Enu(107.0, 100.0, 5.0)) == pytest.approx(AROUND_DEG, abs=0.1)
