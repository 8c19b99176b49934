"""What the operator decides unasked is told as he would say it."""

from __future__ import annotations

import pytest

from safeconduct.model.events import Choice
from safeconduct.model.vocabulary import Decision
from safeconduct.station.plain_words import unasked


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (
            Choice(0, "a", Decision.ANSWER, option="throat/will-you-kill-me"),
            "sees THROAT, understands “Will you kill me?” → No. You will not be killed.",
        ),
        (Choice(0, "a", Decision.SHOW, option="follow"), "show FOLLOW"),
        (Choice(0, "a", Decision.SELECT_PERSON, track=3), "this person: select and protect"),
        (Choice(0, "a", Decision.CONFIRM_PICKED_UP, option="yes"), "he has picked the note up"),
        (Choice(0, "a", Decision.STAY, option="stay"), "stay with him"),
        (Choice(0, "a", Decision.ANSWER, option="throat/none"), "show THROAT/NONE"),
    ],
)
def test_an_unasked_decision_reads_as_a_sentence(choice: Choice, words: str) -> None:
    assert unasked(choice) == words
