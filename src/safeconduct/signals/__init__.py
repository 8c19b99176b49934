"""The vocabulary both ways: what gestures mean, how signals are flown and flashed. Pure tables and functions."""

from safeconduct.signals.flash import DARK, FLASHES, Flashes, edges_s, flashes_for, read_flashes
from safeconduct.signals.law import LAWS, PHRASE_MISSING, Breach, text_breaches
from safeconduct.signals.law import breaches as law_breaches
from safeconduct.signals.legs import Leg, along, duration_s, leg_seconds
from safeconduct.signals.manoeuvre import NIGHT_RANGE_M, REFUSE_RANGE_M, CannotShow, Manoeuvre, manoeuvre_for
from safeconduct.signals.meaning import GESTURES, SIGNALS, GestureMeaning, Reading, SignalMeaning, reading
from safeconduct.signals.phrases import (
    LANGUAGES,
    MACHINE_MADE,
    PHRASES,
    Language,
    PhraseBook,
    PhraseMeaning,
    PhraseText,
)
from safeconduct.signals.prompts import PROMPTS, SignalPrompt, move_prompt, signal_prompt
from safeconduct.signals.questions import QUESTIONS, Form, Question
from safeconduct.signals.viewed import STILLNESS, read_motion, same_reading, strokes

__all__ = [
    "DARK",
    "FLASHES",
    "GESTURES",
    "LANGUAGES",
    "LAWS",
    "MACHINE_MADE",
    "NIGHT_RANGE_M",
    "PHRASES",
    "PHRASE_MISSING",
    "PROMPTS",
    "QUESTIONS",
    "REFUSE_RANGE_M",
    "SIGNALS",
    "STILLNESS",
    "Breach",
    "CannotShow",
    "Flashes",
    "Form",
    "GestureMeaning",
    "Language",
    "Leg",
    "Manoeuvre",
    "PhraseBook",
    "PhraseMeaning",
    "PhraseText",
    "Question",
    "Reading",
    "SignalMeaning",
    "SignalPrompt",
    "along",
    "duration_s",
    "edges_s",
    "flashes_for",
    "law_breaches",
    "leg_seconds",
    "manoeuvre_for",
    "move_prompt",
    "read_flashes",
    "read_motion",
    "reading",
    "same_reading",
    "signal_prompt",
    "strokes",
    "text_breaches",
]
