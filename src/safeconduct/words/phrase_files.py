"""Reads the phrases of a language from its file: the product's own, or one that a crew gives.

```toml
language = "uk"
mark = "machine-made, to be checked by a native speaker"
checked_by = ""                # a native speaker's name or pseudonym, and the date: 2026-01-31
checked_on = ""
[phrases.follow]
spoken = "…"
printed = "…"
```
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import msgspec

from safeconduct.model.faults import BadInput
from safeconduct.signals import LANGUAGES, PHRASE_MISSING, PHRASES, Breach, PhraseBook, PhraseText, law_breaches

_LARGEST_BYTES = 1_000_000


def own_phrases(language: str) -> PhraseBook:
    """The product's own phrases in `language` (ISO 639-1). Raises BadInput: an unknown language."""
    return _book(_own_file(language), f"the phrases in {LANGUAGES[language].name}")


def read_phrases(path: Path, *, lawful: bool = True) -> PhraseBook:
    """A phrase file that somebody wrote. lawful: refuse what breaks the law of words.

    Raises BadInput, naming the file, its language and the line or the key.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise BadInput(str(path), "is far too large for a phrase file", "give the file of one language")
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(str(path), f"cannot be read ({error.strerror})", "name a phrase file (.toml)") from error
    book = _book(data, str(path))
    if lawful and (found := law_breaches(book)):
        raise BadInput(_named(path, book), say_breach(found[0]), _mend(found))
    return book


def phrase_books(languages: tuple[str, ...], given: tuple[Path, ...] = ()) -> list[PhraseBook]:
    """One book for each language in order; a given file stands in for the product's own.

    Raises BadInput: also where a given file would not be used, so that nobody believes that his words were.
    """
    read: dict[str, PhraseBook] = {}
    for path in given:
        book = read_phrases(path)
        if book.language not in languages:
            mend = f"ask for {book.language} too, or leave the file out"
            raise BadInput(_named(path, book), "is in a language that is not asked for", mend)
        if book.language in read:
            raise BadInput(_named(path, book), "is the second file in this language", "give one for each language")
        read[book.language] = book
    return [read[code] if code in read else own_phrases(code) for code in languages]


def say_breach(breach: Breach) -> str:
    return f"{breach.where} {breach.what} (rule: {breach.rule})"


def _named(path: Path, book: PhraseBook) -> str:
    """The file and its language, as far as that is known."""
    return f"{path}, {LANGUAGES[book.language].name}" if book.language in LANGUAGES else str(path)


def _mend(found: list[Breach]) -> str:
    first = found[0]
    lacks = first.where in PHRASES and first.what == PHRASE_MISSING
    others = len(found) - 1
    more = f"; {others} more: see `safeconduct say --check`" if others else ""
    return f"add [phrases.{first.where}], spoken and printed{more}" if lacks else f"mend that{more}"


def _own_file(language: str) -> bytes:
    if language not in LANGUAGES:
        known = ", ".join(sorted(LANGUAGES))
        raise BadInput(f"language '{language[:20]}'", "is not known", f"choose among {known}")
    return files("safeconduct.words").joinpath("languages", f"{language}.toml").read_bytes()


def _book(data: bytes, place: str) -> PhraseBook:
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadInput(f"{place}, line {line}", "is not UTF-8", "save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(place, f"is no TOML: {error}", "see docs/reference/words.md for the form") from error
    form = "see docs/reference/words.md for the form"
    phrases = table.get("phrases")
    for key, text in phrases.items() if isinstance(phrases, dict) else ():
        try:
            msgspec.convert(text, PhraseText)
        except msgspec.ValidationError as error:  # the whole file's fault would not name the key
            raise BadInput(f"{place}, {table.get('language', 'no language')}, {key[:40]}", str(error), form) from error
    try:
        return msgspec.convert(table, PhraseBook)
    except msgspec.ValidationError as error:
        raise BadInput(place, str(error), form) from error
