"""From notes to a file that is printed: each by itself, or as many on an A4 sheet as it holds, with marks to cut."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec
from fpdf import FPDF
from fpdf.fonts import TTFFont

from safeconduct.model.faults import BadInput
from safeconduct.words.note import A6_MM, STRIP_MM, Note, NoteText

Form = Literal["a6", "strip"]
FORMS: tuple[Form, ...] = ("a6", "strip")
A4_MM = (210.0, 297.0)


class Printed(msgspec.Struct, frozen=True):
    """smallest_mm: the height of the smallest capitals on it."""

    pages: int
    smallest_mm: float


def print_notes(notes: list[NoteText], out: Path, form: Form = "a6", *, single: bool = False) -> Printed:
    """Write a PDF: for each note a page of fronts and a page of backs (turned over on the long edge).

    single: one note on a page of its own size. Raises BadInput: a font lacks a glyph, a text does not fit, `out`
    cannot be written.
    """
    pdf = FPDF(unit="mm", format=A4_MM)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0.0)
    pdf.set_title("Safe-conduct notes")
    pdf.set_creator("safeconduct")
    pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))  # the same notes are the same bytes
    smallest = 99.0
    with TemporaryDirectory() as folder:
        try:
            for text in notes:
                note = Note(pdf, text, Path(folder))
                for side in (0, 1):
                    _page(pdf, note, form, side, single=single)
                smallest = min(smallest, note.smallest_mm)
            written = bytes(pdf.output())
        finally:
            for font in pdf.fonts.values():
                if isinstance(font, TTFFont):
                    font.close()
    try:
        out.write_bytes(written)
    except OSError as error:
        raise BadInput(str(out), f"cannot be written ({error.strerror})", "name a file that can") from error
    return Printed(len(pdf.pages), round(smallest, 2))


def _page(pdf: FPDF, note: Note, form: Form, side: int, *, single: bool) -> None:
    width, height = A6_MM if form == "a6" else STRIP_MM
    if single:
        pdf.add_page(format=(min(width, height), max(width, height)), orientation="P" if form == "a6" else "L")
        places = [(0.0, 0.0)]
    elif form == "a6":
        pdf.add_page(format=A4_MM, orientation="P")
        places = [(column * width, row * (height + 0.5)) for row in (0, 1) for column in (0, 1)]
    else:
        pdf.add_page(format=A4_MM, orientation="L")
        places = [(0.0, 0.0), (0.0, height)]
    for x, y in places:
        if form == "strip":
            note.strip(side, x, y)
        elif side == 0:
            note.front(x, y)
        else:
            note.back(x, y)
            note.fold_marks(x, y)
    if not single:
        _cuts(pdf, width, height, form)


def _cuts(pdf: FPDF, width: float, height: float, form: Form) -> None:
    pdf.set_draw_color(120)
    pdf.set_line_width(0.15)
    page_width, page_height = pdf.w, pdf.h
    pdf.line(0, height, page_width, height)
    if form == "a6":
        pdf.line(width, 0, width, page_height)
    pdf.set_draw_color(0)
