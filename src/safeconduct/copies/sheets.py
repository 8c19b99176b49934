"""Pages of A4 for reports and papers: one font family, headings, tables, pictures; fonts as the notes use them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import cv2
from fpdf import FPDF
from fpdf.fonts import TTFFont

from safeconduct.copies.original import Picture
from safeconduct.model.faults import BadInput
from safeconduct.signals import LANGUAGES
from safeconduct.words import Font, embed, font_for

MARGIN_MM, WIDTH_MM, HEIGHT_MM = 16.0, 210.0, 297.0
INNER_MM = WIDTH_MM - 2 * MARGIN_MM
_SHAPES = {"ar": ("rtl", "arab"), "fa": ("rtl", "arab"), "he": ("rtl", "hebr")}


class Sheets:
    """A document while it is written. foot: stands at the foot of every page, before its number."""

    def __init__(self, title: str, foot: str) -> None:
        self._folder = TemporaryDirectory()
        self._fonts: dict[str, Font] = {}
        self.pdf = _Paged(foot)
        self.pdf.set_title(title)
        self.pdf.set_creator("safeconduct")
        self.pdf.set_margins(MARGIN_MM, MARGIN_MM, MARGIN_MM)
        self.pdf.set_auto_page_break(True, 18.0)
        self.pdf.set_creation_date(datetime.now(UTC))
        self.use("en", 10.0)
        self.pdf.foot_font = self._fonts["en"].name

    def __enter__(self) -> Sheets:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for font in self.pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()
        self._folder.cleanup()

    def use(self, language: str, size_pt: float, grey: int = 0) -> None:
        """Write in that language from here on."""
        if language not in self._fonts:
            self._fonts[language] = font_for(LANGUAGES[language])
            embed(self.pdf, self._fonts[language], Path(self._folder.name))
        self.pdf.set_font(self._fonts[language].name, size=size_pt)
        self.pdf.set_text_color(grey)
        direction, script = _SHAPES.get(language, ("ltr", None))
        self.pdf.set_text_shaping(True, direction=direction, script=script)

    def page(self) -> None:
        self.pdf.add_page()

    def heading(self, words: str, size_pt: float = 14.0) -> None:
        if self.pdf.get_y() > HEIGHT_MM - 45.0:
            self.page()
        self.use("en", size_pt)
        self.pdf.ln(3.0)
        self.pdf.multi_cell(0, size_pt * 0.5, words, new_x="LMARGIN", new_y="NEXT")
        self.pdf.ln(1.5)

    def text(self, words: str, size_pt: float = 9.5, grey: int = 40) -> None:
        self.use("en", size_pt, grey)
        self.pdf.multi_cell(0, size_pt * 0.48, words, new_x="LMARGIN", new_y="NEXT")
        self.pdf.ln(1.0)

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[float], size_pt: float = 8.5) -> None:
        """widths: mm; the first row is the head. A row never breaks over two pages."""
        for n, row in enumerate(rows):
            self.use("en", size_pt, 0 if n else 90)
            high = size_pt * 0.46
            lines = max(
                len(self.pdf.multi_cell(w - 2, high, cell or " ", dry_run=True, output="LINES"))
                for cell, w in zip(row, widths, strict=True)
            )
            if self.pdf.get_y() + lines * high + 2 > HEIGHT_MM - 18.0:
                self.page()
                self.use("en", size_pt, 0 if n else 90)
            x, y = self.pdf.get_x(), self.pdf.get_y()
            for cell, w in zip(row, widths, strict=True):
                self.pdf.set_xy(x + 0.5, y + 0.8)
                self.pdf.multi_cell(w - 2, high, cell or " ", align="L")
                x += w
            self.pdf.set_draw_color(205)
            bottom = y + lines * high + 1.8
            self.pdf.line(MARGIN_MM, bottom, MARGIN_MM + sum(widths), bottom)
            self.pdf.set_xy(MARGIN_MM, bottom)
        self.pdf.ln(2.0)

    def picture(self, picture: Picture, x: float, y: float, width: float) -> float:
        """Returns its height, mm."""
        file = Path(self._folder.name) / f"still-{self.pdf.pages_count}-{x:.0f}-{y:.0f}.jpg"
        cv2.imwrite(str(file), picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
        self.pdf.image(str(file), x, y, width)
        return width * float(picture.shape[0] / picture.shape[1])

    def write(self, out: Path) -> int:
        """Returns the number of pages. Raises BadInput: it cannot be written."""
        pages = int(self.pdf.pages_count)
        try:
            out.write_bytes(bytes(self.pdf.output()))
        except OSError as error:
            raise BadInput(str(out), f"cannot be written ({error.strerror})", "name a file that can") from error
        return pages


class _Paged(FPDF):  # type: ignore[misc]
    def __init__(self, foot: str) -> None:
        super().__init__(unit="mm", format="A4")
        self._foot = foot
        self.foot_font = ""

    def footer(self) -> None:
        self.set_y(-13.0)
        self.set_font(self.foot_font, size=7.0)
        self.set_text_color(110)
        self.set_text_shaping(True, direction="ltr")
        self.cell(0, 4.0, f"{self._foot}   ·   {self.page_no()}", align="C")
