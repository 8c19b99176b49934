"""Which font writes which script, and whether it has every letter that a text needs.

The fonts come from packages (Noto, SIL Open Font License): nothing is fetched when a note is printed. A crew may
give a font of its own for a language.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import msgspec
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from fpdf import FPDF

from safeconduct.model.faults import BadInput
from safeconduct.signals import Language

CAPITALS_OF_SIZE = 0.714
"""Height of a capital in parts of the font's size: of Noto Sans, and near enough of its sisters."""
_CJK = "NotoSansCJK-Regular.ttc"


class Font(msgspec.Struct, frozen=True):
    """number: in a collection. weight: of a variable font, 0 for a font that has one weight."""

    name: str
    path: str
    number: int = 0
    weight: int = 0


_OWN: dict[str, tuple[str, str, int, int]] = {  # script: package, file, number, weight
    "Latn": ("manimgx_fonts", "NotoSans[wght].ttf", 0, 600),
    "Cyrl": ("manimgx_fonts", "NotoSans[wght].ttf", 0, 600),
    "Arab": ("manimgx_fonts", "NotoSansArabic[wght].ttf", 0, 600),
    "Hebr": ("pylopdf_fonts_he", "NotoSansHebrew-Variable.ttf", 0, 600),
    "Kore": ("noto_cjk_sans_otc", _CJK, 1, 0),
    "Hans": ("noto_cjk_sans_otc", _CJK, 2, 0),
}
LANGUAGE_OF_SHAPING = {"ar": "ARA", "fa": "FAR", "he": "IWR", "uk": "UKR", "ru": "RUS", "tr": "TRK"}


def font_for(language: Language, given: Path | None = None) -> Font:
    """Raises BadInput: the given file is no font, or the packaged one is not installed."""
    if given is not None:
        font = Font(f"given-{given.stem}", str(given))
        _characters(font)
        return font
    package, name, number, weight = _OWN[language.script]
    try:
        path = str(files(package).joinpath(name))
    except ModuleNotFoundError as error:
        mend = f"install {package.replace('_', '-')}, or give --font {language.code}=FILE"
        raise BadInput(f"the font for {language.name}", "is not installed", mend) from error
    return Font(f"{Path(name).stem.split('[')[0]}-{number}-{weight}", path, number, weight)


def lacking(font: Font, text: str) -> list[str]:
    """The characters of `text` that the font cannot draw, once each; joiners and spaces need no glyph."""
    has = _characters(font)
    needed = dict.fromkeys(c for c in text if unicodedata.category(c) not in ("Cf", "Zs", "Cc"))
    return [c for c in needed if ord(c) not in has]


def must_have(font: Font, texts: dict[str, str], language: Language) -> None:
    """texts: by the phrase's key, or the option that gave it. Raises BadInput, naming the first letters it lacks."""
    for key, text in texts.items():
        if missing := lacking(font, text):
            shown = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing[:3])
            more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
            mend = f"give another with --font {language.code}=FILE, or mend that text"
            raise BadInput(font.path, f"has no glyph for {shown}{more}, which {language.name} needs in {key}", mend)


def embed(pdf: FPDF, font: Font, folder: Path) -> None:
    """Make the font known to the document under its name; only the letters used are put into it.

    folder: lasts until the document is written; a variable font is set to its weight there.
    """
    if font.name.lower() in pdf.fonts:
        return
    path = font.path
    if font.weight:
        path = str(folder / f"{font.name}.ttf")
        Path(path).write_bytes(_at_weight(font))
    pdf.add_font(font.name, fname=path, collection_font_number=font.number)


@cache
def _at_weight(font: Font) -> bytes:
    """The variable font as one of one weight. Takes a second or two, so it is done once."""
    with TTFont(font.path) as variable:
        axes = {axis.axisTag: axis.defaultValue for axis in variable["fvar"].axes}
        written = BytesIO()
        with instantiateVariableFont(variable, {**axes, "wght": font.weight}) as fixed:
            fixed.save(written)
    return written.getvalue()


@cache
def _characters(font: Font) -> frozenset[int]:
    try:
        number = font.number if font.path.endswith((".ttc", ".otc")) else -1
        with TTFont(BytesIO(Path(font.path).read_bytes()), fontNumber=number, lazy=True) as opened:
            return frozenset(opened.getBestCmap() or {})
    except OSError as error:
        raise BadInput(font.path, f"cannot be read ({error.strerror})", "name a .ttf or .otf file") from error
    except Exception as error:  # a damaged font fails in every way there is
        raise BadInput(font.path, "is no font", "name a .ttf or .otf file") from error
