"""Text into boxes: shaped (joined letters, right to left), broken into lines, as large as fits between two heights."""

from __future__ import annotations

from fpdf import FPDF

from safeconduct.signals import Language
from safeconduct.words.fonts import CAPITALS_OF_SIZE, LANGUAGE_OF_SHAPING, Font

_PT_PER_MM = 72.0 / 25.4
_PITCH = 1.62
"""Line pitch in capital heights; Arabic and Chinese need what Latin does not."""
_STEP = 0.97
_BREAKS_ANYWHERE = frozenset({"Hans"})
_BREAKS_IN_WORDS = frozenset({"Kore"})  # between syllables, where a word alone is too wide for its line


class Writer:
    """Writes one language into a document. `smallest_mm`: the smallest letters that were written so far."""

    def __init__(self, pdf: FPDF, language: Language, font: Font) -> None:
        self._pdf = pdf
        self._language = language
        self._font = font
        self.smallest_mm = 99.0

    def write(
        self,
        text: str,
        box: tuple[float, float, float, float],
        most_mm: float,
        least_mm: float,
        *,
        centred: bool = False,
    ) -> float:
        """Write into (x, y, width, height) mm with capitals between two heights; returns the height used, mm.

        Raises ValueError: it does not fit even with the smallest letters.
        """
        x, y, width, height = box
        letters_mm = most_mm
        lines = self._lines(text, width, letters_mm)
        while lines is None or len(lines) * letters_mm * _PITCH > height + 0.01:
            if letters_mm <= least_mm:
                raise ValueError(f"“{text[:60]}” does not fit into {width:.0f} x {height:.0f} mm")
            letters_mm = max(letters_mm * _STEP, least_mm)
            lines = self._lines(text, width, letters_mm)
        pitch = letters_mm * _PITCH
        top = y + (height - len(lines) * pitch) / 2.0
        self._use(letters_mm)
        align = "C" if centred else ("R" if self._language.right_to_left else "L")
        for n, line in enumerate(lines):
            self._pdf.set_xy(x, top + n * pitch)
            self._pdf.cell(width, pitch, line, align=align)
        self.smallest_mm = min(self.smallest_mm, letters_mm)
        return letters_mm

    def _use(self, letters_mm: float) -> None:
        self._pdf.set_font(self._font.name, size=letters_mm / CAPITALS_OF_SIZE * _PT_PER_MM)
        direction = "rtl" if self._language.right_to_left else "ltr"
        language = LANGUAGE_OF_SHAPING.get(self._language.code)
        self._pdf.set_text_shaping(use_shaping_engine=True, direction=direction, language=language)
        self._pdf.c_margin = 0.0

    def _lines(self, text: str, width: float, letters_mm: float) -> list[str] | None:
        """Broken where the text itself breaks, then at spaces (Chinese: anywhere but before a mark).

        None where a word alone is too wide.
        """
        self._use(letters_mm)
        lines: list[str] = []
        for part in text.splitlines():
            broken = self._broken(part, width)
            if broken is None:
                return None
            lines += broken
        return lines

    def _broken(self, text: str, width: float) -> list[str] | None:
        joint = "" if self._language.script in _BREAKS_ANYWHERE else " "
        lines: list[str] = []
        line = ""
        for word in self._words(text):
            longer = f"{line}{joint}{word}" if line else word
            if self._pdf.get_string_width(longer) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            if self._pdf.get_string_width(word) <= width:
                line = word
            elif self._language.script in _BREAKS_IN_WORDS:
                *full, line = self._syllables(word, width)
                lines += full
            else:
                return None
        return [*lines, line]

    def _syllables(self, word: str, width: float) -> list[str]:
        parts = [""]
        for syllable in word:
            if parts[-1] and self._pdf.get_string_width(parts[-1] + syllable) > width:
                parts.append("")
            parts[-1] += syllable
        return parts

    def _words(self, text: str) -> list[str]:
        if self._language.script not in _BREAKS_ANYWHERE:
            words: list[str] = []
            for word in text.split():
                if words and word in ("?", "!", ":", ";"):  # French sets them apart; a line must not begin with them
                    words[-1] += "\u00a0" + word
                else:
                    words.append(word)
            return words
        pieces: list[str] = []
        for character in text:
            if pieces and (character in "，。：；？！、" or (character.isdigit() and pieces[-1][-1].isdigit())):
                pieces[-1] += character
            else:
                pieces.append(character)
        return pieces
