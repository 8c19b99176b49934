"""The law of words as a linter: what no phrase may say, in any language (FIELD section 4).

A list of words cannot prove that a text is kind; it catches what must never pass unseen. What can be judged without
words is judged without them: which phrases promise, which marks a file carries, how long a line is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from safeconduct.signals.law_words import (
    FORBIDDEN,
    HELMET,
    KEEP,
    NEGATION,
    ONE,
    PROMISE,
    TAKE_OFF,
    THREAT,
    TWO,
    UP,
    YES_NO,
    Words,
)
from safeconduct.signals.phrases import LANGUAGES, MACHINE_MADE, PHRASES, PhraseBook

SPOKEN_LETTERS, PRINTED_LETTERS = 90, 66
PHRASE_MISSING = "is missing"
"""Of a key without its phrase."""
EMBLEM_SIGNS = frozenset("✚✙➕☪☩✝🏥⛑🇺🔯✡")
_SENTENCE = re.compile(r"[.!?;。！？؟؛]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_BY_PART = frozenset({"zh", "ko", "ar", "fa", "he"})
"""Scripts in which words take prefixes or are not parted: a listed word counts anywhere. Elsewhere it begins a word."""


class Breach(msgspec.Struct, frozen=True):
    """rule: its name in `LAWS`. where: key and form ("follow, spoken"), or the file's own field."""

    rule: str
    where: str
    what: str


LAWS: dict[str, tuple[str, str]] = {
    "threat": ("No threat; words of killing only to deny it, in a promise", "AP I 40"),
    "emblem": ("No red cross, red crescent, red crystal or United Nations", "AP I 38"),
    "helmet": ("Helmet and vest stay with him: never to be thrown away or taken off", "GC III 18"),
    "insult": ("No insult", "GC III 13"),
    "bargain": ("No bargain, no reward, no question about his unit or positions", "GC III 17"),
    "ruse": ("No claim to be his own side, a ceasefire or a neutral helper", "AP I 37"),
    "promise": ("Words that promise safety only in phrases that wait for the no-fire acknowledgement", "AP I 37"),
    "bare": ("No bare yes or no: an answer says what it answers", "design rule 1"),
    "legend": ("One flash is yes, two are no; up is yes: a legend the other way round would kill", "signals"),
    "keys": ("Every phrase is there, spoken and printed, and no unknown one", "design"),
    "mark": ("Marked as machine-made until a native speaker has checked it, by name and date", "design"),
    "length": (f"At most {SPOKEN_LETTERS} letters spoken and {PRINTED_LETTERS} printed", "design"),
}
"""Rule → what it demands and its source. `safeconduct say --check` and the tests hold every phrase to it."""


def breaches(book: PhraseBook) -> list[Breach]:
    """All breaches of one language's phrases, in the order of its keys; empty: as far as a linter can see, lawful.

    A language without lists of words is itself a breach ("keys"): what cannot be judged is not said.
    """
    if book.language not in LANGUAGES:
        return [Breach("keys", "language", f"'{book.language}' is none of {', '.join(sorted(LANGUAGES))}")]
    return [*_structure(book), *(b for key in book.phrases for b in _of_phrase(book, key))]


def text_breaches(language: str, text: str, where: str, promises: bool = False) -> list[Breach]:
    """Breaches of one text by its words alone: for what a crew writes itself, such as the note's heading."""
    return list(_words(language, text, where, promises))


def _structure(book: PhraseBook) -> Iterator[Breach]:
    for key in PHRASES:
        if key not in book.phrases:
            yield Breach("keys", key, PHRASE_MISSING)
    for key in book.phrases:
        if key not in PHRASES:
            yield Breach("keys", key, "is no phrase that this software knows")
    if bool(book.checked_by.strip()) != bool(book.checked_on.strip()):
        yield Breach("mark", "checked_by, checked_on", "say both who checked and when, or neither")
    elif book.checked_on and not _DATE.fullmatch(book.checked_on):
        yield Breach("mark", "checked_on", f"'{book.checked_on}' is no date like 2026-01-31")
    elif not book.checked and book.mark != MACHINE_MADE:
        yield Breach("mark", "mark", f"unchecked texts say '{MACHINE_MADE}'")


