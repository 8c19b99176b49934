"""A report for a commander, an investigator or a court: what happened, in order, with pictures that expose nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from safeconduct.copies.law_checklist import checklist
from safeconduct.copies.original import Original, Picture
from safeconduct.copies.redacted import Redactor
from safeconduct.copies.sheets import INNER_MM, MARGIN_MM, Sheets
from safeconduct.model.commands import Alert, MissionClosed, PhaseEntered, Propose
from safeconduct.model.events import (
    Choice,
    Impact,
    MissionResumed,
    NoFireAcknowledged,
    NoFireLost,
    NoteLanded,
    NotePickedUp,
    ReceiverConfirmed,
    SignalShown,
    Spoken,
)
from safeconduct.witness import Verification, moment

STILLS = 8
_STILL_LEAD_S = 4.0


class Moment(NamedTuple):
    line: int
    t_ns: int
    who: str
    words: str
    is_choice: bool = False


def timeline(original: Original) -> list[Moment]:
    """What a reader must know, in order: phases, decisions, signals, impacts, words; without places and readings."""
    out: list[Moment] = []
    asked: dict[int, str] = {}
    for line, value in enumerate(original.values(), 1):
        said = ("", "")
        if isinstance(value, PhaseEntered):
            said = ("mission", f"{value.phase.value.upper()} ({value.why})")
        elif isinstance(value, Propose):
            asked[value.proposal] = value.words
        elif isinstance(value, Choice):
            about = asked.get(value.proposal, "")
            reason = f", because: {value.reason}" if value.reason else ""
            option = f": {value.option}" if value.option else ""
            said = (value.operator, f"{value.decision.value}{option}{f' ({about})' if about else ''}{reason}")
        elif isinstance(value, SignalShown):
            what = f"{value.signal.value} by {value.channel.value}"
            said = ("aircraft", f"{what}: shown" if value.ok else f"{what}: NOT shown, {value.why}")
        elif isinstance(value, Spoken):
            said = ("voice", f"“{value.text}” ({value.language}){'' if value.ok else ': NOT heard out, ' + value.why}")
        elif isinstance(value, Impact):
            said = ("impact", f"seen by {value.source}")
        elif isinstance(value, NoFireAcknowledged):
            said = (value.unit, "holds its fire")
        elif isinstance(value, NoFireLost):
            said = (value.unit, f"no longer holds its fire: {value.why}")
        elif isinstance(value, NoteLanded):
            said = ("note", "landed")
        elif isinstance(value, NotePickedUp):
            said = ("note", f"picked up ({value.source})")
        elif isinstance(value, ReceiverConfirmed):
            said = (value.unit, f"has {value.persons} person(s){', ' + value.condition if value.condition else ''}")
        elif isinstance(value, Alert) and value.level == "alarm":
            said = ("alarm", value.words)
        elif isinstance(value, MissionResumed):
            said = ("program", f"resumed after {value.gap_s:.0f} s: {value.cause}")
        elif isinstance(value, MissionClosed):
            said = ("mission", f"closed: {value.outcome.value} {value.reason}".rstrip())
        if said[0]:
            out.append(Moment(line, value.t_ns, *said, isinstance(value, Choice)))
    return out


def write_report(
    original: Original, out: Path, said: Verification, *, covered: bool, told: Callable[[int], None] = lambda _: None
) -> int:
    """Write it as PDF; returns the pages. said: what `verify` found. covered: heads and persons in stills are covered.

    Raises BadInput.
    """
    moments = timeline(original)
    opened = original.opened
    with Sheets("Report of a mission", f"record {original.sealed[:16] or 'not sealed'} · {opened.scenario}") as sheets:
        sheets.page()
        sheets.heading("Report of a mission", 20.0)
        began = moments[0].t_ns if moments else opened.t_ns
        ended = moments[-1].t_ns if moments else opened.t_ns
        close = next((m.words for m in reversed(moments) if m.words.startswith("closed")), "not closed")
        sheets.table(
            [
                ("", ""),
                ("Plan", f"{opened.plan.name} · {opened.scenario or 'no scenario'}"),
                ("Began", f"{moment(opened.t_ns)} (UTC, station's clock)"),
                ("Lasted", f"{(ended - min(began, opened.t_ns)) / 6e10:.1f} minutes"),
                ("Ended", close),
                ("Vehicle", opened.vehicle or "—"),
                ("Software", opened.software or "—"),
                ("Eyes", opened.eyes or "—"),
                ("Record", f"{said.entries} entries, {said.fragments} fragments of film"),
                ("Integrity", _integrity(said)),
                ("This report", f"made {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {_stills_say(covered)}"),
            ],
            (32.0, INNER_MM - 32.0),
        )
        sheets.heading("What the law asks, and what the record shows")
        rows = [("Article", "Asks", "Answer", "Evidence in log.jsonl"), *checklist(original)]
        sheets.table(rows, (23.0, 65.0, 30.0, INNER_MM - 118.0))
        if original.films:
            _stills(sheets, original, moments, covered=covered, told=told)
        sheets.heading("Decisions of humans")
        decided = [("Time", "Who", "What", "Line")]
        decided += _rows(original, [m for m in moments if m.is_choice])
        sheets.table(decided, (18.0, 28.0, INNER_MM - 60.0, 14.0))
        sheets.heading("Signals shown to the person")
        shown = [("Time", "", "What", "Line")]
        shown += _rows(original, [m for m in moments if m.who in ("aircraft", "voice", "note")])
        sheets.table(shown, (18.0, 28.0, INNER_MM - 60.0, 14.0))
        sheets.heading("Timeline")
        sheets.text("Minutes and seconds since the mission was opened. The number at the end is the line in log.jsonl.")
        rest = [("Time", "Who", "What", "Line")]
        rest += _rows(original, moments)
        sheets.table(rest, (18.0, 28.0, INNER_MM - 60.0, 14.0))
        return sheets.write(out)


def _rows(original: Original, moments: list[Moment]) -> list[tuple[str, str, str, str]]:
    return [(_clock(m, original.opened.t_ns), m.who, m.words, str(m.line)) for m in moments]


def _integrity(said: Verification) -> str:
    if not said.ok:
        return f"NOT as written: {len(said.problems)} problems, first {said.problems[0].file} {said.problems[0].at}"
    if said.sealed:
        stamped = f", time-stamped {said.time_stamp}" if said.time_stamp else ", not time-stamped by others"
        return f"as written; sealed {said.sealed_at} by {said.station}{stamped}; certificate {said.certificate}"
    return "as written by its chains; not sealed"


def _stills_say(covered: bool) -> str:
    return "heads or persons in the stills are covered" if covered else "PERSONS CAN BE RECOGNISED in the stills"


def _clock(m: Moment, began_t_ns: int) -> str:
    s = max(0, m.t_ns - began_t_ns) / 1e9
    return f"{int(s // 60):02d}:{s % 60:04.1f}"


def _stills(
    sheets: Sheets, original: Original, moments: list[Moment], *, covered: bool, told: Callable[[int], None]
) -> None:
    """One picture for each of the moments that matter most."""
    wanted = [m for m in moments if m.who in ("mission", "impact")] or moments
    step = max(1, len(wanted) / STILLS)
    chosen = [wanted[round(i * step)] for i in range(min(STILLS, len(wanted))) if round(i * step) < len(wanted)]
    sheets.page()
    sheets.heading("Pictures")
    sheets.text(_stills_say(covered).capitalize() + ". Times as in the timeline.")
    left, top, width, high = MARGIN_MM, sheets.pdf.get_y() + 1.0, (INNER_MM - 6.0) / 2, 0.0
    for n, (m, picture) in enumerate(_pictures_at(original, chosen, covered=covered, told=told)):
        x = left + (n % 2) * (width + 6.0)
        high = width * picture.shape[0] / picture.shape[1]
        if n % 2 == 0 and top + high + 12.0 > 275.0:
            sheets.page()
            top = MARGIN_MM
        sheets.picture(picture, x, top, width)
        sheets.pdf.set_xy(x, top + high + 0.5)
        sheets.use("en", 7.5, 60)
        sheets.pdf.multi_cell(width, 3.6, f"{_clock(m, original.opened.t_ns)}  {m.words}"[:110])
        if n % 2 == 1:
            top += high + 11.0
    sheets.pdf.set_xy(left, top + (high + 11.0 if high else 0.0))


def _pictures_at(
    original: Original, chosen: list[Moment], *, covered: bool, told: Callable[[int], None]
) -> Iterator[tuple[Moment, Picture]]:
    """The first picture at or after each moment. The eyes get some seconds before it, to know who is there."""
    spans = [(m.t_ns - round(_STILL_LEAD_S * 1e9), m.t_ns + 2_000_000_000) for m in chosen]
    near = (s for s in original.pictures() if any(a <= s.t_ns <= b for a, b in spans))
    waiting = list(chosen)
    if covered:
        looked = ((shown, picture) for shown, picture, _ in Redactor(original).take(near))
    else:
        looked = ((shown, shown.picture) for shown in near)
    for n, (shown, picture) in enumerate(looked, 1):
        told(n)
        while waiting and shown.t_ns >= waiting[0].t_ns:
            yield waiting.pop(0), picture
