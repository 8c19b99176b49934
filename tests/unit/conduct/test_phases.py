"""The phase table: total over all phases and effects, stop rules first, protection never undone by software."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from safeconduct.conduct import RULES, Effect, transition
from safeconduct.model.vocabulary import ESCORT_PHASES, Phase

PAIRS = [frozenset(pair) for pair in combinations(Effect, 2)]
STOPS = (Effect.CLOSE, Effect.COVER, Effect.YIELD, Effect.STOP, Effect.HOLD)


@pytest.mark.parametrize(("phase", "effect"), list(product(Phase, Effect)))
def test_every_phase_answers_every_effect(phase: Phase, effect: Effect) -> None:
    to, return_to, because = transition(phase, Phase.LEAD, frozenset({effect}))
    assert to in Phase
    assert return_to in Phase
    assert (because is None) == (to is phase)


@pytest.mark.parametrize("phase", list(Phase))
def test_a_closed_mission_stays_closed_and_nothing_but_a_human_closes(phase: Phase) -> None:
    for effect in Effect:
        to, _, _ = transition(phase, phase, frozenset({effect}))
        if phase is Phase.CLOSED:
            assert to is Phase.CLOSED
        elif to is Phase.CLOSED:
            assert effect is Effect.CLOSE


@pytest.mark.parametrize("effects", PAIRS, ids=lambda pair: "+".join(sorted(pair)))
def test_whoever_stops_wins_over_whoever_goes(effects: frozenset[Effect]) -> None:
    if not effects & set(STOPS):
        return
    for phase in Phase:
        to, _, _ = transition(phase, phase, effects)
        if phase is not Phase.LEAD:
            assert to is not Phase.LEAD or Effect.GO in effects, (phase, effects)
        if phase is Phase.LEAD:
            assert to is not Phase.LEAD, (phase, effects)


@pytest.mark.parametrize("phase", [p for p in Phase if p is not Phase.LEAD])
def test_no_entry_forbids_leading(phase: Phase) -> None:
    to, _, _ = transition(phase, Phase.LEAD, frozenset({Effect.GO, Effect.NO_ENTRY}))
    assert to is not Phase.LEAD


def test_stop_rules_stand_before_all_that_move_on() -> None:
    order = [rule.effect for rule in RULES]
    last_stop = max(order.index(effect) for effect in STOPS)
    first_go = min(order.index(effect) for effect in (Effect.OFFER, Effect.ACCEPT, Effect.GO, Effect.FOUND))
    assert last_stop < first_go


@pytest.mark.parametrize("phase", sorted(ESCORT_PHASES - {Phase.COVER}))
def test_fire_means_cover_from_every_escort_phase_and_the_walk_goes_on_after_it(phase: Phase) -> None:
    to, return_to, _ = transition(phase, Phase.PARLEY, frozenset({Effect.COVER}))
    assert to is Phase.COVER
    assert transition(to, return_to, frozenset({Effect.GO}))[0] is Phase.LEAD


@pytest.mark.parametrize("phase", [Phase.DISCERNED, Phase.PARLEY, Phase.RECEPTION])
def test_fire_while_talking_returns_to_talking(phase: Phase) -> None:
    to, return_to, _ = transition(phase, Phase.WATCH, frozenset({Effect.COVER}))
    assert to is Phase.COVER
    assert transition(to, return_to, frozenset({Effect.GO}))[0] is phase