def _of_phrase(book: PhraseBook, key: str) -> Iterator[Breach]:
    text = book.phrases[key]
    promises = key in PHRASES and PHRASES[key].promises
    for form, words, most in (("spoken", text.spoken, SPOKEN_LETTERS), ("printed", text.printed, PRINTED_LETTERS)):
        where = f"{key}, {form}"
        if not words.strip():
            yield Breach("keys", where, "is empty")
            continue
        if len(words) > most:
            yield Breach("length", where, f"{len(words)} letters, at most {most}")
        yield from _words(book.language, words, where, promises)
        if key in _LEGENDS and not _is_legend(book.language, words, *_LEGENDS[key]):
            yield Breach("legend", where, "does not say yes first, with its own sign, and then no")
        if key == "keep-protection" and not (_has(book.language, words, HELMET) and _has(book.language, words, KEEP)):
            yield Breach("helmet", where, "does not say that the helmet is kept")


_LEGENDS: dict[str, tuple[Words, Words | None]] = {
    "code-light": (ONE, TWO),
    "code-motion": (UP, None),
}


def _is_legend(language: str, text: str, of_yes: Words, of_no: Words | None) -> bool:
    """Two sentences: the first has the sign of yes and yes and no no, the second the sign of no and no."""
    parts = [part for part in _SENTENCE.split(text) if part.strip()]
    if len(parts) != 2:
        return False
    yes, *no = YES_NO[language]
    says_yes: Words = {language: (f"{yes} ",)}
    says_no: Words = {language: tuple(f"{word} " for word in no)}
    first = _has(language, parts[0], of_yes) and _has(language, parts[0], says_yes)
    if not first or _has(language, parts[0], says_no) or (of_no is not None and _has(language, parts[0], of_no)):
        return False
    return _has(language, parts[1], says_no) and (of_no is None or _has(language, parts[1], of_no))


def _words(language: str, text: str, where: str, promises: bool) -> Iterator[Breach]:
    if signs := EMBLEM_SIGNS & set(text):
        yield Breach("emblem", where, f"shows {' '.join(sorted(signs))}")
    for rule, lists in FORBIDDEN.items():
        if found := _found(language, text, lists):
            yield Breach(rule, where, f"says “{found}”")
    for sentence in _SENTENCE.split(text):
        denied = _has(language, sentence, NEGATION)
        if (found := _found(language, sentence, THREAT)) and not (promises and denied):
            yield Breach("threat", where, f"says “{found}”")
        if _has(language, sentence, HELMET) and (found := _found(language, sentence, TAKE_OFF)):
            yield Breach("helmet", where, f"says “{found}” of helmet or vest")
        if not promises and (found := _found(language, sentence, PROMISE)):
            yield Breach("promise", where, f"promises with “{found}” and is not locked")
    if _plain(text).strip(" .,!?。！،") in YES_NO[language]:
        yield Breach("bare", where, f"is only “{text}”")


def _plain(text: str) -> str:
    """Small letters, without marks that a writer may leave out (Arabic vowels, Latin soft hyphens); i like İ."""
    decomposed = unicodedata.normalize("NFKC", text.replace("İ", "i").replace("_", " ").replace("’", "'")).casefold()
    return "".join(c for c in decomposed if not ("\u064b" <= c <= "\u0652" or c in "\u0640\u00ad\u200c\u200d"))


def _found(language: str, text: str, lists: Words) -> str:
    plain = _plain(text)
    for word in map(_plain, lists[language]):
        # A word that ends in a space stands whole; any other is a stem.
        edge = "" if language in _BY_PART and not word.endswith(" ") else r"(?<![^\W_])"
        stem = re.escape(word.rstrip()) + (r"(?![^\W_])" if word.endswith(" ") else "")
        if re.search(edge + stem, plain):
            return word.strip()
    return ""


def _has(language: str, text: str, lists: Words) -> bool:
    return bool(_found(language, text, lists))
