"""Everything that moves the mission from phase to phase lives in this file, and nothing else does.

Theory of operation. What happens in the world becomes *conditions* (conditions.py); each condition has *effects*, and
the machine knows only those: a new kind of event never touches it. `RULES` is read from the top and the first row whose
effect is present and whose phase matches decides; stop rules stand first, in every phase. One step moves at most once.
Protection is not a phase: it is a latch beside them (state.py), set by PROTECT and cleared only by CLOSE.

The reference page's diagram is drawn from `RULES`.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from safeconduct.model.vocabulary import ESCORT_PHASES, Phase


class Effect(StrEnum):
    """What a condition does to the mission. The first rows stop; NO_ENTRY forbids GO; ASK and WARN only speak."""

    CLOSE = "close"  # a human closed the mission with a reason
    COVER = "cover"  # fire: cover now
    YIELD = "yield"  # somebody else flies: never fought
    STOP = "stop"  # a human said stop, or we were restarted: wait for his word
    HOLD = "hold"  # leading is not safe for the moment
    STAY = "stay"  # he cannot walk: stay with him
    SEEK = "seek"  # he is not seen
    RELAY = "relay"  # the battery ends: another aircraft must take over
    ARRIVE = "arrive"  # he is at the reception point
    PAUSE = "pause"  # he rests, doubts or crouches
    FOUND = "found"  # he is seen again, and it is surely he
    OFFER = "offer"  # a positive act was selected by the operator
    ACCEPT = "accept"  # the operator discerned it as an offer
    ATTENDED = "attended"  # he was shown that he is seen
    GO = "go"  # the operator said lead, or the person walks on after his own pause
    NO_ENTRY = "no_entry"  # leading may not begin
    PROTECT = "protect"  # latch protection
    ASK = "ask"  # the operator is asked
    WARN = "warn"  # the operator is told


class Rule(msgspec.Struct, frozen=True):
    """effect, seen in one of `phases`, leads to `to`; None: back to where the interruption began."""

    effect: Effect
    phases: frozenset[Phase]
    to: Phase | None


_OPEN = frozenset(Phase) - {Phase.CLOSED}
_TALK = frozenset({Phase.DISCERNED, Phase.PARLEY})
_HALTED = frozenset({Phase.WAIT, Phase.COVER, Phase.RELAY, Phase.STAY, Phase.REACQUIRE})

RULES: tuple[Rule, ...] = (
    Rule(Effect.CLOSE, _OPEN, Phase.CLOSED),
    Rule(Effect.COVER, _TALK | ESCORT_PHASES - {Phase.COVER} | {Phase.RECEPTION}, Phase.COVER),
    Rule(Effect.YIELD, frozenset({Phase.LEAD}), Phase.WAIT),
    Rule(Effect.STOP, frozenset({Phase.LEAD}), Phase.WAIT),
    Rule(Effect.HOLD, frozenset({Phase.LEAD}), Phase.WAIT),
    Rule(Effect.STAY, frozenset({Phase.PARLEY}) | ESCORT_PHASES - {Phase.STAY, Phase.COVER}, Phase.STAY),
    Rule(Effect.SEEK, frozenset({Phase.LEAD, Phase.WAIT, Phase.COVER, Phase.RELAY}), Phase.REACQUIRE),
    Rule(Effect.RELAY, frozenset({Phase.PARLEY, Phase.LEAD, Phase.WAIT, Phase.COVER, Phase.STAY}), Phase.RELAY),
    Rule(Effect.ARRIVE, frozenset({Phase.LEAD, Phase.WAIT}), Phase.RECEPTION),
    Rule(Effect.PAUSE, frozenset({Phase.LEAD}), Phase.WAIT),
    Rule(Effect.FOUND, frozenset({Phase.REACQUIRE}), Phase.WAIT),
    Rule(Effect.OFFER, frozenset({Phase.WATCH}), Phase.OFFERED),
    Rule(Effect.ACCEPT, frozenset({Phase.OFFERED}), Phase.DISCERNED),
    Rule(Effect.ATTENDED, frozenset({Phase.DISCERNED}), Phase.PARLEY),
    Rule(Effect.GO, frozenset({Phase.COVER}), None),
    Rule(Effect.GO, frozenset({Phase.PARLEY}) | _HALTED, Phase.LEAD),
)


def transition(phase: Phase, return_to: Phase, effects: frozenset[Effect]) -> tuple[Phase, Phase, Effect | None]:
    """The next phase, where an interruption returns to, and the effect that decided (None: nothing moved).

    Total: defined for every phase and every set of effects.
    """
    if Effect.NO_ENTRY in effects:
        effects = effects - {Effect.GO}
    for rule in RULES:
        if rule.effect not in effects or phase not in rule.phases:
            continue
        to = rule.to
        if to is None:
            to = Phase.LEAD if return_to in ESCORT_PHASES else return_to
        if to is Phase.COVER:
            return to, phase, rule.effect
        return to, return_to if to in _HALTED else to, rule.effect
    return phase, return_to, None
