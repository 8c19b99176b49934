"""An operator who plays by himself: sees what a station shows, answers what he is asked, as slowly as a human."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import msgspec

from safeconduct.model.commands import Alert, Command, PhaseEntered, Propose
from safeconduct.model.events import Choice, Event, MissionResumed
from safeconduct.model.mission_time import NS, after
from safeconduct.model.vocabulary import Decision, Phase
from safeconduct.sim.scenario import Scenario
from safeconduct.sim.surroundings import OperatorWishes

LAUNCHES_AFTER_S = 2.0
APPROVES_AFTER_S = 4.0
NAME = "operator-1"
ASKS_AFTER_S = 8.0
_HABITS = {Decision.ASK: "leave"}  # his answer still counts: nobody pesters him


class DueChoice(msgspec.Struct):
    due_ns: int
    choice: Choice


class OperatorState(msgspec.Struct):
    random: tuple[int, list[int], float | None]
    begun: bool
    waiting: list[DueChoice]
    to_ask: list[str] = []


class ScriptedOperator:
    """Answers every proposal once, after a delay drawn with the seed; begins the mission, and does nothing unasked."""

    def __init__(self, scenario: Scenario | OperatorWishes, seed: int) -> None:
        self._wishes = scenario.operator if isinstance(scenario, Scenario) else scenario
        self._rng = Random(seed ^ 0x0BE7)  # its own numbers: how he plays does not change the weather
        self._begun = False
        self._waiting: list[DueChoice] = []
        self._to_ask = list(self._wishes.asks)

    def consider(self, t_ns: int, commands: Iterable[Command], events: Iterable[Event] = ()) -> list[Choice]:
        """Take in what the station shows now; return the choices that he has made by now, oldest first.

        After a resumption he begins nothing by himself and answers only what is asked anew.
        """
        if any(isinstance(event, MissionResumed) for event in events):
            self._begun = True
            self._waiting = []
        if not self._begun:
            self._begun = True
            for seconds, decision in ((LAUNCHES_AFTER_S, Decision.LAUNCH), (APPROVES_AFTER_S, Decision.APPROVE_ROUTE)):
                self._waiting.append(DueChoice(after(t_ns, seconds), Choice(0, NAME, decision)))
        for command in commands:
            if isinstance(command, Propose):
                self._answer(t_ns, command)
            talks = isinstance(command, PhaseEntered) and command.phase is Phase.PARLEY
            if talks or (isinstance(command, Alert) and command.name == "answered"):
                self._ask_next(t_ns)
        if not self._waiting or all(due.due_ns > t_ns for due in self._waiting):
            return []
        ready = sorted((due for due in self._waiting if due.due_ns <= t_ns), key=lambda due: due.due_ns)
        self._waiting = [due for due in self._waiting if due.due_ns > t_ns]
        return [msgspec.structs.replace(due.choice, t_ns=t_ns) for due in ready]

    def _answer(self, t_ns: int, proposal: Propose) -> None:
        words = {option.key: option.words for option in proposal.options}
        wish = self._wishes.prefers.get(proposal.decision, _HABITS.get(proposal.decision, ""))
        if proposal.decision is Decision.ASK:
            self._ask_next(after(t_ns, self._wishes.answers_s[1]))
        option = wish if wish in words else next(iter(words), "")
        # Whoever closes says why; he says it in the words that he picked.
        reason = words.get(option, "") if proposal.decision is Decision.CLOSE else ""
        if proposal.decision is Decision.SELECT_PERSON and any(
            due.choice.decision is Decision.SELECT_PERSON for due in self._waiting
        ):
            return  # several ask for help: one is selected, and all are protected
        # A newer question of the same kind takes the place of the older one, as it does on the page.
        self._waiting = [due for due in self._waiting if due.choice.decision is not proposal.decision]
        low, high = self._wishes.answers_s
        due_ns = t_ns + round(self._rng.uniform(low, high) * 10.0) * (NS // 10)
        choice = Choice(0, NAME, proposal.decision, proposal.proposal, option, proposal.track, reason=reason)
        self._waiting.append(DueChoice(due_ns, choice))

    def _ask_next(self, t_ns: int) -> None:
        """One question after the other, each once."""
        if self._to_ask:
            option = self._to_ask.pop(0)
            self._waiting.append(DueChoice(after(t_ns, ASKS_AFTER_S), Choice(0, NAME, Decision.ASK, option=option)))

    def snapshot(self) -> dict[str, Any]:
        version, numbers, spare = self._rng.getstate()
        plain: dict[str, Any] = msgspec.to_builtins(
            OperatorState((version, list(numbers), spare), self._begun, self._waiting, self._to_ask)
        )
        return plain

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Raises msgspec.ValidationError if it is no snapshot of an operator."""
        state = msgspec.convert(snapshot, OperatorState)
        version, numbers, spare = state.random
        self._rng.setstate((version, tuple(numbers), spare))
        self._begun = state.begun
        self._waiting = state.waiting
        self._to_ask = state.to_ask
