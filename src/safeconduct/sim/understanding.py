"""What a signal does to the person: an answer to what he asked, a reason to trust, a thing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeconduct.model.vocabulary import Gesture, Signal
from safeconduct.sim.body import TAKEN_OVER, Doing

if TYPE_CHECKING:
    from safeconduct.sim.person import Person

REPEAT_S = 15.0
"""The same answer within this time is one answer said twice; the contrary one makes both doubtful."""
QUESTION_OPEN_S = 60.0
KNOWS_FOLLOW_BY_PICTURES, KNOWS_FOLLOW_BY_WORDS = 0.92, 0.99
"""How likely who has read the note takes FOLLOW for what it is, each time (assumed)."""
_DONE = frozenset({Doing.SURRENDERS, Doing.LIES_DOWN, Doing.ARRIVED, Doing.LIES_HURT, *TAKEN_OVER})
_CAN_BE_LED = frozenset({Doing.PLEADS, Doing.ASKS, Doing.READY, Doing.TURNS_BACK, Doing.PAUSES, Doing.FOLLOWS})


def understand(person: Person, t_s: float, signal: Signal, near_reception: bool) -> None:
    """Take a signal that was read. near_reception: receivers stand where a person who is told HERE would look."""
    s = person.state
    if s.doing in _DONE:
        return
    if signal is Signal.YES or signal is Signal.NO:
        _answer(person, t_s, signal)
    elif signal is Signal.FOLLOW:
        _follow(person, t_s)
    elif signal is Signal.STOP:
        o = person.onlooker.state
        s.halted_at = (o.east, o.north)
        s.halted_until_s = t_s + person.rng.uniform(25.0, 40.0)
    elif signal is Signal.COVER:
        if s.read_note:
            known = 0.95 if person.reads_words else 0.8
        else:
            known = 0.75 if person.onlooker.state.light.quick >= 2 else 0.3
        if person.rng.random() < known:
            person.take_cover(t_s)
    elif signal is Signal.HERE:
        if near_reception:
            person.surrender(t_s)
        else:
            s.hesitates_until_s = t_s + 12.0
    else:  # ATTEND and WAIT: to be seen and waited for calms
        s.fear = max(0.1, s.fear - 0.02)


def _answer(person: Person, t_s: float, signal: Signal) -> None:
    s = person.state
    before, before_s = s.heard, s.heard_s
    s.heard, s.heard_s = signal, t_s
    if before is not None and t_s - before_s < REPEAT_S:
        if before is not signal:
            s.heard = None
            person.show(t_s, Gesture.HANDS_CLASPED, 3.0)
        return
    asked = s.asked if t_s - s.asked_s < QUESTION_OPEN_S else None
    if asked is Gesture.THROAT and signal is Signal.YES:
        # "Yes" to "will you kill me?".
        s.fear = 1.0
        s.trust = max(0.0, s.trust - 0.25)
        person.show(t_s, Gesture.ARMS_CROSSED, 6.0)
        s.next_gesture_s = t_s + 20.0
        return
    if asked is None and signal is Signal.NO:
        s.trust = max(0.0, s.trust - 0.03)
        return
    good = (signal is Signal.NO) == (asked is Gesture.THROAT)
    if good:
        s.trust = min(1.0, s.trust + (0.2 if asked is Gesture.THROAT else 0.1))
        s.fear = max(0.1, s.fear - 0.15)
        s.asked = None
        s.answered = s.answered or asked is Gesture.THROAT or s.doing is not Doing.ASKS or asked in person.traits.asks
        _thumb(person, t_s)
    else:
        s.trust = max(0.0, s.trust - 0.06)
        person.show(t_s, Gesture.HANDS_CLASPED, 3.0)


def _follow(person: Person, t_s: float) -> None:
    s = person.state
    by_note = KNOWS_FOLLOW_BY_WORDS if person.reads_words else KNOWS_FOLLOW_BY_PICTURES
    known = by_note if s.read_note else person.traits.knows_follow
    if person.rng.random() > known:
        return
    if person.traits.cannot_walk:
        if s.gesture is None:  # he would, and cannot
            person.show(t_s, Gesture.POINT_LEG, 4.0)
        return
    if s.doing is Doing.COWERS:
        if not person.menaced and t_s >= s.act_until_s:
            person.go_after(t_s)
        return
    if s.doing is Doing.TAKES_COVER:
        if t_s - s.last_shell_s >= 5.0 and s.before in _CAN_BE_LED:
            person.go_after(t_s)
        return
    if s.doing not in _CAN_BE_LED:
        return
    s.halted_at = None
    if s.doing is Doing.FOLLOWS or (s.doing is Doing.PAUSES and s.act_until_s - t_s > 5.0):
        return
    if s.trust < (0.4 if s.read_note else 0.5):
        # He has understood, and does not dare yet.
        s.trust += 0.08
        person.show(t_s, Gesture.HANDS_CLASPED, 3.0)
        return
    s.trust = min(1.0, s.trust + 0.05)
    _thumb(person, t_s)
    person.go_after(t_s)


def _thumb(person: Person, t_s: float) -> None:
    s = person.state
    person.show(t_s, Gesture.THUMB_UP, 3.0)
    s.next_gesture_s = max(s.next_gesture_s, t_s + 6.0)
