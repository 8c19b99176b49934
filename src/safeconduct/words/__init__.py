"""Phrases in many languages, printed notes and voices: files, fonts and sounds at the edge."""

from safeconduct.words.fonts import Font, embed, font_for, lacking
from safeconduct.words.note import NoteText
from safeconduct.words.phrase_files import own_phrases, phrase_books, read_phrases, say_breach
from safeconduct.words.preview import preview
from safeconduct.words.print_sheet import FORMS, Form, Printed, print_notes
from safeconduct.words.voice import NoVoice, Sound, VoiceSources, missing_recordings, sound_of

__all__ = [
    "FORMS",
    "Font",
    "Form",
    "NoVoice",
    "NoteText",
    "Printed",
    "Sound",
    "VoiceSources",
    "embed",
    "font_for",
    "lacking",
    "missing_recordings",
    "own_phrases",
    "phrase_books",
    "preview",
    "print_notes",
    "read_phrases",
    "say_breach",
    "sound_of",
]
