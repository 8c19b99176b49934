"""One step in the making: the state so far and the commands so far. Lives only inside `step`."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import Asked, MissionState
from safeconduct.model.commands import Alert, Command, Option, Propose
from safeconduct.model.mission_time import after
from safeconduct.model.vocabulary import Decision, Gesture

ASK_AGAIN_S = 15.0


class Turn:
    """Collects what one event changes and commands."""

    __slots__ = ("commands", "effects", "state")

    def __init__(self, state: MissionState) -> None:
        self.state = state
        self.commands: list[Command] = []
        self.effects: set[Effect] = set()

    def set(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def set_aircraft(self, **changes: Any) -> None:
        self.state = replace(self.state, aircraft=replace(self.state.aircraft, **changes))

    def set_person(self, **changes: Any) -> None:
        if self.state.person is not None:
            self.state = replace(self.state, person=replace(self.state.person, **changes))

    def set_note(self, stage: str) -> None:
        self.state = replace(self.state, note=replace(self.state.note, stage=stage, since_t_ns=self.state.t_ns))

    def note_failed(self) -> None:
        note = self.state.note
        self.set(note=replace(note, stage="failed", since_t_ns=self.state.t_ns, failures=note.failures + 1))

    def command(self, command: Command) -> None:
        self.commands.append(command)

    def alert(self, level: str, name: str, words: str) -> None:
        self.commands.append(Alert(self.state.t_ns, level, name, words))

    def propose(
        self,
        decision: Decision,
        words: str,
        options: tuple[Option, ...] = (),
        *,
        gesture: Gesture | None = None,
        track: int | None = None,
    ) -> None:
        """Ask the operator, once: while the question stands open, or was just answered, nothing is asked again."""
        state = self.state
        if self.was_just_answered(decision, track):
            return
        if any(a.decision is decision and a.gesture is gesture and a.track == track for a in state.asked):
            return
        number = state.next_proposal
        asked = Asked(number, decision, tuple(o.key for o in options), gesture, track, state.t_ns)
        self.set(asked=(*state.asked, asked), next_proposal=number + 1)
        self.commands.append(Propose(state.t_ns, number, decision, words, options, track))

    def was_just_answered(self, decision: Decision, track: int | None = None) -> bool:
        t_ns = self.state.t_ns
        return any(d is decision and k == track and t_ns < after(t, ASK_AGAIN_S) for d, k, t in self.state.answered)

    def withdraw(self, *decisions: Decision) -> None:
        """Questions that events have overtaken are no longer open."""
        kept = tuple(a for a in self.state.asked if a.decision not in decisions)
        if len(kept) != len(self.state.asked):
            self.set(asked=kept)

    def is_asked(self, decision: Decision) -> bool:
        return any(a.decision is decision for a in self.state.asked)
