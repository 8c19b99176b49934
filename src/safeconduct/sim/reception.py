"""The reception: they wait, go out to one who cannot walk, or have him lie down first; at last they have him.

What a grenade does that somebody hid is decided here too: whether the receivers were in cover (FIELD section 3, N12).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import hypot

import msgspec

from safeconduct.model.events import Event
from safeconduct.sim.artillery import Hit
from safeconduct.sim.body import TAKEN_OVER, Body, Doing
from safeconduct.sim.company import Companion
from safeconduct.sim.neighbours import Neighbours
from safeconduct.sim.person import Person
from safeconduct.sim.receiving import Receiver, ReceivingParty

FUSE_S = 2.0
TOLD_TO_LIE_AFTER_S = 4.0
THERE_M = 40.0  # who lies or went farther off than that is not taken in with the others


class ReceptionState(msgspec.Struct):
    """kneeled_s: when the person first knelt or stood before them. grenade_s: when it bursts, 0 when it has."""

    party: list[Receiver]
    kneeled_s: float = -1.0
    grenade_s: float = -1.0
    hurt: int = 0


class Reception:
    """The receivers' side of the hand-over. Everything that lasts is in `state`, and their word in `neighbours`."""

    def __init__(self, neighbours: Neighbours, party: ReceivingParty, *, searches: bool) -> None:
        self._neighbours = neighbours
        self._party = party
        self._searches = searches
        self.state = ReceptionState(party.state)

    def restore(self, state: ReceptionState) -> None:
        self.state = state
        self._party.restore(state.party)

    def is_hit(self, east: float, north: float) -> None:
        self.state.hurt += self._party.hurt_by(east, north)

    def live(
        self,
        t_s: float,
        dt_s: float,
        t_ns: int,
        person: Person,
        companions: Sequence[Companion],
        bursts: Callable[[float, Hit], None],
    ) -> list[Event]:
        """One step. bursts: what a burst does to everybody."""
        s, word, p = self.state, self._neighbours.state, person.state
        place = (p.east, p.north)
        if p.kneels_since_s >= 0.0 and s.kneeled_s < 0.0:
            s.kneeled_s = p.kneels_since_s
        since_s = _waiting_since_s(p.kneels_since_s, companions)
        if self._searches and since_s >= 0.0 and p.doing is Doing.SURRENDERS:
            if word.ready and t_s - since_s > TOLD_TO_LIE_AFTER_S:
                person.told_to_lie_down(t_s)
            since_s = -1.0
        if p.thrown_to is not None and s.grenade_s != 0.0:
            if s.grenade_s < 0.0:
                s.grenade_s = t_s + FUSE_S
            elif t_s >= s.grenade_s:
                s.grenade_s = 0.0
                e, n = p.thrown_to
                bursts(t_s, Hit(round(t_s, 1), round(e, 2), round(n, 2), round(hypot(p.east - e, p.north - n), 2)))
        events = self._neighbours.advance(
            t_s,
            t_ns,
            since_s,
            _condition(person, companions),
            1 + len(companions),
            reached=word.goes_out and self._party.is_beside(place),
        )
        if word.confirmed:
            there = (c for c in companions if hypot(c.state.east - p.east, c.state.north - p.north) < THERE_M)
            for body in (person, *there):
                if body.state.doing not in TAKEN_OVER:
                    body.become(self._taken_over(body), t_s)
        lies = p.doing is Doing.LIES_DOWN and p.kneels_since_s >= 0.0
        self._party.live(
            t_s,
            dt_s,
            place,
            ready=word.ready,
            comes_s=word.comes_s,
            goes_out=word.goes_out,
            in_cover=self._searches and not lies and not word.confirmed,
        )
        return events

    def _taken_over(self, body: Body) -> Doing:
        if self._neighbours.state.goes_out:
            return Doing.CARED_FOR
        return Doing.IN_CUSTODY if body.traits.soldier else Doing.LED_OUT


def _waiting_since_s(kneels_since_s: float, companions: Sequence[Companion]) -> float:
    """When the last of them knelt or stood before the receivers; negative while somebody does not."""
    for companion in companions:
        c = companion.state
        if c.doing is not Doing.LIES_HURT and not companion.left:
            soonest = min(c.kneels_since_s, kneels_since_s)
            kneels_since_s = -1.0 if soonest < 0.0 else max(c.kneels_since_s, kneels_since_s)
    return kneels_since_s


def _condition(person: Person, companions: Sequence[Companion]) -> str:
    if person.traits.cannot_walk:
        return "hurt, cannot walk"
    if not companions:
        return "hurt" if person.state.hurt else "unhurt, exhausted"
    hurt = person.state.hurt + sum(body.state.hurt for body in companions)
    return f"{hurt} hurt" if hurt else "unhurt"
