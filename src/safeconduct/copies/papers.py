"""The papers of a hand-over, to be filled in by hand: only the fields that the law allows, languages side by side.

Capture card: GC III Art. 70 and Annex IV B, its twelve numbered items and no remark. Receipt for effects: Art. 18.
Medical card: what the next medic must know. Hand-over sheet: who took over whom, when. What the record knows for sure
(date, time, count, receiving unit) is printed; everything about the person is left to him and to the pen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from safeconduct.copies.original import Original
from safeconduct.copies.paper_words import (
    CARD,
    CHECKED_PAPERS,
    EFFECTS,
    HAND_OVER,
    LANGUAGES_OF_PAPERS,
    MEDICAL,
    TITLES,
)
from safeconduct.copies.sheets import INNER_MM, MARGIN_MM, Sheets
from safeconduct.model.commands import MissionClosed, NotifyReception
from safeconduct.model.events import ReceiverConfirmed
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.signals import MACHINE_MADE

_LINE_MM = 7.2


class Known(msgspec.Struct, frozen=True):
    """What of the papers stands in the record. persons 0, texts "": unknown."""

    date: str = ""
    time: str = ""
    persons: int = 0
    unit: str = ""
    condition: str = ""
    place: str = ""


def known_from(original: Original) -> Known:
    """Date and time are UTC by the station's clock; of a simulated mission they are left out."""
    confirmed: ReceiverConfirmed | None = None
    told = 0
    for value in original.values():
        if isinstance(value, ReceiverConfirmed):
            confirmed = value
        elif isinstance(value, NotifyReception):
            told = value.persons
        elif isinstance(value, MissionClosed):
            break
    if confirmed is None:
        return Known(persons=told)
    at = datetime.fromtimestamp(confirmed.t_ns / 1e9, UTC)
    simulated = original.opened.t_ns == SIMULATED_START_NS
    where = original.frame.to_wgs84(original.opened.plan.reception)
    return Known(
        "" if simulated else f"{at:%Y-%m-%d}",
        "" if simulated else f"{at:%H:%M} UTC",
        confirmed.persons,
        confirmed.unit,
        confirmed.condition,
        f"{where.lat_deg:.4f}, {where.lon_deg:.4f}",
    )


def unchecked_in(languages: Sequence[str]) -> list[str]:
    """Those whose papers no native speaker has read yet."""
    return [code for code in languages if code not in CHECKED_PAPERS]


def write_papers(original: Original, out: Path, languages: Sequence[str]) -> int:
    """The papers of a recorded mission; returns their pages. Raises BadInput as `print_papers` does."""
    return print_papers(known_from(original), f"record {original.sealed[:16] or 'not sealed'}", out, languages)


def print_papers(known: Known, of: str, out: Path, languages: Sequence[str]) -> int:
    """A PDF with the four papers; returns its pages. of: what they belong to. languages: one to three codes.

    Raises BadInput: a language whose papers are not there, or the file cannot be written.
    """
    for code in languages:
        if code not in LANGUAGES_OF_PAPERS:
            have = ", ".join(LANGUAGES_OF_PAPERS)
            raise BadInput(f"--languages {code[:20]}", "has no papers yet", f"choose among {have}")
    if not 1 <= len(languages) <= 3:
        raise BadInput("--languages", f"names {len(languages)} languages", "give one to three: they stand side by side")
    foot = f"safeconduct · {of} · fill in by hand, in ink"
    with Sheets("Papers of a hand-over", foot) as sheets:
        pen = _Pen(sheets, languages)
        pen.paper("card", CARD, {"10": known.date, "13": known.date})
        filled = {"date": known.date, "time": known.time, "unit": known.unit, "place": known.place}
        filled |= {"persons": str(known.persons or ""), "condition": known.condition}
        pen.paper("effects", EFFECTS, filled)
        pen.paper("medical", MEDICAL, filled)
        pen.paper("hand_over", HAND_OVER, filled)
        return sheets.write(out)


class _Pen:
    def __init__(self, sheets: Sheets, languages: Sequence[str]) -> None:
        self._sheets = sheets
        self._languages = list(languages)
        self._column = INNER_MM / len(self._languages)

    def paper(self, title: str, fields: Sequence[tuple[str, dict[str, str]]], filled: dict[str, str]) -> None:
        self._sheets.page()
        self._row(TITLES[title], 13.0, 6.4)
        self._row(TITLES[f"{title}_law"], 7.5, 3.7, grey=90)
        if unchecked := unchecked_in(self._languages):
            self._sheets.text(f"{MACHINE_MADE}: {', '.join(unchecked)}", 7.5, 90)
        self._sheets.pdf.ln(2.0)
        for key, words in fields:
            self._field(words, filled.get(key, ""), lines=int(key[-1]) if key.startswith("list") else 1)

    def _row(self, words: dict[str, str], size_pt: float, line_mm: float, grey: int = 0) -> None:
        """One text in every language, each in its column."""
        pdf = self._sheets.pdf
        top = bottom = pdf.get_y()
        for n, code in enumerate(self._languages):
            self._sheets.use(code, size_pt, grey)
            pdf.set_xy(MARGIN_MM + n * self._column, top)
            align = "R" if code in ("ar", "fa", "he") else "L"
            pdf.multi_cell(self._column - 4.0, line_mm, words[code], align=align)
            bottom = max(bottom, pdf.get_y())
        pdf.set_xy(MARGIN_MM, bottom)

    def _field(self, words: dict[str, str], value: str, lines: int) -> None:
        pdf = self._sheets.pdf
        if pdf.get_y() > 272.0 - lines * _LINE_MM:
            self._sheets.page()
        self._row(words, 8.0, 3.8, grey=60)
        pdf.set_draw_color(120)
        for n in range(lines):
            bottom = pdf.get_y() + _LINE_MM
            if n == 0 and value:
                self._sheets.use("en", 11.0)
                pdf.set_xy(MARGIN_MM, bottom - 6.0)
                pdf.cell(0, 6.0, value)
            pdf.line(MARGIN_MM, bottom, MARGIN_MM + INNER_MM, bottom)
            pdf.set_xy(MARGIN_MM, bottom)
        pdf.ln(1.6)
