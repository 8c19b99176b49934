"""The note that is dropped: a card of A6 with two faces, or a strip of eight panels, each in one or two languages.

What stands on it is what worked (FIELD section 5, "The note"): pictures first, so that it can be followed unread; the
order in large letters; the code legend; the rest on the back. No emblem, no code to scan, nothing to take off.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from fpdf import FPDF

from safeconduct.model.faults import BadInput
from safeconduct.signals import LANGUAGES, PhraseBook
from safeconduct.words.fonts import Font, embed, must_have
from safeconduct.words.lettering import Writer
from safeconduct.words.pictograms import PICTOGRAMS
from safeconduct.words.shapes import Shape, draw

A6_MM = (105.0, 148.0)
STRIP_MM = (297.0, 105.0)
PANEL_MM = STRIP_MM[0] / 4.0
_EDGE = 5.5
LARGE_MM = (10.0, 8.0)
"""Letters that are read at half a metre by a man who trembles, of which the order on the front is written."""

BACK = (
    "step-where-it-flew",
    "cover",
    "drone-leaves",
    "rest",
    "cannot-walk",
    "soldier-receives",
    "keep-protection",
    "pick-up-nothing",
    "water-and-care",
)
PANELS = (
    ("weapon-down", "hands-visible", "follow", "not-attacked"),
    ("code-light", "cover", "cannot-walk", "keep-protection"),
)
PRINTED = tuple(
    dict.fromkeys(
        (
            *("who-we-are", "follow", "weapon-down", "hands-visible", "not-attacked", "code-light", "code-motion"),
            *BACK,
            "rights",
        )
    )
)
"""All phrases that a note carries."""


class NoteText(msgspec.Struct, frozen=True):
    """One or two languages of one note, each with its font. who: who speaks, as the crew wants it said, or ""."""

    books: tuple[PhraseBook, ...]
    fonts: tuple[Font, ...]
    who: str = ""

    @property
    def languages(self) -> str:
        return " · ".join(LANGUAGES[book.language].own_name for book in self.books)

    @property
    def unchecked(self) -> tuple[str, ...]:
        return tuple(book.language for book in self.books if not book.checked)


def _printed(book: PhraseBook, key: str) -> str:
    """As it is set: in a legend yes and no never share a line, or the count would stand beside the wrong answer."""
    text = book.phrases[key].printed
    return text.replace(". ", ".\n").replace("。", "。\n") if key.startswith("code-") else text


class Note:
    """Draws the faces of one note into a document, anywhere on its pages. folder: for fonts, until it is written.

    Raises BadInput: a font lacks a glyph, or a text does not fit.
    """

    def __init__(self, pdf: FPDF, text: NoteText, folder: Path) -> None:
        self._pdf = pdf
        self._text = text
        self._writers: list[Writer] = []
        for book, font in zip(text.books, text.fonts, strict=True):
            language = LANGUAGES[book.language]
            needed = {key: book.phrases[key].printed for key in PRINTED}
            if not self._writers:  # the heading stands in the first language alone
                needed["--who"] = text.who
            must_have(font, needed, language)
            embed(pdf, font, folder)
            self._writers.append(Writer(pdf, language, font))

    @property
    def smallest_mm(self) -> float:
        """Height of the smallest capitals written so far."""
        return min(writer.smallest_mm for writer in self._writers)

    def front(self, x: float, y: float) -> None:
        """The order, three pictures that say it, the promise, and what yes and no look like."""
        inner = A6_MM[0] - 2 * _EDGE
        top = y + 3.5
        heading = (x + _EDGE, top, inner, 5.0)
        if self._text.who:
            self._fit(self._writers[0], self._text.who, heading, (3.0, 1.8), centred=True)
        else:
            self._side_by_side(("who-we-are",), heading, (3.0, 1.5))
        top += 5.0
        self._side_by_side(("follow",), (x + _EDGE, top, inner, 40.0), LARGE_MM)
        size, gap = 29.0, (inner - 3 * 29.0) / 2
        for n, key in enumerate(("weapon-down", "hands-visible", "follow")):
            left = x + _EDGE + n * (size + gap)
            self._picture(key, left, y + 49.0, size)
        self._side_by_side(("weapon-down", "hands-visible"), (x + _EDGE, y + 78.6, inner, 12.0), (3.4, 2.0))
        self._rule(x, y + 91.0)
        self._picture("not-attacked", x + self._middle(19.0), y + 92.0, 19.0)
        self._beside("not-attacked", (x + _EDGE, y + 92.0, inner, 19.0), 21.0, (4.4, 2.2))
        self._rule(x, y + 112.0)
        self._legend(x, y + 113.5)

    def _legend(self, x: float, y: float) -> None:
        """One flash and up-down beside a tick, two flashes and side-to-side beside a cross; the words to both sides."""
        size = 12.6
        left = x + self._middle(2 * size + 3.0)
        for row, names in enumerate((("flash-yes", "flash-no"), ("move-yes", "move-no"))):
            top = y + row * (size + 0.4)
            for column, name in enumerate(names):
                self._picture(name, left + column * (size + 3.0), top, size)
            key = "code-light" if row == 0 else "code-motion"
            self._beside(key, (x + _EDGE, top, A6_MM[0] - 2 * _EDGE, size), 2 * size + 7.0, (3.6, 1.9))
        for column, name in enumerate(("yes", "no")):
            self._picture(name, left + column * (size + 3.0) + size / 2 - 2.6, y + 2 * size + 0.8, 5.2)
        self._dashed(left + size + 1.5, y, left + size + 1.5, y + 2 * size + 6.0)

    def back(self, x: float, y: float) -> None:
        """What to do when …, one row each: picture in the middle, words to both sides."""
        inner = A6_MM[0] - 2 * _EDGE
        size, top = 14.4, y + 3.0
        for key in BACK:
            self._picture(key, x + self._middle(size), top, size)
            self._beside(key, (x + _EDGE, top + 0.5, inner, size - 1.0), size + 3.0, (3.3, 1.9))
            top += size
            self._rule(x, top)
        self._side_by_side(("rights",), (x + _EDGE, top + 0.4, inner, 7.4), (2.6, 1.5))
        self._small(x + _EDGE, y + 141.9, inner)

    def strip(self, side: int, x: float, y: float) -> None:
        """Four panels in a row, folded between them like a bellows: a picture, and the words in large letters."""
        for n, key in enumerate(PANELS[side]):
            left = x + n * PANEL_MM
            if key == "code-light":
                for row, names in enumerate((("flash-yes", "flash-no"), ("move-yes", "move-no"))):
                    for column, name in enumerate(names):
                        self._picture(name, left + 20.5 + column * 17.5, y + 2.5 + row * 15.5, 15.5)
                for column, name in enumerate(("yes", "no")):
                    self._picture(name, left + 25.6 + column * 17.5, y + 34.5, 5.2)
            else:
                self._picture(key, left + (PANEL_MM - 36.0) / 2, y + 3.0, 36.0)
            room = (STRIP_MM[1] - 45.0) / len(self._writers)
            for row, (writer, book) in enumerate(zip(self._writers, self._text.books, strict=True)):
                box = (left + 3.5, y + 41.0 + row * room, PANEL_MM - 7.0, room - 1.0)
                self._fit(writer, _printed(book, key), box, (LARGE_MM[0], 3.0), centred=True)
            if n:
                self._dashed(left, y, left, y + STRIP_MM[1])
        self._small(x + 4.0, y + STRIP_MM[1] - 3.2, PANEL_MM * 4 - 8.0)

    def _side_by_side(
        self, keys: tuple[str, ...], box: tuple[float, float, float, float], sizes: tuple[float, float]
    ) -> None:
        x, y, width, height = box
        column = width / len(self._writers) - (1.0 if len(self._writers) > 1 else 0.0)
        for n, (writer, book) in enumerate(zip(self._writers, self._text.books, strict=True)):
            left = x + n * (column + 2.0)
            text = "\n".join(_printed(book, key) for key in keys)
            self._fit(writer, text, (left, y, column, height), sizes, centred=True)

    def _beside(
        self, key: str, box: tuple[float, float, float, float], middle: float, sizes: tuple[float, float]
    ) -> None:
        """Words to the left and right of a picture; one language alone: to the right, the picture at the edge."""
        x, y, width, height = box
        alone = len(self._writers) == 1
        column = width - middle if alone else (width - middle) / 2
        for n, (writer, book) in enumerate(zip(self._writers, self._text.books, strict=True)):
            left = x + middle if alone else x + n * (column + middle)
            self._fit(writer, _printed(book, key), (left, y, column, height), sizes, centred=False)

    def _fit(
        self,
        writer: Writer,
        text: str,
        box: tuple[float, float, float, float],
        sizes: tuple[float, float],
        *,
        centred: bool,
    ) -> None:
        try:
            writer.write(text, box, *sizes, centred=centred)
        except ValueError as error:
            raise BadInput("the note", str(error), "shorten it (--who, or the phrase file)") from error

    def _middle(self, size: float) -> float:
        """Where a picture between two columns begins, mm from the card's edge; with one language at the edge."""
        return _EDGE if len(self._writers) == 1 else (A6_MM[0] - size) / 2

    def _picture(self, name: str, x: float, y: float, size: float) -> None:
        shapes: Sequence[Shape] = PICTOGRAMS[name]
        draw(self._pdf, shapes, x, y, size)

    def _rule(self, x: float, y: float) -> None:
        self._pdf.set_draw_color(170)
        self._pdf.set_line_width(0.2)
        self._pdf.line(x + _EDGE, y, x + A6_MM[0] - _EDGE, y)
        self._pdf.set_draw_color(0)

    def _dashed(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self._pdf.set_draw_color(140)
        self._pdf.set_line_width(0.2)
        self._pdf.set_dash_pattern(dash=1.5, gap=1.5)
        self._pdf.line(x1, y1, x2, y2)
        self._pdf.set_dash_pattern()
        self._pdf.set_draw_color(0)

    def _small(self, x: float, y: float, width: float) -> None:
        """For the crew: how it is folded and weighted, and whose words nobody has checked yet."""
        words = "fold · 5-10 g in the fold · streamer through the ring"
        if self._text.unchecked:
            words += f" · machine-made, unchecked: {', '.join(self._text.unchecked)}"
        self._pdf.set_text_shaping(use_shaping_engine=False)
        self._pdf.set_font("helvetica", size=4.6)
        self._pdf.set_text_color(110)
        self._pdf.set_xy(x, y)
        self._pdf.cell(width, 2.4, words.replace("·", "-"), align="C")
        self._pdf.set_text_color(0)

    def fold_marks(self, x: float, y: float) -> None:
        """On a card: ticks where it is folded, a ring for the streamer, a dashed circle where the weight lies."""
        width, height = A6_MM
        self._pdf.set_line_width(0.3)
        for at in (height / 3, 2 * height / 3):
            self._pdf.line(x, y + at, x + 2.5, y + at)
            self._pdf.line(x + width - 2.5, y + at, x + width, y + at)
        self._pdf.circle(x=x + 3.0, y=y + 3.0, radius=1.3, style="D")
        self._pdf.set_dash_pattern(dash=0.8, gap=0.8)
        self._pdf.circle(x=x + width - 4.0, y=y + height - 4.0, radius=2.6, style="D")
        self._pdf.set_dash_pattern()
