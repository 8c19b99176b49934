"""The stand-in of a human at the screen knows what a human could see there, and nothing else."""

from __future__ import annotations

import numpy as np

from safeconduct.model.commands import Option, PhaseEntered, Propose
from safeconduct.model.events import Choice, NoteReleased
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Decision, Gesture, Phase, Posture
from safeconduct.sim.at_the_screen import OperatorAtScreen
from safeconduct.sim.scenario import OperatorWishes
from safeconduct.sim.scene import Act, Burst, Figure, Garb, Label, Scene, Shot, View

PICTURE = np.zeros((540, 960, 3), np.uint8)
VIEW = View(Enu(0.0, 0.0, 12.0), 0.0, -40.0)
BOX = (460.0, 220.0, 500.0, 320.0)
SAME = (Option("same", "The same person"), Option("no", "Somebody else"))


class Watching:
    """An operator before a screen, asked ten times a second."""

    def __init__(self) -> None:
        self.operator = OperatorAtScreen(OperatorWishes(), 1)
        self.t_ns = 10 * NS
        self.made: list[Choice] = []
        self.operator.consider(self.t_ns, [])

    def phase(self, phase: Phase) -> None:
        self.operator.consider(self.t_ns, [PhaseEntered(self.t_ns, phase, "test")])

    def sees(self, *figures: Figure, seconds: float = 4.0, seen: float = 1.0, box: tuple[float, ...] = BOX) -> None:
        x1, y1, x2, y2 = box
        for _ in range(round(seconds * 10.0)):
            self.t_ns += NS // 10
            labels = tuple(
                Label(f.key, (x1, y1, x2, y2), (), seen, y2 - y1, f.gesture, f.act, Posture.STANDING) for f in figures
            )
            tracks = [(7, BOX)] if figures else []
            self.operator.look(self.t_ns, Shot(self.t_ns, PICTURE, VIEW, labels), tracks, Scene(0.0, figures))
            self.made += self.operator.consider(self.t_ns, [])

    def unboxed(self, figure: Figure, seconds: float, seen: float = 1.0) -> int:
        """How often he draws a box about somebody whom the eyes do not see."""
        drawn = 0
        for _ in range(round(seconds * 10.0)):
            self.t_ns += NS // 10
            label = Label(figure.key, BOX, (), seen, 100.0, figure.gesture, figure.act, Posture.STANDING)
            shot = Shot(self.t_ns, PICTURE, VIEW, (label,))
            drawn += len(self.operator.look(self.t_ns, shot, [], Scene(0.0, (figure,))))
        return drawn

    def made_of(self, decision: Decision) -> list[Choice]:
        return [choice for choice in self.made if choice.decision is decision]


def person(gesture: Gesture | None = None, act: Act = Act.STAND, key: int = 1) -> Figure:
    return Figure(key, Garb(), Enu(0.0, 14.0, 0.0), 180.0, act, gesture=gesture, gesture_s=2.0)


def test_he_points_at_a_person_who_pleads_and_whom_the_eyes_have_boxed() -> None:
    watching = Watching()
    watching.sees(person(Gesture.ARMS_CROSSED))
    assert [c.track for c in watching.made_of(Decision.SELECT_PERSON)] == [7]


def test_a_body_that_is_hidden_or_too_small_tells_him_nothing() -> None:
    watching = Watching()
    watching.sees(person(Gesture.ARMS_CROSSED), seen=0.1)
    watching.sees(person(Gesture.ARMS_CROSSED), box=(470.0, 250.0, 480.0, 280.0))
    assert watching.made_of(Decision.SELECT_PERSON) == []


def test_he_picks_the_kind_answer_to_a_question_that_the_eyes_do_not_know() -> None:
    watching = Watching()
    watching.sees(person(Gesture.HANDS_UP))
    watching.phase(Phase.PARLEY)
    watching.sees(person(Gesture.THROAT), seconds=9.0)
    assert [c.option for c in watching.made_of(Decision.ANSWER)][:1] == ["throat/will-you-kill-me"]


def test_he_says_that_the_note_was_picked_up_only_when_he_has_seen_it() -> None:
    watching = Watching()
    watching.sees(person(Gesture.HANDS_UP))
    watching.phase(Phase.PARLEY)
    watching.operator.consider(watching.t_ns, [], [NoteReleased(watching.t_ns, 1, "slot")])
    watching.sees(person(act=Act.CRAWL))
    assert watching.made_of(Decision.CONFIRM_PICKED_UP) == []
    watching.sees(person(act=Act.READ))
    assert [c.option for c in watching.made_of(Decision.CONFIRM_PICKED_UP)] == ["yes"]


def test_asked_whether_it_is_the_same_person_he_looks_at_the_person() -> None:
    watching = Watching()
    watching.sees(person(Gesture.HANDS_UP))
    select = Choice(watching.t_ns, "operator-1", Decision.SELECT_PERSON, track=7)
    watching.operator.consider(watching.t_ns, [], [select])
    answers = []
    for proposal, key in ((1, 1), (2, 5)):
        watching.sees(person(key=key), seconds=0.2)
        ask = Propose(watching.t_ns, proposal, Decision.CONFIRM_PERSON, "The same?", SAME, track=7)
        watching.operator.consider(watching.t_ns, [ask])
        watching.made.clear()
        watching.sees(seconds=8.0)
        answers += [c.option for c in watching.made_of(Decision.CONFIRM_PERSON)]
    assert answers == ["same", "no"]


def test_he_draws_a_box_about_a_person_who_pleads_when_the_eyes_do_not_see_him() -> None:
    assert Watching().unboxed(person(Gesture.HANDS_UP), 3.0) == 1
    assert Watching().unboxed(person(Gesture.HANDS_UP), 3.0, seen=0.1) == 0
    assert Watching().unboxed(person(), 3.0) == 0


def test_while_leading_he_draws_a_box_about_the_one_he_leads_and_nobody_else() -> None:
    watching = Watching()
    watching.sees(person(Gesture.HANDS_UP))
    select = Choice(watching.t_ns, "operator-1", Decision.SELECT_PERSON, track=7)
    watching.operator.consider(watching.t_ns, [], [select])
    watching.phase(Phase.LEAD)
    assert watching.unboxed(person(key=101), 6.0) == 0
    assert watching.unboxed(person(), 6.0) == 2


def test_a_shell_is_reported_once_with_its_place_only_when_it_is_on_the_screen() -> None:
    watching = Watching()
    for east, north in ((0.0, 15.0), (200.0, -100.0), (2000.0, 0.0)):
        burst = Burst(Enu(east, north, 0.0), 0.2)
        for _ in range(50):
            watching.t_ns += NS // 10
            shot = Shot(watching.t_ns, PICTURE, VIEW, ())
            watching.operator.look(watching.t_ns, shot, [], Scene(0.0, bursts=(burst,)))
            watching.made += watching.operator.consider(watching.t_ns, [])
    reported = watching.made_of(Decision.REPORT_IMPACT)
    assert [c.position is not None for c in reported] == [True, False]
