"""What the crew may ask him: each so that one gesture answers it, and so that YES is the safe answer.

A yes that was none must do no harm. "You cannot walk? Raise one hand" is asked, never "can you walk?": who raises his
hand by chance is stayed with, and the note says the same of the same hand (FIELD section 5, rules 1 and 4).

No motion asks a question by itself. It turns to him and holds (ATTEND) while the words are said; where words do not
reach him one slow circle (NOT_UNDERSTOOD) asks him to show it again.
"""

from __future__ import annotations

import msgspec

from safeconduct.model.vocabulary import Gesture, Signal


class Form(msgspec.Struct, frozen=True):
    """One way to ask: a phrase of `PHRASES` beside a signal."""

    phrase: str
    signal: Signal


class Question(msgspec.Struct, frozen=True):
    """words: as the operator picks it. yes: gestures that answer it with yes. if_yes: what is then taken for true.

    first: asked, and asked once more. otherwise: the same in other words, led by motion.
    """

    key: str
    words: str
    first: Form
    otherwise: Form
    yes: frozenset[Gesture]
    if_yes: str


_HAND = frozenset({Gesture.ONE_HAND_UP, Gesture.THUMB_UP})


def _question(
    key: str, words: str, first: str, otherwise: str, if_yes: str, also: frozenset[Gesture] = frozenset()
) -> Question:
    shown, again = Form(first, Signal.ATTEND), Form(otherwise, Signal.NOT_UNDERSTOOD)
    return Question(key, words, shown, again, _HAND | also, if_yes)


QUESTIONS: dict[str, Question] = {
    row.key: row
    for row in (
        _question(
            "cannot-walk",
            "Can you not walk?",
            "cannot-walk-question",
            "legs-question",
            "he cannot walk: stay with him, help comes to him",
            frozenset({Gesture.POINT_LEG}),
        ),
        _question(
            "wounded",
            "Are you wounded?",
            "wounded-question",
            "bleeding-question",
            "he is wounded: the receiving medics must know",
            frozenset({Gesture.POINT_WOUND, Gesture.POINT_LEG}),
        ),
        _question(
            "how-many",
            "How many are you?",
            "how-many",
            "others-question",
            "he is not alone: look for the others, all are protected",
            frozenset({Gesture.COUNT}),
        ),
        _question(
            "mean-yes",
            "Do you mean yes?",
            "mean-yes-question",
            "show-again-question",
            "he means yes",
            frozenset({Gesture.NOD}),
        ),
        _question(
            "understood",
            "Do you understand?",
            "understood-question",
            "understood-again-question",
            "he has understood",
            frozenset({Gesture.NOD}),
        ),
        _question("rest", "Do you want to rest?", "rest-question", "tired-question", "he wants to rest: wait with him"),
    )
}
"""Every question by its key. None of them asks for names, units or places (GC III 17), and none promises anything."""
