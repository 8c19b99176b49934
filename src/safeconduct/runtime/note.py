"""`safeconduct note`: printable notes in the languages asked for, with pictures of the pages to look at first."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.signals import LANGUAGES, MACHINE_MADE, text_breaches
from safeconduct.words import (
    FORMS,
    Form,
    NoteText,
    font_for,
    phrase_books,
    preview,
    print_notes,
    say_breach,
)


class NoteReport(msgspec.Struct):
    """letters_mm: the smallest capitals on it. unchecked: languages that no native speaker has read yet."""

    out: str
    pages: int
    languages: list[str]
    form: str
    letters_mm: float
    unchecked: list[str]
    previews: list[str]


class NoteWishes(msgspec.Struct, frozen=True):
    """What the command line says. fonts: CODE=FILE each. who: who speaks, in the first language of each note."""

    languages: str
    out: Path
    form: str = "a6"
    single: bool = False
    preview: Path | None = None
    phrases: tuple[Path, ...] = ()
    fonts: tuple[str, ...] = ()
    who: str = ""


def run_note(wishes: NoteWishes) -> NoteReport:
    """Raises BadInput."""
    if wishes.form not in FORMS:
        raise BadInput(f"--form {wishes.form}", "is no form", f"give {' or '.join(FORMS)}")
    form: Form = wishes.form
    codes = languages_from(wishes.languages)
    books = phrase_books(codes, wishes.phrases)
    given = dict(file_for("--font", text, "ko=font.otf") for text in wishes.fonts)
    for code in given.keys() - set(codes):
        mend = f"ask for {code} too, or leave the font out"
        raise BadInput(f"--font {code}={given[code]}", "is for a language that is not asked for", mend)
    fonts = [font_for(LANGUAGES[code], given.get(code)) for code in codes]
    notes = [NoteText(tuple(books[i : i + 2]), tuple(fonts[i : i + 2]), wishes.who) for i in range(0, len(codes), 2)]
    for first in codes[::2] if wishes.who else ():
        if found := text_breaches(first, wishes.who, "it"):
            raise BadInput("--who", say_breach(found[0]), "say only who you are")
    printed = print_notes(notes, wishes.out, form, single=wishes.single)
    pictures = preview(wishes.out, wishes.preview) if wishes.preview is not None else []
    unchecked = [book.language for book in books if not book.checked]
    sys.stderr.write(f"{wishes.out}: {printed.pages} pages, smallest letters {printed.smallest_mm:.1f} mm\n")
    if unchecked:
        sys.stderr.write(f"{MACHINE_MADE}: {', '.join(unchecked)}\n")
    sys.stderr.write(
        "the note carries the promise: drop it only when your own side has acknowledged to hold its fire\n"
    )
    return NoteReport(
        str(wishes.out), printed.pages, list(codes), form, printed.smallest_mm, unchecked, [str(p) for p in pictures]
    )


def languages_from(text: str) -> tuple[str, ...]:
    """`ru,uk,en` → their codes. Raises BadInput: one is unknown, named twice, or there is none."""
    codes = tuple(code.strip().lower() for code in text.split(",") if code.strip())
    known = ", ".join(sorted(LANGUAGES))
    if not codes:
        raise BadInput("--languages", "names no language", f"choose among {known}")
    for n, code in enumerate(codes):
        if code not in LANGUAGES:
            raise BadInput(
                f"--languages {code[:20]}", "is no language that this software knows", f"choose among {known}"
            )
        if code in codes[:n]:
            raise BadInput(f"--languages {text[:60]}", f"names {code} twice", "name each language once")
    return codes


def file_for(option: str, text: str, example: str) -> tuple[str, Path]:
    """`ko=font.otf` → the language's code and the file. Raises BadInput."""
    code, found, file = text.partition("=")
    if not found or code not in LANGUAGES:
        raise BadInput(f"{option} {text[:60]}", "does not say for which language", f"give CODE=FILE, like {example}")
    return code, Path(file)
