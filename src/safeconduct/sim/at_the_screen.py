"""The scripted operator when there are pictures: a stand-in for a human who looks at the crew's screen.

He sees what is in the picture and large and open enough for a human, and hears shells fall. He decides as the scripted
operator does, and adds what a human adds to eyes that do not know every gesture: he draws a box about a person who
pleads, picks the question he understands, says that the note was picked up, reports a shell, and looks twice before he
says that a person who comes back is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot
from random import Random

import msgspec

from safeconduct.model.commands import Command, PhaseEntered, Propose
from safeconduct.model.events import Choice, Event, Impact, LightPresent, NoteReleased
from safeconduct.model.mission_time import NS, after, seconds_between
from safeconduct.model.vocabulary import ESCORT_PHASES, PROTECTIVE_GESTURES, Decision, Gesture, Phase
from safeconduct.perception import in_picture
from safeconduct.signals import GESTURES
from safeconduct.sim.operator import NAME, DueChoice, ScriptedOperator
from safeconduct.sim.scenario import OperatorWishes, Scenario
from safeconduct.sim.scene import Act, Held, Label, Scene, Shot

READS_PX, READS_SEEN = 36.0, 0.3
"""A human names a gesture on a body of so many px of which so much is not hidden (assumed; machines need 80 px)."""
READS_AFTER_S = 0.8
POINTS_AFTER_S = 2.5
"""So long he waits for the eyes to see a person before he draws a box about him (assumed)."""
HEARS_M = 400.0
"""The crew hears a shell fall this near to where the aircraft looks (assumed)."""
_ANSWERS_AGAIN_S = 45.0
_SELECTS_AGAIN_S = 6.0
_LOOKS_AGAIN_S = 0.5
_TALKING = frozenset({Phase.PARLEY, Phase.WAIT, Phase.STAY, Phase.COVER, Phase.DISCERNED})

Box = tuple[float, float, float, float]


class OperatorAtScreen(ScriptedOperator):
    """`look` shows him the screen; `consider` asks him, as it asks the scripted operator.

    pointed_out: how often he has drawn a box about a person whom the eyes did not see.
    """

    def __init__(self, scenario: Scenario | OperatorWishes, seed: int) -> None:
        super().__init__(scenario, seed)
        self._chance = Random(seed ^ 0x5C4EE)
        self._phase = Phase.WATCH
        self._who: dict[int, int] = {}  # the eyes' number → the person in the picture, as a human sees it
        self._led: int | None = None
        self._done_t_ns: dict[str, int] = {}
        self._note_is_out = False
        self._no_light = False
        self._holds_note = False
        self._bursts: set[tuple[float, float]] = set()
        self._eyes_saw_impact_t_ns = 0
        self._unasked: list[DueChoice] = []
        self._missed_since_t_ns: dict[int, int] = {}
        self.pointed_out = 0

    def look(self, t_ns: int, shot: Shot, boxes: Iterable[tuple[int, Box]], scene: Scene) -> list[Box]:
        """The screen as it stands: a picture with the eyes' numbered boxes. scene: for what he hears, not sees.

        Returns the boxes that he draws about people whom the eyes do not see.
        """
        boxed: set[int] = set()
        for track, box in boxes:
            key = _same(box, shot.labels)
            if key is not None:
                self._who[track] = key
                boxed.add(key)
        drawn: list[Box] = []
        for label in shot.labels:
            if label.seen >= READS_SEEN and label.height_px >= READS_PX:
                self._read(t_ns, label, scene)
                if label.key in boxed or not self._would_point_at(label):
                    self._missed_since_t_ns.pop(label.key, None)
                elif seconds_between(self._missed_since_t_ns.setdefault(label.key, t_ns), t_ns) >= POINTS_AFTER_S:
                    del self._missed_since_t_ns[label.key]
                    drawn.append(label.box)
        self._shells(t_ns, shot, scene)
        self.pointed_out += len(drawn)
        return drawn

    def _would_point_at(self, label: Label) -> bool:
        """The one whom he leads; before that, whoever pleads."""
        if self._phase is Phase.WATCH:
            return label.gesture in PROTECTIVE_GESTURES
        return label.key == self._led and self._phase is not Phase.CLOSED

    def _read(self, t_ns: int, label: Label, scene: Scene) -> None:
        figure = next((f for f in scene.figures if f.key == label.key), None)
        if figure is None:
            return
        held_s = figure.gesture_s
        if self._phase is Phase.WATCH:
            pleads = label.gesture in PROTECTIVE_GESTURES and held_s >= READS_AFTER_S
            track = next((t for t, key in self._who.items() if key == label.key), None)
            if pleads and track is not None and self._fresh(t_ns, "select", _SELECTS_AGAIN_S):
                self._later(t_ns, Choice(0, NAME, Decision.SELECT_PERSON, track=track), (1.0, 2.5))
            return
        if figure.act is Act.READ or figure.held is Held.NOTE:  # he, or one of those who came with him
            self._holds_note = True
            if self._note_is_out and self._phase is Phase.PARLEY and self._fresh(t_ns, "picked up", 600.0):
                self._later(t_ns, Choice(0, NAME, Decision.CONFIRM_PICKED_UP, option="yes"), (1.0, 2.0))
        if self._led is not None and label.key != self._led:
            return
        if label.gesture is None or held_s < READS_AFTER_S:
            return
        if label.gesture is Gesture.POINT_LEG and self._phase in _TALKING | ESCORT_PHASES:
            if self._phase is not Phase.STAY and self._fresh(t_ns, "leg", _ANSWERS_AGAIN_S):
                self._later(t_ns, Choice(0, NAME, Decision.STAY, option="stay"), (1.5, 3.0))
            return
        readings = GESTURES[label.gesture].readings
        if not readings or self._phase not in _TALKING:
            return
        if label.gesture is Gesture.CODE_PROPOSAL and self._no_light:
            return
        if self._fresh(t_ns, f"answer {label.gesture}", _ANSWERS_AGAIN_S / 3.0):
            option = f"{label.gesture.value}/{readings[0].key}"
            self._later(t_ns, Choice(0, NAME, Decision.ANSWER, option=option), self._wishes.answers_s)

    def _shells(self, t_ns: int, shot: Shot, scene: Scene) -> None:
        """A burst on the screen is reported at once, one that is only heard a little later and without a place."""
        high, wide = shot.picture.shape[:2]
        for burst in scene.bursts:
            place = (burst.position.east, burst.position.north)
            if place in self._bursts:
                continue
            self._bursts.add(place)
            if seconds_between(self._eyes_saw_impact_t_ns, t_ns) < 4.0:
                continue
            at = in_picture(shot.view, burst.position, wide, high)
            seen = at is not None and 0.0 <= at[0] < wide and 0.0 <= at[1] < high
            eye = shot.view.position
            away_m = hypot(place[0] - eye.east, place[1] - eye.north)
            if (seen or away_m <= HEARS_M) and self._fresh(t_ns, "impact", 2.0):
                where = burst.position if seen else None
                choice = Choice(0, NAME, Decision.REPORT_IMPACT, position=where)
                self._later(t_ns, choice, (0.6, 1.2) if seen else (1.0, 2.0))

    def consider(self, t_ns: int, commands: Iterable[Command], events: Iterable[Event] = ()) -> list[Choice]:
        commands, events = list(commands), list(events)
        for event in events:
            if isinstance(event, NoteReleased):
                self._note_is_out, self._holds_note = True, False
            elif isinstance(event, LightPresent):
                self._no_light = not event.present
            elif isinstance(event, Impact):
                self._eyes_saw_impact_t_ns = t_ns
            elif isinstance(event, Choice) and (event.decision is Decision.SELECT_PERSON or event.option == "same"):
                self._led = self._who.get(event.track or 0, self._led)
        for command in commands:
            if isinstance(command, PhaseEntered):
                self._phase = command.phase
        self._look_again(t_ns)
        choices = super().consider(t_ns, commands, events)
        ready = [due for due in self._unasked if due.due_ns <= t_ns]
        self._unasked = [due for due in self._unasked if due.due_ns > t_ns]
        return [*choices, *(msgspec.structs.replace(due.choice, t_ns=t_ns) for due in ready)]

    def _answer(self, t_ns: int, proposal: Propose) -> None:
        super()._answer(t_ns, proposal)
        better = self._looks_twice(proposal)
        if better is not None:
            for due in self._waiting:
                if due.choice.proposal == proposal.proposal:
                    due.choice = msgspec.structs.replace(due.choice, option=better)

    def _look_again(self, t_ns: int) -> None:
        """Asked who somebody is, he answers by what stands on the screen then; who cannot tell yet looks on."""
        for due in self._waiting:
            if due.choice.decision is not Decision.CONFIRM_PERSON or due.due_ns > t_ns:
                continue
            key = self._who.get(due.choice.track or 0)
            if key is None:
                due.due_ns = after(t_ns, _LOOKS_AGAIN_S)
            else:
                due.choice = msgspec.structs.replace(due.choice, option="same" if key == self._led else "no")

    def _looks_twice(self, proposal: Propose) -> str | None:
        """What he answers from the screen rather than by habit; None: by habit."""
        if proposal.decision is Decision.CONFIRM_PICKED_UP:
            return "yes" if self._holds_note else "no"
        if proposal.decision is Decision.CONFIRM_PERSON and proposal.track is not None:
            key = self._who.get(proposal.track)
            return "same" if key is not None and key == self._led else "no"
        return None

    def _fresh(self, t_ns: int, what: str, again_s: float) -> bool:
        if seconds_between(self._done_t_ns.get(what, -(10**15)), t_ns) < again_s:
            return False
        self._done_t_ns[what] = t_ns
        return True

    def _later(self, t_ns: int, choice: Choice, within_s: tuple[float, float]) -> None:
        tenths = round(self._chance.uniform(*within_s) * 10.0)
        self._unasked.append(DueChoice(after(t_ns, 0.0) + tenths * (NS // 10), choice))


def _same(box: Box, labels: Iterable[Label]) -> int | None:
    """Whose body the eyes' box is about: the largest overlap of at least a quarter of the two together."""
    best, most = None, 0.25
    for label in labels:
        a, b = box, label.box
        both = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both
        if union > 0.0 and both / union > most:
            best, most = label.key, both / union
    return best
