"""What the law asks of such a mission, and what the record shows of it. A "no" is for a human to explain.

Articles are cited as FIELD facts of this project have them; check the treaty's text before you quote it.
"""

from __future__ import annotations

from typing import NamedTuple

from safeconduct.copies.original import Original
from safeconduct.model.commands import MissionClosed, PhaseEntered, Release, RequestNoFire, Speak
from safeconduct.model.events import Choice, Impact, NoFireAcknowledged, NoFireLost, ReceiverConfirmed, Sighting
from safeconduct.model.vocabulary import Phase


class Row(NamedTuple):
    """answer: yes, no, not shown, a number; by rule: the program cannot do otherwise. evidence: lines of the log."""

    article: str
    asks: str
    answer: str
    evidence: str


class _Seen:
    """First lines of what the rules ask about."""

    def __init__(self, original: Original) -> None:
        self.first: dict[str, int] = {}
        self.choices = self.impacts = self.waits = 0
        self.t_ns: dict[str, int] = {}
        for line, value in enumerate(original.values(), 1):
            self._take(line, value)

    def _take(self, line: int, value: object) -> None:
        name = ""
        if isinstance(value, PhaseEntered):
            name = f"phase {value.phase.value}"
            self.waits += value.phase in (Phase.WAIT, Phase.COVER)
        elif isinstance(value, Choice):
            self.choices += 1
            name = "choice"
        elif isinstance(value, Impact):
            self.impacts += 1
        elif isinstance(value, Sighting) and value.gestures:
            name = "gesture"
        elif isinstance(
            value, (NoFireAcknowledged, NoFireLost, Release, RequestNoFire, Speak, ReceiverConfirmed, MissionClosed)
        ):
            name = type(value).__name__
        if name and name not in self.first:
            self.first[name] = line
            self.t_ns[name] = value.t_ns  # type: ignore[attr-defined]

    def at(self, name: str) -> str:
        return f"line {self.first[name]}" if name in self.first else "—"


def checklist(original: Original) -> list[Row]:
    seen = _Seen(original)
    offered = "phase offered" in seen.first
    ack = seen.first.get("NoFireAcknowledged")
    promise = min((seen.first[n] for n in ("Release", "Speak") if n in seen.first), default=None)
    handed = "ReceiverConfirmed" in seen.first
    closed = "MissionClosed" in seen.first
    return [
        Row(
            "AP I 41",
            "Protected from the first clear expression on",
            "yes" if offered else "not shown",
            f"first gesture {seen.at('gesture')}, protection {seen.at('phase offered')}",
        ),
        Row(
            "AP I 41",
            "Own side asked to hold its fire, and a named unit acknowledged",
            "yes" if ack is not None else "not shown",
            f"asked {seen.at('RequestNoFire')}, acknowledged {seen.at('NoFireAcknowledged')}",
        ),
        Row(
            "AP I 37",
            "No promise before that acknowledgement",
            "not shown" if promise is None else "yes" if ack is not None and ack < promise else "no",
            f"acknowledged {seen.at('NoFireAcknowledged')}, note {seen.at('Release')}, voice {seen.at('Speak')}",
        ),
        Row("AP I 40", "No threat in what was said or dropped", "by rule", "phrases and notes pass `say --check`"),
        Row("AP I 38", "No protective emblem on note or aircraft", "by rule", "notes carry none; see the note's file"),
        Row(
            "—",
            "A human decided; the program refused nobody",
            f"{seen.choices} decisions",
            f"first {seen.at('choice')}",
        ),
        Row(
            "GC III 17",
            "Nothing asked of the person but what the law allows",
            "by rule",
            "questions are those of the vocabulary, closed and answered by a gesture",
        ),
        Row("GC III 18", "Helmet, mask and protective gear stay with him", "by rule", "stands on the note"),
        Row(
            "GC III 19, 20",
            "Led out at his own pace, not exposed while waiting",
            f"{seen.waits} waits, {seen.impacts} impacts",
            f"first wait {seen.at('phase wait')}, first cover {seen.at('phase cover')}",
        ),
        Row(
            "GC III 13",
            "Handed to somebody who confirmed it; not exposed",
            "yes" if handed else "not shown",
            f"confirmed {seen.at('ReceiverConfirmed')}",
        ),
        Row(
            "—",
            "Protection ended by a human with a reason",
            "yes" if closed else "not shown",
            seen.at("MissionClosed"),
        ),
    ]
