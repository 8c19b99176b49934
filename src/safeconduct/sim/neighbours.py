"""The own side on the ground: neighbours who hold their fire when asked, and those who receive the person."""

from __future__ import annotations

from random import Random

import msgspec

from safeconduct.model.commands import Command, EndNoFire, MissionClosed, NotifyReception, RequestNoFire
from safeconduct.model.events import Event, NoFireAcknowledged, NoFireLost, ReceiverConfirmed, ReceiverReady
from safeconduct.sim.surroundings import Neighbour, Receivers

REFRESH_S = (0.8, 2.5)
CANNOT_WALK = "cannot walk"
"""How the core's word to the reception begins when they must come to the person."""


class Word(msgspec.Struct):
    """One neighbour's word: when he will give it next, until when it holds (mission time), whether it holds now."""

    answers_s: float = -1.0
    asked_until_ns: int = 0
    until_ns: int = 0
    given: bool = False
    lost_s: float = -1.0
    deaf_until_s: float = -1.0


class NeighboursState(msgspec.Struct):
    words: list[Word]
    ready_s: float = -1.0
    ready: bool = False
    comes_s: float = -1.0
    confirmed: bool = False
    goes_out: bool = False


class Neighbours:
    """Answers commands after human delays. Everything that lasts is in `state`."""

    def __init__(self, neighbours: tuple[Neighbour, ...], receivers: Receivers, rng: Random) -> None:
        self._neighbours = neighbours
        self._receivers = receivers
        self._rng = rng
        self.state = NeighboursState([Word() for _ in neighbours])

    def take(self, command: Command, t_s: float) -> None:
        """A command that concerns the own side; others are passed over."""
        s = self.state
        if isinstance(command, RequestNoFire):
            for neighbour, word in zip(self._neighbours, s.words, strict=True):
                word.asked_until_ns = command.until_t_ns
                if word.answers_s < 0.0 and t_s >= word.deaf_until_s:
                    delay = REFRESH_S if word.given else neighbour.acknowledges_s
                    word.answers_s = t_s + self._rng.uniform(*delay)
        elif isinstance(command, (EndNoFire, MissionClosed)):
            s.words = [Word() for _ in self._neighbours]
        elif isinstance(command, NotifyReception):
            s.goes_out = s.goes_out or command.state.startswith(CANNOT_WALK)
            if s.ready_s < 0.0:
                s.ready_s = t_s + self._rng.uniform(*self._receivers.ready_s)

    @property
    def holding(self) -> frozenset[str]:
        """Units whose word stands."""
        return frozenset(n.unit for n, word in zip(self._neighbours, self.state.words, strict=True) if word.given)

    def falls_silent(self, unit: str, until_s: float, t_ns: int) -> list[Event]:
        """A unit's word is lost, and it hears no request for a while."""
        for neighbour, word in zip(self._neighbours, self.state.words, strict=True):
            if neighbour.unit == unit:
                word.answers_s, word.deaf_until_s = -1.0, until_s
                if word.given:
                    word.given = False
                    return [NoFireLost(t_ns, unit, "the link to the unit is lost")]
        return []

    def advance(
        self, t_s: float, t_ns: int, kneels_since_s: float, condition: str, persons: int = 1, *, reached: bool = False
    ) -> list[Event]:
        """Let time pass.

        kneels_since_s: when the last of them knelt before the receivers, negative while they do not. reached: the
        receivers have gone out and are beside one who cannot walk.
        """
        s = self.state
        events: list[Event] = []
        for neighbour, word in zip(self._neighbours, s.words, strict=True):
            if 0.0 <= word.answers_s <= t_s:
                word.answers_s = -1.0
                if not word.given and neighbour.loses_after_s > 0.0 and word.lost_s < 0.0:
                    word.lost_s = t_s + neighbour.loses_after_s
                word.given = True
                word.until_ns = word.asked_until_ns
                events.append(NoFireAcknowledged(t_ns, neighbour.unit, word.until_ns))
            if word.given and 0.0 < word.lost_s <= t_s:
                word.lost_s = 0.0
                word.given = False
                events.append(NoFireLost(t_ns, neighbour.unit, "the unit takes its word back"))
            elif word.given and t_ns > word.until_ns:
                word.given = False
                events.append(NoFireLost(t_ns, neighbour.unit, "the request ran out"))
        if not s.ready and 0.0 <= s.ready_s <= t_s:
            s.ready = True
            events.append(ReceiverReady(t_ns, self._receivers.unit))
        if s.ready and not s.confirmed:
            if reached and s.comes_s < 0.0:
                s.comes_s = t_s + self._rng.uniform(*self._receivers.cares_s)
            elif reached and t_s >= s.comes_s:
                s.confirmed = True
                events.append(ReceiverConfirmed(t_ns, self._receivers.unit, persons, condition))
            elif reached:
                pass
            elif kneels_since_s < 0.0:
                s.comes_s = -1.0
            elif s.comes_s < 0.0:
                s.comes_s = t_s + self._rng.uniform(*self._receivers.come_s)
            elif t_s >= s.comes_s:
                s.confirmed = True
                events.append(ReceiverConfirmed(t_ns, self._receivers.unit, persons, condition))
        return events
