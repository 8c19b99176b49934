"""What an answer on the chat means: only a line that names the request's code, from a unit that the operator named.

A delivery receipt, a relay's echo, "roger" to something else: none of them is an acknowledgement.
"""

from __future__ import annotations

import re
from enum import Enum

LONGEST = 200
"""Characters; a longer line is no answer."""


class Answer(Enum):
    HOLDS = "holds its fire"
    UNABLE = "cannot hold its fire"
    NONE = "no answer"


_YES = "ACK|ACKNOWLEDGED|WILCO|HOLDING|ПРИЙНЯВ|ПРИЙНЯЛИ|ПІДТВЕРДЖУЮ|ПРИНЯЛ|ПОДТВЕРЖДАЮ"
_NO = "UNABLE|NACK|NEGATIVE|CANCEL|NOT HOLDING|НЕ МОЖУ|ВІДМОВА|СКАСОВУЮ|НЕ МОГУ|ОТКАЗ|ОТМЕНА"
_LINE = re.compile(rf"\W*(?:(?P<yes>{_YES})|(?P<no>{_NO}))\W+(?P<code>\d{{4}})(?!\d)[^?]*", re.IGNORECASE)


def read_answer(text: str, code: str) -> Answer:
    """Of one chat line; a question is none."""
    if len(text) > LONGEST:
        return Answer.NONE
    found = _LINE.fullmatch(text.strip())
    if found is None or found["code"] != code:
        return Answer.NONE
    return Answer.HOLDS if found["yes"] else Answer.UNABLE
