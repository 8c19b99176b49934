"""Phrases in many languages, printed notes and voices: files, fonts and sounds at the edge."""

from safeconduct.words.fonts import Font, font_for, lacking
from safeconduct.words.note import NoteText
from safeconduct.words.phrase_files import own_phrases, phrase_books, read_phrases, say_breach
from safeconduct.words.preview import preview
from safeconduct.words.print_sheet import FORMS, Form, Printed, print_notes

__all__ = [
    "FORMS",
    "Font",
    "Form",
    "NoteText",
    "Printed",
    "font_for",
    "lacking",
    "own_phrases",
    "phrase_books",
    "preview",
    "print_notes",
    "read_phrases",
    "say_breach",
]
