"""What the eyes read in how he moves reaches the crew once, as no refusal, and of nobody but him."""

from __future__ import annotations

import pytest

from rehearsal import Rehearsal
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.vocabulary import Intent, Phase, Posture


def told(r: Rehearsal, name: str) -> list[c.Alert]:
    return [alert for alert in r.all(c.Alert) if alert.name == name]


def sighting(r: Rehearsal, intent: Intent, track: int) -> e.Sighting:
    return e.Sighting(r.t_ns, track, r.person, 120.0, Posture.CROUCHED, 0.9, intents=(intent,))


@pytest.mark.parametrize("intent", [Intent.TAKES_COVER, Intent.TURNS_BACK])
def test_who_takes_cover_or_turns_back_is_told_to_the_crew_once_and_nothing_is_taken_from_him(intent: Intent) -> None:
    r = Rehearsal().leading()
    for _ in range(20):
        r.passes(0.1)
        r.happens(sighting(r, intent, r.track))
    [alert] = told(r, intent.value)
    assert "no refusal" in alert.words
    assert r.state.protected
    assert not r.is_in(Phase.CLOSED)


def test_a_bystander_who_takes_cover_is_not_told_as_him() -> None:
    r = Rehearsal().leading()
    r.happens(sighting(r, Intent.TAKES_COVER, r.track + 1))
    assert told(r, "takes_cover") == []


def test_an_intent_alone_offers_nothing_and_latches_nothing() -> None:
    r = Rehearsal()
    r.passes(1.0)
    r.happens(sighting(r, Intent.PAUSES, r.track))
    assert not r.state.protected
