"""From where the aircraft looks for him who is gone from the picture."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rehearsal import Rehearsal
from safeconduct.conduct.seeking import AROUND_DEG, NEAR_S, in_sight, looks_from, went_out_of_sight
from safeconduct.conduct.state import Blind, Carrot, MissionState
from safeconduct.conduct.turn import Turn
from safeconduct.model.geometry import Enu, bearing_deg, ground_range_m, toward, turn_deg
from safeconduct.model.mission_time import NS
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import Phase, PlanRole

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


NORTH = Enu(HE.east, HE.north + 7.0, 5.0)
"""Where he would be led from: the way goes on to the north."""


def _led_from_deg(state: MissionState, p: Enu = HE, aircraft_deg: float = 0.0) -> float:
    out = toward(aircraft_deg, 7.0)
    place = in_sight(state, p, NORTH, Carrot(Enu(p.east + out.east, p.north + out.north, 5.0)))
    assert ground_range_m(p, place) == pytest.approx(ground_range_m(p, NORTH))
    assert place.up == NORTH.up
    return turn_deg(0.0, bearing_deg(p, place))


@pytest.mark.parametrize(
    ("hidden_deg", "aircraft_deg", "led_from_deg"),
    [
        pytest.param((), 0.0, 0.0, id="he was never out of sight"),
        pytest.param((180.0,), 0.0, 0.0, id="something hid him from behind only"),
        pytest.param((5.0,), 60.0, 55.0, id="smoke before him, the aircraft is to the right"),
        pytest.param((355.0,), 300.0, -55.0, id="smoke before him, the aircraft is to the left"),
        pytest.param((5.0, 60.0), 60.0, -55.0, id="smoke before him and to the right"),
        pytest.param((0.0, 55.0, 305.0), 60.0, 110.0, id="smoke all before him: from the side"),
        pytest.param((0.0, 55.0, 305.0, 110.0, 250.0), 60.0, 0.0, id="hidden from all sides: as if from none"),
    ],
)
def test_who_stands_behind_smoke_is_led_from_beside_it(
    hidden_deg: tuple[float, ...], aircraft_deg: float, led_from_deg: float
) -> None:
    state = replace(Rehearsal().leading().state, blind=Blind(HE, hidden_deg))
    assert _led_from_deg(state, aircraft_deg=aircraft_deg) == pytest.approx(led_from_deg, abs=0.01)


def test_who_has_walked_on_is_led_as_before() -> None:
    state = replace(Rehearsal().leading().state, blind=Blind(Enu(HE.east - 3.0, HE.north, 0.0), (0.0,)))
    assert _led_from_deg(state) == 0.0


def test_nobody_is_led_out_of_the_smoke_into_mines() -> None:
    state = replace(Rehearsal().leading().state, blind=Blind(HE, (0.0,)))
    assert state.plan is not None
    mines = Area("mines", PlanRole.MINES, (Enu(HE.east + 12.0, HE.north + 3.0, 0.0),), radius_m=2.0)
    state = replace(state, plan=replace(state.plan, areas=(*state.plan.areas, mines)))
    assert _led_from_deg(state, aircraft_deg=60.0) == pytest.approx(-55.0, abs=0.01)


def test_it_is_remembered_from_which_sides_he_was_not_seen_while_he_stands_there() -> None:
    turn = Turn(_gone(Phase.REACQUIRE, STILL, 3.0))
    for place in (Enu(107.0, 100.0, 5.0), Enu(100.0, 107.0, 5.0)):
        turn.set(aircraft=replace(turn.state.aircraft, position=place))
        went_out_of_sight(turn)
    assert turn.state.blind == Blind(HE, (90.0, 0.0))
    assert turn.state.person is not None
    turn.set(person=replace(turn.state.person, position=Enu(104.0, 100.0, 0.0)))
    went_out_of_sight(turn)
    assert turn.state.blind == Blind(Enu(104.0, 100.0, 0.0), (330.3,))


def test_a_stale_picture_says_nothing_of_where_he_is_hidden() -> None:
    turn = Turn(replace(_gone(Phase.REACQUIRE, STILL, 3.0), video_ok=False))
    went_out_of_sight(turn)
    assert turn.state.blind is None
